"""The rows of the table: two sides that took turns, or one command at growing sizes; and how a row gets worse."""

from __future__ import annotations

import math
import statistics
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

# A ratio that is worse by this share than the one on record fails the short form.
WORSE = 0.25


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
    """How long a command takes at growing sizes: seconds by size, without what it takes on nothing, and the exponent.

    1 is a time that grows as the work does; 0, one that does not grow.
    """

    key: str
    work: str
    seconds: Mapping[int, float]
    exponent: float = field(init=False)

    def __post_init__(self) -> None:
        """Fit a line through the logarithms."""
        object.__setattr__(self, "exponent", exponent(self.seconds))

    def document(self) -> dict[str, Any]:
        """Return the row as it is kept on record."""
        seconds = {str(size): rounded(value) for size, value in self.seconds.items()}
        return {"key": self.key, "work": self.work, "seconds": seconds, "exponent": rounded(self.exponent)}


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


def exponent(seconds: Mapping[int, float]) -> float:
    """Return the slope of log(seconds) over log(size), by least squares; what took no time counts as a millisecond."""
    points = [(math.log(size), math.log(max(value, 1e-3))) for size, value in seconds.items()]
    if len(points) < 2:
        return math.nan
    slope, _ = statistics.linear_regression([x for x, _ in points], [y for _, y in points])
    return slope


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
