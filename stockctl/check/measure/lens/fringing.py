"""Lateral chromatic aberration: how far red and blue edges lie from green ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

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
# Tiles that are worked on at once: five planes of each stay in a core's cache.
AT_ONCE = 16
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
    portions = found.portions(chosen, AT_ONCE)
    products = _turned(np.concatenate([_products(found.rgb[chosen[part]]) for part in portions]), towards)
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
    # Every other row tells as much, in less time.
    rows, inside = slice(_RIM, -_RIM, 2), slice(_RIM, -_RIM)
    inner = (slice(None), rows, inside)
    parts = np.empty((len(rgb), 5, *_LOOKED_AT), np.float32)
    for channel in (_RED, _GREEN, _BLUE):
        plane = cv2.extractChannel(rgb.reshape(-1, TILE, 3), channel)
        slow = cv2.boxFilter(plane, cv2.CV_32F, (SLOW, SLOW))
        np.subtract(plane.reshape(-1, TILE, TILE)[inner], slow.reshape(-1, TILE, TILE)[inner], out=parts[:, channel])
    green = rgb[..., 1].astype(np.int16)
    before, after = (slice(_RIM + by, by - _RIM) for by in (-1, 1))
    down = green[:, _RIM + 1 : 1 - _RIM : 2, inside] - green[:, _RIM - 1 : -_RIM - 1 : 2, inside]
    across = green[:, rows, after] - green[:, rows, before]
    # Twice the slopes: they are halved with the turn.
    parts[:, 3], parts[:, 4] = down, across
    flat = parts.reshape(len(rgb), 5, -1)
    products: NDArray[np.float32] = flat @ flat.transpose(0, 2, 1)
    return products


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
    weight = np.minimum(weight, np.quantile(weight, 0.8))
    corner, first = 0.0, weight
    for _ in range(4):
        total = float((weight * radius**2).sum())
        if total <= 0:
            return 0.0
        corner = float((weight * radius * shift).sum()) / total
        away = np.abs(shift - corner * radius)
        weight = weight * (away <= max(0.15, 2.5 * float(np.median(away))))
    # Flowers and corals have colours of their own, which shift one way here and another there.
    near = float(first[np.abs(shift - corner * radius) < TOGETHER].sum() / first.sum())
    return corner if near >= AGREED else corner / 2
