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
        ("Cups arranged in a row", ["cups"], ["row", "arranged"]),
        ("Earth. Elements of this image furnished by NASA", ["earth", "nasa"], ["elements", "furnished"]),
        ("Lungs of a smoker compared with healthy lungs", ["smoker", "healthy lungs"], ["compared"]),
        ("Red paper ship leading white ones", ["paper ship"], ["ones"]),
        ("Clock showing five o'clock", ["clock", "five o'clock"], ["o'clock"]),
        ("Five o'clock tea", ["five o'clock", "tea"], ["o'clock"]),
        ("Perfect for a menu, rich in vitamin C", ["menu", "vitamin c"], ["perfect", "rich"]),
        ("Ear protection must be worn sign", ["ear protection", "sign"], ["worn"]),
        ("Table with food, view from above", ["view from above", "from above"], ["view"]),
        ("Skyscraper seen from below", ["skyscraper", "from below"], []),
        ("Soup of the day, catch of the day", ["soup of the day", "catch of the day"], ["catch", "day"]),
    ],
)
def test_a_turn_stands_by_itself(text: str, there: list[str], never: list[str]) -> None:
    found = {word for unit in read(text).units for word in (unit.word, *unit.parts)}
    assert set(there) <= found
    assert found.isdisjoint(never)
