"""Inspect many files at once, and outlive a decoder that brings its process down."""

from __future__ import annotations

import multiprocessing
import os
import signal
from concurrent.futures import CancelledError, Executor, Future, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from typing import TYPE_CHECKING

from stockctl.check.inspect import Inspection, inspect
from stockctl.errors import DamagedError
from stockctl.files.fingerprint import Fingerprint

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

# Starting a process costs about as much as inspecting this many small files here.
FEW = 2


def inspect_all(
    paths: Mapping[Path, str], workers: int | None, executor: Executor | None = None
) -> Iterator[Inspection]:
    """Inspect files in the order in which they get done.

    `paths` gives with each what an earlier inspection found, see `inspect`.
    `workers` is the number of processes, by default one per core; 1 works in
    this process. An `executor` given instead is used as it is and left open.
    Leaving the iterator early cancels what has not begun.
    """
    count = workers or os.cpu_count() or 1
    if executor is not None:
        yield from _handed_out(executor, paths)
    elif count == 1 or len(paths) <= FEW:
        for path, before in paths.items():
            yield inspect(path, before)
    else:
        yield from _pooled(paths, min(count, len(paths)))


def _pool(workers: int) -> ProcessPoolExecutor:
    # One thread per process: threads of the linear algebra would only wait for each other.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    # spawn: a pool forked after OpenCV was loaded hangs.
    return ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("spawn"), initializer=_begin)


def _begin() -> None:
    """Prepare a process of the pool: Ctrl-C is the parent's business, and each process is one thread."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    import cv2

    cv2.setNumThreads(1)


def _pooled(paths: Mapping[Path, str], workers: int) -> Iterator[Inspection]:
    left = dict(paths)
    with _pool(workers) as pool:
        try:
            for found in _handed_out(pool, paths):
                left.pop(found.path, None)
                yield found
        except (BrokenProcessPool, CancelledError):
            pass
        except BaseException:
            pool.shutdown(wait=True, cancel_futures=True)
            raise
    # A process died. One file is the reason: each that is left gets a process of its own.
    for path, before in left.items():
        with _pool(1) as pool:
            try:
                yield pool.submit(inspect, path, before).result()
            except BrokenProcessPool:
                problem = DamagedError(
                    "the decoder crashed on this file",
                    where=str(path),
                    hint="export it again; the rest was not affected",
                )
                yield Inspection(path, Fingerprint(0, 0, 0), problem=problem)


def _handed_out(executor: Executor, paths: Mapping[Path, str]) -> Iterator[Inspection]:
    futures: list[Future[Inspection]] = [executor.submit(inspect, *item) for item in paths.items()]
    try:
        for future in as_completed(futures):
            yield future.result()
    finally:
        for future in futures:
            future.cancel()
