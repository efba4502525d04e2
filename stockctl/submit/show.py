"""A submission's report as JSON and as terminal text."""

from __future__ import annotations

import contextlib
import threading
from typing import TYPE_CHECKING, Any

from stockctl.report.moment import local
from stockctl.report.terminal import is_silent
from stockctl.report.visible import visible
from stockctl.submit.plan import FAILED, HELD, PLANNED, PREPARED, SENT, SKIPPED
from stockctl.submit.sending.worker import Quiet

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from rich.console import Console
    from rich.progress import Progress as Bars
    from rich.progress import TaskID

    from stockctl.catalogue.sent.ledger import Upload
    from stockctl.submit.login import Login
    from stockctl.submit.plan import Step
    from stockctl.submit.quota import Quota
    from stockctl.submit.run import Report
    from stockctl.submit.sending.worker import Progress
    from stockctl.submit.status import Standing


def to_json(report: Report) -> dict[str, Any]:
    """Return the document of `submit --json`."""
    head, files, rest = in_parts(report)
    return {**head, "files": list(files), **rest}


def in_parts(report: Report) -> tuple[dict[str, Any], Iterable[dict[str, Any]], dict[str, Any]]:
    """Return that document in parts: what stands before its `files`, each of them, and what stands behind."""
    paths = [str(path) for path in report.sheets.paths]
    head = {
        "command": "submit",
        "agency": report.agency.name,
        "dry_run": report.dry_run,
        "delivery": report.delivery,
        "sheet": {
            "path": paths[0] if paths else None,
            "paths": paths,
            "rows": report.sheets.rows,
            "delivered": report.sheets.delivered,
            "next": report.sheets.next,
        },
    }
    rest = {
        "quota": quota_json(report.quotas),
        "quotas": [quota_json([quota]) for quota in report.quotas],
        "notes": list(report.notes),
        "errors": [{"path": problem.where, "error": problem.message, "hint": problem.hint} for problem in report.errors]
        + ([_failure(report)] if report.failure else []),
    }
    return head, (step_to_json(step, report.folder) for step in report.steps), rest


def rest_to_json(report: Report) -> dict[str, Any]:
    """Return what `--jsonl` prints behind the files: the document without them."""
    head, _, rest = in_parts(report)
    return {**head, **rest}


def step_to_json(step: Step, folder: str) -> dict[str, Any]:
    """Return what became of one file; `folder` is the account's own over there."""
    return {
        "path": str(step.path),
        "media_id": step.candidate.asset.media_id,
        "remote": step.parts[0].remote if step.parts else step.remote or None,
        "folder": _folder(folder, step.parts[0].folder) if step.parts else None,
        "bytes": step.parts[0].fingerprint.size if step.parts else step.candidate.fingerprint.size,
        "resumed_at": step.resumed_at,
        "companions": [part.remote for part in step.parts[1:]],
        "state": step.state,
        "why": list(step.why),
        "warnings": list(step.candidate.warnings),
        "suggested": {"categories": list(step.suggested)} if step.suggested else {},
        "changes": list(step.changes),
    }


def _failure(report: Report) -> dict[str, Any]:
    assert report.failure is not None
    return {"path": None, "error": report.failure.message, "hint": report.failure.hint}


def _folder(base: str, folder: str) -> str:
    from stockctl.submit.transports import join

    return join(base, folder)


def quota_json(quotas: Sequence[Quota]) -> dict[str, Any] | None:
    """Return the first quota (images, where an agency has several), or None."""
    if not quotas:
        return None
    quota = quotas[0]
    return {
        "used": quota.used,
        "limit": quota.limit,
        "window_days": quota.window.days,
        "kinds": sorted(quota.kinds),
        "free_at": quota.free_at.isoformat() if quota.free_at else None,
    }


def status_json(standings: Sequence[Standing]) -> dict[str, Any]:
    """Return the document of `submit --status --json`."""
    return {
        "command": "submit",
        "status": [
            {
                "agency": standing.agency.name,
                "sent": standing.sent,
                "prepared": standing.prepared,
                "waiting": standing.waiting,
                "failed": standing.failed,
                "quota": quota_json(standing.quotas),
                "owed_rows": standing.owed_rows,
                "failures": [{"path": path, "error": why} for path, why in standing.failures],
            }
            for standing in standings
        ],
    }


def login_json(login: Login) -> dict[str, Any]:
    """Return the document of `submit --test-login --json`."""
    return {
        "command": "submit",
        "agency": login.agency,
        "login": login.login,
        "message": login.message,
        "hint": login.hint,
    }


_STYLES = {PLANNED: "cyan", PREPARED: "green", SENT: "green", HELD: "yellow", SKIPPED: "dim", FAILED: "red"}


def _one(report: Report, step: Step, console: Console) -> None:
    """Print what happened to one file, or what would."""
    goes = step.state in {PLANNED, PREPARED, SENT}
    place = f" → {_place(report, step.parts[0])}" if step.parts and goes else ""
    console.print(f"{step.state:10}{visible(str(step.path))}{place}", style=_STYLES[step.state])
    for part in step.parts[1:] if goes else ():
        console.print(f"          with {part.path} → {_place(report, part)}")
    for reason in step.why:
        console.print(f"          {visible(reason)}")
    if step.suggested and goes:
        console.print(f"          category {', '.join(step.suggested)} (suggested)")
    if report.dry_run and step.state == PLANNED:
        _foreseen(step, console)


def to_terminal(report: Report, console: Console) -> None:
    """Print each file with what happened to it, then the sheet and what a person does now."""
    alike: dict[tuple[str, tuple[str, ...]], list[Step]] = {}
    for step in report.steps:
        alike.setdefault((step.state, step.why), []).append(step)
    for step in report.steps:
        same = alike[step.state, step.why]
        if step.why and len(same) > 1 and step.state != PLANNED:
            if step is same[0]:
                _together(same, console)
            continue
        _one(report, step, console)
    counts = {state: sum(step.state == state for step in report.steps) for state in _STYLES}
    summary = ", ".join(f"{count} {state}" for state, count in counts.items() if count) or "nothing to do"
    console.print(f"\n{report.agency.title} ({report.delivery}): {summary}", style="bold")
    for quota in report.quotas:
        console.print(_quota_words(quota))
    for path in report.sheets.paths:
        console.print(f"sheet: {path}")
    if report.sheets.paths:
        rows = report.sheets.rows
        several = f" in {len(report.sheets.paths)} files" if len(report.sheets.paths) > 1 else ""
        console.print(f"rows: {rows}{several}")
    for number, what in enumerate(report.sheets.steps, 1):
        console.print(f"{'next:' if number == 1 else '':6}{number}. {what}")


def _together(steps: Sequence[Step], console: Console) -> None:
    """Print files of which the same is to be said: it once, with their number, and then each file."""
    first = steps[0]
    console.print(f"{first.state:10}{len(steps)} files: {'; '.join(first.why)}", style=_STYLES[first.state])
    for step in steps:
        console.print(f"          {visible(str(step.path))}")


def _place(report: Report, part: Upload) -> str:
    """Return folder and name over there; in the outbox, which is named once below, from there on."""
    folder = part.folder.lstrip("/") if report.delivery == "folder" else _folder(report.folder, part.folder)
    return f"{folder}/{part.remote}" if folder.strip("/") else part.remote


def _foreseen(step: Step, console: Console) -> None:
    """Print what would go to the agency otherwise than it stands in the file, and the row of its sheet."""
    for change in step.changes:
        console.print(f"          {change}", style="yellow")
    _row(step.parts[0].cells, console)


def _row(kept: str | None, console: Console) -> None:
    import json

    if kept is None:
        return
    entry = json.loads(kept)
    for name, cell in zip(entry["header"], entry["cells"], strict=True):
        if cell:
            console.print(f"          {name}: {cell}", style="dim")


def _quota_words(quota: Quota) -> str:
    kinds = "clips" if "video" in quota.kinds else "pictures"
    free = f"; next place free {local(quota.free_at)}" if quota.free_at else ""
    return f"quota: {quota.used} of {quota.limit} {kinds} in {quota.window.days} days{free}"


def problems(report: Report, console: Console) -> None:
    """Print notes and errors, with hints, where messages go."""
    for note in () if is_silent() else report.notes:
        console.print(f"note: {note}")
    for problem in (*report.errors, *([report.failure] if report.failure else [])):
        console.print(f"error: {visible(str(problem))}", style="red")
        if problem.hint:
            console.print(f"hint: {problem.hint}")


def status_to_terminal(standings: Sequence[Standing], console: Console) -> None:
    """Print one line for each agency, and under it what failed."""
    for standing in standings:
        console.print(
            f"{standing.agency.title}: {standing.sent} sent, "
            + (f"{standing.prepared} prepared, " if standing.prepared else "")
            + f"{standing.waiting} waiting, {standing.failed} failed"
            + (f"; {standing.owed_rows} in no sheet yet" if standing.owed_rows else "")
            + "".join(f"; {_quota_words(quota)}" for quota in standing.quotas)
        )
        by_reason: dict[str, list[str]] = {}
        for path, why in standing.failures:
            by_reason.setdefault(why, []).append(path)
        for why, paths in by_reason.items():
            console.print(f"  {len(paths)} {'file' if len(paths) == 1 else 'files'}: {why}", style="red")
            for path in paths:
                console.print(f"    {path}")


@contextlib.contextmanager
def progress(console: Console) -> Iterator[Progress]:
    """Give a progress that shows each file and the whole, with rate and time left, where stderr is a terminal."""
    if is_silent() or not console.is_terminal:
        yield Quiet()
        return
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn, TransferSpeedColumn

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        DownloadColumn(),
        TransferSpeedColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console, transient=True) as bars:
        yield _Bars(bars)


class _Bars:
    """Bars for the files in flight, and one for all."""

    def __init__(self, bars: Bars) -> None:
        self._bars = bars
        self._lock = threading.Lock()
        self._tasks: dict[str, TaskID] = {}
        self._done: dict[str, int] = {}
        self._all: TaskID | None = None

    def expect(self, size: int) -> None:
        """Add the bar of the whole: so many bytes are to go."""
        self._all = self._bars.add_task("all", total=size)

    def moved(self, name: str, done: int, size: int) -> None:
        """Move a file's bar, and the whole's with it."""
        with self._lock:
            if name not in self._tasks:
                self._tasks[name] = self._bars.add_task(name, total=size)
                self._done[name] = 0
            if self._all is not None:
                self._bars.advance(self._all, max(0, done - self._done[name]))
            self._done[name] = max(done, self._done[name])
            self._bars.update(self._tasks[name], completed=done)

    def ended(self, name: str, size: int) -> None:
        """Take a file's bar away."""
        self.moved(name, size, size)
        with self._lock:
            self._bars.remove_task(self._tasks.pop(name))
