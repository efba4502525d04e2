"""What was added to a picture: a border, a date."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import cv2
import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from stockctl.report.finding import Box

# A border's lines are even to this standard deviation, levels, and of one colour all around.
EVEN = 2.5
RAGGED = 0.005
# The picture begins where a line differs from the border by this many levels on most of its length.
STEP = 14
MOST = 0.55
# As much of a side as a border may take.
DEEPEST = 0.25


def border(srgb: NDArray[np.uint8], step: int) -> tuple[dict[str, float], dict[str, Box]]:
    """Measure a border of one colour; `srgb` is the thinned picture, one pixel in `step`.

    Values:
        border_share: share of the picture's area that even bars take, on all
            four sides or on two opposite ones, where the picture begins with a
            straight edge; 0 without them. A plain background does not end in
            one line, and a sky does not come back at the other side.
    """
    (top, bottom), (left, right) = _pair(srgb), _pair(srgb.swapaxes(0, 1))
    height, width = srgb.shape[:2]
    inner = (height - top - bottom) * (width - left - right)
    share = 1 - inner / (height * width)
    places = {}
    if share > 0:
        places["border_share"] = (
            (0, 0, width * step, max(top, 1) * step) if top else (0, 0, max(left, 1) * step, height * step)
        )
    return {"border_share": share}, places


def _first(picture: NDArray[np.uint8]) -> NDArray[np.float64] | None:
    """Return the colour of the first line; None where it is not even."""
    half = len(picture[0]) // 2
    apart = cv2.absdiff(picture[0][:half], picture[0][half : 2 * half])
    # Of two pixels so far apart one is no part of an even line: most pictures need no median.
    if float((apart > 6 * EVEN).any(axis=1).sum()) > RAGGED * len(picture[0]):
        return None
    colour: NDArray[np.float64] = np.median(picture[0], axis=0)
    ragged = float((np.abs(picture[0] - colour).max(axis=1) > 3 * EVEN).mean())
    return colour if ragged < RAGGED else None


def _bar(picture: NDArray[np.uint8], colour: NDArray[np.float64]) -> int:
    """Return how many lines from the first on are one even bar of this colour that ends in an edge."""
    deepest = max(2, int(len(picture) * DEEPEST))
    away = np.abs(picture[: deepest + 2] - colour).max(axis=2)
    even = (away > 3 * EVEN).mean(axis=1) < RAGGED
    depth = int(np.argmin(even)) if not even.all() else len(away)
    if depth > deepest or depth >= len(away):
        return 0
    # The edge may be blurred over a line or two by resampling.
    begins = max(float((away[line] > STEP).mean()) for line in range(depth, min(depth + 2, len(away))))
    return depth if begins > MOST else 0


def _pair(picture: NDArray[np.uint8]) -> tuple[int, int]:
    """Return how many lines the bars at both ends take; 0 and 0 where they are not a pair of one colour."""
    one, other = _first(picture), _first(picture[::-1])
    if one is None or other is None or float(np.abs(one - other).max()) > 2 * EVEN:
        return 0, 0
    first = _bar(picture, one)
    second = _bar(picture[::-1], other) if first else 0
    return (first, second) if second else (0, 0)


# Where a camera prints the date: the lower corners, as shares of height and width.
STAMP_HEIGHT, STAMP_WIDTH = 0.16, 0.42


def date_stamp(srgb: NDArray[np.uint8], step: int) -> tuple[dict[str, float], dict[str, Box]]:
    """Look for a date in the glowing orange, yellow or red that cameras print it in.

    Values:
        stamp_characters: the longest row of separate strokes of one height and
            one such colour in a lower corner (after Xiao and others' connected
            components of text, simplified to seven-segment digits).
    """
    height, width = srgb.shape[:2]
    top = int(height * (1 - STAMP_HEIGHT))
    best, place = 0, None
    span = int(width * STAMP_WIDTH)
    for left in (0, width - span):
        corner = np.ascontiguousarray(srgb[top:, left : left + span])
        hue, saturation, value = cv2.split(cv2.cvtColor(corner, cv2.COLOR_RGB2HSV))
        glowing = ((hue < 32) | (hue > 172)) & (saturation > 130) & (value > 170)
        if not 20 < np.count_nonzero(glowing) < glowing.size * 0.12:
            continue
        joined = cv2.morphologyEx(glowing.astype(np.uint8), cv2.MORPH_CLOSE, np.ones((3, 3), np.uint8))
        _, _, boxes, _ = cv2.connectedComponentsWithStats(joined)
        row = _row(boxes[1:], len(corner))
        if len(row) > best:
            best = len(row)
            x0, y0 = row[:, 0].min(), row[:, 1].min()
            x1, y1 = (row[:, 0] + row[:, 2]).max(), (row[:, 1] + row[:, 3]).max()
            place = tuple(int(v) * step for v in (left + x0, top + y0, x1 - x0, y1 - y0))
    places: dict[str, Box] = {"stamp_characters": place} if place and len(place) == 4 else {}
    return {"stamp_characters": float(best)}, places


def _row(boxes: NDArray[Any], height: int) -> NDArray[Any]:
    """Return the most components (x, y, w, h, area) that stand in one row, of one height, close together."""
    tall = boxes[(boxes[:, 3] >= 5) & (boxes[:, 3] < height * 0.6) & (boxes[:, 2] <= 1.3 * boxes[:, 3])]
    best = tall[:0]
    for _, y, _, h, _ in tall[:40]:
        same = tall[
            (np.abs(tall[:, 1] + tall[:, 3] - y - h) <= max(1, 0.2 * h)) & (np.abs(tall[:, 3] - h) <= max(1, 0.2 * h))
        ]
        same = same[np.argsort(same[:, 0])]
        gaps = same[1:, 0] - same[:-1, 0]
        if len(same) > len(best) and (len(gaps) == 0 or (gaps.max() <= 3.5 * h and gaps.min() >= 0.3 * h)):
            best = same
    return best
