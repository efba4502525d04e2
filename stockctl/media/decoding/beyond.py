"""Sound pictures that no decoder here reads: told from their structure, with their size; what contradicts it is damage.

PSD: see `decode_psd`. TIFF: see `tiff_form`. JPEG 2000: ISO/IEC 15444-1.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

from stockctl.errors import DamagedError
from stockctl.files.source import Memory
from stockctl.media.decoding import tiff_form
from stockctl.media.decoding.psd import ENDS, document


@dataclass(frozen=True)
class Beyond:
    """A sound picture that is not decoded here: its size in pixels, Pillow's mode, bits per channel, and why not."""

    width: int
    height: int
    mode: str
    bits: int
    why: str


def beyond(data: bytes | memoryview, format_: str) -> Beyond | None:
    """Return what a picture's head says where its form is none that is decoded here; None where it is.

    Raises:
        DamagedError: it is such a form, and its structure leads out of the file.

    """
    if format_ == "psd":
        return _psd(memoryview(data))
    if format_ == "jp2":
        return _jpeg_2000(memoryview(data))
    return _tiff(memoryview(data)) if format_ == "tiff" else None


def _psd(view: memoryview) -> Beyond | None:
    found = document(view)
    why = found.not_read()
    return Beyond(found.width, found.height, found.mode, found.bits, f"{why} is not decoded here") if why else None


def _tiff(view: memoryview) -> Beyond | None:
    source = Memory(view)
    try:
        found, flavour, page = tiff_form.form(source)
    except DamagedError:
        return None
    why = found.not_read()
    if not why or not found.width or not found.height:
        return None
    if tiff_form.leads_out(source, flavour, page):
        raise DamagedError(ENDS)
    return Beyond(found.width, found.height, found.mode, found.bits[0], f"{why} is not decoded here")


_SIZ = b"\xff\x4f\xff\x51"
# As far as a JP2's boxes before its picture are looked through.
_HEAD = 1 << 20


def _jpeg_2000(view: memoryview) -> Beyond | None:
    """Read the SIZ segment (ISO/IEC 15444-1, A.5.1): above 8 bits Pillow lets bright pixels turn black."""
    head = bytes(view[:_HEAD])
    at = head.find(_SIZ)
    if at < 0 or at + 42 > len(head):
        return None
    right, bottom, left, top = struct.unpack_from(">4I", head, at + 8)
    count = struct.unpack_from(">H", head, at + 40)[0]
    parts = head[at + 42 : at + 42 + 3 * count]
    if not 0 < count <= 4 or len(parts) < 3 * count or right <= left or bottom <= top:
        return None
    bits = max(part & 0x7F for part in parts[::3]) + 1
    if bits <= 8 and max(parts[::3]) < 0x80 and set(parts[1::3]) | set(parts[2::3]) == {1}:
        return None
    mode = "L" if count <= 2 else "RGB"
    return Beyond(right - left, bottom - top, mode, bits, f"JPEG 2000 of {bits} bits in this form is not decoded here")
