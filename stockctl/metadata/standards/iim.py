"""IPTC IIM: datasets read and replaced; those that are not ours stay, in their order.

By IPTC-NAA Information Interchange Model 4.2: chapter 3.1 (datasets, extended
datasets), 1:90 (coded character set), record 2 (application record).
"""

from __future__ import annotations

import hashlib
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from stockctl.metadata.record import Record, cleaned
from stockctl.metadata.standards import charset
from stockctl.metadata.standards.countries import three_letters
from stockctl.metadata.standards.mapping import FIELDS, Field, as_iptc

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

_MARKER = 0x1C
_CHARACTER_SET, _UTF8 = (1, 90), b"\x1b%G"
_VERSION = (2, 0)
# An extended dataset tells the length of its length in the low 15 bits; four bytes are enough for any file.
_LONGEST_LENGTH = 4
# More keywords than any agency takes, by far.
_MOST_DATASETS = 20_000


class Block(NamedTuple):
    """A block: its datasets in order, where they end, what stands behind them that cannot be read, and why not."""

    entries: Sequence[Entry]
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
    # One file's block is asked for its record, its guesses and its digest in turn; a large one is not held for that.
    return _parsed_before(data) if len(data) <= _SMALL else _parsed(data)


def _parsed(data: bytes) -> Block:
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


_SMALL = 0x10000
_parsed_before = lru_cache(maxsize=4)(_parsed)


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


def declared(entries: Iterable[Entry]) -> str:
    """Return the codec of the character set that a block declares; empty where it declares none that we know."""
    said = (entry.data for entry in entries if (entry.record, entry.number) == _CHARACTER_SET)
    return next((codec for data in said if (codec := charset.designated(data))), "")


def guessed(blocks: Iterable[bytes]) -> tuple[str, ...]:
    """Return the names of the record's fields of which a text in these blocks is read by a guess."""
    found: list[str] = []
    for block in [parse(data) for data in blocks if not data.isascii()]:
        codec = declared(block.entries)
        found += [
            _OURS[entry.number].name
            for entry in block.entries
            if entry.record == 2 and entry.number in _OURS and charset.is_guess(entry.data, codec)
        ]
    return tuple(dict.fromkeys(found))


def lost(blocks: Iterable[bytes]) -> frozenset[str]:
    """Return the names of the record's fields of which a text in these blocks is left out for want of sense."""
    entries = [entry for block in blocks if not block.isascii() for entry in _lost(parse(block).entries)]
    return frozenset(_OURS[entry.number].name for entry in entries if entry.number in _OURS)


def told_at_last(blocks: Iterable[bytes]) -> tuple[str, ...]:
    """Return the keywords that nobody could read until a person said which character set they are in, if one did."""
    found: list[str] = []
    for block in [parse(data) for data in blocks if not data.isascii()]:
        words = [
            entry.data
            for entry in block.entries
            if entry.number == _KEYWORDS and entry.record == 2 and not entry.data.isascii()
        ]
        if not words:
            continue
        codec = declared(block.entries)
        # As in `charset.senseless`: the settings are read last.
        hard = charset.unreadable(words, codec)
        if hard and not charset.is_said():
            return ()
        found += [charset.decode(data, codec) for data in words if data in hard]
    return cleaned({"keywords": tuple(found)}).keywords


def record_of(blocks: Iterable[Block]) -> Record:
    """Return what the datasets say; where a field stands in several blocks, the first has the word, lists go on.

    A text that is read by a guess which makes no sense says nothing; `edit` keeps its bytes.
    """
    texts: dict[int, list[str]] = {}
    for block in blocks:
        codec, senseless = declared(block.entries), _lost(block.entries)
        for entry in block.entries:
            if entry.record == 2 and entry.number in _OURS:
                text = "" if senseless and entry in senseless else charset.decode(entry.data, codec)
                texts.setdefault(entry.number, []).append(text.strip("\0"))
    values: dict[str, Any] = {}
    for number, found in texts.items():
        field = _OURS[number]
        values[field.name] = tuple(found) if field.iim and field.iim.repeats else found[0]
    if "country_code" in values:
        values["country_code"] = three_letters(values["country_code"])
    return cleaned(values)


_KEYWORDS = 25
# Deprecated by IIM 4.2, and still written with the keywords in them.
_CATEGORIES = 20
_PLACE = frozenset({"sublocation", "city", "state", "country"})
_OURS = {field.iim.number: field for field in FIELDS if field.iim}


def _lost(entries: Sequence[Entry]) -> frozenset[Entry]:
    """Return the texts of a block that are read by a guess which makes no sense."""
    by_number: dict[int, list[bytes]] = {}
    for entry in entries:
        if entry.is_text and not entry.data.isascii():
            by_number.setdefault(entry.number, []).append(entry.data)
    if not by_number:
        return frozenset()
    codec = declared(entries)
    return frozenset(
        Entry(2, number, data) for number, texts in by_number.items() for data in charset.senseless(texts, codec)
    )


def edit(data: bytes | None, wanted: Record, names: Sequence[str], replaced: Collection[str] = ()) -> bytes:
    """Return the block with the named fields as `wanted` has them, in UTF-8, and saying so.

    The other datasets stay; where the block declares another character set,
    their texts are put into UTF-8. Where it declares none, and a text that
    stays can only be guessed at, that text is left alone, byte for byte: what
    is written then goes into the character set that the other texts are read
    in, which other programs assume too, as long as that can hold it. What
    makes no sense in that set keeps its bytes in any case, in a list beside
    the new words, but in the fields that are `replaced` as a whole.
    """
    if not _PLACE.isdisjoint(names):
        # Two letters that stood beside it are not left behind.
        names = tuple(dict.fromkeys((*names, "country_code")))
    block = parse(data or b"")
    codec, senseless = declared(block.entries), _lost(block.entries)
    kept = _others(block, names, replaced)
    ours = [entry for field in FIELDS if field.name in names for entry in _entries(field, wanted)]
    if not any((entry.record, entry.number) == _VERSION for entry in kept):
        ours.insert(0, Entry(*_VERSION, b"\0\4"))
    if not codec and any(entry.is_text and charset.is_guess(entry.data, codec) for entry in kept):
        # Where the guess is wrong, what is new says what it is in.
        alike = _like_the_rest(ours) if senseless.isdisjoint(kept) or _is_plain(ours) else None
        if alike is not None:
            return build(block._replace(entries=[*kept, *alike]))
    kept = [entry for entry in kept if (entry.record, entry.number) != _CHARACTER_SET]
    if codec != charset.UTF8:
        kept = [
            entry._replace(data=charset.decode(entry.data, codec).encode())
            if entry.is_text and entry not in senseless
            else entry
            for entry in kept
        ]
    return build(block._replace(entries=[Entry(*_CHARACTER_SET, _UTF8), *kept, *ours]))


def _like_the_rest(ours: Sequence[Entry]) -> list[Entry] | None:
    """Return new datasets in the character set of a block that declares none; None where it cannot hold them."""
    found: list[Entry] = []
    for entry in ours:
        if not entry.is_text:
            found.append(entry)
            continue
        try:
            data = entry.data.decode().encode(charset.WINDOWS)
        except UnicodeEncodeError:
            return None
        if charset.decode(data).encode() != entry.data:
            return None
        found.append(entry._replace(data=data))
    return found


def _is_plain(entries: Iterable[Entry]) -> bool:
    return all(entry.data.isascii() for entry in entries if entry.is_text)


def followed(data: bytes, removed: Collection[str]) -> bytes:
    """Return a block without the supplemental categories that repeat keywords (small letters) which were taken out."""
    block = parse(data) if removed else None
    if block is None or not any(entry.record == 2 and entry.number == _CATEGORIES for entry in block.entries):
        return data
    codec = declared(block.entries)
    kept = [
        entry
        for entry in block.entries
        if not (entry.record == 2 and entry.number == _CATEGORIES)
        or charset.decode(entry.data, codec).strip("\0 ").casefold() not in removed
    ]
    return data if len(kept) == len(block.entries) else build(block._replace(entries=kept))


def without(data: bytes, names: Sequence[str], replaced: Collection[str] = ()) -> bytes:
    """Return a block without the named fields, and without another change; see `edit` for `replaced`."""
    block = parse(data)
    kept = _others(block, names, replaced)
    return data if kept == block.entries else build(block._replace(entries=kept))


def _others(block: Block, names: Sequence[str], replaced: Collection[str]) -> list[Entry]:
    """Return the datasets of other fields, and what of a list's words nobody can read and nobody replaces."""
    fields = {field.iim.number: field for field in FIELDS if field.iim and field.name in names}
    staying = {entry for entry in _lost(block.entries) if _stays(fields.get(entry.number), replaced)}
    return [entry for entry in block.entries if entry in staying or not (entry.record == 2 and entry.number in fields)]


def _stays(field: Field | None, replaced: Collection[str]) -> bool:
    return field is not None and field.iim is not None and field.iim.repeats and field.name not in replaced


def _entries(field: Field, wanted: Record) -> list[Entry]:
    value = getattr(wanted, field.name)
    if not value or field.iim is None:
        return []
    return [Entry(2, field.iim.number, text.encode()) for text in as_iptc(field, value)]
