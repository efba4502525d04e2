"""EPS: the XMP packet that PostScript carries past the interpreter, and Photoshop's block of IPTC.

By EPSF 3.0 (header comments and the binary header of DOS files), DSC 3.0 and XMP
part 3, 2.6.2 (`%ADO_ContainsXMP`). A packet that is read by a filter up to a
marker may have any length; one of a fixed length keeps it.
"""

from __future__ import annotations

import binascii
import re
import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING

from stockctl.errors import DamagedError, RefusedError
from stockctl.files.writing.splice import Splice
from stockctl.metadata.containers import LARGEST_BLOCK, Blocks, Edits, Plan, packets, resources
from stockctl.metadata.standards import xmp_edit

if TYPE_CHECKING:
    from stockctl.files.source import Source

_DOS = b"\xc5\xd0\xd3\xc6"
_DOS_HEADER = 30
_NO_CHECKSUM = b"\xff\xff"
# DSC asks for the header comments at the start; Illustrator's reach far, but not this far.
_HEADER_BYTES = 64 * 1024
# Before a packet stands the code that reads it.
_CODE_BYTES = 2048

_CONTAINS = re.compile(rb"^%ADO_ContainsXMP:[ \t]*(\w+)[^\r\n]*", re.MULTILINE)
_COMMENTS_END = re.compile(rb"^%%EndComments[^\r\n]*(\r\n|\r|\n)", re.MULTILINE)
# Photoshop's code for old interpreters reads the packet into a string of its length; one holds no more than 64 kB.
_STRING = re.compile(rb"/MetadataString[ \t]+(\d+)[ \t]+string[ \t]+def")
_LONGEST_STRING = 65_535
_COUNT = re.compile(rb"%begin_xml_packet:[ \t]*(\d+)[ \t]*(?:\r\n|\r|\n)?$")
_PHOTOSHOP = re.compile(rb"^%BeginPhotoshop:[ \t]*(\d+)[^\r\n]*(\r\n|\r|\n)", re.MULTILINE)
_MARKER = "%stockctl: end of XMP"


@dataclass(slots=True)
class Place:
    """Where an EPS's metadata stand: the PostScript's range, the packet, Photoshop's block."""

    start: int
    end: int
    packet: tuple[int, int] | None = None
    photoshop: tuple[int, int] | None = None
    newline: bytes = b"\n"


class Eps:
    """Encapsulated PostScript, with the binary header or without, and Illustrator's."""

    standards = frozenset({"xmp"})

    def locate(self, source: Source) -> Blocks:
        """Find the main packet and Photoshop's resources."""
        place = _extent(source)
        blocks = Blocks(place=place)
        head = _head(source, place)
        if b"\n" not in head and b"\r" in head:
            place.newline = b"\r"
        contains = _CONTAINS.search(head)
        wish = contains[1] if contains else b""
        found = [] if wish == b"NoMain" else list(packets.scan(source))
        inside = [each for each in found if place.start <= each[0] and each[1] <= place.end]
        if inside:
            place.packet = inside[-1] if wish == b"MainLast" else inside[0]
            blocks.xmp = source.at(place.packet[0], place.packet[1] - place.packet[0])
        _photoshop(source, place, blocks)
        return blocks

    def splices(self, source: Source, blocks: Blocks, edits: Edits) -> Plan:
        """Replace the packet, or put one behind the header comments; correct the binary header."""
        place: Place = blocks.place
        plan = Plan()
        if edits.xmp is not None:
            if place.packet:
                plan.splices += _replaced(source, place.packet, edits.xmp)
            else:
                plan.splices += _inserted(source, place, edits.xmp)
        if edits.iptc is not None and place.photoshop:
            start, end = place.photoshop
            data = resources.with_iptc(resources.parse(_hex(source.at(start, end - start))), edits)
            plan.splices.append(Splice(start, end, _comment(data, place.newline)))
        if place.start and plan.splices:
            plan.splices.append(_dos_header(source, plan.splices))
        return plan


def _extent(source: Source) -> Place:
    if source.at(0, 4) != _DOS:
        return Place(0, source.size)
    start, length = struct.unpack("<II", source.at(4, 8))
    if start < _DOS_HEADER or start + length > source.size:
        raise DamagedError("the EPS's binary header leads outside of the file")
    return Place(start, start + length)


def _head(source: Source, place: Place) -> bytes:
    return source.at(place.start, min(_HEADER_BYTES, place.end - place.start))


def _replaced(source: Source, packet: tuple[int, int], fresh: bytes) -> list[Splice]:
    start, end = packet
    if len(fresh) == end - start:
        return [Splice(start, end, fresh)]
    back = min(_CODE_BYTES, start)
    before = source.at(start - back, back)
    numbers = [found for found in (_COUNT.search(before), _string(before, end - start)) if found]
    fits = b"SubFileDecode" in before or (len(numbers) > 1 and len(fresh) <= _LONGEST_STRING)
    if not fits:
        same = xmp_edit.padded(fresh, end - start)
        if len(same) != end - start:
            raise RefusedError("the EPS's XMP has a fixed length, which the new words exceed", hint="use --sidecar")
        return [Splice(start, end, same)]
    at, size = start - back, str(len(fresh)).encode()
    return [Splice(start, end, fresh), *(Splice(at + n.start(1), at + n.end(1), size) for n in numbers)]


def _string(before: bytes, length: int) -> re.Match[bytes] | None:
    """Return where the code before a packet says how long the string is that takes it."""
    return next((found for found in _STRING.finditer(before) if int(found[1]) == length), None)


def _inserted(source: Source, place: Place, packet: bytes) -> list[Splice]:
    """Put a packet behind the header comments, where the interpreter skips it up to a marker.

    `flushfile` reads the filter's data to its end and throws them away; the
    filter is of Level 2, as are all programs that write EPS today.
    """
    head = _head(source, place)
    comments = _COMMENTS_END.search(head)
    if comments:
        declared, at, newline = comments.start(), comments.end(), comments[1]
    else:
        declared = at = _comments_end(head)
        newline = place.newline
    lines = (
        f"currentfile 0 ({_MARKER}) /SubFileDecode filter flushfile".encode(),
        packet,
        _MARKER.encode(),
    )
    block = b"".join(line + newline for line in lines)
    contains = _CONTAINS.search(head)
    if contains:
        note = Splice(place.start + contains.start(1), place.start + contains.end(1), b"MainFirst")
    else:
        note = Splice(place.start + declared, place.start + declared, b"%ADO_ContainsXMP: MainFirst" + newline)
    if note.start == place.start + at:
        return [Splice(note.start, note.end, note.data + block)]
    return [note, Splice(place.start + at, place.start + at, block)]


def _comments_end(head: bytes) -> int:
    """Return where the header comments end that do not say so: at the first line that is none (DSC 3.0, 4.4)."""
    at = 0
    for line in re.finditer(rb"[^\r\n]*(?:\r\n|\r|\n)", head):
        if line.start() and not re.match(rb"%[^ \t\r\n]", line[0]):
            break
        at = line.end()
    if not at:
        raise DamagedError("the EPS has no header line")
    return at


def _dos_header(source: Source, splices: list[Splice]) -> Splice:
    """Correct the offsets of the PostScript, the preview and the checksum, which may be left out."""
    head = bytearray(source.at(0, _DOS_HEADER))
    start, length = struct.unpack_from("<II", head, 4)
    growth = [(s.start, len(s.data) - (s.end - s.start)) for s in splices]
    struct.pack_into("<I", head, 8, length + sum(delta for at, delta in growth if start <= at <= start + length))
    for field in (12, 20):
        place = struct.unpack_from("<I", head, field)[0]
        if place:
            struct.pack_into("<I", head, field, place + sum(delta for at, delta in growth if at < place))
    head[28:30] = _NO_CHECKSUM
    return Splice(0, _DOS_HEADER, bytes(head))


def _photoshop(source: Source, place: Place, blocks: Blocks) -> None:
    at = packets.find(source, place.start, b"%BeginPhotoshop:", min(place.end, place.start + _SEARCHED_FOR_PHOTOSHOP))
    if at < 0:
        return
    end = packets.find(source, at, b"%EndPhotoshop", min(place.end, at + LARGEST_BLOCK))
    head = _PHOTOSHOP.match(source.at(at, min(80, place.end - at)))
    if end < 0 or head is None:
        blocks.notes.append("Photoshop's block in the EPS has no end")
        return
    try:
        found = resources.parse(_hex(source.at(at, end - at)))
    except DamagedError as error:
        blocks.notes.append(error.message)
        return
    place.photoshop = (at, end)
    place.newline = head[2]
    resources.take_iptc(blocks, found)


# Photoshop writes its block into the header's neighbourhood.
_SEARCHED_FOR_PHOTOSHOP = 4 * 1024 * 1024


def _hex(block: bytes) -> bytes:
    """Return the bytes that the comment lines of Photoshop's block hold in hexadecimal."""
    digits = b"".join(line[1:].strip() for line in block.splitlines()[1:])
    try:
        return binascii.unhexlify(digits)
    except ValueError as error:
        raise DamagedError("Photoshop's block in the EPS is no hexadecimal text") from error


def _comment(data: bytes, newline: bytes) -> bytes:
    digits = data.hex().upper().encode()
    lines = [b"% " + digits[at : at + 64] + newline for at in range(0, len(digits), 64)]
    return f"%BeginPhotoshop: {len(data)}".encode() + newline + b"".join(lines)
