"""Listen to sound: its loudest sample, clipped places, the silence at its ends, and how loud it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from stockctl.media.clips.loudness import Meter
from stockctl.media.mapped import Reader

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray
    from soundfile import SoundFile

    # Each frame's loudest channel as a share of full scale.
    Levels = NDArray[np.float32]

# Below this share of full scale a sample counts as silent: -60 dB.
_SILENCE = 10 ** (-60 / 20)
# So many full-scale samples in a row are clipping; fewer may be a true peak.
_CLIPPED_RUN = 3
# Of compressed sound that is longer than two of these, only the two ends are decoded.
END_S = 180
# Frames decoded at once.
_BLOCK = 1 << 16
# So many frames are no length but a header that does not know it.
_ENDLESS = 1 << 40
_BITS = {"PCM_S8": 8, "PCM_16": 16, "PCM_24": 24}


class Ear:
    """Hears a sound part by part: the whole, or its beginning and its end."""

    def __init__(self, rate: int, channels: int) -> None:
        self._rate = rate
        self._meter = Meter(rate, channels)
        self._parts: list[list[Levels]] = []

    def cut(self) -> None:
        """Begin a part."""
        self._parts.append([np.empty(0, np.float32)])
        self._meter.cut()

    def take(self, samples: NDArray[np.float32]) -> int:
        """Take the next samples, float32 (frames, channels); return how many frames there were."""
        self._parts[-1].append(np.nan_to_num(np.abs(samples).max(axis=1)))
        self._meter.take(samples)
        return len(samples)

    def heard(self, full: float | None) -> dict[str, float]:
        """Return what was heard, see `measure`, with `loudness` in LUFS where there is any."""
        found = measure([np.concatenate(part) for part in self._parts], self._rate, full)
        loudness = self._meter.loudness()
        return found if loudness is None else found | {"loudness": loudness}


def measure(parts: Sequence[Levels], rate: int, full: float | None) -> dict[str, float]:
    """Return `peak` (share of full scale), `clipped_runs` (a minute), `silence_start_s` and `silence_end_s`.

    `parts` is the whole sound, or its beginning and its end, each float32
    (frames,). `full` is the level that counts as full scale; with None,
    clipping is not measured: a lossy decoder overshoots sound that was not
    clipped, and smears what was.
    """
    heard = np.concatenate(parts)
    loud = [np.flatnonzero(part > _SILENCE) for part in parts]
    first = int(loud[0][0]) if loud[0].size else parts[0].size
    last = parts[-1].size - 1 - int(loud[-1][-1]) if loud[-1].size else parts[-1].size
    found = {
        "peak": round(float(heard.max(initial=0.0)), 4),
        "silence_start_s": round(first / rate, 3),
        "silence_end_s": round(last / rate, 3),
    }
    if full is not None:
        found["clipped_runs"] = round(_runs(heard >= full) * 60 * rate / heard.size, 2)
    return found


def _runs(full: NDArray[np.bool_]) -> int:
    starts = np.flatnonzero(full[2:] & full[1:-1] & full[:-2]) if full.size >= _CLIPPED_RUN else np.empty(0, int)
    return int((np.diff(starts) > 1).sum()) + 1 if starts.size else 0


def decode(view: memoryview) -> tuple[dict[str, float], str]:
    """Measure what libsndfile decodes (FLAC, MP3, Ogg, compressed WAV); and say what is broken in it.

    Both are empty where it is nothing that libsndfile knows.
    """
    import soundfile

    try:
        with soundfile.SoundFile(Reader(view)) as sound:
            return _decoded(sound)
    except soundfile.LibsndfileError:
        return {}, ""


def _decoded(sound: SoundFile) -> tuple[dict[str, float], str]:
    rate, frames = sound.samplerate, sound.frames
    end = END_S * rate
    if not 0 < frames < _ENDLESS:
        return {}, ""
    ear = Ear(rate, sound.channels)
    lossless = sound.format == "FLAC"
    heard = _hear(sound, ear, frames if frames <= 2 * end else end)
    if frames > 2 * end and heard == end:
        sound.seek(frames - end)
        heard += _hear(sound, ear, end)
    # Where lossy sound ends is not told to the frame.
    damaged = "it breaks off: not all of its sound can be decoded" if lossless and heard < min(frames, 2 * end) else ""
    if not heard:
        return {}, damaged
    return ear.heard(full_scale(_BITS.get(sound.subtype, 24)) if lossless else None), damaged


def _hear(sound: SoundFile, ear: Ear, frames: int) -> int:
    """Let the ear hear the next frames as far as they can be decoded; return how many were."""
    from soundfile import LibsndfileError

    ear.cut()
    heard = 0
    for start in range(0, frames, _BLOCK):
        try:
            block = sound.read(min(_BLOCK, frames - start), dtype="float32", always_2d=True)
        except LibsndfileError:
            break
        if not len(block):
            break
        heard += ear.take(block)
    return heard


def full_scale(bits: int) -> float:
    """Return the level from which on a sample of so many bits stands at full scale, in either direction."""
    return 1 - 1.5 * 2.0 ** (1 - bits)
