"""What is said not to be in the picture, and what a beast is called, is no keyword."""

from __future__ import annotations

import pytest

from stockctl.words.said.reading import read


def said(text: str) -> set[str]:
    return {word for unit in read(text).units for word in (unit.word, *unit.parts)}


@pytest.mark.parametrize(
    ("text", "there", "never"),
    [
        ("Father feeding his baby, mother is not in the picture", {"father", "baby"}, {"mother", "picture"}),
        ("Remote worker in a home office, cat not in frame", {"remote worker", "home office"}, {"cat", "frame"}),
        ("Drone footage of a lighthouse, seagulls edited out", {"lighthouse"}, {"seagulls", "edited"}),
        ("Man leaving the house, dog out of frame", {"man", "house"}, {"dog"}),
        ("Boat on Lake Como, tourists are not in the shot", {"boat", "lake como"}, {"tourists", "shot"}),
        ("The ship is not visible in the fog", {"fog"}, {"ship"}),
        ("Compost bin with kitchen scraps, odor free", {"compost bin", "odor free"}, {"odor", "free"}),
        ("Sunrise over Angkor Wat before the tourists arrive", {"sunrise", "angkor wat"}, {"tourists", "arriving"}),
        ("Barista pouring coffee, we do not serve tea", {"barista", "coffee"}, {"tea"}),
        ("Vegan cafe, we don't sell meat", {"vegan cafe"}, {"meat"}),
        ("Dog won't eat its food", {"dog", "food"}, {"eating"}),
        ("Before the storm a farmer brings in hay", {"storm", "farmer", "hay"}, set()),
        # A frame that hangs there stays.
        ("Picture frame on a wall, not in focus", {"picture frame", "wall"}, {"focus"}),
        ("Dog looking out of the window", {"dog", "window"}, set()),
    ],
)
def test_what_is_not_in_the_picture_is_not_said(text: str, there: set[str], never: set[str]) -> None:
    words = said(text)
    assert there <= words
    assert words.isdisjoint(never)


@pytest.mark.parametrize(
    ("text", "there", "never"),
    [
        ("Our cat Biscuit asleep on a keyboard", {"cat", "asleep", "keyboard"}, {"biscuit", "cat biscuit"}),
        ("My old black dog Shadow on the beach", {"black dog", "dog", "beach"}, {"shadow"}),
        ("A beagle named Charlie with a stick", {"beagle", "stick"}, {"charlie"}),
        ("Our dog Labrador Retriever in a park", {"dog", "park"}, set()),
        ("Her horse in Camargue, France", {"horse", "camargue", "france"}, set()),
        ("Dog biscuits on a plate", {"plate"}, set()),
    ],
)
def test_a_beast_keeps_what_it_is_and_not_its_name(text: str, there: set[str], never: set[str]) -> None:
    words = said(text)
    assert there <= words
    assert words.isdisjoint(never)
