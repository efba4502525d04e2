"""Dust on the sensor: small round dark spots in even areas."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import cv2
import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

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


def dust(picture: NDArray[np.uint8], step: int) -> tuple[dict[str, float], dict[str, Box]]:
    """Count spots of dust; `picture` is thinned out, one pixel in `step`.

    Values:
        dust_spots: round spots of about 12 pixels, 3.5 to 20 % darker than an
            even ring around them (centre-surround filter, then each candidate's
            own ring; after Dirik, Sencar and Memon, Digital single lens reflex
            camera identification from traces of sensor dust, 2008).
    """
    green = cv2.extractChannel(picture, 1)
    radius = max(1.0, DIAMETER / 2 / step)
    core = 2 * int(radius * 0.8) + 1
    ring = 2 * int(np.ceil(radius * 3)) + 1
    if min(green.shape) < 4 * ring:
        return {"dust_spots": 0.0}, {}
    around = cv2.blur(green, (ring, ring))
    depth = cv2.subtract(around, cv2.blur(green, (core, core)))
    rough = cv2.blur(cv2.absdiff(green, around), (ring, ring))
    peak = depth >= cv2.dilate(depth, np.ones((ring, ring), np.uint8))
    # Deep enough, and deep against the roughness around: all in whole levels, for speed.
    found = np.flatnonzero(peak & (depth > FAINTEST_LEVELS) & (depth > rough))
    rows, columns = np.divmod(found, green.shape[1])
    reach = int(np.ceil(radius * 4.5))
    kept = (rows >= reach) & (rows < green.shape[0] - reach) & (columns >= reach) & (columns < green.shape[1] - reach)
    rows, columns = rows[kept], columns[kept]
    clear = depth[rows, columns] / (rough[rows, columns] + 1.0)
    order = np.argsort(-clear)[:CANDIDATES]
    rows, columns = rows[order], columns[order]
    around_it = np.arange(-reach, reach + 1)
    windows = green[rows[:, None, None] + around_it[:, None], columns[:, None, None] + around_it]
    spots = np.flatnonzero(_are_spots(windows, *_masks(reach, radius)))
    places: dict[str, Box] = {}
    if len(spots):
        row, column = int(rows[spots[0]]), int(columns[spots[0]])
        side = (2 * reach + 1) * step
        places["dust_spots"] = ((column - reach) * step, (row - reach) * step, side, side)
    return {"dust_spots": float(len(spots))}, places


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
