"""What is told from its traces: enlarging, shaking, burning out, grain; and what looks like it and is none."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np
import pytest

from stockctl.check.judge import judge
from stockctl.check.measure import measure
from stockctl.check.thresholds import CONDITIONAL, THRESHOLDS
from stockctl.media.capture import Capture
from stockctl.media.decoding.decode import decode
from stockctl.media.decoding.picture import Picture
from tests.benchmarks.pixels.degradations import DEGRADATIONS, HARMLESS, encoded, enlarged
from tests.check_pixels.test_rules import good, measured, of
from tests.pictures import texture

if TYPE_CHECKING:
    from collections.abc import Callable

CAMERA = Capture(make="Camera")
KERNELS = [f"upscaled-{times}-{kernel}" for times in ("2", "1.5") for kernel in ("cubic", "lanczos", "linear")]
STEEP = np.linspace(0, 1, 1800)[None, :, None]
DOWN, ACROSS = np.mgrid[:1200, :1800].astype(np.float32)


def warned(pixels: Any, **changes: Any) -> set[str]:
    result = measured(np.ascontiguousarray(pixels, np.uint8))
    asset = replace(of(result.values, result.places), **changes)
    return {finding.name for finding in judge(asset, []) if finding.severity == "warning" and finding.rule[:3] == "IMG"}


@cache
def camera() -> Any:
    """Return the good picture as sharp as a lens and a sensor leave it."""
    return np.asarray(cv2.GaussianBlur(good(), (0, 0), 0.7), np.uint8)


def degraded(name: str) -> Any:
    return DEGRADATIONS[name][0](camera(), np.random.default_rng(3))


def test_the_picture_that_is_degraded_is_good() -> None:
    assert warned(camera()) == set()


@pytest.mark.parametrize("name", [*KERNELS, "upscaled-2-native"])
def test_an_enlarged_picture_is_told(name: str) -> None:
    assert "upscaled" in warned(degraded(name), capture=CAMERA)


def test_a_side_that_is_not_twice_the_old_one_to_the_pixel_leaves_its_trace_too() -> None:
    odd = np.asarray(cv2.GaussianBlur(texture(1799, 1199, 3), (0, 0), 0.7), np.uint8)
    twice = DEGRADATIONS["upscaled-2-cubic"][0](odd, np.random.default_rng(3))
    assert "upscaled" in warned(twice, capture=CAMERA)
    assert "upscaled" not in warned(odd, capture=CAMERA)


HARDLY: dict[str, Callable[[], Any]] = {
    "smaller": lambda: HARMLESS["smaller-0.6"](camera(), np.random.default_rng(0)),
    "smaller by Lanczos": lambda: cv2.resize(camera(), (1260, 840), interpolation=cv2.INTER_LANCZOS4),
    "soft": lambda: cv2.GaussianBlur(camera(), (0, 0), 0.6),
    "smoothed": lambda: cv2.bilateralFilter(camera(), 5, 15, 1.5),
    "cut out": lambda: camera()[3:, 5:],
    "saved twice": lambda: decode(encoded(camera()[1:, 1:], 90), "jpeg").pixels,
}


@pytest.mark.parametrize("name", HARDLY)
def test_what_was_scaled_down_or_smoothed_is_no_enlarged_picture(name: str) -> None:
    assert "upscaled" not in warned(HARDLY[name](), capture=CAMERA)


@pytest.mark.parametrize("quality", [90, 98])
@pytest.mark.parametrize("times", [1.7, 2.5, 3])
def test_other_factors_and_qualities_are_told_too(times: float, quality: int) -> None:
    larger = enlarged(times, cv2.INTER_CUBIC)(camera(), np.random.default_rng(3))
    assert measured(larger, quality).values["enlarged"] > THRESHOLDS["enlarged"].limit


def test_traces_of_interpolation_only_inform_where_no_camera_is_named_or_the_camera_zoomed() -> None:
    zoomed = Capture(make="Camera", digital_zoom=2.6)
    found = {
        capture: [finding.severity for finding in judge(of(values, {}, capture), []) if finding.name == "upscaled"]
        for capture in (CAMERA, Capture(), zoomed, replace(zoomed, digital_zoom=1.0))
        for values in ({"enlarged": 2.5, "detail_db": -16.0, "doubling": 0.5},)
    }
    assert list(found.values()) == [["warning"], ["info"], ["info"], ["warning"]]
    assert "upscaled" in warned_by({"enlarged": CONDITIONAL["enlarged-of-no-camera"].limit + 0.1})
    assert "upscaled" in warned_by({"enlarged": 2.5, "detail_db": -22.0})
    assert "upscaled" in warned_by({"enlarged": 1.0, "detail_db": -16.0}, CAMERA)
    assert "upscaled" not in warned_by({"enlarged": 0.6, "detail_db": -16.0}, CAMERA)


def test_a_picture_with_hardly_any_detail_is_not_asked() -> None:
    assert "enlarged" not in measured(np.full((900, 1200, 3), 90, np.uint8)).values


def warned_by(values: dict[str, float], capture: Capture | None = None, **facts: Any) -> set[str]:
    asset = replace(of(values, {}, capture or Capture()), facts=facts)
    return {finding.name for finding in judge(asset, []) if finding.severity == "warning" and finding.rule[:3] == "IMG"}


@pytest.mark.parametrize("length", [9, 15, 25])
def test_a_shaken_picture_is_told(length: int) -> None:
    assert "motion-blur" in warned(degraded(f"motion-{length}"))


@pytest.mark.parametrize("length", [9, 15, 25])
def test_a_long_shake_is_as_clear_as_a_short_one(length: int) -> None:
    soft = np.asarray(cv2.GaussianBlur(good(), (0, 0), 1.2), np.uint8)
    grain = np.random.default_rng(2).normal(0, 4, soft.shape)
    shaken = DEGRADATIONS[f"motion-{length}"][0](soft, np.random.default_rng(4))
    shake = measured(np.clip(shaken + grain, 0, 255).astype(np.uint8)).values["shake"]
    assert shake > THRESHOLDS["motion-blur"].limit


@pytest.mark.parametrize(
    "pixels",
    [
        pytest.param(60 + 120 * STEEP + 0 * DOWN[..., None], id="a gradient"),
        pytest.param(128 + 60 * np.sin(ACROSS / 5)[..., None], id="stripes"),
        pytest.param(128 + 60 * np.sin(np.hypot(ACROSS - 900, DOWN - 600) / 7)[..., None], id="rings"),
        pytest.param(128 + 60 * np.sin((ACROSS + 2 * DOWN) / 3)[..., None] * np.sin(DOWN / 90)[..., None], id="rain"),
        pytest.param(cv2.GaussianBlur(good(), (0, 0), 4), id="out of focus"),
    ],
)
def test_what_has_a_direction_or_none_is_not_shaken(pixels: Any) -> None:
    noise = np.random.default_rng(2).normal(0, 0.8, (1200, 1800, 3))
    assert "motion-blur" not in warned(np.clip(pixels + noise, 0, 255))


def isolated(ground: int) -> Any:
    """Return a thing in the middle of an even ground."""
    picture = np.full((1200, 1800, 3), ground, np.uint8)
    thing = np.hypot((ACROSS - 900) / 700, (DOWN - 600) / 480) < 1
    picture[thing] = np.roll(camera(), -200, axis=0)[thing]
    return picture


def test_a_white_ground_is_no_overexposure() -> None:
    assert warned(isolated(255)) == set()


def test_a_picture_that_is_burnt_out_is_told_though_no_half_of_it_is_clipped() -> None:
    burnt = good().copy()
    burnt[500:1000, 200:1600] = np.clip(burnt[500:1000, 200:1600].astype(int) + 130, 0, 255)
    values = measured(burnt).values
    assert 0.17 < values["clipped"] < 0.42
    assert "overexposed" in warned(burnt, capture=CAMERA)


def test_the_middle_counts_more_than_the_rim_and_a_drawing_may_be_light() -> None:
    amid, beside = good().copy(), good().copy()
    amid[500:900, 600:1200] = 255
    beside[800:1200, 0:300] = beside[800:1200, 1500:1800] = 255
    assert measured(amid).values["clipped"] == pytest.approx(measured(beside).values["clipped"], abs=0.01)
    assert "overexposed" in warned(amid, capture=CAMERA)
    assert "overexposed" not in warned(beside, capture=CAMERA)
    assert "overexposed" in warned_by({"burnt": 0.2}, CAMERA)
    assert "overexposed" not in warned_by({"burnt": 0.2})
    assert "overexposed" in warned_by({"burnt": 0.2}, limits={"overexposed": 0.15})


def test_a_lamp_over_dark_shadows_may_burn_more_than_a_picture_whose_shadows_are_light() -> None:
    assert "overexposed" not in warned_by({"burnt": 0.118, "dark": 31.0}, CAMERA)
    assert "overexposed" in warned_by({"burnt": 0.118, "dark": 90.0}, CAMERA)
    assert "overexposed" not in warned_by({"burnt": 0.06, "dark": 190.0}, CAMERA)


def test_rims_that_reach_no_end_are_halos_where_a_camera_is_named() -> None:
    assert "oversharpened" in warned_by({"oversharpening": 0.5}, CAMERA)
    assert "oversharpened" not in warned_by({"oversharpening": -0.5}, CAMERA)
    assert "oversharpened" not in warned_by({"oversharpening": 0.5})
    assert "oversharpened" not in warned_by({"oversharpening": 0.5}, CAMERA, limits={"oversharpened": 1.0})


@cache
def tiled(lowest: int, highest: int, *, lit: bool) -> Any:
    """Return even tiles of all tones between two levels, as a lens leaves them, with glints and gaps if lit."""
    tones = np.random.default_rng(5).integers(lowest, highest, (30, 45)).astype(np.uint8)
    plane = np.kron(tones, np.ones((40, 40), np.uint8))
    plane = np.asarray(cv2.GaussianBlur(plane, (0, 0), 0.9), np.uint8)
    if lit:
        for down, across in np.ndindex(3, 3):
            plane[9 + down :: 40, 9 + across :: 20], plane[30 + down :: 40, 9 + across :: 20] = 255, 0
    grain = np.random.default_rng(6).normal(0, 1.2, plane.shape)
    return np.repeat(np.clip(plane + grain, 0, 255).astype(np.uint8)[..., None], 3, axis=2)


@pytest.mark.parametrize(("lowest", "highest", "lit"), [(70, 190, False), (30, 226, True)])
def test_steps_overshoot_where_a_picture_is_sharpened_and_not_where_light_falls_on_detail(
    lowest: int, highest: int, *, lit: bool
) -> None:
    plain = tiled(lowest, highest, lit=lit)
    sharpened = DEGRADATIONS["unsharp-180"][0](plain, np.random.default_rng(0))
    values = [measured(each).values for each in (plain, sharpened)]
    assert (values[0]["halos"] > 0.3) is lit
    assert values[0]["oversharpening"] < -1
    assert values[1]["oversharpening"] > 0.5
    assert "oversharpening" not in measured(np.full((1200, 1800, 3), 128, np.uint8)).values


def test_flats_without_any_noise_are_drawn_though_their_edges_are_rough() -> None:
    smooth = {"colours": 0.1, "grain": 0.45, "noise": 0.0, "chroma_noise": 0.0}
    assert of(smooth, {}).drawn
    assert not of(smooth | {"noise": 0.2}, {}).drawn
    assert not of(smooth, {}, CAMERA).drawn
    # Nothing but black and white: no flat in which noise could be measured.
    assert of({"colours": 1.0, "grain": 1.0}, {}).drawn
    assert not of({"burnt": 0.3}, {}).drawn


def test_a_bright_sky_alone_is_no_overexposure() -> None:
    bright = good().copy()
    bright[:420] = 255
    assert measured(bright).values["clipped"] > 0.3
    assert "overexposed" not in warned(bright, capture=CAMERA)


def test_a_colour_that_has_run_out_on_half_of_a_photograph_is_overexposed_and_a_white_ground_is_not() -> None:
    water = good().copy()
    water[:800, :, 2] = 255
    water[:800, :, :2] //= 2
    values = measured(water).values
    assert values["burnt"] < 0.02
    assert 0.5 < values["lost"] < 0.6
    assert "overexposed" in warned_by(values, CAMERA)
    assert "overexposed" not in warned_by(values)
    isolated = np.full_like(water, 255)
    isolated[400:800, 600:1200] = good()[400:800, 600:1200]
    values = measured(isolated).values
    assert values["clipped"] > 0.7
    assert values["lost"] < 0.05
    assert "overexposed" not in warned_by({"lost": 0.6}, CAMERA, limits={"overexposed": 0.15})


@pytest.mark.parametrize(("ground", "found"), [(247, True), (255, False), (225, False)])
def test_a_ground_that_is_nearly_white_is_told(ground: int, *, found: bool) -> None:
    result = measured(isolated(ground))
    names = {finding.name for finding in judge(of(result.values, result.places), [])}
    assert ("grey-ground" in names) is found


def leaves() -> Any:
    """Return a picture that is rough all over, but not as finely as grain is: its flattest parts are texture, too."""
    rough = cv2.GaussianBlur(np.random.default_rng(5).normal(0, 1, (1200, 1800)).astype(np.float32), (0, 0), 1.8)
    return np.clip(110 + 55 * rough[..., None] / rough.std() * np.array([0.7, 1.0, 0.6]), 0, 255)


def test_texture_is_no_noise_and_grain_over_it_is() -> None:
    assert "noise" not in warned(leaves())
    assert "noise" in warned(np.clip(good() + np.random.default_rng(6).normal(0, 6, good().shape), 0, 255))


def test_less_is_noise_where_the_file_names_a_camera_or_a_high_iso() -> None:
    assert "noise" in warned_by({"noise": 1.5}, Capture(iso=1600))
    assert "noise" in warned_by({"noise": 1.5}, CAMERA)
    assert "noise" not in warned_by({"noise": 0.95}, CAMERA)
    assert "noise" not in warned_by({"noise": 1.5}, Capture(iso=100))
    assert "noise" not in warned_by({"noise": 1.5})
    assert "noise" not in warned_by({"noise": 1.5}, Capture(iso=1600), limits={"noise": 1.8})


@pytest.mark.parametrize(("sigma", "share", "found"), [(2, 0.25, False), (2, 0.6, True), (3, 0.25, True)])
def test_grain_of_a_low_key_is_noise_where_there_is_more_of_it(sigma: int, share: float, *, found: bool) -> None:
    lit = ((STEEP[..., 0] < share) * 60 + 4.0)[..., None]
    grained = lit + np.random.default_rng(9).normal(0, sigma, (1200, 1800, 1)) * np.ones(3)
    assert ("noise" in warned(np.rint(np.clip(grained, 0, 255)), capture=CAMERA)) is found


def test_rims_are_thin_and_ink_is_not() -> None:
    random = np.random.default_rng(0)
    ink = camera().copy()
    for x in range(40, 1800, 80):
        ink[500:, x : x + 30], ink[500:, x + 30 : x + 60] = 0, 255
    assert np.isin(ink, (0, 255)).mean() > 0.3
    assert "oversharpened" not in warned(ink)
    assert "oversharpened" in warned(DEGRADATIONS["unsharp-180"][0](good(), random))


def poster() -> Any:
    """Return a flat drawing: clean edges, six colours, a burnt ground, and lines of black and white."""
    picture = np.full((1200, 1800, 3), 255, np.uint8)
    random = np.random.default_rng(8)
    for colour in random.integers(0, 255, (5, 3)).tolist():
        for _ in range(12):
            x, y, size = (
                int(v) for v in (random.integers(0, 1800), random.integers(0, 1200), random.integers(20, 160))
            )
            cv2.circle(picture, (x, y), size, colour, -1, cv2.LINE_AA)
            cv2.circle(picture, (x, y), size, (0, 0, 0), 3, cv2.LINE_AA)
    return picture


def test_what_is_plainly_drawn_is_not_judged_as_a_photograph() -> None:
    # Through JPEG the flat tones would keep some ringing: as PNG, as drawings are exported.
    result = measure(Picture(poster()), Capture())
    asset = of(result.values, result.places)
    assert asset.drawn
    assert {finding.name for finding in judge(asset, []) if finding.severity == "warning"} <= {"spelling"}
    assert not of(measured(good()).values, {}).drawn
    assert not of(result.values, {}, CAMERA).drawn


def test_a_declared_drawing_is_not_judged_for_grain_halos_and_burnt_ground() -> None:
    noisy = np.clip(good() + np.random.default_rng(6).normal(0, 6, good().shape), 0, 255)
    assert {"noise"} <= warned(noisy)
    assert warned(noisy, kind="illustration") == set()
    assert warned(degraded("halos"), kind="illustration") == set()


def test_grain_over_smooth_tones_is_not_out_of_focus() -> None:
    smooth = 90 + 60 * np.sin(ACROSS / 700)[..., None] * np.ones(3)
    grained = smooth + np.random.default_rng(9).normal(0, 0.7, smooth.shape)
    assert "out-of-focus" not in warned(np.clip(grained, 0, 255))


def informed_by(values: dict[str, float], capture: Capture | None = None, **facts: Any) -> set[str]:
    return {finding.name for finding in judge(replace(of(values, {}, capture), facts=facts), [])}


def test_a_white_ground_that_an_object_parts_is_no_overexposure() -> None:
    picture = np.full((1200, 1800, 3), 255, np.uint8)
    picture[480:760] = np.roll(camera(), -200, axis=0)[480:760]
    assert measured(picture).values["burnt"] < 0.02


def test_one_coloured_tone_is_drawn() -> None:
    assert of(measure(Picture(np.full((600, 900, 3), (0, 122, 116), np.uint8)), Capture()).values, {}).drawn


def test_the_few_tones_of_a_drawing_are_no_trace_of_coding() -> None:
    comb = {"coding_step": 2.3, "noise": 0.0, "chroma_noise": 0.0}
    drawing = comb | {"colours": 0.01, "grain": 0.08}
    assert "compression-artefacts" not in warned_by(drawing, quality=99)
    assert "compression-artefacts" in warned_by(drawing, quality=22)
    assert "compression-artefacts" in warned_by(comb | {"colours": 0.9, "grain": 0.9}, quality=99)


def test_a_wide_aperture_shows_no_dust() -> None:
    spots = {"dust_spots": 5.0}
    assert "sensor-dust" in informed_by(spots)
    assert "sensor-dust" in informed_by(spots, Capture(f_number=11.0))
    assert "sensor-dust" not in informed_by(spots, Capture(f_number=2.4))


def test_a_shelf_and_a_roof_are_no_horizon() -> None:
    below = 150 + (ACROSS - 900) * np.tan(np.deg2rad(2)) < DOWN
    shelf = np.where(below[..., None], (40, 60, 80), (190, 205, 230))
    wall = np.where(((DOWN > 600) | (ACROSS % 120 < 20) | (DOWN % 90 < 12))[..., None], (40, 60, 80), (190, 205, 230))
    turn = cv2.getRotationMatrix2D((900, 600), -2, 1.1)
    roof = cv2.warpAffine(wall.astype(np.uint8), turn, (1800, 1200))
    for picture in (shelf, roof):
        assert "horizon_tilt" not in measured(np.ascontiguousarray(picture, np.uint8)).values


def test_colours_at_their_purest_inform() -> None:
    strong = camera().copy()
    strong[:500] = (255, 40, 0)
    assert "oversaturated" not in informed_by(measured(camera()).values, CAMERA)
    assert "oversaturated" in informed_by(measured(strong).values, CAMERA)
