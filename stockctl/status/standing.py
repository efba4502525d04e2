"""Read off the catalogue how far each file has come: checked, keyworded, prepared, sent, decided, sold."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from stockctl import agencies as agency_data
from stockctl.catalogue.seen import assets
from stockctl.catalogue.sent import decisions, ledger
from stockctl.catalogue.sold import earned
from stockctl.errors import FileProblem
from stockctl.files.fingerprint import fingerprint
from stockctl.media.pairs import vectors_of
from stockctl.report.command import path_word, quoted
from stockctl.report.finding import BLOCKED, Finding, Severity, of_text, outcomes

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence
    from pathlib import Path

    from stockctl.agencies import Agency
    from stockctl.catalogue import Catalogue
    from stockctl.catalogue.seen.assets import Seen
    from stockctl.config import Settings

# What `keyword` mends.
_OF_WORDS = frozenset({"no-title", "too-few-keywords", "too-many-keywords", "text-too-short"})
# Of so many files at once the catalogue is asked.
_AT_ONCE = 500


class Stage(StrEnum):
    """The furthest point that a file has reached."""

    NEW = "new"
    CHANGED = "changed"
    CHECKED = "checked"
    KEYWORDED = "keyworded"
    PREPARED = "prepared"
    SENT = "sent"
    DECIDED = "decided"
    SOLD = "sold"


@dataclass(frozen=True)
class Standing:
    """One file's way so far.

    `sent` are the agencies that have the picture, `prepared` those for which it
    lies in an outbox, `decided` what each of them said, `sold` the number of its
    sales. `takers` are the agencies that would take it as it was judged last,
    `refusals` why none would, each with what mends it. `shows` is the vector of
    which it is the preview.
    """

    path: Path
    media_id: str | None = None
    changed: bool = False
    keyworded: bool = False
    sent: tuple[str, ...] = ()
    prepared: tuple[str, ...] = ()
    decided: Mapping[str, str] = field(default_factory=dict)
    sold: int = 0
    takers: tuple[str, ...] = ()
    refusals: tuple[Finding, ...] = ()
    shows: Path | None = None

    @property
    def stage(self) -> Stage:
        """The furthest point reached; a file changed since it was checked has to begin there."""
        steps = (
            (self.media_id is None, Stage.NEW),
            (self.sold > 0, Stage.SOLD),
            (bool(self.decided), Stage.DECIDED),
            (bool(self.sent), Stage.SENT),
            (bool(self.prepared), Stage.PREPARED),
            (self.changed, Stage.CHANGED),
            (self.keyworded, Stage.KEYWORDED),
        )
        return next((stage for holds, stage in steps if holds), Stage.CHECKED)

    @property
    def todo(self) -> bool:
        """Whether the person has something to do about it now."""
        return self.stage not in {Stage.SENT, Stage.DECIDED, Stage.SOLD} or bool(self._rejected)

    @property
    def _rejected(self) -> list[str]:
        return [agency for agency, decision in self.decided.items() if decision == decisions.Verdict.REJECTED]

    @property
    def _for_data(self) -> list[str]:
        return [agency for agency, decision in self.decided.items() if decision == decisions.Verdict.DATA_ONLY]

    @property
    def next(self) -> str:
        """What to do next, as a command or in words."""
        name = quoted(path_word(self.path))
        if self._rejected:
            return f"mend what {', '.join(self._rejected)} refused, or send it elsewhere"
        match self.stage:
            case Stage.NEW | Stage.CHANGED:
                return f"stockctl check {name}"
            case Stage.PREPARED:
                agency = self.prepared[0]
                return f"upload it on {agency}'s page, then: stockctl submit {name} --agency {agency} --mark-sent"
            case Stage.SENT:
                return "wait for the review; then: stockctl review --agency NAME accepted|rejected PATH"
            case Stage.DECIDED if self._for_data:
                return f"nothing; {', '.join(self._for_data)} took it for data licensing only: others may take it whole"
            case Stage.DECIDED | Stage.SOLD:
                return "nothing; more like it"
            case _:
                return self._before_sending(name)

    def _before_sending(self, name: str) -> str:
        if self.shows is not None:
            return f"nothing of its own: it goes with {self.shows.name}, which it shows"
        mend = [one for one in self.refusals if one.name not in _OF_WORDS]
        if mend:
            told = "; ".join(f"{one.name}: {one.message}" for one in mend)
            hint = next((one.hint for one in mend if one.hint), "")
            return f"mend {told}" + (f" ({hint})" if hint else "")
        if self.refusals or self.stage is Stage.CHECKED:
            return f"stockctl keyword {name}"
        return f"stockctl submit {name} --agency {self.takers[0] if self.takers else 'NAME'}"


def standings(catalogue: Catalogue, settings: Settings, paths: Sequence[Path]) -> list[Standing]:
    """Return where each of the files stands, in the order given; no file is opened."""
    vectors, keys = vectors_of(paths), assets.keys_of(paths)
    judge = _Judge(settings)
    found: list[Standing] = []
    # What is known of a file is much more than what is said of it.
    for start in range(0, len(paths), _AT_ONCE):
        found += _standings(catalogue, judge, paths[start : start + _AT_ONCE], vectors, keys)
    return found


def _standings(
    catalogue: Catalogue,
    judge: _Judge,
    paths: Sequence[Path],
    vectors: Mapping[Path, Path],
    keys: Mapping[Path, str],
) -> Iterator[Standing]:
    known = assets.seen(catalogue, paths)
    ids = {row.media_id for row in known.values() if row.media_id}
    sent, decided, sold = ledger.sent(catalogue, ids), decisions.latest(catalogue, ids), earned.counts(catalogue, ids)
    prepared = ledger.prepared(catalogue, ids)
    judged = _Judged(catalogue, judge, known, ids)
    for path in paths:
        row = known.get(keys[path])
        if row is None or row.media_id is None:
            yield Standing(path)
            continue
        try:
            changed = fingerprint(path) != row.fingerprint
        except FileProblem:
            changed = True
        record = row.facts["record"]
        takers, refusals = judged.of(row)
        yield Standing(
            path=path,
            media_id=row.media_id,
            changed=changed,
            keyworded=bool(record.get("keywords") and (record.get("title") or record.get("description"))),
            sent=tuple(sorted(sent.get(row.media_id, ()))),
            prepared=tuple(sorted(prepared.get(row.media_id, ()))),
            decided=decided.get(row.media_id, {}),
            sold=sold.get(row.media_id, 0),
            takers=takers,
            refusals=refusals,
            shows=vectors.get(path),
        )


class _Judge:
    """The agencies that the person sends to, and the rules that are passed over."""

    def __init__(self, settings: Settings) -> None:
        everyone = agency_data.load(settings.folder)
        named = settings.get("check", "agencies", [])
        chosen = [agency_data.resolve(name, everyone) for name in named] or list(everyone.values())
        self.agencies: list[Agency] = [agency for agency in chosen if not agency.closed]
        self.ignored = frozenset(settings.get("check", "ignore", []))


class _Judged:
    """What `check` said of files when it judged them last."""

    def __init__(self, catalogue: Catalogue, judge: _Judge, known: Mapping[str, Seen], ids: Collection[str]) -> None:
        self._judge = judge
        self._waived = assets.waived(catalogue, ids)
        self._findings = assets.last_findings(catalogue, known)

    def of(self, row: Seen) -> tuple[tuple[str, ...], tuple[Finding, ...]]:
        """Return the agencies that would take a file, and where there is none, what it was refused for."""
        text = self._findings.get(row.path)
        if text is None:
            return (), ()
        passed = self._judge.ignored | self._waived.get(row.media_id or "", set())
        findings = [one for one in of_text(text) if one.name not in passed and one.rule not in passed]
        takes = {agency.name for agency in self._judge.agencies if row.facts["kind"] in agency.accepts}
        outcome = outcomes(findings, sorted(takes))
        takers = tuple(name for name, word in outcome.items() if word != BLOCKED)
        if takers or not outcome:
            return takers, ()
        errors = [one for one in findings if one.severity is Severity.ERROR and (one.agency or "") in {"", *takes}]
        # Each rule once: agencies say the same in other numbers.
        return (), tuple({one.name: one for one in reversed(errors)}.values())[::-1]
