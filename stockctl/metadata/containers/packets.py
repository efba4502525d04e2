"""Find XMP packets by their markers in files of any structure (XMP part 3, section 2, "packet scanning")."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from stockctl.metadata.containers import LARGEST_BLOCK

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stockctl.files.source import Source

_BEGIN = b"<?xpacket begin="
_END = re.compile(rb"<\?xpacket\s+end=[^>]{1,8}\?>")
_CHUNK = 1 << 20
# A file is searched so far, which bounds the time that one takes.
LARGEST_SEARCHED = 512 * 1024 * 1024
_MOST_PACKETS = 64


def find(source: Source, start: int, needle: bytes, stop: int | None = None) -> int:
    """Return where `needle` stands at or after `start`, or -1."""
    stop = min(source.size if stop is None else stop, start + LARGEST_SEARCHED)
    while start + len(needle) <= stop:
        length = min(_CHUNK, stop - start)
        found = source.at(start, length).find(needle)
        if found >= 0:
            return start + found
        if length < _CHUNK:
            return -1
        start += length - len(needle) + 1
    return -1


def scan(source: Source) -> Iterator[tuple[int, int]]:
    """Yield start and end of every complete packet in the file."""
    at = 0
    for _ in range(_MOST_PACKETS):
        start = find(source, at, _BEGIN)
        if start < 0:
            return
        end = _end(source, start)
        if end is None:
            return
        yield start, end
        at = end


def _end(source: Source, start: int) -> int | None:
    at = start
    while True:
        close = find(source, at, b"<?xpacket", min(source.size, start + LARGEST_BLOCK))
        if close < 0:
            return None
        found = _END.match(source.at(close, min(40, source.size - close)))
        if found:
            return close + found.end()
        if close > start:
            # Another packet begins inside: this one has no end.
            return None
        at = close + len(_BEGIN)
