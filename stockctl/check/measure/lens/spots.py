"""Dust on the sensor: small round dark spots in even areas."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from stockctl.check.measure.sample import Thin
    from stockctl.media.decoding.picture import Picture
    from stockctl.report.finding import Box

# Diameter of a spot in pixels of the whole picture, at f/11 and on 24 megapixels.
DIAMETER = 12
# How much darker a spot is than its surroundings: less is not seen, more is a thing.
FAINTEST, DARKEST = 0.07, 0.16
# By how much of its surroundings' levels the channels' depths may differ: dust has no colour.
COLOURED = 0.06
# How often a spot is as deep as what is left uneven when it is taken away: all around, in its middle, and outside.
OVER_ALL, OVER_INNER, OVER_OUTER = 5.0, 10.0, 5.0
# Candidates that are looked at in full, the clearest first, and how much deeper than uneven they are, in levels.
CANDIDATES = 50
FAINTEST_LEVELS = 3
# Side of the cells, in pixels of the thinned picture, that are asked whether anything in them is even; how far
# neighbouring pixels may lie apart there on average, levels; and the rows of cells that are searched at once.
CELL = 8
UNEVEN = 3.47
STRIP = 8

# How far around a candidate its true middle is looked for, and around this the spot is fitted, pixels.
_ASTRAY, _REACH = 6, 14
# Pixels around a candidate that all this takes in.
_MARGIN = 24


def _model() -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return the model of a spot, a level, two slopes and a soft-edged disc, (4, side²), and the distances, (side²)."""
    down, across = np.mgrid[-_REACH : _REACH + 1, -_REACH : _REACH + 1].astype(np.float32)
    disc = np.zeros(down.shape, np.float32)
    cv2.circle(disc, (_REACH, _REACH), DIAMETER // 2, 1.0, -1)
    parts = [np.ones_like(down), down, across, -cv2.GaussianBlur(disc, (0, 0), 1)]
    return np.stack(parts).reshape(4, -1), np.hypot(down, across).ravel()


_PARTS, _DISTANCE = _model()
_WITHIN = _DISTANCE <= _REACH - 1
# All around a spot, its middle, and outside of it: a place of each.
_ZONES = [np.flatnonzero(zone) for zone in (_DISTANCE <= 11, _DISTANCE <= 4, (_DISTANCE > 9) & (_DISTANCE <= 12))]
_FIT = np.zeros(_PARTS.T.shape, np.float32)
_FIT[_WITHIN] = np.linalg.pinv(_PARTS[:, _WITHIN]).astype(np.float32)


def dust(whole: Thin, picture: Picture) -> tuple[dict[str, float], dict[str, Box]]:
    """Count spots of dust; `whole` is `picture` thinned out.

    Values:
        dust_spots: round spots of 12 pixels without a colour of their own, 7 to
            16 % darker than the even area around them: candidates from the thinned
            picture (centre-surround filter), to each of which a soft-edged disc on a slope is
            fitted at full resolution (least squares; after Dirik, Sencar and
            Memon, Digital single lens reflex camera identification from traces
            of sensor dust, 2008).
    """
    green, step = whole.close, whole.close_step
    radius = max(1.0, DIAMETER / 2 / step)
    ring = 2 * int(np.ceil(radius * 3)) + 1
    if min(green.shape) < 4 * ring or min(picture.width, picture.height) <= 2 * _MARGIN:
        return {"dust_spots": 0.0}, {}
    found = [_candidates(green, part, radius, ring) for part in _even_parts(whole.planes[1], green.shape)]
    clear, rows, columns = np.concatenate([np.empty((3, 0)), *found], axis=1)
    if not len(clear):
        return {"dust_spots": 0.0}, {}
    # There may be thousands: what lies below the last of the clearest needs no order.
    least = np.partition(clear, -CANDIDATES)[-CANDIDATES] if len(clear) > CANDIDATES else 0.0
    some = np.flatnonzero(clear >= least)
    order = some[np.argsort(-clear[some], kind="stable")[:CANDIDATES]]
    at = np.stack([rows[order], columns[order]], axis=1).astype(np.int64) * step
    spots = _spots(picture, at)
    places: dict[str, Box] = {}
    if len(spots):
        row, column = spots[0].tolist()
        side = 2 * _MARGIN
        top, left = (max(0, middle - _MARGIN) for middle in (row, column))
        places["dust_spots"] = (min(left, picture.width - side), min(top, picture.height - side), side, side)
    return {"dust_spots": float(len(spots))}, places


def _spots(picture: Picture, at: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the middles, row and column, of the spots at the candidates `at` (n, 2), the darkest first."""
    upright = picture.upright(picture.stored)
    # Where the picture ends, its last pixels are looked at.
    last = np.array(upright.shape[:2]) - 1 - _MARGIN
    at = np.clip(at, _MARGIN, last)
    at = at + _middles(_windows(upright[..., 1], at, _MARGIN))
    at = np.clip(at, _MARGIN, last)
    at = np.stack(np.divmod(np.unique(at[:, 0] * upright.shape[1] + at[:, 1]), upright.shape[1]), axis=1)
    windows = _windows(upright, at, _REACH)
    levels = picture.space.to_srgb(windows).reshape(len(at), -1, 3).transpose(0, 2, 1).astype(np.float32)
    parts = levels @ _FIT
    level, depth = np.maximum(parts[:, :, 0], 1), parts[:, :, 3]
    share = depth / level
    # A channel that is nearly black has no depth to compare.
    told = level > 20
    colour = np.where(told, share, -1).max(axis=1) - np.where(told, share, 1).min(axis=1)
    chosen = np.flatnonzero((share[:, 1] > FAINTEST) & (share[:, 1] < DARKEST) & (colour < COLOURED))
    if not len(chosen):
        return np.empty((0, 2), np.int64)
    left_over = levels[chosen, 1] - parts[chosen, 1] @ _PARTS
    # Noise averages out over a few pixels, texture does not.
    smooth = cv2.blur(left_over.reshape(-1, 2 * _REACH + 1), (5, 5)).reshape(left_over.shape)
    over = [depth[chosen, 1] / np.maximum(smooth[:, zone].std(axis=1), 0.15) for zone in _ZONES]
    chosen = chosen[(over[0] > OVER_ALL) & (over[1] > OVER_INNER) & (over[2] > OVER_OUTER)]
    middles: NDArray[np.int64] = at[chosen[np.argsort(-share[chosen, 1])]]
    return middles


def _windows(upright: NDArray[np.uint8], at: NDArray[np.int64], reach: int) -> NDArray[np.uint8]:
    """Return what lies around places (n, 2) of a picture (height, width, …), as (n, side, side, …)."""
    windows = np.empty((len(at), 2 * reach + 1, 2 * reach + 1, *upright.shape[2:]), np.uint8)
    for window, (row, column) in zip(windows, at.tolist(), strict=True):
        window[...] = upright[row - reach : row + reach + 1, column - reach : column + reach + 1]
    return windows


def _middles(windows: NDArray[np.uint8]) -> NDArray[np.int64]:
    """Return how far from the middle of each window (n, side, side) it is darkest against its surroundings, (n, 2)."""
    # Side by side, because a filter takes a time of its own for each row: the middle's surroundings end inside of its
    # own window, and only the rows that they lie in are looked at.
    plane = np.ascontiguousarray(windows.swapaxes(0, 1)).reshape(windows.shape[1], -1)
    around, core = (_rows_of_means(plane, side) for side in (25, 9))
    darker = cv2.subtract(around, core).reshape(2 * _ASTRAY + 1, len(windows), -1)
    nearby = slice(_MARGIN - _ASTRAY, _MARGIN + _ASTRAY + 1)
    inner = darker[:, :, nearby].swapaxes(0, 1).reshape(len(windows), -1)
    rows, columns = np.divmod(inner.argmax(axis=1), 2 * _ASTRAY + 1)
    middles: NDArray[np.int64] = np.stack([rows, columns], axis=1) - _ASTRAY
    return middles


def _rows_of_means(plane: NDArray[np.uint8], side: int) -> NDArray[np.float32]:
    """Return the means of `side` × `side` pixels in those rows of windows in which a middle may be."""
    reach = _ASTRAY + side // 2
    means = cv2.boxFilter(plane[_MARGIN - reach : _MARGIN + reach + 1], cv2.CV_32F, (side, side))
    return np.asarray(means[side // 2 : side // 2 + 2 * _ASTRAY + 1], np.float32)


def _even_parts(coarse: NDArray[np.uint8], size: tuple[int, ...]) -> Iterator[tuple[slice, slice]]:
    """Yield the parts of a plane in which something is even, strip by strip; `coarse` has every other pixel of it."""
    apart = cv2.absdiff(coarse[:, 1:], coarse[:, :-1])
    # Means of whole cells. What is left at the ends is a cell from the half on, filled by what it mirrors.
    down, across = ((length + CELL // 2 - 1) // CELL for length in apart.shape)
    lacking = (max(0, number * CELL - length) for number, length in zip((down, across), apart.shape, strict=True))
    apart = cv2.copyMakeBorder(apart, 0, next(lacking), 0, next(lacking), cv2.BORDER_REFLECT_101)
    apart = apart[: down * CELL, : across * CELL].astype(np.float32)
    even = cv2.resize(apart, (across, down), interpolation=cv2.INTER_AREA) <= UNEVEN
    for first in range(0, len(even), STRIP):
        columns = np.flatnonzero(even[first : first + STRIP].any(axis=0))
        if len(columns):
            rows = slice(2 * CELL * first, min(2 * CELL * (first + STRIP), size[0]))
            yield rows, slice(2 * CELL * int(columns[0]), min(2 * CELL * (int(columns[-1]) + 1), size[1]))


def _around(plane: NDArray[np.uint8], ring: int) -> NDArray[np.uint8]:
    """Return the mean of about `ring` × `ring` pixels around each of a plane of even size, to two pixels exactly.

    Reduced to half and back, in half the time.
    """
    height, width = plane.shape
    side = ring // 4 * 2 + 1
    half = cv2.resize(plane, (width // 2, height // 2), interpolation=cv2.INTER_AREA)
    half = np.asarray(cv2.blur(half, (side, side)), np.uint8)
    whole = np.empty((height // 2, 2, width), np.uint8)
    # Each level twice: as a number of two equal bytes.
    whole[:] = (half.astype(np.uint16) * np.uint16(257)).view(np.uint8)[:, None]
    return whole.reshape(height, width)


def _in_both(one: NDArray[np.uint8], other: NDArray[np.uint8]) -> tuple[NDArray[np.int64], ...]:
    """Return rows and columns of the pixels that are not 0 in either plane; hardly any are: eight are asked at once."""
    flat = np.zeros(-(-one.size // 8) * 8, np.uint8)
    cv2.bitwise_and(one, other, dst=flat[: one.size].reshape(one.shape))
    eights = np.flatnonzero(flat.view(np.uint64) != 0)
    which, at = np.divmod(np.flatnonzero(flat.reshape(-1, 8)[eights] != 0), 8)
    return np.divmod(eights[which] * 8 + at, one.shape[1])


def _candidates(green: NDArray[np.uint8], part: tuple[slice, slice], radius: float, ring: int) -> NDArray[np.float64]:
    """Return the places in a part of the plane that are darker than what is around them, as (clearness, row, column).

    All in whole levels, for speed.
    """
    # The part with all that its rim's neighbourhood takes in, of an even size.
    top, left = (max(0, along.start - ring - 1) for along in part)
    plane = green[top : part[0].stop + ring + 1, left : part[1].stop + ring + 1]
    plane = plane[: plane.shape[0] // 2 * 2, : plane.shape[1] // 2 * 2]
    core = 2 * int(radius * 0.8) + 1
    around = _around(plane, ring)
    depth = cv2.subtract(around, cv2.blur(plane, (core, core)))
    if cv2.minMaxLoc(depth)[1] <= FAINTEST_LEVELS:
        return np.empty((3, 0))
    rough = _around(np.asarray(cv2.absdiff(plane, around), np.uint8), ring)
    # Deep enough, and deep against the roughness around.
    cv2.threshold(depth, FAINTEST_LEVELS, 0, cv2.THRESH_TOZERO, dst=depth)
    deep = cv2.subtract(depth, rough)
    peak = cv2.compare(depth, cv2.dilate(depth, np.ones((ring, ring), np.uint8)), cv2.CMP_GE)
    inner = tuple(
        slice(along.start - start, along.stop - start) for along, start in zip(part, (top, left), strict=True)
    )
    rows, columns = _in_both(np.asarray(deep, np.uint8)[inner], np.asarray(peak, np.uint8)[inner])
    rows, columns = rows + inner[0].start, columns + inner[1].start
    clear = depth[rows, columns] / (rough[rows, columns] + 1.0)
    return np.stack([clear, rows + top, columns + left])
