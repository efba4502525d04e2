"""Traces of interpolation: what enlarging leaves in a picture, however sharp it was before."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import cv2
import numpy as np

from stockctl.check.measure.ranks import median
from stockctl.check.measure.sample import TILE

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
# Where two rasters are neither in step nor against each other, up to this cosine, nothing alternates.
TURNED = 0.4
# Frequencies, cycles per pixel, at which a peak is looked for: below, things themselves repeat; at multiples of an
# eighth, JPEG's blocks do; and a half is the alternation's.
LOWEST, HIGHEST, BLOCKS = 0.13, 0.485, 0.008
# A third difference covers the pixels from i to i + 3: the five places of a block of 8 that do not touch its rim.
_WITHIN = slice(0, 5)
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
    grey = found.grey[chosen]
    # Every other line tells as much, in half the time.
    sides = [
        _along(_energies(grey[:, ::2].astype(np.int16), 1), found.at[chosen, 1], found.size[1]),
        _along(_energies(grey[:, :, ::2].astype(np.int16), TILE // 2), found.at[chosen, 0], found.size[0]),
    ]
    (one, peaks), (other, others) = sides
    twofold = min(one, other)
    peak = 0.0
    for (height, frequency), (second, same) in zip(peaks, others, strict=True):
        if abs(frequency - same) < BLOCKS:
            peak = max(peak, min(height, second) / PEAK)
    return {"doubling": float(twofold), "interpolation": float(max(twofold, peak))}


def _energies(planes: NDArray[np.int16], step: int) -> list[NDArray[np.float32]]:
    """Return how large second and third differences are at each place along tiles, against each tile's mean.

    `planes` are tiles (n, 32, 64) with differences along the last axis (`step`
    1), or (n, 64, 32) with differences along the middle one (`step` 32). The
    answers have the shape (n, 62) and (n, 61).
    """
    # In whole levels and as one line: what runs from one row into the next falls on places that are left out.
    differences, lines = planes.reshape(-1), TILE // 2
    differences = differences[step:] - differences[:-step]
    answers = []
    for order in (2, 3):
        differences = differences[step:] - differences[:-step]
        magnitude = np.zeros(planes.shape, np.int16)
        np.abs(differences, out=magnitude.reshape(-1)[: len(differences)])
        places = TILE - order
        # At most 32 × 2040.
        sums = _sums(magnitude, step)[:, :places]
        cap = np.floor(CAPPED * sums.sum(axis=1) / np.float32(lines * places) + 1)
        np.minimum(magnitude, cap.astype(np.int16)[:, None, None], out=magnitude)
        energy = _sums(magnitude, step)[:, :places] / np.float32(lines)
        energy /= energy.mean(axis=1, keepdims=True) + np.float32(0.05)
        answers.append(energy)
    return answers


def _sums(magnitude: NDArray[np.int16], step: int) -> NDArray[np.float32]:
    """Return the sums over the lines of tiles, (n, 64)."""
    whole = magnitude.view(np.uint16)
    if step == 1:
        return np.asarray(whole.sum(axis=1, dtype=np.uint16), np.float32)
    sums = cv2.reduce(whole.reshape(-1, TILE // 2), 1, cv2.REDUCE_SUM, dtype=cv2.CV_32F)
    return np.asarray(sums, np.float32).reshape(-1, TILE)


def _along(
    energies: list[NDArray[np.float32]], at: NDArray[np.int64], length: int
) -> tuple[float, list[tuple[float, float]]]:
    """Look along tiles that begin at places `at` of a picture of that length, by the energies of their differences.

    Returns the alternation, 1 where it counts, and for second and third
    differences the highest peak with its frequency.
    """
    turns = energies[1][:, :56].reshape(len(at), 7, 8).mean(axis=1)[:, _WITHIN] @ _ALTERNATING
    # A side that is not twice the old one to the pixel turns over once on its way.
    phase = np.cos(np.pi * (at + TILE / 2) / length)
    before, after = turns[phase > TURNED], turns[phase < -TURNED]
    over = (min(_alternation(sign * before), _alternation(-sign * after)) for sign in (1, -1))
    twofold = max(_alternation(turns), *over)
    return twofold, [_peak(energy, at, length) for energy in energies]


def _alternation(turns: NDArray[np.float32]) -> float:
    """Return how clearly the tiles' alternations (n,) are above 0; 1 where it counts."""
    if not len(turns):
        return 0.0
    middle = median(turns)
    error = 1.4826 * median(np.abs(turns - middle)) / np.sqrt(len(turns)) + 1e-4
    return float(min(middle / ALTERNATION, middle / error / CERTAIN))


def _peak(energy: NDArray[np.float32], at: NDArray[np.int64], length: int) -> tuple[float, float]:
    """Return the highest peak of the spectrum of all tiles' energies (n, columns), and its frequency."""
    ordered, middle = np.sort(energy, axis=1), energy.shape[1] // 2
    left = energy - (ordered[:, middle, None] + ordered[:, -middle - 1, None]) / 2
    places = np.arange(left.shape[1])
    phases = np.bincount(places % 8, left.mean(axis=0)) / np.bincount(places % 8)
    left -= phases.astype(np.float32)[places % 8]
    np.clip(left, -0.6, 0.6, out=left)
    line = np.bincount((at[:, None] + places).ravel(), left.ravel(), length).astype(np.float32)
    told = _told(length)
    heights = np.abs(np.fft.rfft(line)[told])
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
