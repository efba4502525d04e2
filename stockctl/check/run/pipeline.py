"""The run of `check`: find files, inspect what is new, judge all, remember both."""

from __future__ import annotations

import contextlib
import gc
import json
import time
from typing import TYPE_CHECKING, Any

from stockctl import agencies as agency_data
from stockctl.catalogue.seen import assets as table
from stockctl.catalogue.seen import keywords
from stockctl.catalogue.sent import ledger
from stockctl.check import judge as judging
from stockctl.check.rules.registry import named
from stockctl.check.run import inspect as inspection
from stockctl.check.run.batch import Batch, Fresh, in_portions
from stockctl.check.run.judged import Judged, Judgements, Report, View
from stockctl.check.run.known import Company, Known
from stockctl.errors import DamagedError, FileProblem
from stockctl.files.fingerprint import fingerprint
from stockctl.report.finding import of_text, to_text
from stockctl.report.terminal import progress
from stockctl.report.waiting import waiting_for, walk

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from concurrent.futures import Executor
    from pathlib import Path

    from stockctl.agencies import Agency
    from stockctl.catalogue import Catalogue
    from stockctl.check.run.inspect import Inspection
    from stockctl.check.similar.pairs import Look, Pair
    from stockctl.config import Settings
    from stockctl.files.walk import Walk
    from stockctl.machines.far import Far

# Inspections are written to the catalogue at least this often, so that Ctrl-C keeps what is done.
SAVE_EVERY_S = 2.0
SAVE_EVERY = 64


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
    view = View(
        chosen=tuple(chosen),
        names=frozenset(agency.name for agency in chosen),
        selected=frozenset(named(select)),
        ignored=frozenset(named([*ignore, *settings.get("check", "ignore", [])]) | set(accepted)),
    )
    found = walk(paths)
    told: dict[Path, int] = {}

    def tell(portion: Sequence[tuple[Path, table.Seen]]) -> None:
        alone = Company(catalogue, settings, list(everyone.values()))
        for one in _judge(alone, portion, view, keep=False):
            told[one.asset.path] = _said(one)
            if done:
                done(one)

    batch, problems, inspected = _look(
        catalogue, found, workers or settings.get("check", "workers"), executor, tell if done else None
    )
    if any(settings.get("check", name, default=False) for name in ("faces", "ocr")):
        from stockctl.check.run import looked

        looked.look(catalogue, settings, batch.portions(), workers or settings.get("check", "workers"))
    # What it searches with takes long to import: by now the files are found, and those that are new looked at.
    from stockctl.check.similar.pairs import pairs_of

    company = Company(catalogue, settings, list(everyone.values()), batch.__contains__)
    judged = Judgements()
    with _uncollected():
        pairs = pairs_of(catalogue, _compared(catalogue, company, batch, accepted))
        twins: dict[Path, list[Pair]] = {}
        for pair in pairs:
            # All but the first of a set are warned.
            twins.setdefault(pair.paths[1], []).append(pair)
        for portion in batch.portions():
            for one in _judge(company, portion, view, twins=twins):
                judged.append(one)
                if done and told.pop(one.asset.path, None) != _said(one):
                    done(one)
    return Report(
        assets=judged,
        agencies=tuple(chosen),
        named=bool(agencies),
        similar=tuple(pairs),
        errors=(*found.errors, *sorted((*problems, *batch.gone()), key=lambda problem: problem.where)),
        skipped=found.skipped,
        inspected=inspected,
        paths=tuple(paths),
    )


def _said(judged: Judged) -> int:
    """Return a number for what is said of a file: another one where anything else is."""
    return hash((judged.findings, tuple(judged.verdict.items()), judged.picture, judged.words))


def _compared(catalogue: Catalogue, company: Company, batch: Batch, accepted: Iterable[str]) -> list[Look]:
    """Take all files of a run into each other's company, and return what of each is compared with the others."""
    from stockctl.check.similar.pairs import Look

    looks: list[Look] = []
    alike: dict[tuple[str, ...], tuple[str, ...]] = {}
    for portion in batch.portions():
        company.take(portion)
        ids = {row.media_id for _, row in portion if row.media_id}
        for rule in accepted:
            table.waive(catalogue, ids, rule)
        submitted = ledger.given(catalogue, ids)
        for path, row in portion:
            sent = tuple(sorted(submitted.get(row.media_id or "", ())))
            looks.append(Look.of_facts(path, row.facts, alike.setdefault(sent, sent)))
    return looks


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
    tell: Callable[[Sequence[tuple[Path, table.Seen]]], None] | None,
) -> tuple[Batch, list[FileProblem], int]:
    """Return the files of which is known what is in them, after inspecting those that are new or changed.

    `tell` hears of each.
    """
    batch, fresh, problems = _recall(catalogue, found, tell)
    keys = table.keys_of(list(fresh))
    waiting: list[table.Seen] = []
    looked_at, saved = 0, time.monotonic()
    try:
        with progress("checking", _inspected(fresh, workers, executor), len(fresh)) as inspections:
            for done in inspections:
                if done.facts is None:
                    problems.append(done.problem or DamagedError("nothing found in it", where=str(done.path)))
                    continue
                row = table.Seen(
                    path=keys.pop(done.path),
                    media_id=done.facts["media_id"],
                    file_sha256=done.facts["file_sha256"],
                    fingerprint=done.fingerprint,
                    version=inspection.version(done.path),
                    text=json.dumps(done.facts, ensure_ascii=False),
                )
                batch.add(done.path, row)
                looked_at += 1
                waiting.append(row)
                if tell:
                    tell([(done.path, row)])
                if len(waiting) >= SAVE_EVERY or time.monotonic() - saved > SAVE_EVERY_S:
                    table.record(catalogue, waiting)
                    waiting, saved = [], time.monotonic()
    finally:
        if waiting:
            table.record(catalogue, waiting)
    if looked_at >= keywords.LOOKED_AT:
        from stockctl.words.lemma import key, key_version

        keywords.pack_for(catalogue, looked_at, key, key_version())
        if looked_at >= keywords.SUMMED_AT:
            from stockctl.catalogue.sums import now

            now.fill(catalogue, key, key_version())
    return batch, problems, looked_at


def _inspected(fresh: Mapping[Path, str], workers: int | None, executor: Executor | Far | None) -> Iterable[Inspection]:
    if not fresh:
        # Processes take long to import, and files that are known as they are need none.
        return ()
    from stockctl.check.run.pool import inspect_all

    return inspect_all(fresh, workers, executor)


def _recall(
    catalogue: Catalogue, found: Walk, tell: Callable[[Sequence[tuple[Path, table.Seen]]], None] | None
) -> tuple[Batch, Fresh, list[FileProblem]]:
    """Return what is known of files as they are now, the files to inspect with what was known of them, and problems."""
    batch, problems = Batch(catalogue, found.files), list[FileProblem]()
    fresh = Fresh(catalogue, many=batch.many)
    for part in in_portions(found.files):
        with _uncollected():
            known, keys = table.seen(catalogue, part), table.keys_of(part)
            as_before: list[tuple[Path, table.Seen]] = []
            for path in part:
                try:
                    with waiting_for(path):
                        now, version = fingerprint(path), inspection.version(path)
                except FileProblem as problem:
                    problems.append(problem)
                    continue
                row = known.get(keys[path])
                if row is not None and row.fingerprint == now and row.version == version and row.media_id:
                    batch.add(path, row)
                    as_before.append((path, row))
                else:
                    fresh.add(path, row)
        if tell and as_before:
            tell(as_before)
    return batch, fresh, problems


def _judge(
    company: Company,
    portion: Sequence[tuple[Path, table.Seen]],
    view: View,
    *,
    twins: Mapping[Path, Sequence[Pair]] | None = None,
    keep: bool = True,
) -> Iterator[Judged]:
    """Judge against every agency, so that a verdict serves whichever are asked for next; `keep` it for then.

    What is yielded has only the findings that `view` wants: of many files those of all agencies would fill the memory.
    """
    catalogue, known, shared = company.catalogue, Known(company, portion), company.shared
    contexts: list[dict[str, Any]] = [known.of(path, row) for path, row in portion]
    keys = {
        row.path: judging.verdict_key(row.text, context | {"name": path.name}, company.digest)
        for (path, row), context in zip(portion, contexts, strict=True)
    }
    kept = table.kept_verdicts(catalogue, keys)
    waived = table.waived(catalogue, {row.media_id for _, row in portion if row.media_id})
    fresh: list[tuple[str, str, str]] = []
    for (path, row), context in zip(portion, contexts, strict=True):
        asset = inspection.to_asset(path, row.facts, context["choices"], shared | context)
        text = kept.get(row.path)
        if text is None:
            judged = judging.judge(asset, company.agencies)
            fresh.append((row.path, keys[row.path], to_text(judged)))
        else:
            judged = of_text(text)
        alike = [one for pair in (twins or {}).get(path, ()) for one in pair.findings(asset)]
        yield view.judged(asset, [*judged, *alike], waived)
    if fresh and keep:
        table.keep_verdicts(catalogue, fresh)
