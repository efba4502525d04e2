"""Turns that say how or when as a whole join no word beside them."""

from __future__ import annotations

import pytest

from stockctl.words.said.reading import read


@pytest.mark.parametrize(
    ("text", "there", "never"),
    [
        ("Origami crane tutorial step by step", ["tutorial", "step by step"], ["step", "tutorial step"]),
        ("Recipe step by step, chopping onions", ["recipe", "step by step"], ["step", "recipe step"]),
        ("Couple walking hand in hand", ["couple", "hand in hand"], []),
        ("Business face to face meeting", ["face to face", "business"], ["business face", "face"]),
        ("Voter putting ballot in ballot box", ["ballot box"], ["ballot in ballot"]),
        ("Newborn baby, skin to skin contact", ["skin to skin contact"], []),
        ("Door to door salesman", ["door to door", "salesman"], []),
        ("Kids after school activity", ["kids", "after school", "activity"], ["school activity"]),
        ("City lights after dark", ["city lights", "after dark"], ["dark"]),
        ("Gears, vector eps 10", ["gears", "vector"], ["vector eps", "eps"]),
        ("Soup of the day, catch of the day", ["soup of the day", "catch of the day"], ["catch", "day"]),
    ],
)
def test_a_turn_stands_by_itself(text: str, there: list[str], never: list[str]) -> None:
    found = {word for unit in read(text).units for word in (unit.word, *unit.parts)}
    assert set(there) <= found
    assert found.isdisjoint(never)
