"""Loudness against EBU Tech 3341's signals, and against FFmpeg's meter on ten sounds."""

from __future__ import annotations

import re
import subprocess
from typing import TYPE_CHECKING

import numpy as np
import pytest
import soundfile

from stockctl.media.clips.audio import probe
from stockctl.media.clips.loudness import Meter
from tests.programs import needs

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from numpy.typing import NDArray

    Samples = NDArray[np.float32]

RATE = 48_000


def sine(seconds: float, decibels: float, *, hertz: float = 1000, rate: int = RATE, channels: int = 2) -> Samples:
    wave = 10 ** (decibels / 20) * np.sin(np.arange(int(seconds * rate)) * 2 * np.pi * hertz / rate)
    return np.repeat(wave[:, None], channels, axis=1).astype(np.float32)


def metered(sound: Samples, rate: int = RATE) -> float | None:
    meter = Meter(rate, sound.shape[1])
    for start in range(0, len(sound), 50_000):
        meter.take(sound[start : start + 50_000])
    return meter.loudness()


@pytest.mark.parametrize("rate", [44_100, 48_000, 96_000])
def test_ebus_signals(rate: int) -> None:
    # EBU Tech 3341, table 1, cases 1 to 4: within 0.1 LU.
    assert metered(sine(20, -23, rate=rate), rate) == pytest.approx(-23, abs=0.1)
    assert metered(sine(20, -33, rate=rate), rate) == pytest.approx(-33, abs=0.1)
    parts = [sine(seconds, level, rate=rate) for seconds, level in ((10, -36), (60, -23), (10, -36))]
    assert metered(np.concatenate(parts), rate) == pytest.approx(-23, abs=0.1)
    more = [sine(10, -72, rate=rate), *parts, sine(10, -72, rate=rate)]
    assert metered(np.concatenate(more), rate) == pytest.approx(-23, abs=0.1)


def test_silence_and_a_moment_have_no_loudness() -> None:
    assert metered(np.zeros((RATE, 2), np.float32)) is None
    assert metered(sine(0.3, -10)) is None
    assert metered(np.full((RATE, 2), np.nan, np.float32)) is None
    assert metered(np.zeros((200, 5000), np.float32)) is None


def noise(kind: str, seed: int, seconds: float = 6, channels: int = 2) -> Samples:
    random = np.random.default_rng(seed)
    white = random.normal(0, 0.1, (int(seconds * RATE), channels))
    if kind == "white":
        return white.astype(np.float32)
    spectrum = np.fft.rfft(white, axis=0)
    slope = np.maximum(np.arange(len(spectrum)), 20)[:, None] ** -(0.5 if kind == "pink" else 1.0)
    shaped = np.fft.irfft(spectrum * slope, len(white), axis=0)
    found: Samples = (shaped / np.abs(shaped).max() * 0.7).astype(np.float32)
    return found


def swelling(sound: Samples, period: float) -> Samples:
    swell = 0.05 + 0.95 * np.abs(np.sin(np.arange(len(sound)) / RATE * np.pi / period))
    return (sound * swell[:, None]).astype(np.float32)


SOUNDS: dict[str, Callable[[], Samples]] = {
    "white": lambda: noise("white", 1),
    "pink": lambda: noise("pink", 2),
    "brown": lambda: noise("brown", 3),
    "pink, swelling": lambda: swelling(noise("pink", 4, 12), 3),
    "white, one channel": lambda: noise("white", 5, channels=1),
    "pink, quiet": lambda: noise("pink", 6) * np.float32(0.01),
    "bass": lambda: sine(6, -12, hertz=50),
    "treble": lambda: sine(6, -12, hertz=8000),
    "with pauses": lambda: np.concatenate(
        [noise("pink", 7, 3), np.zeros((4 * RATE, 2), np.float32), noise("pink", 8, 2)]
    ),
    "six channels": lambda: noise("pink", 9, channels=6),
}


@pytest.mark.parametrize("name", SOUNDS)
def test_ffmpeg_measures_the_same(name: str, tmp_path: Path) -> None:
    program = needs("ffmpeg", "ffmpeg")
    path = tmp_path / "sound.wav"
    soundfile.write(path, SOUNDS[name](), RATE, subtype="PCM_24")
    command = [program, "-hide_banner", "-nostats", "-i", str(path), "-af", "ebur128", "-f", "null", "-"]
    told = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stderr
    theirs = float(re.findall(r"I:\s+(-?[\d.]+) LUFS", told)[-1])
    ours = probe(path, memoryview(path.read_bytes()), "wav").measurements["loudness"]
    assert ours == pytest.approx(theirs, abs=0.3)


@pytest.mark.parametrize("subtype", ["PCM_U8", "PCM_16", "PCM_24", "PCM_32", "FLOAT"])
@pytest.mark.parametrize("format_", ["wav", "aiff", "flac"])
def test_every_coding_is_as_loud(format_: str, subtype: str, tmp_path: Path) -> None:
    subtype = {"aiff": {"PCM_U8": "PCM_S8"}, "flac": {"PCM_U8": "PCM_S8", "PCM_32": "PCM_24", "FLOAT": "PCM_24"}}.get(
        format_, {}
    ).get(subtype, subtype)
    path = tmp_path / f"sound.{format_}"
    soundfile.write(path, sine(3, -20), RATE, format=format_.upper(), subtype=subtype)
    found = probe(path, memoryview(path.read_bytes()), format_)
    assert found.measurements["loudness"] == pytest.approx(-20, abs=0.2)
