"""Two that share one thing behind them: red and white wine, sliced and whole oranges, a front and back view."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from stockctl.words.lemma import key
from stockctl.words.said.kinds import broader
from stockctl.words.said.listed import LONGEST, phrase
from stockctl.words.said.marks import is_beast, is_plural, mark_of
from stockctl.words.said.nouns import names_thing
from stockctl.words.said.tokens import Unit, is_empty, joined, shown
from stockctl.words.tables import entries, packed

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from stockctl.words.said.tokens import Token

    Longest = Callable[[Sequence[Token], int], tuple[Unit | None, int]]

_SIDES = frozenset(
    ("front", "back", "side", "rear", "top", "bottom", "left", "right", "upper", "lower", "inner", "outer")
)
_SEEN = frozenset(
    ("view", "arrow", "hand", "foot", "arm", "leg", "eye", "ear", "wing", "wheel", "seat", "door", "light")
)
_TIMES = frozenset(("spring", "summer", "autumn", "fall", "winter", "day", "night", "morning", "evening"))
# How things are, of which some are one way and some another; each is said with its thing.
_STATES = frozenset(
    ("whole", "cut", "raw", "cooked", "fresh", "ripe", "unripe", "half", "open", "closed", "full", "empty", "clean",
     "dirty", "old", "new", "hot", "cold", "big", "small", "large", "wet", "dry", "modern", "traditional", "young",
     "healthy", "sick", "ground", "smoked", "male", "female", "long", "short", "high", "low", "light", "dark",
     "positive", "negative", "broken", "frozen", "sweet", "sour", "soft", "hard", "vertical", "horizontal", "round",
     "square", "single", "double")
)  # fmt: skip
# What two things have in common, where one word stands behind both.
_SHARED = frozenset(
    ("market", "shop", "store", "stall", "festival", "concept", "industry", "exhibition", "party", "icon", "farm",
     "garden", "field", "restaurant", "section", "department", "video", "background", "pattern", "illustration",
     "symbol", "theme", "sign", "silhouette", "costume", "uniform", "vector", "plantation", "orchard", "competition")
)  # fmt: skip
# No two things are these, but one of both.
_ONE = (("black", "white"), ("white", "black"))
_LENGTH = 4


def paired(tokens: Sequence[Token], at: int, longest: Longest) -> tuple[tuple[Unit, ...], int]:
    """Return the first of two with their thing, and the second one where `longest` finds none; and the tokens it takes.

    What `longest` finds of the second one is left to be read next.
    """
    part = tokens[at : at + _LENGTH]
    if len(part) < _LENGTH or part[1].bare != "and" or not (part[0].free and part[2].free):
        return (), 0
    if any(phrase(tokens[at : at + more]) is not None for more in range(3, LONGEST + 1)):
        # Sweet and sour chicken is of one sauce.
        return (), 0
    first, second = part[0], part[2]
    if not part[3].free and key(part[3].bare) not in _SEEN:
        return (), 0
    other, length = longest(tokens, at + 2)
    unit, same = longest((*tokens[:at], first, *tokens[at + 3 :]), at)
    head = tokens[at + 2 + length - 1] if other is not None and length > 1 else part[3]
    if not _are_alike(first, second, head, other) or head.written != head.written.lower():
        return (), 0
    if unit is not None and same == length > 1:
        quality = first.bare in _STATES | _SIDES or _is_done(first) or first.bare.endswith("'s")
        alone = () if quality else (shown(first.written),)
        return ((replace(unit, parts=tuple(dict.fromkeys((*alone, *unit.parts)))),), 2)
    if first.bare not in _STATES | _SIDES and not _is_done(first) and not first.bare.endswith("'s"):
        return (), 0
    thing = names_thing(part[3]) or (is_plural(part[3].bare) and mark_of(key(part[3].bare))[:1] == "c")
    if is_empty(part[3].bare) or not thing or head is not part[3]:
        return (), 0
    made = Unit(joined((first, part[3])), (shown(part[3].written),))
    if other is not None and length > 1:
        return ((made,), 2)
    return ((made, Unit(joined((second, part[3])), (shown(part[3].written),))), _LENGTH)


def _are_alike(first: Token, second: Token, head: Token, other: Unit | None) -> bool:
    """Whether two words tell of one thing the same way."""
    one, two, thing = first.bare, second.bare, key(head.bare)
    if {one, two} <= entries("colours"):
        return (one, two) not in _ONE and _is_grown(thing) and phrase((first, head)) is not None and other is not None
    if {one, two} <= _SIDES:
        return thing in _SEEN
    if {one, two} <= _TIMES or (one.endswith("'s") and two.endswith("'s")):
        return True
    if all(word in _STATES or _is_done(token) for word, token in ((one, first), (two, second))):
        return True
    things = all(mark_of(word)[:1] in {"n", "p"} and key(word) == word for word in (one, two)) and other is not None
    if thing in _SHARED:
        return things
    # Father and twin daughters are three.
    listed = mark_of(one)[:1] == "n" and (is_beast(one) or phrase((first, head)) is not None)
    many = things and (is_plural(head.bare) or thing == "glasses") and listed
    return many and not _is_grown(thing) and (is_beast(one) == is_beast(two))


def _is_done(token: Token) -> bool:
    """Whether a word tells what was done to a thing: roasted."""
    done = mark_of(token.bare)[:1] in {"a", "v"} or key(token.bare) in packed("verbs")
    return token.bare.endswith("ed") and done


_GROWN = frozenset(("wine", "rice", "tea", "cabbage", "onion", "pepper", "grape", "rose", "tulip"))
_KINDS = frozenset(("food", "fruit", "vegetable", "flower", "plant", "drink", "beverage", "meat", "bread", "wine"))


def _is_grown(thing: str) -> bool:
    """Whether a thing is eaten, drunk or grown."""
    return thing in _GROWN or broader(thing) in _KINDS
