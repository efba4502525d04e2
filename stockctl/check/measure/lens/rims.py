"""How steps and spectrum look where a picture is sharpened too much: rims beside its edges, all scales lifted alike.

An unsharp mask adds to each step a lobe on both sides, some pixels wide, and
lifts the finer half of the spectrum by the same factor. Harsh light, wires and
leaves have the one or the other here and there: both are weighed together, on
all steps of the tiles with the most detail.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

from stockctl.check.measure.sample import TILE

if TYPE_CHECKING:
    from numpy.typing import NDArray

# In one line of so many, steps are looked for.
LINES = 12
# A step's plateaus: from and to which distance of it they reach, pixels, how far they lie apart at least, levels (they
# are uneven by half of that at most), and the levels between which both lie, so that a rim has room.
NEAR, FAR, STEP, ROOM = 6, 9, 16, (20, 235)
# Central difference of the steepest place of a step, levels.
STEEP = 8
# Fewer steps, as lamps in the dark have, tell nothing.
FEWEST_STEPS = 75
# Where there are more, some of them tell as much.
MOST_STEPS = 512

# Rings of frequency, cycles per pixel, whose mean logarithms are weighed, and each one's weight per decibel.
RINGS = ((0.046, 0.065), (0.065, 0.09), (0.17, 0.22), (0.35, 0.42))
RING_WEIGHTS = np.array([-0.18, -0.0882, 0.0682, 0.0815])
# What each number of the steps weighs, in the order of `_steps`. These weights are of a logistic regression (ridge 4)
# over 178 photos of 117 cameras, as they are, at 0.6 of their size and with a film's grain, against the same sharpened
# by 180 % with radius 2; with a tenth of the cameras left out in turn, 78 % of the sharpened lie above 0, and none of
# the good ones.
STEP_WEIGHTS = np.array([-16.327, -6.9438, 6.7334, 5.5332, 0.8935, 26.8605, 11.8858])
CONSTANT = -4.96


def oversharpening(grey: NDArray[np.uint8], rings: NDArray[np.float64]) -> float | None:
    """Return how surely tiles (n, 64, 64) were sharpened too much; None where they show few steps.

    Where it is above 0, more speaks for it than against it. `rings` holds the mean logarithm of their spectra in
    each of `RINGS`, decibels.
    """
    steps = [
        _profiles(np.ascontiguousarray(lines).reshape(-1, TILE))
        for lines in (grey[:, ::LINES], grey[:, :, ::LINES].transpose(0, 2, 1))
    ]
    profiles = np.concatenate(steps)
    if len(profiles) < FEWEST_STEPS:
        return None
    return float(rings @ RING_WEIGHTS + _steps(profiles) @ STEP_WEIGHTS + CONSTANT)


def _steps(profiles: NDArray[np.uint8]) -> NDArray[np.float64]:
    """Return what the steps along profiles (n, 19) have in common.

    How far their sides go beyond the plateaus, as shares of their heights: the
    middle one on the mean of both sides within 3 pixels; the upper quarter's
    least on the lesser side; the middle one and the upper fifth's least at its
    furthest within 5 pixels. Then the logarithm of the height that a tenth
    reaches; the share of those whose lesser side goes beyond by 5 %; and of those that do so by 10 % at 3 pixels.
    """
    level = profiles[:: 1 + len(profiles) // MOST_STEPS].astype(np.float32)
    size, middle = FAR - NEAR + 1, FAR
    one, other = level[:, :size].mean(axis=1), level[:, -size:].mean(axis=1)
    share = (level - one[:, None]) / (other - one)[:, None]
    before, after = -share[:, middle - 3 : middle], share[:, middle + 1 : middle + 4] - 1
    low, high = before.mean(axis=1), after.mean(axis=1)
    lesser = np.minimum(low, high)
    furthest = (share[:, middle + 1 : middle + 6].max(axis=1) - 1 - share[:, middle - 5 : middle].min(axis=1)) / 2
    return np.array(
        [
            np.median((low + high) / 2),
            np.percentile(lesser, 75),
            *np.percentile(furthest, (50, 80)),
            np.log(np.percentile(np.abs(other - one), 90)),
            (lesser > 0.05).mean(),
            ((before[:, 0] + after[:, 2]) / 2 > 0.1).mean(),
        ]
    )


def _profiles(lines: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return the levels around each step along lines (n, 64) that stands alone between even plateaus, (m, 19)."""
    side, across = np.ones((1, FAR - NEAR + 1), np.uint8), np.ones((1, 2 * NEAR - 1), np.uint8)
    mean, high, low = cv2.blur(lines, side.shape[::-1]), cv2.dilate(lines, side), cv2.erode(lines, side)
    slope = np.zeros_like(lines)
    slope[:, 1:-1] = cv2.absdiff(np.ascontiguousarray(lines[:, 2:]), np.ascontiguousarray(lines[:, :-2]))
    steepest = np.asarray(cv2.dilate(slope, across))
    inside = slice(FAR + 1, TILE - FAR - 1)
    # OpenCV's windows of even length lie around their third place of four.
    ends = [slice(inside.start + by, inside.stop + by) for by in (side.size // 2 - FAR, side.size // 2 + NEAR)]
    one, other = (np.asarray(mean)[:, end] for end in ends)
    one, other = np.ascontiguousarray(one), np.ascontiguousarray(other)
    height = np.asarray(cv2.absdiff(one, other), np.uint8)
    uneven = np.maximum(*(np.asarray(cv2.subtract(high, low))[:, end] for end in ends))
    steep = np.ascontiguousarray(slope[:, inside])
    alone = steep == steepest[:, inside]
    alone &= (steep >= STEEP) & (height >= STEP) & (uneven <= height >> 1)
    alone &= (np.minimum(one, other) >= ROOM[0]) & (np.maximum(one, other) <= ROOM[1])
    rows, columns = np.nonzero(alone)
    around = columns[:, None] + inside.start + np.arange(-FAR, FAR + 1)
    found: NDArray[np.uint8] = lines[rows[:, None], around]
    return found
