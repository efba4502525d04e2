"""Plurals that English does not make: told as slips, and the right one is the keyword."""

from __future__ import annotations

import pytest

from stockctl.words.said.reading import read
from stockctl.words.spam import is_filler
from stockctl.words.spelling import spelling


@pytest.mark.parametrize(
    ("text", "there", "slips"),
    [
        ("Happy childrens playing in a park", "children", {"childrens": "children"}),
        ("two womens talking in cafe", "two women", {"womens": "women"}),
        ("old womens in the market", "old women", {"womens": "women"}),
        ("three mans carry big box", "three men", {"mans": "men"}),
        ("old furnitures in antique market", "old furniture", {"furnitures": "furniture"}),
        ("sport equipments on gym floor", "sport equipment", {"equipments": "equipment"}),
        ("Two policemans on horses", "two policemen", {"policemans": "policemen"}),
        ("many aircrafts on runway", "aircraft", {"aircrafts": "aircraft"}),
        ("Fishermans wharf at dusk", "wharf", {}),
        ("Womens shoes on a rack", "womens shoes", {}),
        ("Still lifes in a gallery", "still lifes", {}),
        ("Women and children with furniture", "women", {}),
    ],
)
def test_a_wrong_plural_is_told_and_the_right_one_is_meant(text: str, there: str, slips: dict[str, str]) -> None:
    words = {word for unit in read(text).units for word in (unit.word, *unit.parts)}
    assert there in words
    assert words.isdisjoint(slips)
    assert {slip.word: slip.meant for slip in spelling(text)} == slips


def test_small_words_may_say_something_together() -> None:
    assert not is_filler("make up")
    assert is_filler("made up of")
