"""The processes that decode pictures for the desk; where one breaks down or hangs, others take its place."""

from __future__ import annotations

import threading
import time
from concurrent.futures import Executor, Future
from concurrent.futures.process import BrokenProcessPool
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

from stockctl.check.run import pool as pools

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import ProcessPoolExecutor

P = ParamSpec("P")
T = TypeVar("T")


class Hands(Executor):
    """A pool of processes that is opened again where it broke; every thread may ask.

    Where none of them is done with anything for as long as `check` waits for a
    decoder, they are ended, and what they had at hand breaks as if one had crashed.
    """

    def __init__(self, workers: int) -> None:
        self._workers = workers
        self._lock = threading.Lock()
        self._pool: ProcessPoolExecutor = pools.open_pool(workers)
        self._under_way: set[Future[Any]] = set()
        self._moved = 0.0
        self._watching = False
        self._closed = threading.Event()

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Hand work to a process.

        Raises:
            RuntimeError: the pool was shut down.

        """
        with self._lock:
            try:
                future = self._pool.submit(fn, *args, **kwargs)
            except BrokenProcessPool:
                self._pool = pools.open_pool(self._workers)
                future = self._pool.submit(fn, *args, **kwargs)
            if not self._under_way:
                self._moved = time.monotonic()
            self._under_way.add(future)
            if not self._watching:
                self._watching = True
                threading.Thread(target=self._watch, name="hands", daemon=True).start()
        future.add_done_callback(self._done)
        return future

    def _done(self, future: Future[Any]) -> None:
        with self._lock:
            self._under_way.discard(future)
            self._moved = time.monotonic()

    def _watch(self) -> None:
        """End processes that do not come back from what they have at hand."""
        while not self._closed.wait(pools.STALLED_S / 8):
            with self._lock:
                stalled = self._under_way and time.monotonic() - self._moved > pools.STALLED_S
                hanging = pools.processes(self._pool) if stalled else ()
            for process in hanging:
                process.kill()

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:  # noqa: FBT001, FBT002 - the base class's own
        """End the processes."""
        self._closed.set()
        with self._lock:
            pool = self._pool
        # Not under the lock: what is cancelled is told of at once.
        pool.shutdown(wait, cancel_futures=cancel_futures)
