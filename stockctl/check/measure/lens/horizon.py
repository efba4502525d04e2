"""The tilt of the horizon, where a picture has one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import cv2
import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from stockctl.check.measure.sample import Thin
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
# Columns with an edge on the line, as a share of the width, at least, before it is fitted and after; lines tried, the
# strongest first; and how far from a line, pixels, an edge still belongs to it.
LONG, STRAIGHT = 0.3, 0.72
TRIED = 12
# Steps of luma that are edges, weak ones where a strong one begins; as much of a sky as may be edges; and as much of
# the height as it takes at least.
STRONG = (40, 100)
BUSY, SKY = 0.02, 0.2
NEAR = 2.0


def horizon(whole: Thin) -> tuple[dict[str, float], dict[str, Box]]:
    """Measure the tilt of a horizon.

    Values:
        horizon_tilt: magnitude of horizon_degrees.
        horizon_degrees: angle of the one long straight line that parts a
            brighter upper from a darker lower part nearly horizontally, degrees,
            clockwise positive (Hough transform: Duda and Hart, 1972; then the
            least squares line of its edges); left out where no line does, or
            where what lies above is no sky: shelves, walls and ridges slope by right.
    """
    scale = SIDE / max(whole.half.shape)
    reduced = cv2.resize(whole.half, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    reduced = cv2.GaussianBlur(reduced, (0, 0), 1.2)
    width = reduced.shape[1]
    edges = _edges(reduced)
    if edges is None:
        return {}, {}
    steepest = np.deg2rad(STEEPEST)
    lines = cv2.HoughLines(
        edges, 1, np.pi / 720, int(width * LONG), min_theta=np.pi / 2 - steepest, max_theta=np.pi / 2 + steepest
    )
    for rho, theta in [] if lines is None else lines.reshape(-1, 2)[:TRIED].astype(np.float64).tolist():
        slope, start = -1 / np.tan(theta), rho / np.sin(theta)
        xs, slope, start = _fitted(edges, slope, start)
        if len(xs) < width * STRAIGHT or _parts(reduced, slope, start) < SPAN:
            continue
        if start + slope * width / 2 < SKY * len(reduced) or _busy(reduced, slope, start) > BUSY:
            continue
        back = 2 * whole.step / scale
        left, right = float(xs.min()), float(xs.max())
        ends = [start + slope * x for x in (left, right)]
        top, bottom = max(0.0, min(ends)), max(ends)
        box = (int(left * back), int(top * back), int((right - left) * back), max(1, int((bottom - top) * back)))
        degrees = float(np.degrees(np.arctan(slope)))
        return {"horizon_degrees": degrees, "horizon_tilt": abs(degrees)}, {"horizon_degrees": box}
    return {}, {}


def _busy(luma: NDArray[Any], slope: float, start: float) -> float:
    """Return on which share of what lies above the line something stands out: roofs, walls, trees, no sky."""
    columns, rows = np.arange(luma.shape[1]), np.arange(luma.shape[0])[:, None]
    above = rows < start + slope * columns - BESIDE
    return float((cv2.Canny(luma, *STRONG)[above] > 0).mean()) if above.any() else 1.0


def _fitted(edges: NDArray[np.uint8], slope: float, start: float) -> tuple[NDArray[Any], float, float]:
    """Return the columns of the edges that lie along y = start + slope × x, and the line that fits these best."""
    ys, xs = np.nonzero(edges)
    near = np.abs(ys - start - slope * xs) <= NEAR
    xs, ys = xs[near], ys[near]
    if len(np.unique(xs)) < 2:
        return xs[:0], slope, start
    slope, start = np.polyfit(xs, ys, 1).tolist()
    return np.unique(xs), slope, start


def _edges(luma: NDArray[Any]) -> NDArray[np.uint8] | None:
    """Return the edges that a horizon can be made of, 255 at each; None where they do not span the picture.

    Edges that are not brighter above, or nearer to upright, could only mislead.
    """
    parted = cv2.subtract(luma[: -2 * BESIDE], luma[2 * BESIDE :]) > DIFFERENT
    if parted.any(axis=0).mean() < SPAN * INSIDE:
        return None
    near = np.zeros(luma.shape, np.uint8)
    near[BESIDE:-BESIDE] = cv2.dilate(parted.astype(np.uint8), np.ones((5, 1), np.uint8))
    across, down = cv2.Sobel(luma, cv2.CV_16S, 1, 0), cv2.Sobel(luma, cv2.CV_16S, 0, 1)
    near[np.abs(across) > -down] = 0
    return np.asarray(cv2.Canny(luma, *STRONG) * near, np.uint8)


def _parts(luma: NDArray[Any], slope: float, start: float) -> float:
    """Return on which share of the width the line has brighter pixels above it than below."""
    height, width = luma.shape
    xs = np.arange(4, width - 4)
    ys = np.rint(start + xs * slope).astype(int)
    inside = (ys >= 8) & (ys < height - 8)
    if inside.mean() < INSIDE:
        return 0.0
    xs, ys = xs[inside], ys[inside]
    above = luma[ys - BESIDE, xs].astype(float)
    below = luma[ys + BESIDE, xs].astype(float)
    return float((above - below > DIFFERENT).mean())
