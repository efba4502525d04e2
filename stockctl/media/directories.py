"""Image file directories of TIFF, BigTIFF and EXIF, read within the bounds of the bytes that are there.

By TIFF 6.0 section 2 and the BigTIFF design of Joris Van Damme (AWare Systems).
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from stockctl.errors import DamagedError

if TYPE_CHECKING:
    from stockctl.files.source import Source

# Bytes per value, by type.
TYPE_SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4, 16: 8, 17: 8, 18: 8}
# Types of whole numbers that hold offsets and counts.
WHOLE = frozenset({3, 4, 13, 16, 18})
BYTE, ASCII, SHORT, LONG, UNDEFINED, LONG8 = 1, 2, 3, 4, 7, 16

# More entries than any writer makes: what claims more is damaged.
_MOST_ENTRIES = 4096


@dataclass(frozen=True, slots=True)
class Flavour:
    """How a TIFF stream writes its numbers: byte order (`<` or `>`), and whether it is a BigTIFF."""

    order: str
    big: bool = False

    @property
    def word(self) -> str:
        """The letter of an offset, for `struct`."""
        return "Q" if self.big else "I"

    @property
    def word_size(self) -> int:
        """Bytes of an offset; a value of at most so many stands in its entry."""
        return 8 if self.big else 4

    @property
    def pointer(self) -> int:
        """Where the header holds the offset of the first directory."""
        return 8 if self.big else 4

    def pack(self, letters: str, *values: int) -> bytes:
        """Return numbers as bytes."""
        return struct.pack(self.order + letters, *values)

    def unpack(self, letters: str, data: bytes) -> tuple[int, ...]:
        """Return bytes as numbers."""
        return struct.unpack(self.order + letters, data)


class Entry(NamedTuple):
    """One entry: tag, type, number of values, its bytes as they stand, and where its value is."""

    tag: int
    type: int
    values: int
    raw: bytes
    offset: int
    size: int
    inline: bool


@dataclass(frozen=True, slots=True)
class Directory:
    """A directory at `offset`: its entries, the offset of the next one, where it ends."""

    offset: int
    entries: tuple[Entry, ...]
    next: int
    end: int

    def get(self, tag: int) -> Entry | None:
        """Return the first entry of a tag."""
        return next((entry for entry in self.entries if entry.tag == tag), None)


def header(source: Source) -> tuple[Flavour, int]:
    """Return the flavour of a TIFF stream and the offset of its first directory.

    Raises:
        DamagedError: this is no TIFF.

    """
    head = source.at(0, 8)
    order = {b"II": "<", b"MM": ">"}.get(head[:2], "")
    magic = struct.unpack_from(order + "H", head, 2)[0] if order else 0
    if magic == 42:
        return Flavour(order), struct.unpack_from(order + "I", head, 4)[0]
    if magic == 43:
        flavour = Flavour(order, big=True)
        return flavour, flavour.unpack("Q", source.at(8, 8))[0]
    raise DamagedError("the TIFF header is damaged")


def read(source: Source, flavour: Flavour, offset: int) -> Directory:
    """Read the directory at `offset`.

    Raises:
        DamagedError: it does not lie within the file, or is no directory.

    """
    big = flavour.big
    count = flavour.unpack("Q" if big else "H", source.at(offset, 8 if big else 2))[0]
    if count > _MOST_ENTRIES:
        raise DamagedError(f"the directory at byte {offset} claims {count} entries")
    start, step, word = offset + (8 if big else 2), 20 if big else 12, flavour.word_size
    data = source.at(start, count * step)
    end = start + count * step
    # Some writers leave out the pointer to the next directory where the block ends.
    following = flavour.unpack(flavour.word, source.at(end, word))[0] if end + word <= source.size else 0
    entries: list[Entry] = []
    letters = f"{flavour.order}HH{flavour.word}"
    for number in range(count):
        at = number * step
        raw = data[at : at + step]
        tag, type_, values = struct.unpack_from(letters, raw)
        size = TYPE_SIZES.get(type_, 0) * values
        inline = size <= word
        place = start + at + 4 + word if inline else flavour.unpack(flavour.word, raw[4 + word :])[0]
        entries.append(Entry(tag, type_, values, raw, place, size, inline))
    return Directory(offset, tuple(entries), following, min(end + word, source.size))


def value(source: Source, entry: Entry) -> bytes:
    """Return an entry's value as bytes.

    Raises:
        DamagedError: it does not lie within the file.

    """
    return source.at(entry.offset, entry.size)


def number(source: Source, flavour: Flavour, entry: Entry) -> int:
    """Return an entry's first value, where it is a whole number; else 0."""
    letter = {1: "B", 3: "H", 4: "I", 13: "I", 16: "Q", 18: "Q"}.get(entry.type)
    if letter is None or not entry.values:
        return 0
    return flavour.unpack(letter, source.at(entry.offset, struct.calcsize("<" + letter)))[0]
