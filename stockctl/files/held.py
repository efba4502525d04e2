"""A lock on a file that the operating system lets go when its process ends, however it ends."""

from __future__ import annotations

import errno
import os
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def lock(descriptor: int, *, wait: bool = True) -> bool:
    """Lock a file for as long as it is open; return whether that was possible, and the file still has a name."""
    try:
        if sys.platform == "win32":
            _lock_windows(descriptor, wait=wait)
        else:
            import fcntl

            fcntl.flock(descriptor, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return os.fstat(descriptor).st_nlink > 0


# A byte that no file of ours reaches: on Windows a locked byte can be neither read nor written by others.
_FAR = 0x7FFF_FFFF


def _lock_windows(descriptor: int, *, wait: bool) -> None:
    """Lock a byte far behind the file's end; `msvcrt.locking` alone gives up waiting after ten seconds.

    Raises:
        OSError: another process holds it, or the system refuses.

    """
    import msvcrt

    here = os.lseek(descriptor, 0, os.SEEK_CUR)
    os.lseek(descriptor, _FAR, os.SEEK_SET)
    try:
        while True:
            try:
                msvcrt.locking(descriptor, msvcrt.LK_LOCK if wait else msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined,unused-ignore]
            except OSError as error:
                # What it says after ten tries, one a second (msvcrt: docs.python.org).
                if not wait or error.errno != errno.EDEADLK:
                    raise
            else:
                return
    finally:
        os.lseek(descriptor, here, os.SEEK_SET)


def take(path: Path) -> int | None:
    """Make a file for this process alone and lock it; return its descriptor, None where another one was faster.

    Raises:
        OSError: the system refuses.

    """
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | getattr(os, "O_BINARY", 0), 0o600)
    if lock(descriptor):
        return descriptor
    # Another run's tidying took the file away before it was locked.
    os.close(descriptor)
    return None


def beside(path: Path, mark: str) -> Iterator[tuple[Path, str]]:
    """Give the files beside `path` that are named like it, `mark` and more; and that more. No name is a pattern."""
    beginning = f"{path.name}{mark}"
    try:
        with os.scandir(path.parent) as entries:
            found = [entry.name for entry in entries if entry.name.startswith(beginning)]
    except OSError:
        return
    for name in sorted(found):
        yield path.with_name(name), name.removeprefix(beginning)
