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
    towards = (offset[chosen] / np.hypot(offset[chosen, 0], offset[chosen, 1])[:, None]).astype(np.float32)
    planes = [
        np.asarray(plane, np.float32).reshape(-1, TILE, TILE)
        for plane in cv2.split(found.rgb[chosen].reshape(-1, TILE, 3))
    ]
    down, across = _slopes(planes[1])
    radial = down * towards[:, 0, None, None] + across * towards[:, 1, None, None]
    tangential = across * towards[:, 0, None, None] - down * towards[:, 1, None, None]
    design = np.stack([_inner(part) for part in (_detail(planes[1]), radial, tangential)], axis=2)
    fits = [_shift(_inner(_detail(planes[channel])), design) for channel in (0, 2)]
    red, blue = (_magnification(shift, weight, radius[chosen]) for shift, weight in fits)
    apart = np.abs(fits[0][0] - fits[1][0])
    visible = np.where(apart < FARTHEST, apart, 0) * np.sqrt(np.minimum(fits[0][1], fits[1][1]))
    return {"fringing_px": abs(red - blue)}, int(chosen[int(np.argmax(visible))])


def _slopes(plane: NDArray[np.float32]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    down, across = np.zeros_like(plane), np.zeros_like(plane)
    down[:, 1:-1] = (plane[:, 2:] - plane[:, :-2]) / 2
    across[:, :, 1:-1] = (plane[:, :, 2:] - plane[:, :, :-2]) / 2
    return down, across


def _detail(plane: NDArray[np.float32]) -> NDArray[np.float32]:
    flat = plane.reshape(-1, TILE)
    return (flat - cv2.blur(flat, (SLOW, SLOW))).reshape(plane.shape)


def _inner(plane: NDArray[np.float32]) -> NDArray[np.float32]:
    return plane[:, 4:-4, 4:-4].reshape(len(plane), -1)


def _shift(target: NDArray[np.float32], design: NDArray[np.float32]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return each tile's radial shift in pixels of the whole picture, outward positive, and its certainty."""
    turned = design.transpose(0, 2, 1)
    normal = (turned @ design).astype(np.float64) + 1e-3 * np.eye(3)
    right = (turned @ target[..., None]).astype(np.float64)
    answer = np.linalg.solve(normal, right)[..., 0]
    left_over = ((target - np.einsum("npi,ni->np", design, answer.astype(np.float32))) ** 2).mean(axis=1) + 0.5
    gain = answer[:, 0]
    sound = gain > FOLLOWS
    shift = np.where(sound, -answer[:, 1] / np.where(sound, gain, 1), 0)
    weight = np.where(sound, normal[:, 1, 1] * gain**2 / left_over, 0)
    return shift, weight


def _magnification(shift: NDArray[np.float64], weight: NDArray[np.float64], radius: NDArray[np.float64]) -> float:
    """Return the shift at the corner that fits all tiles, those far from the rest left out in turns."""
    weight = np.where(np.abs(shift) < FARTHEST, weight, 0)
    weight = np.minimum(weight, np.quantile(weight, 0.8))
    corner = 0.0
    for _ in range(4):
        total = float((weight * radius**2).sum())
        if total <= 0:
            return 0.0
        corner = float((weight * radius * shift).sum()) / total
        away = np.abs(shift - corner * radius)
        weight = weight * (away <= max(0.15, 2.5 * float(np.median(away))))
    return corner
