"""Walk the chunks of PNG and of RIFF files."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stockctl.files.source import Source

# More chunks than an animation of hours has.
_MOST = 2_000_000


@dataclass(frozen=True, slots=True)
class Chunk:
    """A chunk: its name, where it starts, where its data start, where they end, where it ends itself.

    `end` may lie behind the end of a truncated file.
    """

    name: bytes
    start: int
    body: int
    body_end: int
    end: int


def png(source: Source) -> Iterator[Chunk]:
    """Yield the chunks of a PNG (W3C PNG 5.3), up to and with IEND."""
    yield from _walk(source, 8, source.size, ">I4s", tail=4)


def riff(source: Source, end: int) -> Iterator[Chunk]:
    """Yield the chunks of a RIFF file between its head and `end`; `end` of each includes its padding."""
    yield from _walk(source, 12, end, "<4sI", tail=0)


def _walk(source: Source, at: int, end: int, letters: str, tail: int) -> Iterator[Chunk]:
    big = letters.startswith(">")
    for _ in range(_MOST):
        if at + 8 > end:
            return
        one, two = struct.unpack(letters, source.at(at, 8))
        length, name = (one, two) if big else (two, one)
        body_end = at + 8 + length
        padding = 0 if big else length & 1
        chunk = Chunk(name, at, at + 8, body_end, body_end + tail + padding)
        yield chunk
        if name == b"IEND" and big:
            return
        at = chunk.end
