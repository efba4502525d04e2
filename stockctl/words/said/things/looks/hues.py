"""Colours that are called after things, before what is dyed, painted or grown so: a camel coat is no camel."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from stockctl.words.lemma import key
from stockctl.words.said.listed import phrase
from stockctl.words.said.marks import is_people, mark_of
from stockctl.words.said.tokens import Unit, is_empty, joined, shown
from stockctl.words.tables import entries

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stockctl.words.said.tokens import Token

_THINGS = frozenset(
    ("camel", "salmon", "mustard", "olive", "peach", "chocolate", "emerald", "coral", "rust", "ivory", "lavender",
     "mint", "cream", "plum", "charcoal", "wine", "lemon", "lime", "tangerine", "cherry", "brick", "sage", "apricot",
     "caramel", "honey", "cinnamon", "ash", "strawberry", "chestnut", "blackberry", "champagne", "copper", "pistachio",
     "butter", "cranberry", "lilac", "aubergine", "eggplant", "tomato", "coffee", "mocha", "espresso", "sand", "slate",
     "raspberry", "mulberry", "blueberry", "grape", "melon", "watermelon", "mango", "pumpkin", "saffron", "paprika",
     "cocoa", "vanilla", "almond", "hazelnut", "moss", "ruby", "sapphire", "toffee", "biscuit", "oatmeal", "flamingo",
     "canary", "avocado", "banana", "smoke", "sunflower", "wheat", "denim")
)  # fmt: skip
# What is dyed, painted or grown in a colour, by the keys of its words.
_COLOURED = frozenset(
    ("coat", "blazer", "sweater", "jacket", "dress", "gown", "suit", "shirt", "blouse", "skirt", "trouser", "pant",
     "scarf", "hat", "cap", "beanie", "cardigan", "jumper", "pullover", "hoodie", "tee", "tie", "sock", "shoe", "boot",
     "heel", "sandal", "sneaker", "handbag", "purse", "glove", "shawl", "robe", "saree", "sari", "hijab", "swimsuit",
     "bikini", "short", "shorts", "trousers", "pants", "legging", "leggings", "jumpsuit", "turtleneck", "raincoat",
     "overcoat", "lip", "lipstick", "nail", "suitcase", "manicure", "eyeshadow", "hair", "sofa", "couch", "armchair",
     "chair", "cushion", "pillow", "curtain", "wall", "cabinet", "door", "tile", "bedding", "blanket", "fabric",
     "velvet", "satin", "leather", "labrador", "poodle", "retriever", "spaniel", "dachshund", "horse", "car", "sedan",
     "convertible")
)  # fmt: skip
# What things are made of: no such colours but before a plain one, and of hair.
_STUFFS = frozenset(("brick", "denim", "slate", "copper", "sand", "smoke", "wheat", "wine", "coffee"))
_GROWN = frozenset(("hair", "lip", "nail"))
# Plain colours behind such a thing.
_HUES = frozenset(
    ("red", "green", "blue", "yellow", "brown", "pink", "orange", "purple", "white", "grey", "gray", "black")
)
_PAIR = 2


def hued(tokens: Sequence[Token], at: int) -> tuple[Unit, int] | None:
    """Return a thing with the colour that is called after another, or such a colour: plum coat, denim blue."""
    part = tokens[at : at + _PAIR]
    if len(part) < _PAIR or part[0].bare not in _THINGS or not all(_is_small(one) for one in part):
        return None
    if not _is_coloured(part[0].bare, part[1].bare) or phrase(part) is not None:
        return None
    if part[1].bare not in _HUES and not _ends(tokens, at + _PAIR):
        return None
    return Unit(joined(part), (shown(part[1].written),)), _PAIR


def without_hue(unit: Unit) -> Unit:
    """Return a keyword without the thing that its colour is called after: a cherry red car is no cherry."""
    first, *others = unit.word.split()
    told = first in _THINGS and any(_is_coloured(first, other) for other in others)
    return replace(unit, parts=tuple(part for part in unit.parts if part != first)) if told else unit


def _is_coloured(thing: str, word: str) -> bool:
    """Whether a thing before a word is its colour only."""
    return word in _HUES or key(word) in (_GROWN if thing in _STUFFS else _COLOURED)


def _is_small(token: Token) -> bool:
    return token.free and (token.written.islower() or token.bare in _THINGS)


def _ends(tokens: Sequence[Token], at: int) -> bool:
    """Whether a name ends before a place: no noun follows but who wears it, and when."""
    if at >= len(tokens) or not tokens[at].free:
        return True
    word = tokens[at].bare
    who = mark_of(word)[:1] == "p" or is_people(word) or word in entries("kin")
    return is_empty(word) or who or word in entries("calendar") or word.endswith("ing")
