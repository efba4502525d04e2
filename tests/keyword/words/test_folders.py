"""What the name of a folder tells of its pictures: nothing of work, of a name, or of what hurts somebody."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from stockctl.keyword.sources.names import from_names
from stockctl.keyword.subject import Subject

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    "folder",
    [
        "ikea campaign 2024",
        "Acme Inc",
        "weber gmbh",
        "uncle bob 60",
        "hope and faith wedding",
        "smith_family_2025",
        "mark graduation",
        "out of focus",
        "blurry",
        "not_sold_2025",
        "drone shots",
        "50mm prime",
        "helios 44",
        "do not publish",
        "copyright issues",
        "stable diffusion",
        "instagram posts",
        "trump rally",
        "modi",
        "putin parade",
        "macron visit",
        "illegal immigrants",
        "Labour party",
        "shah rukh khan",
        "tiger woods",
        "sexy girl",
        "adults_only",
        "naked girls",
        "breast cancer",
        "infidels",
        "trannies",
        "slaves",
        "sex toys",
        "strip club",
        "upscaled",
        "five stars",
        "test shots",
        "landscape portrait session",
        "headshots john doe",
        "donald tusk visit",
        "kate bush",
        "bill gates",
        "max verstappen",
        "emma stone premiere",
        "tim cook keynote",
        "theresa may",
        "Mike Pence",
        "tusk",
        "swift",
        "carter",
        "black lives matter",
        "png cutouts",
        "mick jagger",
        "Mick Jagger Berlin 2019",
        "charlie",
        "charlie chaplin",
        "harry styles concert",
        "john smith wedding",
        "taylor swift concert",
        "miller wedding",
        "baker_birthday",
        "rose and jack",
        "steve and anna",
        "mr brown",
        "dr miller clinic",
        "hot girls",
        "hot chicks",
        "hot guys",
        "bikini girls",
        "pretty women",
        "beautiful girl portrait",
        "teen girls",
        "young girls",
        "asian girls",
        "schoolgirls",
        "blondes",
        "hunks",
        "girls nude",
        "wet t-shirt girls",
        "naughty ladies",
        "dead body",
    ],
)
def test_a_folder_of_work_of_a_name_or_of_what_hurts_offers_nothing(folder: str, tmp_path: Path) -> None:
    path = tmp_path / folder / "DSC_1.jpg"
    assert [one.word for one in from_names(Subject(path))] == []


@pytest.mark.parametrize(
    ("folder", "words"),
    [
        ("rice harvest", ["rice", "harvest"]),
        ("summer wedding 2024", ["summer", "wedding"]),
        ("family_picnic", ["family", "picnic"]),
        ("party balloons", ["party", "balloons"]),
        ("mosque", ["mosque"]),
        ("birthday cake", ["birthday", "cake"]),
        ("rose garden", ["rose", "garden"]),
        ("olive wood", ["olive", "wood"]),
        ("pearl river", ["pearl", "river"]),
        ("film festival", ["film festival"]),
        ("old town", ["old town"]),
        ("vertical_farm_2025", ["vertical farm"]),
        ("star trails", ["star trails"]),
        ("garage sale", ["garage sale"]),
        ("winter landscape", ["winter landscape"]),
        ("license plate", ["license plate"]),
        ("carnival masks", ["carnival masks"]),
        ("test tubes", ["test tubes"]),
        ("spring flowers old town", ["old town", "spring", "flowers"]),
        ("portrait old man", ["man"]),
        ("panorama city", ["city"]),
        ("wood textures", ["wood"]),
        ("buddhist temple", ["buddhist temple"]),
        ("dead tree", ["dead tree"]),
        ("wheelchair basketball", ["wheelchair basketball"]),
        ("war memorial", ["war memorial"]),
        ("autistic kids", ["kids"]),
        ("muslim women", ["women"]),
        ("fat people", ["people"]),
        ("doctor with patient", ["doctor"]),
        ("breast cancer", []),
        ("prisoners", []),
        ("homeless men", ["men"]),
        ("ugly duckling", ["ugly duckling"]),
        ("fashion model", ["fashion model"]),
        ("bush visit", ["visit"]),
        ("swift concert", ["concert"]),
        ("church tower", ["tower"]),
        ("jazz concert", ["jazz", "concert"]),
        ("hot springs", ["hot", "springs"]),
        ("hot_air_balloon", ["hot air balloon"]),
        ("hot dog stand", ["hot dog", "stand"]),
        ("hot peppers", ["hot", "peppers"]),
        ("pretty flowers", ["pretty", "flowers"]),
        ("wild horses", ["wild", "horses"]),
        ("dead leaves", ["dead leaves"]),
        ("boys playing football", ["boys", "playing", "football"]),
        ("young woman", ["young", "woman"]),
        ("beautiful woman", ["beautiful", "woman"]),
        ("model trains", ["model trains"]),
        ("church wedding", ["church", "wedding"]),
        ("beach wedding", ["beach", "wedding"]),
        ("rosemary and thyme", ["rosemary", "thyme"]),
        ("love hearts", ["love", "hearts"]),
        ("teddy bears", ["teddy bears"]),
        ("tom yum soup", ["tom yum soup"]),
        ("fishing rod", ["fishing", "rod"]),
    ],
)
def test_a_folder_that_tells_what_its_pictures_show_is_still_on_offer(
    folder: str, words: list[str], tmp_path: Path
) -> None:
    path = tmp_path / folder / "DSC_1.jpg"
    assert [one.word for one in from_names(Subject(path))] == words


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("Mick Jagger singing on a stage", ["singing", "stage"]),
        ("john-smith-wedding-garden", ["wedding", "garden"]),
        ("taylor_swift_concert", ["concert"]),
        ("peter and wendy in the garden", ["garden"]),
        ("charlie eating breakfast", ["eating", "breakfast"]),
        ("teddy bear on a bed", ["teddy", "bear", "bed"]),
        ("rose garden in summer", ["rose", "garden", "summer"]),
        ("bob cut of a woman", ["bob", "cut", "woman"]),
    ],
)
def test_of_a_files_name_no_person_s_is_on_offer(name: str, words: list[str], tmp_path: Path) -> None:
    path = tmp_path / "DCIM" / f"{name}.jpg"
    assert [one.word for one in from_names(Subject(path))] == words
