"""The run of `submit`: check, plan, take, send, write the sheet; each step is on the disk before the next begins."""

from __future__ import annotations

import contextlib
from collections import Counter, defaultdict
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from stockctl import agencies as agency_data
from stockctl.catalogue.sent import ledger as table
from stockctl.catalogue.sent.bookkeeping import Ledger
from stockctl.catalogue.sent.ledger import State
from stockctl.errors import FileProblem, UsageError
from stockctl.submit import packing, quota, sheet
from stockctl.submit.account import Account, HostKeys, account
from stockctl.submit.next_steps import next_steps
from stockctl.submit.plan import FAILED, HELD, PLANNED, PREPARED, SENT, SKIPPED, Plan, Standing, Step, Wish, make_plan
from stockctl.submit.preflight import preflight
from stockctl.submit.sending.lease import lease, living
from stockctl.submit.sending.send import Sender
from stockctl.submit.sending.worker import Job, Outcome, Progress, Quiet
from stockctl.submit.transports import TransferError
from stockctl.submit.transports.opening import open_transport

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from stockctl.agencies import Agency
    from stockctl.catalogue import Catalogue
    from stockctl.config import Settings
    from stockctl.submit.preflight import Preflight


@dataclass(frozen=True)
class Sheets:
    """The sheets of a run: their files, how many rows, how they get to the agency; `steps` are a person's next ones."""

    paths: tuple[Path, ...]
    rows: int
    delivered: str
    steps: tuple[str, ...]

    @property
    def next(self) -> str:
        """What a person does now, in one text."""
        return "; then ".join(self.steps)


@dataclass(frozen=True)
class Report:
    """What a run of `submit` did, or would do."""

    agency: Agency
    delivery: str
    dry_run: bool
    steps: tuple[Step, ...]
    sheets: Sheets
    quotas: tuple[quota.Quota, ...]
    errors: tuple[FileProblem, ...] = ()
    notes: tuple[str, ...] = ()
    folder: str = "/"
    failure: TransferError | None = None
    interrupted: bool = False

    def exit_code(self) -> int:
        """Return 1 where something was held back or failed, 130 after Ctrl-C, else 0."""
        if self.interrupted:
            return 130
        bad = self.errors or self.failure or any(step.state in {HELD, FAILED} for step in self.steps)
        return 1 if bad else 0


@dataclass(frozen=True)
class Options:
    """What the command line says beside files and agency; `told` is called with each file as soon as it is done."""

    dry_run: bool = False
    wish: Wish = field(default_factory=Wish)
    outbox: Path | None = None
    keys: HostKeys = field(default_factory=HostKeys)
    make_folders: bool = False
    told: Callable[[Step, str], None] | None = None


def run(
    catalogue: Catalogue,
    settings: Settings,
    paths: Sequence[Path],
    name: str,
    options: Options,
    progress: Progress | None = None,
) -> Report:
    """Send what passes to the agency called `name`, and return what happened to each file.

    Raises:
        UsageError: no such agency or path, or the agency is closed.
        SettingsError: the account's settings are wrong.
        CatalogueError: the catalogue cannot be read or written.

    """
    agency = agency_data.resolve(name, agency_data.load(settings.folder))
    agency = _as_asked(agency, settings)
    if agency.closed:
        raise UsageError(f"{agency.title} is closed", hint="see what became of it: stockctl agencies " + agency.name)
    if options.make_folders and not agency.transport.makes_folders:
        raise UsageError(
            f"{agency.title} does not say that its folders may be made",
            hint="leave --make-folders out, and make the folder as the agency tells you",
        )
    way = account(catalogue, settings, agency, outbox=options.outbox, keys=options.keys)
    found = preflight(catalogue, settings, paths or _prepared(catalogue, agency, options.wish), agency)
    now = datetime.now(UTC)
    plan = make_plan(
        agency,
        way.delivery,
        found.candidates,
        _standing(catalogue, way, found, now),
        options.wish,
        now,
    )
    empty = Report(
        agency=agency,
        delivery=way.delivery,
        dry_run=options.dry_run,
        steps=plan.steps,
        sheets=_foreseen(way, plan, now, options.wish),
        quotas=plan.quotas,
        errors=found.errors,
        notes=way.notes,
        folder=way.door.folder,
    )
    if options.dry_run:
        _tell(options, plan.steps, way.door.folder)
        return empty
    with lease(catalogue.path) as owner, Ledger(catalogue, owner) as ledger:
        packing.sweep(catalogue.path, living(catalogue.path))
        done = _Run(catalogue, way, ledger, progress or Quiet(), options).carry_out(plan)
        arrived = [step for step in done.steps if step.state in {SENT, PREPARED} and not options.wish.mark_sent]
        if options.wish.mark_sent and not paths and (others := ledger.uploaded(agency.name)):
            done = replace(done, notes=(*done.notes, f"{others} more, no longer where they were, are marked as sent"))
        sheets = _write_sheets(way, ledger, living(catalogue.path), arrived, now)
    sent = table.sendings(catalogue, agency.name, quota.window(agency), datetime.now(UTC))
    return replace(
        empty,
        steps=done.steps,
        notes=(*empty.notes, *done.notes),
        sheets=sheets,
        quotas=quota.quotas(agency, sent),
        failure=done.failure,
        interrupted=done.interrupted,
    )


def _prepared(catalogue: Catalogue, agency: Agency, wish: Wish) -> list[Path]:
    """Return the files of what is prepared, where all of it is to be marked as sent; else nothing.

    Raises:
        UsageError: nothing is prepared.

    """
    if not wish.mark_sent:
        return []
    paths = [Path(path) for path in table.prepared_paths(catalogue, agency.name)]
    if not paths:
        raise UsageError(f"nothing is prepared for {agency.title}", hint="name the files that you uploaded")
    # All of them may be gone: they are marked all the same.
    return [path for path in paths if path.is_file()] or paths[:1]


def _as_asked(agency: Agency, settings: Settings) -> Agency:
    """Return the agency with its super keywords only where the settings ask for them: they are a person's choice."""
    if settings.get(f"agencies.{agency.name}", "super_keywords", False):
        return agency
    left = {key: limit for key, limit in agency.limits.items() if key != "meta.super_keywords_max"}
    return replace(agency, limits=left)


def _standing(catalogue: Catalogue, way: Account, found: Preflight, now: datetime) -> Standing:
    """Return what the ledger says of the files of a batch at an agency."""
    agency = way.agency
    batches = agency.limit("transport.batch_files") is not None
    return Standing(
        rows=table.uploads(catalogue, agency.name, found.media_ids),
        sendings=table.sendings(catalogue, agency.name, quota.window(agency), now),
        filled=table.folder_sizes(catalogue, agency.name, f"/{now:%Y-%m-%d}-") if batches else {},
        named=lambda name: table.by_remote(catalogue, agency.name, name),
        lies=lambda row: Path(row.prepared_in, row.folder.lstrip("/"), row.remote).is_file(),
        outbox=str(way.outbox),
    )


@dataclass(frozen=True)
class _Done:
    steps: tuple[Step, ...]
    notes: tuple[str, ...] = ()
    failure: TransferError | None = None
    interrupted: bool = False


@dataclass
class _Run:
    """Carries a plan out."""

    catalogue: Catalogue
    way: Account
    ledger: Ledger
    progress: Progress
    options: Options
    notes: list[str] = field(default_factory=list)

    def carry_out(self, plan: Plan) -> _Done:
        with contextlib.ExitStack() as packed:
            return self._carry_out(plan, packed)

    def _carry_out(self, plan: Plan, packed: contextlib.ExitStack) -> _Done:
        alive = living(self.catalogue.path)
        steps = list(plan.steps)
        jobs: dict[str, list[tuple[int, Job]]] = defaultdict(list)
        for number, step in enumerate(steps):
            if step.waits:
                self.ledger.wait(step.parts, step.why[0])
            if step.state != PLANNED:
                _tell(self.options, [step], self.way.door.folder)
                continue
            taken = self._take(step, alive, packed)
            if isinstance(taken, Step):
                steps[number] = taken
                _tell(self.options, [taken], self.way.door.folder)
            else:
                jobs[self.way.host_for(step.candidate.asset.kind)].append((number, taken))
        failure: TransferError | None = None
        interrupted = False
        for host, numbered in jobs.items():
            told: set[int] = set()

            def settled(
                place: int, outcome: Outcome, numbered: list[tuple[int, Job]] = numbered, told: set[int] = told
            ) -> None:
                told.add(place)
                _tell(self.options, [_after(steps[numbered[place][0]], outcome)], self.way.door.folder)

            if failure or interrupted:
                outcomes = [Outcome(sent=False, tried=False, why="not tried")] * len(numbered)
            else:
                outcomes, failure, interrupted = self._send(host, [job for _, job in numbered], settled)
            for place, ((number, _), outcome) in enumerate(zip(numbered, outcomes, strict=True)):
                steps[number] = _after(steps[number], outcome)
                if place not in told:
                    _tell(self.options, [steps[number]], self.way.door.folder)
        return _Done(tuple(steps), tuple(self.notes), failure, interrupted)

    def _take(self, step: Step, alive: Iterable[str], packed: contextlib.ExitStack) -> Job | Step:
        """Take a picture for this run, or return what became of it instead."""
        archive: list[Path] = []
        if step.zipped and not self.options.wish.mark_sent:
            try:
                step, path = packing.pack(step, self.catalogue.path, self.ledger.owner)
            except FileProblem as problem:
                return replace(step, state=FAILED, why=(str(problem),))
            packed.callback(path.unlink, missing_ok=True)
            archive = [path]
        if self.options.wish.mark_sent:
            why = self.ledger.mark(step.parts, alive=alive)
            return replace(step, state=SKIPPED if why else SENT, why=(why or "marked as sent by hand",))
        rows = self.ledger.take(step.parts, alive=alive, again=self.options.wish.again)
        if isinstance(rows, str):
            return replace(step, state=SKIPPED, why=(rows,))
        return Job(tuple(rows), (*archive, *(Path(row.path) for row in rows[len(archive) :])))

    def _send(
        self, host: str, jobs: Sequence[Job], settled: Callable[[int, Outcome], None]
    ) -> tuple[list[Outcome], TransferError | None, bool]:
        connections = min(self.way.connections, len(jobs))
        door = replace(self.way.door, host=host, max_rate=-(-self.way.max_rate // connections))
        sender = Sender(
            ledger=self.ledger,
            connect=lambda: open_transport(door),
            base="/" if door.protocol == "folder" else door.folder,
            connections=connections,
            progress=self.progress,
            makes_folders=self.options.make_folders,
            settled=settled,
        )
        try:
            outcomes = sender.run(jobs)
        except TransferError as error:
            for job in jobs:
                self.ledger.settle(job.parts[0], State.FAILED, error.message)
            return [Outcome(sent=False, why=error.message)] * len(jobs), error, False
        else:
            self._tell_missing(outcomes)
            return outcomes, None, sender.interrupted
        finally:
            if sender.places is not None:
                self._remember(host, sender.places, connections)

    def _tell_missing(self, outcomes: Sequence[Outcome]) -> None:
        """Say once for each folder that is not there how many files wait for it, and what to do."""
        agency = self.way.agency
        way = (
            f"have it made: stockctl submit --agency {agency.name} --retry-failed --make-folders"
            if agency.transport.makes_folders
            else "make it as the agency tells you, then run with --retry-failed"
        )
        for folder, count in Counter(outcome.missing for outcome in outcomes if outcome.missing).items():
            wait = "1 file waits" if count == 1 else f"{count} files wait"
            self.notes.append(f"{agency.title}: the folder {folder} is not there, and {wait} for it; {way}")

    def _remember(self, host: str, places: int, wanted: int) -> None:
        """Keep and say how many connections a host takes, so that the next run asks for no more."""
        agency = self.way.agency
        table.keep_places(self.catalogue, agency.name, host, places)
        took = "1 connection" if places == 1 else f"{places} connections"
        note = f"{agency.title} takes {took} at once from here, not {wanted}: the files went through "
        self.notes.append(note + ("that one" if places == 1 else "those") + "; remembered for the next run")


def _tell(options: Options, steps: Iterable[Step], folder: str) -> None:
    if options.told is not None:
        for step in steps:
            options.told(step, folder)


def _after(step: Step, outcome: Outcome) -> Step:
    if outcome.sent:
        state = PREPARED if step.parts[0].delivery == "folder" else SENT
        return replace(step, state=state, resumed_at=outcome.resumed_at)
    return replace(step, state=FAILED if outcome.tried else HELD, why=(outcome.why,))


def _foreseen(way: Account, plan: Plan, now: datetime, wish: Wish) -> Sheets:
    """Return the sheet that a plan would lead to; nothing is written."""
    planned = [step for step in plan.steps if step.state == PLANNED and not wish.mark_sent]
    rows = 0 if way.by_api else sum(step.parts[0].cells is not None for step in planned)
    batches = plan.agency.limit("transport.batch_files") is not None
    folders = dict.fromkeys(step.parts[0].folder.strip("/") if batches else "" for step in planned) if rows else {}
    paths = tuple(way.outbox / folder / f"{plan.agency.name}-{now:%Y-%m-%d}-1.csv" for folder in folders)
    return Sheets(paths, rows, _delivered(way), next_steps(way, planned, rows, ()))


def _delivered(way: Account) -> str:
    form = way.agency.sheet
    if way.by_api:
        return "with the files"
    return form.delivery if form is not None else "by hand"


def _write_sheets(way: Account, ledger: Ledger, alive: Iterable[str], arrived: Sequence[Step], now: datetime) -> Sheets:
    """Write the rows that are owed: of what arrived and stands in no sheet, in this run or in one that was killed."""
    agency = way.agency
    paths: list[Path] = []
    rows = 0
    owed = ledger.owed(agency.name, alive=alive)
    if way.by_api:
        ledger.written(agency.name, [upload.media_id for upload in owed], "with the files, by the API")
        owed = []
    for page in sheet.pages(agency, owed):
        ids = page.media_ids
        path = sheet.write(
            way.outbox / page.folder,
            f"{agency.name}-{now:%Y-%m-%d}",
            page,
            lambda path, ids=ids: ledger.intends(agency.name, ids, path),  # type: ignore[misc]
        )
        ledger.written(agency.name, ids, str(path))
        paths.append(path)
        rows += len(ids)
    return Sheets(tuple(paths), rows, _delivered(way), next_steps(way, arrived, rows, paths))
