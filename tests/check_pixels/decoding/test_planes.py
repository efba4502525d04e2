"""TIFF of 16 bits in separate planes: the same picture as with its channels side by side, in every packing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from stockctl.check.measure.hashes import perceptual_hash
from stockctl.errors import DamagedError
from stockctl.media.decoding.decode import decode
from tests.check_pixels.decoding.forms import colours, levels
from tests.check_pixels.decoding.tiffs import DEFLATE, NONE, RGB, tiff

if TYPE_CHECKING:
    from stockctl.media.decoding.picture import Picture

VALUES = levels(colours(), "u2")
ORIENTATION, SAMPLES, EXTRA = 274, 277, 338


def picture(**options: Any) -> Picture:
    return decode(tiff(VALUES, RGB, **options), "tiff")


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"order": ">"},
        {"compression": DEFLATE, "predictor": 2},
        {"compression": DEFLATE, "predictor": 2, "tile": 32, "order": ">"},
        {"big": True},
        {"tags": {ORIENTATION: (6,)}},
        {"tags": {ORIENTATION: (3,)}, "compression": DEFLATE},
    ],
    ids=str,
)
def test_planes_are_the_picture_that_channels_side_by_side_are(options: dict[str, Any]) -> None:
    apart, beside = picture(planes=2, **options), picture(planes=1, **options)
    assert np.array_equal(apart.pixels, beside.pixels)
    assert perceptual_hash(apart.pixels[..., 1].copy()) == perceptual_hash(beside.pixels[..., 1].copy())
    assert apart.facts == beside.facts
    assert apart.facts["bits"] == 16


def test_planes_that_are_missing_or_lead_out_are_damage() -> None:
    whole = tiff(VALUES, RGB, planes=2, compression=NONE)
    # Four channels are promised, and there are parts for three.
    four = tiff(VALUES, RGB, planes=2, tags={SAMPLES: (4,), EXTRA: (2,)})
    for broken in (whole[: len(whole) // 2], four):
        with pytest.raises(DamagedError):
            decode(broken, "tiff")
