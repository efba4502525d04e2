"""Small pictures for the grid: made once by a pool of processes, kept in a file beside the catalogue."""

from __future__ import annotations

import contextlib
import sqlite3
import threading
from collections import Counter
from concurrent.futures import FIRST_COMPLETED, wait
from dataclasses import dataclass
from typing import TYPE_CHECKING

from stockctl.errors import FileProblem
from stockctl.media.identify import Kind
from stockctl.media.preview import preview

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from concurrent.futures import Executor, Future
    from pathlib import Path

# The longest side of a small picture, and of the large one, in pixels.
SIDE, LARGE = 360, 1800
# Pictures on which processes broke down so often have none.
_TRIES = 2
# So many are handed to the pool ahead of what pages ask for.
_AHEAD = 4
PICTURED = frozenset({Kind.PHOTO, Kind.ILLUSTRATION})


@dataclass(frozen=True)
class Small:
    """A picture as a process of the pool made it; empty where none can be made, with the reason."""

    path: Path
    jpeg: bytes
    why: str = ""


def shrink(path: Path, format_: str, side: int = SIDE) -> Small:
    """Return a picture's small JPEG, upright and in sRGB."""
    try:
        return Small(path, preview(path, format_, (), overview=side, crop=0).overview)
    except FileProblem as problem:
        return Small(path, b"", problem.message)


class Thumbnails:
    """The file of small pictures, by media_id; every thread may ask."""

    def __init__(self, catalogue: Path, pool: Executor) -> None:
        self.path = catalogue.with_name(f"{catalogue.name}.thumbnails")
        self._pool = pool
        self._lock = threading.Lock()
        self._under_way: dict[str, Future[Small]] = {}
        self._broken: Counter[str] = Counter()
        self._file = sqlite3.connect(self.path, check_same_thread=False, isolation_level=None)
        self.path.chmod(0o600)
        # It can be made again from the pictures: speed counts, not what a power cut leaves.
        self._file.execute("PRAGMA journal_mode = WAL")
        self._file.execute("PRAGMA synchronous = OFF")
        self._file.execute("CREATE TABLE IF NOT EXISTS small (media_id TEXT PRIMARY KEY, jpeg BLOB) WITHOUT ROWID")

    def kept(self, media_id: str) -> bytes | None:
        """Return a small picture that was made before: empty where none can be made, None where nobody tried."""
        with self._lock:
            row = self._file.execute("SELECT jpeg FROM small WHERE media_id = ?", [media_id]).fetchone()
        return row[0] if row else None

    def missing(self, media_ids: list[str]) -> list[str]:
        """Return those of which no small picture was made yet."""
        with self._lock:
            known = {row[0] for row in self._file.execute("SELECT media_id FROM small")}
        return [media_id for media_id in media_ids if media_id not in known]

    def make(self, media_id: str, path: Path, format_: str) -> Future[Small]:
        """Have a small picture made, and keep it; one that is under way is waited for."""
        with self._lock:
            if media_id in self._under_way:
                return self._under_way[media_id]
            # Raises RuntimeError once the pool was shut down.
            future = self._pool.submit(shrink, path, format_)
            self._under_way[media_id] = future
        future.add_done_callback(lambda done: self._keep(media_id, done))
        return future

    def make_all(self, pictures: Iterable[tuple[str, Path, str]], told: Callable[[int], None]) -> None:
        """Make small pictures (media_id, path and format of each), a few at a time, so that pages need not wait long.

        `told` hears how many are done. It ends early where the pool takes no more work.
        """
        under_way: set[Future[Small]] = set()
        finished = 0
        for picture in pictures:
            try:
                under_way.add(self.make(*picture))
            except RuntimeError:
                # A desk that is closed makes no more of them: they are made the next time.
                return
            if len(under_way) >= _AHEAD:
                done, under_way = wait(under_way, return_when=FIRST_COMPLETED)
                finished += len(done)
                told(finished)
        wait(under_way)

    def _keep(self, media_id: str, done: Future[Small]) -> None:
        with self._lock:
            self._under_way.pop(media_id, None)
            if done.cancelled():
                return
            if done.exception() is not None:
                # A process broke down: perhaps on another's picture, so that each is tried a second time.
                self._broken[media_id] += 1
                if self._broken[media_id] < _TRIES:
                    return
            jpeg = b"" if done.exception() is not None else done.result().jpeg
            with contextlib.suppress(sqlite3.Error):
                self._file.execute("INSERT OR REPLACE INTO small VALUES (?, ?)", (media_id, jpeg))

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._file.close()
