"""IPTC IIM: datasets read and replaced; those that are not ours stay, in their order.

By IPTC-NAA Information Interchange Model 4.2: chapter 3.1 (datasets, extended
datasets), 1:90 (coded character set), record 2 (application record).
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any, NamedTuple

from stockctl.metadata.mapping import FIELDS, Field, as_iptc
from stockctl.metadata.record import Record, cleaned

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_MARKER = 0x1C
_CHARACTER_SET, _UTF8 = (1, 90), b"\x1b%G"
_VERSION = (2, 0)
# An extended dataset tells the length of its length in the low 15 bits; four bytes are enough for any file.
_LONGEST_LENGTH = 4
# More keywords than any agency takes, by far.
_MOST_DATASETS = 20_000


class Block(NamedTuple):
    """A block: its datasets in order, where they end, what stands behind them that cannot be read, and why not."""

    entries: list[Entry]
    end: int
    rest: bytes = b""
    fault: str = ""


class Entry(NamedTuple):
    """One dataset: its record, its number, its bytes."""

    record: int
    number: int
    data: bytes

    @property
    def is_text(self) -> bool:
        """Whether the dataset holds text in the coded character set: record 2 but its version and previews."""
        return self.record == 2 and self.number not in _BINARY


_BINARY = frozenset({0, 125, 200, 201, 202})


def parse(data: bytes) -> Block:
    """Return the datasets of an IIM block; padding with NULs behind them is dropped.

    What follows a dataset that does not begin with its marker, or is longer
    than the block, no reader can tell: it is the block's rest.
    """
    entries: list[Entry] = []
    at = 0
    while at < len(data):
        if len(entries) > _MOST_DATASETS:
            return Block(entries, at, data[at:], f"the IPTC data hold more than {_MOST_DATASETS:,} datasets")
        # Nearly every dataset is a plain one, and reading many files is spent here.
        end = at + 5 + (data[at + 3] << 8 | data[at + 4]) if at + 5 <= len(data) else len(data) + 1
        if data[at] == _MARKER and data[at + 3 : at + 4] < b"\x80" and end <= len(data):
            entries.append(Entry(data[at + 1], data[at + 2], data[at + 5 : end]))
            at = end
            continue
        found = _entry(data, at)
        if isinstance(found, str):
            if not data[at:].strip(b"\0"):
                break
            return Block(entries, at, data[at:], f"the IPTC data are broken at byte {at}: {found}")
        entry, at = found
        entries.append(entry)
    return Block(entries, at)


def _entry(data: bytes, at: int) -> tuple[Entry, int] | str:
    """Return the dataset at `at` and where it ends, or why there is none."""
    if data[at] != _MARKER:
        return "no dataset begins there"
    if at + 5 > len(data):
        return "they end within a dataset"
    record, number = data[at + 1], data[at + 2]
    length = int.from_bytes(data[at + 3 : at + 5], "big")
    at += 5
    if length & 0x8000:
        width = length & 0x7FFF
        if width > _LONGEST_LENGTH:
            return f"the dataset {record}:{number} claims a length of {width} bytes for its length"
        length = int.from_bytes(data[at : at + width], "big")
        at += width
    if at + length > len(data):
        return f"the dataset {record}:{number} is longer than the data"
    return Entry(record, number, data[at : at + length]), at + length


def build(block: Block) -> bytes:
    """Return the datasets as bytes, sorted by record (IIM 1.5(c)), else in their order; the rest behind them."""
    parts: list[bytes] = []
    for entry in sorted(block.entries, key=lambda entry: entry.record):
        head = bytes((_MARKER, entry.record, entry.number))
        size = len(entry.data)
        length = size.to_bytes(2, "big") if size < 0x8000 else b"\x80\x04" + size.to_bytes(4, "big")
        parts += (head, length, entry.data)
    return b"".join([*parts, block.rest])


def unpadded(data: bytes) -> bytes:
    """Return a block without the NULs behind its last dataset."""
    block = parse(data)
    return data if block.fault else data[: block.end]


def digest(data: bytes) -> bytes:
    """Return the digest by which XMP writers tell that IPTC was not changed behind their back (MD5)."""
    return hashlib.md5(data, usedforsecurity=False).digest()


def is_utf8(entries: Iterable[Entry]) -> bool:
    """Whether the block says that its texts are UTF-8."""
    return any((entry.record, entry.number) == _CHARACTER_SET and entry.data == _UTF8 for entry in entries)


def decode(data: bytes, *, utf8: bool) -> str:
    """Return a dataset's text.

    Where the block does not say which character set it uses, UTF-8 is tried
    first, then what Windows programs wrote.
    """
    if utf8:
        return data.decode("utf-8", "replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def record_of(blocks: Iterable[Block]) -> Record:
    """Return what the datasets say; where a field stands in several blocks, the first has the word, lists go on."""
    texts: dict[int, list[str]] = {}
    for block in blocks:
        utf8 = is_utf8(block.entries)
        for entry in block.entries:
            if entry.record == 2 and entry.number in _OURS:
                texts.setdefault(entry.number, []).append(decode(entry.data, utf8=utf8).strip("\0"))
    values: dict[str, Any] = {}
    for number, found in texts.items():
        field = _OURS[number]
        values[field.name] = tuple(found) if field.iim and field.iim.repeats else found[0]
    return cleaned(values)


_OURS = {field.iim.number: field for field in FIELDS if field.iim}


def edit(data: bytes | None, wanted: Record, names: Sequence[str]) -> bytes:
    """Return the block with the named fields as `wanted` has them, in UTF-8, and saying so.

    The other datasets stay; where the block did not say UTF-8, their texts are
    put into it.
    """
    block = parse(data or b"")
    utf8 = is_utf8(block.entries)
    kept = [entry for entry in _others(block, names) if (entry.record, entry.number) != _CHARACTER_SET]
    if not utf8:
        kept = [
            entry._replace(data=decode(entry.data, utf8=False).encode()) if entry.is_text else entry for entry in kept
        ]
    ours = [entry for field in FIELDS if field.name in names for entry in _entries(field, wanted)]
    if not any((entry.record, entry.number) == _VERSION for entry in kept):
        ours.insert(0, Entry(*_VERSION, b"\0\4"))
    return build(block._replace(entries=[Entry(*_CHARACTER_SET, _UTF8), *kept, *ours]))


def without(data: bytes, names: Sequence[str]) -> bytes:
    """Return a block without the named fields, and without another change."""
    block = parse(data)
    kept = _others(block, names)
    return data if kept == block.entries else build(block._replace(entries=kept))


def _others(block: Block, names: Sequence[str]) -> list[Entry]:
    numbers = {field.iim.number for field in FIELDS if field.iim and field.name in names}
    return [entry for entry in block.entries if not (entry.record == 2 and entry.number in numbers)]


def _entries(field: Field, wanted: Record) -> list[Entry]:
    value = getattr(wanted, field.name)
    if not value or field.iim is None:
        return []
    return [Entry(2, field.iim.number, text.encode()) for text in as_iptc(field, value)]
