"""A picture whose pixels are known, and what every file of it has to give: decoded rightly, or told."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from stockctl.errors import UnreadableError
from stockctl.media.decoding.decode import announced_size, decode
from stockctl.media.identify import identify

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Pixels = NDArray[Any]

WIDTH, HEIGHT = 70, 46
ALPHA = 0.6


@cache
def colours() -> Pixels:
    """Return a smooth picture in every part of the range, float 0 to 1, (height, width, 3)."""
    rows, columns = np.mgrid[:HEIGHT, :WIDTH]
    third = 0.5 + 0.4 * np.sin(columns / 9) * np.cos(rows / 7)
    return np.stack([columns / (WIDTH - 1), rows / (HEIGHT - 1), third], axis=-1)


def grey() -> Pixels:
    values: Pixels = colours().mean(axis=-1, keepdims=True)
    return values


def levels(values: Pixels, kind: str) -> Pixels:
    """Return values from 0 to 1 as numbers of a kind: whole ones to their highest, floats as they are."""
    type_ = np.dtype(kind)
    if type_.kind == "f":
        return values.astype(type_)
    top = np.iinfo(type_).max
    return np.rint(values * float(top)).clip(0, float(top)).astype(type_)


def clear(values: Pixels) -> Pixels:
    """Return values with a channel of even transparency."""
    return np.concatenate([values, np.full_like(values[..., :1], ALPHA)], axis=-1)


def on_white(values: Pixels) -> Pixels:
    return values * ALPHA + 1 - ALPHA


def inks() -> Pixels:
    return np.concatenate([1 - colours(), np.zeros_like(colours()[..., :1])], axis=-1)


def assert_right_or_told(data: bytes, expected: Pixels, most: float, *, told: bool) -> None:
    """Decode, and compare with the expected values; `most` in levels of 255. Told forms keep their size."""
    format_ = identify(data[:4096])
    assert format_ is not None
    if told:
        with pytest.raises(UnreadableError, match=r"not decoded here|cannot be decoded"):
            decode(data, format_)
        # HEIC's head is not looked into: nothing here takes it.
        assert announced_size(data, format_) in {(WIDTH, HEIGHT), (0, 0) if format_ in {"heic", "jxl"} else ()}
        return
    picture = decode(data, format_)
    assert "damaged" not in picture.facts
    assert picture.pixels.shape == (HEIGHT, WIDTH, 3)
    assert np.abs(picture.pixels - expected * 255.0).max() <= most
