"""How steps and spectrum look where a picture is sharpened too much: rims beside its edges, all scales lifted alike.

An unsharp mask adds to each step a lobe on both sides, some pixels wide, and
lifts the finer half of the spectrum by the same factor. Harsh light, wires and
leaves have the one or the other here and there: both are weighed together, on
all steps of the tiles with the most detail, by a trained model.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import pairwise
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

# Rings of frequency, cycles per pixel, and those on whose mean the others' levels lie.
RINGS = tuple(pairwise(np.geomspace(0.03, 0.5, 13)))
BESIDE, MIDST = (0, 1, 6, 7, 8, 9, 10, 11), slice(2, 6)
# Distances from a step, pixels, at which its sides are asked, as places behind it.
AT, CLOSE = slice(1, 7), slice(1, 6)
# Shares of a step by which both sides go beyond their plateaus.
BEYOND = (0.02, 0.05, 0.08, 0.12, 0.18)


@dataclass(frozen=True)
class Seen:
    """What is known of a picture's sharpest tiles besides their pixels.

    `rings`: mean logarithm of their spectra in each of `RINGS`, decibels;
    `halos`: per cent, as `focus` tells them; `noise`: levels.
    """

    rings: NDArray[np.float64]
    halos: float
    noise: float


def oversharpening(grey: NDArray[np.uint8], seen: Seen) -> float | None:
    """Return the logarithm of the odds that tiles (n, 64, 64) were sharpened too much; None where they show few steps.

    A logistic regression over `signs`; its weights are made by
    `tests/benchmarks/pixels/train_sharpened.py` from camera photos as they are
    and at 0.6 of their size, against the same sharpened by 180 % with radius 2.
    """
    found = signs(grey, seen)
    if found is None:
        return None
    middle, scale, weights, constant = _model()
    return float((found - middle) / scale @ weights + constant)


def signs(grey: NDArray[np.uint8], seen: Seen) -> NDArray[np.float64] | None:
    """Return the numbers that tell too much sharpening, (42,); None where there are too few steps."""
    steps = [
        _profiles(np.ascontiguousarray(lines).reshape(-1, TILE))
        for lines in (grey[:, ::LINES], grey[:, :, ::LINES].transpose(0, 2, 1))
    ]
    profiles = np.concatenate(steps)
    if len(profiles) < FEWEST_STEPS:
        return None
    rings = seen.rings - seen.rings[MIDST].mean()
    amounts = [np.log(0.02 + seen.halos), np.log(0.05 + seen.noise), np.log(len(profiles))]
    return np.concatenate([rings[list(BESIDE)], amounts, _steps(profiles)])


@cache
def _model() -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64], float]:
    """Return the mean and the spread of each sign, its weight, and the constant."""
    model = json.loads(files(__package__).joinpath("rims.json").read_text(encoding="ascii"))
    return np.array(model["mean"]), np.array(model["spread"]), np.array(model["weights"]), model["constant"]


def _steps(profiles: NDArray[np.uint8]) -> NDArray[np.float64]:
    """Return what the steps along profiles (n, 19) have in common, (31,).

    How far their sides go beyond the plateaus, as shares of their heights, by
    the distance from the step: the middle one and the upper quarter's least of
    both sides' means, the upper quarter's least of the lesser side; the shares
    of the steps whose lesser side goes beyond by each of `BEYOND`; the
    logarithms of the middle height and of the one that a tenth reaches. Then of
    all: the middle one on the mean of both sides within 3 pixels; the upper
    quarter's least on the lesser side; the middle one and the upper fifth's
    least at its furthest within 5 pixels; the height again; the share of those
    whose lesser side goes beyond by 5 %, and of those that do so by 10 % at 3 pixels.
    """
    level = profiles[:: 1 + len(profiles) // MOST_STEPS].astype(np.float32)
    size, middle = FAR - NEAR + 1, FAR
    one, other = level[:, :size].mean(axis=1), level[:, -size:].mean(axis=1)
    share = (level - one[:, None]) / (other - one)[:, None]
    before, after = -share[:, middle - 1 :: -1], share[:, middle + 1 :] - 1
    both, lesser = (before + after) / 2, np.minimum(before, after)
    near = lesser[:, 1:4].mean(axis=1)
    heights = np.abs(other - one)
    low, high = before[:, :3].mean(axis=1), after[:, :3].mean(axis=1)
    least = np.minimum(low, high)
    furthest = (after[:, :5].max(axis=1) + before[:, :5].max(axis=1)) / 2
    return np.array(
        [
            *np.percentile(both[:, AT], (50, 75), axis=0).ravel(),
            *np.percentile(lesser[:, CLOSE], 75, axis=0),
            *((near > beyond).mean() for beyond in BEYOND),
            *np.log(np.percentile(heights, (50, 90)) + 1),
            np.median((low + high) / 2),
            np.percentile(least, 75),
            *np.percentile(furthest, (50, 80)),
            np.log(np.percentile(heights, 90)),
            (least > 0.05).mean(),
            ((before[:, 2] + after[:, 2]) / 2 > 0.1).mean(),
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
