"""What a text says of itself or of its file: told, and no words of the picture."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from stockctl.words.said.reading import read
from stockctl.words.spam import is_filler
from stockctl.words.texts.titles import faults
from stockctl.words.texts.trade import file_names, is_file_name, of_picture, repeats, trade_words
from tests.metadata.samples import encoded, put

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.conftest import Run


def names(title: str, description: str = "", context: str = "") -> set[str]:
    return {fault.name for fault in faults(title, description, context)}


def said(text: str) -> set[str]:
    return {word for unit in read(text).units for word in (unit.word, *unit.parts)}


@pytest.mark.parametrize(
    ("text", "told", "left"),
    [
        ("Image of a cat, stock photo", ("Image of", "stock photo"), "A cat"),
        ("Stock photo of a cat on a sofa", ("Stock photo of",), "A cat on a sofa"),
        ("This is a picture of two horses in a field", ("This is a picture of",), "Two horses in a field"),
        ("Royalty free image: mountain lake at dawn", ("Royalty free image",), "Mountain lake at dawn"),
        ("Photograph showing a red barn in winter", ("Photograph showing",), "A red barn in winter"),
        ("Cat On A Sofa Stock Photo", ("Stock Photo",), "Cat On A Sofa"),
        ("Cat on a sofa - royalty-free stock image.", ("royalty-free stock image",), "Cat on a sofa."),
        ("Cat on a sofa | Free download", ("Free download",), "Cat on a sofa"),
        ("Cat on a sofa (stock photography)", ("stock photography",), "Cat on a sofa"),
        ("Stock Photo - cat on a sofa", ("Stock Photo",), "Cat on a sofa"),
        ("Rights managed image of a cat on a sofa", ("Rights managed image of",), "A cat on a sofa"),
    ],
)
def test_what_a_text_says_of_itself_is_told_and_is_no_word(text: str, told: tuple[str, ...], left: str) -> None:
    assert trade_words(text) == told
    assert of_picture(text) == left
    assert "stock-words" in names(text)
    assert "stock-words" in names("A title of five plain words", text)
    assert not {"royalty", "stock", "photo", "image", "picture", "free download", "stock photo"} & said(text)
    assert said(text) == said(left)


@pytest.mark.parametrize(
    "text",
    [
        "Woman taking a photo of a lake",
        "Photo booth at a wedding",
        "Stock photos on the screen of a laptop",
        "Website for stock photos",
        "Stock market chart on a wall",
        "Image of Buddha in an old temple",
        "Close up photo of a green leaf",
        "Vector illustration of a cat on a sofa",
        "Sugar free drinks in a row",
        "Photo frame with a picture of a dog",
        "Rolling stock at a railway station",
    ],
)
def test_photos_that_a_picture_shows_are_none(text: str) -> None:
    assert trade_words(text) == ()
    assert of_picture(text) == text


@pytest.mark.parametrize(
    "word", ["royalty free", "Royalty-free image", "rights managed", "stock photo", "free download"]
)
def test_how_a_picture_is_sold_is_filler(word: str) -> None:
    assert is_filler(word)


@pytest.mark.parametrize(
    "title",
    ["IMG_1234.jpg", "IMG_1234", "DSC0001", "P1010101.JPG", "_MG_4432", "PXL_20260101_101010.jpg", "20260101_101010",
     "IMG_1234 (1).jpg", "IMG_1234-Edit-2.jpg", "DSCF0042", "img 1234", "IMG-20260101-WA0001.jpg", "GX010123.MP4"],
)  # fmt: skip
def test_a_title_that_is_a_files_name_is_told_and_says_nothing(title: str) -> None:
    assert is_file_name(title)
    assert names(title) == {"file-name"}
    assert said(title) == set()


@pytest.mark.parametrize(
    ("title", "words"),
    [
        ("DSC_0001 - sunset over the sea", {"sunset", "sea"}),
        ("Sunset over the sea dsc0001", {"sunset", "sea"}),
        ("img 1234 cat on a sofa", {"cat", "sofa"}),
        ("beach-sunset.jpg", {"beach", "sunset"}),
    ],
)
def test_beside_a_files_name_the_words_are_a_persons(title: str, words: set[str]) -> None:
    assert "file-name" in names(title)
    assert said(title) >= words
    assert not any("dsc" in word or "img" in word or "jpg" in word for word in said(title))


@pytest.mark.parametrize(
    "title",
    ["Airbus A320 over an airport at night", "Sam 2020 portrait in a studio", "G20 summit in a large hall",
     "Drone SR71 in flight over hills", "Moving 2024 boxes to a new home"],
)  # fmt: skip
def test_numbers_and_models_are_no_names_of_files(title: str) -> None:
    assert file_names(title) == []


@pytest.mark.parametrize("title", ["2024", "12345", "", "灯", "A-123"])
def test_a_number_by_itself_is_no_files_name(title: str) -> None:
    assert not is_file_name(title)
    assert "file-name" not in names(title)


@pytest.mark.parametrize(
    ("text", "twice"),
    [
        ("A cat on a sofa. A cat on a sofa.", "A cat on a sofa."),
        ("A cat on a sofa. It sleeps. A cat on a sofa!", "A cat on a sofa!"),
        ("Cat on a sofa Cat on a sofa", "cat on a sofa"),
        ("Cat on a sofa, cat on a sofa.", "cat on a sofa"),
        ("A cat on a sofa. A dog on a sofa.", ""),
        ("The sea. Waves roll in. The sea.", ""),
        ("Row, row, row your boat", ""),
    ],
)
def test_a_sentence_that_stands_twice_is_told(text: str, twice: str) -> None:
    assert repeats(text) == twice
    assert ("repeats" in names(text)) is bool(twice)
    assert ("repeats" in names("A title of five plain words", text)) is bool(twice)


def test_what_was_said_of_the_series_repeats_nothing() -> None:
    assert "repeats" not in names("Cat on a sofa", "A cat on a sofa.", "A cat on a sofa. In Berlin.")


def test_double_blanks_in_a_title_are_told() -> None:
    assert "blanks" in names("Cat  on a red sofa")
    assert "blanks" not in names("Cat on a red sofa", "A cat.  It sleeps.")


def test_keyword_and_check_tell_it_and_compose_without_it(tmp_path: Path, program: Callable[..., Run]) -> None:
    one, two = put(tmp_path / "one.jpg", encoded("JPEG")), put(tmp_path / "two.jpg", encoded("JPEG"))
    asset = program("keyword", one, "--title", "Stock photo of a cat  on a sofa", "--json").json["assets"][0]
    assert {"stock-words", "blanks"} <= {finding["rule"] for finding in asset["findings"]}
    assert asset["description"] == "A cat on a sofa."
    assert {word["word"] for word in asset["keywords"]} == {"cat", "sofa"}
    asset = program("keyword", two, "--title", "IMG_1234.jpg", "--json").json["assets"][0]
    assert "file-name" in {finding["rule"] for finding in asset["findings"]}
    assert (asset["description"], asset["keywords"]) == ("", [])
    found = program("check", one, "--json").json["assets"][0]["findings"]
    told = {finding["message"]: finding["severity"] for finding in found if finding["name"] == "title-form"}
    assert told["the title says 'Stock photo of'"] == "info"
    assert told["the title holds more than single blanks"] == "info"
