"""What a desk works with: its files, its words, its jobs, what decodes pictures and what sends them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stockctl.desk.jobs import Jobs
from stockctl.desk.pictures.hands import Hands
from stockctl.desk.pictures.thumbnails import PICTURED, Thumbnails
from stockctl.desk.sending import Sending
from stockctl.desk.shelf.shelf import Shelf
from stockctl.desk.words.bench import Bench

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from stockctl.config import Settings
    from stockctl.desk.jobs import Job

# Processes that decode pictures for pages, where the settings name no fewer.
_WORKERS = 2


class Room:
    """All that the pages of one desk share; the rows of its files are there as soon as it is."""

    def __init__(self, catalogue: Path, settings: Settings, paths: Sequence[Path], on_bug: Callable[[], str]) -> None:
        self.catalogue = catalogue
        self.settings = settings
        self.jobs = Jobs(on_bug)
        self.pool = Hands(min(_WORKERS, settings.get("check", "workers") or _WORKERS))
        self.shelf = Shelf(catalogue, settings, paths, self.pool)
        self.shelf.read()
        self.thumbnails = Thumbnails(catalogue, self.pool)
        self.bench = Bench(catalogue, settings)
        self.sending = Sending(catalogue, settings, self.jobs)

    def close(self) -> None:
        """End what goes on; what is being written comes to its end."""
        self.jobs.end()
        self.shelf.end()
        self.bench.close()
        self.pool.shutdown(wait=False, cancel_futures=True)
        self.thumbnails.close()

    def judge_all(self, job: Job) -> None:
        """Check all files and make the small pictures that are missing; the grid is there meanwhile.

        What a first screen shows comes first.
        """
        self.shelf.fill()
        self.shelf.first()
        self.shelf.judge_all(lambda done, total: self.jobs.moved(job, done=done, total=total))
        rows = {row.media_id: row for row in self.shelf.rows() if row.media_id}
        missing = self.thumbnails.missing(list(rows))
        self.jobs.moved(job, done=0, total=len(missing), note="small pictures")
        pictured = [rows[one] for one in missing if rows[one].kind in PICTURED]
        self.thumbnails.make_all(
            ((row.media_id, row.path, row.format) for row in pictured), lambda done: self.jobs.moved(job, done=done)
        )
