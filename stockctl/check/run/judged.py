"""What `check` found: each file with its verdicts; of a large batch packed until somebody asks."""

from __future__ import annotations

import sys
from collections import Counter
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from stockctl.check import judge as judging
from stockctl.report.finding import BLOCKED, READY, WARNING, Finding, Severity, of_text, to_text
from stockctl.report.packed import Packed

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from pathlib import Path

    from stockctl.agencies import Agency
    from stockctl.check.asset import Asset
    from stockctl.check.similar.pairs import Pair
    from stockctl.errors import FileProblem


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


class Judgements(Packed[Judged]):
    """The judged files of a run; `sums` tells of each in brief."""

    def __init__(self) -> None:
        self.sums = Sums()
        super().__init__()

    def append(self, item: Judged) -> None:
        """Take a file up."""
        self.sums.add([item])
        super().append(item)

    def put(self, item: Judged) -> Any:  # noqa: ANN401 - see `Packed`
        """Return what is written: findings as the catalogue keeps them, which takes a tenth of the time."""
        return _without_hashes(item.asset), to_text(item.findings), dict(item.verdict), item.picture, item.words

    def take(self, written: Any) -> Judged:  # noqa: ANN401 - see `Packed`
        """Return the file of which that was written."""
        asset, findings, *said = written
        return Judged(asset, tuple(of_text(findings)), *said)


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
        return self.assets.sums if isinstance(self.assets, Judgements) else Sums(self.assets)

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
