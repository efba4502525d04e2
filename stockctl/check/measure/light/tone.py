"""Exposure, clipping, contrast and steps of tone, from the thinned-out picture."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import cv2
import numpy as np

from stockctl.check.measure import cells
from stockctl.check.measure.light.exposure import FULL, MIDDLE, REACH, Tones, exposure
from stockctl.check.measure.ranks import median, quantiles
from stockctl.check.measure.sample import levels

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from stockctl.check.measure.sample import Thin
    from stockctl.report.finding import Box

# A channel at this level and less is empty, with room for JPEG's rounding.
EMPTY = 2
# As far as the highest channel lies above the lowest where a colour is at its purest.
PURE = 160
# Burnt shares that need no second look.
LITTLE = 0.02
# Luma from which on what is clipped is burnt and not only pure in colour.
BRIGHT = 225
# Where the lowest channel is below this one, what is clipped has a colour: a toned or an evening sky. It counts less.
COLOURLESS, COLOURED = 215, 0.5
# All channels at this level and more are white; a ground of it takes as much of the rim; and so much of a sky is meant.
WHITE, AROUND, SKY = 244, 0.7, 0.5
# As much of the rim a part of that ground takes.
PART = 0.1
# A gap takes so much of the picture at least; so much of its rim at most is at this level and more.
GAP, FADED, FADING = 0.004, 0.25, 205
# From this level on a ground is nearly white; how far its levels may lie from the middle one, and how much of the rim
# it takes: a studio's ground is even, fog and snow are not.
NEARLY, EVENLY, GROUND = 240, 3, 0.97
# Contrast, levels, below which the flattest place is looked for.
FLAT = 90.0


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
        pure_colour: share of the pixels whose channels lie 160 levels and more apart,
            one of them at its end: there the colour cannot vary any more.
        blocked: share of the pixels with every channel at 0.
        burnt: share that is clipped and bright, so that colours at their purest
            do not count, each place weighted by how near it is to the middle,
            where the subject is; what reaches down from the upper rim counts half:
            a sky is often brighter than what a picture is about. A white ground
            all around an object is meant. What is clipped with a colour of its own, a
            toned sky, counts half; and all counts less where most of what is bright
            is not clipped: a shirt, a plate.
        lost: share that is clipped, whatever its colour, without such a ground.
        texture: of pictures of little contrast, how much more all cells of a raster vary within
            than from one to the other: paper, cloth and sand that fill the picture have 0.2
            and more, haze and fog do not vary within.
        grey_ground: 1 where all of the rim is nearly white (240 to 253), even,
            and of one level, as a ground is that should have been white; else 0.
        exposure: the logarithm of the odds that there was too much light (see
            `exposure`); left out where hardly anything is clipped.
    """
    found = tones(whole)
    values, luma, step = dict(found.values), whole.luma, whole.step
    if values["clipped"] > LITTLE:
        values["exposure"] = exposure(found)
    places = {}
    if values["clipped"]:
        places["clipped"] = _densest(found.top >= FULL, step)
    places["blocked"] = _densest(luma < max(8.0, values["black_point"]), step)
    if values["contrast"] < FLAT:
        few = luma[::2, ::2]
        middle = cells.mean(few)
        spread = cells.mean(cv2.multiply(few, few, dtype=cv2.CV_32F)) - middle**2
        places["contrast"] = cells.highest(-spread, 2 * step)
        values["texture"] = _texture(middle, spread)
    return values, places


def tones(whole: Thin) -> Tones:
    """Measure the tones of a picture: all values of `tone` but exposure and texture."""
    luma = whole.luma
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
    top = np.asarray(cv2.max(cv2.max(red, green), blue), np.uint8)
    bottom = np.asarray(cv2.min(cv2.min(red, green), blue), np.uint8)
    full = top >= FULL
    coloured = full & (bottom < 235) & (luma > 150)
    pure = (np.asarray(cv2.subtract(top, bottom)) >= PURE) & (full | (bottom <= EMPTY))
    clipped = np.count_nonzero(full) / luma.size
    bright = full & (luma >= BRIGHT)
    burnt, ground = float(np.count_nonzero(bright)) / luma.size, 0.0
    if burnt > LITTLE:
        burnt, ground = _burnt(bright, bottom)
        burnt *= min(1.0, clipped / max(1 - float(cumulative[BRIGHT - 1]), 1e-6))
    values = {
        **points,
        "contrast": points["white_point"] - points["black_point"],
        "clipped": clipped,
        "burnt": burnt,
        "lost": max(0.0, clipped - ground),
        "grey_ground": _grey_ground(bottom, top),
        "clipped_colour": np.count_nonzero(coloured) / luma.size,
        "pure_colour": np.count_nonzero(pure) / luma.size,
        "blocked": np.count_nonzero(top <= EMPTY) / luma.size,
        "bright": 1 - float(cumulative[224]),
    }
    return Tones(values, cumulative, bottom, top)


def _burnt(bright: NDArray[np.bool_], bottom: NDArray[np.uint8]) -> tuple[float, float]:
    """Return the share that is burnt, weighted towards the middle, without a white ground around an object.

    Also returns the share of the picture that this ground takes.
    """
    lowest = bottom[::2, ::2]
    burnt = np.where(lowest >= COLOURLESS, np.float32(1), np.float32(COLOURED)) * bright[::2, ::2]
    white = (lowest >= WHITE).astype(np.uint8)
    number, ground = cv2.connectedComponents(white, connectivity=4)
    sides = [ground[0], ground[-1], ground[:, 0], ground[:, -1]]
    rim = np.concatenate(sides)
    counts = np.bincount(rim, minlength=number)
    counts[0] = 0
    # An object that reaches from side to side parts the ground.
    marked = counts >= PART * len(rim)
    reaches = all(marked[side].any() for side in sides[:1] + sides[2:])
    if counts[marked].sum() >= AROUND * len(rim) and reaches:
        marked |= _gaps(np.asarray(ground, np.int32), lowest, number)
        studio = marked[ground]
        burnt[studio] = 0
        share = float(np.count_nonzero(studio)) / studio.size
    else:
        share = 0.0
        # Thin bridges between a sky and what is burnt below it do not join them.
        wide = cv2.erode((burnt > 0).astype(np.uint8), np.ones((3, 3), np.uint8))
        number, parts = cv2.connectedComponents(wide, connectivity=4)
        skies = np.zeros(number, np.bool_)
        skies[parts[0]] = True
        skies[parts[-1]] = False
        skies[0] = False
        burnt[skies[parts]] *= SKY
    down, across = (
        np.exp(-(((np.arange(length, dtype=np.float32) / length - middle) / REACH) ** 2))
        for length, middle in zip(burnt.shape, MIDDLE, strict=True)
    )
    return float(down @ burnt @ across / (down.sum() * across.sum())), share


def _gaps(parts: NDArray[np.int32], lowest: NDArray[np.uint8], number: int) -> NDArray[np.bool_]:
    """Return which white parts of an object on white are the ground, seen through it: below a strap, between two legs.

    Such a gap ends at once; what too much light has burnt of the object fades into it.
    """
    gaps = np.zeros(number, np.bool_)
    sizes = np.bincount(parts.ravel(), minlength=number)
    for part in np.flatnonzero(sizes >= GAP * parts.size)[1:]:
        itself = (parts == part).astype(np.uint8)
        near, far = (cv2.dilate(itself, np.ones((side, side), np.uint8)) for side in (3, 7))
        rim = lowest[(far > 0) & (near == 0)]
        gaps[part] = len(rim) > 0 and float((rim >= FADING).mean()) <= FADED
    return gaps


def _grey_ground(bottom: NDArray[np.uint8], top: NDArray[np.uint8]) -> float:
    """Tell whether the rim of a picture is an even ground that is nearly white, 1 or 0."""
    low, high = (np.concatenate([each[0], each[-1], each[:, 0], each[:, -1]]) for each in (bottom, top))
    level = median(low)
    even = (np.abs(low - level) <= EVENLY) & (high - low <= 2 * EVENLY)
    return float(NEARLY <= level < FULL + 1 and even.mean() >= GROUND)


def _texture(middle: NDArray[np.float32], spread: NDArray[np.float32]) -> float:
    """Return how much more a picture varies within each cell than from cell to cell, by their means and variances.

    A tenth of the cells vary less; of the means, a twentieth lie outside the range that is taken.
    """
    side = cells.side_of(middle.shape)
    apart = tuple(slice(min(side // 2, (length - 1) // 2), None, side) for length in middle.shape)
    (within,) = quantiles(spread[apart], 0.1)
    low, high = quantiles(middle[apart], 0.025, 0.975)
    return math.sqrt(max(within, 0.0)) / max(high - low, 1.0)


def _densest(mask: NDArray[np.bool_], step: int) -> Box:
    """Return the cell of the picture in which most of a mask lies, in full pixels."""
    return cells.highest(cells.mean(mask[::2, ::2].astype(np.uint8)), 2 * step)


# Distances between occupied levels that posterising leaves: 4 of 6 bits, 8 of 5, 16 of 4.
_PERIODS = (4, 8, 16)
_WAVES = {period: np.exp(2j * np.pi * np.arange(256) / period) for period in _PERIODS}
# A picture with fewer levels than this is nearly one tone, or two, each spread over 33 levels (a night sky behind black
# trees): nothing runs smoothly in it.
FEWEST_LEVELS = 66


# A comb of this strength is looked for in the picture.
SHOWS = 0.1


def banding(whole: Thin) -> tuple[dict[str, float], dict[str, Box]]:
    """Measure how much a picture's tones stand in steps.

    Values:
        banding: share of the levels' variation that repeats every 4, 8 or 16
            levels, 0 (smooth) to 1 (a comb), the most comb-like channel, because
            JPEG's colour subsampling fills the gaps of the others; on each
            channel's histogram in the file's own space, even peaks held down
            so that one flat sky is no comb. Its place is where even tones
            change on the comb's levels only.
    """
    combs = [comb(each) for each in whole.levels]
    strength, period, wave = max(combs, key=lambda each: each[0])
    places = {}
    if strength > SHOWS:
        plane = next(plane for plane, each in zip(whole.planes, combs, strict=True) if each[0] == strength)
        places["banding"] = _banded(np.ascontiguousarray(plane[::2, ::2]), period, wave, 2 * whole.step)
    return {"banding": strength}, places


def comb(histogram: NDArray[np.float64]) -> tuple[float, int, complex]:
    """Return of the strongest comb in a histogram (256,) its strength, 0 to 1, its period, levels, and its phase.

    The phase is a complex number of length 1.
    """
    none = (0.0, _PERIODS[0], 1 + 0j)
    inner = histogram[2:-2]
    if inner.sum() < 1000:
        return none
    smooth = np.convolve(inner, np.ones(33) / 33, mode="same")
    # Where the picture has hardly any pixels, there is nothing to count.
    populated = smooth > 0.02 * smooth.max()
    if np.count_nonzero(populated) < FEWEST_LEVELS:
        return none
    relative = np.minimum(inner / np.maximum(smooth, 1e-9), 3.0)
    # Less its mean, so that the ends of the populated range make no wave of their own.
    centred = np.where(populated, relative - relative[populated].mean(), 0.0)
    waves = [complex(np.sum(centred * _WAVES[period][2:-2])) for period in _PERIODS]
    period, wave = max(zip(_PERIODS, waves, strict=True), key=lambda each: abs(each[1]))
    return abs(wave) / np.count_nonzero(populated), period, wave / max(abs(wave), 1e-9)


def _banded(plane: NDArray[np.uint8], period: int, wave: complex, step: int) -> Box:
    """Return the cell in which most of a channel's pixels stand in runs of one level, and those on a comb's levels."""
    on_it = (_WAVES[period] * wave.conjugate()).real.astype(np.float32)
    on_it[:2] = on_it[-2:] = 0
    even = cv2.compare(plane[:, 1:], plane[:, :-1], cv2.CMP_EQ)
    score = cells.mean(cv2.LUT(plane, on_it)[:, 1:]) * cells.mean(even)
    stepped = cells.range_(plane)[:, 1:] >= period
    return cells.highest(np.where(stepped, score, -1), step)
