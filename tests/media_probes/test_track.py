"""A clip's own sound track: how loud it is, listened to by ffmpeg."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest

from stockctl.media.clips.video import probe
from tests.programs import needs

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def clips(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with clips whose sound is a tone at some level, made by one run."""
    program = needs("ffmpeg", "ffmpeg")
    folder = tmp_path_factory.mktemp("clips")
    command = [
        program,
        "-v",
        "error",
        "-f",
        "lavfi",
        "-i",
        "testsrc=s=320x240:r=25:d=2",
        "-f",
        "lavfi",
        "-i",
        "sine=997:d=2",
    ]
    # The tone comes at -18 dB of full scale in one channel.
    for name, filter_ in {
        "loud.mp4": "volume=17dB",
        "plain.mov": "volume=0dB",
        "quiet.mp4": "volume=-30dB",
        "silent.mp4": "volume=0",
    }.items():
        command += [
            "-map",
            "0:v",
            "-map",
            "1:a",
            "-af",
            filter_,
            "-c:v",
            "mpeg4",
            "-c:a",
            "aac",
            "-b:a",
            "128k",
            str(folder / name),
        ]
    command += ["-map", "0:v", "-c:v", "mpeg4", str(folder / "none.mp4")]
    subprocess.run(command, check=True)
    return folder


def test_the_loudness_of_a_track_is_measured(clips: Path) -> None:
    found = {path.name: probe(path) for path in clips.iterdir()}
    plain = found["plain.mov"].measurements["loudness"]
    assert found["loud.mp4"].measurements["loudness"] == pytest.approx(plain + 17, abs=0.7)
    assert found["quiet.mp4"].measurements["loudness"] == pytest.approx(plain - 30, abs=0.7)
    assert found["silent.mp4"].facts["heard"]
    assert "loudness" not in found["silent.mp4"].measurements
    assert "heard" not in found["none.mp4"].facts


def test_without_ffmpeg_nothing_is_said(clips: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(clips))
    found = probe(clips / "quiet.mp4")
    assert not found.facts["heard"]
    assert "loudness" not in found.measurements
