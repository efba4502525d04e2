"""What a thing is one of, and what holds with it, is what a buyer means by that word."""

from __future__ import annotations

import pytest

from stockctl.words.said.kinds import broader, implied
from stockctl.words.said.reading import read


@pytest.mark.parametrize(
    ("word", "kind"),
    [
        # A buyer of instruments means music; a drink is no food, and a vet no doctor of people.
        ("telescope", ""),
        ("goggles", ""),
        ("clock", ""),
        ("beverage", ""),
        ("veterinarian", ""),
        ("surgeon", "doctor"),
    ],
)
def test_what_a_thing_is_one_of_is_what_buyers_mean(word: str, kind: str) -> None:
    assert broader(word) == kind


@pytest.mark.parametrize(
    ("word", "never"),
    [
        ("living room", "furniture"),
        ("home", "architecture"),
        ("dancing", "performance"),
        ("background", "backdrop"),
        ("night", "dark"),
        ("barista", "food"),
    ],
)
def test_nothing_holds_that_need_not_be_there(word: str, never: str) -> None:
    assert never not in implied(word)
    # What holds everywhere stays.
    assert "performance" in implied("dancers")


@pytest.mark.parametrize(
    ("text", "there", "never"),
    [
        ("Cartoon owl", {"cartoon owl", "cartoon", "owl"}, set()),
        ("Toy horse on a shelf", {"toy horse", "toy"}, set()),
        ("Barn owl", {"barn owl", "owl"}, {"barn"}),
        ("Crushed aluminum cans for recycling", {"aluminum can", "cans", "aluminum"}, {"crushed aluminum"}),
        ("Old TV set", {"tv set", "tv"}, set()),
        ("There is no planet B", {"no planet b"}, {"planet"}),
        ("Keep calm and carry on", {"keep calm and carry on"}, {"carry", "keep"}),
        ("Keep out", {"keep out"}, {"keep"}),
        ("Safety first", {"safety first", "safety"}, {"first"}),
        ("Man with back injury", {"back injury", "injury"}, set()),
    ],
)
def test_what_these_are_made_of_and_say_comes_whole(text: str, there: set[str], never: set[str]) -> None:
    found = {word for unit in read(text).units for word in (unit.word, *unit.parts)}
    assert there <= found
    assert found.isdisjoint(never)
