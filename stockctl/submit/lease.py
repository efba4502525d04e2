"""Who is at work: a lock that the operating system lets go when its process ends, however it ends."""

from __future__ import annotations

import contextlib
import os
import sys
import uuid
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@contextlib.contextmanager
def lease(catalogue: Path) -> Iterator[str]:
    """Give this run a name that `living` lists for as long as its process lives.

    The lock lies on a file beside the catalogue. No clock is involved: neither
    a clock set back nor a machine that slept makes a lease end or last.
    """
    while True:
        name = uuid.uuid4().hex[:12]
        path = catalogue.with_name(f"{catalogue.name}.run-{name}")
        with path.open("w", encoding="ascii") as file:
            if not _lock(file):
                # Another run's tidying took the file away before it was locked.
                continue
            try:
                yield name
            finally:
                # On Windows an open file cannot be removed; then the next run does it.
                with contextlib.suppress(OSError):
                    path.unlink()
            return


def living(catalogue: Path) -> set[str]:
    """Return the names of the runs whose processes live; what dead ones left behind is removed."""
    alive: set[str] = set()
    for path in catalogue.parent.glob(f"{catalogue.name}.run-*"):
        try:
            with path.open("r+", encoding="ascii") as file:
                held = not _lock(file, wait=False)
        except OSError:
            continue
        if held:
            alive.add(path.name.rpartition("-")[2])
        else:
            with contextlib.suppress(OSError):
                path.unlink()
    return alive


def _lock(file: IO[str], *, wait: bool = True) -> bool:
    """Lock a file for as long as it is open; return whether that was possible."""
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(file.fileno(), msvcrt.LK_LOCK if wait else msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(file.fileno(), fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return os.fstat(file.fileno()).st_nlink > 0
