"""Colour cast, from what ought to be white."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from stockctl.check.measure.tone import levels

if TYPE_CHECKING:
    from numpy.typing import NDArray

# The brightest share of each channel that is left out as speckle.
SPECKLE = 0.0005


def cast(srgb: NDArray[np.uint8]) -> dict[str, float]:
    """Measure the colour of the brightest parts; `srgb` is the thinned picture.

    Values:
        cast_warm: levels by which blue's highest level lies below green's, and
            half of those by which red's lies above: positive is warm (the white
            patch: Land and McCann, 1971; per channel, as Gijsenij and others,
            Computational color constancy, 2011, describe it).
        cast: its magnitude.
    """
    red, green, blue = (_top(srgb, channel) for channel in range(3))
    warm = (green - blue) + (red - green) / 2
    return {"cast_warm": warm, "cast": abs(warm)}


def _top(srgb: NDArray[np.uint8], channel: int) -> float:
    histogram = levels(srgb, channel)
    return float(np.searchsorted(np.cumsum(histogram), (1 - SPECKLE) * histogram.sum()))
