"""Video: facts and sample frames, of clips that OpenCV writes here."""

from __future__ import annotations

import time
from functools import lru_cache
from pathlib import Path

import cv2
import numpy as np
import pytest

from stockctl.media.clips.video import probe


@lru_cache(maxsize=4)
def scene(width: int, height: int) -> np.ndarray:
    noise = np.random.default_rng(0).integers(0, 255, (height // 8, width // 8, 3), dtype=np.uint8)
    return cv2.resize(noise, (width, height), interpolation=cv2.INTER_NEAREST) // 2 + 40


def clip(
    path: Path,
    seconds: float = 2,
    size: tuple[int, int] = (640, 360),
    fps: float = 25,
    codec: str = "mp4v",
    *,
    kind: str = "",
) -> Path:
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter_fourcc(*codec), fps, size)  # type: ignore[attr-defined]
    picture = scene(*size)
    if kind == "black":
        picture = picture * 0
    elif kind == "clipped":
        picture = picture * 0 + 255
    elif kind == "soft":
        picture = cv2.resize(picture[::40, ::40], size, interpolation=cv2.INTER_CUBIC)
    for number in range(int(seconds * fps)):
        writer.write(picture if kind else np.roll(picture, number, axis=1))
    writer.release()
    return path


def test_a_clip_tells_its_form(tmp_path: Path) -> None:
    found = probe(clip(tmp_path / "clip.mp4", 3))
    assert (found.width, found.height) == (640, 360)
    facts = found.facts
    assert (facts["codec"], facts["fps"], facts["scan"], facts["audio"]) == ("mpeg4", 25.0, "progressive", None)
    assert facts["duration_s"] == pytest.approx(3, abs=0.1)
    assert not facts["variable_rate"]
    looks = {"frames": 3, "black_frames": 0, "clipped_frames": 0, "soft_frames": 0}
    assert {name: found.measurements[name] for name in looks} == looks


def test_motion_jpeg_in_an_avi_and_an_odd_rate(tmp_path: Path) -> None:
    found = probe(clip(tmp_path / "clip.avi", codec="MJPG", fps=29.97))
    assert found.facts["codec"] == "mjpeg"
    assert found.facts["fps"] == pytest.approx(29.97, abs=0.01)


@pytest.mark.parametrize("kind", ["black", "clipped", "soft"])
def test_frames_that_cannot_sell_are_counted(tmp_path: Path, kind: str) -> None:
    found = probe(clip(tmp_path / "clip.mp4", kind=kind))
    counted = {name: value for name, value in found.measurements.items() if name.endswith("_frames") and value}
    assert counted == {f"{kind}_frames": 3}


def test_a_clip_that_is_cut_off_and_one_without_an_index_are_broken(tmp_path: Path) -> None:
    whole = clip(tmp_path / "clip.mp4").read_bytes()
    half = tmp_path / "half.mp4"
    half.write_bytes(whole[: len(whole) // 2])
    assert probe(half).facts["damaged"] == "no picture track can be found in it"
    broken = tmp_path / "broken.mp4"
    at = whole.index(b"moov")
    broken.write_bytes(whole[: at + 60] + bytes(range(256)) + whole[at + 316 :])
    assert probe(broken).facts["damaged"]


@pytest.mark.parametrize("data", [b"", b"\0\0\0\x18ftypmp42", b"\x1aE\xdf\xa3" * 30, b"\0\0\x01\xba" + b"\xff" * 3000])
def test_a_file_with_nothing_in_it_is_broken(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "clip.mp4"
    path.write_bytes(data)
    assert probe(path).facts["damaged"]


def test_names_in_other_scripts_are_opened(tmp_path: Path) -> None:
    plain = clip(tmp_path / "clip.mp4")
    odd = plain.rename(tmp_path / "закат 🌅 – море.mp4")
    assert probe(odd).measurements["frames"] == 3


def test_a_long_clip_is_looked_at_in_a_second_and_in_64_megabytes(tmp_path: Path) -> None:
    path = clip(tmp_path / "clip.avi", 90, (640, 360), codec="MJPG")
    size = path.stat().st_size
    assert size > 70_000_000
    probe(clip(tmp_path / "warm.mp4"))
    before, began = _read_bytes(), time.monotonic()
    found = probe(path)
    # One second is the aim on an idle machine; a busy one is given room.
    assert time.monotonic() - began < 3
    assert found.measurements["frames"] == 3
    assert _read_bytes() - before < 64 << 20


def _read_bytes() -> int:
    """Return how many bytes this process has read, by its own count in the kernel."""
    text = Path("/proc/self/io")
    if not text.exists():
        pytest.skip("this system does not count what a process reads")
    return int(text.read_text().split("rchar:")[1].split()[0])
