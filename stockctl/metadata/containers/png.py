"""PNG: an iTXt chunk with XMP, an eXIf chunk, and the raw profiles of ImageMagick.

By W3C PNG third edition (11.3.3 text, 11.3.4.5 eXIf) and XMP part 3, 1.1.5.
PNG has no place of its own for IPTC; where ImageMagick put one, it is kept true.
"""

from __future__ import annotations

import binascii
import struct
import zlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from stockctl.errors import DamagedError, RefusedError
from stockctl.files.writing.splice import Splice
from stockctl.metadata.containers import LARGEST_BLOCK, Blocks, Edits, Plan, chunks, resources
from stockctl.metadata.standards import exif
from stockctl.metadata.standards.exif import Facts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stockctl.files.source import Source
    from stockctl.metadata.containers.chunks import Chunk

_XMP = b"XML:com.adobe.xmp"
_RAW = b"Raw profile type "
_METRES_PER_INCH = 0.0254
# Profiles and packets that are unpacked: a file of more was made to take time.
_MOST_TEXTS = 16
_TEXTS = frozenset({b"tEXt", b"zTXt", b"iTXt"})
# Words in text chunks, by their keyword: kept true where they stand, never added (XMP is where they are looked for).
_FIELDS = {
    b"title": "title",
    b"description": "description",
    b"author": "creators",
    b"copyright": "copyright",
    b"keywords": "keywords",
}
# What a program notes of a file: it follows where it is a copy of one of ours.
_COMMENT = b"comment"


class Text(NamedTuple):
    """A text chunk: where it is, its keyword as it is written, its language (empty: none is said), its text."""

    chunk: Chunk
    keyword: bytes
    language: bytes
    text: str


@dataclass(slots=True)
class Place:
    """Where a PNG's metadata stand; `old_exif` and `old_iptc` are raw profiles."""

    header: int = 8
    facts: Facts = field(default_factory=Facts)
    xmp: list[Chunk] = field(default_factory=list)
    exif: Chunk | None = None
    old_exif: list[Chunk] = field(default_factory=list)
    old_iptc: Chunk | None = None
    words: dict[str, list[Text]] = field(default_factory=dict)
    comments: list[Text] = field(default_factory=list)
    first_data: int | None = None
    texts: int = 0


class Png:
    """PNG and APNG."""

    standards = frozenset({"xmp", "exif", "png"})

    def locate(self, source: Source) -> Blocks:
        """Find the metadata, before or behind the picture data."""
        blocks, place = Blocks(texts_as="png"), Place()
        blocks.place = place
        ended = False
        for chunk in chunks.png(source):
            if chunk.end > source.size:
                blocks.notes.append(f"the PNG ends within the chunk {chunk.name.decode('latin-1')!r}")
                break
            if chunk.name in _TEXTS:
                _text_chunk(source, chunk, blocks, place)
            elif chunk.name == b"eXIf" and place.exif is None:
                place.exif = chunk
                blocks.exif = _body(source, chunk)
            elif chunk.name == b"caBX":
                blocks.c2pa = True
                if chunk.body_end - chunk.body <= LARGEST_BLOCK:
                    blocks.manifest = _body(source, chunk)
            else:
                _picture(source, chunk, place)
            ended = chunk.name == b"IEND"
        if place.facts.size is None:
            raise DamagedError("the PNG has no header")
        if not ended and not blocks.notes:
            blocks.notes.append("the PNG has no end")
        return blocks

    def splices(self, source: Source, blocks: Blocks, edits: Edits) -> Plan:
        """Replace the chunks; new ones follow the header, where every reader sees them."""
        del source
        place: Place = blocks.place
        plan = Plan()
        if edits.xmp is not None:
            data = _XMP + b"\0\0\0\0\0" + edits.xmp
            early = [c for c in place.xmp if place.first_data is None or c.start < place.first_data]
            _put(plan, place.xmp, early[0] if early else None, _chunk(b"iTXt", data), place.header)
        _exif_splices(plan, place, blocks, edits)
        for name, text in edits.texts.items():
            plan.splices += _worded(place.words[name], text)
        for old, fresh in edits.comments.items():
            plan.splices += _worded([each for each in place.comments if each.text == old], fresh)
        if edits.iptc is not None and place.old_iptc is not None:
            data = resources.with_iptc([], edits)
            body = _RAW + b"iptc\0\0" + zlib.compress(_profile(b"iptc", data))
            _put(plan, [place.old_iptc], place.old_iptc, _chunk(b"zTXt", body), place.header)
        return plan


def _picture(source: Source, chunk: Chunk, place: Place) -> None:
    """Take what a new EXIF block must say of the picture, and where its data begin."""
    facts, length = place.facts, chunk.body_end - chunk.body
    if chunk.name == b"IDAT":
        place.first_data = place.first_data or chunk.start
    elif chunk.name == b"IHDR" and length >= 8:
        width, height = struct.unpack(">II", source.at(chunk.body, 8))
        place.header, facts.size = chunk.end, (width, height)
    elif chunk.name == b"pHYs" and length == 9:
        across, down, unit = struct.unpack(">IIB", source.at(chunk.body, 9))
        if unit == 1:
            facts.density = (round(across * _METRES_PER_INCH), round(down * _METRES_PER_INCH))
    elif chunk.name == b"iCCP":
        name = source.at(chunk.body, min(80, length)).split(b"\0")[0]
        facts.srgb = b"sRGB" in name


def _exif_splices(plan: Plan, place: Place, blocks: Blocks, edits: Edits) -> None:
    wanted = {tag: value for tag, value in (edits.exif or {}).items() if value is not None or blocks.exif}
    if not wanted and not (edits.strip_location and blocks.exif):
        return
    try:
        block = exif.edit(blocks.exif or exif.build(place.facts), wanted, strip_location=edits.strip_location)
    except RefusedError as error:
        plan.leave("exif", error)
        return
    old = [place.exif] if place.exif else []
    _put(plan, [*old, *place.old_exif], place.exif, _chunk(b"eXIf", block), place.header)


def _worded(old: list[Text], text: str) -> Iterator[Splice]:
    """Put a text into the first of a field's chunks, and take out copies; a translation stays while there is a text."""
    for each in old:
        fresh = b""
        if text and each is old[0]:
            fresh = _text_as(each, text)
        elif text and each.language and each.text != old[0].text:
            continue
        yield Splice(each.chunk.start, each.chunk.end, fresh)


def _text_as(old: Text, text: str) -> bytes:
    """Return a chunk with a new text: of the old one's kind, but for a text that Latin-1 cannot hold."""
    if old.chunk.name != b"iTXt":
        try:
            return _chunk(b"tEXt", old.keyword + b"\0" + text.encode("latin-1"))
        except UnicodeEncodeError:
            pass
    # Not compressed; the keyword's translation is left out.
    return _chunk(b"iTXt", old.keyword + b"\0\0\0" + old.language + b"\0\0" + text.encode())


def _put(plan: Plan, old: list[Chunk], spot: Chunk | None, fresh: bytes, header: int) -> None:
    """Put `fresh` where `spot` stands, else behind the header; take the other old ones out."""
    for chunk in old:
        plan.splices.append(Splice(chunk.start, chunk.end, fresh if chunk is spot else b""))
    if spot is None:
        plan.splices.append(Splice(header, header, fresh))


def _chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def _body(source: Source, chunk: Chunk) -> bytes:
    if chunk.body_end - chunk.body > LARGEST_BLOCK:
        raise DamagedError(f"the PNG chunk at byte {chunk.start} is larger than any metadata")
    return source.at(chunk.body, chunk.body_end - chunk.body)


def _text_chunk(source: Source, chunk: Chunk, blocks: Blocks, place: Place) -> None:
    keyword = source.at(chunk.body, min(80, chunk.body_end - chunk.body)).split(b"\0")[0]
    if keyword == _XMP or keyword.startswith(_RAW):
        place.texts += 1
    if place.texts > _MOST_TEXTS:
        blocks.notes[_MOST_TEXTS:] = []
        blocks.notes.append(f"the PNG has more than {_MOST_TEXTS} packets and profiles")
        return
    try:
        if keyword == _XMP and chunk.name == b"iTXt":
            if blocks.xmp is None or not any(c.name == b"iTXt" for c in place.xmp):
                blocks.xmp = text_of(_body(source, chunk), chunk.name)
            place.xmp.append(chunk)
        elif keyword.startswith(_RAW):
            _raw_profile(text_of(_body(source, chunk), chunk.name), keyword.removeprefix(_RAW), chunk, blocks, place)
        elif keyword.lower() in _FIELDS or keyword.lower() == _COMMENT:
            _words(_body(source, chunk), keyword, chunk, blocks, place)
    except DamagedError as error:
        blocks.notes.append(error.message)


def _words(body: bytes, keyword: bytes, chunk: Chunk, blocks: Blocks, place: Place) -> None:
    """Read a text of ours. Latin-1 is what a plain one is in; programs that do not know it write UTF-8."""
    raw = text_of(body, chunk.name)
    try:
        text = raw.decode()
    except UnicodeDecodeError:
        text = raw.decode("latin-1")
    if exif.is_placeholder(text):
        return
    language = body[len(keyword) + 3 :].split(b"\0", 1)[0] if chunk.name == b"iTXt" else b""
    if keyword.lower() == _COMMENT:
        place.comments.append(Text(chunk, keyword, language, text))
        blocks.comments.append(text)
        return
    name = _FIELDS[keyword.lower()]
    found = place.words.setdefault(name, [])
    # The one that names no language is the one for everybody.
    found.insert(
        0 if not language and found and found[0].language else len(found), Text(chunk, keyword, language, text)
    )
    blocks.texts[name] = found[0].text


def _raw_profile(text: bytes, kind: bytes, chunk: Chunk, blocks: Blocks, place: Place) -> None:
    """Read a profile as ImageMagick writes it: name, length, and the bytes in hexadecimal."""
    if kind not in {b"exif", b"APP1", b"xmp", b"iptc"}:
        return
    lines = text.split(b"\n", 3)
    try:
        data = binascii.unhexlify(b"".join(lines[3].split()))
    except (IndexError, ValueError) as error:
        raise DamagedError("a raw profile in the PNG is no hexadecimal text") from error
    if data.startswith(exif.PREFIX):
        if blocks.exif is None:
            blocks.exif = data.removeprefix(exif.PREFIX)
            place.old_exif.append(chunk)
    elif kind == b"xmp" or data.startswith(b"http://ns.adobe.com/xap/1.0/\0"):
        if blocks.xmp is None:
            blocks.xmp = data.removeprefix(b"http://ns.adobe.com/xap/1.0/\0")
            place.xmp.append(chunk)
    elif kind == b"iptc" and place.old_iptc is None:
        if data.startswith(b"8BIM"):
            found = resources.parse(data)
            # Other resources beside IPTC would be lost in a new profile: then it is left alone.
            if {resource.number for resource in found} <= {resources.IPTC, resources.IPTC_DIGEST}:
                place.old_iptc = chunk
                resources.take_iptc(blocks, found)
        else:
            place.old_iptc, blocks.iptc = chunk, data


def _profile(name: bytes, data: bytes) -> bytes:
    digits = data.hex().encode()
    lines = [digits[at : at + 72] for at in range(0, len(digits), 72)]
    return b"\n" + name + f"\n{len(data):8}\n".encode() + b"\n".join(lines) + b"\n"


def text_of(body: bytes, name: bytes) -> bytes:
    """Return the text of a text chunk, unpacked where it is compressed."""
    rest = body.split(b"\0", 1)[1] if b"\0" in body else b""
    if name == b"tEXt":
        return rest
    if name == b"zTXt":
        return _unpacked(rest[1:])
    if len(rest) < 2:
        raise DamagedError("an international text in the PNG is cut off")
    compressed = rest[0] == 1
    parts = rest[2:].split(b"\0", 2)
    if len(parts) < 3:
        raise DamagedError("an international text in the PNG is cut off")
    return _unpacked(parts[2]) if compressed else parts[2]


def _unpacked(data: bytes) -> bytes:
    stream = zlib.decompressobj()
    try:
        found = stream.decompress(data, LARGEST_BLOCK)
    except zlib.error as error:
        raise DamagedError("a compressed text in the PNG is damaged") from error
    if stream.unconsumed_tail:
        raise DamagedError("a compressed text in the PNG is larger than any metadata")
    return found
