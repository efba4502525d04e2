"""Listed things whose colour is seen, though the list has a figure of speech of it: white houses, a red sports car."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from stockctl.words.lemma import key
from stockctl.words.said.kinds import broader
from stockctl.words.said.listed import phrase
from stockctl.words.said.marks import is_beast, is_plural
from stockctl.words.said.tokens import shown
from stockctl.words.tables import entries

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stockctl.words.said.tokens import Token, Unit

# Of these more than one is no figure of speech: one white house may be the president's.
_MANY = frozenset(
    ("house", "berry", "feather", "line", "board", "sock", "wall", "stone", "cup", "bead", "paper", "book", "bridge",
     "cap", "coat", "tower", "room", "river", "market", "screen", "ribbon", "bowl", "torch", "rod", "flag", "sun",
     "chain", "thread", "temple", "leg", "light", "space")
)  # fmt: skip
# Flowers that have many colours, and are told with theirs.
_FLOWERS = frozenset(
    ("rose", "tulip", "orchid", "lily", "carnation", "poppy", "daisy", "hydrangea", "chrysanthemum", "iris", "peony",
     "crocus", "hyacinth", "dahlia", "gerbera", "petunia", "azalea", "anemone", "lilac", "pansy", "aster", "zinnia")
)  # fmt: skip
# Of these a colour tells the kind: a green sea turtle.
_OF_KINDS = frozenset(
    ("animal", "bird", "fish", "insect", "snake", "butterfly", "reptile", "whale", "shark", "monkey", "bear", "dog",
     "cat", "horse", "fruit", "vegetable", "tree", "plant", "mushroom", "seafood", "spice", "herb", "gem")
)  # fmt: skip
# A colour and a thing, and the fewest words of a thing with its kind and its colour.
_PAIR, _KIND = 2, 3


def tinted(part: Sequence[Token], unit: Unit) -> Unit:
    """Return a listed phrase with the colour that it begins with, where that is seen, and with what has it."""
    if part[0].bare not in entries("colours") or len(part) != len(unit.word.split()) or part[-1].written[:1].isupper():
        return unit
    colour, last = shown(part[0].written), shown(part[-1].written)
    base = key(part[-1].bare)
    if len(part) == _PAIR:
        many = not unit.parts and base in _MANY and is_plural(part[-1].bare)
        # Red roses are love's.
        flower = base in _FLOWERS and last in unit.parts and part[0].bare != "red"
        return replace(unit, parts=tuple(dict.fromkeys((colour, last, *unit.parts)))) if many or flower else unit
    # Of a red wine glass the wine is red, and a red fire ant is one of a kind.
    rest = " ".join(unit.word.split()[1:])
    kind = is_beast(part[-1].bare) or broader(base) in _OF_KINDS
    if len(part) < _KIND or rest not in unit.parts or phrase(part[:2]) is not None or kind:
        return unit
    return replace(unit, parts=tuple(dict.fromkeys((*unit.parts, colour))))
