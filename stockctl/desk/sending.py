"""Sending from the desk: the plan of `submit --dry-run` for a selection, and the same run with its progress."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from stockctl.catalogue import open_catalogue
from stockctl.catalogue.seen import assets
from stockctl.report.finding import of_text
from stockctl.submit import run as submitting
from stockctl.submit import show
from stockctl.submit.plan import HELD, Wish

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from stockctl.catalogue import Catalogue
    from stockctl.config import Settings
    from stockctl.desk.jobs import Job, Jobs
    from stockctl.desk.shelf.rows import Row


class Sending:
    """Plans and runs, each on a connection of its own."""

    def __init__(self, catalogue: Path, settings: Settings, jobs: Jobs) -> None:
        self._catalogue = catalogue
        self._settings = settings
        self._jobs = jobs

    def plan(self, rows: Sequence[Row], agency: str, *, prepare: bool) -> dict[str, Any]:
        """Return what would happen to the files at an agency; nothing is sent or written.

        Raises:
            UsageError: there is no such agency, or it is closed.

        """
        return self._run(rows, agency, submitting.Options(dry_run=True), prepare=prepare)

    def send(self, job: Job, rows: Sequence[Row], agency: str, *, prepare: bool) -> dict[str, Any]:
        """Send what passes, or prepare it in the outbox; the ledger knows each step before it is taken."""
        return self._run(rows, agency, submitting.Options(), prepare=prepare, progress=_Told(self._jobs, job))

    def mark_sent(self, rows: Sequence[Row], agency: str) -> dict[str, Any]:
        """Say that files were uploaded by hand."""
        return self._run(rows, agency, submitting.Options(wish=Wish(mark_sent=True)), prepare=False)

    def _run(
        self,
        rows: Sequence[Row],
        agency: str,
        options: submitting.Options,
        *,
        prepare: bool,
        progress: _Told | None = None,
    ) -> dict[str, Any]:
        settings = _in_the_outbox(self._settings, agency) if prepare else self._settings
        ids = {str(row.path): row.id for row in rows}
        with open_catalogue(self._catalogue) as catalogue:
            report = submitting.run(catalogue, settings, [row.path for row in rows], agency, options, progress)
            hints = _hints(catalogue, [row.path for row in rows], report.agency.name)
        document = show.to_json(report)
        document["title"] = report.agency.title
        document["steps"] = list(report.sheets.steps)
        document["files"] = [
            {**file, "id": ids.get(file["path"], ""), "mends": _mends(file, hints.get(file["path"], {}))}
            for file in document["files"]
        ]
        return document


def _hints(catalogue: Catalogue, paths: Sequence[Path], agency: str) -> dict[str, dict[str, str]]:
    """Return for each path what mends each rule's finding at an agency, as the check before the run found it."""
    keys = assets.keys_of(paths)
    kept = assets.last_findings(catalogue, keys.values())
    return {
        str(path): {one.name: one.hint for one in of_text(kept[key]) if one.agency in {None, agency} and one.hint}
        for path, key in keys.items()
        if key in kept
    }


def _mends(file: Mapping[str, Any], hints: Mapping[str, str]) -> dict[str, str]:
    """Return what mends each reason for which a file is held."""
    reasons = file["why"] if file["state"] == HELD else []
    return {reason: hints[rule] for reason in reasons if (rule := reason.split(":", 1)[0]) in hints}


def _in_the_outbox(settings: Settings, agency: str) -> Settings:
    """Return the settings under which an agency's batch is prepared in the outbox, login or not."""
    from dataclasses import replace

    agencies = {
        **settings.section("agencies"),
        agency: {**settings.section(f"agencies.{agency}"), "delivery": "folder"},
    }
    return replace(settings, values={**settings.values, "agencies": agencies})


class _Told:
    """Tells a job how far the files of a run are."""

    def __init__(self, jobs: Jobs, job: Job) -> None:
        self._jobs, self._job = jobs, job
        self._done: dict[str, int] = {}
        self._size = 0

    def expect(self, size: int) -> None:
        """Take note that so many bytes are to go in all."""
        self._size += size
        self._jobs.moved(self._job, total=self._size)

    def moved(self, name: str, done: int, size: int) -> None:  # noqa: ARG002 - as `submit` calls it
        """Take note that `done` bytes of a file have left."""
        self._done[name] = done
        self._jobs.moved(self._job, done=sum(self._done.values()), note=name)

    def ended(self, name: str, size: int) -> None:
        """Take note that a file's turn is over."""
        self._done[name] = size
        self._jobs.moved(self._job, done=sum(self._done.values()), note=name)
