"""Work on many machines: each worker reads the file where it lies, or is sent it; what comes back is examined.

What goes to a worker and comes back are bytes of JSON, so that a worker's answer
is a value to be judged and never an object of its own. The executor is any of
`concurrent.futures`; see `cluster` for Dask's.
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
from typing import TYPE_CHECKING, Any

from stockctl.check.run.inspect import VERSION, Inspection, inspect, to_asset
from stockctl.errors import DamagedError, FileProblem, RefusedError, RemoteError, UnreadableError
from stockctl.files.fingerprint import Fingerprint, fingerprint
from stockctl.files.writing.temporary import scratch_folder, sweep
from stockctl.media.identity import MEDIA_ID_HEX
from stockctl.metadata.sidecar import spellings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from concurrent.futures import Executor, Future

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


@dataclasses.dataclass
class Far:
    """Workers behind an executor, `count` of them as far as is known.

    `alive` is asked, after `stalled_s` without a result, whether there is a worker left.
    """

    executor: Executor
    count: int
    alive: Callable[[], bool] = lambda: True
    stalled_s: float = STALLED_S

    def inspect_all(self, paths: Mapping[Path, str]) -> Iterator[Inspection]:
        """Inspect files in the order in which they get done; `paths` gives with each what was found earlier.

        Raises:
            RemoteError: the workers are gone, or are not what they should be.

        """
        return _Run(self, paths).inspections()


class _Run:
    """What of one run's files is with the workers, and what waits to be sent."""

    def __init__(self, far: Far, paths: Mapping[Path, str]) -> None:
        self.far = far
        self.left = iter(paths.items())
        self.ready: queue.SimpleQueue[Future[bytes]] = queue.SimpleQueue()
        self.tasks: dict[Future[bytes], _Task] = {}
        self.unsent: list[_Task] = []
        self.on_the_way = 0

    def inspections(self) -> Iterator[Inspection]:
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

    def _begin(self) -> Iterator[Inspection]:
        """Ask the workers about further files, a few for each worker at once; files that are gone are told."""
        while len(self.tasks) + len(self.unsent) < _AHEAD * max(1, self.far.count):
            path, before = next(self.left, (None, ""))
            if path is None:
                return
            try:
                self._hand_out(_Task.of(path, before))
            except FileProblem as problem:
                yield _failed(path, problem)

    def _send(self) -> Iterator[Inspection]:
        """Send files that the workers do not see, as many as may be on their way."""
        while self.unsent and (not self.on_the_way or self.on_the_way + self.unsent[0].now.size <= _ON_THE_WAY):
            task = self.unsent.pop(0)
            try:
                self._hand_out(task)
            except FileProblem as problem:
                yield _failed(task.path, problem)

    def _hand_out(self, task: _Task) -> None:
        content, beside = (task.content(), task.beside()) if task.sent else (None, None)
        future = self.far.executor.submit(work, task.question(), content, beside)
        self.tasks[future] = task
        self.on_the_way += task.now.size if task.sent else 0
        future.add_done_callback(self.ready.put)

    def _next(self) -> Iterator[Inspection]:
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
        answer = _answer(future, task)
        if answer is not None:
            yield answer
        elif task.sent:
            yield _failed(task.path, _strange(task, "it does not see what it was sent"))
        elif task.now.size > SENT_BYTES:
            yield _failed(task.path, _too_large(task))
        else:
            self.unsent.append(dataclasses.replace(task, sent=True))


@dataclasses.dataclass(frozen=True)
class _Task:
    """A file that is handed out: how it is here, and whether it was sent along."""

    path: Path
    before: str
    now: Fingerprint
    mark: str
    sent: bool = False

    @classmethod
    def of(cls, path: Path, before: str) -> _Task:
        """Look at a file; raises FileProblem where it cannot be read."""
        now = fingerprint(path)
        try:
            return cls(path, before, now, mark_of(path, now.size))
        except OSError as error:
            raise _unreadable(path, error) from error

    def question(self) -> bytes:
        """Return what a worker is asked."""
        asked = {
            "path": str(self.path.absolute()),
            "size": self.now.size,
            "mtime_ns": self.now.mtime_ns,
            "mark": self.mark,
            "before": self.before,
            "version": VERSION,
            "beside": [[os.path.basename(name), size] for name, size in _sidecars(self.path)],  # noqa: PTH119 - texts
        }
        return json.dumps(asked).encode("utf-8", "surrogatepass")

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


def work(question: bytes, content: bytes | None, beside: dict[str, bytes] | None) -> bytes:
    """Inspect a file on a worker; the answer is JSON: what was found, the problem, or that it is not seen there."""
    import cv2

    # One task, one thread: a worker's own number of tasks is for whoever starts it to choose.
    cv2.setNumThreads(1)
    asked = json.loads(question.decode("utf-8", "surrogatepass"))
    if asked["version"] != VERSION:
        return _told({"version": VERSION})
    path = Path(asked["path"])
    if content is None:
        if not _is_same(path, asked):
            return _told({"state": _ELSEWHERE})
        return _told(_found(inspect(path, asked["before"]), path, path))
    # A worker that was killed left its own behind; no command of this machine may ever come by.
    sweep(Path(tempfile.gettempdir()))
    with scratch_folder() as folder:
        # Under its own name, by which its kind and some findings go.
        there = folder / path.name
        there.write_bytes(content)
        for name, data in (beside or {}).items():
            (folder / Path(name).name).write_bytes(data)
        return _told(_found(inspect(there, asked["before"]), there, path))


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


def _found(done: Inspection, there: Path, path: Path) -> dict[str, Any]:
    if done.facts is not None:
        return {"facts": done.facts}
    problem = done.problem or DamagedError("nothing found in it", where=str(path))
    words = [text.replace(str(there), str(path)) for text in (problem.message, problem.hint)]
    return {"problem": [type(problem).__name__, *words]}


def _told(answer: dict[str, Any]) -> bytes:
    return json.dumps(answer).encode("utf-8", "surrogatepass")


def _answer(future: Future[bytes], task: _Task) -> Inspection | None:
    """Return what a worker said of a file, examined; None where it does not see the file."""
    try:
        said = future.result()
    except (CancelledError, Exception) as error:  # noqa: BLE001 - whatever a worker, or its death, makes of a task
        return _failed(task.path, _lost(task, error))
    try:
        if not isinstance(said, bytes) or len(said) > _ANSWER_BYTES:
            raise ValueError("it is no text, or too long a one")  # noqa: TRY301 - told like all that is wrong with it
        told = json.loads(said.decode("utf-8", "surrogatepass"), parse_constant=_no_number)
        if "version" in told:
            raise RemoteError(
                f"a worker runs another version of stockctl: it measures by {str(told['version'])[:20]!r}, here"
                f" {VERSION!r}",
                hint="install the same version on all machines",
            )
        if told.get("state") == _ELSEWHERE:
            return None
        if "problem" in told:
            kind, message, hint = map(str, told["problem"])
            problem = _PROBLEMS.get(kind, DamagedError)(message[:500], where=str(task.path), hint=hint[:500])
            return _failed(task.path, problem)
        facts = told["facts"]
        _examine(facts, task)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        return _failed(task.path, _strange(task, f"{type(error).__name__}: {error}"[:200]))
    return Inspection(task.path, task.now, facts)


def _no_number(text: str) -> float:
    raise ValueError(f"{text} is no number")


def _examine(facts: dict[str, Any], task: _Task) -> None:
    """Raise ValueError, KeyError or TypeError where facts are not what an inspection writes down."""
    asset = to_asset(task.path, facts, {}, {})
    if not all(
        isinstance(one, str) and len(one) == length and set(one) <= set("0123456789abcdef")
        for one, length in ((asset.media_id, MEDIA_ID_HEX), (asset.file_sha256, 64))
    ):
        raise ValueError("a hash is none")
    if asset.bytes != task.now.size:
        raise ValueError("it is of another file")
    numbers = (
        asset.width,
        asset.height,
        *asset.measurements.values(),
        *(n for box in asset.places.values() for n in box),
    )
    if not all(isinstance(number, int | float) for number in numbers):
        raise TypeError("a measurement is no number")
    if not isinstance(asset.kind, str) or not isinstance(asset.format, str):
        raise TypeError("a kind or format is no text")


def _failed(path: Path, problem: FileProblem) -> Inspection:
    return Inspection(path, Fingerprint(0, 0, 0), problem=problem)


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
