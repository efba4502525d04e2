"""Damaged JPEG files are found, sound ones are not blamed."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from PIL import Image

from stockctl.errors import DamagedError
from stockctl.media.decoding.decode import decode
from tests.benchmarks.pixels.degradations import DAMAGES
from tests.check_pixels.decoding.test_decode import saved
from tests.pictures import jpeg, texture

if TYPE_CHECKING:
    from collections.abc import Callable


def of_two() -> bytes:
    """Return an MPO; its second picture takes most of the file."""
    buffer = io.BytesIO()
    first, second = (Image.fromarray(texture(*size, 1)) for size in ((300, 200), (900, 600)))
    first.save(buffer, "MPO", save_all=True, append_images=[second], quality=90)
    return buffer.getvalue()


OTHERS: dict[str, tuple[str, Callable[[], bytes]]] = {
    "PNG": ("png", lambda: saved("PNG", texture(600, 400))),
    "TIFF, LZW": ("tiff", lambda: saved("TIFF", texture(600, 400), compression="tiff_lzw")),
    "CMYK": ("jpeg", lambda: saved("JPEG", texture(900, 600), "CMYK", quality=90)),
    "second picture": ("jpeg", of_two),
}
TRAILERS = {"none": b"", "zeros": bytes(4096), "a camera's own": b"SEFT" + bytes(range(256)) * 4}


def is_damaged(data: bytes, format_: str = "jpeg") -> bool:
    try:
        return "damaged" in decode(data, format_).facts
    except DamagedError:
        return True


@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize("progressive", [False, True])
def test_damage_is_found(damage: str, *, progressive: bool) -> None:
    found = 0
    for seed in range(4):
        data = saved("JPEG", texture(900, 600, seed), quality=90, progressive=progressive)
        found += is_damaged(DAMAGES[damage](data, np.random.default_rng(seed)))
    assert found == 4


@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize("form", OTHERS)
def test_damage_of_other_forms_is_found(form: str, damage: str) -> None:
    format_, make = OTHERS[form]
    data = make()
    assert not is_damaged(data, format_)
    assert is_damaged(DAMAGES[damage](data, np.random.default_rng(1)), format_)


@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize("options", [{"lossless": True}, {"quality": 90}], ids=["lossless", "lossy"])
def test_a_damaged_webp_is_refused_or_shown(options: dict[str, Any], damage: str) -> None:
    # The format has no checksum: broken data that decode cannot be told from others.
    data = saved("WEBP", texture(600, 400), **options)
    for seed in range(4):
        broken = DAMAGES[damage](data, np.random.default_rng(seed))
        assert is_damaged(broken, "webp") or decode(broken, "webp").pixels.shape == (400, 600, 3)
    assert is_damaged(DAMAGES["truncated-99"](data, np.random.default_rng(0)), "webp")


@pytest.mark.parametrize("trailer", TRAILERS.values(), ids=TRAILERS)
def test_what_stands_behind_the_picture_is_no_damage(trailer: bytes) -> None:
    assert not is_damaged(jpeg(900, 600) + trailer)


def test_padding_before_the_end_is_no_damage() -> None:
    data = jpeg(900, 600)
    assert not is_damaged(data[:-2] + b"\xff\xff\xff" + data[-2:])


def test_a_damaged_picture_is_still_shown_and_the_words_say_what_is_lost() -> None:
    data = jpeg(900, 600)
    picture = decode(data[: len(data) // 2], "jpeg")
    assert picture.pixels.shape == (600, 900, 3)
    assert picture.facts["damaged"] == "the file ends before the picture does"
