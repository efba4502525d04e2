"""Send a batch: parallel connections, retries, resuming, and the ledger written before and after each act."""

from __future__ import annotations

import queue
import random
import signal
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from stockctl.report import waiting as disks
from stockctl.submit.sending.worker import PROVE_EVERY, Job, Outcome, Progress, Quiet, Worker
from stockctl.submit.transports import Fault, Gate, TransferError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from stockctl.catalogue.sent.bookkeeping import Ledger
    from stockctl.submit.sending.worker import Unproved
    from stockctl.submit.transports import Transport

# How a server shows that it has no place for a further connection: a word, a broken line, silence.
_NO_PLACE = frozenset({Fault.LINE, Fault.REFUSED, Fault.STALLED, Fault.PASSWORD})

TRIES = 6
LONGEST_PAUSE = 60.0
# So many files in a row failing mean that it is the agency, not the files.
FAILURES_IN_A_ROW = 3


def full_jitter(tries: int) -> float:
    """Return how long to wait before the next try, in seconds: anything up to a bound that doubles."""
    return random.uniform(0, min(LONGEST_PAUSE, 2.0**tries))  # noqa: S311 - no secret


@dataclass
class Sender:
    """Sends jobs over a few connections at once.

    `connect` opens one; `base` is the agency's folder; `pause` says how long to
    wait before a further try. `last_orders` set: no new file is begun. `stop`
    set: those in flight are aborted. `makes_folders`: a folder that is missing
    over there is made; else its files wait, and `missing` names it.
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
    makes_folders: bool = False
    missing: set[str] = field(default_factory=set)
    # Called with a job's number when its outcome stands: with those that are to be proved, after that.
    settled: Callable[[int, Outcome], None] = lambda _number, _outcome: None

    def __post_init__(self) -> None:
        """Set up what the threads share."""
        self._lock = threading.Lock()
        # What further connections wait at: before they log in, and before they send.
        self._password_right = Gate()
        self._folder_there = Gate()
        self._outcomes: dict[int, Outcome] = {}
        self._in_a_row = 0
        self._ended: TransferError | None = None
        self._broken: BaseException | None = None
        self._unproved: list[Unproved] = []
        # Those that were turned away come again one by one: some servers let only one stand at the door.
        self._one_by_one = threading.Lock()
        self._inside = 1
        self._turned_away = 0

    def run(self, jobs: Sequence[Job]) -> list[Outcome]:
        """Send the jobs and return how each ended, in their order.

        The first connection logs in alone: a wrong password is tried once, not
        once for each connection. The others come as far as the password
        meanwhile, and log in while the first one looks into the folder. Where
        the server has no place for one of them, those that are in do its work.

        Raises:
            TransferError: no file can get through: host, TLS, host key, login or folder.

        """
        if not jobs:
            return []
        waiting: queue.SimpleQueue[int] = queue.SimpleQueue()
        for number in range(len(jobs)):
            waiting.put(number)
        first, *others = [self._worker() for _ in range(max(1, min(self.connections, len(jobs))))]
        threads = [self._thread(jobs, waiting, worker, further=True) for worker in others]
        try:
            first.enter(self._password_right)
        except BaseException:
            self._password_right.decide(open_=False)
            self._folder_there.decide(open_=False)
            self._password_right.over.set()
            first.transport.close()
            for thread in threads:
                thread.join()
            raise
        self.progress.expect(sum(row.fingerprint.size for job in jobs for row in job.parts))
        self._folder_there.decide(open_=True)
        self._wait([self._thread(jobs, waiting, first), *threads])
        if self._broken is not None:
            raise self._broken
        return [self._outcomes.get(number, self._not_tried()) for number in range(len(jobs))]

    @property
    def interrupted(self) -> bool:
        """Whether the person asked to stop."""
        return self.last_orders.is_set()

    @property
    def places(self) -> int | None:
        """How many connections the server took at once, where it took fewer than were wanted."""
        return self._inside if self._turned_away else None

    def _wait(self, threads: Sequence[threading.Thread]) -> None:
        """Wait for the threads; Ctrl-C ends with the files in flight, a second one aborts them."""

        def interrupted(_number: int, _frame: object) -> None:
            (self.stop if self.last_orders.is_set() else self.last_orders).set()
            # A thread that waits for a disk which does not answer would never hear of it.
            disks.interrupted()

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

    @property
    def _over(self) -> bool:
        return (
            self.last_orders.is_set()
            or self.stop.is_set()
            or self._ended is not None
            or self._broken is not None
            or self._in_a_row >= FAILURES_IN_A_ROW
        )

    def _thread(
        self, jobs: Sequence[Job], waiting: queue.SimpleQueue[int], worker: Worker, *, further: bool = False
    ) -> threading.Thread:
        thread = threading.Thread(target=self._work, args=(jobs, waiting, worker, further), daemon=True)
        thread.start()
        return thread

    def _comes_in(self, worker: Worker) -> bool:
        """Log a further connection in; return whether it is in."""
        gate = self._password_right
        gate.placed.wait()
        try:
            worker.log_in(gate)
        except TransferError as error:
            if not gate.passed() or gate.over.is_set():
                return False
            try:
                with self._one_by_one:
                    worker.log_in(gate)
            except TransferError:
                with self._lock:
                    self._turned_away += error.fault in _NO_PLACE and not gate.over.is_set()
                return False
        with self._lock:
            self._inside += 1
        return True

    def _work(self, jobs: Sequence[Job], waiting: queue.SimpleQueue[int], worker: Worker, further: bool) -> None:  # noqa: FBT001 - by position, from a thread
        try:
            if further and not self._comes_in(worker):
                return
            if not self._folder_there.passed():
                return
            while not self._over:
                try:
                    number = waiting.get_nowait()
                except queue.Empty:
                    break
                outcome = worker.job(number, jobs[number])
                with self._lock:
                    self._outcomes[number] = outcome
                    if outcome.sent:
                        self._in_a_row = 0
                    elif not outcome.missing:
                        self._in_a_row += 1
                    self._ended = self._ended or worker.ended
                    unproved = worker.hand_over()
                    self._unproved += unproved
                    if number not in {one.number for one in unproved}:
                        self.settled(number, outcome)
                if len(self._unproved) >= PROVE_EVERY:
                    self._prove(worker)
            # No file is left to begin: who stands at the door has no work here.
            self._password_right.over.set()
            if not self.stop.is_set():
                self._prove(worker)
        except BaseException as error:  # noqa: BLE001 - raised again by the thread that waits
            self._broken = error
        finally:
            worker.transport.close()

    def _prove(self, worker: Worker) -> None:
        with self._lock:
            sent, self._unproved = self._unproved, []
        changed = worker.prove(sent)
        with self._lock:
            self._outcomes |= changed
            for number in dict.fromkeys(one.number for one in sent):
                self.settled(number, self._outcomes[number])

    def _worker(self) -> Worker:
        return Worker(
            transport=self.connect(),
            ledger=self.ledger,
            base=self.base,
            tries=self.tries,
            pause=self.pause,
            progress=self.progress,
            stop=self.stop,
            makes_folders=self.makes_folders,
            missing=self.missing,
        )
