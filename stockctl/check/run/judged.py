"""What `check` found: each file with its verdicts; of a large batch packed until somebody asks."""

from __future__ import annotations

import pickle
import sys
import zlib
from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple, overload

from stockctl.check import judge as judging
from stockctl.report.finding import BLOCKED, READY, WARNING, Finding, Severity

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping
    from pathlib import Path

    from stockctl.agencies import Agency
    from stockctl.check.asset import Asset
    from stockctl.check.similar.pairs import Pair
    from stockctl.errors import FileProblem

# The fastest: it makes a tenth of it, and a slower one little less.
_LEVEL = 1


@dataclass(frozen=True)
class Judged:
    """One asset with what the rules say of it, and each agency's verdict in one word.

    `picture` and `words` are the worst verdicts by what the file shows and by its texts.
    """

    asset: Asset
    findings: tuple[Finding, ...]
    verdict: Mapping[str, str]
    picture: str = READY
    words: str = READY

    @property
    def sound(self) -> bool:
        """Whether the file could be decoded whole."""
        return all(finding.name != "damaged-file" or finding.severity != Severity.ERROR for finding in self.findings)


class Sum(NamedTuple):
    """A judged file without its findings; `verdict` is one value for all files that are judged alike."""

    path: Path
    media_id: str
    kind: str
    sound: bool
    picture: str
    words: str
    verdict: Mapping[str, str]


class Sums(list[Sum]):
    """Judged files in brief."""

    def __init__(self, judged: Iterable[Judged] = ()) -> None:
        super().__init__()
        self._alike: dict[tuple[tuple[str, str], ...], Mapping[str, str]] = {}
        self.add(judged)

    def add(self, judged: Iterable[Judged]) -> None:
        """Take files up."""
        for one in judged:
            verdict = self._alike.setdefault(tuple(one.verdict.items()), one.verdict)
            asset = one.asset
            kind = sys.intern(asset.kind)
            self.append(Sum(asset.path, asset.media_id, kind, one.sound, one.picture, one.words, verdict))


@dataclass(frozen=True)
class View:
    """What of the findings a person wants to see."""

    chosen: tuple[Agency, ...]
    names: frozenset[str]
    selected: frozenset[str]
    ignored: frozenset[str]

    def wants(self, finding: Finding) -> bool:
        """Whether it is of an agency and a rule that the person asks for."""
        return (
            (finding.agency is None or finding.agency in self.names)
            and (not self.selected or finding.name in self.selected)
            and finding.name not in self.ignored
        )

    def judged(self, asset: Asset, findings: Sequence[Finding], waived: Mapping[str, Collection[str]]) -> Judged:
        """Return an asset with those of its findings that are wanted, and the verdicts by them."""
        kept = tuple(
            finding
            for finding in (*findings, *judging.not_taken(asset, self.chosen))
            if self.wants(finding) and finding.name not in waived.get(asset.media_id, ())
        )
        return Judged(
            asset,
            kept,
            judging.verdicts(asset, kept, self.chosen),
            judging.picture(asset, kept, self.chosen),
            judging.words(asset, kept, self.chosen),
        )


class Kept(list[Judged]):
    """Judged files by the hundred, as they are."""

    def add(self, judged: Sequence[Judged]) -> None:
        """Take a portion up."""
        self.extend(judged)


class Packed(Sequence[Judged]):
    """Judged files by the ten thousand: a kilobyte each, unpacked a portion at a time by whoever goes through them."""

    def __init__(self) -> None:
        self.sums = Sums()
        self._portions: list[bytes] = []
        self._ends: list[int] = []
        self._last: tuple[int, list[Judged]] = (-1, [])

    def add(self, judged: Sequence[Judged]) -> None:
        """Take a portion up."""
        self.sums.add(judged)
        slim = [replace(one, asset=_without_hashes(one.asset)) for one in judged]
        self._portions.append(zlib.compress(pickle.dumps(slim, pickle.HIGHEST_PROTOCOL), _LEVEL))
        self._ends.append(len(self) + len(judged))

    def __len__(self) -> int:
        """Count the files."""
        return self._ends[-1] if self._ends else 0

    def __iter__(self) -> Iterator[Judged]:
        """Go through the files."""
        for number in range(len(self._portions)):
            yield from self._portion(number)

    @overload
    def __getitem__(self, place: int) -> Judged: ...

    @overload
    def __getitem__(self, place: slice) -> Sequence[Judged]: ...

    def __getitem__(self, place: int | slice) -> Judged | Sequence[Judged]:
        """Return a file, or some, by their place."""
        if isinstance(place, slice):
            return [self[number] for number in range(*place.indices(len(self)))]
        at = place + len(self) if place < 0 else place
        if not 0 <= at < len(self):
            raise IndexError(place)
        number = bisect_right(self._ends, at)
        if self._last[0] != number:
            self._last = (number, self._portion(number))
        return self._last[1][at - self._ends[number]]

    def _portion(self, number: int) -> list[Judged]:
        unpacked: list[Judged] = pickle.loads(zlib.decompress(self._portions[number]))  # noqa: S301 - our own, of this run
        return unpacked


def _without_hashes(asset: Asset) -> Asset:
    """Return an asset without the hashes of its moved forms: two kilobytes, asked for while files are compared."""
    return replace(asset, facts={name: fact for name, fact in asset.facts.items() if name != "phash_moved"})


@dataclass(frozen=True)
class Report:
    """What `check` found: assets in the walk's order, similar pairs, problems, and what was passed over."""

    assets: Sequence[Judged]
    agencies: tuple[Agency, ...]
    named: bool = False
    similar: tuple[Pair, ...] = ()
    errors: tuple[FileProblem, ...] = ()
    skipped: Counter[str] = field(default_factory=Counter)
    inspected: int = 0
    paths: tuple[Path, ...] = ()

    @cached_property
    def sums(self) -> Sequence[Sum]:
        """The assets in brief, for what is counted and for tables."""
        return self.assets.sums if isinstance(self.assets, Packed) else Sums(self.assets)

    def exit_code(self, *, strict: bool = False) -> int:
        """Return 1 where a file is unreadable, damaged, or would not be taken; else 0.

        A file would not be taken where every agency that takes its kind blocks
        it; with agencies named by the person, where any of them does. `strict`
        counts warnings as refusals.
        """
        refused = {BLOCKED, WARNING} if strict else {BLOCKED}
        together = any if self.named else all
        bad = self.errors or any(
            not judged.sound or (judged.verdict and together(outcome in refused for outcome in judged.verdict.values()))
            for judged in self.sums
        )
        return 1 if bad else 0
