"""Focus, shake, upscaling and halos, from the edges and the spectrum of the best tiles."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np

from stockctl.check.measure.sample import TILE

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from stockctl.check.measure.sample import Tiles

# Tiles whose edges are looked at, those with the most fine detail first.
BEST = 112
# Blur that is added to compare with, in pixels; Zhuo and Sim use 1.
PROBE_SIGMA = 1.5
# Edges below this slope (levels per pixel) drown in noise.
MIN_SLOPE = 4.0
DIRECTIONS = 8
# Edges that a direction needs before it says anything.
MIN_EDGES = 120

_WINDOW = np.outer(np.hanning(TILE), np.hanning(TILE)).astype(np.float32)
_FREQUENCY = np.hypot(np.fft.fftfreq(TILE)[:, None], np.fft.rfftfreq(TILE)[None, :])
# Octaves of spatial frequency, cycles per pixel.
_BANDS = {
    "low": (0.014, 0.034),
    "mid": (0.060, 0.190),
    "below": (0.110, 0.220),
    "above": (0.300, 0.500),
}


@dataclass(frozen=True)
class Focus:
    """Measurements of the best tiles, and the tile that shows each best."""

    values: dict[str, float]
    tiles: dict[str, int]


def focus(found: Tiles, noise: float) -> Focus:
    """Measure sharpness on the tiles with the most detail.

    Values:
        blur_px: standard deviation of the blur of the sharpest edges, pixels
            (Zhuo and Sim, Defocus map estimation from a single image, 2011:
            the ratio of an edge's slope before and after a known blur). The
            best fifth of the edges in the best tiles decide, so a shallow depth
            of field does not count.
        shake: blur along the most blurred direction over that along the
            sharpest one; 1 is even. Edges are sorted by direction first.
        detail_db: power above 0.30 cycles per pixel over that of 0.11 to
            0.22, decibels, mean spectrum (Hann window) of the best tiles; an
            upscaled picture has none above its old Nyquist frequency.
        halo_db: power of 0.06 to 0.19 cycles per pixel over that of 0.014 to
            0.034, decibels; unsharp masking with a large radius raises it.

    `noise` (levels) is taken off the slopes and the spectrum.
    """
    order = np.argsort(found.activity)[::-1]
    best = order[:BEST]
    if len(best) == 0 or found.activity[best[0]] < 1.0:
        return Focus({}, {})
    luma = found.luma[best]
    values, tiles = _edges(luma, noise)
    values |= _spectrum(luma, noise)
    return Focus(values, {name: int(best[index]) for name, index in tiles.items()})


def _edges(luma: NDArray[np.float32], noise: float) -> tuple[dict[str, float], dict[str, int]]:
    flat = luma.reshape(-1, TILE)
    again = cv2.GaussianBlur(flat, (0, 0), PROBE_SIGMA, borderType=cv2.BORDER_REPLICATE)
    gx, gy = (cv2.Sobel(flat, cv2.CV_32F, *axes, ksize=3, scale=1 / 8) for axes in ((1, 0), (0, 1)))
    bx, by = (cv2.Sobel(again, cv2.CV_32F, *axes, ksize=3, scale=1 / 8) for axes in ((1, 0), (0, 1)))
    slope = cv2.magnitude(gx, gy)
    along = np.abs(gx) > np.abs(gy)
    peak = np.where(along, cv2.dilate(slope, np.ones((1, 3), np.uint8)), cv2.dilate(slope, np.ones((3, 1), np.uint8)))
    # The probe reaches 4 pixels; beyond a tile's rim there is another tile.
    rim = np.zeros((TILE, TILE), bool)
    rim[5:-5, 5:-5] = True
    usable = (slope >= peak) & (slope > max(MIN_SLOPE, 2.5 * noise)) & np.tile(rim, (len(luma), 1))
    where = np.flatnonzero(usable)
    if len(where) < MIN_EDGES:
        return {}, {}
    gx, gy = gx.ravel()[where], gy.ravel()[where]
    s0 = slope.ravel()[where]
    s1 = np.hypot(bx.ravel()[where], by.ravel()[where])
    blur = blur_from_slopes(s0, s1)
    tile = where // (TILE * TILE)
    # Strong edges only: the better half of each tile's, so that texture does not stand for edges.
    angle = np.arctan2(gy, gx) % np.pi
    sector = np.minimum((angle / np.pi * DIRECTIONS).astype(int), DIRECTIONS - 1)
    values = {"blur_px": _best(blur, s0)}
    per_direction = [
        _best(blur[sector == k], s0[sector == k])
        for k in range(DIRECTIONS)
        if np.count_nonzero(sector == k) >= MIN_EDGES
    ]
    if len(per_direction) >= DIRECTIONS // 2:
        values["shake"] = max(per_direction) / max(0.3, min(per_direction))
    # The tile whose edges come nearest to the figure shows it at 100 %.
    medians = {int(t): float(np.median(blur[tile == t])) for t in np.unique(tile) if np.count_nonzero(tile == t) >= 24}
    place = min(medians, key=medians.__getitem__) if medians else int(tile[0])
    return values, {"blur_px": place}


def _best(blur: NDArray[np.float32], slope: NDArray[np.float32]) -> float:
    """Return the blur of the best fifth among the stronger half of the edges."""
    strong = blur[slope >= np.median(slope)]
    return float(np.quantile(strong, 0.2))


def blur_from_slopes(before: NDArray[np.float32], after: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the standard deviation of an edge's blur in pixels from its slope before and after the probe's."""
    ratio = np.maximum(before / np.maximum(after, 1e-3), 1.02)
    return (PROBE_SIGMA / np.sqrt(ratio**2 - 1)).astype(np.float32)


def _spectrum(luma: NDArray[np.float32], noise: float) -> dict[str, float]:
    centred = (luma - luma.mean(axis=(1, 2), keepdims=True)) * _WINDOW
    power = np.abs(np.fft.rfft2(centred)) ** 2
    # White noise has the same power everywhere.
    floor = noise**2 * float((_WINDOW**2).sum())
    power = np.maximum(power - floor, 1e-3)
    power /= power.sum(axis=(1, 2), keepdims=True)
    mean = power.mean(axis=0)
    bands = {
        name: float(mean[(low <= _FREQUENCY) & (high >= _FREQUENCY)].mean()) for name, (low, high) in _BANDS.items()
    }
    return {
        "detail_db": 10 * float(np.log10(bands["above"] / bands["below"])),
        "halo_db": 10 * float(np.log10(bands["mid"] / bands["low"])),
    }
