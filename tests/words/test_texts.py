"""Texts as they come: sentences, other languages, machine texts, titles that are none, slips, pasted lists."""

from __future__ import annotations

import time

import pytest

from stockctl.words.said.reading import read
from stockctl.words.spam import parts_of_list, spam
from stockctl.words.spelling import spelling
from stockctl.words.texts.addresses import addresses
from stockctl.words.texts.language import foreign
from stockctl.words.texts.machine import is_machine
from stockctl.words.texts.sentences import cut, distinct, first_sentence, sentence, sentences
from stockctl.words.texts.titles import faults, is_list, tidied, untidy


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("St. Basil's Cathedral on Red Square. It is cold.", ["St. Basil's Cathedral on Red Square.", "It is cold."]),
        ("Mt. Fuji at dawn. Snow.", ["Mt. Fuji at dawn.", "Snow."]),
        ("Dome of the U.S. Capitol. Night.", ["Dome of the U.S. Capitol.", "Night."]),
        ("Dr. Smith in the No. 7 bus. Rain.", ["Dr. Smith in the No. 7 bus.", "Rain."]),
        ("1. Boats on the lake. Trees.", ["1. Boats on the lake.", "Trees."]),
        ("At approx. 300 m at 6 a.m. in Rome. Fog.", ["At approx. 300 m at 6 a.m. in Rome.", "Fog."]),
        ("He woke at 6 a.m. The sun rose.", ["He woke at 6 a.m.", "The sun rose."]),
        ("Grave of J. S. Bach in Leipzig. Roses.", ["Grave of J. S. Bach in Leipzig.", "Roses."]),
        ("Melons for $3.50 per kilo. Market.", ["Melons for $3.50 per kilo.", "Market."]),
        ("Is it? Yes! Boats… Nets.", ["Is it?", "Yes!", "Boats…", "Nets."]),
        ("He said “Go.” Then he left.", ["He said “Go.”", "Then he left."]),
        ("Temple, c. 500 B.C. Ruins remain.", ["Temple, c. 500 B.C.", "Ruins remain."]),
        ("Beach. sunset. palm.", ["Beach. sunset. palm."]),
        ("No stop at all", ["No stop at all"]),
        ("", []),
    ],
)
def test_sentences_end_where_they_end(text: str, parts: list[str]) -> None:
    assert sentences(text) == parts


def test_the_first_sentence_is_whole_and_without_its_stop() -> None:
    assert first_sentence("St. Basil's Cathedral. In winter.") == "St. Basil's Cathedral"
    assert first_sentence("Made in the U.S.") == "Made in the U.S."
    assert first_sentence("") == ""


def test_a_stop_within_quotation_marks_is_enough() -> None:
    assert sentence('The boy said: "I am happy."') == 'The boy said: "I am happy."'
    assert sentence("A beach (in Bali)") == "A beach (in Bali)."


def test_addresses_and_hashtags_are_told_and_are_no_words() -> None:
    text = "Photo by @derrick https://example.com/bar?x=1 #sunset #beach over the sea, mail me@example.co.id"
    assert addresses(text) == ["@derrick", "https://example.com/bar?x=1", "#sunset", "#beach", "me@example.co.id"]
    assert [unit.word for unit in read(text).units][:3] == ["sunset", "beach", "sea"]
    assert [fault.name for fault in faults(text, "")] == ["links-in-text"]
    assert addresses("No. 7 in St. Louis at 5 p.m., room no.5, price #1 and node.js") == []


def test_things_in_a_row_without_commas_are_a_list() -> None:
    assert is_list("beach sunset palm tree ocean waves vacation travel summer")
    for text in ("Senior couple walks dog in city park", "Modern kitchen interior design concept", "Ocean wave splash"):
        assert not is_list(text)


def test_no_sentence_is_said_twice() -> None:
    assert distinct(["Sunset over Bali. Sunset over Bali. Boats.", "sunset over  bali"]) == [
        "Sunset over Bali.",
        "Boats.",
    ]


def test_a_text_is_cut_at_a_phrase() -> None:
    text = "Senior couple holding hands on the beach at sunset with their dog and two grandchildren in Bali"
    assert cut(text, 70) == "Senior couple holding hands on the beach at sunset with their dog"
    assert len(cut("Supercalifragilistic" * 9, 70)) <= 70


@pytest.mark.parametrize(
    ("text", "make", "model"),
    [
        ("KODAK Digital Still Camera", "EASTMAN KODAK COMPANY", "KODAK DX3900"),
        ("Minolta DSC", "Minolta Co., Ltd.", "DiMAGE 7"),
        ("SAMSUNG CSC", "SAMSUNG", "NX1"),
        ("SAMSUNG CAMERA PICTURES", "", ""),
        ("OLYMPUS DIGITAL CAMERA", "", ""),
        ("hdr", "", ""),
        ("oznor", "HUAWEI", "P20"),
        ("M2E1L0-0R336B386", "", ""),
        ("Processed with VSCO with a6 preset", "", ""),
        ("Created with GIMP", "", ""),
        ("LEAD Technologies Inc. V1.01", "", ""),
        ("picture", "", ""),
        ("Screenshot", "", ""),
        ("Adobe Photoshop CS6 (Windows)", "", ""),
        ("Windows Photo Editor 10.0.10011.16384", "", ""),
        ("Untitled-1", "", ""),
        ("Edited with Polarr Photo Editor", "", ""),
        ("Canon EOS 5D", "Canon", "Canon EOS 5D"),
        ("<Digimax S500 / Kenox S500 >", "", ""),
        ("<KENOX S730  / Samsung S730>", "Samsung Techwin", "<KENOX S730  / Samsung S730>"),
        ("KODAK Action Cam", "JK Imaging, Ltd.", "KODAK PIXPRO SP360"),
        ("735 nm", "Parrot", "Sequoia"),
        *(
            (text, "", "")
            for text in (
                "Powered by Canva",
                "digital zoom 2x",
                "Untitled project",
                "SKM_C250i scan",
                "ACDSee 10 photo",
                "Nokia Lumia",
                "Photographed by DJI Mini 3",
                "filter: 0; mask: 0.0; orientation: 0;",
                "Photomatix Pro 6",
                "Aurora HDR 2019",
                "PTGui Pro stitched panorama",
            )
        ),
        ("15102780734      K7FAX  Thu Feb 28 09:42:34 2008", "", ""),
    ],
)
def test_what_a_machine_wrote_is_told(text: str, make: str, model: str) -> None:
    assert is_machine(text, make, model)


@pytest.mark.parametrize(
    ("text", "make"),
    [
        ("Apple orchard in autumn", "Apple"),
        ("Lighthouse on a cliff", "NIKON CORPORATION"),
        ("Made by hand in Bali", ""),
        ("Screenshot of a game on a laptop screen in an office", ""),
        ("Sharp knife on a cutting board", "SHARP"),
        ("Canon firing at the castle", "Nikon"),
        ("Layer cake with strawberries", ""),
        ("Created with love by grandmother", ""),
        *(
            (text, "")
            for text in (
                "Runners of a 10 km race at 9:30",
                "Borobudur photo",
                "Rendang on a plate",
                "Diwali 2024",
                "Oktoberfest 2019",
                "Powered by solar energy",
                "Photographed from above",
                "Apollo 11 rocket",
                "Boeing 747 landing",
                "Tempeh raw",
            )
        ),
    ],
)
def test_what_a_person_wrote_is_left(text: str, make: str) -> None:
    assert not is_machine(text, make)


@pytest.mark.parametrize(
    "text",
    [
        "Nasi goreng with egg", "Piazza del Duomo, Milan", "Café de la Paix in Paris", "Spaghetti alla carbonara",
        "Sagrada Familia Barcelona", "Tegallalang Ubud Bali", "Crème brûlée", "Rio de Janeiro skyline",
        "Gunung Bromo Tengger Semeru", "Macaca fascicularis", "Puerto de la Cruz", "Tacos al pastor",
        "Schnitzel with potato salad", "Sunset", "Le Mont Saint-Michel, France",
    ],
)  # fmt: skip
def test_english_with_names_and_dishes_is_english(text: str) -> None:
    assert foreign(text) == ""


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Matahari terbit di Gunung Bromo", "Indonesian"),
        ("Nasi goreng dengan telur mata sapi", "Indonesian"),
        ("Les enfants jouent dans le jardin", "French"),
        ("Una mujer camina por la playa", "Spanish"),
        ("Mann mit Hund am Strand", "German"),
        ("Kot śpi na kanapie", "Polish"),
        ("Закат над морем", "the Cyrillic script"),
        ("日本の山", "Chinese or Japanese"),
    ],
)
def test_another_language_is_told(text: str, language: str) -> None:
    assert foreign(text) == language


@pytest.mark.parametrize(
    ("title", "names"),
    [
        ("beach, sunset, palm, ocean, Bali, travel", ["word-list"]),
        ("Lisbon, Portugal, old town street in spring", []),
        ("Apples, pears, grapes and plums on a table", []),
        ("AMAZING SUNSET IN BALI", ["capitals"]),
        ("Sunset over the sea in Bali!!!", ["shouting"]),
        ("Boats on the sea &amp; seagulls in the air", ["markup"]),
        ("Boats on the sea with <b>flying</b> seagulls", ["markup"]),
        ("Boats on the sea at sunset - IMG_1234.jpg", ["file-name"]),
        ("Boats on\nthe sea\tat dawn", ["line-break"]),
        ("Salt & pepper on a table, 3 < 5 on a board", []),
        ("Man at the U.S. Capitol, No. 7 bus", []),
        ("NASA rocket on a launch pad", []),
        ("Sunset", ["short-title"]),
        ("Bali beach", ["short-title"]),
        ("Happy dog on a beach 🐶", ["emoji"]),
        ("Anna Kowalski cooking soup", ["private-name"]),
        ("Закат над морем", ["language"]),
    ],
)
def test_what_is_wrong_with_a_title(title: str, names: list[str]) -> None:
    assert [fault.name for fault in faults(title, "")] == names


def test_each_text_is_judged_for_its_language_by_itself() -> None:
    found = faults("Закат над морем вечером", "Sunset over the sea in the evening")
    assert [fault.message for fault in found] == ["the title is not in English (the Cyrillic script)"]


def test_spelling_knows_the_trade() -> None:
    assert (
        spelling("goreng rendang warung sawah kampung boba vape fitr siomay okonomiyaki chimichurri ecotourism") == []
    )
    assert [slip.word for slip in spelling("Beatiful sunst with freinds")] == ["beatiful", "sunst", "freinds"]


def test_paths_and_pasted_lists_are_told() -> None:
    told = {one.word: one.why for one in spam(["Places|Indonesia|Bali", "a; b; c", "猫、犬", "black/white", "x\ty"])}
    assert told["Places|Indonesia|Bali"] == "is a path of a catalogue program; its last part is 'Bali'"
    assert "semicolons" in told["a; b; c"]
    assert "Japanese commas" in told["猫、犬"]
    assert "tabs" in told["x\ty"]
    assert "black/white" not in told


def test_other_ways_of_pasting_a_list_are_told() -> None:
    words = ["boat • lake", "boat | lake", "boat - lake", "#boat #lake", "#boat", "darktable|format|jpg"]
    words += ["darktable|exported", "col·legi"]
    # Each by itself: they repeat one another.
    told = {one.word: one.why for word in words for one in spam([word])}
    assert "bullets" in told["boat • lake"]
    assert "bars" in told["boat | lake"]
    assert "dashes" in told["boat - lake"]
    assert told["#boat #lake"] == "holds hashtags: write commas"
    assert told["#boat"] == "is a hashtag"
    assert told["darktable|format|jpg"] == told["darktable|exported"] == "is a path of a catalogue program"
    assert "col·legi" not in told
    for word in words[:4]:
        assert parts_of_list(word) == ["boat", "lake"]


def test_untidy_words_are_told_and_suggestions_tidied() -> None:
    assert untidy("“old town”") == "holds quotation marks"
    assert untidy("old  town") == "holds more than single blanks"
    assert untidy("grandma's kitchen") == ""
    assert tidied("“old  town” 🐶") == "old town"


def test_a_long_text_is_parted_in_time_that_grows_with_its_length() -> None:
    """Found by spoilt contexts: abbreviations without an end of a sentence took 44 s in 100,000 characters."""
    begun = time.process_time()
    assert len(sentences("Boats at St. Basil's Cathedral and on Mt. Bromo, approx. 20 of them; " * 1500)) == 1
    assert time.process_time() - begun < 8
