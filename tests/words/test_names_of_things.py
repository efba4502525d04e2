"""Marks and persons after whom things are called: a Tesla coil is no car, a Petri dish nobody's name."""

from __future__ import annotations

import pytest

from stockctl.words.proper.names import neutral, restricted
from stockctl.words.texts.people import private_names


@pytest.mark.parametrize(
    "text",
    [
        "Tesla coil with purple lightning", "Adobe houses in a village", "Mount Olympus at dawn", "Hoover Dam",
        "Red sprites above a storm", "Van Gogh Museum in Amsterdam", "Amazon rainforest",
        "Solar corona", "Java sparrow",
    ],
)  # fmt: skip
def test_a_thing_that_is_called_after_a_mark_is_none(text: str) -> None:
    assert restricted(text) == []


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Vespa scooter", "motor scooter"), ("two Vespa scooters", "two motor scooters"),
        ("Lego bricks on carpet", "building bricks on carpet"), ("rollerblade skates", "inline skates"),
        ("vintage Vespa on a wall", "vintage motor scooter on a wall"), ("Tesla charging", "electric car charging"),
        ("Tesla electric car at a mall", "electric car at a mall"),
        ("Adobe Photoshop", ""), ("painting by Van Gogh", "painting"),
    ],
)  # fmt: skip
def test_a_plain_word_for_a_mark_stands_there_once(text: str, left: str) -> None:
    assert neutral(text) == left


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Petri dishes in an incubator", []),
        ("Technician holding a Petri dish with agar", []),
        ("Bumblebee on a black eyed Susan flower", []),
        ("Tortoise in an enclosure, Hermann's tortoise", []),
        ("Facade with cranes, Antoni Gaudi architecture, Barcelona", []),
        ("Frank Lloyd Wright house in autumn forest", []),
        ("Anne Frank house in Amsterdam", []),
        ("Anna Kowalski house in the village", ["Anna Kowalski"]),
        ("My friend Susan with a black dog", ["Susan"]),
        ("Aunt Rose dancing", ["Rose"]),
    ],
)
def test_a_thing_or_a_known_builder_is_no_private_person(text: str, names: list[str]) -> None:
    assert private_names(text) == names
