"""Files that are mapped into memory, so that no more of them stays there than is being read."""

from __future__ import annotations

import contextlib
import io
import mmap
from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    from collections.abc import Iterator

    from _typeshed import WriteableBuffer as Buffer

# As much of a mapped file as stays in memory behind the place that is read.
STEP = 16 << 20


# A smaller file is read into memory: another program that cuts it short meanwhile, or a network that goes away, gives
# an error then, and no signal that ends the process.
IN_MEMORY_BYTES = 32 << 20


@contextlib.contextmanager
def contents_of(file: BinaryIO, size: int) -> Iterator[bytes | mmap.mmap]:
    """Give all bytes of an open file, for a block; a large one is mapped, and no more of it held than is looked at.

    What is mapped is read once before: where a disk does not answer, a read lets
    other threads go on, and looking at a page that is not there does not.

    Raises:
        OSError: it cannot be read.

    """
    if size <= IN_MEMORY_BYTES:
        yield file.read()
        return
    buffer = bytearray(1 << 20)
    while file.readinto(buffer):  # type: ignore[attr-defined]
        pass
    with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as mapped:
        yield mapped


def release(view: memoryview) -> None:
    """Give back the memory that a mapped file takes; what is read again is fetched again."""
    if isinstance(view.obj, mmap.mmap) and hasattr(mmap, "MADV_DONTNEED"):
        view.obj.madvise(mmap.MADV_DONTNEED)


def parts(view: memoryview) -> Iterator[memoryview]:
    """Yield a file's bytes in order, each part given back when the next one is asked for."""
    for start in range(0, len(view), STEP):
        yield view[start : start + STEP]
        release(view)


class Reader(io.RawIOBase):
    """A file's bytes as a file to read from, without a copy of them."""

    def __init__(self, view: memoryview) -> None:
        self._view = view
        self._position = self._read = 0

    def readable(self) -> bool:
        """Return that it can be read from."""
        return True

    def seekable(self) -> bool:
        """Return that any place in it can be read."""
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go to a place; return it."""
        self._position = max(
            0, offset + {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: len(self._view)}[whence]
        )
        return self._position

    def tell(self) -> int:
        """Return the place that is read next."""
        return self._position

    def read(self, size: int | None = -1) -> bytes:
        """Return the next bytes, all that are left where no size is given."""
        whole = size is None or size < 0
        part = bytes(
            self._view[self._position :] if whole else self._view[self._position : self._position + (size or 0)]
        )
        self._position += len(part)
        self._read += len(part)
        if self._read > STEP:
            release(self._view)
            self._read = 0
        return part

    def readinto(self, buffer: Buffer) -> int:
        """Fill a buffer with the next bytes; return how many there were."""
        into = memoryview(buffer).cast("B")
        part = self.read(len(into))
        into[: len(part)] = part
        return len(part)
