"""Words in -ing before a noun: what only shapes it is a keyword with it alone, and what an animal does stands too."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

from stockctl.words.lemma import key
from stockctl.words.said.listed import phrase
from stockctl.words.said.marks import is_beast
from stockctl.words.said.tokens import Unit, joined, shown
from stockctl.words.tables import entries, rows

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stockctl.words.said.tokens import Token

# What an animal is seen doing: grazing sheep; a hunting dog need not hunt.
_SEEN = frozenset(
    ("grazing", "sleeping", "flying", "soaring", "swimming", "running", "jumping", "resting", "roaring", "howling",
     "basking", "hatching", "galloping", "yawning", "climbing", "crawling", "nesting", "hibernating", "drinking",
     "leaping", "barking", "perching", "migrating", "stalking", "stretching", "growling", "nursing", "bathing")
)  # fmt: skip
# Kinds of animals that are called so.
_CALLED = frozenset(
    ("flying fish", "flying squirrel", "flying fox", "flying lemur", "flying lizard", "flying gurnard", "flying frog",
     "jumping spider", "climbing perch", "swimming crab", "running duck", "howling monkey", "basking shark")
)  # fmt: skip
# What things are seen doing, less the things that are only called so: a blooming meadow, but no melting pot.
_OF_THINGS = {
    "blooming": frozenset(("idiot",)),
    "blossoming": frozenset(),
    "floating": frozenset(("market", "point", "charge", "rate")),
    "crashing": frozenset(("bore",)),
    "burning": frozenset(("man", "question", "desire", "bush", "calories", "sensation")),
    "glowing": frozenset(("skin", "review", "reviews")),
    "melting": frozenset(("pot", "point")),
    "erupting": frozenset(),
    "smoking": frozenset(
        ("area", "room", "ban", "jacket", "sign", "zone", "cessation", "section", "lounge", "gun", "pipe", "accessory",
         "habit", "addiction", "cabin", "shelter", "point")
    ),
}  # fmt: skip


def seen_doing(part: Sequence[Token], unit: Unit) -> Unit:
    """Return a listed animal with what it does, which stands by itself, too; what only shapes a thing does not."""
    if part[0].bare in shapes().keys() & entries("bare") and shown(part[0].written) in unit.parts:
        return replace(unit, parts=tuple(word for word in unit.parts if word != shown(part[0].written)))
    called = _OF_THINGS.get(part[0].bare)
    if called is not None and len(part) > 1 and not {one.bare for one in part[1:]} & called:
        alone = shown(part[0].written)
        return unit if alone in unit.parts or not unit.parts else replace(unit, parts=(alone, *unit.parts))
    kinds = {f"{part[0].bare} {form}" for form in (part[-1].bare, key(part[-1].bare))}
    doing = len(part) == 2 and part[0].bare in _SEEN and is_beast(part[1].bare)
    if not doing or kinds & _CALLED or shown(part[0].written) in unit.parts:
        return unit
    return replace(unit, parts=(shown(part[0].written), *unit.parts))


@cache
def shapes() -> dict[str, frozenset[str]]:
    """Return, by a word in -ing, the nouns that it shapes or tells the kind of."""
    return {first: frozenset(nouns.split()) for first, nouns in rows("shapes")}


def shaped(tokens: Sequence[Token], at: int) -> tuple[Unit, int] | None:
    """Return a thing with what only tells its shape or kind: rolling hills, winding mountain road."""
    nouns = shapes().get(tokens[at].bare)
    if nouns is None or not tokens[at].free or phrase(tokens[at + 1 : at + 4]) is not None:
        # Towering | Cliffs of Moher.
        return None
    for length in (3, 2):
        part = tokens[at : at + length]
        small = len(part) == length and all(one.free and one.written.islower() for one in part[1:])
        if not small or not {part[-1].bare, key(part[-1].bare)} & nouns:
            continue
        inner = phrase(part[1:]) if len(part[1:]) > 1 else Unit(shown(part[1].written))
        if inner is not None:
            return Unit(joined(part), (inner.word, *inner.parts), inner.kind), length
    return None
