"""Ask `check` what may go: each file's picture, what it says of itself, and the agency's verdict."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from stockctl.catalogue.seen import assets as table
from stockctl.errors import FileProblem
from stockctl.files.fingerprint import fingerprint
from stockctl.media.capture import Capture
from stockctl.media.pairs import preview_of
from stockctl.metadata import Record
from stockctl.report.finding import Severity

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from stockctl.agencies import Agency
    from stockctl.catalogue import Catalogue
    from stockctl.check.asset import Asset
    from stockctl.check.run.judged import Judged, Report
    from stockctl.config import Settings
    from stockctl.files.fingerprint import Fingerprint


@dataclass(frozen=True, slots=True)
class Preview:
    """The JPEG of the same name beside a vector."""

    path: Path
    fingerprint: Fingerprint


@dataclass(frozen=True, slots=True)
class Candidate:
    """One file that might go.

    `held` are the reasons why it must not, `not_taken` says that the agency
    takes no such kind; `preview` stands beside a vector.
    """

    asset: Asset
    fingerprint: Fingerprint
    held: tuple[str, ...] = ()
    not_taken: str = ""
    warnings: tuple[str, ...] = ()
    preview: Preview | None = None

    def brief(self) -> Candidate:
        """Return the candidate with no more of its asset than what it is and what was chosen for it: a tenth."""
        record = _RECORDS[self.asset.record.editorial]
        asset = replace(self.asset, record=record, capture=_CAPTURE, measurements={}, places={}, facts={})
        return replace(self, asset=asset)


# What a plan is made from is in its rows: of all that a file says, only whether it is editorial is asked for later.
_RECORDS = {editorial: Record(editorial=editorial) for editorial in (False, True)}
_CAPTURE = Capture()


@dataclass(frozen=True)
class Preflight:
    """What `check` said of a batch; its candidates can be gone through more than once."""

    candidates: Iterable[Candidate] = ()
    errors: tuple[FileProblem, ...] = field(default_factory=tuple)

    @property
    def media_ids(self) -> set[str]:
        """The pictures that might go."""
        if isinstance(self.candidates, Checked):
            return self.candidates.media_ids
        return {one.asset.media_id for one in self.candidates}


@dataclass(frozen=True)
class Checked:
    """The candidates among checked files, each made when it is asked for; `now` is what the disk said of it."""

    report: Report
    agency: Agency
    now: Mapping[Path, tuple[Fingerprint, Preview | None]]
    _said: dict[str, str] = field(default_factory=dict)

    @property
    def media_ids(self) -> set[str]:
        """The pictures that might go."""
        return {one.media_id for one in self.report.sums if one.path in self.now}

    def __iter__(self) -> Iterator[Candidate]:
        """Go through the candidates, in the order of the files."""
        for judged in self.report.assets:
            if judged.asset.path in self.now:
                yield self._candidate(judged, *self.now[judged.asset.path])

    def _candidate(self, judged: Judged, print_: Fingerprint, preview: Preview | None) -> Candidate:
        verdict = judged.verdict.get(self.agency.name)
        reasons: dict[Severity, list[str]] = {severity: [] for severity in Severity}
        for one in judged.findings:
            text = f"{one.name}: {one.message}"
            # Thousands of files are told the same.
            reasons[one.severity].append(self._said.setdefault(text, text))
        refusals = [one.message for one in judged.findings if one.name == "unaccepted-format"]
        return Candidate(
            asset=judged.asset,
            fingerprint=print_,
            held=tuple(reasons[Severity.ERROR]) if verdict == "blocked" else (),
            not_taken="" if verdict else next(iter(refusals), f"{self.agency.title} does not take it"),
            warnings=tuple(reasons[Severity.WARNING]),
            preview=preview,
        )


def preflight(catalogue: Catalogue, settings: Settings, paths: Sequence[Path], agency: Agency) -> Preflight:
    """Check the files under `paths` for `agency`; without paths all that the catalogue knows and that is still there.

    Raises:
        UsageError: none of the paths exists.

    """
    chosen = list(paths) or [path for path in map(Path, table.paths(catalogue)) if path.is_file()]
    if not chosen:
        return Preflight()
    # Drawn in late: it brings the whole machinery of pixels.
    from stockctl.check.run import pipeline

    report = pipeline.run(catalogue, settings, chosen, agencies=[agency.name])
    problems = list(report.errors)
    now: dict[Path, tuple[Fingerprint, Preview | None]] = {}
    for one in report.sums:
        try:
            now[one.path] = (fingerprint(one.path), _preview(one.path) if one.kind == "vector" else None)
        except FileProblem as problem:
            problems.append(problem)
    return Preflight(Checked(report, agency, now), tuple(problems))


def _preview(path: Path) -> Preview | None:
    beside = preview_of(path)
    return Preview(beside, fingerprint(beside)) if beside is not None else None
