"""EXIF blocks: our three texts read and appended, the position taken out on request.

A block is never rebuilt: its bytes stay where they are, so that the offsets in
maker notes stay true. A changed first directory is appended behind them, and
the header's pointer leads to it (TIFF 6.0 allows directories anywhere).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from stockctl.errors import DamagedError, RefusedError
from stockctl.files.source import Memory
from stockctl.metadata.record import Record, cleaned
from stockctl.metadata.standards import charset, comments, ifd, windows
from stockctl.metadata.standards.mapping import FIELDS, as_exif

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from stockctl.files.source import Source
    from stockctl.metadata.standards.ifd import Directory, Flavour

PREFIX = b"Exif\0\0"
# What an APP1 segment holds beside its length and the prefix.
LARGEST_IN_JPEG = 65_535 - 2 - len(PREFIX)

EXIF_IFD, GPS_IFD, INTEROP_IFD, SUB_IFDS, MAKER_NOTE = 0x8769, 0x8825, 0xA005, 0x014A, 0x927C
_THUMBNAIL, _THUMBNAIL_SIZE = 0x0201, 0x0202
TAGS = {field.exif: field for field in FIELDS if field.exif}
# What an edit of ours may replace.
OURS = frozenset({*TAGS, *windows.READ, *windows.COPIES})

# What cameras, editors and generators write as a title or description of every picture.
_PLACEHOLDERS = frozenset(
    {
        *("olympus digital camera", "sony dsc", "minolta digital camera", "konica minolta digital camera"),
        *(
            "digital camera",
            "digital image",
            "samsung",
            "exif_jpeg_picture",
            "exif jpeg picture",
            "kodak digital image",
        ),
        *("default", "dcim", "dcf 1.0", "image description", "jpeg", "photo", "sanyo digital camera", "untitled"),
        *("created with gimp", "ai generated image", "novelai generated image", "screenshot"),
        *("caption", "asus", "mydesc", "cof", "rbt", "dav", "sdr", "hdrpl", "binary comment", "process", "untitled-1"),
    }
)
# DJI's drones describe a picture by its path on the card.
_FILE_NAME = re.compile(r"\s*DCIM[\\/]", re.IGNORECASE)


def record_of(block: bytes) -> Record:
    """Return what an EXIF block (a TIFF stream) says.

    Raises:
        DamagedError: its first directory cannot be read.

    """
    source = Memory(block)
    try:
        main = ifd.read(source, *ifd.header(source))
    except DamagedError as error:
        raise DamagedError(f"the EXIF block is broken: {error.message}") from error
    values: dict[str, Any] = {}
    spare: dict[str, Any] = {}
    for entry in main.entries:
        if entry.tag not in TAGS and entry.tag not in windows.READ:
            continue
        try:
            data = ifd.value(source, entry)
        except DamagedError:
            continue
        if entry.tag in TAGS:
            values.setdefault(TAGS[entry.tag].name, _decoded(data, entry.tag))
        else:
            spare[windows.READ[entry.tag]] = data.decode("utf-16-le", "replace").strip("\0")
    for name, text in spare.items():
        values[name] = values.get(name) or (windows.words(text) if name in {"creators", "keywords"} else text)
    return cleaned(values)


def _decoded(data: bytes, tag: int) -> Any:  # noqa: ANN401 - as the field holds it
    # Copyright may name the photographer's and, behind a NUL, the editor's.
    raw = data.rstrip(b"\0").split(b"\0")[0].strip() or data.strip(b"\0 ")
    text = charset.sensible(raw)
    if TAGS[tag].name == "creators":
        return windows.listed(text)
    return "" if TAGS[tag].name == "description" and is_placeholder(text) else text


def is_placeholder(text: str) -> bool:
    """Whether a text is what a camera or a program writes into every picture."""
    return text.strip().casefold() in _PLACEHOLDERS or _FILE_NAME.match(text) is not None


def guessed(block: bytes | None) -> tuple[str, ...]:
    """Return the names of the record's fields of which the text in a block is read by a guess."""
    if not block:
        return ()
    source = Memory(block)
    try:
        entries = [each for each in ifd.read(source, *ifd.header(source)).entries if each.tag in TAGS]
        return tuple(TAGS[each.tag].name for each in entries if charset.is_guess(ifd.value(source, each)))
    except DamagedError:
        return ()


def as_read(record: Record) -> Record:
    """Return what a block says that holds a record: names may be split, a camera's placeholder says nothing."""
    texts = {tag: as_exif(getattr(record, field.name)) for tag, field in TAGS.items() if tag is not None}
    return cleaned({TAGS[tag].name: _decoded(text.encode(), tag) for tag, text in texts.items()})


def values_of(wanted: Record, names: Sequence[str]) -> dict[int, ifd.Value | None]:
    """Return the tags that hold the named fields, each with its new value; None takes the tag out."""
    found: dict[int, ifd.Value | None] = {}
    for tag, field in TAGS.items():
        if field.name in names and tag is not None:
            text = as_exif(getattr(wanted, field.name))
            found[tag] = ifd.Value(ifd.ASCII, text.encode() + b"\0") if text else None
    return found


@dataclass(slots=True)
class Facts:
    """What a new block must say of the picture: size in pixels, pixels per unit (2: inch, 3: cm), sRGB or not.

    Where the file does not say how dense its pixels are, EXIF's default of 72
    per inch holds.
    """

    size: tuple[int, int] | None = None
    density: tuple[int, int] = (72, 72)
    unit: int = 2
    srgb: bool = True


_SRGB, _UNCALIBRATED = 1, 0xFFFF


def build(facts: Facts) -> bytes:
    """Return a new block for a picture, made by piexif, without texts.

    Its values all fit into their entries: piexif leaves out the pointer behind
    its inner directories, and longer values would overlap there.
    """
    import piexif

    photo: dict[int, Any] = {
        piexif.ExifIFD.ExifVersion: b"0232",
        piexif.ExifIFD.ComponentsConfiguration: b"\1\2\3\0",
        piexif.ExifIFD.FlashpixVersion: b"0100",
        piexif.ExifIFD.ColorSpace: _SRGB if facts.srgb else _UNCALIBRATED,
    }
    if facts.size:
        photo |= {piexif.ExifIFD.PixelXDimension: facts.size[0], piexif.ExifIFD.PixelYDimension: facts.size[1]}
    main = {
        piexif.ImageIFD.XResolution: (facts.density[0], 1),
        piexif.ImageIFD.YResolution: (facts.density[1], 1),
        piexif.ImageIFD.ResolutionUnit: facts.unit,
        piexif.ImageIFD.YCbCrPositioning: 1,
    }
    block: bytes = piexif.dump({"0th": main, "Exif": photo})
    return block.removeprefix(PREFIX) + b"\0\0\0\0"


def edit(
    block: bytes, changes: Mapping[int, ifd.Value | None], *, strip_location: bool = False, limit: int = 1 << 32
) -> bytes:
    """Return the block with a changed first directory appended.

    A directory that an earlier edit appended is replaced, so that a block does
    not grow with every edit. `limit` is the most bytes that the container can
    hold. `strip_location` takes the GPS directory out and
    writes zeros over it.

    Raises:
        RefusedError: the block is such that a change could lose something; why
            is in the message.

    """
    try:
        fresh = _edited(block, changes, strip_location=strip_location)
    except DamagedError as error:
        raise RefusedError(f"the EXIF block is left as it was: {error.message}") from error
    if len(fresh) > limit:
        raise RefusedError("the EXIF block is left as it was: with more text it would not fit into its segment")
    return fresh


def _edited(block: bytes, changes: Mapping[int, ifd.Value | None], *, strip_location: bool) -> bytes:
    source = Memory(block)
    flavour, start = ifd.header(source)
    main = ifd.read(source, flavour, start)
    ranges = list(_ranges(source, flavour, main))
    body = bytearray(block)
    todo = dict(changes)
    comment = todo.pop(comments.USER_COMMENT, None)
    if comment and (entry := comments.entry_of(source, flavour, main)):
        body[entry.offset : entry.offset + entry.size] = comment.data
    if strip_location and main.get(GPS_IFD):
        todo[GPS_IFD] = None
        for at, end in location(source, flavour, main):
            body[at:end] = bytes(end - at)
    if all(new is None and not main.get(tag) for tag, new in todo.items()):
        return bytes(body)
    keep = ifd.kept(main, OURS, source.size)
    if any(end > keep for _, end in ranges):
        keep = source.size
    if keep < source.size:
        todo = ifd.carried(source, main, OURS) | todo
    del body[keep:]
    body += b"\0" * (len(body) & 1)
    fresh = ifd.rebuilt(flavour, main, todo, len(body))
    pointer = flavour.pointer
    body[pointer : pointer + flavour.word_size] = flavour.pack(flavour.word, len(body))
    return bytes(body + fresh)


# Pages, previews, and the camera's own: more than any camera writes.
_MOST_DIRECTORIES = 100


def _ranges(source: Source, flavour: Flavour, main: Directory) -> Iterator[tuple[int, int]]:
    """Yield every range that the block uses, but for the first directory and our texts.

    Raises:
        DamagedError: a directory or a value lies outside of the block. Such a
            value stands elsewhere in the file, and would be moved away from it.

    """
    for entry in main.entries:
        if not entry.inline and entry.tag not in OURS:
            yield _inside(source, entry)
    visited = {main.offset}
    waiting = [main.next, *_inner(source, flavour, main)]
    while waiting:
        offset = waiting.pop()
        if not offset:
            continue
        if offset in visited:
            raise DamagedError("its directories lead in a circle")
        visited.add(offset)
        if len(visited) > _MOST_DIRECTORIES:
            raise DamagedError("it has more directories than any camera writes")
        directory = ifd.read(source, flavour, offset)
        yield directory.offset, directory.end
        for entry in directory.entries:
            if not entry.inline:
                yield _inside(source, entry)
        yield from _thumbnail(source, flavour, directory)
        waiting += [directory.next if directory.offset == main.next else 0, *_inner(source, flavour, directory)]


def _inside(source: Source, entry: ifd.Entry) -> tuple[int, int]:
    if entry.offset + entry.size > source.size:
        raise DamagedError(f"the value of tag {entry.tag:#06x} lies outside of it")
    return entry.offset, entry.offset + entry.size


def _inner(source: Source, flavour: Flavour, directory: Directory) -> Iterator[int]:
    for entry in directory.entries:
        if entry.tag in {EXIF_IFD, GPS_IFD, INTEROP_IFD}:
            yield ifd.number(source, flavour, entry)
        elif entry.tag == SUB_IFDS and entry.type in {ifd.LONG, 13} and entry.values <= _MOST_DIRECTORIES:
            yield from flavour.unpack(f"{entry.values}I", ifd.value(source, entry))


def _thumbnail(source: Source, flavour: Flavour, directory: Directory) -> Iterator[tuple[int, int]]:
    where, length = directory.get(_THUMBNAIL), directory.get(_THUMBNAIL_SIZE)
    if where and length:
        at, size = ifd.number(source, flavour, where), ifd.number(source, flavour, length)
        if at + size > source.size:
            raise DamagedError("its thumbnail lies outside of it")
        yield at, at + size


def location(source: Source, flavour: Flavour, main: Directory) -> list[tuple[int, int]]:
    """Return the ranges of the GPS directory and its values."""
    entry = main.get(GPS_IFD)
    offset = ifd.number(source, flavour, entry) if entry else 0
    if not offset:
        return []
    place = ifd.read(source, flavour, offset)
    return [(place.offset, place.end), *(_inside(source, entry) for entry in place.entries if not entry.inline)]


# What `extracted` takes: what capture data and our texts are read from.
_WANTED = frozenset({*OURS, 0x010F, 0x0110, 0x0112, 0x0131, 0x0132})
_LONGEST_EXTRACTED, _MOST_EXTRACTED = 64 * 1024, 4 << 20


def extracted(source: Source, flavour: Flavour, main: Directory) -> bytes:
    """Return a small block with what a TIFF file's directories say of camera, time, place and words.

    It is made for reading: maker notes and picture data are left out, a
    BigTIFF comes out as a classic one.
    """
    small = ifd.Flavour(flavour.order)
    texts = _taken(source, main, _WANTED)
    head = (b"II" if flavour.order == "<" else b"MM") + small.pack("HI", 42, 8)
    inner: list[tuple[int, dict[int, ifd.Value | None]]] = []
    for tag in (EXIF_IFD, GPS_IFD):
        entry = main.get(tag)
        try:
            if entry is not None:
                directory = ifd.read(source, flavour, ifd.number(source, flavour, entry))
                found = _taken(source, directory, None)
                inner.append((tag, found))
                texts[tag] = ifd.Value(ifd.LONG, b"\0\0\0\0")
        except DamagedError:
            continue
    nothing = ifd.Directory(0, (), 0, 0)
    at = 8 + len(ifd.rebuilt(small, nothing, texts, 8))
    tail = b""
    for tag, found in inner:
        texts[tag] = ifd.Value(ifd.LONG, small.pack("I", at + len(tail)))
        tail += ifd.rebuilt(small, nothing, found, at + len(tail))
    return head + ifd.rebuilt(small, nothing, texts, 8) + tail


def _taken(source: Source, directory: Directory, tags: frozenset[int] | None) -> dict[int, ifd.Value | None]:
    found: dict[int, ifd.Value | None] = {}
    # Values may lie over each other: what all of them take together is bounded.
    left = _MOST_EXTRACTED
    for entry in directory.entries:
        if (tags is None or entry.tag in tags) and 0 < entry.size <= _LONGEST_EXTRACTED and entry.type < ifd.LONG8:
            left -= entry.size
            if left < 0:
                break
            if tags is None and entry.tag in {MAKER_NOTE, INTEROP_IFD}:
                continue
            try:
                found.setdefault(entry.tag, ifd.Value(entry.type, ifd.value(source, entry)))
            except DamagedError:
                continue
    return found


def has_location(block: bytes | None) -> bool:
    """Whether a block has a GPS directory that holds a latitude."""
    if not block:
        return False
    source = Memory(block)
    try:
        flavour, start = ifd.header(source)
        # Two bytes to look for, before anything is parsed: most pictures tell no place.
        count = flavour.unpack("H", source.at(start, 2))[0]
        if flavour.pack("H", GPS_IFD) not in source.at(start, min(2 + 12 * count, source.size - start)):
            return False
        entry = ifd.read(source, flavour, start).get(GPS_IFD)
        offset = ifd.number(source, flavour, entry) if entry else 0
        return bool(offset) and ifd.read(source, flavour, offset).get(2) is not None
    except DamagedError:
        return False
