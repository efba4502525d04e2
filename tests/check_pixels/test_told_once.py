"""Soft, enlarged or both: told once, by what is more true; and what all tones of a picture tell together."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from stockctl.check.thresholds import THRESHOLDS
from stockctl.media.decoding.decode import decode
from tests.benchmarks.pixels.degradations import DEGRADATIONS
from tests.check_pixels.test_rules import measured
from tests.check_pixels.test_traces import CAMERA, camera, warned, warned_by

SAMPLES = Path(__file__).parents[2] / "sample_assets" / "photos"


def test_the_rhythm_of_twofold_enlarging_is_told_whatever_the_zoom_and_however_soft() -> None:
    zoomed = replace(CAMERA, digital_zoom=1.6)
    assert "upscaled" in warned_by({"enlarged": 2.5, "detail_db": -16.0, "doubling": 1.3}, zoomed)
    assert "upscaled" in warned_by({"enlarged": 0.1, "detail_db": -16.0, "doubling": 1.3}, CAMERA)
    assert "upscaled" not in warned_by({"enlarged": 0.1, "detail_db": -16.0, "doubling": 0.8}, CAMERA)
    assert "upscaled" not in warned_by({"enlarged": -5.4, "detail_db": -16.0, "doubling": 1.1}, CAMERA)


def test_a_soft_picture_is_told_once_as_enlarged_where_the_traces_are_clear_and_else_as_out_of_focus() -> None:
    soft = {"sharpness": -27.0, "detail_db": -19.0, "enlarged": 3.0, "doubling": 0.2}
    told = [
        warned_by(soft | more, CAMERA)
        for more in ({}, {"detail_db": -22.0}, {"enlarged": 5.0}, {"doubling": 1.3}, {"enlarged": -5.0})
    ]
    assert told == [{"out-of-focus"}, {"out-of-focus"}, {"upscaled"}, {"upscaled"}, {"out-of-focus"}]
    # What only informs hides no lack of focus.
    assert warned_by(soft | {"enlarged": 4.5}) == {"out-of-focus"}
    assert warned_by(soft | {"enlarged": 6.0}, replace(CAMERA, digital_zoom=2.6)) == {"out-of-focus"}


@pytest.mark.parametrize("sigma", [1.5, 2, 3])
def test_what_is_blurred_is_out_of_focus_and_not_enlarged(sigma: float) -> None:
    assert warned(cv2.GaussianBlur(camera(), (0, 0), sigma), capture=CAMERA) == {"out-of-focus"}


def test_what_is_enlarged_and_soft_is_enlarged() -> None:
    soft = np.asarray(cv2.GaussianBlur(camera(), (0, 0), 2), np.uint8)
    large = DEGRADATIONS["upscaled-2-linear"][0](soft, np.random.default_rng(3))
    assert measured(large).values["sharpness"] < THRESHOLDS["out-of-focus"].limit
    assert warned(large, capture=CAMERA) == {"upscaled"}


def test_all_tones_together_tell_too_much_light_where_a_camera_is_named() -> None:
    bright = {"exposure": 1.5, "clipped": 0.2, "clipped_colour": 0.6}
    assert warned_by(bright, CAMERA) == {"overexposed"}
    assert "overexposed" not in warned_by(bright | {"exposure": -0.5}, CAMERA)
    assert "overexposed" not in warned_by(bright)
    assert "overexposed" not in warned_by(bright, CAMERA, limits={"overexposed": 0.15})


@pytest.mark.parametrize(
    ("name", "stops"),
    [
        ("bali-2026/rice-terrace-ubud-0042.jpg", "2"),
        ("bali-2026/sunset-sanur-beach-0107.jpg", "1.5"),
    ],
)
def test_a_photo_with_too_much_light_is_told_and_as_it_was_taken_it_is_not(name: str, stops: str) -> None:
    photo = np.ascontiguousarray(decode((SAMPLES / name).read_bytes(), "jpeg").pixels)
    spoiled = DEGRADATIONS[f"over-{stops}"][0](photo, np.random.default_rng(0))
    assert "overexposed" not in warned(photo, capture=CAMERA)
    assert "overexposed" in warned(spoiled, capture=CAMERA)
