"""WebP: the chunks EXIF and XMP behind the picture, and the flags that announce them (RFC 9649)."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING

from stockctl.errors import DamagedError, RefusedError
from stockctl.files.writing.splice import Splice, new_size
from stockctl.metadata.containers import LARGEST_BLOCK, Blocks, Edits, Plan, chunks
from stockctl.metadata.standards import exif

if TYPE_CHECKING:
    from stockctl.files.source import Source
    from stockctl.metadata.containers.chunks import Chunk

_ALPHA_FLAG, _EXIF_FLAG, _XMP_FLAG = 0x10, 0x08, 0x04
_LARGEST_FILE = (1 << 32) - 10


@dataclass(slots=True)
class Place:
    """Where a WebP's metadata stand; `end` is where RIFF says that it ends."""

    end: int
    extended: Chunk | None = None
    flags: int = 0
    size: tuple[int, int] | None = None
    alpha: bool = False
    exif: Chunk | None = None
    xmp: Chunk | None = None
    last: Chunk | None = None


class Webp:
    """WebP: lossy, lossless, animated."""

    standards = frozenset({"xmp", "exif"})

    def locate(self, source: Source) -> Blocks:
        """Find the metadata chunks."""
        riff = 8 + struct.unpack("<I", source.at(4, 4))[0]
        blocks, place = Blocks(), Place(min(riff, source.size))
        blocks.place = place
        # Some writers leave out the last padding byte and count it.
        if riff > source.size + 1:
            blocks.notes.append("the WebP ends before it should")
        for chunk in chunks.riff(source, place.end):
            if chunk.body_end > place.end:
                blocks.notes.append(f"the WebP ends within the chunk {chunk.name.decode('latin-1')!r}")
                break
            _chunk(source, chunk, blocks, place)
            place.last = chunk
        if (place.size is None or 0 in place.size) and not blocks.notes:
            raise DamagedError("the WebP holds no picture")
        return blocks

    def splices(self, source: Source, blocks: Blocks, edits: Edits) -> Plan:
        """Replace the chunks, or add them behind the picture; correct flags and size."""
        place: Place = blocks.place
        plan = Plan()
        flags = place.flags
        end = min(place.last.end, source.size) if place.last else place.end
        if place.last and place.last.end > place.end:
            plan.splices.append(Splice(end, end, b"\0"))
        wanted = {tag: value for tag, value in (edits.exif or {}).items() if value is not None or blocks.exif}
        if wanted or (edits.strip_location and blocks.exif):
            try:
                block = exif.edit(
                    blocks.exif or exif.build(exif.Facts(place.size)), wanted, strip_location=edits.strip_location
                )
                prefix = exif.PREFIX if place.exif and source.at(place.exif.body, 6) == exif.PREFIX else b""
                _put(plan, place.exif, b"EXIF", prefix + block, end)
                flags |= _EXIF_FLAG
            except RefusedError as error:
                plan.leave("exif", error)
        if edits.xmp is not None:
            _put(plan, place.xmp, b"XMP ", edits.xmp, end)
            flags |= _XMP_FLAG
        _flags(plan, place, flags)
        size = place.end - 8 + new_size(plan.splices, 0)
        if size > _LARGEST_FILE:
            raise RefusedError("the WebP would become larger than its format allows")
        plan.splices.append(Splice(4, 8, struct.pack("<I", size)))
        return plan


def _put(plan: Plan, old: Chunk | None, name: bytes, body: bytes, end: int) -> None:
    fresh = name + struct.pack("<I", len(body)) + body + b"\0" * (len(body) & 1)
    plan.splices.append(Splice(old.start, min(old.end, end), fresh) if old else Splice(end, end, fresh))


def _flags(plan: Plan, place: Place, flags: int) -> None:
    if place.extended is not None:
        at = place.extended.body
        plan.splices.append(Splice(at, at + 1, bytes((flags,))))
        return
    assert place.size is not None
    width, height = (number - 1 for number in place.size)
    flags |= _ALPHA_FLAG if place.alpha else 0
    body = bytes((flags, 0, 0, 0)) + width.to_bytes(3, "little") + height.to_bytes(3, "little")
    plan.splices.append(Splice(12, 12, b"VP8X" + struct.pack("<I", len(body)) + body))


def _chunk(source: Source, chunk: Chunk, blocks: Blocks, place: Place) -> None:
    length = chunk.body_end - chunk.body
    if chunk.name == b"VP8X" and length >= 10:
        head = source.at(chunk.body, 10)
        place.extended, place.flags = chunk, head[0]
        place.size = (int.from_bytes(head[4:7], "little") + 1, int.from_bytes(head[7:10], "little") + 1)
    elif chunk.name == b"VP8 " and place.size is None and length >= 10:
        head = source.at(chunk.body, 10)
        if head[3:6] != b"\x9d\x01\x2a":
            raise DamagedError("the WebP's picture has no start code")
        width, height = struct.unpack("<HH", head[6:10])
        place.size = (width & 0x3FFF, height & 0x3FFF)
    elif chunk.name == b"VP8L" and place.size is None and length >= 5:
        bits = int.from_bytes(source.at(chunk.body + 1, 4), "little")
        place.size = ((bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1)
        place.alpha = bool(bits >> 28 & 1)
    elif chunk.name == b"EXIF" and place.exif is None and length <= LARGEST_BLOCK:
        place.exif = chunk
        blocks.exif = source.at(chunk.body, length).removeprefix(exif.PREFIX)
    elif chunk.name == b"XMP " and place.xmp is None and length <= LARGEST_BLOCK:
        place.xmp = chunk
        blocks.xmp = source.at(chunk.body, length)
    elif chunk.name == b"C2PA":
        blocks.c2pa = True
        blocks.manifest = source.at(chunk.body, length) if length <= LARGEST_BLOCK else None
