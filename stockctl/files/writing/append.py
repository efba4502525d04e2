"""Change a large file in place, where the change is new bytes behind its end and a pointer in its head.

The bytes are appended and forced to disk first; until the pointer is written,
which is the last write and one of at most eight bytes, the file means what it
meant. A process killed in between leaves bytes behind the end that nothing
leads to; `drop_tail` takes them away. While a process appends, it holds a lock.
"""

from __future__ import annotations

import contextlib
import os
from typing import TYPE_CHECKING

from stockctl.errors import RefusedError
from stockctl.files.fingerprint import Fingerprint, from_stat
from stockctl.files.source import OpenFile, Source
from stockctl.files.writing import attributes
from stockctl.files.writing.replace import unwritable, write_all
from stockctl.files.writing.splice import Splice, applied
from stockctl.files.writing.temporary import changed

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

# Copying a file of this size takes longer than a person likes to wait for a keyword.
LARGE = 64 * 1024 * 1024
# A pointer in the head of a file: where it may stand, how long it may be.
_HEAD, _POINTER = 16, 8


def fits(splices: Sequence[Splice], size: int) -> bool:
    """Whether splices over a large file of this size replace a pointer in its head, and else only append."""
    return size >= LARGE and _is_pointer(splices) and splices[1].start == splices[1].end == size


def fits_back(splices: Sequence[Splice], size: int) -> bool:
    """Whether splices over a large file of this size take back what `append` did."""
    return size >= LARGE and _is_pointer(splices) and splices[1].end == size and not splices[1].data


def _is_pointer(splices: Sequence[Splice]) -> bool:
    if len(splices) != 2:
        return False
    start, end, data = splices[0]
    return end <= _HEAD and len(data) == end - start <= _POINTER


class _Pointed(Source):
    """An open file as it will be once the pointer in its head is written."""

    def __init__(self, file: OpenFile, pointer: Splice) -> None:
        """Show the head with the pointer in it."""
        super().__init__(applied([pointer], file.head), file.size)
        self.file = file

    def fetch(self, offset: int, length: int) -> bytes:
        """Read from the file; nothing is fetched across the end of the head that begins in the pointer."""
        found = self.file.fetch(offset, length)
        return self.head[offset:] + found[len(self.head) - offset :] if offset < len(self.head) else found


def append(
    path: Path, splices: Sequence[Splice], expected: Fingerprint, verify: Callable[[Source], None]
) -> Fingerprint:
    """Make splices that `fits` allows, in place, and return the new fingerprint; the time of the file stays.

    `verify` is called with the finished file before the pointer is written.

    Raises:
        RefusedError: somebody else changed the file meanwhile, or the disk is
            full. The file is as it was.

    """
    pointer, tail = splices
    try:
        descriptor = os.open(path, os.O_RDWR | getattr(os, "O_BINARY", 0))
        try:
            stat = os.fstat(descriptor)
            if not _lock(descriptor):
                raise _busy(path)
            if from_stat(stat) != expected:
                raise changed(path)
            ours = None
            try:
                ours = _write_tail(descriptor, tail)
                with OpenFile(path) as file:
                    verify(_Pointed(file, pointer))
                _check_last(path, descriptor, ours)
            except BaseException:
                # What another program wrote behind the end is not cut off with ours.
                if ours is None or from_stat(os.fstat(descriptor)) == ours:
                    os.ftruncate(descriptor, expected.size)
                    _keep_time(descriptor, stat)
                raise
            _point(descriptor, pointer, stat)
            return from_stat(os.fstat(descriptor))
        finally:
            os.close(descriptor)
    except OSError as error:
        raise unwritable(path, error) from error


def take_back(path: Path, splices: Sequence[Splice], expected: Fingerprint) -> None:
    """Make splices that `fits_back` allows: the old pointer first, then the end.

    Raises:
        RefusedError: somebody else changed the file meanwhile.

    """
    pointer, tail = splices
    try:
        descriptor = os.open(path, os.O_RDWR | getattr(os, "O_BINARY", 0))
        try:
            stat = os.fstat(descriptor)
            if not _lock(descriptor):
                raise _busy(path)
            _check_last(path, descriptor, expected)
            _point(descriptor, pointer, stat)
            os.ftruncate(descriptor, tail.start)
            attributes.flush(descriptor)
            _keep_time(descriptor, stat)
        finally:
            os.close(descriptor)
    except OSError as error:
        raise unwritable(path, error) from error


def has_tail(splices: Sequence[Splice], source: Source) -> bool:
    """Whether a file is as before a change, but for what a killed `append` or `take_back` left behind its end.

    `splices` are those that would have taken the change back.
    """
    if not _is_pointer(splices) or splices[1].data or source.size < LARGE:
        return False
    (start, _, old), tail = splices
    return source.at(start, len(old)) == old and tail.start < source.size <= tail.end


def drop_tail(path: Path, splices: Sequence[Splice], source: Source) -> bool:
    """Cut off what a killed process left behind the end, see `has_tail`; return whether that was it."""
    if not has_tail(splices, source):
        return False
    tail = splices[1]
    try:
        descriptor = os.open(path, os.O_RDWR | getattr(os, "O_BINARY", 0))
    except OSError as error:
        raise unwritable(path, error) from error
    try:
        stat = os.fstat(descriptor)
        if not _lock(descriptor) or stat.st_size != source.size:
            return False
        os.ftruncate(descriptor, tail.start)
        attributes.flush(descriptor)
        _keep_time(descriptor, stat)
    finally:
        os.close(descriptor)
    return True


def _check_last(path: Path, descriptor: int, expected: Fingerprint) -> None:
    """Look a last time before the one write that counts: at the open file, and at what bears its name."""
    if from_stat(os.fstat(descriptor)) != expected or from_stat(path.stat()) != expected:
        raise changed(path)


def _busy(path: Path) -> RefusedError:
    return RefusedError("another command is writing into the file", where=str(path), hint="wait, and run this again")


def _write_tail(descriptor: int, tail: Splice) -> Fingerprint:
    """Write behind the end and force it to disk; return the fingerprint that the file has with it."""
    os.lseek(descriptor, tail.start, os.SEEK_SET)
    write_all(descriptor, tail.data)
    attributes.flush(descriptor)
    return from_stat(os.fstat(descriptor))


def _lock(descriptor: int) -> bool:
    """Lock a file until it is closed, where the system has such locks; return whether nobody else holds it."""
    try:
        import fcntl
    except ImportError:
        return True
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:  # a file system without locks
        return True
    return True


def _point(descriptor: int, pointer: Splice, stat: os.stat_result) -> None:
    os.lseek(descriptor, pointer.start, os.SEEK_SET)
    write_all(descriptor, pointer.data)
    attributes.flush(descriptor)
    _keep_time(descriptor, stat)


def _keep_time(descriptor: int, stat: os.stat_result) -> None:
    if os.utime in os.supports_fd:
        with contextlib.suppress(OSError):
            os.utime(descriptor, ns=(stat.st_atime_ns, stat.st_mtime_ns))
