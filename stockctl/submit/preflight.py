"""Ask `check` what may go: each file's picture, what it says of itself, and the agency's verdict."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from stockctl.catalogue.seen import assets as table
from stockctl.errors import FileProblem
from stockctl.files.fingerprint import fingerprint
from stockctl.media.pairs import preview_of
from stockctl.report.finding import Severity

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stockctl.agencies import Agency
    from stockctl.catalogue import Catalogue
    from stockctl.check.asset import Asset
    from stockctl.config import Settings
    from stockctl.files.fingerprint import Fingerprint


@dataclass(frozen=True)
class Preview:
    """The JPEG of the same name beside a vector."""

    path: Path
    fingerprint: Fingerprint


@dataclass(frozen=True)
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


@dataclass(frozen=True)
class Preflight:
    """What `check` said of a batch."""

    candidates: tuple[Candidate, ...] = ()
    errors: tuple[FileProblem, ...] = field(default_factory=tuple)


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
    candidates = []
    for judged in report.assets:
        try:
            print_ = fingerprint(judged.asset.path)
            preview = _preview(judged.asset.path) if judged.asset.kind == "vector" else None
        except FileProblem as problem:
            problems.append(problem)
            continue
        verdict = judged.verdict.get(agency.name)
        reasons = {
            severity: tuple(f"{one.name}: {one.message}" for one in judged.findings if one.severity is severity)
            for severity in Severity
        }
        refusals = [one.message for one in judged.findings if one.name == "unaccepted-format"]
        candidates.append(
            Candidate(
                asset=judged.asset,
                fingerprint=print_,
                held=reasons[Severity.ERROR] if verdict == "blocked" else (),
                not_taken="" if verdict else next(iter(refusals), f"{agency.title} does not take it"),
                warnings=reasons[Severity.WARNING],
                preview=preview,
            )
        )
    return Preflight(tuple(candidates), tuple(problems))


def _preview(path: Path) -> Preview | None:
    beside = preview_of(path)
    return Preview(beside, fingerprint(beside)) if beside is not None else None
