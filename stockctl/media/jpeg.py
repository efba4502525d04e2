"""What the structure of a JPEG file says, without decoding it (ISO/IEC 10918-1, JFIF 1.02, EXIF 2.32)."""

from __future__ import annotations

import mmap
import re
import struct
from dataclasses import dataclass

_SOI, _EOI, _SOS, _DQT, _APP1, _APP2, _APP14 = 0xD8, 0xD9, 0xDA, 0xDB, 0xE1, 0xE2, 0xEE
_STANDALONE = {0x00, 0x01, *range(0xD0, 0xD8), _SOI}
_FRAMES = {*range(0xC0, 0xD0), 0xF7} - {0xC4, 0xC8, 0xCC}
# How a frame is coded, where not by Huffman's tables in blocks of 8×8.
_CODINGS = {
    **dict.fromkeys((0xC3, 0xC5, 0xC6, 0xC7, 0xCB, 0xCD, 0xCE, 0xCF, 0xF7), "lossless"),
    **dict.fromkeys((0xC9, 0xCA), "arithmetic"),
}
_PROGRESSIVE = {0xC2, 0xC6, 0xCA, 0xCE}

# Marks of a second picture that brightens the first on an HDR screen: Adobe and
# Google's Ultra HDR, ISO 21496-1, Apple.
_GAIN_MAPS = (b"hdrgm:", b"urn:iso:std:iso:ts:21496", b"HDRGainMap")

# Zig-zag position → row-major position in a block of 8×8, ISO/IEC 10918-1 figure A.6.
_ZIGZAG = sorted(range(64), key=lambda i: (i // 8 + i % 8, (i // 8 if (i // 8 + i % 8) % 2 else i % 8)))


@dataclass(frozen=True)
class Structure:
    """The parts of a JPEG file that its decoder does not tell.

    `tables` are the quantisation tables in row-major order, the luma table
    first; `end` is where the first picture ends (after its EOI), None where it
    does not, and the end of a file that closes as a picture does and says of
    no second one; `scans` counts its scans; `block` is the size of a coded block of
    luma and chroma together (MCU), in pixels; `coding` is `arithmetic` or
    `lossless` (hierarchical and JPEG-LS too), empty where it is the usual one;
    `samples` is how many values are coded for a pixel (3; 1.5 of 4:2:0).
    """

    width: int
    height: int
    components: int
    bits: int
    progressive: bool
    scans: int
    tables: tuple[tuple[int, ...], ...]
    end: int | None
    orientation: int
    profile: bytes
    adobe: bool
    gain_map: bool
    pictures: int
    coding: str = ""
    samples: float = 3.0

    @property
    def held(self) -> float:
        """Bytes that a decoder holds for each pixel beside the picture: all coefficients, where they come in passes."""
        return 2 * self.samples if self.progressive or self.scans > 1 else 0.0


# More segments and scans than any program writes; each costs a decoder a pass.
_MOST_SEGMENTS, _MOST_SCANS = 100_000, 100


class BrokenStructureError(ValueError):
    """The segments of a JPEG file lead nowhere."""


def structure(data: bytes | memoryview | mmap.mmap) -> Structure:  # noqa: C901, PLR0912, PLR0915 - one branch per segment
    """Walk the segments of a JPEG file up to the end of its first picture.

    Raises:
        BrokenStructureError: there is no frame, or there are more segments or
            scans than in any picture.

    """
    view = memoryview(data)
    whole_file = _whole(view)
    frame: tuple[int, int, int, int, bool] | None = None
    tables: dict[int, tuple[int, ...]] = {}
    chunks: dict[int, bytes] = {}
    orientation, scans, position = 1, 0, 2
    adobe = gain_map = several = False
    coding, samples = "", 3.0
    end = None
    for _ in range(_MOST_SEGMENTS):
        position, marker = next_marker(whole_file, position)
        if marker is None:
            break
        if marker in _STANDALONE:
            position += 2
            continue
        if marker == _EOI:
            end = position + 2
            break
        if position + 4 > len(view):
            break
        size = view[position + 2] << 8 | view[position + 3]
        body = view[position + 4 : position + 2 + size]
        position += 2 + size
        if marker == _SOS:
            scans += 1
            whole = frame is not None and not frame[4] and body[:1] == bytes([frame[2]])
            position = _scan_end(whole_file, position, whole=whole, alone=not several and not gain_map)
        elif marker in _FRAMES and len(body) >= 6:
            height, width, components = struct.unpack_from(">HHB", body, 1)
            frame = (width, height, components, body[0], marker in _PROGRESSIVE)
            coding = _CODINGS.get(marker, "")
            samples = _samples(body[6:], components)
        elif marker == _DQT:
            tables |= _quantisers(body)
        elif marker == _APP1:
            head = bytes(body[:6])
            orientation = _orientation(body[6:]) if head == b"Exif\0\0" else orientation
            gain_map = gain_map or _mentions(body)
        elif marker == _APP2:
            if bytes(body[:12]) == b"ICC_PROFILE\0" and len(body) > 14:
                chunks[body[12]] = bytes(body[14:])
            several = several or bytes(body[:4]) == b"MPF\0"
            gain_map = gain_map or _mentions(body)
        elif marker == _APP14:
            adobe = bytes(body[:5]) == b"Adobe"
    else:
        raise BrokenStructureError("it has more segments than any picture")
    if frame is None:
        raise BrokenStructureError("no picture in it")
    if scans > _MOST_SCANS:
        raise BrokenStructureError(f"it is coded in {scans:,} passes, more than any picture")
    width, height, components, bits, progressive = frame
    return Structure(
        width=width,
        height=height,
        components=components,
        bits=bits,
        progressive=progressive,
        scans=scans,
        tables=tuple(tables[key] for key in sorted(tables)),
        end=end,
        orientation=orientation,
        profile=b"".join(chunks[key] for key in sorted(chunks)),
        adobe=adobe,
        gain_map=gain_map,
        pictures=2 if several or gain_map else 1,
        coding=coding,
        samples=samples,
    )


def _samples(parts: memoryview, components: int) -> float:
    """Return how many values a frame codes for a pixel, from the sampling factors of its components."""
    factors = [(parts[at] >> 4, parts[at] & 15) for at in range(1, min(len(parts), 3 * components), 3)]
    across, down = (max((factor[side] for factor in factors), default=0) for side in (0, 1))
    if not across or not down:
        return float(components)
    return sum(one * other for one, other in factors) / (across * down)


def _whole(view: memoryview) -> bytes | mmap.mmap:
    """Return the bytes of a view as what can be searched; a part of a file is copied once."""
    data = view.obj
    return data if isinstance(data, (bytes, mmap.mmap)) and len(data) == len(view) else bytes(view)


# Fill bytes before a marker, and what a careless program left between two segments, are passed over.
_MARKER = re.compile(rb"\xff(?=[^\xff])")


def next_marker(data: bytes | mmap.mmap | memoryview, position: int) -> tuple[int, int | None]:
    """Return where the next marker stands at or after `position`, and which it is; None at the end of the file."""
    found = _MARKER.search(data, position)
    return (found.start(), data[found.start() + 1]) if found else (len(data), None)


def _scan_end(data: bytes | mmap.mmap, position: int, *, whole: bool, alone: bool) -> int:
    """Return where coded data are followed by a marker that is not part of them.

    `whole`: it is the only scan, so the first end-of-image marker ends it.
    `alone`: no other picture follows, so nobody asks for the first where there is one at the end of the file.
    """
    if whole:
        last = len(data) - 2
        return last if alone and last >= position and data[last:] == b"\xff\xd9" else end_of_image(data, position)
    while True:
        found = data.find(b"\xff", position)
        if found < 0 or found + 1 >= len(data):
            return len(data)
        following = data[found + 1]
        if following == 0x00 or 0xD0 <= following <= 0xD7:
            position = found + 2
        elif following == 0xFF:
            position = found + 1
        else:
            return found


# Coded bytes that are searched at once: as many as stay in a core's cache.
_SEARCHED = 1 << 17


def end_of_image(data: bytes | mmap.mmap, position: int) -> int:
    """Return where the first end-of-image marker at or after `position` stands, the length of `data` without one.

    Every hundredth coded byte is FF, at which `bytes.find` stops each time: two
    bytes compared at once take a quarter of its time.
    """
    import numpy as np  # commands that look at no picture do without it

    marker = np.frombuffer(b"\xff\xd9", np.uint16)[0]
    for start in range(position, len(data) - 1, _SEARCHED):
        for odd in (0, 1):
            pairs = np.frombuffer(data, np.uint16, min(_SEARCHED, len(data) - start - odd) // 2, start + odd)
            if (pairs == marker).any():
                return data.find(b"\xff\xd9", start)
    return len(data)


def _quantisers(body: memoryview) -> dict[int, tuple[int, ...]]:
    found = {}
    position = 0
    while position < len(body):
        wide, number = body[position] >> 4, body[position] & 15
        length = 128 if wide else 64
        if position + 1 + length > len(body):
            break
        values = struct.unpack_from(">64H" if wide else "64B", body, position + 1)
        table = [0] * 64
        for place, value in zip(_ZIGZAG, values, strict=True):
            table[place] = value
        found[number] = tuple(table)
        position += 1 + length
    return found


def _orientation(tiff: memoryview) -> int:
    """Return the orientation that the first directory of an EXIF block holds, 1 where it holds none."""
    try:
        order = {b"II": "<", b"MM": ">"}[bytes(tiff[:2])]
        at = struct.unpack_from(order + "I", tiff, 4)[0]
        for entry in range(struct.unpack_from(order + "H", tiff, at)[0]):
            tag, type_, count, value = struct.unpack_from(order + "HHIH", tiff, at + 2 + 12 * entry)
            if tag == 0x0112 and type_ == 3 and count == 1:
                return value if 1 <= value <= 8 else 1
    except (KeyError, struct.error):
        return 1
    return 1


def _mentions(body: memoryview) -> bool:
    text = bytes(body)
    return any(mark in text for mark in _GAIN_MAPS)
