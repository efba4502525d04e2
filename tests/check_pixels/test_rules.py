"""What the pixel rules say of good pictures and of degraded ones."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stockctl.check.asset import Asset
from stockctl.check.measure import Measured, measure
from stockctl.check.rules.registry import rules
from stockctl.check.thresholds import CONDITIONAL, THRESHOLDS, judge
from stockctl.media.capture import Capture
from stockctl.media.decoding.decode import decode
from stockctl.metadata import Record
from tests.benchmarks.pixels.degradations import DEGRADATIONS, encoded
from tests.pictures import texture

if TYPE_CHECKING:
    from collections.abc import Callable

    from stockctl.report.finding import Finding

PIXEL_RULES = [rule for rule in rules().values() if rule.id.startswith("IMG0") and not rule.per_agency]


@cache
def good() -> Any:
    """A texture with some sky: smooth above, detailed below."""
    picture = texture(1800, 1200, 3).copy()
    sky = np.linspace(150, 205, 480)[:, None, None] * np.array([0.86, 0.95, 1.04])
    grain = np.random.default_rng(1).normal(0, 0.6, (480, 1800, 3))
    picture[:480] = np.clip(sky + grain, 0, 250).astype(np.uint8)
    picture[1100:1110, 100:110] = 246
    return picture


def measured(pixels: Any, quality: int = 95) -> Measured:
    return measure(decode(encoded(pixels, quality), "jpeg"), Capture())


@cache
def as_it_was() -> dict[str, float]:
    return measured(good()).values


def of(measurements: Any, places: Any, capture: Capture | None = None) -> Asset:
    return Asset(
        path=Path("a.jpg"),
        media_id="",
        file_sha256="",
        kind="photo",
        format="jpeg",
        width=1800,
        height=1200,
        bytes=1,
        record=Record(),
        capture=capture or Capture(),
        measurements=measurements,
        places=places,
    )


def judged(pixels: Any, capture: Capture | None = None) -> dict[str, Finding]:
    result = measured(pixels)
    asset = of(result.values, result.places, capture)
    return {finding.name: finding for rule in PIXEL_RULES for finding in rule.judge(asset)}


def judged_by(measurements: dict[str, float], capture: Capture) -> set[str]:
    asset = of(measurements, {}, capture)
    return {finding.name for rule in PIXEL_RULES for finding in rule.judge(asset)}


def warned(pixels: Any, capture: Capture | None = None) -> set[str]:
    return {name for name, finding in judged(pixels, capture).items() if finding.severity != "info"}


def test_a_good_picture_is_left_alone() -> None:
    assert warned(good()) == set()


@pytest.mark.parametrize("name", [name for name in DEGRADATIONS if name not in {"colour-cast", "dust-8", "halos"}])
def test_a_degradation_moves_its_measurement_the_wrong_way(name: str) -> None:
    degrade, rule = DEGRADATIONS[name]
    threshold = (THRESHOLDS | CONDITIONAL)[rule]
    # What is not measured (light that has nothing burnt) is as good as it can be.
    before = as_it_was().get(threshold.measurement, -np.inf if threshold.above else np.inf)
    after = measured(degrade(good(), np.random.default_rng(0))).values[threshold.measurement]
    assert (after > before) if threshold.above else (after < before)


def stronger(name: str) -> Any:
    random = np.random.default_rng(0)
    grain = random.normal(0, 6, good().shape)
    forms: dict[str, Callable[[], Any]] = {
        "out-of-focus": lambda: cv2.GaussianBlur(good(), (0, 0), 2),
        "noise": lambda: np.clip(good() + grain, 0, 255).astype(np.uint8),
        "compression-artefacts": lambda: DEGRADATIONS["jpeg-50"][0](good(), random),
        "banding": lambda: (good() >> 4 << 4) | 8,
        "underexposed": lambda: good() // 3,
        "overexposed": lambda: np.clip(good() * np.array([2.6, 2.2, 1.5]), 0, 255).astype(np.uint8),
        "low-contrast": lambda: (100 + good() // 8).astype(np.uint8),
        "oversharpened": lambda: DEGRADATIONS["halos"][0](good(), random),
    }
    return forms[name]()


@pytest.mark.parametrize(
    "rule",
    [
        "out-of-focus",
        "noise",
        "compression-artefacts",
        "banding",
        "underexposed",
        "overexposed",
        "low-contrast",
        "oversharpened",
    ],
)
def test_a_badly_degraded_picture_is_warned_about(rule: str) -> None:
    assert rule in warned(stronger(rule))


def test_a_shake_is_told_from_a_lack_of_focus_and_a_long_exposure_is_meant() -> None:
    shaken = {"shake": 40.0, "shaken": 5.0, "sharpness": -28.0}
    assert {"motion-blur"} == judged_by(shaken, Capture(exposure_s=1 / 30))
    assert {"out-of-focus"} == judged_by(shaken | {"shake": 5.0, "shaken": -4.0}, Capture(exposure_s=1 / 30))
    assert {"out-of-focus"} == judged_by(shaken | {"sharpness": -50.0}, Capture(exposure_s=1 / 30))
    assert "motion-blur" not in judged_by(shaken, Capture(exposure_s=2.0))


@cache
def grain() -> Any:
    return np.random.default_rng(4).normal(0, 1, (*good().shape[:2], 1))


@pytest.mark.parametrize("quality", [95, 85])
@pytest.mark.parametrize("grained", [0.0, 1.0, 2.0])
@pytest.mark.parametrize("sigma", [3, 5, 8, 12])
def test_a_strong_blur_is_out_of_focus_whatever_grain_and_coding_leave(
    sigma: int, grained: float, quality: int
) -> None:
    blurred = cv2.GaussianBlur(good(), (0, 0), sigma) + grained * grain()
    result = measured(np.clip(np.rint(blurred), 0, 255).astype(np.uint8), quality)
    assert judge(of(result.values, result.places), "out-of-focus") is not None


@settings(max_examples=12, deadline=None, derandomize=True)
@given(st.integers(10, 99), st.floats(0.25, 1.0), st.floats(2.0, 5.0), st.floats(1.2, 4.0))
def test_who_is_out_of_focus_stays_so_when_blurred_more(seed: int, contrast: float, sigma: float, more: float) -> None:
    picture = (128 + contrast * (texture(900, 600, seed).astype(np.float32) - 128)).astype(np.uint8)
    for blur in (sigma, sigma * more):
        result = measured(cv2.GaussianBlur(picture, (0, 0), min(blur, 12)))
        assert judge(of(result.values, result.places), "out-of-focus") is not None


@settings(max_examples=8, deadline=None, derandomize=True)
@given(st.integers(10, 99), st.floats(0.25, 1.0), st.floats(0.0, 2.0))
def test_a_sharp_picture_is_never_out_of_focus(seed: int, contrast: float, grained: float) -> None:
    picture = 128 + contrast * (texture(900, 600, seed).astype(np.float32) - 128) + grained * grain()[:600, :900]
    assert "out-of-focus" not in warned(np.clip(picture, 0, 255).astype(np.uint8))


@pytest.mark.parametrize("grained", [0.0, 0.6, 1.5])
def test_a_smooth_sky_is_not_out_of_focus(grained: float) -> None:
    rows, columns = np.mgrid[:1200, :1800] / 1200
    sky = (150 + 60 * rows + 10 * columns**2)[..., None] * np.array([0.86, 0.95, 1.04])
    assert "out-of-focus" not in warned(np.clip(np.rint(sky + grained * grain()), 0, 255).astype(np.uint8))


def test_a_shallow_depth_of_field_is_not_out_of_focus() -> None:
    blurred = cv2.GaussianBlur(good(), (0, 0), 6)
    blurred[500:900, 700:1200] = good()[500:900, 700:1200]
    assert "out-of-focus" not in warned(blurred)


def test_a_white_background_is_neither_bright_nor_clipped_nor_framed() -> None:
    picture = np.full((1200, 1800, 3), 255, np.uint8)
    picture[400:1000, 500:1300] = good()[500:1100, 500:1300]
    assert warned(picture) & {"overexposed", "clipped-highlights", "border"} == set()


def test_a_black_and_white_picture_is_no_cast() -> None:
    grey = np.repeat(good()[..., 1:2], 3, axis=2)
    assert "colour-cast" not in judged(grey)
    assert warned(grey) == set()


def test_a_border_is_found_and_its_box_is_at_the_top() -> None:
    framed = good().copy()
    framed[:60] = framed[-60:] = 255
    framed[:, :60] = framed[:, -60:] = 255
    finding = judged(framed)["border"]
    assert finding.value == pytest.approx(1 - 1080 * 1680 / (1200 * 1800), abs=0.01)
    assert finding.box is not None
    assert finding.box[:2] == (0, 0)


def test_a_printed_date_is_found_in_its_corner() -> None:
    stamped = good().copy()
    cv2.putText(stamped, "26 11 21", (1430, 1150), cv2.FONT_HERSHEY_PLAIN, 4, (255, 140, 20), 6)
    finding = judged(stamped)["date-stamp"]
    assert finding.box is not None
    x, y, width, height = finding.box
    assert 1380 < x < 1480
    assert 1080 < y < 1160
    assert width > 200
    assert height < 90


def test_a_tilted_horizon_is_measured() -> None:
    rows, columns = np.mgrid[:1200, :1800]
    sea = rows > 600 + (columns - 900) * np.tan(np.deg2rad(2.5))
    picture = np.where(sea[..., None], (40, 60, 80), (190, 205, 230)).astype(np.uint8)
    finding = judged(picture)["tilted-horizon"]
    assert finding.value == pytest.approx(2.5, abs=0.4)
    assert "rotate by -2" in finding.hint


def test_dust_in_the_sky_is_counted() -> None:
    dusty = good().astype(np.float32)
    spots = np.zeros(dusty.shape[:2], np.float32)
    for column in range(150, 1750, 200):
        cv2.circle(spots, (column, 240), 6, 1.0, -1)
    dusty *= (1 - 0.1 * cv2.GaussianBlur(spots, (0, 0), 1))[..., None]
    clean, found = (measured(np.rint(each).astype(np.uint8)).values["dust_spots"] for each in (good(), dusty))
    assert clean == 0
    assert found >= 7


@pytest.mark.parametrize("size", [(1, 1), (1, 500), (40, 30), (64, 64), (65, 200)])
def test_tiny_pictures_are_measured_without_a_fault(size: tuple[int, int]) -> None:
    picture = np.full((*size, 3), 128, np.uint8)
    assert measured(picture).values["median"] == pytest.approx(128, abs=2)


@pytest.mark.parametrize("level", [0, 128, 255])
def test_one_even_tone_is_measured_without_a_fault(level: int) -> None:
    assert np.isfinite(list(measured(np.full((400, 600, 3), level, np.uint8)).values.values())).all()


SHAKEN = {"shake": 26.0, "shaken": 4.0, "sharpness": -21.0}


@pytest.mark.parametrize(
    ("measurements", "capture", "found"),
    [
        pytest.param(SHAKEN, Capture(), True, id="nothing known"),
        pytest.param(SHAKEN, Capture(exposure_s=1 / 30, focal_mm=50), True, id="by hand"),
        pytest.param(SHAKEN, Capture(exposure_s=4, focal_mm=50), False, id="long exposure"),
        pytest.param(SHAKEN, Capture(exposure_s=1 / 1000, focal_mm=4.2), True, id="a phone, by hand"),
        pytest.param(SHAKEN | {"shaken": 2.0}, Capture(exposure_s=1 / 1250, focal_mm=50), False, id="ripples"),
        pytest.param(SHAKEN | {"shaken": 2.0}, Capture(exposure_s=1 / 500, focal_mm=50), True, id="not so short"),
        pytest.param(SHAKEN | {"shaken": 2.0}, Capture(exposure_s=1 / 1250, focal_mm=600), True, id="a long lens"),
        pytest.param(SHAKEN | {"shaken": 9.0}, Capture(exposure_s=1 / 4000, focal_mm=50), True, id="a jolt"),
        pytest.param(SHAKEN | {"shaken": 0.5}, Capture(), False, id="a dip alone"),
        pytest.param(SHAKEN | {"sharpness": -45.0}, Capture(), False, id="nothing left"),
    ],
)
def test_a_shake_needs_all_signs_and_time(measurements: dict[str, float], capture: Capture, *, found: bool) -> None:
    assert ("motion-blur" in judged_by(measurements, capture)) is found


@pytest.mark.parametrize(("limit", "found"), [(20.0, True), (30.0, False)])
def test_a_limit_of_ones_own_is_one_on_the_depth_of_the_dip(limit: float, *, found: bool) -> None:
    asset = replace(of(SHAKEN | {"shaken": -3.0}, {}), facts={"limits": {"motion-blur": limit}})
    assert ("motion-blur" in {hit.name for rule in PIXEL_RULES for hit in rule.judge(asset)}) is found


def test_every_threshold_says_why_and_every_pixel_rule_how_to_mend() -> None:
    assert all(threshold.reason for threshold in THRESHOLDS.values())
    assert all("To mend:" in rule.explanation for rule in PIXEL_RULES)


@pytest.mark.parametrize(
    ("step", "quality", "found"),
    [
        pytest.param(1.1, 45, False, id="a camera's coarse setting"),
        pytest.param(1.1, 95, True, id="hidden under a better one"),
        pytest.param(2.0, 25, True, id="too coarse for any camera"),
    ],
)
def test_a_coarse_setting_passes_unless_it_is_hidden(step: float, quality: int, *, found: bool) -> None:
    asset = replace(of({"coding_step": step}, {}), facts={"quality": quality})
    assert ("compression-artefacts" in {hit.name for rule in PIXEL_RULES for hit in rule.judge(asset)}) is found
