"""Lemma, phrases, names, spelling, spam and file names, word by word."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stockctl.words.lemma import key
from stockctl.words.proper.names import neutral, restricted, trademarks
from stockctl.words.proper.placenames import countries, country_of, region
from stockctl.words.spam import spam
from stockctl.words.spelling import spelling
from stockctl.words.tables import entries, rows
from stockctl.words.texts import phrases
from stockctl.words.texts.filenames import folder_words, name_title, name_words

TABLES = (
    "artists", "cameras", "filler", "foreign", "generic", "lemmas", "offensive", "stock", "stop", "together",
    "trademarks", "variants",
)  # fmt: skip


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("dog", "Dogs"), ("woman", "women's"), ("leaf", "leaves"), ("child", "children"), ("run", "running"),
        ("colour", "colors"), ("grey", "gray"), ("café", "cafes"), ("t-shirt", "T shirts"),
        ("rice-terrace", "rice terraces"),
        ("traveler", "travellers"), ("knife", "knives"),
    ],
)  # fmt: skip
def test_spellings_of_one_word_meet(one: str, other: str) -> None:
    assert key(one) == key(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("bus", "bu"), ("glasses", "glass"), ("painting", "paint"), ("building", "build"), ("sunrise", "sunset"),
        ("spring", "springs water"), ("people", "person"), ("news", "new"), ("left", "leave"),
        ("christmas", "christma"),
    ],
)  # fmt: skip
def test_different_words_stay_apart(one: str, other: str) -> None:
    assert key(one) != key(other)


@given(st.text(max_size=40))
def test_a_key_is_stable(word: str) -> None:
    assert key(word) == key(word.upper().lower()) or not word.isascii()


def test_phrases_do_not_cross_clauses_or_small_words() -> None:
    text = "A wooden boat on a calm lake, at sunrise; mountains above"
    assert phrases.words(text) == ["wooden", "boat", "calm", "lake", "sunrise", "mountains", "above"]
    assert phrases.phrases(text, 2) == ["wooden boat", "calm lake", "mountains above"]


@given(st.text(alphabet=st.characters(categories=("L", "P", "Zs")), max_size=80))
def test_no_phrase_holds_a_stop_word(text: str) -> None:
    stop = entries("stop")
    assert not [phrase for phrase in phrases.phrases(text) if set(phrase.split()) & stop]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("nikon", "trademark"), ("Shot on a Nikon D850", "trademark"), ("85mm", "camera"), ("f/1.8", "camera"),
        ("ISO 400", "camera"), ("Coca-Cola can", "trademark"), ("frisbees", "trademark"),
        ("in the style of Van Gogh", "artist"),
        ("eskimo", "offensive"),
    ],
)  # fmt: skip
def test_refused_names_are_found(text: str, why: str) -> None:
    assert why in {hit.why for hit in restricted(text)}


@pytest.mark.parametrize(
    "text", ["apple tree", "target practice", "sea shell", "mountain gap", "orange", "canyon", "a jaguar in the forest"]
)
def test_plain_words_are_no_marks(text: str) -> None:
    assert restricted(text) == []


def test_a_mark_names_the_neutral_word() -> None:
    assert [(hit.word, hit.instead) for hit in trademarks("A dog catches a Frisbee")] == [("frisbee", "flying disc")]


def test_slips_are_found_and_names_are_not() -> None:
    text = "Beautifull landscpae near Zakopane with a bicyle, bokeh and copyspace"
    assert {slip.word: slip.meant for slip in spelling(text)} == {
        "beautifull": "beautiful",
        "landscpae": "landscape",
        "bicyle": "bicycle",
    }
    assert spelling("landscpae", known={"landscpae"}) == []


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        # Two letters lacking, or a word's own in another order.
        *(("tradional", "traditional"), ("restaraunt", "restaurant"), ("buisnesswoman", "businesswoman")),
        # Two words in one by chance only; a spelling that the dictionary has in its British form alone.
        *(("colorfull", "colorful"), ("wonderfull", "wonderful")),
        *(
            ("backround", "background"),
            ("botles", "bottles"),
            ("chek", "check"),
            ("sowrd", "sword"),
            ("marakesh", "marrakesh"),
        ),
        # Common slips that one letter does not explain, or explains wrongly; some look like two words or rare ones.
        *(("vegtables", "vegetables"), ("tommorow", "tomorrow"), ("bycicle", "bicycle"), ("giraf", "giraffe")),
        *(("peice", "piece"), ("elefant", "elephant"), ("pinapple", "pineapple"), ("pidgeon", "pigeon")),
        *(("cinammon", "cinnamon"), ("morrocan", "moroccan"), ("grafitti", "graffiti"), ("icecream", "ice cream")),
        *(("cloudscape", ""), ("snowboarder", ""), ("farmhouse", ""), ("goodsell", ""), ("reenactors", "")),
    ],
)
def test_long_slips_and_compounds_are_told_apart(word: str, meant: str) -> None:
    assert [slip.meant for slip in spelling(word)] == [meant] * bool(meant)


def test_spam_is_named() -> None:
    words = ["dog", "dogs", "stock photo", "a; b; c", "x" * 60, "the dog runs over the green grass", "beach"]
    assert [entry.word for entry in spam(words)] == words[1:-1]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("DSC_1234.JPG", []), ("IMG-20260101-WA0001.jpg", []), ("PXL_20260101_123456789.jpg", []), ("DJI_0018.JPG", []),
        ("GOPR0042.jpg", []), ("P1010023.JPG", []), ("7f3a9c2e11.jpg", []), ("20260314_064211.jpg", []),
        ("rice-terrace-ubud-0042.jpg", ["rice", "terrace", "ubud"]), ("SunsetByThePier_final.jpg", ["sunset", "pier"]),
        ("Fischerboot auf Usedom.jpg", ["fischerboot", "usedom"]),
        ("pexels-john-smith-1234567.jpg", []), ("WhatsApp Image 2026-05-12 at 08.12.33.jpeg", []),
        ("tea-cup_top_view_copy_space.jpg", ["tea", "cup", "top view", "copy space"]),
    ],
)  # fmt: skip
def test_what_a_file_name_says(name: str, words: list[str]) -> None:
    assert name_words(Path("/x") / name) == words


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("Woman_drinking_coffee_in_cafe_in_Paris_v2_final.jpg", "Woman drinking coffee in cafe in Paris"),
        ("DSC_0012 sunset over the sea with boats.jpg", "sunset over the sea with boats"),
        ("happyDogRunningOnTheBeach.jpg", "happy dog running on the beach"),
        ("01 - Old town of Prague, Czech Republic.jpg", "Old town of Prague, Czech Republic"),
        ("RED APPLE ON A TABLE (2).jpg", "red apple on a table"), ("kid, close up.jpg", "kid, close up"),
        ("Brautpaar_vor_der_Kirche.jpg", ""), ("pedagang buah di perahu.jpg", ""), ("DSC_1234.JPG", ""),
    ],
)  # fmt: skip
def test_a_name_reads_as_a_line_of_text(name: str, title: str) -> None:
    assert name_title(Path("/x") / name) == title


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Young woman with iPhone in Starbucks", "Young woman with smartphone in coffee shop"),
        ("Nikon D850 tower at night", "tower at night"), ("Boat on a lake", "Boat on a lake"),
        ("Woman by Hasselblad", "Woman"),
    ],
)  # fmt: skip
def test_refused_names_give_way_to_neutral_words(text: str, left: str) -> None:
    assert neutral(text) == left


def test_an_allowed_name_stays() -> None:
    assert neutral("Kid with lego", frozenset({"lego"})) == "Kid with lego"


def test_set_phrases_stay_together() -> None:
    assert phrases.words("Ice cream on white, copy space, close-up") == ["ice cream", "white", "copy space", "close-up"]


@pytest.mark.parametrize(
    "folder", ["DCIM", "100CANON", "roll", "export", "upload", "New Folder", "2026-03-14", "New folder (2)"]
)
def test_generic_folders_say_nothing(folder: str) -> None:
    assert folder_words(Path("/weddings") / folder / "DSC_1.jpg") == []


def test_only_the_nearest_folder_speaks() -> None:
    assert folder_words(Path("/clients/lake district/boats/DSC_1.jpg")) == ["boats"]


@pytest.mark.parametrize("table", TABLES)
def test_tables_are_sound(table: str) -> None:
    lines = rows(table)
    assert lines
    first = (
        [row[0] for row in lines] if table not in {"foreign", "stock", "generic", "stop", "filler", "variants"} else []
    )
    assert len(first) == len(set(first))
    assert all(part == part.lower() for row in lines for part in row[:1])


@pytest.mark.parametrize(
    ("text", "slips"),
    [
        ("Camel in the Sahara dessert", {"dessert": "desert"}),
        ("Pizza with basil leafs", {"leafs": "leaves"}),
        ("Chocolate dessert beside a polar bear", {}),
        # No phrase goes across a comma: a basket flower.
        ("Loaf in a basket, flour dust, rustic bakery", {}),
    ],
)
def test_words_taken_for_others_are_told_only_where_the_other_makes_a_phrase(text: str, slips: dict[str, str]) -> None:
    assert {slip.word: slip.meant for slip in spelling(text)} == slips


def test_a_season_is_meant_by_what_is_nearly_one_and_no_village_by_a_foreign_word() -> None:
    text = "autum colours over an alfombra in reykjanes"
    assert {slip.word: slip.meant for slip in spelling(text)} == {"autum": "autumn"}


def test_a_country_is_called_as_everybody_calls_it() -> None:
    assert country_of("Moscow") == "russia"
    assert "russia" in countries()
    assert region("puglia") == {"IT"}


@pytest.mark.parametrize(
    ("one", "other"), [("shipping", "ship"), ("parking", "park"), ("training", "train"), ("stockings", "stock")]
)
def test_a_trade_or_a_thing_is_another_keyword_than_its_verb(one: str, other: str) -> None:
    assert key(one) != key(other)
