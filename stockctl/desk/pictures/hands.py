"""The processes that decode pictures for the desk; where a decoder brings one down, others take its place."""

from __future__ import annotations

import threading
from concurrent.futures import Executor, Future
from concurrent.futures.process import BrokenProcessPool
from typing import TYPE_CHECKING, ParamSpec, TypeVar

from stockctl.check.run.pool import open_pool

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import ProcessPoolExecutor

P = ParamSpec("P")
T = TypeVar("T")


class Hands(Executor):
    """A pool of processes that is opened again where it broke; every thread may ask."""

    def __init__(self, workers: int) -> None:
        self._workers = workers
        self._lock = threading.Lock()
        self._pool: ProcessPoolExecutor = open_pool(workers)

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Hand work to a process.

        Raises:
            RuntimeError: the pool was shut down.

        """
        with self._lock:
            try:
                return self._pool.submit(fn, *args, **kwargs)
            except BrokenProcessPool:
                self._pool = open_pool(self._workers)
                return self._pool.submit(fn, *args, **kwargs)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:  # noqa: FBT001, FBT002 - the base class's own
        """End the processes."""
        with self._lock:
            self._pool.shutdown(wait, cancel_futures=cancel_futures)
