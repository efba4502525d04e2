"""Texts that are partly in another language: told, part by part, and nothing of a name or a dish."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from stockctl.words.said.reading import read
from stockctl.words.texts.language import foreign, foreign_parts
from tests.metadata.samples import encoded, put

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.conftest import Run


@pytest.mark.parametrize(
    "text",
    [
        "Solnedgång vid havet",
        "Röd stuga vid sjön",
        "Rødt hus ved sjøen",
        "Nordlys over fjellet",
        "Saulriets pie jūras",
        "Sončni zahod ob morju",
        "Balıkçı tekneleri limanda",
        "Kırmızı elma masada",
        "Vieux moulin près de la rivière",
        "Pommes rouges sur une table",
        "Vecchio mulino",
    ],
)
def test_a_short_text_tells_its_language_by_its_accents(text: str) -> None:
    assert foreign(text)


@pytest.mark.parametrize(
    "text",
    [
        "Bánh mì on a plate",
        "Jalapeño peppers",
        "Smørrebrød",
        "Svíčková with dumplings",
        "Jökulsárlón lagoon",
        "Naïve painting",
        "Gözleme seller",
        "Señorita dancing flamenco",
        "Şanlıurfa market",
    ],
)
def test_a_borrowed_word_with_an_accent_tells_none(text: str) -> None:
    assert not foreign(text)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("Beautiful sunset coucher de soleil over the sea in Bali", ("coucher de soleil",)),
        ("Sunset at pantai", ("pantai",)),
        ("beach, pantai, laut, sunset, sea", ("pantai", "laut")),
        ("Woman walking on the beach, femme marchant sur la plage", ("femme marchant sur la plage",)),
        ("Sunset on the beach. Coucher de soleil sur la plage.", ("Coucher de soleil sur la plage",)),
        ("Old street in Lisbon, rua velha", ("rua velha",)),
        ("Sunset over rice fields - sawah saat matahari terbenam", ("sawah saat matahari terbenam",)),
        ("Man with dog, uomo con cane", ("uomo con cane",)),
        ("Dog playing in the park hund spielt im park", ("hund spielt im",)),
        ("Soleil couchant; sunset at the plage with palm trees", ("Soleil", "plage")),
        ("חתול על ספה A cat on a red sofa", ("חתול על ספה",)),
        ("A cat on a red sofa in a large living room, قطة على الأريكة", ("قطة على الأريكة",)),
        ("แมวบนโซฟา a cat on a sofa", ("แมวบนโซฟา",)),
        ("बिल्ली सोफे पर, a black cat on a sofa in a living room", ("बिल्ली सोफे पर",)),
        ("A cat on a sofa in a room with large windows кошка на диване", ("кошка на диване",)),
        ("A cat 猫 on a sofa", ("猫",)),
        ("A cat on a sofa in a room γάτα", ("γάτα",)),
        ("고양이 cat on a sofa", ("고양이",)),
        ("cat, sofa, חתול, כלב, dog, windows, room, кот", ("חתול", "כלב", "кот")),
    ],
)
def test_a_part_in_another_language_is_found(text: str, parts: tuple[str, ...]) -> None:
    assert tuple(part for part, _ in foreign_parts(text)) == parts


@pytest.mark.parametrize(
    "text",
    [
        "Coq au vin with red wine",
        "arroz con pollo on a plate",
        "Dia de los Muertos altar",
        "Playa del Carmen beach",
        "Sunset at the beach, pantai Kuta Bali",
        "Pasar Badung market in Denpasar",
        "Gunung Agung volcano",
        "Calle Mayor in Madrid",
        "al fresco dinner",
        "fleur de sel",
        "Rumah gadang in Padang",
        "mise en place in a kitchen",
        "café con leche",
        "A sawah in Ubud",
        "A resistor of 10 Ω on a table",
        "The number π on a blackboard",
        "A sensor of 10 μm beside a ruler",
        "Alpha (α) and beta (β) particles",
        "batik tulis from Solo",
    ],
)
def test_names_dishes_and_crafts_are_none(text: str) -> None:
    assert foreign_parts(text) == ()


def test_keyword_and_check_tell_it_of_each_text_by_itself(tmp_path: Path, program: Callable[..., Run]) -> None:
    path = put(tmp_path / "a.jpg", encoded("JPEG"))
    title, caption = "Beautiful sunset over the sea", "Beautiful sunset, coucher de soleil over the sea in Bali"
    done = program("keyword", path, "--title", title, "--description", caption, "--add", "pantai,beach", "--json")
    asset = done.json["assets"][0]
    told = [finding["message"] for finding in asset["findings"] if finding["rule"] == "language"]
    assert told == [
        "the description is partly not in English: 'coucher de soleil' (French)",
        "keywords in another language: 'pantai' (Indonesian)",
    ]
    assert {"coucher", "soleil", "coucher de soleil"}.isdisjoint(word["word"] for word in asset["keywords"])
    checked = program("check", path, "--json", "--agency", "shutterstock").json["assets"][0]["findings"]
    assert {finding["message"] for finding in checked if finding["name"] == "language"} >= {
        "the keywords are partly not in English: 'pantai' (Indonesian)"
    }


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Bunte Herbstblätter auf dem Boden im Wald", set()),
        ("Die alte Brücke über den Fluss bei Sonnenuntergang", set()),
        ("Du pain frais sur une table en bois", set()),
        ("Man met hond op het strand", set()),
        ("Donna che cammina sulla spiaggia con il cane", set()),
        ("Lima anak bermain bola di sawah", set()),
        ("Pedagang kaki lima menjual sate di malam hari", {"sate"}),
        ("Nasi goreng dengan telur di atas piring", {"nasi goreng"}),
        ("Petani menanam padi di sawah Jatiluwih, Bali", {"jatiluwih", "bali"}),
        ("Gunung Bromo saat matahari terbit", {"gunung bromo"}),
        ("Vecchio pescatore con la barca nel porto di Napoli", {"napoli"}),
    ],
)
def test_a_text_in_another_language_says_places_and_what_english_borrows_alone(text: str, said: set[str]) -> None:
    assert {unit.word for unit in read(text).units} == said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Nasi goreng on a banana leaf, Bali street food", {"nasi goreng", "banana leaf"}),
        ("Woman eating pain au chocolat in a Paris cafe", {"woman", "pain au chocolat"}),
        ("Plaza de la Constitución in Mexico City at night", {"plaza de la constitución", "mexico city", "night"}),
        ("Batik craftsman in Solo making batik tulis", {"solo", "batik tulis", "batik craftsman"}),
    ],
)
def test_an_english_text_with_names_of_elsewhere_stays_whole(text: str, said: set[str]) -> None:
    assert said <= {unit.word for unit in read(text).units}
