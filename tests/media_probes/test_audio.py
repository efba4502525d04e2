"""Sound: formats and what their samples show, whole, broken and lying."""

from __future__ import annotations

import io
import struct
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
import soundfile
from hypothesis import given, settings
from hypothesis import strategies as st

from stockctl.media.clips import audio
from stockctl.media.clips.audio import probe
from stockctl.media.clips.loudness import Meter
from stockctl.media.identify import identify

if TYPE_CHECKING:
    from stockctl.media.probe import Probe

RATE = 48_000


def tone(seconds: float = 1.0, level: float = 0.5, channels: int = 2) -> np.ndarray:
    wave = level * np.sin(np.arange(int(seconds * RATE)) * 2 * np.pi * 440 / RATE)
    return np.repeat(wave[:, None], channels, axis=1)


def coded(wave: np.ndarray, bits: int, order: str = "<", *, floating: bool = False) -> bytes:
    if floating:
        return bytes(wave.astype(f"{order}f4"))
    if bits == 8:
        return bytes((np.round(wave * 127) + 128).astype(np.uint8))
    scaled = np.clip(np.round(wave * 2 ** (bits - 1)), -(2 ** (bits - 1)), 2 ** (bits - 1) - 1).astype(np.int64)
    if bits == 24:
        raw = scaled.astype(f"{order}i4").view(np.uint8).reshape(-1, 4)
        return bytes(raw[:, :3] if order == "<" else raw[:, 1:])
    return bytes(scaled.astype(f"{order}i{bits // 8}"))


def wav(wave: np.ndarray, bits: int = 16, *, floating: bool = False, promise: int = 0) -> bytes:
    samples = coded(wave, bits, floating=floating)
    channels = wave.shape[1]
    frame = channels * bits // 8
    head = struct.pack("<HHIIHH", 3 if floating else 1, channels, RATE, RATE * frame, frame, bits)
    chunks = b"LIST" + struct.pack("<I", 3) + b"abc\0" + b"fmt " + struct.pack("<I", 16) + head
    chunks += b"data" + struct.pack("<I", len(samples) + promise) + samples
    return b"RIFF" + struct.pack("<I", len(chunks) + 4) + b"WAVE" + chunks


def aiff(wave: np.ndarray, bits: int = 16) -> bytes:
    samples = coded(wave, bits, ">")
    exponent = RATE.bit_length() - 1
    rate = struct.pack(">HQ", 16383 + exponent, RATE << (63 - exponent))
    common = struct.pack(">hIh", wave.shape[1], len(wave), bits) + rate
    chunks = b"COMM" + struct.pack(">I", len(common)) + common
    chunks += b"SSND" + struct.pack(">I", len(samples) + 8) + b"\0" * 8 + samples
    return b"FORM" + struct.pack(">I", len(chunks) + 4) + b"AIFF" + chunks


def compressed(wave: np.ndarray, format_: str, subtype: str | None = None, rate: int = RATE) -> bytes:
    """Return the sound as libsndfile codes it."""
    file = io.BytesIO()
    soundfile.write(file, wave, rate, format=format_, subtype=subtype)
    return file.getvalue()


def flac(wave: np.ndarray | None = None) -> bytes:
    return compressed(tone(2) if wave is None else wave, "FLAC", "PCM_24")


def listen(data: bytes, format_: str = "wav") -> Probe:
    return probe(Path(f"sound.{format_}"), memoryview(data), format_)


@pytest.mark.parametrize("bits", [8, 16, 24, 32])
def test_a_wav_tells_its_form_and_its_loudest_sample(bits: int) -> None:
    found = listen(wav(tone(), bits))
    assert found.facts == {"codec": "pcm", "rate_hz": RATE, "bits": bits, "channels": 2, "duration_s": 1.0}
    assert found.measurements["peak"] == pytest.approx(0.5, abs=0.02)
    assert found.measurements["clipped_runs"] == 0
    assert found.measurements["silence_start_s"] < 0.01


def test_floats_and_aiff_are_read_too() -> None:
    found = listen(wav(tone(), 32, floating=True))
    assert found.facts["codec"] == "pcm-float"
    assert found.measurements["peak"] == pytest.approx(0.5, abs=0.001)
    for bits in (16, 24):
        found = listen(aiff(tone(), bits), "aiff")
        assert found.facts == {"codec": "pcm", "rate_hz": RATE, "bits": bits, "channels": 2, "duration_s": 1.0}
        assert found.measurements["peak"] == pytest.approx(0.5, abs=0.01)


def test_a_flac_tells_its_form_and_is_listened_to() -> None:
    found = listen(flac(), "flac")
    assert found.facts == {"codec": "flac", "rate_hz": RATE, "bits": 24, "channels": 2, "duration_s": 2.0}
    assert found.measurements["peak"] == pytest.approx(0.5, abs=0.001)
    assert found.measurements["clipped_runs"] == 0
    loud = listen(flac(np.clip(tone(level=3.0), -1, 1)), "flac")
    assert loud.measurements["clipped_runs"] > 1000


def test_a_flac_that_breaks_off_is_damaged() -> None:
    noise = np.random.default_rng(1).uniform(-0.5, 0.5, (RATE * 4, 2))
    data = flac(noise)
    assert "breaks off" in listen(data[: len(data) // 2], "flac").facts["damaged"]
    assert "cannot be decoded" in listen(data[:60], "flac").facts["damaged"]
    zeroed = data[: len(data) // 2] + bytes(4096) + data[len(data) // 2 + 4096 :]
    assert listen(zeroed, "flac").facts["damaged"]
    assert "damaged" not in listen(data, "flac").facts


@pytest.mark.parametrize(
    ("suffix", "format_", "subtype"), [("mp3", "MP3", None), ("ogg", "OGG", "VORBIS"), ("ogg", "OGG", "OPUS")]
)
def test_lossy_sound_is_listened_to_but_for_clipping(tmp_path: Path, suffix: str, format_: str, subtype: str) -> None:
    quiet = np.zeros((RATE * 2, 2))
    path = tmp_path / f"sound.{suffix}"
    path.write_bytes(compressed(np.vstack([quiet, tone(2), quiet]), format_, subtype))
    found = probe(path, memoryview(path.read_bytes()), suffix)
    assert found.facts["duration_s"] == pytest.approx(6, abs=0.1)
    assert found.measurements["peak"] == pytest.approx(0.5, abs=0.05)
    assert found.measurements["silence_start_s"] == pytest.approx(2, abs=0.1)
    assert found.measurements["silence_end_s"] == pytest.approx(2, abs=0.15)
    assert "clipped_runs" not in found.measurements


def test_of_long_sound_the_ends_are_decoded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("stockctl.media.clips.listen.END_S", 1)
    wave = tone(6)
    wave[-RATE // 2 :] = 0
    wave[2 * RATE : 3 * RATE] = 1
    found = listen(flac(wave), "flac").measurements
    assert found["silence_end_s"] == pytest.approx(0.5, abs=0.01)
    assert found["peak"] == pytest.approx(0.5, abs=0.001)


def extensible(wave: np.ndarray, width: int, valid: int, *, code: int = 1) -> bytes:
    """Return a WAV whose format says more bits than count, as recorders write 24 bits into 32."""
    if code == 3:
        samples = bytes(wave.astype(f"<f{width // 8}"))
    else:
        full = 2 ** (valid - 1)
        scaled = np.clip(np.round(wave * full), -full, full - 1).astype(np.int64)
        samples = bytes((scaled << width - valid).astype(f"<i{width // 8}"))
    channels = wave.shape[1]
    frame = channels * width // 8
    guid = struct.pack("<H", code) + bytes.fromhex("000000001000800000aa00389b71")
    head = struct.pack("<HHIIHHHHI", 0xFFFE, channels, RATE, RATE * frame, frame, width, 22, valid, 3) + guid
    chunks = b"fmt " + struct.pack("<I", len(head)) + head + b"data" + struct.pack("<I", len(samples)) + samples
    return b"RIFF" + struct.pack("<I", len(chunks) + 4) + b"WAVE" + chunks


@pytest.mark.parametrize(("width", "valid", "code"), [(32, 24, 1), (16, 16, 1), (32, 32, 3), (64, 64, 3)])
def test_an_extensible_wav_tells_the_bits_that_count(width: int, valid: int, code: int) -> None:
    found = listen(extensible(tone(), width, valid, code=code))
    assert found.facts["bits"] == valid
    assert found.facts["codec"] == ("pcm-float" if code == 3 else "pcm")
    assert found.measurements["peak"] == pytest.approx(0.5, abs=0.001)
    assert listen(extensible(tone(level=3), width, valid, code=code)).measurements["clipped_runs"] > 1000


def test_a_wav_of_more_than_four_gigabytes_has_its_length_elsewhere() -> None:
    samples = coded(tone(), 24)
    head = struct.pack("<HHIIHH", 1, 2, RATE, RATE * 6, 6, 24)
    for length in (struct.pack("<QQQI", 0, len(samples), RATE, 0), None):
        chunks = b"" if length is None else b"ds64" + struct.pack("<I", len(length)) + length
        chunks += b"fmt " + struct.pack("<I", 16) + head + b"data\xff\xff\xff\xff" + samples
        data = b"RF64\xff\xff\xff\xffWAVE" + chunks
        found = listen(data)
        assert identify(data) == "wav"
        assert (found.facts["duration_s"], found.facts["bits"]) == (1.0, 24)
        assert "damaged" not in found.facts
    lying = data.replace(b"fmt ", b"ds64" + struct.pack("<IQQQI", 28, 0, 1 << 40, 0, 0) + b"fmt ", 1)
    assert "promises 1,099,511,627,776 bytes" in listen(lying).facts["damaged"]


@pytest.mark.parametrize(
    ("kind", "bits", "samples"),
    [
        (b"sowt", 16, coded(tone(), 16)),
        (b"twos", 16, coded(tone(), 16, ">")),
        (b"in24", 24, coded(tone(), 24, ">")),
        (b"in32", 32, coded(tone(), 32, ">")),
        (b"fl32", 32, coded(tone(), 32, ">", floating=True)),
        (b"FL64", 64, bytes(tone().astype(">f8"))),
    ],
)
def test_the_forms_of_aiff_c_are_listened_to(kind: bytes, bits: int, samples: bytes) -> None:
    exponent = RATE.bit_length() - 1
    rate = struct.pack(">HQ", 16383 + exponent, RATE << (63 - exponent))
    common = struct.pack(">hIh", 2, RATE, bits) + rate + kind + b"\0\0"
    chunks = b"COMM" + struct.pack(">I", len(common)) + common
    chunks += b"SSND" + struct.pack(">I", len(samples) + 8) + b"\0" * 8 + samples
    found = listen(b"FORM" + struct.pack(">I", len(chunks) + 4) + b"AIFC" + chunks, "aiff")
    assert (found.facts["bits"], found.facts["duration_s"]) == (bits, 1.0)
    assert found.measurements["peak"] == pytest.approx(0.5, abs=0.001)


def test_a_compressed_wav_is_decoded_too() -> None:
    found = listen(compressed(tone(), "WAV", "ULAW"))
    assert found.facts["codec"] == "ulaw"
    assert found.measurements["peak"] == pytest.approx(0.5, abs=0.02)


def test_what_cannot_be_decoded_is_named_and_not_listened_to() -> None:
    found = listen(wav(tone(), 16).replace(b"fmt \x10\0\0\0\1\0", b"fmt \x10\0\0\0\x55\0"))
    assert found.facts["codec"] == "mp3"
    assert found.measurements == {}


@pytest.mark.parametrize("bits", [16, 24])
def test_clipping_is_counted_and_a_single_full_sample_is_not(bits: int) -> None:
    loud = np.clip(tone(level=3.0), -1, 1)
    assert listen(wav(loud, bits)).measurements["clipped_runs"] > 1000
    once = tone()
    once[1000] = 1.0
    assert listen(wav(once, bits)).measurements["clipped_runs"] == 0


def test_silence_at_the_ends_is_measured() -> None:
    quiet = np.zeros((RATE // 2, 2))
    found = listen(wav(np.vstack([quiet, tone(), quiet, quiet])))
    assert found.measurements["silence_start_s"] == pytest.approx(0.5, abs=0.01)
    assert found.measurements["silence_end_s"] == pytest.approx(1.0, abs=0.01)


def test_a_wav_that_lies_about_its_length_is_said_to() -> None:
    found = listen(wav(tone(), promise=5_000_000))
    assert "promises" in found.facts["damaged"]
    assert found.facts["duration_s"] == 1.0


@pytest.mark.parametrize(
    ("data", "format_"),
    [
        (b"RIFF\0\0\0\0WAVE", "wav"),
        (b"RIFF\0\0\0\0WAVEfmt \x10\0\0\0", "wav"),
        (b"RIFF\0\0\0\0WAVE" + b"fmt \x10\0\0\0" + b"\1\0" + b"\0" * 14 + b"data\4\0\0\0abcd", "wav"),
        (b"FORM\0\0\0\0AIFFCOMM\0\0\0\x02\0\0", "aiff"),
        (b"fLaC\x80\0", "flac"),
        (b"fLaC\x84\0\0\x22" + b"\0" * 34, "flac"),
        (wav(np.zeros((0, 2))), "wav"),
    ],
)
def test_a_broken_file_is_said_to_be_broken(data: bytes, format_: str) -> None:
    assert listen(data, format_).facts["damaged"]


def test_a_sound_without_a_sound_track_is_broken(tmp_path: Path) -> None:
    path = tmp_path / "sound.mp3"
    path.write_bytes(b"ID3\x03\0\0\0\0\0\0" + b"\0" * 100)
    with path.open("rb") as file:
        assert probe(path, memoryview(file.read()), "mp3").facts["damaged"] == "no sound can be found in it"


WHOLE = {"wav": wav(tone(0.02)), "aiff": aiff(tone(0.02), 24), "flac": flac()}


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_no_change_of_bytes_brings_a_probe_down(data: st.DataObject) -> None:
    format_ = data.draw(st.sampled_from(sorted(WHOLE)))
    changed = bytearray(WHOLE[format_])
    # Heads are where harm is done; samples may be anything.
    for place, value in data.draw(st.lists(st.tuples(st.integers(4, 70), st.integers(0, 255)), max_size=6)):
        if place < len(changed):
            changed[place] = value
    found = listen(bytes(changed[: data.draw(st.integers(4, len(changed)))]), format_)
    assert isinstance(found.facts, dict)
    assert all(np.isfinite(value) for value in found.measurements.values())


@pytest.mark.parametrize(("width", "values"), [(32, [0x7F800001, 0x7FC00000, 0x3F800000]), (64, [0x7FF0000000000001])])
def test_floats_that_are_no_numbers_are_silence_and_no_word_on_stderr(width: int, values: list[int]) -> None:
    sound = audio._Sound(width=width, floating=True, big_endian=False, channels=1)
    part = memoryview(np.array(values, f"u{width // 8}").tobytes())
    assert audio._samples(sound, part).max() <= 1.0


@pytest.mark.parametrize("rate", [1, 1999, 900_000, 2**31 - 1, 2**63])
def test_a_rate_that_the_filters_are_not_made_for_has_no_loudness(rate: int) -> None:
    meter = Meter(rate, 1)
    meter.take(np.ones((1000, 1), np.float32))
    assert meter.loudness() is None
