"""Work that takes longer than an answer may: checking, looking, sending; each page can follow it."""

from __future__ import annotations

import itertools
import queue
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from stockctl.errors import StockctlError

if TYPE_CHECKING:
    from collections.abc import Callable

# Jobs that ended are kept for pages that ask late, the newest so many.
_KEPT = 50


@dataclass
class Job:
    """One piece of work: how far it is, and what came of it; listeners are told of each step."""

    number: int
    lane: str
    title: str
    total: int = 0
    done: int = 0
    note: str = ""
    ended: bool = False
    stopping: bool = False
    failed: str = ""
    hint: str = ""
    result: Any = None
    listeners: list[queue.SimpleQueue[dict[str, Any]]] = field(default_factory=list)

    def to_json(self) -> dict[str, Any]:
        """Return what a page shows."""
        return {
            "job": self.number,
            "lane": self.lane,
            "title": self.title,
            "total": self.total,
            "done": self.done,
            "note": self.note,
            "ended": self.ended,
            "failed": self.failed,
            "hint": self.hint,
            "result": self.result,
        }


class Jobs:
    """The jobs of one desk. Those of one lane go one after another: there is one writer to the catalogue each."""

    def __init__(self, on_bug: Callable[[], str]) -> None:
        self._numbers = itertools.count(1)
        self._jobs: dict[int, Job] = {}
        self._lock = threading.Lock()
        self._lanes: dict[str, queue.SimpleQueue[tuple[Job, Callable[[Job], Any]] | None]] = {}
        self._on_bug = on_bug

    def start(self, lane: str, title: str, work: Callable[[Job], Any], total: int = 0) -> Job:
        """Put work into a lane; it begins when the lane's earlier work has ended."""
        job = Job(next(self._numbers), lane, title, total)
        with self._lock:
            self._jobs[job.number] = job
            for old in sorted(number for number, one in self._jobs.items() if one.ended)[:-_KEPT]:
                del self._jobs[old]
            if lane not in self._lanes:
                self._lanes[lane] = queue.SimpleQueue()
                threading.Thread(target=self._work, args=(self._lanes[lane],), daemon=True, name=lane).start()
            self._lanes[lane].put((job, work))
        return job

    def _work(self, lane: queue.SimpleQueue[tuple[Job, Callable[[Job], Any]] | None]) -> None:
        while (item := lane.get()) is not None:
            job, work = item
            try:
                job.result = work(job)
            except StockctlError as error:
                job.failed, job.hint = str(error), error.hint
            except Exception:  # noqa: BLE001 - one job's bug must not end the desk; a report is written
                job.failed, job.hint = "something went wrong in the program", self._on_bug()
            job.ended = True
            self.tell(job)

    def get(self, number: int) -> Job | None:
        """Return a job, None where there is none any more."""
        with self._lock:
            return self._jobs.get(number)

    def stop(self, number: int) -> None:
        """Ask a job to end after the step that it is at; one that cannot stop goes on."""
        job = self.get(number)
        if job is not None:
            job.stopping = True

    def running(self) -> list[Job]:
        """Return the jobs that have not ended, the oldest first."""
        with self._lock:
            return [job for job in self._jobs.values() if not job.ended]

    def moved(self, job: Job, done: int | None = None, total: int | None = None, note: str | None = None) -> None:
        """Take note of how far a job is, and tell its listeners."""
        job.done = job.done if done is None else done
        job.total = job.total if total is None else total
        job.note = job.note if note is None else note
        self.tell(job)

    def tell(self, job: Job) -> None:
        """Tell the listeners of a job how far it is."""
        with self._lock:
            listeners = list(job.listeners)
        for listener in listeners:
            listener.put(job.to_json())

    def listen(self, job: Job) -> queue.SimpleQueue[dict[str, Any]]:
        """Return a queue on which each step of a job arrives, the present one first."""
        listener: queue.SimpleQueue[dict[str, Any]] = queue.SimpleQueue()
        with self._lock:
            job.listeners.append(listener)
            listener.put(job.to_json())
        return listener

    def end(self) -> None:
        """Let every lane end after what it is doing, and everybody who listens go."""
        with self._lock:
            for job in self._jobs.values():
                for listener in job.listeners:
                    listener.put({**job.to_json(), "ended": True})
            for lane in self._lanes.values():
                lane.put(None)
