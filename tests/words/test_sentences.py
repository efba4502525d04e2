"""Verbs of whole sentences are no things, and folk figures and slogans stay whole."""

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
        ("She waters the plants every morning", ["plants"], ["waters", "water"]),
        ("He boxes in the gym", ["boxing", "gym"], ["boxes"]),
        ("A car parks in front of a hotel", ["car", "hotel"], ["car parks", "parks"]),
        ("The ship docks in the harbor", ["ship", "harbor"], ["ship docks", "docks"]),
        ("A fly lands on a slice of bread", ["fly", "bread"], ["fly lands", "lands"]),
        ("A train leaves the station", ["train", "station"], ["leaves", "train leaves"]),
        ("A nurse bandages the arm of a boy", ["nurse", "arm"], ["bandages", "nurse bandages"]),
        ("A snake sheds its skin", ["snake", "skin"], ["sheds", "snake sheds"]),
        ("Farmer milks a cow in the barn", ["farmer", "cow"], ["milks", "farmer milks"]),
        ("Gardener plants seedlings in a bed", ["gardener", "seedlings"], ["plants", "plants seedlings"]),
        ("Farmers plant rice seedlings", ["farmers", "rice seedlings"], ["plant", "plant rice seedlings"]),
        ("Mother irons shirts", ["mother", "shirts"], ["irons"]),
        ("Guinea pig eats a leaf", ["guinea pig", "leaf"], ["eats"]),
        ("Dog bows its head and waits for a treat", ["dog", "head", "treat"], ["waits", "bows"]),
        # These are things.
        ("Car parks in London seen from above", ["car parks"], []),
        ("Ship docks and cranes", ["docks"], []),
        ("Woman hands typing on a keyboard", ["hands"], []),
        ("Autumn leaves the color of fire", ["autumn leaves"], []),
        ("Baby shoes on white", ["shoes"], []),
        # Figures and slogans.
        ("Tooth Fairy with a magic wand", ["tooth fairy"], ["tooth", "fairy"]),
        ("Uncle Sam hat on a table", ["uncle sam"], ["uncle", "sam", "sam hat"]),
        ("Keep calm and carry on poster", ["keep calm and carry on", "poster"], ["carry", "calm"]),
        ("Pixel art of a dragon", ["pixel art", "dragon"], ["pixel"]),
    ],
)
def test_a_verb_is_no_thing_and_a_figure_is_whole(text: str, there: list[str], never: list[str]) -> None:
    found = said(text)
    assert set(there) <= found
    assert found.isdisjoint(never)
