"""Dust on the sensor: small round dark spots in even areas."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import cv2
import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from stockctl.check.measure.sample import Thin
    from stockctl.report.finding import Box

# Diameter of a spot in pixels of the whole picture, at f/11 and on 24 megapixels.
DIAMETER = 12
# How much darker a spot is than its surroundings: less is not seen, more is a thing.
FAINTEST, DARKEST = 0.035, 0.20
# How far it stands out of the unevenness around it, in standard deviations.
STANDS_OUT = 3.5
# The same in levels, at least, before a candidate is looked at closely.
FAINTEST_LEVELS = 3
# Unevenness of the ring, levels: more is texture, in which dust does not show.
EVEN = 2.2
CANDIDATES = 40
# Side of the cells, in pixels of the thinned picture, that are asked whether anything in them is even; how far
# neighbouring pixels may lie apart there on average, levels; and the rows of cells that are searched at once.
CELL = 8
UNEVEN = 4
STRIP = 6


def dust(whole: Thin) -> tuple[dict[str, float], dict[str, Box]]:
    """Count spots of dust.

    Values:
        dust_spots: round spots of about 12 pixels, 3.5 to 20 % darker than an
            even ring around them (centre-surround filter, then each candidate's
            own ring; after Dirik, Sencar and Memon, Digital single lens reflex
            camera identification from traces of sensor dust, 2008).
    """
    green, step = whole.close, whole.close_step
    radius = max(1.0, DIAMETER / 2 / step)
    reach = int(np.ceil(radius * 4.5))
    ring = 2 * int(np.ceil(radius * 3)) + 1
    if min(green.shape) < 4 * ring:
        return {"dust_spots": 0.0}, {}
    found = [_candidates(green, part, radius, ring) for part in _even_parts(whole.planes[1], green.shape)]
    clear, rows, columns = np.concatenate([np.empty((3, 0)), *found], axis=1)
    kept = (rows >= reach) & (rows < green.shape[0] - reach) & (columns >= reach) & (columns < green.shape[1] - reach)
    order = np.flatnonzero(kept)[np.argsort(-clear[kept], kind="stable")[:CANDIDATES]]
    rows, columns = rows[order].astype(int), columns[order].astype(int)
    around_it = np.arange(-reach, reach + 1)
    windows = green[rows[:, None, None] + around_it[:, None], columns[:, None, None] + around_it]
    spots = np.flatnonzero(_are_spots(windows, *_masks(reach, radius)))
    places: dict[str, Box] = {}
    if len(spots):
        row, column = int(rows[spots[0]]), int(columns[spots[0]])
        side = (2 * reach + 1) * step
        places["dust_spots"] = ((column - reach) * step, (row - reach) * step, side, side)
    return {"dust_spots": float(len(spots))}, places


def _even_parts(coarse: NDArray[np.uint8], size: tuple[int, ...]) -> Iterator[tuple[slice, slice]]:
    """Yield the parts of a plane in which something is even, strip by strip; `coarse` has every other pixel of it."""
    rough = cv2.blur(cv2.absdiff(coarse[:, 1:], coarse[:, :-1]), (CELL, CELL))
    even = rough[CELL // 2 :: CELL, CELL // 2 :: CELL] <= UNEVEN
    for first in range(0, len(even), STRIP):
        columns = np.flatnonzero(even[first : first + STRIP].any(axis=0))
        if len(columns):
            rows = slice(2 * CELL * first, min(2 * CELL * (first + STRIP), size[0]))
            yield rows, slice(2 * CELL * int(columns[0]), min(2 * CELL * (int(columns[-1]) + 1), size[1]))


def _candidates(green: NDArray[np.uint8], part: tuple[slice, slice], radius: float, ring: int) -> NDArray[np.float64]:
    """Return the places in a part of the plane that are darker than what is around them, as (clearness, row, column).

    All in whole levels, for speed.
    """
    # The part with all that its rim's neighbourhood takes in.
    top, left = (max(0, along.start - 2 * ring) for along in part)
    plane = green[top : part[0].stop + 2 * ring, left : part[1].stop + 2 * ring]
    core = 2 * int(radius * 0.8) + 1
    around = cv2.blur(plane, (ring, ring))
    depth = cv2.subtract(around, cv2.blur(plane, (core, core)))
    rough = cv2.blur(cv2.absdiff(plane, around), (ring, ring))
    # Deep enough, and deep against the roughness around.
    deep = cv2.subtract(depth, np.maximum(rough, FAINTEST_LEVELS))
    peak = cv2.compare(depth, cv2.dilate(depth, np.ones((ring, ring), np.uint8)), cv2.CMP_GE)
    inner = tuple(
        slice(along.start - start, along.stop - start) for along, start in zip(part, (top, left), strict=True)
    )
    rows, columns = np.nonzero(cv2.bitwise_and(deep, peak)[inner])
    rows, columns = rows + inner[0].start, columns + inner[1].start
    clear = depth[rows, columns] / (rough[rows, columns] + 1.0)
    return np.stack([clear, rows + top, columns + left])


def _masks(reach: int, radius: float) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    distance = np.hypot(*np.mgrid[-reach : reach + 1, -reach : reach + 1])
    return distance <= radius * 0.75, (distance >= radius * 1.7) & (distance <= reach)


def _are_spots(windows: NDArray[Any], disc: NDArray[np.bool_], annulus: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Tell which of the windows (n, side, side) have a spot in their middle."""
    ring = windows[:, annulus].astype(np.float32)
    level, spread = ring.mean(axis=1), ring.std(axis=1)
    depth = level - windows[:, disc].mean(axis=1)
    in_reach = (depth > FAINTEST * level) & (depth < DARKEST * level)
    # Noise of one thinned pixel averages out over the disc, texture does not.
    spots: NDArray[np.bool_] = (spread <= EVEN) & in_reach & (depth > STANDS_OUT * (spread + 0.4))
    return spots
