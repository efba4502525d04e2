"""Image file directories of TIFF, BigTIFF and EXIF: rebuilt with some entries changed; how they are read is `media`'s.

By TIFF 6.0 section 2 and the BigTIFF design of Joris Van Damme (AWare Systems).
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING

from stockctl.media.directories import (
    ASCII,
    BYTE,
    LONG,
    LONG8,
    SHORT,
    TYPE_SIZES,
    UNDEFINED,
    Directory,
    Entry,
    Flavour,
    header,
    number,
    read,
    value,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from stockctl.files.source import Source

__all__ = [
    "ASCII",
    "BYTE",
    "LONG",
    "LONG8",
    "SHORT",
    "TYPE_SIZES",
    "UNDEFINED",
    "Directory",
    "Entry",
    "Flavour",
    "Value",
    "carried",
    "header",
    "kept",
    "number",
    "read",
    "rebuilt",
    "value",
]


def kept(main: Directory, ours: frozenset[int], size: int) -> int:
    """Return how many bytes of a stream of `size` bytes stay when a new first directory is appended.

    That is all of them, unless the stream ends with the first directory and
    values of the tags `ours` and with nothing else, as an earlier edit leaves
    it: then it is the bytes before.
    """
    values = [(each.offset, each.offset + each.size) for each in main.entries if each.tag in ours and not each.inline]
    covered = main.end
    for at, end in sorted(values):
        if not main.end <= at <= covered + 1:
            return size
        covered = max(covered, end)
    return main.offset if covered >= size - 1 else size


@dataclass(frozen=True, slots=True)
class Value:
    """A new value of a tag: its type and its bytes."""

    type: int
    data: bytes


def carried(source: Source, main: Directory, ours: frozenset[int]) -> dict[int, Value | None]:
    """Return the values of the tags `ours` that stand outside of the directory: they move when their place goes."""
    return {
        each.tag: Value(each.type, value(source, each))
        for each in reversed(main.entries)
        if each.tag in ours and not each.inline
    }


def rebuilt(flavour: Flavour, old: Directory, changes: Mapping[int, Value | None], at: int) -> bytes:
    """Return a directory to stand at `at` (even), followed by its new values.

    The order of the entries stays, faulty ones included; a new tag goes before
    the first greater one. None takes an entry out. Where a tag stands twice,
    both are replaced by one.
    """
    entries: list[tuple[int, Entry | Value]] = []
    pending = {tag: fresh for tag, fresh in changes.items() if fresh is not None}
    for entry in old.entries:
        if entry.tag not in changes:
            entries.append((entry.tag, entry))
        elif entry.tag in pending:
            entries.append((entry.tag, pending.pop(entry.tag)))
    for tag, fresh in sorted(pending.items()):
        place = next((index for index, (other, _) in enumerate(entries) if other > tag), len(entries))
        entries.insert(place, (tag, fresh))
    word = flavour.word_size
    counter = "Q" if flavour.big else "H"
    values = b""
    end = at + struct.calcsize("<" + counter) + len(entries) * (4 + 2 * word) + word
    parts = [flavour.pack(counter, len(entries))]
    for tag, item in entries:
        if isinstance(item, Entry):
            parts.append(item.raw)
            continue
        count = len(item.data) // TYPE_SIZES[item.type]
        parts.append(flavour.pack("HH" + flavour.word, tag, item.type, count))
        if len(item.data) <= word:
            parts.append(item.data.ljust(word, b"\0"))
        else:
            parts.append(flavour.pack(flavour.word, end + len(values)))
            values += item.data + b"\0" * (len(item.data) & 1)
    return b"".join([*parts, flavour.pack(flavour.word, old.next), values])
