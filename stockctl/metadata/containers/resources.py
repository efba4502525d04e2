"""Photoshop's image resources, in which JPEG, TIFF and PSD keep IPTC: one replaced, the others copied.

By Adobe Photoshop File Formats Specification, "Image Resource Blocks".
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING

from stockctl.errors import DamagedError
from stockctl.metadata.standards import iim

if TYPE_CHECKING:
    from stockctl.metadata.containers import Blocks, Edits

IPTC, EXIF, XMP, IPTC_DIGEST = 0x0404, 0x0422, 0x0424, 0x0425
# Photoshop's own; those of other programs number their resources by themselves.
_PHOTOSHOP = b"8BIM"
# Photoshop numbers its own with 16 bits, and writes some dozens.
_MOST_RESOURCES = 10_000
_SIGNATURES = frozenset({_PHOTOSHOP, b"PHUT", b"DCSR", b"AgHg", b"MeSa"})


@dataclass(frozen=True, slots=True)
class Resource:
    """One resource: its number (None: not Photoshop's), its data, and its bytes as they stand in the file."""

    number: int | None
    data: bytes
    raw: bytes


def parse(data: bytes) -> list[Resource]:
    """Return the resources of a block, in order.

    Raises:
        DamagedError: a resource has no signature or is longer than the block.

    """
    found: list[Resource] = []
    at = 0
    while at + 12 <= len(data):
        if len(found) > _MOST_RESOURCES:
            raise DamagedError(f"there are more than {_MOST_RESOURCES:,} Photoshop resources")
        if data[at : at + 4] not in _SIGNATURES:
            if not data[at:].strip(b"\0"):
                break
            raise DamagedError(f"the Photoshop resources are broken at byte {at}: no resource begins there")
        number = struct.unpack_from(">H", data, at + 4)[0]
        name = 1 + data[at + 6]
        start = at + 6 + name + (name & 1)
        size = int.from_bytes(data[start : start + 4], "big")
        end = start + 4 + size
        if start + 4 > len(data) or end > len(data):
            raise DamagedError(f"the Photoshop resource {number:#06x} is longer than its block")
        ours = data[at : at + 4] == _PHOTOSHOP
        found.append(Resource(number if ours else None, data[start + 4 : end], data[at : end + (size & 1)]))
        at = end + (size & 1)
    return found


def get(found: list[Resource], number: int) -> bytes | None:
    """Return the data of the first resource of a number."""
    return next((resource.data for resource in found if resource.number == number), None)


def take_iptc(blocks: Blocks, found: list[Resource]) -> None:
    """Enter the IPTC of these resources, of which there should be one and are sometimes more, and its digest."""
    iptc = [resource.data for resource in found if resource.number == IPTC]
    blocks.iptc, blocks.more_iptc = (iptc[0], tuple(iptc[1:])) if iptc else (None, ())
    blocks.digest = get(found, IPTC_DIGEST)


def with_iptc(found: list[Resource], edits: Edits) -> bytes:
    """Return the resources with the edited IPTC, each block where it stood, and the digest of the first."""
    assert edits.iptc is not None
    digest = [_resource(IPTC_DIGEST, iim.digest(edits.iptc))]
    iptc = [_resource(IPTC, edits.iptc), *(_resource(IPTC, block) if block else b"" for block in edits.more_iptc)]
    parts: list[bytes] = []
    for resource in found:
        fresh = {IPTC: iptc, IPTC_DIGEST: digest}.get(resource.number or 0)
        if fresh is None:
            parts.append(resource.raw + b"\0" * (len(resource.raw) & 1))
        elif fresh:
            parts.append(fresh.pop(0))
    return b"".join([*parts, *iptc, *digest])


def with_digest(found: list[Resource], iptc: bytes) -> bytes:
    """Return the resources with the digest of an IPTC block that stands elsewhere, as in TIFF's own tag."""
    others = [each.raw + b"\0" * (len(each.raw) & 1) for each in found if each.number != IPTC_DIGEST]
    return b"".join([*others, _resource(IPTC_DIGEST, iim.digest(iptc))])


def _resource(number: int, data: bytes) -> bytes:
    return _PHOTOSHOP + struct.pack(">HHI", number, 0, len(data)) + data + b"\0" * (len(data) & 1)
