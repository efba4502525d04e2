"""Exposure, clipping, contrast and steps of tone, from the thinned-out picture."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

from stockctl.check.measure.sample import levels

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from stockctl.check.measure.sample import Thin
    from stockctl.report.finding import Box

# Levels at which a channel has run out, with room for JPEG's rounding.
FULL, EMPTY = 253, 2
# A clipped area is looked for in a raster of this many cells along the longer side.
CELLS = 24


def tone(whole: Thin) -> tuple[dict[str, float], dict[str, Box]]:
    """Measure exposure, clipping and contrast.

    Values, levels 0 to 255 of luma (ITU-R BT.601) in sRGB unless said otherwise:
        black_point, median, white_point: luma that 1, 50 and 99 % of the pixels do not exceed.
        peak: luma that 99.9 % do not exceed.
        contrast: white_point less black_point.
        clipped: share of the pixels with a channel at its end, in the file's own
            space, in which it was recorded, 0 to 1.
        clipped_colour: share of bright pixels with a channel at its end and
            another well below it: colour is lost there, which a white
            background does not do.
        blocked: share of the pixels with every channel at 0.
    """
    luma, step = whole.luma, whole.step
    cumulative = np.cumsum(levels(luma)) / luma.size
    points = {
        name: float(np.searchsorted(cumulative, share))
        for name, share in (
            ("black_point", 0.01),
            ("dark", 0.25),
            ("median", 0.5),
            ("white_point", 0.99),
            ("peak", 0.999),
        )
    }
    red, green, blue = whole.planes
    top, bottom = cv2.max(cv2.max(red, green), blue), cv2.min(cv2.min(red, green), blue)
    full = top >= FULL
    coloured = full & (bottom < 235) & (luma > 150)
    values = {
        **points,
        "contrast": points["white_point"] - points["black_point"],
        "clipped": np.count_nonzero(full) / luma.size,
        "clipped_colour": np.count_nonzero(coloured) / luma.size,
        "blocked": np.count_nonzero(top <= EMPTY) / luma.size,
        "bright": 1 - float(cumulative[224]),
    }
    places = {}
    if values["clipped"]:
        places["clipped"] = _densest(full, step)
    places["blocked"] = _densest(luma < max(8.0, points["black_point"]), step)
    return values, places


def _densest(mask: NDArray[np.bool_], step: int) -> Box:
    """Return the cell of the picture in which most of a mask lies, in full pixels."""
    mask, step = mask[::2, ::2], step * 2
    height, width = mask.shape
    side = max(1, max(height, width) // CELLS)
    share = cv2.boxFilter(mask.astype(np.uint8), cv2.CV_32F, (side, side))
    y, x = divmod(int(np.argmax(share)), width)
    left, top = max(0, min(x - side // 2, width - side)), max(0, min(y - side // 2, height - side))
    return (left * step, top * step, side * step, side * step)


# Distances between occupied levels that posterising leaves: 4 of 6 bits, 8 of 5, 16 of 4.
_PERIODS = (4, 8, 16)
# A picture with fewer levels than this is nearly one tone: nothing runs smoothly in it.
FEWEST_LEVELS = 48


def banding(whole: Thin) -> dict[str, float]:
    """Measure how much a picture's tones stand in steps.

    Values:
        banding: share of the levels' variation that repeats every 4, 8 or 16
            levels, 0 (smooth) to 1 (a comb), the most comb-like channel, because
            JPEG's colour subsampling fills the gaps of the others; on each
            channel's histogram in the file's own space, even peaks held down
            so that one flat sky is no comb.
    """
    return {"banding": max(comb(each) for each in whole.levels)}


def comb(histogram: NDArray[np.float64]) -> float:
    """Return the strength, 0 to 1, of a comb of 4, 8 or 16 levels in a histogram (256,)."""
    inner = histogram[2:-2]
    if inner.sum() < 1000:
        return 0.0
    smooth = np.convolve(inner, np.ones(33) / 33, mode="same")
    # Where the picture has hardly any pixels, there is nothing to count.
    populated = smooth > 0.02 * smooth.max()
    if np.count_nonzero(populated) < FEWEST_LEVELS:
        return 0.0
    relative = np.minimum(inner / np.maximum(smooth, 1e-9), 3.0)
    # Less its mean, so that the ends of the populated range make no wave of their own.
    centred = np.where(populated, relative - relative[populated].mean(), 0.0)
    places = np.arange(len(inner))
    waves = [abs(np.sum(centred * np.exp(2j * np.pi * places / period))) for period in _PERIODS]
    return float(max(waves) / np.count_nonzero(populated))
