"""Replace a file so that at every moment either the old one or the finished new one stands there.

The new file is written beside the old one under a name of its own, read back
and compared, given the old one's mode, owner, attributes and time, forced to
disk, and renamed over it.
"""

from __future__ import annotations

import contextlib
import errno
import os
import shlex
import stat as stat_
from typing import TYPE_CHECKING

from stockctl.errors import RefusedError, UnreadableError
from stockctl.files.fingerprint import Fingerprint, from_stat, unreadable
from stockctl.files.source import OpenFile, fill, pread
from stockctl.files.writing import attributes
from stockctl.files.writing.splice import Span, Splice, new_size, pieces
from stockctl.files.writing.temporary import changed, sync_folder, take_away, take_place, temporary_for, umask

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from stockctl.files.source import Source

# What is copied and read back at once: it stays in the processor's cache, so that comparing costs little.
_CHUNK = 128 * 1024
# Errors by which a file system says that it does not copy inside the kernel.
_NO_KERNEL_COPY = frozenset({errno.EXDEV, errno.ENOSYS, errno.EINVAL, errno.EOPNOTSUPP, errno.EBADF, errno.EPERM})


def check_writable(
    path: Path, stat: os.stat_result, *, break_links: bool = False, write_protected: bool = False
) -> None:
    """Refuse what must not be replaced.

    Raises:
        RefusedError: no regular file; another name leads to it too; it is
            write-protected.

    """
    if not stat_.S_ISREG(stat.st_mode):
        raise RefusedError("not a regular file", where=str(path))
    if stat.st_nlink > 1 and not break_links:
        raise RefusedError(
            f"the file has {stat.st_nlink} names (hard links), and the others would keep the old content",
            where=str(path),
            hint="copy the file, and work on the copy; or allow it: --allow links",
        )
    if not stat.st_mode & stat_.S_IWUSR and not write_protected:
        hint = f"allow writing: chmod u+w {shlex.quote(str(path))}; or --allow read-only"
        raise RefusedError("the file is read-only", where=str(path), hint=hint)


def replace(
    path: Path,
    splices: Sequence[Splice],
    expected: Fingerprint | None,
    *,
    verify: Callable[[Source], None] | None = None,
    compare: bool = True,
) -> Fingerprint:
    """Make the splices in the file at `path`, which must be the real path, and return its new fingerprint.

    `expected` is the fingerprint that the file had when the splices were
    worked out; None means that there must be no file yet. `verify` is called
    with the finished file before it takes its place, and raises where it is not
    as it should be; that copied ranges are equal is compared here, unless
    `compare` is off.

    Raises:
        RefusedError: somebody else changed the file meanwhile, the disk is
            full, or the folder does not take the new file. The old file stands.
        UnreadableError: the old file cannot be read.

    """
    temporary = temporary_for(path)
    try:
        with contextlib.ExitStack() as stack:
            source = stack.enter_context(OpenFile(path)) if expected is not None else None
            if source is not None and source.fingerprint != expected:
                raise changed(path)
            result = _write(temporary, source, splices, verify, compare=compare)
        take_place(temporary, path, expected)
    except OSError as error:
        raise unwritable(path, error) from error
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink()
    sync_folder(path.parent)
    return result


def remove(path: Path, expected: Fingerprint) -> None:
    """Delete a file that we made, if nobody changed it since.

    Raises:
        RefusedError: somebody did, or the folder does not allow it.

    """
    try:
        take_away(path, expected)
    except OSError as error:
        raise unwritable(path, error) from error
    sync_folder(path.parent)


def _write(
    temporary: Path,
    source: OpenFile | None,
    splices: Sequence[Splice],
    verify: Callable[[Source], None] | None,
    *,
    compare: bool,
) -> Fingerprint:
    flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    out = os.open(temporary, flags, 0o600)
    try:
        size = source.size if source else 0
        for part in pieces(splices, size):
            if isinstance(part, bytes):
                write_all(out, part)
            elif source is not None and compare:
                _copy_compared(source.descriptor, out, part)
            elif source is not None:
                _copy(source.descriptor, out, part)
        if os.fstat(out).st_size != new_size(splices, size):
            raise RefusedError("the new file did not become as long as it should; the old one stands")
        if verify is not None:
            with OpenFile(temporary) as finished:
                verify(finished)
        if source is not None:
            attributes.carry_over(source.descriptor, out, temporary, source.stat)
        else:
            os.chmod(temporary, 0o666 & ~umask())  # noqa: PTH101 - as the person's own files
        attributes.flush(out)
        return from_stat(os.fstat(out))
    finally:
        os.close(out)


def write_all(out: int, data: bytes | bytearray) -> None:
    """Write all of the bytes."""
    view = memoryview(data)
    while view:
        view = view[os.write(out, view) :]


def _copy(source: int, out: int, span: Span) -> None:
    offset, end = span.old, span.old + span.length
    if hasattr(os, "copy_file_range"):
        try:
            while offset < end:
                done = os.copy_file_range(source, out, end - offset, offset)
                if not done:
                    break
                offset += done
        except OSError as error:
            if error.errno not in _NO_KERNEL_COPY:
                raise
    while offset < end:
        data = pread(source, min(_CHUNK, end - offset), offset)
        if not data:
            raise _shorter()
        write_all(out, data)
        offset += len(data)


def _copy_compared(source: int, out: int, span: Span) -> None:
    """Copy a range piece by piece; read each back and compare it with what was read."""
    old, new, end = span.old, span.new, span.old + span.length
    # Filled again and again: memory that is fresh for each piece takes longer than the copying.
    data, found = bytearray(_CHUNK), bytearray(_CHUNK)
    while old < end:
        if end - old < len(data):
            data, found = bytearray(end - old), bytearray(end - old)
        if not fill(source, data, old):
            raise _shorter()
        write_all(out, data)
        if not fill(out, found, new) or data != found:
            raise RefusedError("the copy differs from the file when read back; the old one stands")
        old, new = old + len(data), new + len(data)


def _shorter() -> OSError:
    return OSError(errno.EIO, "the file became shorter while it was copied")


def unwritable(path: Path, error: OSError) -> RefusedError | UnreadableError:
    """Put the operating system's refusal to write into words."""
    if isinstance(error, FileNotFoundError):
        return unreadable(path, error)
    hints = {
        errno.ENOSPC: "make room on the disk, and run the command again",
        errno.EDQUOT: "your quota on this disk is used up; make room, and run the command again",
        errno.EACCES: f"allow writing into the folder: chmod u+w {shlex.quote(str(path.parent))}",
        errno.EPERM: f"allow writing into the folder: chmod u+w {shlex.quote(str(path.parent))}",
        errno.EROFS: "the disk is mounted read-only; work on a copy",
    }
    what = (error.strerror or str(error)).lower()
    return RefusedError(
        f"cannot write: {what}; the file is as it was", where=str(path), hint=hints.get(error.errno or 0, "")
    )
