"""Photoshop's image resources, in which JPEG, TIFF and PSD keep IPTC: one replaced, the others copied.

By Adobe Photoshop File Formats Specification, "Image Resource Blocks".
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

from stockctl.errors import DamagedError
from stockctl.metadata import iim

IPTC, EXIF, XMP, IPTC_DIGEST = 0x0404, 0x0422, 0x0424, 0x0425
_SIGNATURES = frozenset({b"8BIM", b"PHUT", b"DCSR", b"AgHg", b"MeSa"})


@dataclass(frozen=True, slots=True)
class Resource:
    """One resource: its number, its data, and its bytes as they stand in the file."""

    number: int
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
        found.append(Resource(number, data[start + 4 : end], data[at : end + (size & 1)]))
        at = end + (size & 1)
    return found


def get(found: list[Resource], number: int) -> bytes | None:
    """Return a resource's data; several IPTC resources count as one, which is how readers see them."""
    parts = [resource.data for resource in found if resource.number == number]
    return b"".join(parts) if parts else None


def with_iptc(found: list[Resource], block: bytes) -> bytes:
    """Return the resources with this IPTC block and its digest, each where the first of its kind stood."""
    fresh = {IPTC: _resource(IPTC, block), IPTC_DIGEST: _resource(IPTC_DIGEST, iim.digest(block))}
    parts: list[bytes] = []
    for resource in found:
        if resource.number in {IPTC, IPTC_DIGEST}:
            parts.append(fresh.pop(resource.number, b""))
        else:
            parts.append(resource.raw + b"\0" * (len(resource.raw) & 1))
    return b"".join([*parts, *fresh.values()])


def _resource(number: int, data: bytes) -> bytes:
    return b"8BIM" + struct.pack(">HHI", number, 0, len(data)) + data + b"\0" * (len(data) & 1)
