"""JPEG: Exif, XMP and Photoshop segments before the scan; all behind its start is copied.

By ISO/IEC 10918-1 annex B, Exif 3.0 section 4.7, XMP part 3 section 1.1.3
(with extended XMP), and CIPA DC-007 (multi-picture format).
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from stockctl.errors import DamagedError, RefusedError
from stockctl.files.source import Memory
from stockctl.files.writing.splice import Splice
from stockctl.metadata.containers import LARGEST_BLOCK, Blocks, Edits, Plan, afcp, resources
from stockctl.metadata.standards import exif, ifd, xmp_edit
from stockctl.metadata.standards.exif import Facts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stockctl.files.source import Source

XMP = b"http://ns.adobe.com/xap/1.0/\0"
EXTENSION = b"http://ns.adobe.com/xmp/extension/\0"
PHOTOSHOP = b"Photoshop 3.0\0"
_MPF = b"MPF\0"
_ICC = b"ICC_PROFILE\0"
# A profile tells its name in its first tags.
_PROFILE_NAME_WITHIN = 4096
_LARGEST = 65_535 - 2
# Enough of a segment to tell what it is.
_HEAD = 40
_LARGEST_PACKET = _LARGEST - len(XMP)
# An extended segment's head: signature, GUID, whole length, offset.
_EXTENSION_HEAD = len(EXTENSION) + 32 + 8

_SOF = frozenset({*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC})
_APP0, _APP1, _APP2, _APP11, _APP13, _SOS, _EOI, _SOI = 0xE0, 0xE1, 0xE2, 0xEB, 0xED, 0xDA, 0xD9, 0xD8
_STANDALONE = frozenset({0x01, _SOI, *range(0xD0, 0xD8)})
_COM = 0xFE
_KEPT = frozenset({_APP0, _APP1, _APP2, _APP11, _APP13, _COM}) | _SOF
# More segments than the largest profile or extended packet needs.
_MOST_SEGMENTS = 20_000


@dataclass(frozen=True, slots=True)
class Segment:
    """A segment: `start` at its marker, `body` behind its length, `end` behind its last byte."""

    marker: int
    start: int
    body: int
    end: int


@dataclass(slots=True)
class Place:
    """Where a JPEG's metadata stand."""

    exif: Segment | None = None
    xmp: Segment | None = None
    extended: list[Segment] = field(default_factory=list)
    photoshop: list[Segment] = field(default_factory=list)
    mpf: Segment | None = None
    trailer: afcp.Trailer | None = None
    comments: list[tuple[Segment, str]] = field(default_factory=list)
    first: int = 2
    facts: Facts = field(default_factory=Facts)


class Jpeg:
    """JPEG, with MPO, gain maps, motion photos and whatever else follows the first picture."""

    standards = frozenset({"xmp", "iptc", "exif"})

    def locate(self, source: Source) -> Blocks:
        """Find the metadata in the segments before the scan."""
        blocks, place = Blocks(), Place()
        blocks.place = place
        boxes: list[Segment] = []
        for segment in _segments(source):
            length = segment.end - segment.body
            head = source.at(segment.body, min(length, _HEAD))
            if segment.marker == _APP1:
                _app1(source, segment, head, blocks)
            elif segment.marker == _APP13 and head.startswith(PHOTOSHOP):
                place.photoshop.append(segment)
            elif segment.marker == _APP2 and head.startswith(_MPF):
                place.mpf = segment
            elif segment.marker == _APP11 and head.startswith(b"JP"):
                blocks.c2pa = blocks.c2pa or b"c2pa" in source.at(segment.body, min(length, 256))
                boxes.append(segment)
            elif segment.marker == _COM:
                _comment(source, segment, blocks)
            else:
                _picture(source, segment, head, place)
        _iptc(source, place, blocks)
        if place.extended and blocks.xmp:
            blocks.extended = _extended(source, place.extended, blocks.xmp)
        if blocks.c2pa:
            blocks.manifest = _manifest(source, boxes)
        place.trailer, blocks.trailing = afcp.find(source)
        if place.trailer:
            blocks.trailing_iptc = afcp.iptc(source, place.trailer)
        return blocks

    def splices(self, source: Source, blocks: Blocks, edits: Edits) -> Plan:
        """Replace the segments that change, at their places; new ones follow JFIF in the order Exif, XMP, Photoshop."""
        place: Place = blocks.place
        plan = Plan()
        at = place.first
        at = _exif_splices(place, blocks, edits, plan, at)
        at = _xmp_splices(place, blocks, edits, plan, at)
        if edits.iptc is not None:
            found = resources.parse(_joined(source, place.photoshop, len(PHOTOSHOP)))
            data = resources.with_iptc(found, edits)
            step = _LARGEST - len(PHOTOSHOP)
            parts = [_segment(_APP13, PHOTOSHOP + data[n : n + step]) for n in range(0, len(data), step)]
            _replace(plan, place.photoshop, b"".join(parts), at)
        for old, fresh in edits.comments.items():
            same = [segment for segment, text in place.comments if text == old]
            data = fresh.encode()
            _replace(plan, same, _segment(_COM, data) if 0 < len(data) <= _LARGEST else b"", at)
        if place.mpf and plan.splices:
            plan.splices += _mpf_patch(source, place.mpf, plan)
        if place.trailer and plan.splices:
            plan.splices += afcp.patch(place.trailer, plan.splices)
        return plan


def _segments(source: Source) -> Iterator[Segment]:
    """Yield the segments of interest up to the scan; stray bytes between segments are passed over, as decoders do."""
    at = 2
    for _ in range(_MOST_SEGMENTS):
        pair = source.at(at, 2)
        if pair[0] != 0xFF:
            at = _next_marker(source, at)
            continue
        marker = pair[1]
        if marker == 0xFF:
            at += 1
        elif marker in _STANDALONE or marker == 0:
            at += 2
        elif marker == _SOS:
            return
        elif marker == _EOI:
            raise DamagedError("the JPEG ends before its picture begins")
        else:
            length = int.from_bytes(source.at(at + 2, 2), "big")
            if length < 2:
                raise DamagedError(f"the JPEG segment at byte {at} claims a length of {length}")
            end = at + 2 + length
            if end > source.size:
                raise DamagedError(f"the JPEG segment at byte {at} is longer than the file")
            if marker in _KEPT:
                yield Segment(marker, at, at + 4, end)
            at = end
    raise DamagedError("the JPEG has more segments than any picture needs")


def _app1(source: Source, segment: Segment, head: bytes, blocks: Blocks) -> None:
    place: Place = blocks.place
    length = segment.end - segment.body
    if head.startswith(exif.PREFIX) and place.exif is None:
        place.exif = segment
        blocks.exif = source.at(segment.body + len(exif.PREFIX), length - len(exif.PREFIX))
    elif head.startswith(XMP) and place.xmp is None:
        place.xmp = segment
        blocks.xmp = source.at(segment.body + len(XMP), length - len(XMP))
    elif head.startswith(EXTENSION):
        place.extended.append(segment)


def _picture(source: Source, segment: Segment, head: bytes, place: Place) -> None:
    """Take what a new EXIF block must say of the picture from the JFIF, profile and frame segments."""
    facts = place.facts
    if segment.marker == _APP0 and head.startswith((b"JFIF\0", b"JFXX\0")):
        place.first = segment.end
        if head.startswith(b"JFIF\0") and len(head) >= 12 and head[7] in {1, 2}:
            facts.density = (int.from_bytes(head[8:10], "big"), int.from_bytes(head[10:12], "big"))
            facts.unit = head[7] + 1  # JFIF counts inch and cm from 1, EXIF from 2
    elif segment.marker == _APP2 and head.startswith(_ICC):
        profile = source.at(segment.body, min(segment.end - segment.body, _PROFILE_NAME_WITHIN))
        facts.srgb = facts.srgb and b"sRGB" in profile
    elif segment.marker in _SOF and len(head) >= 6:
        facts.size = (int.from_bytes(head[3:5], "big"), int.from_bytes(head[1:3], "big"))
        facts.srgb = facts.srgb and head[5] <= 3


def _next_marker(source: Source, at: int) -> int:
    while at < source.size:
        chunk = source.at(at, min(4096, source.size - at))
        found = chunk.find(b"\xff")
        if found >= 0:
            return at + found
        at += len(chunk)
    raise DamagedError("the JPEG ends before its picture begins")


def _comment(source: Source, segment: Segment, blocks: Blocks) -> None:
    """Keep a comment (ISO/IEC 10918-1, B.2.4.5): it names no character set; programs write UTF-8 or Latin-1."""
    place: Place = blocks.place
    data = source.at(segment.body, segment.end - segment.body).rstrip(b"\0")
    try:
        text = data.decode()
    except UnicodeDecodeError:
        text = data.decode("latin-1")
    if text.strip():
        place.comments.append((segment, text))
        blocks.comments.append(text)


def _joined(source: Source, segments: list[Segment], head: int) -> bytes:
    return b"".join(source.at(segment.body + head, segment.end - segment.body - head) for segment in segments)


def _iptc(source: Source, place: Place, blocks: Blocks) -> None:
    if not place.photoshop:
        return
    try:
        found = resources.parse(_joined(source, place.photoshop, len(PHOTOSHOP)))
    except DamagedError as error:
        blocks.notes.append(error.message)
        return
    resources.take_iptc(blocks, found)


def _extended(source: Source, segments: list[Segment], main: bytes) -> bytes | None:
    """Put the parts of the extended packet together that the main packet names; None where parts are missing."""
    parts: dict[int, bytes] = {}
    total = 0
    for segment in segments:
        head = source.at(segment.body, min(_EXTENSION_HEAD, segment.end - segment.body))
        guid = head[len(EXTENSION) : len(EXTENSION) + 32]
        if len(head) < _EXTENSION_HEAD or (guid not in main and guid.decode("ascii", "replace").encode() not in main):
            continue
        total = int.from_bytes(head[-8:-4], "big")
        start = int.from_bytes(head[-4:], "big")
        parts[start] = source.at(segment.body + _EXTENSION_HEAD, segment.end - segment.body - _EXTENSION_HEAD)
    data = b"".join(part for _, part in sorted(parts.items()))
    return data if data and len(data) == total <= LARGEST_BLOCK else None


def _manifest(source: Source, segments: list[Segment]) -> bytes | None:
    """Put the JUMBF box with the manifests together (ISO/IEC 19566-5, annex D); None where it is too large.

    Each segment begins with `JP`, the number of its box, its own number, and
    the box's header, which the first one's content keeps.
    """
    stores: dict[bytes, dict[int, bytes]] = {}
    for segment in segments:
        data = source.at(segment.body, segment.end - segment.body)
        stores.setdefault(data[2:4], {})[int.from_bytes(data[4:8], "big")] = data[8:]
    for parts in stores.values():
        first, *rest = (part for _, part in sorted(parts.items()))
        head = 16 if first[:4] == b"\0\0\0\1" else 8
        if b"c2pa" in first[:256] and sum(map(len, parts.values())) <= LARGEST_BLOCK:
            return b"".join([first, *(part[head:] for part in rest)])
    return None


def _segment(marker: int, body: bytes) -> bytes:
    return bytes((0xFF, marker)) + (len(body) + 2).to_bytes(2, "big") + body


def _replace(plan: Plan, old: list[Segment], fresh: bytes, at: int) -> int:
    """Put `fresh` where the first of `old` stood, take the others out; return where a following segment may go."""
    for number, segment in enumerate(old):
        plan.splices.append(Splice(segment.start, segment.end, b"" if number else fresh))
    if not old and fresh:
        plan.splices.append(Splice(at, at, fresh))
    return old[0].end if old else at


def _exif_splices(place: Place, blocks: Blocks, edits: Edits, plan: Plan, at: int) -> int:
    wanted = {tag: value for tag, value in (edits.exif or {}).items() if value is not None or blocks.exif}
    if not wanted and not (edits.strip_location and blocks.exif):
        return place.exif.end if place.exif else at
    try:
        block = exif.edit(
            blocks.exif or exif.build(place.facts),
            wanted,
            strip_location=edits.strip_location,
            limit=exif.LARGEST_IN_JPEG,
        )
    except RefusedError as error:
        plan.leave("exif", error)
        return place.exif.end if place.exif else at
    return _replace(plan, [place.exif] if place.exif else [], _segment(_APP1, exif.PREFIX + block), at)


def _xmp_splices(place: Place, blocks: Blocks, edits: Edits, plan: Plan, at: int) -> int:
    if edits.xmp is None and edits.extended is None:
        return place.xmp.end if place.xmp else at
    old = blocks.extended
    main = edits.xmp if edits.xmp is not None else blocks.xmp or xmp_edit.EMPTY_PACKET
    extended = edits.extended if edits.extended is not None else old
    if len(main) > _LARGEST_PACKET:
        main = xmp_edit.padded(main, padding=0)
    if len(main) > _LARGEST_PACKET:
        main, extended = xmp_edit.spilled(main, extended, _LARGEST_PACKET)
    if extended != old:
        guid = hashlib.md5(extended or b"", usedforsecurity=False).hexdigest().upper()
        main = xmp_edit.with_extended(main, guid if extended else "")
    if len(main) > _LARGEST_PACKET:
        raise RefusedError("the XMP would be longer than a JPEG can hold", hint="shorten the description, or --sidecar")
    at = _replace(plan, [place.xmp] if place.xmp else [], _segment(_APP1, XMP + main), at)
    if extended != old:
        data = extended or b""
        step = _LARGEST - _EXTENSION_HEAD
        head = EXTENSION + guid.encode() + len(data).to_bytes(4, "big")
        parts = [
            _segment(_APP1, head + start.to_bytes(4, "big") + data[start : start + step])
            for start in range(0, len(data), step)
        ]
        at = _replace(plan, place.extended, b"".join(parts), at)
    return at


_MP_ENTRIES = 0xB002


def _mpf_patch(source: Source, segment: Segment, plan: Plan) -> list[Splice]:
    """Correct the multi-picture index: the first picture's size, and where the others stand."""
    base = segment.body + len(_MPF)
    index = Memory(source.at(base, segment.end - base))
    try:
        flavour, start = ifd.header(index)
    except DamagedError:
        plan.notes.append("the multi-picture index cannot be read, and was left as it is")
        return []
    entry = ifd.read(index, flavour, start).get(_MP_ENTRIES)
    if entry is None or entry.size % 16:
        raise DamagedError("the multi-picture index is damaged")
    table = bytearray(ifd.value(index, entry))
    growth = [(s.start, len(s.data) - (s.end - s.start)) for s in plan.splices]
    total = sum(delta for _, delta in growth)
    behind = sum(delta for at, delta in growth if at >= segment.end)
    for number in range(0, len(table), 16):
        size, offset = flavour.unpack("II", bytes(table[number + 4 : number + 12]))
        if number == 0:
            size += total
        if offset:
            offset += behind
        if not (0 <= size < 1 << 32 and 0 <= offset < 1 << 32):
            raise RefusedError("the multi-picture index could not hold the new places")
        table[number + 4 : number + 12] = flavour.pack("II", size, offset)
    at = base + entry.offset
    return [Splice(at, at + len(table), bytes(table))]
