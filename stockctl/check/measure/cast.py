"""Colour cast, from what ought to be white."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from stockctl.check.measure.sample import Thin

# The brightest share of each channel that is left out as speckle.
SPECKLE = 0.0005


def cast(whole: Thin) -> dict[str, float]:
    """Measure the colour of the brightest parts.

    Values:
        cast_warm: levels by which blue's highest level lies below green's, and
            half of those by which red's lies above: positive is warm (the white
            patch: Land and McCann, 1971; per channel, as Gijsenij and others,
            Computational color constancy, 2011, describe it).
        cast: its magnitude.
    """
    tops = [np.searchsorted(np.cumsum(each), (1 - SPECKLE) * each.sum()) for each in whole.srgb_levels]
    red, green, blue = map(float, tops)
    warm = (green - blue) + (red - green) / 2
    return {"cast_warm": warm, "cast": abs(warm)}
