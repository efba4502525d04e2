"""What is denied is no keyword, what is not denied stays; and a colour is not the thing that it is called after."""

from __future__ import annotations

import pytest

from stockctl.words.said.reading import read


def _said(text: str) -> set[str]:
    units = read(text).units
    return {unit.word for unit in units} | {part for unit in units for part in unit.parts}


@pytest.mark.parametrize(
    ("text", "said", "never"),
    [
        ("Woman cannot sleep at night", {"woman", "night"}, {"sleep"}),
        ("Baby won't eat vegetables", {"baby", "vegetables"}, {"eat"}),
        ("Child can't reach the shelf", {"child", "shelf"}, {"reach"}),
        ("Students aren't listening", {"students"}, {"listening"}),
        ("People who don't wear masks on a street", {"people", "street"}, {"masks"}),
        ("unable to walk man in a wheelchair", {"man", "wheelchair"}, {"walk man", "unable"}),
        ("Person not able to open jar", {"person", "jar"}, {"open jar"}),
        ("do not bleach and iron care label", {"care label"}, {"bleach", "iron", "iron care label"}),
        ("Do not enter sign", {"sign"}, {"enter"}),
        ("Beach with no one swimming", {"beach", "no people"}, {"swimming"}),
        ("no dogs allowed sign", {"sign"}, {"dogs"}),
        ("Not for sale sign on a house", {"not for sale sign", "sign", "house"}, {"for sale sign", "sale sign"}),
        ("No parking sign on a gate", {"no parking sign", "no parking", "sign"}, {"parking", "parking sign"}),
        ("Vending machine out of order", {"vending machine", "out of order"}, {"order"}),
        ("nothing but sky and clouds", {"sky", "clouds"}, set()),
        ("Never give up motivational quote", {"never give up", "motivational quote"}, set()),
    ],
)
def test_what_is_denied_is_no_keyword(text: str, said: set[str], never: set[str]) -> None:
    found = _said(text)
    assert said <= found
    assert never.isdisjoint(found)


@pytest.mark.parametrize(
    ("text", "said", "never"),
    [
        ("camel coat on a woman", {"camel coat", "coat"}, {"camel"}),
        ("lavender wall with a frame", {"lavender wall", "wall"}, {"lavender"}),
        ("mint walls in a kitchen", {"mint walls", "walls"}, {"mint"}),
        ("plum coat, autumn", {"plum coat", "coat", "autumn"}, {"plum"}),
        ("charcoal suit groom", {"charcoal suit", "suit", "groom"}, {"charcoal"}),
        ("coral lipstick on lips", {"coral lipstick", "lipstick"}, {"coral"}),
        ("cherry red sports car", {"cherry red", "sports car", "red"}, {"cherry"}),
        ("denim blue background", {"denim blue", "background"}, {"denim"}),
        ("caramel leather bag", {"caramel leather bag", "leather"}, {"caramel"}),
        ("emerald necklace on velvet", {"emerald necklace", "emerald"}, set()),
        ("denim shirt on a man", {"denim", "shirt"}, set()),
        ("lavender field in Provence", {"lavender", "field"}, set()),
        ("brick wall texture", {"brick", "texture"}, set()),
        ("salmon steak on ice", {"salmon"}, set()),
    ],
)
def test_a_colour_is_not_the_thing_it_is_called_after(text: str, said: set[str], never: set[str]) -> None:
    found = _said(text)
    assert said <= found
    assert never.isdisjoint(found)
