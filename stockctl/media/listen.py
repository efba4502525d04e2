"""Listen to sound: its loudest sample, clipped places, and the silence at its ends."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

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
    parts = [_levels(sound, frames if frames <= 2 * end else end)]
    lossless = sound.format == "FLAC"
    if frames > 2 * end and parts[0].size == end:
        sound.seek(frames - end)
        parts.append(_levels(sound, end))
    heard = sum(part.size for part in parts)
    # Where lossy sound ends is not told to the frame.
    damaged = "it breaks off: not all of its sound can be decoded" if lossless and heard < min(frames, 2 * end) else ""
    if not heard:
        return {}, damaged
    return measure(parts, rate, full_scale(_BITS.get(sound.subtype, 24)) if lossless else None), damaged


def _levels(sound: SoundFile, frames: int) -> Levels:
    """Return each frame's loudest channel, as far as it can be decoded."""
    from soundfile import LibsndfileError

    found = [np.empty(0, np.float32)]
    for start in range(0, frames, _BLOCK):
        try:
            block = sound.read(min(_BLOCK, frames - start), dtype="float32", always_2d=True)
        except LibsndfileError:
            break
        if not len(block):
            break
        found.append(np.nan_to_num(np.abs(block).max(axis=1)))
    return np.concatenate(found)


def full_scale(bits: int) -> float:
    """Return the level from which on a sample of so many bits stands at full scale, in either direction."""
    return 1 - 1.5 * 2.0 ** (1 - bits)
