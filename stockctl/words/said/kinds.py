"""What a thing is one of (orangutan: animal), and what is there wherever it is (beach: coast)."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from stockctl.words.lemma import key
from stockctl.words.tables import entries, packed, rows

if TYPE_CHECKING:
    from collections.abc import Sequence


def broader(word: str) -> str:
    """Return what a single thing is one of, or nothing where that is not sure."""
    # Clinging is no cling peach.
    act = word.endswith("ing") and key(word) != word
    return "" if act else packed("kinds").get(key(word))


def is_sought(kind: str) -> bool:
    """Whether buyers who look for a kind want to see all that is one of it: dog, flower, but not animal."""
    return kind in entries("sought")


# What is only called after a beast or a plant, shaped like it or made of it: a dinosaur costume, crocodile skin bag.
_CALLED = frozenset(
    ("costume", "toy", "puppet", "model", "mask", "sign", "logo", "icon", "pattern", "print", "skin", "bag", "oil",
     "powder", "tea", "juice", "cookie", "bread", "bun", "roll", "cake", "salad", "sauce", "salsa", "drum", "treatment",
     "repellent", "trap", "net", "amulet", "jug", "glass", "knife", "car", "chair", "street", "hat", "textile", "carr")
)  # fmt: skip


def sought_of(word: str, parts: Sequence[str]) -> str:
    """Return what buyers seek that a part of a name is one of: a beagle puppy is a dog."""
    if key(word.rpartition(" ")[2]) in _CALLED:
        return ""
    return next((kind for part in parts if is_sought(kind := broader(part))), "")


def implied(word: str) -> tuple[str, ...]:
    """Return what holds of every picture of which a word is said; a couple dancing gives no performance."""
    holds = _implied().get(key(word), ())
    return holds if word in _told() or not word.endswith("ing") else ()


@cache
def _told() -> frozenset[str]:
    """Return the words of the list, as they are written."""
    return frozenset(word.strip() for said, _ in rows("implied") for word in said.split(","))


@cache
def _implied() -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for said, holds in rows("implied"):
        for word in said.split(","):
            found[key(word.strip())] = (*found.get(key(word.strip()), ()), *(one.strip() for one in holds.split(",")))
    return found
