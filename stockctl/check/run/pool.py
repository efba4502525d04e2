"""Work on many files at once, and outlive a decoder that brings its process down."""

from __future__ import annotations

import contextlib
import itertools
import multiprocessing
import os
import queue
import signal
import threading
import time
from concurrent.futures import CancelledError, Executor, Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from typing import TYPE_CHECKING, Any, ParamSpec, Protocol, TypeVar

from stockctl.check.run import far
from stockctl.check.run.inspect import Inspection, inspect
from stockctl.errors import DamagedError, FileProblem
from stockctl.files.fingerprint import Fingerprint
from stockctl.files.opening import open_bytes
from stockctl.files.writing.temporary import lend_books
from stockctl.machines.far import Far
from stockctl.media.identify import HEAD_BYTES, format_of
from stockctl.report.terminal import note
from stockctl.report.waiting import Told, waiting_for

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping
    from multiprocessing.process import BaseProcess
    from pathlib import Path

# Starting a process costs about as much as inspecting this many small files here.
FEW = 2
# Where no process is done with its file for so long, one hangs in a decoder: the largest picture takes a tenth of it.
STALLED_S = 300.0
# How often what processes are at is looked at, to tell what takes long.
LOOK_S = 5.0
# So many files are handed out before the first is done; each that waits takes some kilobytes.
AHEAD = 2048


class OfFile(Protocol):
    """What work on a file returns: it tells of which."""

    @property
    def path(self) -> Path:
        """The file's path."""


P = ParamSpec("P")
T = TypeVar("T")
R = TypeVar("R", bound=OfFile)


def inspect_all(
    paths: Mapping[Path, str], workers: int | None, executor: Executor | Far | None = None
) -> Iterator[Inspection]:
    """Inspect files in the order in which they get done.

    `paths` gives with each what an earlier inspection found, see `inspect`.
    `workers` is the number of processes, by default one per core; 1 works in
    this process, but for what only a process that can be ended should read. An
    `executor` given instead is used as it is and left open; `Far` are workers
    that may not see the files.
    Leaving the iterator early cancels what has not begun.
    """
    if isinstance(executor, Far):
        return far.inspect_all(executor, paths)
    if executor is not None:
        return _handed_out(executor, inspect, paths)
    if _pooling(len(paths), workers) == 1:
        # What might never come back is looked at by a process that can be ended.
        apart = {path: paths[path] for path in paths if is_strange(path)}
        here = (_here(inspect, path, before) for path, before in paths.items() if path not in apart)
        return itertools.chain(here, _pooled(inspect, apart, 1, _crashed) if apart else ())
    return each(inspect, paths, workers, _crashed)


# Decoded by libraries that read everything within the bounds of the bytes and pixels there are (libjpeg-turbo,
# libpng, libtiff, libwebp, zlib), or looked into by our own scanners, which take linear time.
_PLAIN = frozenset({"jpeg", "png", "tiff", "webp", "bmp", "gif", "psd", "svg", "eps", "ai"})


def is_strange(path: Path) -> bool:
    """Whether a file is read by a decoder or probe of which nobody can tell that it comes back: films, sound, AVIF."""
    try:
        with waiting_for(path), open_bytes(path) as file:
            return format_of(path, file.read(HEAD_BYTES)) not in {None, *_PLAIN}
    except (OSError, FileProblem):
        return False


def _crashed(path: Path) -> Inspection:
    problem = DamagedError(
        "the decoder crashed on this file, or did not come back from it",
        where=str(path),
        hint="export it again; the rest was not affected",
    )
    return Inspection(path, Fingerprint(0, 0, 0), problem=problem)


def each(
    work: Callable[[Path, T], R], tasks: Mapping[Path, T], workers: int | None, crashed: Callable[[Path], R]
) -> Iterator[R]:
    """Call `work` with each file and what goes with it; yield the results in the order in which they get done.

    `crashed` gives the result of a file that brings its process down;
    `workers` is as for `inspect_all`.
    """
    count = _pooling(len(tasks), workers)
    if count == 1:
        return (_here(work, path, with_it) for path, with_it in tasks.items())
    return _pooled(work, tasks, count, crashed)


def _here(work: Callable[[Path, T], R], path: Path, with_it: T) -> R:
    with waiting_for(path):
        return work(path, with_it)


def _pooling(tasks: int, workers: int | None) -> int:
    """Return how many processes work on so many files; 1: this one."""
    count = workers or os.cpu_count() or 1
    return 1 if count == 1 or tasks <= FEW else min(count, tasks)


@contextlib.contextmanager
def deaf() -> Iterator[None]:
    """Have processes that are started meanwhile not hear Ctrl-C until they have begun: it would end them with a trace.

    A shell sends it to all processes of a command. The mask of this thread is what a new process begins with.
    """
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


class _Pool(ProcessPoolExecutor):
    """A pool whose processes leave Ctrl-C to the one that opened it, from their first moment on."""

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        with deaf():
            return super().submit(fn, *args, **kwargs)


def open_pool(workers: int) -> ProcessPoolExecutor:
    """Return a pool of processes for work on pictures; whoever opens it ends it."""
    # One thread per process: threads of the linear algebra would only wait for each other.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    lend_books()
    # spawn: a pool forked after OpenCV was loaded hangs.
    return _Pool(workers, mp_context=multiprocessing.get_context("spawn"), initializer=_begin)


def _begin() -> None:
    """Prepare a process of the pool: each is one thread.

    Where the parent is killed, the process ends with it: nothing else would ever
    tell it that no more work comes.
    """
    end_with_parent()
    import cv2

    cv2.setNumThreads(1)


def end_with_parent() -> None:
    """Have this process end when the one that started it does, however that ends; Ctrl-C is the parent's business."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
    threading.Thread(target=_watch_parent, daemon=True).start()


def _watch_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _pooled(
    work: Callable[[Path, T], R], tasks: Mapping[Path, T], workers: int, crashed: Callable[[Path], R]
) -> Iterator[R]:
    left = dict.fromkeys(tasks)
    with open_pool(workers) as pool:
        try:
            for found in _handed_out(pool, work, tasks, STALLED_S):
                left.pop(found.path, None)
                yield found
        except (BrokenProcessPool, CancelledError):
            pass
        except (TimeoutError, KeyboardInterrupt) as error:
            # Ctrl-C waits for no decoder: what it is at is asked for again the next time.
            _kill(pool)
            if isinstance(error, KeyboardInterrupt):
                raise
        except BaseException:
            pool.shutdown(wait=True, cancel_futures=True)
            raise
    # A process died. One file is the reason: each that is left gets a process of its own.
    if len(tasks) == 1 and left:
        yield crashed(next(iter(left)))
        return
    for path in left:
        with open_pool(1) as pool:
            try:
                yield next(_handed_out(pool, work, {path: tasks[path]}, STALLED_S))
            except BrokenProcessPool:
                yield crashed(path)
            except TimeoutError:
                _kill(pool)
                yield crashed(path)
            except KeyboardInterrupt:
                _kill(pool)
                raise


def _kill(pool: ProcessPoolExecutor) -> None:
    """End processes that do not come back from a file; what waits for them is cancelled."""
    hanging = processes(pool)
    pool.shutdown(wait=False, cancel_futures=True)
    for process in hanging:
        process.kill()


def processes(pool: ProcessPoolExecutor) -> Collection[BaseProcess]:
    """Return the processes of a pool."""
    return list((pool._processes or {}).values())  # noqa: SLF001 - no public way before Python 3.14


def _handed_out(
    executor: Executor, work: Callable[[Path, T], R], tasks: Mapping[Path, T], stalled_s: float | None = None
) -> Iterator[R]:
    ready: queue.SimpleQueue[Future[R]] = queue.SimpleQueue()
    futures: dict[Future[R], Path] = {}
    left = iter(tasks.items())

    def hand_out(count: int) -> None:
        for task in itertools.islice(left, count):
            future = executor.submit(work, *task)
            futures[future] = task[0]
            future.add_done_callback(ready.put)

    waiting = _Waiting(executor)
    try:
        hand_out(AHEAD)
        while futures:
            future = waiting.next_of(ready, futures, stalled_s)
            # What is done is handed on, and kept here no longer.
            del futures[future]
            hand_out(1)
            yield future.result()
    finally:
        for future in futures:
            future.cancel()


class _Waiting:
    """Waits for what processes are at, and names what they are at for long."""

    def __init__(self, executor: Executor) -> None:
        self._executor = executor
        self._told = Told(note)
        self._begun: dict[Future[Any], float] = {}
        self._looked = time.monotonic()

    def next_of(
        self, ready: queue.SimpleQueue[Future[R]], futures: Mapping[Future[R], Path], stalled_s: float | None
    ) -> Future[R]:
        """Return the next that is done.

        Raises:
            TimeoutError: none was for so long.

        """
        until = time.monotonic() + stalled_s if stalled_s else None
        while True:
            left = LOOK_S if until is None else min(LOOK_S, until - time.monotonic())
            if time.monotonic() - self._looked >= LOOK_S:
                self._look(futures)
            try:
                return ready.get(timeout=max(0.0, left))
            except queue.Empty:
                if until is not None and time.monotonic() >= until:
                    raise TimeoutError from None

    def _look(self, futures: Mapping[Future[R], Path]) -> None:
        self._looked = now = time.monotonic()
        self._begun = {future: self._begun.get(future, now) for future in futures if future.running()}
        first = sorted(self._begun.items(), key=lambda one: one[1])
        # A pool counts among those that run what it has put ready for the next process that is free.
        if isinstance(self._executor, ProcessPoolExecutor):
            first = first[: len(processes(self._executor))]
        self._told.look((future, futures[future], since) for future, since in first)
