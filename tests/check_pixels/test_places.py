"""The box of a finding lies where its fault was planted, whichever way the file lies."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np
import pytest

from stockctl.check.measure import measure
from stockctl.media.capture import Capture
from stockctl.media.decoding.decode import decode
from tests.benchmarks.pixels.degradations import compressed, encoded, posterised, tinted
from tests.check_pixels.test_rules import good, judged
from tests.pictures import texture

if TYPE_CHECKING:
    from collections.abc import Callable

# Left of the middle, above it: no turn and no mirror puts it in its own place again.
ROWS, COLUMNS = slice(160, 560), slice(80, 880)
# None of what is used here draws from it.
RANDOM = np.random.default_rng(0)
PATCH = np.zeros((1200, 1800), bool)
PATCH[ROWS, COLUMNS] = True


def soft_elsewhere() -> Any:
    picture = cv2.GaussianBlur(good(), (0, 0), 8)
    picture[ROWS, COLUMNS] = texture(800, 400, 5)
    return picture


def compressed_there() -> Any:
    picture = cv2.GaussianBlur(texture(1800, 1200, 3), (0, 0), 3)
    picture[ROWS, COLUMNS] = compressed(texture(1800, 1200, 3), RANDOM)[ROWS, COLUMNS]
    return picture


def slopes() -> Any:
    """Return a sky's tones, with as little grain as a camera leaves."""
    rows, columns = np.mgrid[:1200, :1800] / 1800
    sky = (60 + 110 * rows + 60 * columns)[..., None] * np.array([0.9, 1.0, 1.1])
    return np.clip(sky + np.random.default_rng(1).normal(0, 0.5, sky.shape), 0, 255).astype(np.uint8)


def stepped_there() -> Any:
    picture = (texture(1800, 1200, 3) * 0.25).astype(np.uint8)
    picture[ROWS, COLUMNS] = posterised(slopes(), RANDOM)[ROWS, COLUMNS]
    return picture


def flat_there() -> Any:
    picture = 110 + texture(1800, 1200, 3).astype(np.float32) / 12
    picture[ROWS, COLUMNS] = 120 + (picture[ROWS, COLUMNS] - 120) / 6
    return np.rint(picture).astype(np.uint8)


def tinted_there() -> Any:
    picture = (texture(1800, 1200, 3) * 0.5).astype(np.uint8)
    white = 0.8 * 255 + 0.1 * texture(1800, 1200, 4)[ROWS, COLUMNS].astype(np.float32)
    picture[ROWS, COLUMNS] = tinted(tinted(np.minimum(white, 225).astype(np.uint8), RANDOM), RANDOM)
    return picture


def burnt_there() -> Any:
    picture = (texture(1800, 1200, 3) * 0.7).astype(np.uint8)
    picture[ROWS, COLUMNS] = (255, 240, 180)
    return picture


def dusty_there() -> Any:
    picture = slopes().astype(np.float32)
    spots = np.zeros(picture.shape[:2], np.float32)
    for column in range(200, 800, 100):
        cv2.circle(spots, (column, 360), 6, 1.0, -1)
    return np.rint(picture * (1 - 0.1 * cv2.GaussianBlur(spots, (0, 0), 1))[..., None]).astype(np.uint8)


PLANTED: dict[str, Callable[[], Any]] = {
    "sharpness": soft_elsewhere,
    "coding_step": compressed_there,
    "banding": stepped_there,
    "contrast": flat_there,
    "cast": tinted_there,
    "clipped": burnt_there,
    "dust_spots": dusty_there,
}


@cache
def planted(name: str) -> Any:
    return decode(encoded(PLANTED[name]()), "jpeg")


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("name", PLANTED)
def test_the_box_lies_where_the_fault_is(name: str, orientation: int) -> None:
    turned = replace(planted(name), orientation=orientation)
    x, y, width, height = measure(turned, Capture()).places[name]
    inside = turned.upright(PATCH)
    assert inside.shape == (turned.height, turned.width)
    assert inside[y : y + height, x : x + width].mean() > 0.75


def test_artefacts_have_a_box() -> None:
    assert judged(compressed(good(), RANDOM))["compression-artefacts"].box is not None


def test_steps_have_a_box() -> None:
    assert judged((good() >> 4 << 4) | 8)["banding"].box is not None


def test_flat_tones_have_a_box() -> None:
    # As haze lies over a country: texture alone, paper or cloth, is not flat.
    haze = flat_there() // 3 + np.linspace(50, 80, 1200)[:, None, None]
    assert judged(np.rint(haze).astype(np.uint8))["low-contrast"].box is not None


def test_a_cast_has_a_box() -> None:
    amber = (texture(1800, 1200, 3) * np.array([1.0, 0.85, 0.5])).astype(np.uint8)
    assert judged(amber)["colour-cast"].box is not None
