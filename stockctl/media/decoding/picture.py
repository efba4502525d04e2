"""A decoded picture, and the memory that one picture after the other is decoded into."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from stockctl.errors import DamagedError, UnreadableError
from stockctl.media.decoding.colour import ColourSpace, colour_space

if TYPE_CHECKING:
    from numpy.typing import NDArray

# As many pixels as a worker may hold; the largest picture that an agency takes has 200 million.
MAX_PIXELS = 400_000_000
# What decoding and measuring one picture may hold, in bytes: with the program itself it is less than 1.5 GB.
MOST_BYTES = 1_450_000_000
# Bytes for each pixel of the picture as it is measured: three channels, and what is worked out in bands.
MEASURED = 3.1
# Bytes of pixels up to which memory is kept from one picture to the next: those of 50 megapixels.
KEPT_BYTES = 150_000_000
# Blocks up to this size, bytes, are kept for what measures the next picture.
AGAIN_BYTES = 16_000_000
# What mends a file that is broken.
AGAIN = "copy it again from the card, or export it again"


@dataclass(frozen=True)
class Picture:
    """A decoded picture.

    `stored` are the pixels in the order and the colour space of the file,
    uint8 (height, width, 3); `pixels` the same upright and in sRGB. `facts`
    are plain values for the catalogue: `mode` (Pillow's name), `bits` per
    channel, `space`, `icc` (the profile's description), `tagged`, `alpha`,
    `orientation`, `progressive`, `quality` (of the file's own luma table, in
    libjpeg's scale), `pictures`, `layers` and `gain_map` (MPO, Ultra HDR), and
    `damaged`, in words, where a part of the picture is lost.
    """

    stored: NDArray[np.uint8]
    orientation: int = 1
    space: ColourSpace = field(default_factory=lambda: colour_space(None, "RGB"))
    facts: dict[str, Any] = field(default_factory=dict)
    tables: tuple[tuple[int, ...], ...] = ()

    @property
    def turned(self) -> bool:
        """Whether width and height change places to stand upright."""
        return self.orientation >= 5

    @property
    def width(self) -> int:
        """Width of the upright picture in pixels."""
        return int(self.stored.shape[0 if self.turned else 1])

    @property
    def height(self) -> int:
        """Height of the upright picture in pixels."""
        return int(self.stored.shape[1 if self.turned else 0])

    @property
    def is_grey(self) -> bool:
        """Whether the file has one channel only."""
        return self.space.name == "grey"

    def upright(self, stored: NDArray[Any]) -> NDArray[Any]:
        """Return an array (height, width, …) that lies as the file does, upright: a view of it."""
        return upright(stored, self.orientation)

    @cached_property
    def pixels(self) -> NDArray[np.uint8]:
        """The whole picture, upright and in sRGB, uint8 (height, width, 3); converted when first asked for."""
        return np.ascontiguousarray(self.upright(self.space.to_srgb(self.stored)))


def upright(stored: NDArray[Any], orientation: int) -> NDArray[Any]:
    """Turn and mirror an array (height, width, …) as EXIF 2.32 tag 0x0112 says; a view of it."""
    if orientation >= 5:
        stored = stored.swapaxes(0, 1)
    if orientation in {2, 3, 6, 7}:
        stored = stored[:, ::-1]
    if orientation in {3, 4, 7, 8}:
        stored = stored[::-1]
    return stored


class Memory(threading.local):
    """Room for the pixels of one picture after the other, in each thread.

    Clearing new pages for each would take the system a tenth of the time that
    decoding takes. Whoever decodes into it has done with the picture before.
    """

    def __init__(self) -> None:
        self._kept = np.empty(0, np.uint8)
        # Freed at once: the C library gives each large block back to the system, until one as large was freed before.
        # To have new pages cleared for every picture takes a fifth of the time of measuring.
        np.empty(AGAIN_BYTES, np.uint8)

    def room(self, size: int) -> NDArray[np.uint8]:
        """Return `size` bytes, uint8 (size,), with anything in them."""
        if size > KEPT_BYTES:
            self._kept = np.empty(0, np.uint8)
            return np.empty(size, np.uint8)
        if len(self._kept) < size:
            # The old first: both together would be a peak.
            self._kept = np.empty(0, np.uint8)
            self._kept = np.empty(size, np.uint8)
        return self._kept[:size]


def guard(width: int, height: int, decoding: float = 0) -> None:
    """Refuse a picture that has no size, more pixels than are decoded here, or that takes too much memory.

    `decoding` is how many bytes a pixel takes in the decoder, beside those that
    are measured. It is asked before anything is decoded: what a file says of its
    size costs nothing, and its pixels may be few bytes.
    """
    if width * height > MAX_PIXELS:
        raise UnreadableError(
            f"{width}×{height} pixels are more than can be decoded here", hint="scale it down before you upload it"
        )
    if not width or not height:
        raise DamagedError("the picture has no size", hint=AGAIN)
    needed = width * height * (MEASURED + decoding)
    if needed > MOST_BYTES:
        raise UnreadableError(
            f"too large to look at: {width}×{height} pixels in this form take {needed / 1e9:.1f} GB of memory",
            hint="export it as JPEG (not progressive), or scale it down",
        )


def space_facts(space: ColourSpace) -> dict[str, Any]:
    """Return what a picture's facts hold of its colour space."""
    return {"space": space.name, "icc": space.description, "tagged": space.tagged}
