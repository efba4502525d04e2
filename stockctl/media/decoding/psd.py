"""Decode the merged picture of a Photoshop document, PSD or PSB (Adobe Photoshop File Formats Specification).

Pillow reads 8 bits of version 1 only, and takes packed rows at the wrong place
where a document has more channels than colours. Its PackBits decoder is used.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image, ImageFile

from stockctl.errors import DamagedError
from stockctl.media.decoding.colour import AT_ONCE, colour_space
from stockctl.media.decoding.other import as_file, lab_to_rgb
from stockctl.media.decoding.picture import AGAIN, Picture, guard, space_facts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

ENDS = "the file ends before the picture does"
_BITMAP, _GREY, _INDEXED, _RGB, _CMYK, _MULTICHANNEL, _DUOTONE, _LAB = 0, 1, 2, 3, 4, 7, 8, 9
# Colour modes: Pillow's name, and how many channels the colour takes; further ones are selections and spot inks.
_MODES = {
    _BITMAP: ("1", 1), _GREY: ("L", 1), _INDEXED: ("P", 1), _RGB: ("RGB", 3), _CMYK: ("CMYK", 4),
    _MULTICHANNEL: ("RGB", 1), _DUOTONE: ("L", 1), _LAB: ("LAB", 3),
}  # fmt: skip
_PLAIN, _PACKED = 0, 1
_PROFILE = 1039
_MOST_CHANNELS, _MOST_RESOURCES = 56, 10_000


@dataclass(frozen=True)
class Document:
    """The head of a document: `start` is where its merged picture's rows begin, `lengths` those of packed rows."""

    width: int
    height: int
    channels: int
    bits: int
    colours: int
    wide: bool
    table: bytes
    profile: bytes
    compression: int
    start: int
    lengths: NDArray[np.int64]

    @property
    def mode(self) -> str:
        """Pillow's name for the colour mode."""
        return _MODES[self.colours][0]

    def not_read(self) -> str:
        """Return what of it is not read here; an empty text where it is."""
        name = "PSB (large document)" if self.wide else "PSD"
        if self.bits == 32:
            return f"{name} of 32 bits per channel"
        if self.colours == _MULTICHANNEL:
            return f"{name} in many inks"
        return "" if self.compression in {_PLAIN, _PACKED} else f"{name} that is packed unusually"


def document(view: memoryview) -> Document:
    """Read a document's head, up to its merged picture.

    Raises:
        DamagedError: it holds no size that a picture has, or leads out of the file.

    """
    if len(view) < 26:
        raise DamagedError(ENDS, hint=AGAIN)
    version, channels, height, width, bits, colours = struct.unpack_from(">H6xHIIHH", view, 4)
    known = version in {1, 2} and colours in _MODES and bits in {1, 8, 16, 32}
    if not known or not _MODES[colours][1] <= channels <= _MOST_CHANNELS or not width or not height:
        raise DamagedError("its head holds no size that a picture has", hint=AGAIN)
    wide = version == 2
    sections = []
    at = 26
    for letter in (">I", ">I", ">Q" if wide else ">I"):
        start = at + struct.calcsize(letter)
        if start > len(view):
            raise DamagedError(ENDS, hint=AGAIN)
        at = start + struct.unpack_from(letter, view, at)[0]
        sections.append((start, at))
    if at + 2 > len(view):
        raise DamagedError(ENDS, hint=AGAIN)
    compression = struct.unpack_from(">H", view, at)[0]
    row, rows = (width * bits + 7) // 8, channels * height
    kind = np.dtype(">u4" if wide else ">u2")
    start, needed = at + 2, rows * row
    lengths = np.empty(0, np.int64)
    if compression == _PACKED:
        start += rows * kind.itemsize
        if start > len(view):
            raise DamagedError(ENDS, hint=AGAIN)
        lengths = np.frombuffer(view, kind, rows, at + 2).astype(np.int64)
        needed = int(lengths.sum())
    if compression in {_PLAIN, _PACKED} and start + needed > len(view):
        raise DamagedError(ENDS, hint=AGAIN)
    table = bytes(view[slice(*sections[0])][:768])
    profile = next((bytes(data) for number, data in _resources(view[slice(*sections[1])]) if number == _PROFILE), b"")
    return Document(width, height, channels, bits, colours, wide, table, profile, compression, start, lengths)


def _resources(part: memoryview) -> Iterator[tuple[int, memoryview]]:
    at = 0
    for _ in range(_MOST_RESOURCES):
        if at + 12 > len(part):
            return
        signature, number, name = struct.unpack_from(">4sHB", part, at)
        head = at + 6 + (name + 2 & ~1)
        if signature != b"8BIM" or head + 4 > len(part):
            return
        length = struct.unpack_from(">I", part, head)[0]
        yield number, part[head + 4 : head + 4 + length]
        at = head + 4 + length + (length & 1)


def decode_psd(data: bytes | memoryview) -> Picture:
    """Decode the merged picture; see `decode.decode`."""
    view = memoryview(data)
    found = document(view)
    count = _MODES[found.colours][1]
    # The channels, one more as it is unpacked and as it lies in the file, and the colours where they are others.
    guard(found.width, found.height, count + 2 * max(1, found.bits // 8) + (0 if found.colours == _RGB else count))
    channels = np.empty((found.height, found.width, count), np.uint8)
    for number in range(count):
        channels[..., number] = _channel(view, found, number)
    space = colour_space(found.profile or None, found.mode)
    facts = {
        "mode": found.mode,
        "bits": found.bits,
        "alpha": found.channels == count + 1 and found.colours in {_RGB, _GREY},
        "pictures": 1,
        "layers": True,
        "orientation": 1,
        **space_facts(space),
    }
    if found.colours == _CMYK:
        # Stored as what the inks leave of white.
        return Picture(space.to_srgb(255 - channels), 1, colour_space(None, "RGB"), facts)
    if found.colours == _LAB:
        return Picture(_from_lab(channels), 1, colour_space(None, "RGB"), facts)
    if found.colours == _INDEXED:
        table = np.frombuffer(found.table.ljust(768, b"\0"), np.uint8).reshape(3, 256)
        return Picture(np.ascontiguousarray(table[:, channels[..., 0]].transpose(1, 2, 0)), 1, space, facts)
    rgb = channels if count == 3 else np.repeat(channels, 3, axis=2)
    return Picture(rgb, 1, space, facts)


def _channel(view: memoryview, found: Document, number: int) -> NDArray[np.uint8]:
    """Return a channel as 8-bit levels, uint8 (height, width)."""
    row = (found.width * found.bits + 7) // 8
    if found.compression == _PLAIN:
        start = found.start + number * found.height * row
        rows = np.frombuffer(view, np.uint8, found.height * row, start).reshape(found.height, row)
    else:
        start = found.start + int(found.lengths[: number * found.height].sum())
        rows = _unpacked(view[start:], row, found.height)
    if found.bits == 1:
        # A set bit is black.
        return np.where(np.unpackbits(rows, axis=1, count=found.width), 0, 255).astype(np.uint8)
    # Of 16 bits, the higher byte stands first.
    return rows if found.bits == 8 else rows[:, ::2]


class _Rows(ImageFile.ImageFile):
    """Packed rows of bytes as a picture that Pillow loads."""

    format = "PackBits"

    def __init__(self, view: memoryview, row: int, rows: int) -> None:
        self._row, self._rows = row, rows
        super().__init__(as_file(view))

    def _open(self) -> None:
        self._mode, self._size = "L", (self._row, self._rows)
        self.tile = [ImageFile._Tile("packbits", (0, 0, self._row, self._rows), 0, "L")]  # noqa: SLF001 - its own form


def _unpacked(view: memoryview, row: int, rows: int) -> NDArray[np.uint8]:
    with _Rows(view, row, rows) as packed:
        return np.asarray(packed)


def _from_lab(channels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    rgb = np.empty_like(channels)
    step = max(1, AT_ONCE // channels.shape[1])
    for top in range(0, len(channels), step):
        bands = [Image.fromarray(channels[top : top + step, :, band]) for band in range(3)]
        rgb[top : top + step] = lab_to_rgb(Image.merge("LAB", bands))
    return rgb
