"""What a thing is one of, and what holds of it, where the text does not say so."""

from __future__ import annotations

from pathlib import Path

import pytest

from stockctl.keyword.sources.text import said_of
from stockctl.keyword.subject import Subject


def keywords(text: str) -> set[str]:
    """Return the keywords of a context."""
    return {word for word, _ in said_of(Subject(Path("/photos/DSC_1.jpg"), context=text))}


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Beagle puppy on the grass", "dog"),
        ("Stag beetle males on a log", "insect"),
        ("Marigold garlands", "flower"),
        ("Juniper bonsai on a table", "tree"),
    ],
)
def test_what_buyers_seek_by_its_kind_is_told(text: str, kind: str) -> None:
    assert kind in keywords(text)


@pytest.mark.parametrize(
    ("text", "never"),
    [
        # What is made of a tree, a fruit or a beast, or called after one.
        ("Cacao powder in a bowl", ["tree"]),
        ("Black walnut cake", ["tree"]),
        ("Bergamot tea", ["tree"]),
        ("Woman in a mola blouse", ["fish"]),
        ("Child in a dinosaur costume", ["reptile"]),
        ("Crocodile skin bag", ["reptile"]),
        ("Street in Kochi (Cochin), Kerala", ["bird"]),
        # A text of few keywords is filled up with what is sure alone.
        ("Old red Vespa parked in front of trattoria, Trastevere, Rome", ["retro"]),
        ("Humpback whale mother and calf underwater, Tonga, not in captivity", ["people"]),
        ("Kid building a castle from Lego bricks on the carpet at kindergarten", ["architecture"]),
        ("Grandma Lucia making fresh pasta by hand in Bologna, Italy", ["body part"]),
        ("Fighter jets with tricolor smoke over Paris, France on 14 July", ["burning"]),
        ("Bald eagle catching a salmon in the river near Anchorage in Alaska", ["food"]),
    ],
)
def test_a_kind_that_is_seldom_true_is_not_told(text: str, never: list[str]) -> None:
    assert keywords(text).isdisjoint(never)
