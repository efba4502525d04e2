"""The run of `check`: find files, inspect what is new, judge all, remember both."""

from __future__ import annotations

import contextlib
import gc
import hashlib
import json
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from stockctl import agencies as agency_data
from stockctl.catalogue.seen import assets as table
from stockctl.check import judge as judging
from stockctl.check.rules.registry import named
from stockctl.check.run import inspect as inspection
from stockctl.check.run.known import Known
from stockctl.errors import DamagedError, FileProblem
from stockctl.files.fingerprint import fingerprint
from stockctl.report.finding import BLOCKED, READY, WARNING, Finding, Severity, of_text, to_text
from stockctl.report.terminal import progress
from stockctl.report.waiting import waiting_for, walk

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
    from concurrent.futures import Executor
    from pathlib import Path

    from stockctl.agencies import Agency
    from stockctl.catalogue import Catalogue
    from stockctl.check.asset import Asset
    from stockctl.check.run.inspect import Inspection
    from stockctl.check.similar.pairs import Pair
    from stockctl.config import Settings
    from stockctl.files.walk import Walk
    from stockctl.machines.far import Far

# Inspections are written to the catalogue at least this often, so that Ctrl-C keeps what is done.
SAVE_EVERY_S = 2.0
SAVE_EVERY = 64


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


@dataclass(frozen=True)
class Report:
    """What `check` found: assets in the walk's order, similar pairs, problems, and what was passed over."""

    assets: tuple[Judged, ...]
    agencies: tuple[Agency, ...]
    named: bool = False
    similar: tuple[Pair, ...] = ()
    errors: tuple[FileProblem, ...] = ()
    skipped: Counter[str] = field(default_factory=Counter)
    inspected: int = 0
    paths: tuple[Path, ...] = ()

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
            for judged in self.assets
        )
        return 1 if bad else 0


def run(
    catalogue: Catalogue,
    settings: Settings,
    paths: Sequence[Path],
    *,
    agencies: Sequence[str] = (),
    workers: int | None = None,
    select: Iterable[str] = (),
    ignore: Iterable[str] = (),
    waive: Iterable[str] = (),
    executor: Executor | Far | None = None,
    done: Callable[[Judged], None] | None = None,
) -> Report:
    """Check the files under `paths` and return the report.

    `agencies` are names as a person wrote them; none: those enabled in the
    settings, else all. `select` and `ignore` name rules; `waive` accepts those
    rules' findings for these pictures from now on. `done` is called with each
    file as soon as it is judged by itself, and again where the others of the
    batch add something to that (another file has its title, or looks like it).

    Raises:
        UsageError: no such path, agency or rule.
        CatalogueError: the catalogue cannot be read or written.

    """
    everyone = agency_data.load(settings.folder)
    chosen = chosen_agencies(agencies or settings.get("check", "agencies", []), everyone)
    accepted = named(waive)
    view = _View(
        chosen=tuple(chosen),
        names=frozenset(agency.name for agency in chosen),
        selected=frozenset(named(select)),
        ignored=frozenset(named([*ignore, *settings.get("check", "ignore", [])]) | set(accepted)),
    )
    found = walk(paths)
    told: dict[Path, Judged] = {}

    def tell(path: Path, row: table.Seen) -> None:
        (asset,), (findings,) = _judge(catalogue, settings, [(path, row)], everyone, keep=False)
        told[path] = view.judged(asset, findings, table.waived(catalogue, {asset.media_id}))
        if done:
            done(told[path])

    seen, problems, inspected = _look(
        catalogue, found, workers or settings.get("check", "workers"), executor, tell if done else None
    )
    if any(settings.get("check", name, default=False) for name in ("faces", "ocr")):
        from stockctl.check.run import looked

        looked.look(catalogue, settings, seen, workers or settings.get("check", "workers"))
    # What it searches with takes long to import: by now the files are found, and those that are new looked at.
    from stockctl.check.similar.pairs import find_similar

    with _uncollected():
        assets, all_findings = _judge(catalogue, settings, seen, everyone, wanted=view.wants)
        # Of a large batch what was read fills the memory; the assets hold what is asked for.
        seen.clear()
        for rule in accepted:
            table.waive(catalogue, {asset.media_id for asset in assets}, rule)
        waived = table.waived(catalogue, {asset.media_id for asset in assets})
        pairs = find_similar(catalogue, assets)
        twins = _twins(pairs)
        judged = [
            view.judged(asset, [*findings, *twins.get(asset.path, ())], waived)
            for asset, findings in zip(assets, all_findings, strict=True)
        ]
    for one in judged:
        if done and told.get(one.asset.path) != one:
            done(one)
    return Report(
        assets=tuple(judged),
        agencies=tuple(chosen),
        named=bool(agencies),
        similar=tuple(pairs),
        errors=(*found.errors, *problems),
        skipped=found.skipped,
        inspected=inspected,
        paths=tuple(paths),
    )


@dataclass(frozen=True)
class _View:
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


@contextlib.contextmanager
def _uncollected() -> Iterator[None]:
    """Hold the garbage collector off: it would go through a million records of a large batch, and find none to free.

    Nor does it go through them afterwards: they stay until the report is printed.
    """
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        if enabled:
            gc.enable()


def chosen_agencies(names: Sequence[str], everyone: Mapping[str, Agency]) -> list[Agency]:
    """Return the agencies that are named, each once; none named: all that are open and no mere profiles.

    Raises:
        UsageError: one is not known.

    """
    if not names:
        return [agency for agency in everyone.values() if not agency.closed and not agency.profile]
    chosen = {agency.name: agency for agency in (agency_data.resolve(name, everyone) for name in names)}
    return list(chosen.values())


def _look(
    catalogue: Catalogue,
    found: Walk,
    workers: int | None,
    executor: Executor | Far | None,
    tell: Callable[[Path, table.Seen], None] | None,
) -> tuple[list[tuple[Path, table.Seen]], list[FileProblem], int]:
    """Return what is known of each file, after inspecting those that are new or changed; `tell` hears of each."""
    results, fresh, problems = _recall(catalogue, found)
    for path, row in results.items():
        if tell:
            tell(path, row)
    keys = table.keys_of(list(fresh))
    waiting: list[table.Seen] = []
    saved = time.monotonic()
    try:
        with progress("checking", _inspected(fresh, workers, executor), len(fresh)) as inspections:
            for done in inspections:
                if done.facts is None:
                    problems.append(done.problem or DamagedError("nothing found in it", where=str(done.path)))
                    continue
                row = table.Seen(
                    path=keys[done.path],
                    media_id=done.facts["media_id"],
                    file_sha256=done.facts["file_sha256"],
                    fingerprint=done.fingerprint,
                    version=inspection.version(done.path),
                    text=json.dumps(done.facts, ensure_ascii=False),
                )
                results[done.path] = row
                waiting.append(row)
                if tell:
                    tell(done.path, row)
                if len(waiting) >= SAVE_EVERY or time.monotonic() - saved > SAVE_EVERY_S:
                    table.record(catalogue, waiting)
                    waiting, saved = [], time.monotonic()
    finally:
        if waiting:
            table.record(catalogue, waiting)
    problems.sort(key=lambda problem: problem.where)
    return [(path, results[path]) for path in found.files if path in results], problems, len(fresh)


def _inspected(fresh: Mapping[Path, str], workers: int | None, executor: Executor | Far | None) -> Iterable[Inspection]:
    if not fresh:
        # Processes take long to import, and files that are known as they are need none.
        return ()
    from stockctl.check.run.pool import inspect_all

    return inspect_all(fresh, workers, executor)


def _recall(catalogue: Catalogue, found: Walk) -> tuple[dict[Path, table.Seen], dict[Path, str], list[FileProblem]]:
    """Return what is known of files as they are now, the files to inspect with what was known of them, and problems."""
    with _uncollected():
        problems: list[FileProblem] = []
        known, keys = table.seen(catalogue, found.files), table.keys_of(found.files)
        fresh: dict[Path, str] = {}
        results: dict[Path, table.Seen] = {}
        for path in found.files:
            try:
                with waiting_for(path):
                    now, version = fingerprint(path), inspection.version(path)
            except FileProblem as problem:
                problems.append(problem)
                continue
            row = known.get(keys[path])
            if row is not None and row.fingerprint == now and row.version == version and row.media_id:
                results[path] = row
            else:
                fresh[path] = row.text if row is not None and inspection.measured_by_us(row.version) else ""
    return results, fresh, problems


def _judge(
    catalogue: Catalogue,
    settings: Settings,
    seen: list[tuple[Path, table.Seen]],
    everyone: Mapping[str, Agency],
    *,
    keep: bool = True,
    wanted: Callable[[Finding], bool] = lambda _: True,
) -> tuple[list[Asset], list[list[Finding]]]:
    """Judge against every agency, so that a verdict serves whichever are asked for next; `keep` it for then.

    Only `wanted` findings are returned: of many files those of all agencies would fill the memory.
    """
    known = Known(catalogue, settings, seen)
    shared = json.dumps(known.shared, sort_keys=True, default=str) + repr(list(everyone.values()))
    data = hashlib.sha256(shared.encode()).hexdigest()
    contexts: list[dict[str, Any]] = [known.of(path, row) for path, row in seen]
    keys = {
        row.path: judging.verdict_key(row.text, context | {"name": path.name}, data)
        for (path, row), context in zip(seen, contexts, strict=True)
    }
    kept = table.kept_verdicts(catalogue, keys)
    assets: list[Asset] = []
    findings: list[list[Finding]] = []
    fresh: list[tuple[str, str, str]] = []
    for (path, row), context in zip(seen, contexts, strict=True):
        asset = inspection.to_asset(path, row.facts, context["choices"], known.shared | context)
        assets.append(asset)
        text = kept.get(row.path)
        if text is None:
            judged = judging.judge(asset, list(everyone.values()))
            text = to_text(judged)
            fresh.append((row.path, keys[row.path], text))
        else:
            judged = of_text(text)
        findings.append([one for one in judged if wanted(one)])
    if fresh and keep:
        table.keep_verdicts(catalogue, fresh)
    return assets, findings


def _twins(pairs: Sequence[Pair]) -> dict[Path, list[Finding]]:
    """Return the findings of similar files by path: all but the first of a set are warned."""
    found: dict[Path, list[Finding]] = {}
    for pair in pairs:
        found.setdefault(pair.paths[1], []).extend(pair.findings())
    return found
