"""How a clip moves: shake, flicker, frames that come twice, bars at its rims.

All is measured on frames that follow one another.

A shake is a change of speed from frame to frame of the whole picture (phase
correlation, Kuglin and Hines 1975): a pan and a drive move evenly, a hand does not.
"""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import cv2
import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

# Frames are compared at this width, and fewer of them tell nothing.
WIDTH = 320
LEAST = 12
# Levels by which neighbouring frames of a clip in motion differ on the mean, and those of a frame that came twice.
_MOVING, _SAME = 1.0, 0.12
# Levels by which frames of a picture that stands still differ on the mean: nothing is coded anew; those of the same
# picture at places far apart, between which it is coded anew; and of a frame that shows anything, how far they spread.
_STANDS, _ALIKE, _SHOWS = 0.02, 1.0, 4.0
# Where fewer frames than this differ from the one before, nothing moves, and none is missed.
_AT_LEAST_FRESH = 0.4
# The share of the difference between two frames that a shift of the whole must take away.
_WHOLE = 0.25
# A row of a bar: levels of its brightest pixels, and of what must be brighter beside it.
_BLACK, _BRIGHT = 24, 48


def small(frame: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Return a frame (height, width, 3; BGR) in grey, `WIDTH` pixels wide, float32 levels."""
    height, width = frame.shape[:2]
    size = (WIDTH, max(16, round(height * WIDTH / width)))
    grey = cv2.cvtColor(cv2.resize(frame, size, interpolation=cv2.INTER_AREA), cv2.COLOR_BGR2GRAY)
    return np.asarray(grey, np.float32)


def motion(run: Sequence[NDArray[np.float32]]) -> dict[str, float]:
    """Measure frames that follow one another, as `small` gives them.

    `shake`: by how much the picture's speed changes from frame to frame, in the
    median, thousandths of its width; `flicker`: by how much its brightness goes up
    and down, percent; `repeated`: share of frames that equal the one before in a
    clip that moves. Empty where there are fewer than `LEAST` frames.
    """
    if len(run) < LEAST:
        return {}
    differences = np.array([np.abs(other - one).mean() for one, other in itertools.pairwise(run)])
    fresh = differences > _SAME
    found = {"shake": _shake(run, fresh), "flicker": _flicker(np.array([frame.mean() for frame in run]))}
    moving = float(fresh.mean()) >= _AT_LEAST_FRESH and float(np.median(differences[fresh])) > _MOVING
    found["repeated"] = float((~fresh).mean()) if moving else 0.0
    return {name: round(value, 4) for name, value in found.items()}


def _shake(run: Sequence[NDArray[np.float32]], fresh: NDArray[np.bool_]) -> float:
    """Return the median change of the speed of the whole picture, thousandths of its width."""
    window = cv2.createHanningWindow(run[0].shape[::-1], cv2.CV_32F)
    moves, explained = [], []
    for number, (one, other) in enumerate(itertools.pairwise(run)):
        if fresh[number]:
            # OpenCV lays the window over what it is given.
            (x, y), _ = cv2.phaseCorrelate(one.copy(), other.copy(), window)
            moves.append((x, y))
            # What moves as a whole lies still when it is moved back; flames and crowds do not.
            back = np.array([[1, 0, -x], [0, 1, -y]], np.float32)
            still = cv2.warpAffine(other, back, one.shape[::-1], borderMode=cv2.BORDER_REFLECT)
            explained.append(1 - np.abs(still - one).mean() / np.abs(other - one).mean())
    if len(moves) < LEAST or float(np.median(explained)) < _WHOLE:
        return 0.0
    return float(np.median(np.hypot(*np.diff(moves, axis=0).T))) / WIDTH * 1000


def _flicker(means: NDArray[np.float64]) -> float:
    """Return the amplitude of what goes up and down around the means of neighbouring frames, percent."""
    away = means[1:-1] - (means[:-2] + means[2:]) / 2
    # A cut leaves two large values, a light that flickers all of them.
    return float(np.median(np.abs(away))) / max(float(means.mean()), 8.0) * 100


def stands(run: Sequence[NDArray[np.float32]]) -> bool:
    """Whether frames that follow one another, as `small` gives them, are one picture, and more than one even tone."""
    return (
        len(run) > 1
        and float(run[0].std()) > _SHOWS
        and all(float(np.abs(other - one).mean()) < _STANDS for one, other in itertools.pairwise(run))
    )


def frozen(places: Sequence[tuple[NDArray[np.float32], bool]]) -> dict[str, float]:
    """Measure how long a clip stands still, by frames of evenly spread places and whether each stands.

    `frozen`: share of the places in a row that show the same still picture;
    `moving`: share of those that do not stand; `frozen_like`: how much that still
    picture is like the nearest place that moves, a correlation, 0 to 1: a clip
    that stops is, a title or a photo before it is not. Empty where nothing stands.
    """
    if not any(still for _, still in places):
        return {}
    rows: list[list[int]] = []
    for number, (frame, still) in enumerate(places):
        if not still:
            continue
        last = rows[-1][-1] if rows else -2
        alike = last == number - 1 and float(np.abs(frame - places[last][0]).mean()) < _ALIKE
        if alike:
            rows[-1].append(number)
        else:
            rows.append([number])
    longest = max(rows, key=len)
    beside = [number for number in (longest[0] - 1, longest[-1] + 1) if 0 <= number < len(places)]
    likeness = [_likeness(places[longest[0]][0], places[number][0]) for number in beside if not places[number][1]]
    found = {
        "frozen": len(longest) / len(places),
        "moving": sum(not still for _, still in places) / len(places),
        "frozen_like": max(likeness, default=0.0),
    }
    return {name: round(value, 4) for name, value in found.items()}


def _likeness(one: NDArray[np.float32], other: NDArray[np.float32]) -> float:
    """Return how alike two small frames are at a glance, 0 to 1: the correlation of what is left of them at 32 × 18."""
    few = [np.asarray(cv2.resize(each, (32, 18), interpolation=cv2.INTER_AREA), np.float64) for each in (one, other)]
    one, other = (each - each.mean() for each in few)
    return max(0.0, float((one * other).sum() / max(1e-9, float(np.sqrt((one**2).sum() * (other**2).sum())))))


def bars(frames: Sequence[NDArray[np.uint8]]) -> float:
    """Return the share of the height, or of the width, that black bars on both sides take in all frames."""
    if not frames:
        return 0.0
    brightest = np.max([frame.max(axis=2) for frame in frames], axis=0)
    shares = []
    for axis in (1, 0):
        lines = np.percentile(brightest, 99, axis=axis)
        lit = np.flatnonzero(lines > _BLACK)
        if not lit.size or float(np.percentile(brightest, 90)) < _BRIGHT:
            continue
        before, behind = int(lit[0]), len(lines) - 1 - int(lit[-1])
        shares.append((before + behind) / len(lines) if min(before, behind) else 0.0)
    return max(shares, default=0.0)
