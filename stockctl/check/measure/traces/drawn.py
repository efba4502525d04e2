"""Whether a picture is plainly drawn: few colours, and flats without any grain."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from stockctl.check.measure.sample import Thin, Tiles


# Every so many pixels of the thinned picture, in both directions, are asked for their colour.
APART = 5
# Second differences of this many levels are grain; larger ones are edges.
FINEST, COARSEST = 1, 6


def drawn(whole: Thin, found: Tiles) -> dict[str, float]:
    """Measure what sets a drawing apart from a photograph.

    Values:
        colours: share of pixels, out of some twenty thousand, that have a colour which
            none before them had, 0 to 1, white and black ones left out: a camera
            hardly ever gives the same one twice.
        grain: share of the pixels with a small second difference along the rows
            of the tiles, 0 to 1: even clear skies have some. Black and white
            pixels are left out, and rows of one tone: a studio's ground.
    """
    channels = [plane[::APART, ::APART].astype(np.int32) for plane in whole.planes]
    brightest = np.maximum(np.maximum(channels[0], channels[1]), channels[2])
    darkest = np.minimum(np.minimum(channels[0], channels[1]), channels[2])
    packed = (channels[0] << 16) | (channels[1] << 8) | channels[2]
    few = np.sort(packed[(brightest > 3) & (darkest < 253)])
    colours = 1 + np.count_nonzero(few[1:] != few[:-1]) if len(few) else 0
    rows = found.grey[::3, ::8]
    second = np.abs(np.diff(rows.astype(np.int16), 2, axis=2))
    middle = rows[:, :, 1:-1]
    told = (middle > 3) & (middle < 252) & second.any(axis=2, keepdims=True)
    count = np.count_nonzero(told)
    grainy = np.count_nonzero((second >= FINEST) & (second <= COARSEST) & told)
    # Rows of one tone alone, coloured ones among them: a plain drawing.
    even = 0.0 if len(few) else 1.0
    return {"colours": colours / len(few) if len(few) else 1.0, "grain": float(grainy / count) if count else even}
