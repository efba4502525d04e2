"""Sound pictures that no decoder here reads: told from their structure, with their size; what contradicts it is damage.

PSD: Adobe Photoshop File Formats Specification. TIFF: 6.0 and Adobe's technical
notes. JPEG: ISO/IEC 10918-1 (processes by frame marker), ISO/IEC 14495-1 (LS).
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

from stockctl.errors import DamagedError
from stockctl.files.source import Memory
from stockctl.media import directories

_PSD_MODES = {0: "1", 1: "L", 2: "P", 3: "RGB", 4: "CMYK", 7: "RGB", 8: "L", 9: "LAB"}
_TIFF_MODES = {0: "L", 1: "L", 2: "RGB", 3: "P", 5: "CMYK", 6: "RGB", 8: "LAB", 9: "LAB", 10: "LAB"}
# Compressions that libtiff, as it comes with Pillow, unpacks.
_UNPACKED = frozenset({1, 2, 3, 4, 5, 6, 7, 8, 32771, 32773, 32946, 34925, 50000})
_WEBP, _JPEG_XL = 50001, 50002
_NAMES = {_WEBP: "WebP", _JPEG_XL: "JPEG XL", 34712: "JPEG 2000", 34892: "lossy JPEG", 34887: "LERC", 34676: "LogLuv"}


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
    return _tiff(memoryview(data)) if format_ == "tiff" else None


def _psd(view: memoryview) -> Beyond | None:
    if len(view) < 26:
        return None
    version, channels, height, width, bits, mode = struct.unpack_from(">H6xHIIHH", view, 4)
    if (version == 1 and bits in {1, 8} and mode in _PSD_MODES) or version not in {1, 2} or mode not in _PSD_MODES:
        return None
    if bits not in {1, 8, 16, 32} or not 0 < channels <= 56 or not width or not height:
        raise DamagedError("its head holds no size that a picture has")
    at = 26
    for letter in (">I", ">I", ">Q" if version == 2 else ">I"):
        if at + struct.calcsize(letter) > len(view):
            raise DamagedError("the file ends before the picture does")
        at += struct.calcsize(letter) + struct.unpack_from(letter, view, at)[0]
    if at + 2 > len(view):
        raise DamagedError("the file ends before the picture does")
    needed = _psd_data(view, at, channels * height, (width * bits + 7) // 8, wide=version == 2)
    if needed > len(view):
        raise DamagedError("the file ends before the picture does")
    name = "PSB (large document)" if version == 2 else "PSD"
    return Beyond(width, height, _PSD_MODES[mode], bits, f"{name} of {bits} bits per channel is not decoded here")


def _psd_data(view: memoryview, at: int, rows: int, row: int, *, wide: bool) -> int:
    """Return where the merged picture ends: plain, or packed row by row with a table of lengths before."""
    compression = struct.unpack_from(">H", view, at)[0]
    if compression == 0:
        return at + 2 + rows * row
    if compression != 1:
        return at + 2
    size = 4 if wide else 2
    table = view[at + 2 : at + 2 + rows * size]
    if len(table) < rows * size:
        return len(view) + 1
    import numpy as np

    return at + 2 + rows * size + int(np.frombuffer(table, f">u{size}").sum(dtype=np.uint64))


# TIFF 6.0, by number.
_WIDTH, _HEIGHT, _BITS, _COMPRESSION, _PHOTOMETRIC, _SAMPLES, _PLANES, _FORMAT = 256, 257, 258, 259, 262, 277, 284, 339
_PICTURES = ((273, 279), (324, 325))


def _tiff(view: memoryview) -> Beyond | None:
    source = Memory(view)
    try:
        flavour, start = directories.header(source)
        page = directories.read(source, flavour, start)
    except DamagedError:
        return None

    def first(tag: int, default: int) -> int:
        entry = page.get(tag)
        return directories.number(source, flavour, entry) if entry else default

    width, height, bits = first(_WIDTH, 0), first(_HEIGHT, 0), first(_BITS, 1)
    samples, planes, kind = first(_SAMPLES, 1), first(_PLANES, 1), first(_FORMAT, 1)
    compression, photometric = first(_COMPRESSION, 1), first(_PHOTOMETRIC, 1)
    why = _why(bits, samples, planes, kind, compression, photometric)
    if not why or not width or not height:
        return None
    for where, lengths in _PICTURES:
        starts, sizes = page.get(where), page.get(lengths)
        if starts is None or sizes is None:
            continue
        try:
            offsets, counts = (_numbers(source, flavour, entry) for entry in (starts, sizes))
        except DamagedError:
            raise DamagedError("the file ends before the picture does") from None
        if any(at + count > len(view) for at, count in zip(offsets, counts, strict=False)):
            raise DamagedError("the file ends before the picture does")
    return Beyond(width, height, _TIFF_MODES.get(photometric, "RGB"), bits, f"{why} is not decoded here")


def _why(bits: int, samples: int, planes: int, kind: int, compression: int, photometric: int) -> str:
    if compression not in _UNPACKED:
        return f"TIFF packed as {_NAMES.get(compression, f'number {compression}')}"
    if samples > 1 and bits > 8 and planes == 2:
        return f"TIFF of {bits} bits in separate planes"
    if photometric in {8, 9, 10} and bits != 8:
        return f"Lab TIFF of {bits} bits"
    if samples > 1 and (kind == 3 or bits > 16):
        return f"colour TIFF of {bits}-bit {'floating-point numbers' if kind == 3 else 'numbers'}"
    return f"TIFF of {bits} bits per channel" if samples > 1 and bits not in {1, 2, 4, 8, 16} else ""


def _numbers(source: Memory, flavour: directories.Flavour, entry: directories.Entry) -> tuple[int, ...]:
    size = directories.TYPE_SIZES.get(entry.type, 0)
    letter = {2: "H", 4: "I", 8: "Q"}.get(size)
    if letter is None or entry.values > 1_000_000:
        return ()
    return flavour.unpack(f"{entry.values}{letter}", directories.value(source, entry))
