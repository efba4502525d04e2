"""How likely a picture had too much light: signs from its tones, weighed by a trained model."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

# Levels of luma between which the pixels are counted: too much light empties the lower ones.
_TONES = (16, 48, 96, 144, 192, 225, 245, 253)
# Levels at which a channel has run out, with room for JPEG's rounding.
FULL = 253
# From this level of the lowest channel on, what is no white ground fades into it.
_FADED = 200
# Where a picture's subject is, shares of height and width, and how far from there it matters half as much, about.
MIDDLE, REACH = (0.55, 0.5), 0.3


@dataclass(frozen=True)
class Tones:
    """What is known of a picture's tones.

    `values` are those that `tone` tells; `cumulative` the share of the pixels
    whose luma does not exceed each level, (256,); `bottom` and `top` the lowest
    and the highest channel of each pixel, (height, width).
    """

    values: Mapping[str, float]
    cumulative: NDArray[np.float64]
    bottom: NDArray[np.uint8]
    top: NDArray[np.uint8]


def exposure(tones: Tones) -> float:
    """Return the logarithm of the odds that a picture had too much light.

    A logistic regression over `signs`; its weights are made by
    `tests/benchmarks/pixels/train_overexposed.py` from camera photos as they
    are, toned, and as things cut out on white, against the same photos
    by 1.5 and 2 stops too bright.
    """
    middle, scale, weights, constant = _model()
    return float((signs(tones) - middle) / scale @ weights + constant)


def signs(tones: Tones) -> NDArray[np.float64]:
    """Return the numbers that tell too much light, (24,).

    Of shares the root: whether a hundredth of a picture is burnt or nothing
    makes a larger difference than one hundredth more of many.
    """
    values = tones.values
    low = np.ascontiguousarray(tones.bottom[::2, ::2])
    full, white = (cv2.inRange(each, FULL, 255) for each in (np.ascontiguousarray(tones.top[::2, ::2]), low))
    clipped, lost = values["clipped"], values["lost"]
    ground = clipped - lost
    rest = max(1 - ground, 0.02)
    faded = float(np.count_nonzero(low >= _FADED)) / low.size
    below = np.concatenate([[0.0], tones.cumulative[np.array(_TONES) - 1], [1.0]])
    shares = [
        *np.diff(below),
        values["burnt"],
        clipped,
        lost,
        ground,
        min(1.0, lost / rest),
        max(0.0, faded - ground) / rest,
        values["clipped_colour"],
        values["pure_colour"],
        *(_amid(each) for each in (full, white)),
    ]
    ratio = min(1.0, clipped / max(values["bright"], 0.01))
    points = [values[name] / 255 for name in ("black_point", "dark", "median")]
    return np.array([*np.sqrt(np.maximum(shares, 0)), ratio, *points, points[1] * values["burnt"]])


@cache
def _model() -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64], float]:
    """Return the mean and the spread of each sign, its weight, and the constant."""
    model = json.loads(files(__package__).joinpath("exposure.json").read_text(encoding="ascii"))
    return np.array(model["mean"]), np.array(model["spread"]), np.array(model["weights"]), model["constant"]


def _amid(mask: NDArray[Any]) -> float:
    """Return the share of a mask (0 or 255), each place weighted by how near it is to the middle."""
    down, across = (
        np.exp(-(((np.arange(length, dtype=np.float32) / length - middle) / REACH) ** 2))
        for length, middle in zip(mask.shape, MIDDLE, strict=True)
    )
    return float(down @ mask.astype(np.float32) @ across / (255 * down.sum() * across.sum()))
