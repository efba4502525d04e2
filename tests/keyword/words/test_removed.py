"""What a person took out does not come back within a phrase that says it, nor from the text that says it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from stockctl.keyword.taken_out import says_again, without_ground
from stockctl.words.lemma import key
from tests.pictures import jpeg, put

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.conftest import Run

    Program = Callable[..., Run]

TITLE = "Old dog and a hot dog beside a dog house"


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    return put(tmp_path / "photo.jpg", jpeg(640, 420))


def words(stockctl: Program, *asked: object) -> list[str]:
    run = stockctl("keyword", *asked, "--json")
    assert run.code == 0, run.err
    return [entry["word"] for entry in run.json["assets"][0]["keywords"]]


def test_a_removed_word_takes_with_it_what_says_it_and_neither_comes_back(stockctl: Program, photo: Path) -> None:
    assert {"old dog", "dog", "old", "hot dog", "dog house"} <= set(words(stockctl, photo, "--title", TITLE))
    left = {"old", "hot dog", "dog house"}
    assert set(words(stockctl, photo, "--remove", "dog")) == left
    assert set(words(stockctl, photo)) == left
    assert set(words(stockctl, photo, "--all")) == left
    assert {"old dog", "dog"} <= set(words(stockctl, photo, "--add", "dog"))


def test_what_a_person_typed_stays(stockctl: Program, photo: Path) -> None:
    assert "old dog" in words(stockctl, photo, "--title", TITLE, "--add", "old dog")
    assert "old dog" in words(stockctl, photo, "--remove", "dog")
    assert "dog" not in words(stockctl, photo)
    assert "old dog" in words(stockctl, photo)


def test_a_word_that_only_a_phrase_says_does_not_bring_it_back(stockctl: Program, photo: Path) -> None:
    found = words(stockctl, photo, "--title", "White sheep on a red sofa")
    assert "white sheep" in found
    assert "sheep" not in found
    assert "white sheep" not in words(stockctl, photo, "--remove", "sheep")
    assert "white sheep" not in words(stockctl, photo)
    assert "white sheep" not in words(stockctl, photo, "--all")


def test_a_phrase_goes_where_words_are_only_edited(stockctl: Program, photo: Path) -> None:
    stockctl("keyword", photo, "--title", TITLE)
    found = words(stockctl, photo, "--remove", "dog", "--replace", "house=kennel")
    assert not {"dog", "old dog"} & set(found)
    assert "hot dog" in found
    assert not {"dog", "old dog"} & set(words(stockctl, photo))


def test_an_own_word_that_was_taken_out_is_not_suggested_from_the_text(stockctl: Program, photo: Path) -> None:
    stockctl("keyword", photo, "--title", "Old dog on a beach", "--set", "dog, sand")
    stockctl("keyword", photo, "--remove", "dog")
    assert not {"dog", "old dog"} & set(words(stockctl, photo))
    stockctl("undo")
    stockctl("undo")
    stockctl("undo")
    assert {"dog", "old dog"} <= set(words(stockctl, photo, "--title", "Old dog on a beach"))


def test_an_own_word_that_a_sheet_took_out_is_not_suggested_from_the_text(stockctl: Program, photo: Path) -> None:
    stockctl("keyword", photo, "--title", "Old dog on a beach", "--set", "dog,sand")
    sheet = photo.with_name("sheet.csv")
    assert stockctl("keyword", photo, "--sheet", sheet).code == 0
    sheet.write_text(sheet.read_text("utf-8").replace("dog, sand", "sand").replace("old dog, ", ""), "utf-8")
    assert stockctl("keyword", "--apply", sheet).code == 0
    assert "dog" not in words(stockctl, photo)


def test_a_word_that_was_removed_in_the_run_that_would_have_suggested_it(stockctl: Program, photo: Path) -> None:
    assert "dog" not in words(stockctl, photo, "--title", TITLE, "--remove", "dog")
    assert not {"dog", "old dog"} & set(words(stockctl, photo))


@pytest.mark.parametrize(
    ("phrase", "removed"),
    [
        ("old dog", "dog"), ("Old Dogs", "dog"), ("black cat", "cats"), ("police dog", "dog"), ("two horses", "horse"),
        ("mountain lake", "mountain"), ("mountain lake", "lakes"), ("red barn", "red"), ("cup of coffee", "coffee"),
        ("brown dog collar", "brown dog"), ("white wedding dress", "dress"), ("dog", "dogs"),
    ],
)  # fmt: skip
def test_a_phrase_says_its_parts(phrase: str, removed: str) -> None:
    assert says_again(phrase, {key(removed)})


@pytest.mark.parametrize(
    ("phrase", "removed"),
    [
        ("hot dog", "dog"), ("prairie dog", "dog"), ("dog house", "dog"), ("sea lion", "lion"), ("ice cream", "ice"),
        ("apple pie", "apple"), ("starfish", "fish"), ("no people", "people"), ("dog", "old dog"), ("corn dog", "dog"),
    ],
)  # fmt: skip
def test_another_thing_does_not_say_them(phrase: str, removed: str) -> None:
    assert not says_again(phrase, {key(removed)})


def test_what_only_a_removed_word_is_one_of_goes_with_it() -> None:
    assert without_ground(["Beagle on a sofa"], {"beagle"}) == {"dog"}
    assert without_ground(["Beagle and poodle on a sofa"], {"beagle"}) == frozenset()
    assert without_ground(["Beagle on a sofa"], set()) == frozenset()
