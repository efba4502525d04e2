"""Work on many machines: each worker reads the file where it lies, or is sent it; what comes back is examined.

What goes to a worker and comes back are bytes of JSON, so that a worker's answer
is a value to be judged and never an object of its own. What is done with a file
is a `Job`. The executor is any of `concurrent.futures`; see `cluster` for Dask's.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import os
import queue
import tempfile
from concurrent.futures import CancelledError
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar

from stockctl.errors import DamagedError, FileProblem, RefusedError, RemoteError, UnreadableError
from stockctl.files.fingerprint import Fingerprint, fingerprint
from stockctl.files.writing.temporary import scratch_folder, sweep
from stockctl.metadata.sidecar import spellings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from concurrent.futures import Executor, Future

R = TypeVar("R")
R_co = TypeVar("R_co", covariant=True)

# A file that a worker does not see is sent to it, up to this size; larger ones want a folder that all see.
SENT_BYTES = 64 << 20
# So much of either end tells whether a worker sees the same file.
_PART = 64 << 10
# File systems of a network keep times to two seconds at worst.
_TIME_NS = 2_000_000_000
# The largest answer; facts of a picture with all its metadata take a few thousandths of it.
_ANSWER_BYTES = 16 << 20
# Tasks that are with the workers at once, for each of them; and bytes of files that are on their way.
_AHEAD, _ON_THE_WAY = 4, 512 << 20
# So long no worker is done with any file: the workers are gone, or hang.
STALLED_S = 300.0
_PROBLEMS: dict[str, type[FileProblem]] = {one.__name__: one for one in (DamagedError, UnreadableError, RefusedError)}
_ELSEWHERE = "elsewhere"


class Job(Protocol[R_co]):
    """What is done with each file of a run.

    `version` says how; a worker that does it otherwise is refused. `work` is a
    function of a module, called on the worker with a question, the file's bytes
    and its sidecars' (None where it is to see them itself); see `answered`.
    """

    @property
    def version(self) -> str:
        """How it is done."""

    @property
    def work(self) -> Callable[[bytes, bytes | None, Mapping[str, bytes] | None], bytes]:
        """What a worker is to call."""

    def asked(self, path: Path) -> dict[str, Any]:
        """Return what a worker must know of a file beside the file, as values of JSON."""

    def examined(self, told: dict[str, Any], path: Path, now: Fingerprint) -> R_co:
        """Return what a worker found; raises ValueError, KeyError or TypeError where it is not what is found."""

    def failed(self, path: Path, problem: FileProblem) -> R_co:
        """Return the result of a file that nothing was found of."""


@dataclasses.dataclass
class Far:
    """Workers behind an executor, `count` of them as far as is known.

    `alive` is asked, after `stalled_s` without a result, whether there is a worker left.
    """

    executor: Executor
    count: int
    alive: Callable[[], bool] = lambda: True
    stalled_s: float = STALLED_S

    def each(self, paths: Iterable[Path], job: Job[R]) -> Iterator[R]:
        """Have a job done with files; yield the results in the order in which they get done.

        Raises:
            RemoteError: the workers are gone, or are not what they should be.

        """
        return _Run(self, paths, job).results()


class _Run(Generic[R]):
    """What of one run's files is with the workers, and what waits to be sent."""

    def __init__(self, far: Far, paths: Iterable[Path], job: Job[R]) -> None:
        self.far, self.job = far, job
        self.left = iter(paths)
        self.ready: queue.SimpleQueue[Future[bytes]] = queue.SimpleQueue()
        self.tasks: dict[Future[bytes], _Task] = {}
        self.unsent: list[_Task] = []
        self.on_the_way = 0

    def results(self) -> Iterator[R]:
        try:
            while True:
                yield from self._begin()
                yield from self._send()
                if self.tasks:
                    yield from self._next()
                elif not self.unsent:
                    return
        finally:
            for future in self.tasks:
                future.cancel()

    def _begin(self) -> Iterator[R]:
        """Ask the workers about further files, a few for each worker at once; files that are gone are told."""
        while len(self.tasks) + len(self.unsent) < _AHEAD * max(1, self.far.count):
            path = next(self.left, None)
            if path is None:
                return
            try:
                self._hand_out(_Task.of(path))
            except FileProblem as problem:
                yield self.job.failed(path, problem)

    def _send(self) -> Iterator[R]:
        """Send files that the workers do not see, as many as may be on their way."""
        while self.unsent and (not self.on_the_way or self.on_the_way + self.unsent[0].now.size <= _ON_THE_WAY):
            task = self.unsent.pop(0)
            try:
                self._hand_out(task)
            except FileProblem as problem:
                yield self.job.failed(task.path, problem)

    def _hand_out(self, task: _Task) -> None:
        content, beside = (task.content(), task.beside()) if task.sent else (None, None)
        question = task.question(self.job.version, self.job.asked(task.path))
        future = self.far.executor.submit(self.job.work, question, content, beside)
        self.tasks[future] = task
        self.on_the_way += task.now.size if task.sent else 0
        future.add_done_callback(self.ready.put)

    def _next(self) -> Iterator[R]:
        """Wait for the next answer; a file that its worker does not see is kept to be sent."""
        try:
            future = self.ready.get(timeout=self.far.stalled_s)
        except queue.Empty:
            if self.far.alive() and any(one.running() for one in self.tasks):
                return
            raise RemoteError(
                f"no worker was done with a file for {self.far.stalled_s:g} seconds",
                hint="look after the workers and run this again: what is done is kept",
            ) from None
        task = self.tasks.pop(future)
        self.on_the_way -= task.now.size if task.sent else 0
        try:
            told = _told_of(future, task, self.job.version)
            if told is not None:
                yield self._examined(told, task)
                return
        except FileProblem as problem:
            yield self.job.failed(task.path, problem)
            return
        if task.sent:
            yield self.job.failed(task.path, _strange(task, "it does not see what it was sent"))
        elif task.now.size > SENT_BYTES:
            yield self.job.failed(task.path, _too_large(task))
        else:
            self.unsent.append(dataclasses.replace(task, sent=True))

    def _examined(self, told: dict[str, Any], task: _Task) -> R:
        try:
            return self.job.examined(told, task.path, task.now)
        except _SENSELESS as error:
            raise _strange(task, f"{type(error).__name__}: {error}"[:200]) from error


@dataclasses.dataclass(frozen=True)
class _Task:
    """A file that is handed out: how it is here, and whether it was sent along."""

    path: Path
    now: Fingerprint
    mark: str
    sent: bool = False

    @classmethod
    def of(cls, path: Path) -> _Task:
        """Look at a file; raises FileProblem where it cannot be read."""
        now = fingerprint(path)
        try:
            return cls(path, now, mark_of(path, now.size))
        except OSError as error:
            raise _unreadable(path, error) from error

    def question(self, version: str, asked: dict[str, Any]) -> bytes:
        """Return what a worker is asked."""
        whole = {
            **asked,
            "path": str(self.path.absolute()),
            "size": self.now.size,
            "mtime_ns": self.now.mtime_ns,
            "mark": self.mark,
            "version": version,
            "beside": [[os.path.basename(name), size] for name, size in _sidecars(self.path)],  # noqa: PTH119 - texts
        }
        return json.dumps(whole).encode("utf-8", "surrogatepass")

    def content(self) -> bytes:
        """Return the file's bytes, as they were when it was looked at."""
        try:
            data = self.path.read_bytes()
        except OSError as error:
            raise _unreadable(self.path, error) from error
        if fingerprint(self.path) != self.now or len(data) != self.now.size:
            raise UnreadableError("it was changed while it was read", where=str(self.path), hint="run this again")
        return data

    def beside(self) -> dict[str, bytes]:
        """Return the bytes of its sidecars by name."""
        return {Path(name).name: Path(name).read_bytes() for name, _ in _sidecars(self.path)}


def _sidecars(path: Path) -> list[tuple[str, int]]:
    return [(name, os.stat(name).st_size) for name in spellings(str(path)) if os.path.isfile(name)]  # noqa: PTH113, PTH116 - texts


def mark_of(path: Path, size: int) -> str:
    """Return a hash of the beginning and the end of a file, by which another machine knows it for the same."""
    with path.open("rb") as file:
        hashed = hashlib.sha256(file.read(_PART))
        if size > _PART:
            file.seek(max(_PART, size - _PART))
            hashed.update(file.read(_PART))
    return hashed.hexdigest()


def answered(
    question: bytes,
    content: bytes | None,
    beside: Mapping[str, bytes] | None,
    version: str,
    do: Callable[[Path, Mapping[str, Any]], dict[str, Any]],
) -> bytes:
    """Do a job's work with a file on a worker, by its own `version` and `do`.

    The answer is JSON: what `do` found, the problem, or that the file is not seen
    there. `do` is given the file and what was asked of it, and raises FileProblem.
    """
    import cv2

    # One task, one thread: a worker's own number of tasks is for whoever starts it to choose.
    cv2.setNumThreads(1)
    asked = json.loads(question.decode("utf-8", "surrogatepass"))
    if asked["version"] != version:
        return _told({"version": version})
    path = Path(asked["path"])
    if content is None:
        if not _is_same(path, asked):
            return _told({"state": _ELSEWHERE})
        return _told(_found(do, path, path, asked))
    # A worker that was killed left its own behind; no command of this machine may ever come by.
    sweep(Path(tempfile.gettempdir()))
    with scratch_folder() as folder:
        # Under its own name, by which its kind and some findings go.
        there = folder / path.name
        there.write_bytes(content)
        for name, data in (beside or {}).items():
            (folder / Path(name).name).write_bytes(data)
        return _told(_found(do, there, path, asked))


def _is_same(path: Path, asked: Mapping[str, Any]) -> bool:
    try:
        stat = path.stat()
        return bool(
            stat.st_size == asked["size"]
            and abs(stat.st_mtime_ns - asked["mtime_ns"]) <= _TIME_NS
            and [[Path(name).name, size] for name, size in _sidecars(path)] == asked["beside"]
            and mark_of(path, stat.st_size) == asked["mark"]
        )
    except (OSError, ValueError):
        return False


def _found(
    do: Callable[[Path, Mapping[str, Any]], dict[str, Any]], there: Path, path: Path, asked: Mapping[str, Any]
) -> dict[str, Any]:
    try:
        return do(there, asked)
    except FileProblem as problem:
        words = [text.replace(str(there), str(path)) for text in (problem.message, problem.hint)]
        return {"problem": [type(problem).__name__, *words]}


def _told(answer: dict[str, Any]) -> bytes:
    return json.dumps(answer).encode("utf-8", "surrogatepass")


# What reading and examining an answer raises where it means nothing.
_SENSELESS = (ValueError, KeyError, TypeError, AttributeError, RecursionError)


def _told_of(future: Future[bytes], task: _Task, version: str) -> dict[str, Any] | None:
    """Return what a worker said of a file; None where it does not see the file.

    Raises:
        FileProblem: the worker's, or the answer means nothing.
        RemoteError: the workers do it in another way.

    """
    try:
        said = future.result()
    except (CancelledError, Exception) as error:
        raise _lost(task, error) from error
    try:
        if not isinstance(said, bytes) or len(said) > _ANSWER_BYTES:
            raise ValueError("it is no text, or too long a one")
        told: dict[str, Any] = json.loads(said.decode("utf-8", "surrogatepass"), parse_constant=_no_number)
        other, state, problem = told.get("version"), told.get("state"), told.get("problem")
        kind, message, hint = map(str, problem) if problem is not None else ("", "", "")
    except _SENSELESS as error:
        raise _strange(task, f"{type(error).__name__}: {error}"[:200]) from error
    if other is not None:
        raise RemoteError(
            f"a worker runs another version of stockctl: it works by {str(other)[:20]!r}, here {version!r}",
            hint="install the same version on all machines",
        )
    if problem is not None:
        raise _PROBLEMS.get(kind, DamagedError)(message[:500], where=str(task.path), hint=hint[:500])
    return None if state == _ELSEWHERE else told


def _no_number(text: str) -> float:
    raise ValueError(f"{text} is no number")


def _lost(task: _Task, error: BaseException) -> FileProblem:
    if isinstance(error, ModuleNotFoundError):
        raise RemoteError(
            f"a worker lacks a module: {error.name}", hint="install stockctl, in this version, where the workers run"
        ) from error
    return DamagedError(
        f"the workers that had this file died, or failed: {type(error).__name__}",
        where=str(task.path),
        hint="check it without --executor; the rest was not affected",
    )


def _strange(task: _Task, what: str) -> FileProblem:
    return UnreadableError(
        f"a worker's answer means nothing: {what}",
        where=str(task.path),
        hint="look after the workers, and run this again",
    )


def _too_large(task: _Task) -> FileProblem:
    return UnreadableError(
        f"the workers do not see it, and with {task.now.size / 1e6:,.0f} MB it is too large to be sent"
        f" ({SENT_BYTES / 1e6:,.0f} MB at most)",
        where=str(task.path),
        hint="share the folder under the same path, or check it without --executor",
    )


def _unreadable(path: Path, error: OSError) -> FileProblem:
    from stockctl.files.fingerprint import unreadable

    return unreadable(path, error)
