"""Every kind of picture file, decoded upright and in sRGB."""

from __future__ import annotations

import io
import struct
from typing import Any

import cv2
import numpy as np
import piexif
import pytest
from PIL import Image

from stockctl.errors import DamagedError, UnreadableError
from stockctl.media.decoding.decode import decode
from tests.check_pixels.decoding.profiles import ADOBE_RGB, DISPLAY_P3, PROPHOTO, profile
from tests.pictures import SRGB, texture

SMALL = cv2.resize(texture(650, 425), (320, 200), interpolation=cv2.INTER_AREA)


def saved(format_: str, pixels: Any = SMALL, mode: str | None = None, **options: Any) -> bytes:
    image = Image.fromarray(np.ascontiguousarray(pixels))
    buffer = io.BytesIO()
    (image.convert(mode) if mode else image).save(buffer, format_, **options)
    return buffer.getvalue()


def difference(one: Any, other: Any) -> float:
    return float(np.abs(one.astype(int) - other.astype(int)).mean())


@pytest.mark.parametrize("format_", ["png", "tiff", "webp", "bmp", "gif"])
def test_lossless_formats_give_the_pixels(format_: str) -> None:
    options: dict[str, Any] = {"lossless": True} if format_ == "webp" else {}
    picture = decode(saved(format_, **options), format_)
    assert (picture.width, picture.height) == (320, 200)
    assert difference(picture.pixels, SMALL) < (8 if format_ == "gif" else 0.01)


@pytest.mark.parametrize("options", [{}, {"progressive": True}, {"subsampling": 0}, {"restart_marker_rows": 1}])
def test_jpeg(options: dict[str, Any]) -> None:
    picture = decode(saved("JPEG", quality=95, **options), "jpeg")
    assert difference(picture.pixels, SMALL) < 6
    assert picture.facts["progressive"] == bool(options.get("progressive"))
    assert abs(picture.facts["quality"] - 95) <= 1
    assert "damaged" not in picture.facts


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("format_", ["jpeg", "tiff", "png"])
def test_orientation_stands_upright(orientation: int, format_: str) -> None:
    # What a camera stores when the upright picture is SMALL: the inverse of the turn.
    inverse = {
        1: SMALL,
        2: SMALL[:, ::-1],
        3: SMALL[::-1, ::-1],
        4: SMALL[::-1],
        5: SMALL.swapaxes(0, 1),
        6: np.rot90(SMALL, 1),
        7: np.rot90(SMALL, 2).swapaxes(0, 1),
        8: np.rot90(SMALL, -1),
    }[orientation]
    exif = Image.Exif()
    exif[0x0112] = orientation
    options: dict[str, Any] = {"quality": 97, "subsampling": 0} if format_ == "jpeg" else {}
    picture = decode(saved(format_, inverse, exif=exif, **options), format_)
    assert (picture.width, picture.height) == (320, 200)
    assert picture.facts["orientation"] == orientation
    assert difference(picture.pixels, SMALL) < 6


def test_16_bits_are_read_as_8() -> None:
    deep = SMALL.astype(np.uint16) << 8 | 37
    for suffix, format_ in ((".tif", "tiff"), (".png", "png")):
        done, coded = cv2.imencode(suffix, deep[..., ::-1])
        assert done
        picture = decode(coded.tobytes(), format_)
        assert difference(picture.pixels, SMALL) == 0
        assert picture.facts["bits"] == 16


def test_grey_of_16_bits() -> None:
    picture = decode(saved("png", SMALL[..., 1].astype(np.uint16) << 8), "png")
    assert difference(picture.pixels[..., 0], SMALL[..., 1]) == 0
    assert picture.is_grey


def test_what_is_transparent_lies_on_white() -> None:
    alpha = np.dstack([SMALL, np.where(np.arange(320) < 100, 0, 255)[None].repeat(200, 0)]).astype(np.uint8)
    picture = decode(saved("png", alpha), "png")
    assert picture.facts["alpha"]
    assert (picture.pixels[:, :100] == 255).all()
    assert difference(picture.pixels[:, 100:], SMALL[:, 100:]) == 0


def test_cmyk_jpeg() -> None:
    picture = decode(saved("JPEG", mode="CMYK", quality=95), "jpeg")
    assert picture.facts["mode"] == "CMYK"
    assert picture.facts["space"] == "CMYK"
    assert difference(picture.pixels, SMALL) < 12


def test_grey_jpeg() -> None:
    picture = decode(saved("JPEG", SMALL[..., 1], quality=95), "jpeg")
    assert picture.facts["mode"] == "L"
    assert picture.is_grey
    assert difference(picture.pixels[..., 2], SMALL[..., 1]) < 4


@pytest.mark.parametrize(
    ("name", "space"), [("Adobe RGB", ADOBE_RGB), ("Display P3", DISPLAY_P3), ("ProPhoto RGB", PROPHOTO)]
)
def test_a_wide_space_is_told_by_its_primaries_and_converted(name: str, space: Any) -> None:
    grey = np.full((64, 64, 3), 128, np.uint8)
    coded = np.concatenate([grey, np.full_like(grey, (150, 128, 110))])
    picture = decode(saved("png", coded, icc_profile=profile(space, "named otherwise")), "png")
    assert picture.facts["space"] == name
    assert picture.facts["icc"] == "named otherwise"
    expected = round(255 * _srgb((128 / 255) ** space[1]))
    assert np.abs(picture.pixels[:64].astype(int) - expected).max() <= 2
    # The same numbers mean stronger colours in a wider space.
    red, _, blue = picture.pixels[100, 32].astype(int)
    assert red - blue > 40


def _srgb(linear: float) -> float:
    return 1.055 * linear ** (1 / 2.4) - 0.055 if linear > 0.0031308 else 12.92 * linear


def test_srgb_is_left_alone_and_a_broken_profile_is_no_profile() -> None:
    tagged = decode(saved("png", icc_profile=SRGB), "png")
    broken = decode(saved("png", icc_profile=b"not a profile" * 20), "png")
    assert (tagged.facts["tagged"], broken.facts["tagged"]) == (True, False)
    assert difference(tagged.pixels, SMALL) == difference(broken.pixels, SMALL) == 0


def test_the_first_picture_of_an_mpo_is_taken() -> None:
    first, second = (Image.fromarray(part) for part in (SMALL, 255 - SMALL))
    buffer = io.BytesIO()
    first.save(buffer, "MPO", save_all=True, append_images=[second], quality=95)
    picture = decode(buffer.getvalue(), "jpeg")
    assert picture.facts["pictures"] == 2
    assert "damaged" not in picture.facts
    assert difference(picture.pixels, SMALL) < 6


def test_a_gain_map_behind_the_picture_is_told_and_left_out() -> None:
    main, gain = saved("JPEG", quality=95), saved("JPEG", SMALL[::4, ::4, 1], quality=80)
    note = b"http://ns.adobe.com/xap/1.0/\0<x xmlns:hdrgm='http://ns.adobe.com/hdr-gain-map/1.0/' hdrgm:Version='1.0'/>"
    segment = b"\xff\xe1" + struct.pack(">H", len(note) + 2) + note
    picture = decode(main[:2] + segment + main[2:] + gain, "jpeg")
    assert picture.facts["gain_map"]
    assert "damaged" not in picture.facts
    assert (picture.width, picture.height) == (320, 200)


def test_exif_thumbnails_are_not_the_picture() -> None:
    thumbnail = saved("JPEG", SMALL[::2, ::2])
    exif = piexif.dump({"0th": {piexif.ImageIFD.Orientation: 6}, "1st": {}, "thumbnail": thumbnail})
    picture = decode(saved("JPEG", quality=95, exif=exif), "jpeg")
    assert (picture.width, picture.height) == (200, 320)


@pytest.mark.parametrize("data", [b"\xff\xd8\xff\xe0", b"\xff\xd8\xff\xd9", b"\xff\xd8\xff" + bytes(200)])
def test_a_jpeg_without_a_picture_is_damaged(data: bytes) -> None:
    with pytest.raises(DamagedError):
        decode(data, "jpeg")


def test_heic_says_what_to_do() -> None:
    with pytest.raises(UnreadableError, match="HEIC") as caught:
        decode(b"", "heic")
    assert "JPEG" in caught.value.hint


@pytest.mark.parametrize("share", [0.5, 0.9, 0.99])
@pytest.mark.parametrize("format_", ["png", "tiff"])
def test_truncated_files_are_damaged(format_: str, share: float) -> None:
    options: dict[str, Any] = {"compression": "tiff_lzw"} if format_ == "tiff" else {}
    data = saved(format_, texture(650, 425), **options)
    with pytest.raises(DamagedError):
        decode(data[: int(len(data) * share)], format_)


@pytest.mark.parametrize("format_", ["png", "tiff", "webp", "gif", "bmp", "jp2"])
@pytest.mark.parametrize("harm", ["cut", "overwritten"])
def test_damage_is_told_in_plain_words(format_: str, harm: str) -> None:
    """What libraries say of it names their own parts, and numbers of errors."""
    options: dict[str, Any] = {"compression": "tiff_lzw"} if format_ == "tiff" else {}
    name = {"jp2": "jpeg2000"}.get(format_, format_)
    data = bytearray(saved(name, texture(320, 200), **options))
    middle = len(data) // 2
    if harm == "cut":
        del data[middle:]
    else:
        data[middle : middle + 2000] = b"\xff\x37" * 1000
    try:
        decode(bytes(data), format_)
    except DamagedError as error:
        words = ("the file ends before the picture does", "a part of the picture is broken", "no picture can be read")
        assert error.message.startswith(words)  # noqa: PT017 - not every decoder sees every harm
    else:
        assert harm == "overwritten"


def test_a_flipped_bit_in_a_png_is_damage() -> None:
    data = bytearray(saved("png"))
    data[len(data) // 2] ^= 4
    with pytest.raises(DamagedError, match="broken"):
        decode(bytes(data), "png")
