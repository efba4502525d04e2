"""Things with a colour or a quality, and what is said of things that have one."""

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
        # A quality belongs to the whole of the thing behind it.
        ("Pink piggy bank with glasses", ["pink piggy bank", "pink", "piggy bank"], []),
        (
            "Old wooden fishing boat",
            ["old", "wooden fishing boat", "fishing boat", "boat"],
            ["old wooden fishing boat"],
        ),
        ("Volleyball net on an empty sandy beach", ["empty sandy beach", "sandy beach", "empty"], []),
        ("Black t-shirt mockup", ["black t-shirt mockup", "t-shirt mockup", "t-shirt", "mockup"], []),
        ("Classic red sports car", ["classic", "red sports car", "sports car", "red"], ["classic red sports car"]),
        ("Model in hanbok inspired evening gown", ["evening gown"], ["inspired evening gown"]),
        # So does the colour of a listed thing, which is seen.
        ("White houses on a hill", ["white houses", "white", "houses"], []),
        ("The White House in Washington", ["white house"], ["white", "house"]),
        ("White roses in a vase", ["white roses", "white", "roses"], []),
        ("Red wine glass on a table", ["red wine", "glass"], ["red"]),
        # Behind it a word is a thing, though it may be a verb.
        ("Sailboat with white sails on the horizon", ["white sails", "white", "sails"], []),
        ("Wine bottle with empty label", ["empty label", "label"], []),
        ("Black SUV in a garage", ["black suv", "suv"], []),
        ("One red umbrella among many black ones", ["red umbrella", "umbrella"], []),
        ("Dark moody still life", ["still life"], ["dark moody"]),
        # What a thing does by itself is how it looks.
        ("Boiling water in a pot", ["boiling water", "water"], []),
        ("Falling leaves in park", ["falling leaves", "leaves"], []),
        ("Room with a sloping ceiling", ["sloping ceiling", "ceiling"], ["sloping"]),
        ("Growing bar chart", ["growing bar chart", "bar chart"], ["growing"]),
        ("Picking apples in an orchard", ["apples", "orchard"], []),
    ],
)
def test_a_quality_stays_with_its_thing(text: str, there: list[str], never: list[str]) -> None:
    """A phrase of several words keeps the quality before it, and its parts."""
    found = said(text)
    assert set(there) <= found
    assert not found & set(never)


@pytest.mark.parametrize(
    "text", ["Cat stuck in a tree", "Dog stuck in a fence", "Cow stuck in a ditch", "Bus stuck in snow"]
)
def test_what_is_stuck_is_there(text: str) -> None:
    """An animal that is stuck is told, and that it is."""
    assert {text.split(maxsplit=1)[0].lower(), "stuck"} <= said(text)
