"""Nouns whose words are small words or verbs else are keywords where they are nouns."""

from __future__ import annotations

import pytest

from stockctl.words.said.reading import read


@pytest.mark.parametrize(
    ("text", "there", "never"),
    [
        ("A saw and a hammer on a workbench", ["saw", "hammer"], []),
        ("A worker cuts metal with a saw", ["metal", "saw"], []),
        ("Tattoo on a man's back", ["tattoo", "back"], []),
        ("Woman lying on her back", ["woman", "back"], []),
        ("Woman stretching her lower back", ["lower back", "back"], []),
        ("A can of soda", ["can", "soda"], []),
        ("A well in the desert", ["well", "desert"], []),
        ("Woman in a red top and jeans", ["red top", "jeans"], ["top"]),
        # Elsewhere they are what they mostly are.
        ("Girl saw a snake", ["girl", "snake"], ["saw"]),
        ("A hand on the back of a chair", ["hand", "chair"], ["back"]),
        ("A mountain with a snowy top", ["mountain"], ["top", "snowy top"]),
    ],
)
def test_a_noun_is_told_by_what_stands_before_it(text: str, there: list[str], never: list[str]) -> None:
    found = {word for unit in read(text).units for word in (unit.word, *unit.parts)}
    assert set(there) <= found
    assert found.isdisjoint(never)


@pytest.mark.parametrize(
    ("text", "there", "never"),
    [
        ("US dollar bills", ["us dollar", "dollar bills"], ["us"]),
        ("US Navy ship", ["us navy", "navy ship"], ["us"]),
        ("Trade between US and China", ["usa", "china"], ["us"]),
        ("IT technician in a server room", ["it technician", "technician", "server room"], ["it"]),
        ("Young IT professional with a laptop", ["it professional", "laptop"], ["it"]),
        ("Career in IT", ["information technology"], ["it"]),
        ("Old AM radio", ["am radio"], ["am"]),
        ("Contact US", ["contact us"], ["usa", "us"]),
        ("JOIN US NOW", ["join us now"], ["usa", "us"]),
        ("Meeting at 10 AM", ["meeting"], ["am"]),
        ("WHO headquarters in Geneva", ["who headquarters", "headquarters", "geneva"], ["headquartering"]),
    ],
)
def test_capitals_are_no_small_words(text: str, there: list[str], never: list[str]) -> None:
    found = {word for unit in read(text).units for word in (unit.word, *unit.parts)}
    assert set(there) <= found
    assert found.isdisjoint(never)
