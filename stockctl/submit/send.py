"""Send a batch: parallel connections, retries, resuming, and the ledger written before and after each act."""

from __future__ import annotations

import contextlib
import queue
import random
import signal
import threading
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Protocol

from stockctl.catalogue.ledger import State
from stockctl.submit.resume import Begun, Step, next_step
from stockctl.submit.transports import NOT_ASKED, Fault, TransferError, Upload, Watch, join

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from stockctl.catalogue.ledger import Ledger
    from stockctl.catalogue.ledger import Upload as Row
    from stockctl.submit.transports import Transport

TRIES = 6
LONGEST_PAUSE = 60.0
# So many files in a row failing mean that it is the agency, not the files.
FAILURES_IN_A_ROW = 3


class Progress(Protocol):
    """Who is told how far each file is."""

    def expect(self, size: int) -> None:
        """Take note that so many bytes are to go in all."""

    def moved(self, name: str, done: int, size: int) -> None:
        """Take note that `done` of `size` bytes of a file have left."""

    def ended(self, name: str, size: int) -> None:
        """Take note that a file's turn is over."""


class Quiet:
    """Progress that nobody looks at."""

    def expect(self, size: int) -> None:
        """Say nothing."""

    def moved(self, name: str, done: int, size: int) -> None:
        """Say nothing."""

    def ended(self, name: str, size: int) -> None:
        """Say nothing."""


@dataclass(frozen=True)
class Job:
    """One picture with its companions, which go back to back on one connection."""

    parts: tuple[Row, ...]
    sources: tuple[Path, ...]


@dataclass(frozen=True)
class Outcome:
    """How a job ended: sent, failed (with why), or not tried; where the picture itself was resumed."""

    sent: bool
    why: str = ""
    tried: bool = True
    resumed_at: int = 0


def full_jitter(tries: int) -> float:
    """Return how long to wait before the next try, in seconds: anything up to a bound that doubles."""
    return random.uniform(0, min(LONGEST_PAUSE, 2.0**tries))  # noqa: S311 - no secret


@dataclass
class Sender:
    """Sends jobs over a few connections at once.

    `connect` opens one; `base` is the agency's folder; `pause` says how long to
    wait before a further try. `last_orders` set: no new file is begun. `stop`
    set: those in flight are aborted.
    """

    ledger: Ledger
    connect: Callable[[], Transport]
    base: str = "/"
    connections: int = 4
    tries: int = TRIES
    pause: Callable[[int], float] = full_jitter
    progress: Progress = field(default_factory=Quiet)
    last_orders: threading.Event = field(default_factory=threading.Event)
    stop: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        """Set up what the threads share."""
        self._lock = threading.Lock()
        self._outcomes: dict[int, Outcome] = {}
        self._in_a_row = 0
        self._ended: TransferError | None = None
        self._broken: BaseException | None = None

    def run(self, jobs: Sequence[Job]) -> list[Outcome]:
        """Send the jobs and return how each ended, in their order.

        The first connection logs in alone: a wrong password is tried once, not
        once for each connection.

        Raises:
            TransferError: no file can get through: host, TLS, host key, login or folder.

        """
        if not jobs:
            return []
        first = self.connect()
        try:
            self._enter(first)
        except BaseException:
            first.close()
            raise
        waiting: queue.SimpleQueue[int] = queue.SimpleQueue()
        for number in range(len(jobs)):
            waiting.put(number)
        self.progress.expect(sum(row.fingerprint.size for job in jobs for row in job.parts))
        count = max(1, min(self.connections, len(jobs)))
        threads = [
            threading.Thread(target=self._work, args=(jobs, waiting, first if number == 0 else None), daemon=True)
            for number in range(count)
        ]
        for thread in threads:
            thread.start()
        self._wait(threads)
        if self._broken is not None:
            raise self._broken
        return [self._outcomes.get(number, self._not_tried()) for number in range(len(jobs))]

    @property
    def interrupted(self) -> bool:
        """Whether the person asked to stop."""
        return self.last_orders.is_set()

    def _wait(self, threads: Sequence[threading.Thread]) -> None:
        """Wait for the threads; Ctrl-C ends with the files in flight, a second one aborts them."""

        def interrupted(_number: int, _frame: object) -> None:
            (self.stop if self.last_orders.is_set() else self.last_orders).set()

        # Only the main thread may say what a signal does; elsewhere there is no Ctrl-C to take.
        main = threading.current_thread() is threading.main_thread()
        before = signal.signal(signal.SIGINT, interrupted) if main else None
        try:
            for thread in threads:
                while thread.is_alive():
                    thread.join(0.2)
        finally:
            if main:
                signal.signal(signal.SIGINT, before)

    def _not_tried(self) -> Outcome:
        if self._ended is not None:
            return Outcome(sent=False, tried=False, why=f"not tried: {self._ended.message}")
        if self._in_a_row >= FAILURES_IN_A_ROW:
            return Outcome(sent=False, tried=False, why=f"not tried: {FAILURES_IN_A_ROW} files in a row failed")
        return Outcome(sent=False, tried=False, why="not tried: stopped")

    def _enter(self, transport: Transport) -> None:
        for attempt in range(self.tries):
            try:
                transport.enter(self.base)
            except TransferError as error:
                if not error.fault.passes or error.fault is Fault.REFUSED or attempt == self.tries - 1:
                    raise
                self.stop.wait(self.pause(attempt))
            else:
                return

    @property
    def _over(self) -> bool:
        return (
            self.last_orders.is_set()
            or self.stop.is_set()
            or self._ended is not None
            or self._broken is not None
            or self._in_a_row >= FAILURES_IN_A_ROW
        )

    def _work(self, jobs: Sequence[Job], waiting: queue.SimpleQueue[int], transport: Transport | None) -> None:
        transport = transport or self.connect()
        try:
            while not self._over:
                try:
                    number = waiting.get_nowait()
                except queue.Empty:
                    return
                outcome = self._job(transport, jobs[number])
                with self._lock:
                    self._outcomes[number] = outcome
                    self._in_a_row = 0 if outcome.sent else self._in_a_row + 1
        except BaseException as error:  # noqa: BLE001 - raised again by the thread that waits
            self._broken = error
        finally:
            transport.close()

    def _job(self, transport: Transport, job: Job) -> Outcome:
        resumed_at = 0
        for row, source in zip(job.parts, job.sources, strict=True):
            if row.state.arrived and row.state is not State.SENT:
                continue
            try:
                offset = self._part(transport, row, source)
            except TransferError as error:
                self.ledger.settle(row, State.FAILED, str(error))
                if error.fault.ends_all:
                    self._ended = error
                return Outcome(sent=False, why=str(error))
            finally:
                self.progress.ended(row.remote, row.fingerprint.size)
            if row.part == 0:
                resumed_at = offset
        return Outcome(sent=True, resumed_at=resumed_at)

    def _part(self, transport: Transport, row: Row, source: Path) -> int:
        """Send one file, trying again as long as that may help; return where it was resumed."""
        upload = Upload(source, row.fingerprint, join(self.base, row.folder), row.remote)
        # Known to be begun: only then is what stands over there ours to go on with.
        begun = row.attempts > 0
        resumes = transport.resumes
        for attempt in range(self.tries):
            try:
                offset = self._offset(transport, row, upload, resumes=resumes) if begun else 0
                if offset is None:
                    return 0
                self.ledger.begin(row)
                # From here on the row as it was read says nothing more: the next try asks the server alone.
                row, begun = replace(row, state=State.SENDING, handed_over=False), True
                self._send(transport, row, upload, offset)
            except TransferError as error:
                if error.fault is Fault.NO_RESUME:
                    resumes = False
                if error.fault is Fault.SOURCE and begun:
                    # What arrived is no picture of ours any more.
                    with contextlib.suppress(TransferError):
                        transport.delete(upload.folder, upload.name)
                self._before_next(attempt, error)
            else:
                return offset
        raise AssertionError  # the last try returns or raises

    def _offset(self, transport: Transport, row: Row, upload: Upload, *, resumes: bool) -> int | None:
        """Ask the server about a file that was begun: where to go on, or None where it is settled."""
        there = transport.size(upload.folder, upload.name)
        if row.state is State.SENT and (there is None or there < 0):
            self.ledger.settle(row, State.ACCEPTED)
            return None
        begun = Begun(upload.size, there, row.handed_over)
        step = next_step(begun, resumes=resumes, acknowledged=transport.acknowledged)
        if step in {Step.VERIFIED, Step.TAKEN_IN}:
            self.ledger.settle(row, State.VERIFIED if step is Step.VERIFIED else State.ACCEPTED)
            return None
        if step is Step.REPLACE:
            transport.delete(upload.folder, upload.name)
        return there or 0 if step is Step.RESUME else 0

    def _before_next(self, attempt: int, error: TransferError) -> None:
        """Wait before the next try, or raise the error where none would help."""
        if not error.fault.passes or attempt == self.tries - 1:
            raise error
        if error.fault is not Fault.NO_RESUME:
            self.stop.wait(self.pause(attempt))
        if self.stop.is_set():
            raise error

    def _send(self, transport: Transport, row: Row, upload: Upload, offset: int) -> None:
        """Send the bytes, then ask once what stands over there."""
        told: list[bool] = []

        def confirmed() -> None:
            if not told:
                told.append(True)
                self.ledger.settle(row, State.SENT)

        watch = Watch(
            moved=lambda done: self.progress.moved(row.remote, done, upload.size),
            # Only where it proves something; see `next_step`.
            handed_over=lambda: self.ledger.handed_over(row) if transport.acknowledged else None,
            confirmed=confirmed,
            stop=self.stop,
        )
        try:
            there = transport.send(upload, watch, offset=offset)
        except TransferError as error:
            if not told or error.fault is Fault.SOURCE:
                raise
            # The server's word came before the line broke.
            there = NOT_ASKED
        if there == NOT_ASKED:
            try:
                there = transport.size(upload.folder, upload.name)
            except TransferError:
                # The server confirmed the file; the next run asks for its size.
                return
        if there is None or there < 0:
            self.ledger.settle(row, State.ACCEPTED)
        elif there == upload.size:
            self.ledger.settle(row, State.VERIFIED)
        else:
            self.ledger.settle(row, State.SENDING, f"{there} of {upload.size} bytes stand over there")
            transport.delete(upload.folder, upload.name)
            raise TransferError(
                f"the server confirmed it, but holds {there} bytes of {upload.size}",
                where=upload.name,
                hint="run the same command again",
                fault=Fault.LINE,
            )
