"""Sound pictures that are not decoded here are told so, with size and mode; damage contradicts the structure."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

import pytest

from stockctl.check.run.inspect import inspect
from stockctl.media.decoding.colour import colour_space
from stockctl.media.identify import identify
from tests.check_pixels.decoding.profiles import ADOBE_RGB, DISPLAY_P3, PROPHOTO, profile
from tests.fuzz.seeds import psd
from tests.metadata.samples import encoded
from tests.pictures import jpeg, put

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.conftest import Run

    Primaries = tuple[tuple[float, float, float], ...]

WIDTH, HEIGHT = 64, 48


def tiff(
    *, bits: int = 8, samples: int = 3, planes: int = 1, kind: int = 1, photometric: int = 2, compression: int = 1
) -> bytes:
    """Return a TIFF 6.0 with one strip in each plane, of zeros."""
    size = WIDTH * HEIGHT * samples * bits // 8
    tags = {
        256: (WIDTH,),
        257: (HEIGHT,),
        258: (bits,) * samples,
        259: (compression,),
        262: (photometric,),
        277: (samples,),
        278: (HEIGHT,),
        284: (planes,),
        339: (kind,) * samples,
    }
    count = samples if planes == 2 else 1
    start = 8 + 2 + 12 * (len(tags) + 2) + 4
    tags |= {273: (0,) * count, 279: (size // count,) * count}
    long = sum(4 * len(values) for values in tags.values() if len(values) > 1)
    tags[273] = tuple(start + long + each * size // count for each in range(count))
    entries, values = b"", b""
    for tag, numbers in sorted(tags.items()):
        packed = struct.pack(f"<{len(numbers)}I", *numbers)
        inline = packed if len(packed) == 4 else struct.pack("<I", start + len(values))
        values += b"" if len(packed) == 4 else packed
        entries += struct.pack("<HHI", tag, 4, len(numbers)) + inline
    return b"II*\0" + struct.pack("<IH", 8, len(tags)) + entries + bytes(4) + values + bytes(size)


def marked(marker: int, bits: int = 8) -> bytes:
    """Return a JPEG whose frame is of another process."""
    whole = bytearray(jpeg(800, 600))
    at = whole.index(b"\xff\xc0")
    whole[at + 1], whole[at + 4] = marker, bits
    return bytes(whole)


SOUND: dict[str, tuple[bytes, str]] = {
    "32 bits.psd": (psd(bits=32), "RGB"),
    "inks.psd": (psd(bits=16, mode=7, channels=4), "RGB"),
    "lab.tif": (tiff(bits=16, photometric=8), "LAB"),
    "float.tif": (tiff(bits=32, kind=3), "RGB"),
    "webp.tif": (tiff(compression=50001), "RGB"),
    "jpeg2000.tif": (tiff(compression=34712), "RGB"),
}


DECODED: dict[str, tuple[bytes, str]] = {
    "16 bits.psd": (psd(bits=16), "RGB"),
    "cmyk.psd": (psd(bits=16, mode=4, channels=4), "CMYK"),
    "grey.psd": (psd(bits=16, mode=1, channels=1), "L"),
    "large.psb": (psd(), "RGB"),
}


def large(document: bytes) -> bytes:
    """Make a PSB of a PSD: the layers' length takes eight bytes."""
    at = 26 + 4 + 4 + struct.unpack_from(">I", document, 30)[0]
    return document[:4] + b"\0\2" + document[6:at] + bytes(8) + document[at + 4 :]


@pytest.mark.parametrize("name", SOUND)
def test_a_sound_picture_is_not_damaged_because_no_decoder_reads_it(name: str, tmp_path: Path) -> None:
    data, mode = SOUND[name]
    found = inspect(put(tmp_path / name, data))
    assert found.facts is not None
    facts = found.facts["facts"]
    assert "damaged" not in facts
    assert "not decoded here" in facts["undecoded"]
    assert facts["mode"] == mode
    assert (found.facts["width"], found.facts["height"]) == (WIDTH, HEIGHT)
    cut = inspect(put(tmp_path / f"cut {name}", data[:-2000]))
    assert cut.facts is not None
    assert "ends before the picture" in cut.facts["facts"]["damaged"]


@pytest.mark.parametrize("name", DECODED)
def test_a_photoshop_document_of_16_bits_or_of_the_large_kind_is_looked_at(name: str, tmp_path: Path) -> None:
    data, mode = DECODED[name]
    data = large(data) if name == "large.psb" else data
    found = inspect(put(tmp_path / name, data))
    assert found.facts is not None
    assert not found.facts["facts"].keys() & {"damaged", "undecoded"}
    assert found.facts["facts"]["mode"] == mode
    assert found.facts["measurements"]
    cut = inspect(put(tmp_path / f"cut {name}", data[:-2000]))
    assert cut.facts is not None
    assert "ends before the picture" in cut.facts["facts"]["damaged"]


@pytest.mark.parametrize(("marker", "bits"), [(0xC1, 12), (0xC3, 8), (0xC3, 16), (0xF7, 8)])
def test_jpegs_of_other_processes_are_told(marker: int, bits: int, tmp_path: Path) -> None:
    found = inspect(put(tmp_path / "a.jpg", marked(marker, bits)))
    assert found.facts is not None
    assert "damaged" not in found.facts["facts"]
    assert f"of {bits} bits is not decoded here" in found.facts["facts"]["undecoded"]
    assert (found.facts["width"], found.facts["height"]) == (800, 600)


def test_other_members_of_the_family_are_called_by_their_names(tmp_path: Path) -> None:
    assert identify(b"\xff\x0a" + bytes(30)) == "jxl"
    assert identify(b"\0\0\0\x0cJXL \r\n\x87\n" + bytes(30)) == "jxl"
    assert identify(b"\xff\x4f\xff\x51" + bytes(30)) == "jp2"
    found = inspect(put(tmp_path / "a.jp2", encoded("JPEG2000")))
    assert found.facts is not None
    assert (found.facts["format"], found.facts["width"]) == ("jp2", WIDTH)
    other = inspect(put(tmp_path / "a.jxl", b"\xff\x0a" + bytes(30)))
    assert other.facts is not None
    assert "JPEG XL" in other.facts["facts"]["undecoded"]


def test_a_picture_that_breaks_off_gets_one_finding(stockctl: Callable[..., Run], tmp_path: Path) -> None:
    whole = jpeg(3000, 2000)
    path = put(tmp_path / "half.jpg", whole[: len(whole) // 2])
    (asset,) = stockctl("check", path, "--json").json["assets"]
    names = {finding["name"] for finding in asset["findings"]}
    assert "damaged-file" in names
    looks = {"border", "banding", "noise", "low-contrast", "colour-cast", "out-of-focus", "compression-artefacts"}
    assert not names & (looks | {"underexposed", "overexposed", "upscaled", "watermark", "tilted-horizon"})


SRGB = ((0.4361, 0.2225, 0.0139), (0.3851, 0.7169, 0.0971), (0.1431, 0.0606, 0.7141))
# "Camera RGB Profile" and Apple RGB, as ExifTool lists their matrices.
CAMERA = ((0.45427, 0.24263, 0.01482), (0.35332, 0.67441, 0.09042), (0.15662, 0.08336, 0.71953))
APPLE = ((0.4755, 0.2552, 0.0184), (0.3397, 0.6726, 0.1133), (0.1490, 0.0722, 0.6932))


@pytest.mark.parametrize(
    ("primaries", "gamma", "name"),
    [
        (SRGB, 2.2, "sRGB"),
        (SRGB, 1.8, "other RGB"),
        (SRGB, 1.0, "other RGB"),
        (CAMERA, 2.2, "sRGB"),
        (CAMERA, 1.8, "other RGB"),
        (APPLE, 2.2, "other RGB"),
        (ADOBE_RGB[0], 2.2, "Adobe RGB"),
        (ADOBE_RGB[0], 2.3, "other RGB"),
        (ADOBE_RGB[0], 2.4, "other RGB"),
        (ADOBE_RGB[0], 1.8, "other RGB"),
        (ADOBE_RGB[0], 1.0, "other RGB"),
        (DISPLAY_P3[0], 2.2, "Display P3"),
        (DISPLAY_P3[0], 1.0, "other RGB"),
        (PROPHOTO[0], 1.8, "ProPhoto RGB"),
        (PROPHOTO[0], 1.9, "other RGB"),
        (PROPHOTO[0], 2.2, "other RGB"),
        (PROPHOTO[0], 1.0, "other RGB"),
    ],
)
def test_a_profile_goes_by_primaries_and_curve(primaries: Primaries, gamma: float, name: str) -> None:
    assert colour_space(profile((primaries, gamma), "Nikon sRGB 4.0.0.3000"), "RGB").name == name
