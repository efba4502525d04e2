"""What somebody does, told apart from who does it and from what it is done to."""

from __future__ import annotations

import pytest

from stockctl.words.said.reading import read


def said(text: str) -> set[str]:
    """Return all keywords that a text gives."""
    found = read(text)
    return {word for unit in found.units for word in (unit.word, *unit.parts)} | set(found.spare)


@pytest.mark.parametrize(
    ("text", "there", "never"),
    [
        ("Kids building a snowman in a village", ["kids", "snowman"], ["building", "kids building"]),
        ("Bird building a nest", ["bird", "nest"], ["building", "bird building"]),
        ("Beaver building a dam", ["beaver", "dam"], ["building", "beaver building"]),
        ("Retired man building model ships", ["retired man", "model ships"], ["building", "building model"]),
        ("Volunteers building houses for poor families", ["volunteers", "houses"], ["building", "building houses"]),
        ("Woman lighting a campfire in the woods", ["woman", "campfire"], ["woman lighting", "lighting"]),
        ("Family lighting diyas for Diwali", ["family", "diyas", "diwali"], ["lighting diyas"]),
        ("Skier carving fresh powder", ["skier", "carving", "fresh powder"], ["skier carving"]),
        ("Skier in orange jacket carving fresh powder", ["orange jacket", "carving"], ["jacket carving"]),
        ("Woman snorkeling with sharks", ["woman", "snorkeling", "sharks"], ["woman snorkeling"]),
        ("Green iguana basking on a rock", ["green iguana", "basking", "rock"], ["iguana basking"]),
        ("Hiker drinking water from a bottle", ["hiker", "drinking", "water"], ["drinking water"]),
        ("Children playing cards at home", ["children", "playing", "cards"], ["playing cards"]),
        # No act, or one that has a name with its object.
        ("Office building in London", ["office building"], []),
        ("Students in front of a building", ["students", "building"], []),
        ("Glass of drinking water", ["drinking water"], []),
        ("Playing cards on a table", ["playing cards"], []),
        ("Two kids holding hands", ["holding hands"], []),
        ("Bird watching in a forest", ["bird watching"], []),
        ("Team building in an office", ["team building"], []),
        ("Horse riding on the beach", ["horse riding"], []),
        ("Baby on a changing mat", ["changing mat"], []),
        ("Stage lighting at a concert", ["stage lighting"], []),
    ],
)
def test_an_act_stays_apart_from_who_does_it(text: str, there: list[str], never: list[str]) -> None:
    found = said(text)
    assert set(there) <= found
    assert found.isdisjoint(never)
