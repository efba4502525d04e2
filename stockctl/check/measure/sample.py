"""What of a picture is measured: a thinned-out whole, and tiles at full resolution.

Decoding is the floor of the cost, so no measurement reads every pixel: a thinned
copy (every n-th pixel) tells tone and composition, and a regular grid of tiles
tells what shows at 100 %.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import cv2
import numpy as np

if TYPE_CHECKING:
    from typing import Any

    from numpy.typing import NDArray

    from stockctl.media.decoding.picture import Picture
    from stockctl.report.finding import Box

# Side of a tile in pixels, a multiple of the JPEG block.
TILE = 64
# As many tiles as a picture gives, and the size of its thinned copy in pixels.
TILES = 432
CLOSE_PIXELS = 1_500_000


@dataclass(frozen=True)
class Tiles:
    """Tiles of a picture as it lies in its file.

    `rgb`: uint8 (n, 64, 64, 3) in sRGB; `coded`: the same in the file's own
    space; `at`: int (n, 2), row and column of each tile's corner, multiples
    of 8; `size`: rows and columns of the whole.
    """

    rgb: NDArray[np.uint8]
    coded: NDArray[np.uint8]
    at: NDArray[np.int64]
    size: tuple[int, int]

    def __len__(self) -> int:
        """Return the number of tiles."""
        return len(self.rgb)

    @cached_property
    def grey(self) -> NDArray[np.uint8]:
        """Luma of the tiles (ITU-R BT.601, as JPEG codes it), uint8 (n, 64, 64)."""
        # A tile as one row: each row has a cost of its own.
        grey = cv2.cvtColor(self.rgb.reshape(-1, TILE * TILE, 3), cv2.COLOR_RGB2GRAY)
        return np.asarray(grey, np.uint8).reshape(-1, TILE, TILE)

    @cached_property
    def mean(self) -> NDArray[np.float32]:
        """Mean luma of each tile, levels."""
        rows = self.grey.reshape(-1, TILE)[::4].reshape(len(self), -1)
        return np.asarray(cv2.reduce(rows, 1, cv2.REDUCE_AVG, dtype=cv2.CV_32F), np.float32).ravel()

    @cached_property
    def activity(self) -> NDArray[np.float32]:
        """Mean square of the differences of neighbouring pixels in each tile, levels squared."""
        # One row in four, to save time: detail does not stand in single rows.
        rows, below = (np.ascontiguousarray(self.grey[:, line::4]).reshape(-1, TILE) for line in (0, 1))
        energy = np.zeros(len(self), np.float32)
        for side in (cv2.absdiff(rows[:, 1:], rows[:, :-1]), cv2.absdiff(below, rows)):
            step = side.reshape(-1, TILE // 4 * side.shape[1]).astype(np.float32)
            energy += np.einsum("ni,ni->n", step, step)
        return energy / np.float32(TILE * TILE / 2)


def tiles(picture: Picture) -> Tiles:
    """Cut at most `TILES` tiles on a regular grid out of a picture; none where it is smaller than one."""
    stored = picture.stored
    rows, columns = stored.shape[:2]
    cell = max(TILE, math.sqrt(rows * columns / TILES))
    down, across = (max(1, int(length / cell)) if length >= TILE else 0 for length in (rows, columns))
    tops = _corners(rows, down)
    lefts = _corners(columns, across)
    at = np.array([(top, left) for top in tops for left in lefts], dtype=np.int64).reshape(-1, 2)
    coded = np.empty((len(at), TILE, TILE, 3), np.uint8)
    for index, (top, left) in enumerate(at.tolist()):
        coded[index] = stored[top : top + TILE, left : left + TILE]
    rgb = coded if not len(at) else picture.space.to_srgb(coded)
    return Tiles(rgb, coded, at, (rows, columns))


def _corners(length: int, count: int) -> list[int]:
    step = length / count if count else 0
    return [min(int(step * (i + 0.5) - TILE / 2) // 8 * 8, (length - TILE) // 8 * 8) for i in range(count)]


@dataclass(frozen=True)
class Thin:
    """A picture thinned out to every `step`-th pixel, upright, uint8 (height, width, 3).

    Single pixels, no means: extremes and noise stay as they are. `coded` is in
    the file's own space, `srgb` in sRGB; `close` is the green channel alone, uint8
    (rows, columns), four times as dense (every `close_step`-th pixel), in the
    file's space, for what is only a few pixels wide.
    """

    coded: NDArray[np.uint8]
    srgb: NDArray[np.uint8]
    step: int
    close: NDArray[np.uint8]
    close_step: int

    @cached_property
    def luma(self) -> NDArray[np.uint8]:
        """Luma of `srgb` (ITU-R BT.601), uint8 (height, width)."""
        return np.asarray(cv2.cvtColor(self.srgb, cv2.COLOR_RGB2GRAY), np.uint8)

    @cached_property
    def half(self) -> NDArray[np.uint8]:
        """Means of 2 × 2 pixels of `luma`, uint8, for what is looked for in a small picture."""
        height, width = (max(2, length // 2 * 2) for length in self.luma.shape)
        return np.asarray(
            cv2.resize(self.luma[:height, :width], (width // 2, height // 2), interpolation=cv2.INTER_AREA), np.uint8
        )

    @cached_property
    def planes(self) -> tuple[NDArray[np.uint8], ...]:
        """The three channels of `coded`, each uint8 (height, width)."""
        return tuple(np.asarray(plane, np.uint8) for plane in cv2.split(self.coded))

    @cached_property
    def levels(self) -> tuple[NDArray[np.float64], ...]:
        """How many pixels of each channel of `coded` have each of the 256 levels."""
        return tuple(levels(plane) for plane in self.planes)

    @cached_property
    def srgb_levels(self) -> tuple[NDArray[np.float64], ...]:
        """The same of `srgb`."""
        return self.levels if self.srgb is self.coded else tuple(levels(plane) for plane in cv2.split(self.srgb))


def levels(plane: NDArray[Any]) -> NDArray[np.float64]:
    """Return how many pixels of a plane have each of the 256 levels."""
    return cv2.calcHist([plane], [0], None, [256], [0, 256]).ravel().astype(np.float64)


def thin(picture: Picture) -> Thin:
    """Thin a picture out."""
    stored = picture.stored
    rows, columns = stored.shape[:2]
    step = max(1, round(math.sqrt(rows * columns / CLOSE_PIXELS)))
    height, width = (max(1, length // (2 * step)) for length in (rows, columns))
    part = stored[: height * 2 * step, : width * 2 * step]
    lying = cv2.resize(part, (width, height), interpolation=cv2.INTER_NEAREST)
    coded: NDArray[np.uint8] = np.ascontiguousarray(picture.upright(lying), dtype=np.uint8)
    close: NDArray[np.uint8] = np.ascontiguousarray(picture.upright(stored[::step, ::step, 1]), dtype=np.uint8)
    return Thin(coded, picture.space.to_srgb(coded), 2 * step, close, step)


def upright_box(row: int, column: int, rows: int, columns: int, picture: Picture) -> Box:
    """Turn a rectangle of the stored picture into a box (x, y, width, height) of the upright one."""
    height, width = picture.stored.shape[:2]
    o = picture.orientation
    if o >= 5:
        row, column, rows, columns = column, row, columns, rows
        height, width = width, height
    if o in {2, 3, 6, 7}:
        column = width - column - columns
    if o in {3, 4, 7, 8}:
        row = height - row - rows
    return (int(column), int(row), int(columns), int(rows))
