"""Lateral chromatic aberration: how far red and blue edges lie from green ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

from stockctl.check.measure.ranks import median, quantiles
from stockctl.check.measure.sample import TILE

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from stockctl.check.measure.sample import Tiles

# Tiles with edges, outside of this share of the half diagonal, that are looked at.
CHOSEN = 64
OUTER = 0.35
MIN_TILES = 12
# Slow changes over more than this many pixels are the colours of things.
SLOW = 9
# A channel that follows green less than this tells nothing.
FOLLOWS = 0.2
# A lens shifts all tiles by one law: half is believed where less than the second number, by certainty, lies as near
# to it as the first, pixels.
TOGETHER, AGREED = 0.35, 0.85
# No lens shifts further, in pixels.
FARTHEST = 4.0


def fringing(found: Tiles) -> tuple[dict[str, float], int | None]:
    """Measure the radial shift of red against blue.

    Values:
        fringing_px: how much further from (or nearer to) the centre red lies
            than blue, in pixels, reckoned for the picture's corner from one
            magnification of each for the whole picture (Kang, Automatic removal
            of chromatic aberration from a single image, 2007). JPEG's 4:2:0
            blurs colour, and takes up to two thirds of the shift away.

    In each tile the shift is that which best explains red by green and green's
    slopes (least squares); tiles are weighted by the certainty of theirs. Also
    returns the tile that shows it most.
    """
    rows, columns = found.size
    centre = np.array([rows / 2, columns / 2])
    offset = found.at + TILE / 2 - centre
    radius = np.hypot(offset[:, 0], offset[:, 1]) / np.hypot(*centre)
    outer = np.flatnonzero(radius > OUTER)
    chosen = outer[np.argsort(found.activity[outer])[::-1][:CHOSEN]]
    if len(chosen) < MIN_TILES:
        return {}, None
    towards = offset[chosen] / np.hypot(*offset[chosen].T)[:, None]
    products = _turned(_products(found.rgb[chosen]), towards)
    fits = [_shift(products, channel) for channel in (_RED, _BLUE)]
    red, blue = (_magnification(shift, weight, radius[chosen]) for shift, weight in fits)
    apart = np.abs(fits[0][0] - fits[1][0])
    visible = np.where(apart < FARTHEST, apart, 0) * np.sqrt(np.minimum(fits[0][1], fits[1][1]))
    return {"fringing_px": abs(red - blue)}, int(chosen[int(np.argmax(visible))])


# What the products are of: the details of each channel, and green's slopes.
_RED, _GREEN, _BLUE, _RADIAL, _TANGENTIAL = range(5)
_DESIGN = [_GREEN, _RADIAL, _TANGENTIAL]
_RIM = 4
# Rows and columns of a tile that are looked at.
_LOOKED_AT = (TILE // 2 - _RIM, TILE - 2 * _RIM)


def _products(rgb: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Return the scalar products of details and slopes, down and across, in each tile, (n, 5, 5)."""
    # Side by side, because a filter takes a time of its own for each row; what it mixes at the seams is rim.
    planes = cv2.split(np.ascontiguousarray(rgb.swapaxes(0, 1)).reshape(TILE, -1, 3))
    green = planes[_GREEN]
    # Every other row tells as much, in less time.
    rows, above, below = (slice(_RIM + by, TILE - _RIM + by, 2) for by in (0, -1, 1))
    slow = (cv2.boxFilter(plane, cv2.CV_32F, (SLOW, SLOW)) for plane in planes)
    seen = [cv2.subtract(plane[rows], mean[rows], dtype=cv2.CV_32F) for plane, mean in zip(planes, slow, strict=True)]
    # Twice the slopes: they are halved with the turn.
    seen.append(cv2.subtract(green[below], green[above], dtype=cv2.CV_32F))
    across = np.zeros_like(seen[0])
    across[:, 1:-1] = cv2.subtract(green[rows, 2:], green[rows, :-2], dtype=cv2.CV_32F)
    seen.append(across)
    # Two tiles at once: so small a product takes as long as one four times as large.
    parts = np.zeros((-(-len(rgb) // 2), 2, len(seen), *_LOOKED_AT), np.float32)
    tiles = parts.reshape(-1, len(seen), *_LOOKED_AT)[: len(rgb)]
    for index, plane in enumerate(seen):
        tiles[:, index] = plane.reshape(len(plane), -1, TILE)[:, :, _RIM:-_RIM].swapaxes(0, 1)
    flat = parts.reshape(len(parts), 2 * len(seen), -1)
    products: NDArray[np.float32] = flat @ flat.transpose(0, 2, 1)
    by_tile = [products[:, place : place + len(seen), place : place + len(seen)] for place in (0, len(seen))]
    return np.stack(by_tile, axis=1).reshape(-1, len(seen), len(seen))[: len(rgb)]


def _turned(products: NDArray[np.float32], towards: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the products (n, 5, 5) with radial and tangential slopes for those down and across, in the order above.

    `towards` (n, 2) points from the centre to each tile, rows and columns.
    """
    turn = np.zeros(products.shape) + np.eye(5)
    turn[:, 3, 3], turn[:, 3, 4] = towards.T / 2
    turn[:, 4, 3], turn[:, 4, 4] = -towards[:, 1] / 2, towards[:, 0] / 2
    turned: NDArray[np.float64] = turn @ products.astype(np.float64) @ turn.transpose(0, 2, 1)
    return turned


def _shift(products: NDArray[np.float64], channel: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return each tile's radial shift in pixels of the whole picture, outward positive, and its certainty."""
    normal = products[:, _DESIGN][:, :, _DESIGN]
    right = products[:, _DESIGN, channel]
    answer = np.linalg.solve(normal + 1e-3 * np.eye(3), right[..., None])[..., 0]
    explained = 2 * (answer * right).sum(axis=1) - np.einsum("ni,nij,nj->n", answer, normal, answer)
    left_over = np.maximum(products[:, channel, channel] - explained, 0) / np.prod(_LOOKED_AT) + 0.5
    gain = answer[:, 0]
    sound = gain > FOLLOWS
    shift = np.where(sound, -answer[:, 1] / np.where(sound, gain, 1), 0)
    weight = np.where(sound, normal[:, 1, 1] * gain**2 / left_over, 0)
    return shift, weight


def _magnification(shift: NDArray[np.float64], weight: NDArray[np.float64], radius: NDArray[np.float64]) -> float:
    """Return the shift at the corner that fits all tiles, those far from the rest left out in turns."""
    weight = np.where(np.abs(shift) < FARTHEST, weight, 0)
    weight = np.minimum(weight, quantiles(weight, 0.8)[0])
    corner, first = 0.0, weight
    for _ in range(4):
        total = float((weight * radius**2).sum())
        if total <= 0:
            return 0.0
        corner = float((weight * radius * shift).sum()) / total
        away = np.abs(shift - corner * radius)
        weight = weight * (away <= max(0.15, 2.5 * median(away)))
    # Flowers and corals have colours of their own, which shift one way here and another there.
    near = float(first[np.abs(shift - corner * radius) < TOGETHER].sum() / first.sum())
    return corner if near >= AGREED else corner / 2
