"""Clips that shake, flicker, repeat frames or lie between bars; forms of coding that few can open."""

from __future__ import annotations

import subprocess
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np
import pytest

from stockctl.check.rules.registry import rules
from stockctl.media.clips.motion import WIDTH, bars, motion, small
from stockctl.media.clips.video import probe
from tests.check_rules.good import VIDEO
from tests.pictures import texture
from tests.programs import needs

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

FRAMES, SIZE = 24, (640, 360)


def filmed(offsets: NDArray[Any]) -> list[NDArray[np.uint8]]:
    """Return frames of a still world that a camera sees at each offset (x, y), with its grain."""
    world = cv2.GaussianBlur(texture(900, 500), (0, 0), 1.2)
    grain = np.random.default_rng(0).normal(0, 1.5, (*SIZE[::-1], 3))
    shots = []
    for number, (x, y) in enumerate(offsets):
        seen = cv2.warpAffine(world, np.array([[1, 0, -60 - x], [0, 1, -60 - y]], np.float32), SIZE)
        shots.append(np.clip(seen + np.roll(grain, 7919 * number), 0, 255).astype(np.uint8))
    return shots


def even(step: float = 1.0) -> NDArray[Any]:
    return np.stack([np.arange(FRAMES) * step, np.zeros(FRAMES)], axis=1)


def measured(frames: list[NDArray[np.uint8]]) -> dict[str, float]:
    return motion([small(frame) for frame in frames])


def test_an_even_pan_and_a_slow_sway_do_not_shake() -> None:
    sway = np.stack([8 * np.sin(np.arange(FRAMES) / 25 * np.pi), np.zeros(FRAMES)], axis=1)
    for path in (even(), even(4), sway, even(0)):
        found = measured(filmed(path))
        assert found["shake"] < 2
        assert found["repeated"] == 0
        assert found["flicker"] < 0.5


@pytest.mark.parametrize("pixels", [3, 6, 12])
def test_a_hand_that_shakes_is_measured(pixels: float) -> None:
    jitter = np.random.default_rng(3).normal(0, 1, (FRAMES, 2)) * pixels
    assert measured(filmed(even() + jitter))["shake"] > pixels


def test_what_moves_within_the_picture_is_no_shake() -> None:
    random = np.random.default_rng(1)
    flames = [
        np.asarray(cv2.resize(random.integers(0, 255, (40, 70, 3), np.uint8), SIZE), np.uint8) for _ in range(FRAMES)
    ]
    assert measured(flames)["shake"] == 0


def test_light_that_goes_up_and_down_is_measured() -> None:
    frames = filmed(even())
    lit = [
        np.clip(frame * (1 + 0.03 * np.sin(number * 2 * np.pi / 2.5)), 0, 255).astype(np.uint8)
        for number, frame in enumerate(frames)
    ]
    assert measured(lit)["flicker"] > 1.5
    faded = [(frame * (0.5 + number / FRAMES / 2)).astype(np.uint8) for number, frame in enumerate(frames)]
    assert measured(faded)["flicker"] < 0.5


def test_frames_that_come_twice_are_counted_where_the_clip_moves() -> None:
    frames = filmed(even(3))
    twice = [frame for number, frame in enumerate(frames) for _ in range(2 if number % 4 == 3 else 1)]
    assert measured(twice)["repeated"] == pytest.approx(0.2, abs=0.03)
    assert measured([frames[0]] * FRAMES)["repeated"] == 0


def test_bars_are_told_from_a_dark_picture() -> None:
    frames = filmed(even())[:3]
    for frame in frames:
        assert frame.shape[1] == SIZE[0]
        frame[:45], frame[-45:] = 2, 2
    assert bars(frames) == pytest.approx(0.25, abs=0.02)
    assert bars(filmed(even())[:3]) == 0
    night = [(frame * 0.15).astype(np.uint8) for frame in filmed(even())[:3]]
    assert bars(night) == 0
    assert bars([]) == 0


def test_few_frames_tell_nothing() -> None:
    frames = [small(frame) for frame in filmed(even())[:6]]
    assert frames[0].shape[1] == WIDTH
    assert motion(frames) == {}


def coded(path: Path, *options: str) -> Path:
    program = needs("ffmpeg", "ffmpeg")
    source = ("-f", "lavfi", "-i", "testsrc2=size=320x180:rate=25:duration=2")
    subprocess.run([program, "-v", "error", "-y", *source, *options, str(path)], check=True, timeout=60)
    return path


HDR = ("-c:v", "libx265", "-x265-params", "log-level=none", "-pix_fmt", "yuv420p10le", "-color_primaries", "bt2020")
FORMS: dict[str, tuple[tuple[str, ...], str, str]] = {
    "plain": (("-c:v", "libx264", "-pix_fmt", "yuv420p"), "", "3"),
    "10 bits": (("-c:v", "libx264", "-pix_fmt", "yuv420p10le"), "H.264 of 10 bits in 4:2:0", "3"),
    "4:2:2": (("-c:v", "libx264", "-pix_fmt", "yuv422p10le"), "H.264 of 10 bits in 4:2:2", "3"),
    "4:4:4": (("-c:v", "libx264", "-pix_fmt", "yuv444p"), "H.264 of 8 bits in 4:4:4", "3"),
    "RGB": (("-c:v", "libx264rgb", "-pix_fmt", "rgb24"), "H.264 of 8 bits in RGB", "3"),
    "PQ": ((*HDR, "-color_trc", "smpte2084", "-colorspace", "bt2020nc"), "HDR (PQ)", ""),
    "HLG": ((*HDR, "-color_trc", "arib-std-b67", "-colorspace", "bt2020nc"), "HDR (HLG)", ""),
}


@pytest.mark.parametrize("form", FORMS)
def test_forms_that_few_can_open_are_told(form: str, tmp_path: Path) -> None:
    options, message, frames = FORMS[form]
    found = probe(coded(tmp_path / "clip.mp4", *options))
    asset = replace(VIDEO, facts=found.facts, measurements=found.measurements)
    said = [hit.message for hit in rules()["video-form"].judge(asset)]
    assert len(said) == bool(message)
    assert message in "".join(said)
    assert found.measurements.get("frames", "") == (int(frames) if frames else "")


def test_a_film_of_jpegs_is_looked_at(tmp_path: Path) -> None:
    found = probe(coded(tmp_path / "clip.mov", "-c:v", "mjpeg", "-q:v", "2"))
    assert found.facts["codec"] == "mjpeg"
    assert found.measurements["frames"] == 3


MOVES = "testsrc2=size=640x360:rate=25:duration=4"
STOPS = f"{MOVES},tpad=stop_mode=clone:stop_duration=4"
BEGINS = f"{MOVES},tpad=start_mode=clone:start_duration=4"
TITLE = f"color=c=white:size=640x360:rate=25:duration=3,drawbox=x=90:y=99:w=400:h=60:t=fill[a];{MOVES}[b];[a][b]concat"


@pytest.mark.parametrize(
    ("source", "severity", "share"),
    [(MOVES, None, 0.0), (STOPS, "warning", 0.45), (BEGINS, "warning", 0.45), (TITLE, "info", 0.4)],
    ids=["moves", "stops", "begins late", "a title"],
)
@pytest.mark.parametrize("codec", ["libx264", "mjpeg"])
def test_a_clip_that_stops_is_told_and_a_title_informs(
    source: str, severity: str | None, share: float, codec: str, tmp_path: Path
) -> None:
    program, target = needs("ffmpeg", "ffmpeg"), tmp_path / "clip.mov"
    options = ("-c:v", codec, "-pix_fmt", "yuvj420p" if codec == "mjpeg" else "yuv420p", "-q:v", "3")
    subprocess.run(
        [program, "-v", "error", "-y", "-f", "lavfi", "-i", source, *options, str(target)], check=True, timeout=60
    )
    found = probe(target)
    assert found.measurements.get("frozen", 0.0) == pytest.approx(share, abs=0.12)
    asset = replace(VIDEO, facts=found.facts, measurements=found.measurements)
    told = [hit for hit in rules()["video-motion"].judge(asset) if "still" in hit.message]
    assert [hit.severity.value for hit in told] == ([severity] if severity else [])
