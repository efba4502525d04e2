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
CHOSEN = 96
OUTER = 0.35
MIN_TILES = 12


def fringing(found: Tiles) -> tuple[dict[str, float], int | None]:
    """Measure the radial shift of red and blue against green.

    Values:
        fringing_px: how much further from (or nearer to) the centre red or blue
            lies than green, in pixels, reckoned for the picture's corner from
            one magnification for the whole picture (Kang, Automatic removal of
            chromatic aberration from a single image, 2007).

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
    direction = offset[chosen] / np.hypot(offset[chosen, 0], offset[chosen, 1])[:, None]
    planes = found.rgb[chosen].astype(np.float32)
    green = planes[..., 1]
    slopes = _slopes(green)
    radial = slopes[0] * direction[:, 0, None, None] + slopes[1] * direction[:, 1, None, None]
    tangential = slopes[1] * direction[:, 0, None, None] - slopes[0] * direction[:, 1, None, None]
    fine = _detail(green)
    fits = [_shift(_detail(planes[..., channel]), fine, radial, tangential) for channel in (0, 2)]
    shifts = []
    for shift, weight in fits:
        shifts.append(_magnification(shift, weight, radius[chosen]))
    most = int(np.argmax([abs(shift) for shift in shifts]))
    shift, weight = fits[most]
    visible = np.abs(shift) * np.sqrt(weight) * (np.abs(shift) < 4)
    return {"fringing_px": max(abs(value) for value in shifts)}, int(chosen[int(np.argmax(visible))])


def _slopes(plane: NDArray[np.float32]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    down, across = np.zeros_like(plane), np.zeros_like(plane)
    down[:, 1:-1] = (plane[:, 2:] - plane[:, :-2]) / 2
    across[:, :, 1:-1] = (plane[:, :, 2:] - plane[:, :, :-2]) / 2
    return down, across


def _detail(plane: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return a plane without its slow changes, so that the colour of things does not count."""
    flat = plane.reshape(-1, TILE)
    return (flat - cv2.blur(flat, (9, 9))).reshape(plane.shape)


def _shift(
    channel: NDArray[np.float32],
    fine: NDArray[np.float32],
    radial: NDArray[np.float32],
    tangential: NDArray[np.float32],
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return each tile's radial shift in pixels, outward positive, and its certainty."""
    inner = slice(5, -5)
    parts = [part[:, inner, inner].reshape(len(part), -1) for part in (fine, radial, tangential)]
    design = np.stack(parts, axis=2).astype(np.float64)
    target = channel[:, inner, inner].reshape(len(channel), -1).astype(np.float64)
    normal = np.einsum("npi,npj->nij", design, design) + 1e-3 * np.eye(3)
    right = np.einsum("npi,np->ni", design, target)
    answer = np.linalg.solve(normal, right[..., None])[..., 0]
    left_over = ((target - np.einsum("npi,ni->np", design, answer)) ** 2).mean(axis=1) + 1.0
    gain = answer[:, 0]
    # A channel that hardly follows green there tells nothing.
    sound = gain > 0.2
    shift = np.where(sound, -answer[:, 1] / np.where(sound, gain, 1), 0)
    weight = np.where(sound, normal[:, 1, 1] * gain**2 / left_over, 0)
    return shift, weight


def _magnification(shift: NDArray[np.float64], weight: NDArray[np.float64], radius: NDArray[np.float64]) -> float:
    """Return the shift at the corner that fits all tiles, those far from the rest left out in turns."""
    weight = np.minimum(weight, np.quantile(weight, 0.9))
    corner = 0.0
    for _ in range(4):
        total = float((weight * radius**2).sum())
        if total <= 0:
            return 0.0
        corner = float((weight * radius * shift).sum()) / total
        away = np.abs(shift - corner * radius)
        weight = weight * (away <= max(0.15, 2.5 * float(np.median(away))))
    return corner
