"""Names of private persons are found in texts and keywords; places, plants and things called after somebody are not."""

from __future__ import annotations

import pytest

from stockctl.words.texts.people import persons


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Anna Kowalska at her wedding", ["Anna Kowalska"]),
        ("my cousin Derrick at her wedding", ["Derrick"]),
        ("angela merkel", ["angela merkel"]),
        ("portrait of Jack Kowalski with Maria", ["Jack Kowalski", "Maria"]),
        ("Wayan", ["Wayan"]),
        ("james bond", ["james"]),
    ],
)
def test_a_person_is_found(text: str, names: list[str]) -> None:
    assert persons(text) == names


@pytest.mark.parametrize(
    "text",
    [
        "Lake Victoria", "Victoria Falls", "St. Peter's Square in Rome", "rose garden", "mark on the wall",
        "Prince Edward Island", "tom yum soup", "Christian church", "Jordan River", "san diego skyline", "jean jacket",
        "max speed", "bob haircut", "roman ruins", "christmas carol", "autumn forest in april",
        "Snowy mountain reflected in a calm lake", "jesus statue", "virgin mary",
    ],
)  # fmt: skip
def test_a_place_or_thing_is_no_person(text: str) -> None:
    assert persons(text) == []
