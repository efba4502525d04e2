"""Traces of lossy compression: the coarsest quantisation that a picture ever went through."""

from __future__ import annotations

import statistics
from typing import TYPE_CHECKING

import cv2
import numpy as np

from stockctl.check.measure.sample import TILE

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from stockctl.check.measure.sample import Tiles

# Tiles that are looked at, those with the most detail: in the others all coefficients are 0.
CHOSEN = 72
# Frequencies of the 8 × 8 transform that are looked at (row, column), with the step
# of each in ISO/IEC 10918-1 table K.1, which is libjpeg's quality 50.
_PLACES = {(0, 1): 11, (1, 0): 12, (2, 0): 14, (1, 1): 12, (0, 2): 10, (0, 3): 16, (1, 2): 14, (2, 1): 13, (3, 0): 14}
_STEPS = np.arange(3, 49)
_REACH = 160
# Strength of a comb that counts; two normally distributed levels' rounding keep 0.6 of one of step 6.
COMB = 0.30
MIN_COEFFICIENTS = 100
# A JPEG's step at the two lowest frequencies is 0.75 of its middle one and more, in multiples of quality 50. HEVC, as
# phones write it, quantises what differs from a prediction, and leaves no comb there: what is so much coarser than
# these two is none of JPEG's.
LOWEST = (0, 1)
COARSER = 1.35


def _basis() -> NDArray[np.float32]:
    identity = np.eye(8, dtype=np.float32)
    transform = np.stack([cv2.dct(column.reshape(8, 1)).ravel() for column in identity], axis=1)
    return np.stack([np.outer(transform[u], transform[v]).ravel() for u, v in _PLACES], axis=1).astype(np.float32)


_BASIS = _basis()
# Cosine of each step's comb at every integer coefficient 0 to _REACH.
_MAGNITUDES = np.arange(_REACH + 1)[:, None]
# What rounds to zero at a step tells nothing about it.
_COUNTED = (np.maximum(2, np.rint(0.3 * _STEPS)) <= _MAGNITUDES).astype(np.float64)
_COMBS_FROM = _COUNTED * np.cos(2 * np.pi * _MAGNITUDES / _STEPS)


def coding(found: Tiles) -> tuple[dict[str, float], int | None]:
    """Estimate how coarsely a picture was once quantised.

    Values:
        coding_step: the coarsest step found, as a multiple of the step that
            libjpeg's quality 50 has there (1 is quality 50, 0.5 quality 75, 0.2
            quality 90); 0 where no comb shows. Median over nine frequencies, but
            at most 1.35 times what the lowest two have: the steps of a phone's
            HEIC, which was turned into a JPEG, are left out.

    A picture that was compressed hard and saved again well keeps the comb of
    the first time in its transform coefficients (Fan and de Queiroz,
    Identification of bitmap compression history, 2003). Also returns the tile
    that shows the combs best, None without one.
    """
    chosen = np.argsort(found.activity)[::-1][:CHOSEN]
    grey = found.grey[chosen] if found.rgb is found.coded else _grey(found.coded[chosen])
    # Eight pixels of a row are moved as one number.
    lines = grey.view(np.uint64).reshape(-1, 8, 8, 8).swapaxes(2, 3)
    blocks = lines.reshape(-1, 8).view(np.uint8).astype(np.float32)
    coefficients = np.rint(np.abs((blocks - 128) @ _BASIS)).astype(np.int64)
    coefficients = np.minimum(coefficients, _REACH + 1)
    steps = []
    lowest = []
    shown = np.zeros(len(coefficients))
    for index, step in enumerate(_PLACES.values()):
        histogram = np.bincount(coefficients[:, index], minlength=_REACH + 2)[: _REACH + 1]
        coarsest = _coarsest(histogram.astype(np.float64))
        if coarsest is None:
            continue
        steps.append(coarsest / step)
        if index in LOWEST:
            lowest.append(coarsest / step)
        if coarsest:
            comb = np.append(_COMBS_FROM[:, np.searchsorted(_STEPS, coarsest)], 0)
            shown += comb[coefficients[:, index]]
    place = int(chosen[int(np.argmax(shown.reshape(len(chosen), -1).sum(axis=1)))]) if shown.any() else None
    coarse = statistics.median(steps) if steps else 0.0
    return {"coding_step": min(coarse, COARSER * max(lowest, default=coarse))}, place


def _coarsest(histogram: NDArray[np.float64]) -> float | None:
    """Return the largest step whose comb stands out of a histogram of magnitudes.

    0 where none does, None where there are too few coefficients to tell.
    """
    strengths = histogram @ _COMBS_FROM
    totals = histogram @ _COUNTED
    enough = totals >= MIN_COEFFICIENTS
    if not enough.any():
        return None
    combs = _STEPS[enough & (strengths > COMB * totals)]
    return float(combs.max()) if len(combs) else 0.0


def _grey(coded: NDArray[np.uint8]) -> NDArray[np.uint8]:
    grey = cv2.cvtColor(coded.reshape(-1, TILE, 3), cv2.COLOR_RGB2GRAY)
    return np.asarray(grey, np.uint8).reshape(-1, TILE, TILE)
