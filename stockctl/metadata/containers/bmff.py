"""ISO media files (MP4, MOV, M4A, HEIC, AVIF): XMP boxes, items and user data; read only.

By ISO/IEC 14496-12 (boxes, 8.11 metadata items), XMP part 3, 1.1.2 (`uuid`) and
1.3.3 (`XMP_`), QuickTime File Format (user data), ISO/IEC 23008-12 annex A
(Exif items) and C2PA 2.1, A.5.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from stockctl.errors import DamagedError
from stockctl.metadata.containers import LARGEST_BLOCK, Blocks
from stockctl.metadata.standards import exif

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stockctl.files.source import Source

_XMP_UUID = bytes.fromhex("be7acfcb97a942e89c71999491e3afac")
_C2PA_UUID = bytes.fromhex("d8fec3d61b0e483c92975828877ec481")
_MOST_BOXES, _MOST_ITEMS, _MOST_EXTENTS = 10_000, 4096, 100_000

# User data of QuickTime and iTunes, by their four letters: the field of the record, and what ExifTool calls it.
_TEXTS = {
    b"\xa9nam": ("title", "Title"),
    b"\xa9des": ("description", "Description"),
    b"desc": ("description", "Description"),
    b"\xa9cmt": ("description", "Comment"),
    b"\xa9key": ("keywords", "Keyword"),
    b"keyw": ("keywords", "Keyword"),
    b"\xa9cpy": ("copyright", "Copyright"),
    b"cprt": ("copyright", "Copyright"),
    b"\xa9ART": ("creators", "Artist"),
    b"\xa9aut": ("creators", "Author"),
    b"auth": ("creators", "Author"),
}
# QuickTime's metadata items (Keys), by their name behind `com.apple.quicktime.`, likewise.
_KEYS = {
    b"title": ("title", "Title"),
    b"displayname": ("title", "DisplayName"),
    b"description": ("description", "Description"),
    b"comment": ("description", "Comment"),
    b"keywords": ("keywords", "Keywords"),
    b"author": ("creators", "Author"),
    b"artist": ("creators", "Artist"),
    b"copyright": ("copyright", "Copyright"),
}
_APPLE = b"com.apple.quicktime."
# How the value of an item is written (QuickTime File Format, "well-known types").
_UTF16 = 2
_MOST_KEYS = 1024


@dataclass(frozen=True, slots=True)
class Box:
    """A box: its type, where its content starts and ends."""

    type: bytes
    start: int
    end: int


class Bmff:
    """Every ISO media file."""

    def locate(self, source: Source) -> Blocks:
        """Look into the boxes that hold metadata; media data are passed over.

        `Blocks.place` holds, by field, what ExifTool calls the places where its text stands.
        """
        blocks = Blocks(place={})
        for box in boxes(source, 0, source.size):
            if box.type == b"uuid":
                _uuid(source, box, blocks)
            elif box.type == b"moov":
                for inner in boxes(source, box.start, box.end):
                    if inner.type == b"udta":
                        _user_data(source, inner, blocks)
                    elif inner.type == b"meta":
                        _keys(source, inner, blocks)
                    elif inner.type == b"uuid":
                        _uuid(source, inner, blocks)
            elif box.type == b"meta":
                _items(source, box, blocks)
        return blocks


def boxes(source: Source, at: int, end: int) -> Iterator[Box]:
    """Yield the boxes between two places."""
    for _ in range(_MOST_BOXES):
        if at + 8 > end:
            return
        length, type_ = struct.unpack(">I4s", source.at(at, 8))
        head = 8
        if length == 1:
            length, head = int.from_bytes(source.at(at + 8, 8), "big"), 16
        elif length == 0:
            length = end - at
        if length < head:
            # User data may end with four zero bytes.
            return
        yield Box(type_, at + head, min(at + length, end))
        at += length


def _content(source: Source, box: Box, skip: int = 0) -> bytes:
    length = box.end - box.start - skip
    if length > LARGEST_BLOCK:
        raise DamagedError(f"the box {box.type.decode('latin-1')!r} is larger than any metadata")
    return source.at(box.start + skip, max(length, 0))


def _uuid(source: Source, box: Box, blocks: Blocks) -> None:
    name = source.at(box.start, min(16, box.end - box.start))
    if name == _XMP_UUID and blocks.xmp is None:
        blocks.xmp = _content(source, box, 16)
    elif name == _C2PA_UUID:
        blocks.c2pa = True
        # Version and flags, the box's purpose, and of a manifest where its Merkle tree stands.
        if blocks.manifest is None and box.end - box.start <= LARGEST_BLOCK:
            purpose, _, rest = _content(source, box, 20).partition(b"\0")
            blocks.manifest = rest[8:] if purpose == b"manifest" else None


def _user_data(source: Source, box: Box, blocks: Blocks) -> None:
    for inner in boxes(source, box.start, box.end):
        if inner.type == b"XMP_" and blocks.xmp is None:
            blocks.xmp = _content(source, inner)
        elif inner.type == b"meta":
            for part in boxes(source, inner.start + 4, inner.end):
                if part.type == b"ilst":
                    _tunes(source, part, blocks)
        elif inner.type in _TEXTS:
            data = _content(source, inner)
            # QuickTime: length, language, text; 3GPP: version and flags, language, text ended by a NUL.
            size = int.from_bytes(data[:2], "big")
            text = data[4 : 4 + size] if inner.type.startswith(b"\xa9") else data[6:]
            _say(blocks, _TEXTS[inner.type], "UserData", text)


def _tunes(source: Source, box: Box, blocks: Blocks) -> None:
    for inner in boxes(source, box.start, box.end):
        if inner.type in _TEXTS:
            for part in boxes(source, inner.start, inner.end):
                if part.type == b"data":
                    _say(blocks, _TEXTS[inner.type], "ItemList", _content(source, part, 8))


def _keys(source: Source, box: Box, blocks: Blocks) -> None:
    """Read QuickTime's metadata items: a table of names, and a list of values by their number in it."""
    # In a film the box is plain; in MP4 it begins with version and flags, as everywhere else there.
    plain = source.at(box.start, min(8, box.end - box.start))[4:8] == b"hdlr"
    inner = {each.type: each for each in boxes(source, box.start + (0 if plain else 4), box.end)}
    if b"keys" not in inner or b"ilst" not in inner:
        return
    table = inner[b"keys"]
    names = [_content(source, entry) for entry in islice(boxes(source, table.start + 8, table.end), _MOST_KEYS)]
    for item in boxes(source, inner[b"ilst"].start, inner[b"ilst"].end):
        number = int.from_bytes(item.type, "big")
        name = names[number - 1] if 0 < number <= len(names) else b""
        field = _KEYS.get(name.removeprefix(_APPLE).lower())
        for part in boxes(source, item.start, item.end) if field else ():
            if field and part.type == b"data" and part.end - part.start >= 8:
                data = _content(source, part)
                wide = int.from_bytes(data[:4], "big") == _UTF16
                _say(blocks, field, "Keys", data[8:].decode("utf-16-be", "replace").encode() if wide else data[8:])


def _say(blocks: Blocks, field: tuple[str, str], group: str, raw: bytes) -> None:
    text = raw.decode("utf-8", "replace").strip("\0 ")
    if text:
        name, tag = field
        blocks.texts.setdefault(name, text)
        blocks.place.setdefault(name, []).append(f"{group}:{tag}")


def _items(source: Source, box: Box, blocks: Blocks) -> None:
    """Read the Exif and the XMP item of a still picture."""
    inner = {each.type: each for each in boxes(source, box.start + 4, box.end)}
    names, places = inner.get(b"iinf"), inner.get(b"iloc")
    if names is None or places is None:
        return
    where = _locations(_content(source, places), inner.get(b"idat"))
    described = _descriptions(source, inner)
    for number, type_, mime in sorted(_item_types(source, names), key=lambda item: item[0] not in described):
        if number not in where or sum(length for _, length in where[number]) > LARGEST_BLOCK:
            continue
        if type_ == b"Exif" and blocks.exif is None:
            data = b"".join(source.at(at, length) for at, length in where[number])
            skip = 4 + int.from_bytes(data[:4], "big")
            blocks.exif = data[skip:].removeprefix(exif.PREFIX)
        elif type_ == b"mime" and mime == b"application/rdf+xml" and blocks.xmp is None:
            blocks.xmp = b"".join(source.at(at, length) for at, length in where[number])


def coded(source: Source) -> list[tuple[int, int]]:
    """Return the ranges of coded data: the extents of a still picture's items, else the media data boxes."""
    top = list(boxes(source, 0, source.size))
    meta = next((box for box in top if box.type == b"meta"), None)
    inner = {box.type: box for box in boxes(source, meta.start + 4, meta.end)} if meta else {}
    if b"iinf" not in inner or b"iloc" not in inner:
        return [(box.start, box.end) for box in top if box.type == b"mdat"]
    where = _locations(_content(source, inner[b"iloc"]), inner.get(b"idat"))
    pictures = [number for number, type_, _ in _item_types(source, inner[b"iinf"]) if type_ not in {b"Exif", b"mime"}]
    return sorted((at, at + length) for number in pictures for at, length in where.get(number, ()))


def _descriptions(source: Source, inner: dict[bytes, Box]) -> set[int]:
    """Return the items that describe the primary picture, rather than a depth map or a gain map of it."""
    primary, references = inner.get(b"pitm"), inner.get(b"iref")
    if primary is None or references is None:
        return set()
    data = _content(source, primary)
    picture = int.from_bytes(data[4:6] if data[:1] == b"\0" else data[4:8], "big")
    wide = 4 if source.at(references.start, 1)[0] else 2
    found: set[int] = set()
    for reference in boxes(source, references.start + 4, references.end):
        data = _content(source, reference)
        targets = [int.from_bytes(data[at : at + wide], "big") for at in range(wide + 2, len(data) - wide + 1, wide)]
        if reference.type == b"cdsc" and picture in targets:
            found.add(int.from_bytes(data[:wide], "big"))
    return found


def _item_types(source: Source, box: Box) -> Iterator[tuple[int, bytes, bytes]]:
    """Yield number, type and, of a `mime` item, content type of every item."""
    version = source.at(box.start, 1)[0]
    for entry in boxes(source, box.start + (8 if version else 6), box.end):
        data = _content(source, entry)
        if len(data) < 12 or data[0] < 2:
            continue
        wide = data[0] > 2
        number = int.from_bytes(data[4 : 8 if wide else 6], "big")
        rest = data[10 if wide else 8 :]
        parts = rest[4:].split(b"\0")
        yield number, rest[:4], parts[1] if len(parts) > 1 else b""


def _locations(data: bytes, inside: Box | None) -> dict[int, list[tuple[int, int]]]:
    """Return the extents (offset in the file, length) of every item, by ISO/IEC 14496-12, 8.11.3."""
    try:
        return _extents(data, inside)
    except (IndexError, struct.error) as error:
        raise DamagedError("the box 'iloc' is cut off") from error


def _extents(data: bytes, inside: Box | None) -> dict[int, list[tuple[int, int]]]:
    version = data[0]
    offset_size, length_size, base_size = data[4] >> 4, data[4] & 15, data[5] >> 4
    index_size = data[5] & 15 if version else 0
    at = 6

    def take(size: int) -> int:
        nonlocal at
        if at + size > len(data):
            raise IndexError
        at += size
        return int.from_bytes(data[at - size : at], "big")

    # Where no field takes a byte, a few could ask for millions of them.
    left = _MOST_EXTENTS
    found: dict[int, list[tuple[int, int]]] = {}
    for _ in range(min(take(4 if version > 1 else 2), _MOST_ITEMS)):
        number = take(4 if version > 1 else 2)
        method = take(2) & 15 if version else 0
        take(2)
        base = take(base_size)
        extents: list[tuple[int, int]] = []
        for _ in range(min(take(2), _MOST_ITEMS)):
            take(index_size)
            start, length = base + take(offset_size), take(length_size)
            left -= 1
            if not left:
                raise DamagedError("the box 'iloc' has more extents than any picture")
            extents.append((start + (inside.start if method == 1 and inside else 0), length))
        if method < 2:
            found[number] = extents
    return found
