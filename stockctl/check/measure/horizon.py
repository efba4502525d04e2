"""The tilt of the horizon, where a picture has one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import cv2
import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from stockctl.report.finding import Box

# Side to which a picture is reduced, pixels, and the angles that can be a mistake, degrees.
SIDE = 300
STEEPEST = 8.0
# A horizon parts the picture on most of its width, and what lies above and below differs.
SPAN = 0.7
DIFFERENT = 18.0
# How far above and below a line that is compared, pixels, and as much of the width as the line stays inside for.
BESIDE = 6
INSIDE = 0.95


def horizon(luma: NDArray[np.uint8], step: int) -> tuple[dict[str, float], dict[str, Box]]:
    """Measure the tilt of a horizon; `luma` is the thinned picture's, one pixel in `step`.

    Values:
        horizon_tilt: magnitude of horizon_degrees.
        horizon_degrees: angle of the one long straight line that parts a
            brighter upper from a darker lower part nearly horizontally, degrees,
            clockwise positive (probabilistic Hough transform: Matas, Galambos
            and Kittler, 2000); left out where no line does.
    """
    scale = SIDE / max(luma.shape)
    reduced = cv2.GaussianBlur(cv2.resize(luma, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), (0, 0), 1.2)
    width = reduced.shape[1]
    edges = _edges(reduced)
    if edges is None:
        return {}, {}
    lines = cv2.HoughLinesP(edges, 1, np.pi / 720, 60, minLineLength=int(width * 0.3), maxLineGap=int(width * 0.05))
    if lines is None:
        return {}, {}
    best: tuple[float, float, NDArray[np.float64]] | None = None
    for line in lines.reshape(-1, 4).astype(np.float64):
        x0, y0, x1, y1 = line
        angle = float(np.degrees(np.arctan2(y1 - y0, x1 - x0)))
        if abs(angle) > STEEPEST or abs(x1 - x0) < width * 0.3:
            continue
        found = _parts(reduced, line)
        if found >= SPAN and (best is None or abs(x1 - x0) > best[0]):
            best = (abs(x1 - x0), angle, line)
    if best is None:
        return {}, {}
    _, angle, (x0, y0, x1, y1) = best
    back = step / scale
    top = min(y0, y1) * back
    box = (int(min(x0, x1) * back), int(top), int(abs(x1 - x0) * back), max(1, int(abs(y1 - y0) * back)))
    return {"horizon_degrees": angle, "horizon_tilt": abs(angle)}, {"horizon_degrees": box}


def _edges(luma: NDArray[Any]) -> NDArray[np.uint8] | None:
    """Return the edges that a horizon can be made of, 255 at each; None where they do not span the picture.

    A line is looked for through every edge, at every angle, so edges that are
    not brighter above, or nearer to upright, would cost most of the time.
    """
    parted = luma[: -2 * BESIDE].astype(np.int16) - luma[2 * BESIDE :] > DIFFERENT
    if parted.any(axis=0).mean() < SPAN * INSIDE:
        return None
    near = np.zeros(luma.shape, np.uint8)
    near[BESIDE:-BESIDE] = cv2.dilate(parted.astype(np.uint8), np.ones((5, 1), np.uint8))
    across, down = cv2.Sobel(luma, cv2.CV_16S, 1, 0), cv2.Sobel(luma, cv2.CV_16S, 0, 1)
    near[np.abs(across) > -down] = 0
    return np.asarray(cv2.Canny(luma, 40, 100) * near, np.uint8)


def _parts(luma: NDArray[Any], line: NDArray[np.float64]) -> float:
    """Return on which share of the width the line has brighter pixels above it than below."""
    height, width = luma.shape
    x0, y0, x1, y1 = line
    xs = np.arange(4, width - 4)
    ys = np.rint(y0 + (xs - x0) * (y1 - y0) / (x1 - x0)).astype(int)
    inside = (ys >= 8) & (ys < height - 8)
    if inside.mean() < INSIDE:
        return 0.0
    xs, ys = xs[inside], ys[inside]
    above = luma[ys - BESIDE, xs].astype(float)
    below = luma[ys + BESIDE, xs].astype(float)
    return float((above - below > DIFFERENT).mean())
