"""What ordinary photographs hold and looks like a fault: white things, toned skies, crumbs of leaves, film, HEIC."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
import pytest

from stockctl.check.judge import judge
from stockctl.media.capture import Capture
from tests.benchmarks.pixels.degradations import DEGRADATIONS
from tests.check_pixels.test_rules import good, judged, measured, of
from tests.check_pixels.test_traces import CAMERA, camera, warned, warned_by

DOWN, ACROSS = np.mgrid[:1200, :1800].astype(np.float32)


def plate() -> Any:
    """Return food on a white plate, whose lit part has run out and whose rest is light, on a table."""
    far = np.hypot((ACROSS - 900) / 800, (DOWN - 620) / 540)
    lit = np.clip(272 - 0.045 * np.hypot(ACROSS - 600, DOWN - 300), 0, 255)[..., None] * np.ones(3)
    food = (np.hypot((ACROSS - 900) / 330, (DOWN - 620) / 220) < 1)[..., None]
    table = good() * 0.75
    return np.where(food, camera(), np.where((far < 1)[..., None], lit, table))


def test_a_white_plate_is_no_overexposure_and_one_exposed_too_long_is() -> None:
    picture = np.ascontiguousarray(plate(), np.uint8)
    values = measured(picture).values
    assert 0.1 < values["clipped"] < 0.5 * values["bright"]
    assert "overexposed" not in warned(picture, capture=CAMERA)
    assert "overexposed" in warned(DEGRADATIONS["over-1.5"][0](picture, np.random.default_rng(0)), capture=CAMERA)


@pytest.mark.parametrize("tone", [(255, 238, 196), (196, 240, 255)])
def test_a_toned_sky_counts_less_than_a_white_one(tone: tuple[int, int, int]) -> None:
    toned, white = good().copy(), good().copy()
    toned[:760], white[:760] = tone, 255
    burnt = [measured(each).values["burnt"] for each in (toned, white)]
    assert burnt[0] == pytest.approx(burnt[1] / 2, abs=0.01)


def crumbs() -> Any:
    """Return dry leaves, crumbled: edges everywhere and nothing flat."""
    parts = np.random.default_rng(8).integers(0, 255, (400, 600)).astype(np.float32)
    rough = cv2.GaussianBlur(cv2.resize(parts, (1800, 1200), interpolation=cv2.INTER_NEAREST), (0, 0), 0.4)
    # They lie more densely in some places.
    places = cv2.GaussianBlur(np.random.default_rng(9).normal(0, 1, (1200, 1800)).astype(np.float32), (0, 0), 9)
    dense = 0.15 + 0.6 * np.abs(places / places.std())
    plane = 110 + dense * (rough - rough.mean())
    return np.clip(plane[..., None] * np.ones(3), 0, 255).astype(np.uint8)


def test_strong_texture_all_over_is_no_noise_and_grain_of_6_levels_on_it_is() -> None:
    assert "noise" not in warned(crumbs(), capture=CAMERA)
    grained = DEGRADATIONS["noise-6"][0](crumbs(), np.random.default_rng(0))
    assert "noise" in warned(grained, capture=CAMERA)


@pytest.mark.parametrize(
    ("make", "model", "scanned"),
    [
        ("FUJI PHOTO FILM CO., LTD.", "SP-3000", True),
        ("NORITSU KOKI", "QSS-32_33", True),
        ("EPSON", "Perfection V600", True),
        ("Canon", "CanoScan 9000F", True),
        ("Nikon", "Nikon SUPER COOLSCAN 5000 ED", True),
        ("Plustek", "OpticFilm 8100", True),
        ("Panasonic", "DMC-LS2", False),
        ("SAMSUNG", "GT-I9500", False),
        ("FUJIFILM", "X-T20", False),
        ("SEIKO EPSON CORP.", "R-D1", False),
        ("SONY", "DSC-P200", False),
    ],
)
def test_a_scanner_is_known_by_its_name(make: str, model: str, *, scanned: bool) -> None:
    capture = Capture(make=make, model=model)
    assert capture.scanned is scanned
    assert capture.from_camera is not scanned
    assert not Capture().from_camera


def test_the_grain_of_film_informs_and_a_scanner_is_no_camera() -> None:
    scanner = Capture(make="NORITSU KOKI", model="QSS-32_33")
    grained = DEGRADATIONS["noise-6"][0](good(), np.random.default_rng(0))
    assert judged(grained, scanner)["noise"].severity == "info"
    assert judged(grained, CAMERA)["noise"].severity == "warning"
    assert "noise" not in warned_by({"noise": 1.5}, scanner)
    assert "oversharpened" not in warned_by({"oversharpening": 0.5}, scanner)
    assert "overexposed" not in warned_by({"lost": 0.6}, scanner)


def test_a_night_sky_behind_black_trees_has_no_bands() -> None:
    random = np.random.default_rng(2)
    sky = np.array([20.5, 37.0, 89.0]) + random.normal(0, 2.4, (1200, 1800, 3))
    trees = cv2.GaussianBlur(random.normal(0, 1, (1200, 1800)).astype(np.float32), (0, 0), 40)
    share = np.clip(0.5 + 25 * trees / trees.std() + (600 - DOWN) / 300, 0, 1)[..., None]
    night = np.clip(np.rint(sky * share), 0, 255).astype(np.uint8)
    assert "banding" not in warned(night, capture=CAMERA)
    assert "banding" in warned((good() >> 4 << 4) | 8, capture=CAMERA)


def transformed(steps: Any) -> Any:
    """Return a picture whose 8 × 8 blocks were quantised by these steps (8, 8); where a step is 0, not at all."""
    plane = camera()[..., 1].astype(np.float32) - 128
    basis = np.stack([cv2.dct(column.reshape(8, 1)).ravel() for column in np.eye(8, dtype=np.float32)], axis=1)
    blocks = plane.reshape(150, 8, 225, 8).swapaxes(1, 2)
    coefficients = basis @ blocks @ basis.T
    safe = np.where(steps > 0, steps, 1)
    coefficients = np.where(steps > 0, np.rint(coefficients / safe) * safe, coefficients)
    back = (basis.T @ coefficients @ basis).swapaxes(1, 2).reshape(plane.shape)
    return np.repeat(np.clip(np.rint(back + 128), 0, 255).astype(np.uint8)[..., None], 3, axis=2)


def test_the_steps_of_a_phones_heic_are_no_compression_and_those_of_a_jpeg_are() -> None:
    steps = np.full((8, 8), 18.0)
    jpeg = measured(transformed(steps), 97)
    # What HEVC codes is the rest beside a prediction: the lowest frequencies show no step.
    steps[0, :2] = steps[1, 0] = 0
    phone = measured(transformed(steps), 97)
    told = [
        {finding.name for finding in judge(of(each.values, each.places, CAMERA), [])} & {"compression-artefacts"}
        for each in (jpeg, phone)
    ]
    assert jpeg.values["coding_step"] > 1.2
    assert phone.values["coding_step"] < 0.9
    assert told == [{"compression-artefacts"}, set()]


@pytest.mark.parametrize("camera_went_with_it", [True, False])
def test_what_the_camera_goes_with_is_not_shaken_and_a_picture_shaken_all_over_is(*, camera_went_with_it: bool) -> None:
    random = np.random.default_rng(3)
    scene = cv2.GaussianBlur(random.normal(128, 90, (1400, 2000, 3)), (0, 0), 1.6)
    scene = np.clip(128 + (scene - 128) * 4, 0, 255)
    streaks = cv2.blur(scene, (17, 1))
    if camera_went_with_it:
        # What is looked at is a tenth of the picture, soft at 100 %, and not blurred along a line.
        streaks[500:900, 700:1300] = cv2.GaussianBlur(scene, (0, 0), 1.2)[500:900, 700:1300]
    found = judged(np.rint(streaks).astype(np.uint8), CAMERA)
    assert ("motion-blur" in found) is not camera_went_with_it


def test_paper_that_fills_the_picture_is_not_flat_and_haze_is() -> None:
    random = np.random.default_rng(4)
    fibres = cv2.GaussianBlur(random.normal(0, 12, (1200, 1600)), (0, 0), 1.5)
    paper = np.repeat((232 + fibres * 0.8)[..., None], 3, axis=2)
    assert "low-contrast" not in judged(np.clip(np.rint(paper), 0, 255).astype(np.uint8), CAMERA)
    hills = cv2.GaussianBlur(random.normal(0, 1, (1200, 1600)), (0, 0), 90)
    haze = np.repeat((150 + 8 * hills / hills.std() + fibres * 0.1)[..., None], 3, axis=2)
    assert "low-contrast" in judged(np.clip(np.rint(haze), 0, 255).astype(np.uint8), CAMERA)
