"""Traces of lossy compression: the coarsest quantisation that a picture ever went through."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

from stockctl.check.measure.sample import TILE

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from stockctl.check.measure.sample import Tiles

# Tiles that are looked at; those of medium detail have coefficients that are neither 0 nor spread wide.
CHOSEN = 160
# Frequencies of the 8 × 8 transform that are looked at (row, column), with the step
# of each in ISO/IEC 10918-1 table K.1, which is libjpeg's quality 50.
_PLACES = {(0, 1): 11, (1, 0): 12, (2, 0): 14, (1, 1): 12, (0, 2): 10, (0, 3): 16, (1, 2): 14, (2, 1): 13, (3, 0): 14}
_STEPS = np.arange(3, 49)
_REACH = 160
# Strength of a comb that counts; two normally distributed levels' rounding keep 0.6 of one of step 6.
COMB = 0.30
MIN_COEFFICIENTS = 250


def _basis() -> NDArray[np.float32]:
    identity = np.eye(8, dtype=np.float32)
    transform = np.stack([cv2.dct(column.reshape(8, 1)).ravel() for column in identity], axis=1)
    return np.stack([np.outer(transform[u], transform[v]).ravel() for u, v in _PLACES], axis=1).astype(np.float32)


_BASIS = _basis()
# Cosine of each step's comb at every integer coefficient 0 to _REACH.
_COMBS = np.cos(2 * np.pi * np.arange(_REACH + 1)[:, None] / _STEPS[None, :])


def coding(found: Tiles) -> dict[str, float]:
    """Estimate how coarsely a picture was once quantised.

    Values:
        coding_step: the coarsest step found, as a multiple of the step that
            libjpeg's quality 50 has there (1 is quality 50, 0.5 quality 75, 0.2
            quality 90); 0 where no comb shows. Median over nine frequencies.

    A picture that was compressed hard and saved again well keeps the comb of
    the first time in its transform coefficients (Fan and de Queiroz,
    Identification of bitmap compression history, 2003).
    """
    order = np.argsort(found.activity)
    middle = order[len(order) // 4 : len(order) // 4 + CHOSEN] if len(order) > CHOSEN else order
    if len(middle) == 0:
        return {}
    luma = found.luma[middle] if found.rgb is found.coded else _luma(found.coded[middle])
    blocks = luma.reshape(-1, 8, 8, 8, 8).transpose(0, 1, 3, 2, 4).reshape(-1, 64)
    coefficients = np.rint(np.abs((blocks - 128) @ _BASIS)).astype(np.int64)
    found_steps = []
    for index, step in enumerate(_PLACES.values()):
        histogram = np.bincount(np.minimum(coefficients[:, index], _REACH + 1), minlength=_REACH + 2)[: _REACH + 1]
        found_steps.append(_coarsest(histogram.astype(np.float64)) / step)
    return {"coding_step": float(np.median(found_steps))}


def _coarsest(histogram: NDArray[np.float64]) -> float:
    """Return the largest step whose comb stands out of a histogram of magnitudes, 0 where none does."""
    # What rounds to zero at a step tells nothing about it.
    best = 0.0
    for index, step in enumerate(_STEPS):
        start = max(2, round(0.3 * step))
        counts = histogram[start:]
        total = counts.sum()
        if total < MIN_COEFFICIENTS:
            continue
        strength = float(counts @ _COMBS[start:, index]) / total
        if strength > COMB:
            best = float(step)
    return best


def _luma(coded: NDArray[np.uint8]) -> NDArray[np.float32]:
    grey = cv2.cvtColor(coded.reshape(-1, TILE, 3), cv2.COLOR_RGB2GRAY)
    return grey.reshape(-1, TILE, TILE).astype(np.float32)
