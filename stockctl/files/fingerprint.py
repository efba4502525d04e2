"""Recognise an unchanged file without opening it."""

from __future__ import annotations

import os
import shlex
from dataclasses import dataclass
from typing import TYPE_CHECKING

from stockctl.errors import UnreadableError
from stockctl.files.nearest import nearest

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """What a file system says of a file: size in bytes, mtime in ns, inode.

    Two equal fingerprints of one path mean that nobody wrote to the file in
    between, short of a program that sets the time back on purpose. The device
    number is left out: it differs between mounts of the same disk.
    """

    size: int
    mtime_ns: int
    inode: int


def from_stat(stat: os.stat_result) -> Fingerprint:
    """Return the fingerprint that a `stat` result holds."""
    return Fingerprint(stat.st_size, stat.st_mtime_ns, stat.st_ino)


def fingerprint(path: Path) -> Fingerprint:
    """Return the fingerprint of the file that `path` leads to (links followed).

    Raises:
        UnreadableError: the file is gone or may not be looked at.

    """
    try:
        return from_stat(os.stat(path))  # noqa: PTH116 - half the time of Path.stat, per file
    except OSError as error:
        raise unreadable(path, error) from error


def unreadable(path: Path, error: OSError) -> UnreadableError:
    """Put an operating system's refusal into words and say what to do."""
    if isinstance(error, FileNotFoundError):
        return UnreadableError("no such file or folder", where=str(path), hint=nearest(path))
    hints = {
        PermissionError: f"allow reading it: chmod u+r {shlex.quote(str(path))}",
        IsADirectoryError: "name the files in it, or the folder itself where a command walks folders",
    }
    what = (error.strerror or str(error)).lower()
    return UnreadableError(f"cannot read: {what}", where=str(path), hint=hints.get(type(error), ""))
