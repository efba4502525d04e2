"""Damaged JPEG files are found, sound ones are not blamed."""

from __future__ import annotations

import numpy as np
import pytest

from stockctl.errors import DamagedError
from stockctl.media.decode import decode
from tests.benchmarks.degradations import DAMAGES
from tests.check_pixels.test_decode import saved
from tests.pictures import jpeg, texture

TRAILERS = {"none": b"", "zeros": bytes(4096), "a camera's own": b"SEFT" + bytes(range(256)) * 4}


def is_damaged(data: bytes) -> bool:
    try:
        return "damaged" in decode(data, "jpeg").facts
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
