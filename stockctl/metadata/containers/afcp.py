"""AFCP (AXS File Concatenation Protocol): a trailer of old plug-ins with IPTC and previews behind the picture.

Its last twelve bytes are `AXS!` (big-endian) or `AXS*` (little-endian), where it begins, and a checksum. There stand
the same four bytes, a version, the number of entries and a checksum; each entry is a tag, a size, and where its data
stand. All places count from the start of the file: they are wrong as soon as something before them grows.
By the AFCP specification 1.0 (AXS, 1997) as ExifTool reads and writes it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

from stockctl.errors import RefusedError
from stockctl.files.writing.splice import Splice
from stockctl.metadata.containers import LARGEST_BLOCK

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stockctl.files.source import Source

_ORDERS: dict[bytes, Literal["big", "little"]] = {b"AXS!": "big", b"AXS*": "little"}
_HEAD = _TAIL = _ENTRY = 12
_IPTC = b"IPTC"


class Entry(NamedTuple):
    """One part: its tag, its size, and where it stands in the file."""

    tag: bytes
    size: int
    at: int


class Trailer(NamedTuple):
    """A trailer: its sign, where it stands (`start` to `end`), and its parts at their true places."""

    sign: bytes
    start: int
    end: int
    entries: tuple[Entry, ...]


def find(source: Source) -> tuple[Trailer | None, str]:
    """Return the trailer at a file's end, if there is one, and why it cannot be read.

    Where something before it has changed its length, its places are wrong by as
    much: it is looked for.
    """
    if source.size < _HEAD + _TAIL:
        return None, ""
    tail = source.at(source.size - _TAIL, _TAIL)
    order = _ORDERS.get(tail[:4])
    if order is None:
        return None, ""
    told = int.from_bytes(tail[4:8], order)
    for start in _places(source, tail[:4], told):
        if (found := _read(source, tail[:4], start, start - told)) is not None:
            return found, ""
    return None, "the AFCP trailer at the end of the file cannot be read, and is left as it is"


def _places(source: Source, sign: bytes, told: int) -> list[int]:
    """Return where a trailer may begin: where it says, else where its sign stands, the last first."""
    if told + _HEAD <= source.size - _TAIL and source.at(told, 4) == sign:
        return [told]
    first = max(0, source.size - LARGEST_BLOCK)
    data = source.at(first, source.size - _TAIL - first)
    found: list[int] = []
    at = data.rfind(sign)
    while at >= 0:
        found.append(first + at)
        at = data.rfind(sign, 0, at)
    return found


def _read(source: Source, sign: bytes, start: int, shift: int) -> Trailer | None:
    """Return the trailer that begins at `start` and whose places are wrong by `shift`; None where there is none."""
    order, last = _ORDERS[sign], source.size - _TAIL
    if start + _HEAD > last:
        return None
    count = int.from_bytes(source.at(start + 6, 2), order)
    begin = start + _HEAD + _ENTRY * count
    if not count or begin > last:
        return None
    table = source.at(start + _HEAD, _ENTRY * count)
    entries: list[Entry] = []
    for at in range(0, len(table), _ENTRY):
        size, place = (int.from_bytes(table[at + n : at + n + 4], order) for n in (4, 8))
        if not begin <= place + shift <= place + shift + size <= last:
            return None
        entries.append(Entry(table[at : at + 4], size, place + shift))
    return Trailer(sign, start, source.size, tuple(entries))


def iptc(source: Source, trailer: Trailer) -> bytes | None:
    """Return the IPTC block in a trailer; None where there is none."""
    found = (entry for entry in trailer.entries if entry.tag == _IPTC and entry.size <= LARGEST_BLOCK)
    return next((source.at(entry.at, entry.size) for entry in found), None)


def patch(trailer: Trailer, splices: Sequence[Splice]) -> list[Splice]:
    """Return what sets a trailer's places right for the file that the splices, all before it, make.

    The checksums, which nobody looks at, are emptied, as ExifTool does.

    Raises:
        RefusedError: a place is beyond four bytes.

    """
    order = _ORDERS[trailer.sign]
    growth = sum(len(splice.data) - (splice.end - splice.start) for splice in splices)

    def place(at: int) -> bytes:
        if not 0 <= at + growth < 1 << 32:
            raise RefusedError("the AFCP trailer could not hold the new places", hint="write a sidecar: --sidecar")
        return (at + growth).to_bytes(4, order)

    table = b"".join(entry.tag + entry.size.to_bytes(4, order) + place(entry.at) for entry in trailer.entries)
    begin, last = trailer.start + 8, trailer.end - 8
    return [
        Splice(begin, begin + 4 + len(table), bytes(4) + table),
        Splice(last, trailer.end, place(trailer.start) + bytes(4)),
    ]
