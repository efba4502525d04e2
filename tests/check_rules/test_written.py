"""Text and number plates in pictures: read where the settings ask for it, told apart by their form."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image, ImageDraw, ImageFont

from stockctl.check.rules.written import number_plate, text_in_picture
from stockctl.media import texts
from tests.check_rules.good import PHOTO
from tests.pictures import put

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from stockctl.check.asset import Asset
    from tests.conftest import Run


def read(*found: str, keywords: tuple[str, ...] = ("lake", "dawn"), editorial: bool = False) -> Asset:
    record = replace(PHOTO.record, keywords=keywords, title="A lake", description="A lake at dawn", editorial=editorial)
    boxes: list[Any] = [[text, 0.9, [10, 20, 120, 30]] for text in found]
    return replace(PHOTO, record=record, facts={**PHOTO.facts, "texts": boxes})


@pytest.mark.parametrize(
    "text", ["AB12 CDE", "AA-123-BB", "M-AB 1234", "A123BC 77", "KA 01 AB 1234", "京A·12345", "7ABC123", "BRA2E19"]
)
def test_a_plate_is_told_by_its_form(text: str) -> None:
    (hit,) = number_plate(read(text))
    assert text in hit.message
    assert hit.box == (10, 20, 120, 30)
    assert not list(number_plate(read(text, editorial=True)))


@pytest.mark.parametrize("text", ["1234 ABC", "DK 1234 AB", "ABC-1234", "12-AB-3"])
def test_what_other_things_are_named_like_is_a_plate_among_vehicles_alone(text: str) -> None:
    assert not list(number_plate(read(text)))
    assert list(number_plate(read(text, keywords=("taxi", "night"))))


@pytest.mark.parametrize("text", ["EXIT", "Hotel Central", "2026", "24 h", "ISO", "50 km", "A-B", "WiFi 6", "$12.99"])
def test_other_texts_are_no_plates(text: str) -> None:
    assert not list(number_plate(read(text, keywords=("street", "car"))))


def test_a_plate_is_wider_than_high() -> None:
    asset = read("AB12 CDE")
    asset.facts["texts"][0][2] = [10, 20, 30, 120]
    assert not list(number_plate(asset))


def test_text_is_listed_with_the_place_of_the_largest() -> None:
    asset = read("EXIT", "Hotel Central")
    asset.facts["texts"][1][2] = [1, 2, 400, 90]
    (hit,) = text_in_picture(asset)
    assert hit.message == "text in it: 'EXIT', 'Hotel Central'"
    assert hit.box == (1, 2, 400, 90)
    assert not list(text_in_picture(read("7")))
    assert not list(text_in_picture(PHOTO))


def test_text_is_read_only_where_the_settings_ask(
    stockctl: Callable[..., Run], home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not texts.available():
        pytest.skip("rapidocr is not installed; it is the extra `ocr`")
    picture = Image.new("RGB", (1800, 1200), (90, 120, 150))
    draw = ImageDraw.Draw(picture)
    draw.rectangle((600, 500, 1200, 660), fill="white")
    draw.text((640, 520), "AB12 CDE", font=ImageFont.load_default(110), fill="black")
    path = tmp_path / "photos" / "a.jpg"
    path.parent.mkdir()
    picture.save(path, quality=92)

    def names(run: Run) -> dict[str, Any]:
        return {one["name"]: one for asset in run.json["assets"] for one in asset["findings"]}

    arguments = ("check", path, "--workers", "1", "--json", "--select", "number-plate", "--select", "text-in-picture")
    assert not names(stockctl(*arguments))
    put(home / "stockctl.toml", b"[check]\nocr = true\n")
    found = names(stockctl(*arguments))
    x, y, width, height = found["number-plate"]["box"]
    assert x < 900 < x + width
    assert y < 580 < y + height
    # A plate is told once.
    assert "text-in-picture" not in found

    def opened(path: Path) -> None:
        raise AssertionError(path)

    monkeypatch.setattr(texts, "texts", opened)
    assert "number-plate" in names(stockctl(*arguments))


def test_the_settings_say_what_to_install(
    stockctl: Callable[..., Run], home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(home / "stockctl.toml", b"[check]\nocr = true\n")
    monkeypatch.setattr(texts, "available", lambda: False)
    run = stockctl("check", put(tmp_path / "a.jpg"), "--workers", "1")
    assert "stockctl[ocr]" in run.err
