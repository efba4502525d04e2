"""Colour cast, from what ought to be white."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from stockctl.check.measure import cells

if TYPE_CHECKING:
    from stockctl.check.measure.sample import Thin
    from stockctl.report.finding import Box

# The brightest share of each channel that is left out as speckle.
SPECKLE = 0.001
# How much a cold lean counts: where the sky is the brightest, a good picture has one.
COLD = 0.5
# Levels of cast from which on its place is looked for, and how bright what ought to be white is, of the brightest.
SHOWS = 30.0
WHITISH = 0.9


def cast(whole: Thin) -> tuple[dict[str, float], dict[str, Box]]:
    """Measure the colour of the brightest parts.

    Values:
        cast_warm: levels by which blue's highest level lies below green's, and
            half of those by which red's lies above: positive is warm (the white
            patch: Land and McCann, 1971; per channel, as Gijsenij and others,
            Computational color constancy, 2011, describe it).
        cast: its magnitude, half of it where it is cold. Its place is where most
            of what is bright leans that way.
    """
    tops = [np.searchsorted(np.cumsum(each), (1 - SPECKLE) * each.sum()) for each in whole.srgb_levels]
    red, green, blue = map(float, tops)
    warm = (green - blue) + (red - green) / 2
    places = {}
    if abs(warm) > SHOWS:
        few = whole.srgb[::2, ::2].astype(np.float32)
        leaning = few @ np.array([0.5, 0.5, -1.0], np.float32) * np.float32(np.sign(warm))
        bright = few.max(axis=2) >= WHITISH * max(tops)
        places["cast"] = cells.highest(cells.mean(np.where(bright, leaning, 0)), 2 * whole.step)
    return {"cast_warm": warm, "cast": max(warm, -COLD * warm)}, places
