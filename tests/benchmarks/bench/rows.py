"""The rows of the table: two sides that took turns, or one command at growing sizes; and how a row gets worse."""

from __future__ import annotations

import math
import statistics
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

# A ratio that is worse by this share than the one on record fails the short form.
WORSE = 0.25
# A difference of two processor times is no figure where it is less: programs of Python begin with a few hundredths more
# or less; nor where it is not so many times the noise of its own runs.
FLOOR_S, CLEAR = 0.03, 3


@dataclass(frozen=True)
class Row:
    """One comparison.

    `ours` and `peers` are the figures of each round, in `unit`; `ratios` are what counts, one for each round, larger
    is better. What is no pair of measurements (a recall, an exponent) has one round.
    """

    key: str
    work: str
    peer: str
    unit: str
    ours: Sequence[float]
    peers: Sequence[float]
    ratios: Sequence[float]
    note: str = ""

    @property
    def ratio(self) -> float:
        """The median of the rounds' ratios."""
        return statistics.median(self.ratios)

    @property
    def spread(self) -> str:
        """The least and the largest ratio of the rounds."""
        low, high = min(self.ratios), max(self.ratios)
        return f"{low:.2f}–{high:.2f}" if len(self.ratios) > 1 else ""

    def document(self) -> dict[str, Any]:
        """Return the row as it is kept on record."""
        return {name: rounded(value) for name, value in asdict(self).items()}


@dataclass(frozen=True)
class Growth:
    """What a command takes at growing sizes: the processor seconds of several runs by size, and of runs on nothing.

    What counts is the least of a size's runs without the least of those on
    nothing: other work on the machine only ever adds to a run.
    """

    key: str
    work: str
    runs: Mapping[int, Sequence[float]]
    nothing: Sequence[float]

    @property
    def seconds(self) -> dict[int, float | None]:
        """The seconds beyond nothing by size; None where they are no figure: under the floor, or within the noise."""
        beyond = {size: min(runs) - min(self.nothing) for size, runs in self.runs.items()}
        return {
            size: value if value >= max(FLOOR_S, CLEAR * self.noise(size)) else None for size, value in beyond.items()
        }

    def noise(self, size: int) -> float:
        """By how many seconds the figure of a size may be wrong: how far apart the two least of its runs are."""
        return _apart(self.runs[size]) + _apart(self.nothing)

    @property
    def exponent(self) -> Slope | None:
        """The exponent with its spread, of the sizes that have a figure; None where fewer than two have one.

        1 is a time that grows as the work does; 0, one that does not grow.
        """
        return slope({size: (value, self.noise(size)) for size, value in self.seconds.items() if value is not None})

    def document(self) -> dict[str, Any]:
        """Return the row as it is kept on record."""
        seconds = {str(size): rounded(value) for size, value in self.seconds.items()}
        noise = {str(size): rounded(self.noise(size)) for size in self.runs}
        exponent = self.exponent and rounded(list(self.exponent))
        return {"key": self.key, "work": self.work, "seconds": seconds, "noise": noise, "exponent": exponent}


class Slope(NamedTuple):
    """An exponent, and the least and the largest that it may be."""

    exponent: float
    low: float
    high: float


@dataclass(frozen=True)
class Missing:
    """A row that could not be measured here, and why."""

    key: str
    why: str


def rounded(value: Any) -> Any:
    """Return a figure with four digits that count, and all else as it is."""
    if isinstance(value, float):
        return float(f"{value:.4g}")
    if isinstance(value, (list, tuple)):
        return [rounded(one) for one in value]
    return value


def slope(figures: Mapping[int, tuple[float, float]]) -> Slope | None:
    """Return the slope of log(seconds) over log(size) by least squares, of figures and their noise by size.

    The least and the largest are those of figures that are wrong by their noise, each to the worse side; the
    noise is less than the figure. None where there are fewer than two sizes.
    """
    if len(figures) < 2:
        return None
    across = [math.log(size) for size in figures]
    middle = statistics.fmean(across)
    weights = [(x - middle) / sum((each - middle) ** 2 for each in across) for x in across]

    def leant(by: int) -> float:
        wrong = [math.copysign(noise, weight) for weight, (_, noise) in zip(weights, figures.values(), strict=True)]
        values = [value + by * off for (value, _), off in zip(figures.values(), wrong, strict=True)]
        return sum(weight * math.log(value) for weight, value in zip(weights, values, strict=True))

    return Slope(leant(0), leant(-1), leant(1))


def _apart(runs: Sequence[float]) -> float:
    """Return how far apart the two least of some runs are; of one run nothing is known: as much as it took."""
    least = sorted(runs)[:2]
    return least[1] - least[0] if len(least) > 1 else least[0]


def in_turns(rounds: int, ours: Callable[[], float], peer: Callable[[], float]) -> tuple[list[float], list[float]]:
    """Return the figures of both sides, measured in turns, so that other load on the machine falls on both."""
    mine, theirs = [], []
    for _ in range(rounds):
        mine.append(ours())
        theirs.append(peer())
    return mine, theirs


def faster(key: str, work: str, peer: str, sides: tuple[list[float], list[float]], note: str = "") -> Row:
    """Return a row of two times: the ratio says how many times faster ours is."""
    mine, theirs = sides
    ratios = [their / my for my, their in zip(mine, theirs, strict=True)]
    return Row(key, work, peer, "s", mine, theirs, ratios, note)


def worse(row: Mapping[str, Any], kept: Mapping[str, Any]) -> bool:
    """Whether the median ratio of a row is worse by more than a quarter than the one on record."""
    now, before = statistics.median(row["ratios"]), statistics.median(kept["ratios"])
    return bool(now < (1 - WORSE) * before)
