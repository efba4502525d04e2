"""Traces of interpolation: what enlarging leaves in a picture, however sharp it was before."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from stockctl.check.measure.sample import Tiles

# Tiles with the most detail, which are looked at.
CHOSEN = 80
# A difference counts at most this often its tile's mean, so that one edge does not speak for a tile.
CAPPED = 4
# What counts as one, of the alternation (a share of the mean difference), of its certainty (standard errors), and of
# a peak (times the root mean square of the spectrum): of 356 good photos 2 to 3 % reach each, and are not soft.
ALTERNATION, CERTAIN, PEAK = 0.03, 7.0, 4.5
# Frequencies, cycles per pixel, at which a peak is looked for: below, things themselves repeat; at multiples of an
# eighth, JPEG's blocks do; and a half is the alternation's.
LOWEST, HIGHEST, BLOCKS = 0.13, 0.485, 0.008
# A difference of order k covers the pixels from i to i + k: the five places of a block of 8 that do not touch its rim.
_WITHIN = {2: slice(0, 5), 3: slice(0, 5)}
# The fourth difference of five neighbouring places: blind to all that runs smoothly within a block.
_ALTERNATING = np.array([1, -4, 6, -4, 1]) / 16


def traces(found: Tiles) -> dict[str, float]:
    """Look for traces of interpolation.

    Values:
        doubling, interpolation: how clearly differences of neighbouring pixels
            are larger and smaller in turns, in both directions; 1 is where it
            cannot be chance; of twofold enlargement alone, and of any. Pixels
            between two others are their mean, so that second and third
            differences repeat with the period of the enlargement
            (Gallagher, Detection of linear and cubic interpolation in JPEG
            compressed images, 2005; Popescu and Farid, Exposing digital
            forgeries by detecting traces of resampling, 2005). Twofold
            enlargement makes every other third difference the larger one; any
            other makes a peak in the spectrum of all tiles together, which lie
            at known places of one raster. Scaling down leaves such a peak too:
            only with softness is it enlargement.
    """
    chosen = np.argsort(found.activity)[::-1][:CHOSEN]
    if len(chosen) < CHOSEN // 4:
        return {"doubling": 0.0, "interpolation": 0.0}
    grey = found.grey[chosen].astype(np.float32)
    # Every other line tells as much, in half the time.
    sides = [
        _along(np.ascontiguousarray(planes), found.at[chosen, axis], found.size[axis])
        for planes, axis in ((grey[:, ::2], 1), (grey[:, :, ::2].transpose(0, 2, 1), 0))
    ]
    (one, peaks), (other, others) = sides
    twofold = min(one, other)
    peak = 0.0
    for (height, frequency), (second, same) in zip(peaks, others, strict=True):
        if abs(frequency - same) < BLOCKS:
            peak = max(peak, min(height, second) / PEAK)
    return {"doubling": float(twofold), "interpolation": float(max(twofold, peak))}


def _along(planes: NDArray[np.float32], at: NDArray[np.int64], length: int) -> tuple[float, list[tuple[float, float]]]:
    """Look along the rows of tiles (n, 32, 64) that begin at columns `at` of a picture of that length.

    Returns the alternation, 1 where it counts, and for second and third
    differences the highest peak with its frequency.
    """
    twofold, peaks = 0.0, []
    differences = planes[:, :, 1:] - planes[:, :, :-1]
    for order in (2, 3):
        differences = differences[:, :, 1:] - differences[:, :, :-1]
        magnitude = np.abs(differences)
        cap = np.floor(CAPPED * magnitude.mean(axis=(1, 2)) + 1)
        energy = np.minimum(magnitude, cap[:, None, None]).mean(axis=1)
        energy /= energy.mean(axis=1, keepdims=True) + 0.05
        if order == 3:
            turns = energy[:, :56].reshape(len(energy), 7, 8).mean(axis=1)[:, _WITHIN[order]] @ _ALTERNATING
            middle = float(np.median(turns))
            error = 1.4826 * float(np.median(np.abs(turns - middle))) / np.sqrt(len(turns)) + 1e-4
            twofold = min(middle / ALTERNATION, middle / error / CERTAIN)
        peaks.append(_peak(energy, at, length))
    return twofold, peaks


def _peak(energy: NDArray[np.float32], at: NDArray[np.int64], length: int) -> tuple[float, float]:
    """Return the highest peak of the spectrum of all tiles' energies (n, columns), and its frequency."""
    ordered, middle = np.sort(energy, axis=1), energy.shape[1] // 2
    left = energy - (ordered[:, middle, None] + ordered[:, -middle - 1, None]) / 2
    means = left.mean(axis=0)
    for phase in range(8):
        left[:, phase::8] -= means[phase::8].mean()
    np.clip(left, -0.6, 0.6, out=left)
    line = np.zeros(length, np.float32)
    for place, row in zip(at.tolist(), left, strict=True):
        line[place : place + len(row)] += row
    spectrum = np.abs(np.fft.rfft(line))
    told = _told(length)
    heights = spectrum[told]
    spread = float(np.sqrt(np.mean(heights**2))) if len(heights) else 0.0
    if spread <= 0:
        return 0.0, 0.0
    highest = int(np.argmax(heights))
    return float(heights[highest]) / spread, float(told[highest]) / length


@lru_cache(maxsize=8)
def _told(length: int) -> NDArray[np.int64]:
    """Return at which places of the spectrum of a line of that length a peak is looked for."""
    frequency = np.arange(length // 2 + 1) / length
    told = (frequency > LOWEST) & (frequency < HIGHEST)
    for block in (0.125, 0.25, 0.375):
        told &= np.abs(frequency - block) > BLOCKS
    return np.flatnonzero(told)
