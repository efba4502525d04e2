"""Where in a picture something shows most: the cell of a coarse raster."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import cv2
import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from stockctl.report.finding import Box

# A place is looked for in a raster of this many cells along the longer side.
CELLS = 24


def side_of(shape: tuple[int, ...]) -> int:
    """Return the side of a cell in a plane of this shape, in its pixels."""
    return max(1, max(shape[:2]) // CELLS)


def mean(plane: NDArray[Any]) -> NDArray[np.float32]:
    """Return the mean of a plane (h, w) in the cell around each of its pixels."""
    side = side_of(plane.shape)
    return np.asarray(cv2.boxFilter(plane, cv2.CV_32F, (side, side)), np.float32)


def range_(plane: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return how far the levels of a plane (h, w) lie apart in the cell around each of its pixels."""
    cell = np.ones((side_of(plane.shape),) * 2, np.uint8)
    return np.asarray(cv2.subtract(cv2.dilate(plane, cell), cv2.erode(plane, cell)), np.uint8)


def highest(score: NDArray[Any], step: int) -> Box:
    """Return the cell around the pixel of the highest score, in full pixels; one pixel stands for `step`."""
    height, width = score.shape
    side = side_of(score.shape)
    y, x = divmod(int(np.argmax(score)), width)
    left, top = max(0, min(x - side // 2, width - side)), max(0, min(y - side // 2, height - side))
    return (left * step, top * step, min(side, width) * step, min(side, height) * step)
