"""What a file is beside its bytes: mode, owner, extended attributes, time; on Linux, macOS and Windows."""

from __future__ import annotations

import contextlib
import ctypes
import errno
import os
import sys
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

# Errors by which a file system, or the lack of rights, keeps an attribute from being set.
_NOT_ALLOWED = frozenset({errno.ENOTSUP, errno.EPERM, errno.EACCES, errno.ENODATA, errno.EINVAL})

# macOS, copyfile.h: access control lists and extended attributes.
_COPYFILE_ACL, _COPYFILE_XATTR = 1 << 0, 1 << 2
# Windows, winerror.h: another program holds the file open.
_SHARING_VIOLATION, _LOCK_VIOLATION = 32, 33
# The same: the old file has its backup's name already, and the new one could not be given the old one's.
_UNABLE_TO_MOVE_REPLACEMENT_2 = 1177
_REPLACE_TRIES, _REPLACE_PAUSE_S = 20, 0.1
_PROCESS_QUERY_LIMITED_INFORMATION = 0x1000
# Windows, winerror.h and processthreadsapi.h: it is another person's process; it has not ended.
_ACCESS_DENIED, _STILL_ACTIVE = 5, 259


def carry_over(source: int, target: int, target_path: Path, stat: os.stat_result) -> None:
    """Give the open file `target` the owner, mode, attributes and, last, the times of the open file `source`.

    What the file system or our rights do not allow is left out: a copy on
    another's disk keeps its content rather than fail for its owner.
    """
    if hasattr(os, "fchown"):
        with contextlib.suppress(PermissionError):
            os.fchown(target, stat.st_uid, stat.st_gid)
    if sys.platform == "darwin":
        library = ctypes.CDLL(None, use_errno=True)
        library.fcopyfile(source, target, None, _COPYFILE_ACL | _COPYFILE_XATTR)
    elif hasattr(os, "listxattr"):
        _copy_xattrs(source, target)
    if hasattr(os, "fchmod"):
        os.fchmod(target, stat.st_mode & 0o7777)
    if os.utime in os.supports_fd:
        os.utime(target, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    else:
        os.utime(target_path, ns=(stat.st_atime_ns, stat.st_mtime_ns))


def _copy_xattrs(source: int, target: int) -> None:
    try:
        names = os.listxattr(source)
    except OSError:
        return
    for name in names:
        try:
            os.setxattr(target, name, os.getxattr(source, name))
        except OSError as error:
            if error.errno not in _NOT_ALLOWED:
                raise


def set_time(path: Path, mtime_ns: int) -> None:
    """Give a file its time of change, in ns, where the system allows that; the time of reading stays."""
    with contextlib.suppress(OSError):
        stat = path.stat()
        if stat.st_mtime_ns != mtime_ns:
            os.utime(path, ns=(stat.st_atime_ns, mtime_ns))


def flush(descriptor: int) -> None:
    """Force what was written to the disk; on macOS `fsync` alone leaves it in the drive's own memory."""
    if sys.platform == "darwin":
        import fcntl

        with contextlib.suppress(OSError):  # file systems of a network know no such command
            fcntl.fcntl(descriptor, fcntl.F_FULLFSYNC)
            return
    os.fsync(descriptor)


def windows_replace(temporary: Path, path: Path) -> None:
    """Replace by `ReplaceFileW`, which keeps the access list, the time of creation and streams.

    With a name for a backup, neither file is lost when it fails half-way
    (without, error 1176 means that the old one is gone). Another program that
    looks at the file (a virus scanner, a preview) makes the call fail for a
    moment: it is tried again for two seconds.

    Raises:
        OSError: the file stays in use, or may not be replaced.

    """
    kernel = ctypes.WinDLL("kernel32", use_last_error=True)  # type: ignore[attr-defined,unused-ignore]
    backup = temporary.with_suffix(".stockctl-old")
    for _ in range(_REPLACE_TRIES):
        if kernel.ReplaceFileW(str(path), str(temporary), str(backup), 0, None, None):
            with contextlib.suppress(OSError):
                backup.unlink()
            return
        code = ctypes.get_last_error()  # type: ignore[attr-defined,unused-ignore]
        if code == _UNABLE_TO_MOVE_REPLACEMENT_2:
            backup.rename(path)
        if code not in {_SHARING_VIOLATION, _LOCK_VIOLATION}:
            raise ctypes.WinError(code)  # type: ignore[attr-defined,unused-ignore]
        time.sleep(_REPLACE_PAUSE_S)
    raise OSError(errno.EBUSY, "another program holds the file open")


def windows_process_runs(pid: int) -> bool:
    """Whether a process of this number runs; `os.kill` would end it there.

    One that another person runs may not be opened, and runs nevertheless. One
    that has ended can be opened for as long as anybody keeps a handle to it: its
    exit code tells (OpenProcess, GetExitCodeProcess: learn.microsoft.com).
    """
    kernel = ctypes.WinDLL("kernel32", use_last_error=True)  # type: ignore[attr-defined,unused-ignore]
    # A handle is as wide as a pointer; ctypes would cut it to an int.
    kernel.OpenProcess.restype = ctypes.c_void_p
    handle = kernel.OpenProcess(_PROCESS_QUERY_LIMITED_INFORMATION, False, pid)  # noqa: FBT003 - a C call
    if not handle:
        return bool(ctypes.get_last_error() == _ACCESS_DENIED)  # type: ignore[attr-defined,unused-ignore]
    try:
        code = ctypes.c_ulong()
        known = kernel.GetExitCodeProcess(ctypes.c_void_p(handle), ctypes.byref(code))
        return not known or code.value == _STILL_ACTIVE
    finally:
        kernel.CloseHandle(ctypes.c_void_p(handle))
