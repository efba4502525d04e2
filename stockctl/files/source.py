"""Random access to the bytes of a file, or to bytes in memory, that never reads past the end.

Reads go through the file descriptor, not through a mapping: a file that another
program truncates meanwhile gives an error, not a signal that ends the process.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Self

from stockctl.errors import DamagedError
from stockctl.files.fingerprint import Fingerprint, from_stat, unreadable
from stockctl.files.opening import open_regular

if TYPE_CHECKING:
    from pathlib import Path
    from types import TracebackType

# Most metadata stand in the first bytes, which are read at once.
HEAD = 128 * 1024


class Source:
    """A file's bytes: `size`, the first `HEAD` bytes in `head`, and any range by `at`."""

    def __init__(self, head: bytes | memoryview, size: int) -> None:
        """Start with the first bytes, or with all of them."""
        self.head = bytes(head)
        self.size = size

    def at(self, offset: int, length: int) -> bytes:
        """Return `length` bytes from `offset`.

        Raises:
            DamagedError: the file is not that long.

        """
        end = offset + length
        if end <= len(self.head) and offset >= 0:
            return self.head[offset:end]
        if offset < 0 or length < 0 or end > self.size:
            raise DamagedError(f"the file ends before byte {end}, where its structure leads")
        found = self.fetch(offset, length)
        if len(found) != length:
            raise DamagedError(f"the file became shorter than {end} bytes while it was read")
        return found

    def fetch(self, offset: int, length: int) -> bytes:
        """Read a range that lies within the file but not within its head."""
        return self.head[offset : offset + length]


class Memory(Source):
    """Bytes in memory."""

    def __init__(self, data: bytes | memoryview) -> None:
        """Hold all of the bytes; of a view, only what is asked for is copied."""
        super().__init__(data if isinstance(data, bytes) else data[:HEAD], len(data))
        self.data = data

    def fetch(self, offset: int, length: int) -> bytes:
        """Return a range as bytes."""
        return bytes(self.data[offset : offset + length])


class OpenFile(Source):
    """An open file; use it in a `with` block."""

    def __init__(self, path: Path | str) -> None:
        """Open for reading and read the head.

        Raises:
            UnreadableError: it cannot be opened or read.

        """
        try:
            self.descriptor = open_regular(path)
            try:
                self.stat = os.fstat(self.descriptor)
                super().__init__(os.read(self.descriptor, HEAD), self.stat.st_size)
            except BaseException:
                os.close(self.descriptor)
                raise
        except OSError as error:
            from pathlib import Path

            raise unreadable(Path(path), error) from error

    @property
    def fingerprint(self) -> Fingerprint:
        """The fingerprint that the file had when it was opened."""
        return from_stat(self.stat)

    def fetch(self, offset: int, length: int) -> bytes:
        """Read a range from the file."""
        return pread(self.descriptor, length, offset)

    def close(self) -> None:
        """Close the file."""
        os.close(self.descriptor)

    def __enter__(self) -> Self:
        """Return the file itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the file."""
        self.close()


def pread(descriptor: int, length: int, offset: int) -> bytes:
    """Read up to `length` bytes at `offset`; fewer only at the end of the file."""
    if not hasattr(os, "pread"):  # Windows
        os.lseek(descriptor, offset, os.SEEK_SET)
        return os.read(descriptor, length)
    found = os.pread(descriptor, length, offset)
    if len(found) == length or not found:
        return found
    parts = [found]
    while found and sum(map(len, parts)) < length:
        done = sum(map(len, parts))
        found = os.pread(descriptor, length - done, offset + done)
        parts.append(found)
    return b"".join(parts)


def fill(descriptor: int, buffer: bytearray, offset: int) -> bool:
    """Fill a buffer from `offset`, without moving the file's position; return whether there was enough."""
    if hasattr(os, "preadv") and os.preadv(descriptor, [buffer], offset) == len(buffer):
        return True
    position = os.lseek(descriptor, 0, os.SEEK_CUR)
    found = pread(descriptor, len(buffer), offset)
    os.lseek(descriptor, position, os.SEEK_SET)  # without `pread`, reading moves it
    buffer[: len(found)] = found
    return len(found) == len(buffer)
