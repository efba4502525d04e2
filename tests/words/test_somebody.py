"""Where somebody is told of, no denial says that there are no people."""

from __future__ import annotations

import pytest

from stockctl.words.said.reading import read


def said(text: str) -> set[str]:
    return {word for unit in read(text).units for word in (unit.word, *unit.parts)}


@pytest.mark.parametrize(
    "text",
    [
        "Woman engineer looking at the camera, no one else",
        "Man working late, nobody else in the office",
        "Surfer on the beach without other people",
        "Portrait of a woman, no people in the background",
        "Tourist walking on the Great Wall without crowds",
        "A doctor with no people in the waiting room",
        "Businessman on a roof, nobody",
        # No others are there, and whoever else is.
        "Cat on a sofa, no other people",
    ],
)
def test_no_one_else_is_no_picture_without_people(text: str) -> None:
    assert said(text).isdisjoint({"no people", "people", "nobody", "else", "no one"})


@pytest.mark.parametrize(
    "text",
    [
        "Statue of a woman, no people",
        "Student desks in a classroom, no people",
        "Toys for kids, no people",
        "Wedding cake for bride and groom, no people",
        "Hut of a fisherman, no people",
        "Doctor's office, no people",
        "Cat on a sofa, no one at home",
    ],
)
def test_whose_a_thing_is_need_not_be_there(text: str) -> None:
    assert "no people" in said(text)
