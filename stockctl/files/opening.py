"""Open a person's file for reading: regular files only, so that nothing waits for a pipe or wakes a device.

What stands under a name is asked before it is opened, since opening a device may
do something, and again of what was opened, since a name may lead elsewhere by then.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import BinaryIO, TextIO, cast

# A table, brief or caption larger than this was written by no person.
LARGEST_TEXT = 128 << 20
# What is larger is no picture that can be decoded here.
LARGEST_PICTURE = 1 << 30

_KINDS = (
    (stat.S_ISFIFO, "a pipe (FIFO)"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
)
# Opening a pipe that nobody writes to would wait for ever, and a terminal would become ours.
_FLAGS = (
    getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
)


class NotRegularError(OSError):
    """What stands under the name is no file with contents of its own."""


def open_regular(path: Path | str, flags: int = os.O_RDONLY) -> int:
    """Open a regular file, links followed; return its descriptor. It has the form of an `opener`.

    Raises:
        NotRegularError: it is a pipe, a socket or a device.
        OSError: as `os.open` does; a folder is an `IsADirectoryError`.

    """
    _check(os.stat(path))  # noqa: PTH116 - text or path
    descriptor = os.open(path, flags | _FLAGS)
    try:
        _check(os.fstat(descriptor))
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor


def _check(found: os.stat_result) -> None:
    if stat.S_ISREG(found.st_mode):
        return
    if stat.S_ISDIR(found.st_mode):
        raise IsADirectoryError(21, "is a directory")
    what = next((name for is_one, name in _KINDS if is_one(found.st_mode)), "of a kind of its own")
    raise NotRegularError(22, f"this is {what}, no file to read")


def open_bytes(path: Path | str) -> BinaryIO:
    """Open a regular file for reading bytes; raises as `open_regular` does."""
    return cast("BinaryIO", open(path, "rb", opener=open_regular))


def open_text(
    path: Path | str, encoding: str = "utf-8", *, newline: str | None = None, errors: str = "strict"
) -> TextIO:
    """Open a regular file for reading text; raises as `open_regular` does."""
    how = {"encoding": encoding, "newline": newline, "errors": errors}
    return cast("TextIO", open(path, opener=open_regular, **how))  # type: ignore[call-overload]


def read_bytes(path: Path | str, most: int = LARGEST_TEXT) -> bytes:
    """Return a regular file's bytes.

    Raises:
        OSError: as `open_regular` does, or the file holds more than `most` bytes.

    """
    with open_bytes(path) as file:
        found = file.read(most + 1)
    if len(found) > most:
        raise OSError(27, f"the file is larger than {most >> 20} MB")
    return found


def read_text(path: Path | str, encoding: str = "utf-8") -> str:
    """Return a regular file's text, its line ends as line feeds; raises as `read_bytes`, or `UnicodeDecodeError`."""
    return read_bytes(path).decode(encoding).replace("\r\n", "\n").replace("\r", "\n")


def again(file: BinaryIO, path: Path) -> str:
    """Return a name under which a library opens the very file that is open here, and nothing but a file.

    A path could lead elsewhere by now, or read like an address (`http:…`) or a
    pattern (`%03d`) to a library that takes such.
    """
    held = f"/proc/self/fd/{file.fileno()}"
    return held if os.path.exists(held) else str(Path(path).absolute())  # noqa: PTH110 - text
