"""Look into audio files: rate, bits, channels, length, clipping and silence at the ends.

WAV: Microsoft's "Multimedia Programming Interface and Data Specifications" 1.0
and its WAVEFORMATEXTENSIBLE; RF64: EBU Tech 3306. AIFF: Apple's "Audio
Interchange File Format" 1.3. FLAC: RFC 9639, 8.2. The rest by libmediainfo; what
is compressed is decoded by libsndfile.
"""

from __future__ import annotations

import math
import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from stockctl.media.decoding.quiet import quiet
from stockctl.media.probe import MAX_BYTES, Probe

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

# A length that is written elsewhere (RF64), or was not known when the file was begun (a stream).
_UNTOLD = 0xFFFFFFFF


def probe(path: Path, data: memoryview, format_: str) -> Probe:
    """Return what the file says of itself, and what its samples show.

    Facts: `codec`, `rate_hz`, `bits` (those that count, where a sample takes
    more), `channels`, `duration_s`, and `damaged` where the file is broken.
    Measurements: see `listen.measure`; none where nothing here decodes it (AAC).
    """
    reader = {"wav": _wav, "aiff": _aiff, "flac": _flac}.get(format_)
    if reader is None:
        from stockctl.media.clips.mediainfo import audio_facts

        with quiet():
            facts = audio_facts(path)
        return Probe(facts=facts) if "damaged" in facts else _decoded(data, facts)
    try:
        sound = reader(data)
    except (struct.error, ValueError, OverflowError):
        return Probe(facts={"damaged": "its header is broken"})
    facts = {
        "codec": sound.codec,
        "rate_hz": sound.rate,
        "bits": sound.bits,
        "channels": sound.channels,
        "duration_s": round(sound.frames / sound.rate, 3) if sound.rate else 0.0,
    }
    if sound.damaged:
        facts["damaged"] = sound.damaged
    if not sound.frames or not sound.rate:
        return Probe(facts=facts)
    return _decoded(data, facts) if sound.samples is None else Probe(measurements=_listen(sound), facts=facts)


def _decoded(data: memoryview, facts: dict[str, Any]) -> Probe:
    from stockctl.media.clips.listen import decode

    with quiet():
        measurements, damaged = decode(data)
    if facts["codec"] == "flac" and not measurements:
        damaged = damaged or "its sound cannot be decoded"
    return Probe(measurements=measurements, facts={"damaged": damaged} | facts if damaged else facts)


@dataclass
class _Sound:
    """A file's format, and its samples' bytes where they are plain PCM; `width` is a sample's in bits."""

    codec: str = "pcm"
    rate: int = 0
    bits: int = 0
    width: int = 0
    channels: int = 0
    frames: int = 0
    samples: memoryview | None = None
    big_endian: bool = False
    floating: bool = False
    damaged: str = ""


def _chunks(data: memoryview, order: str) -> Iterator[tuple[bytes, int, int]]:
    """Yield name, start and promised length of each chunk after a RIFF or FORM header."""
    at = 12
    while at + 8 <= len(data):
        name, length = struct.unpack_from(f"{order}4sI", data, at)
        yield name, at + 8, length
        at += 8 + length + (length & 1)


# Format codes of WAVEFORMATEX (Microsoft's mmreg.h) that people meet, and AIFF-C's names; the rest go by their own.
_WAV_CODECS = {1: "pcm", 2: "adpcm", 3: "pcm-float", 6: "alaw", 7: "ulaw", 0x11: "adpcm", 0x55: "mp3"}
_EXTENSIBLE = 0xFFFE
_AIFF_INTEGERS = frozenset({b"NONE", b"twos", b"sowt", b"in16", b"in24", b"in32"})
_AIFF_FLOATS = frozenset({b"fl32", b"FL32", b"fl64", b"FL64"})


def _wav(data: memoryview) -> _Sound:
    sound = _Sound()
    long_data = None
    for name, start, length in _chunks(data, "<"):
        if name == b"ds64":
            long_data = struct.unpack_from("<Q", data, start + 8)[0]
        elif name == b"fmt ":
            code, sound.channels, sound.rate, _, _, sound.width = struct.unpack_from("<HHIIHH", data, start)
            sound.bits = sound.width
            if code == _EXTENSIBLE and length >= 26:
                valid, code = struct.unpack_from("<H4xH", data, start + 18)
                sound.bits = valid if 0 < valid <= sound.width else sound.width
            sound.codec = _WAV_CODECS.get(code, f"0x{code:04x}")
            sound.floating = code == 3
        elif name == b"data":
            promised = long_data if long_data is not None and length == _UNTOLD else length
            _take(sound, data, start, promised)
            break
    return _checked(sound)


def _aiff(data: memoryview) -> _Sound:
    sound = _Sound(big_endian=True)
    for name, start, length in _chunks(data, ">"):
        if name == b"COMM":
            sound.channels, sound.frames, sound.bits = struct.unpack_from(">hIh", data, start)
            sound.rate = round(_extended(data[start + 8 : start + 18]))
            kind = bytes(data[start + 18 : start + 22]) if length >= 22 else b"NONE"
            sound.floating = kind in _AIFF_FLOATS
            plain = "pcm" if kind in _AIFF_INTEGERS else "pcm-float" if sound.floating else ""
            sound.codec = plain or kind.decode("latin-1").strip()
            sound.big_endian = kind != b"sowt"
            sound.width = -(-sound.bits // 8) * 8
        elif name == b"SSND":
            _take(sound, data, start + 8, max(length - 8, 0))
    return _checked(sound)


def _extended(data: memoryview) -> float:
    """Return an 80-bit IEEE 754 extended number, in which AIFF writes its rate."""
    exponent, mantissa = struct.unpack(">HQ", data)
    return math.ldexp(mantissa, (exponent & 0x7FFF) - 16383 - 63)


def _flac(data: memoryview) -> _Sound:
    if len(data) < 26 or data[4] & 0x7F:
        return _Sound(codec="flac", damaged="it does not begin with its stream's facts")
    packed = struct.unpack_from(">Q", data, 18)[0]
    rate, channels, bits = packed >> 44, (packed >> 41 & 7) + 1, (packed >> 36 & 31) + 1
    return _checked(_Sound(codec="flac", rate=rate, channels=channels, bits=bits, frames=packed & (1 << 36) - 1))


def _take(sound: _Sound, data: memoryview, start: int, promised: int) -> None:
    """Take the sample bytes that are there, whatever the chunk promises."""
    there = max(len(data) - start, 0)
    frame = sound.channels * -(-sound.width // 8)
    if promised > there and promised != _UNTOLD:
        sound.damaged = f"it promises {promised:,} bytes of sound and holds {there:,}"
    if frame <= 0:
        return
    sound.frames = min(promised, there) // frame
    if sound.width in {"pcm": {8, 16, 24, 32}, "pcm-float": {32, 64}}.get(sound.codec, ()):
        sound.samples = data[start : start + sound.frames * frame]


def _checked(sound: _Sound) -> _Sound:
    if not sound.damaged and not (sound.rate > 0 and sound.channels > 0 and sound.bits > 0):
        sound.damaged = "it does not say its rate, channels or bits"
    elif not sound.damaged and not sound.frames:
        sound.damaged = "there is no sound in it"
    return sound


# Frames that are taken at once.
_FRAMES = 1 << 18


def _listen(sound: _Sound) -> dict[str, float]:
    """Measure plain samples; of a long file its two ends, 32 MB each."""
    from stockctl.media.clips.listen import Ear, full_scale

    assert sound.samples is not None
    frame = sound.channels * sound.width // 8
    half = MAX_BYTES // 2 // frame * frame
    whole = len(sound.samples) <= 2 * half
    parts = [sound.samples] if whole else [sound.samples[:half], sound.samples[-half:]]
    ear = Ear(sound.rate, sound.channels)
    for part in parts:
        ear.cut()
        for start in range(0, len(part), _FRAMES * frame):
            ear.take(_samples(sound, part[start : start + _FRAMES * frame]))
    return ear.heard(1 if sound.floating else full_scale(sound.bits))


def _samples(sound: _Sound, part: memoryview) -> NDArray[np.float32]:
    """Return samples as shares of full scale, float32 (frames, channels)."""
    import numpy as np

    width = sound.width // 8
    values: NDArray[Any]
    if width == 3:
        raw = np.frombuffer(part, np.uint8).reshape(-1, 3)
        top = raw[:, 0 if sound.big_endian else 2].view(np.int8).astype(np.int32)
        low = raw[:, 2 if sound.big_endian else 0].astype(np.int32)
        values = ((top << 16) | (raw[:, 1].astype(np.int32) << 8) | low).astype(np.float32) / np.float32(2**23)
    else:
        kind = f"f{width}" if sound.floating else f"i{width}"
        values = np.frombuffer(part, np.dtype(kind).newbyteorder(">" if sound.big_endian else "<"))
        if width == 1 and not sound.big_endian:
            values = values.view(np.uint8).astype(np.int16) - 128
        scale = 1.0 if sound.floating else 2.0 ** (sound.width - 1)
        # Floats of a spoilt file are no numbers, or none that fit.
        with np.errstate(invalid="ignore", over="ignore"):
            values = values.astype(np.float32) / np.float32(scale)
    found: NDArray[np.float32] = np.nan_to_num(values.reshape(-1, sound.channels))
    return found
