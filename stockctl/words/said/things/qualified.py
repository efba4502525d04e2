"""Things behind a quality of two words that is written with a blank: hand knitted socks, low fat yogurt, faux fur coat.

Neither of the two says by itself what is in the picture, and the second makes no name with the thing behind it: no
hand is there, and nothing is fat.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from stockctl.words.proper.placenames import countries, flat, region
from stockctl.words.said.listed import phrase
from stockctl.words.said.marks import depends, is_people, mark_of, stands_before
from stockctl.words.said.nouns import is_newer, names_thing
from stockctl.words.said.tokens import Unit, is_empty, joined, shown
from stockctl.words.tables import entries

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stockctl.words.said.tokens import Token

_DIRECTIONS = frozenset(
    ("north", "south", "east", "west", "northern", "southern", "eastern", "western", "central", "rural", "coastal")
)
_LANDS = frozenset(("rural", "coastal"))
# How it was done: before a participle no thing.
_HOW = frozenset(
    ("hand", "machine", "home", "well", "cage", "stone", "wood", "coal", "oven", "pan", "ear", "one", "two", "three",
     "self", "solar", "battery", "candle", "laser", "flame", "custom", "chain", "barrel", "grass", "fully", "newly")
)  # fmt: skip
_PAIRS = frozenset(
    (("cold", "pressed"), ("cold", "brewed"), ("cold", "smoked"), ("hard", "boiled"), ("soft", "boiled"),
     ("deep", "fried"), ("slow", "cooked"), ("slow", "roasted"), ("dry", "aged"), ("dry", "cured"), ("bare", "rooted"),
     ("air", "dried"), ("sun", "bleached"), ("sun", "baked"), ("fire", "roasted"), ("skin", "tight"),
     ("stir", "fried"), ("free", "range"))
)  # fmt: skip
# Participles and other words that end such a quality.
_DONE = frozenset(
    ("made", "sewn", "woven", "drawn", "thrown", "grown", "ground", "cut", "spun", "blown", "hewn", "lit", "fed",
     "bred", "built", "beaten", "worn", "bound", "written", "free", "paid", "known", "kept")
)  # fmt: skip
# These end in -ed, and are no participles.
_THINGS_IN_ED = frozenset(("bed", "red", "shed", "seed", "weed", "feed", "sled", "reed", "breed"))
# What stands before these is not there, or only for it: allergen free cookies, a kid friendly hotel.
_AGAINST = frozenset(
    ("free", "proof", "resistant", "repellent", "retardant", "friendly", "themed", "inspired", "ready", "safe",
     "powered", "operated", "absorbing", "efficient", "saving", "like")
)  # fmt: skip
# What is measured, and only said with how much of it there is.
_MEASURES = frozenset(
    ("low", "high", "full", "whole", "long", "short", "half", "reduced", "zero", "single", "double", "triple", "two",
     "three", "four", "five", "pointed", "peep", "open", "round", "square", "multi")
)  # fmt: skip
_MEASURED = frozenset(
    ("fat", "sodium", "fiber", "fibre", "calorie", "carb", "sugar", "protein", "grain", "sleeve", "neck", "toe", "heel",
     "rise", "waist", "tier", "layer", "speed", "voltage", "density", "resolution", "contrast", "tech", "cut", "story",
     "storey", "bedroom", "wheel", "piece", "way", "lane", "door", "leg", "collar", "pressure", "quality", "definition",
     "poly", "length", "body", "time", "season", "alcohol", "energy", "interest", "income", "risk", "school")
)  # fmt: skip
_UNTRUE = frozenset(("faux", "fake", "mock", "imitation", "simulated", "synthetic", "vegan"))
_MATERIALS = frozenset(
    ("fur", "leather", "suede", "silk", "wood", "marble", "stone", "pearl", "gold", "silver", "meat", "cheese", "crab",
     "fireplace", "brick", "snow", "blood", "grass", "nails", "lashes", "eyelashes", "tattoo", "news", "money")
)  # fmt: skip
# Two words that name one people.
_PEOPLES = frozenset(
    (("african", "american"), ("native", "american"), ("latin", "american"), ("south", "asian"), ("east", "asian"),
     ("southeast", "asian"), ("middle", "eastern"), ("asian", "american"), ("pacific", "islander"), ("same", "sex"),
     ("opposite", "sex"), ("north", "american"), ("south", "american"), ("black", "british"),
     ("mixed", "race"))
)  # fmt: skip
_COORDINATE = frozenset(
    ("red", "white", "black", "blue", "yellow", "green", "orange", "brown", "grey", "gray", "pink", "purple", "gold",
     "navy", "silver", "beige", "turquoise")
)  # fmt: skip


def qualified(tokens: Sequence[Token], at: int) -> tuple[Unit, int] | None:
    """Return a quality of two words with the thing behind it, and how many tokens it takes; None where none begins."""
    two = tokens[at : at + 2]
    if len(two) < 2 or not all(one.free for one in two):
        return None
    first, second = two[0].bare, two[1].bare
    noun = mark_of(first)[:1] in {"n", "m", "p", ""} and not is_empty(first)
    if second in _AGAINST and noun:
        # Odor free, at the end, is one keyword, too.
        alone = second == "free" and at + 2 == len(tokens) and mark_of(first)[:1] != "p"
        return _with_thing(tokens, at) or ((Unit(joined(two)), 2) if alone else None)
    if second == "style" and not is_empty(first):
        # In Scandinavian style it is Scandinavian.
        return _with_thing(tokens, at, shown(two[0].written))
    if _is_done(first, second) or (first in _MEASURES and second in _MEASURED):
        return _with_thing(tokens, at)
    return _lit(tokens, at)


def called(tokens: Sequence[Token], at: int) -> tuple[Unit, int] | None:
    """Return a people of two words, or what is not of what it looks like, with or without the thing behind it."""
    two = tokens[at : at + 2]
    if len(two) < 2 or not all(one.free for one in two):
        return None
    first, second = two[0].bare, two[1].bare
    if (first, second) not in _PEOPLES and not (first in _UNTRUE and second in _MATERIALS):
        return None
    return _with_thing(tokens, at) or (Unit(joined(two)), 2)


def _with_thing(tokens: Sequence[Token], at: int, *alone: str) -> tuple[Unit, int] | None:
    two = tokens[at : at + 2]
    whole, things = _thing(tokens, at + 2)
    if not whole:
        return None
    return Unit(joined((*two, *whole)), tuple(dict.fromkeys((joined(two), *alone, *things)))), 2 + len(whole)


def coloured(tokens: Sequence[Token], at: int) -> tuple[Unit, int] | None:
    """Return two colours of one thing: a red and white tent."""
    part = tokens[at : at + 3]
    if len(part) < 3 or part[1].bare != "and" or {part[0].bare, part[2].bare} - _COORDINATE:
        return None
    if not (part[0].free and part[2].free) or not _thing(tokens, at + 3, patterned=True)[0]:
        return None
    name = " ".join(one.written.lower() for one in part)
    black = name == "black and white"
    return Unit(name, () if black else (shown(part[0].written), shown(part[2].written))), 3


def _is_done(first: str, second: str) -> bool:
    if (first, second) in _PAIRS:
        return True
    return first in _HOW and (second in _DONE or (second.endswith("ed") and second not in _THINGS_IN_ED))


def _thing(tokens: Sequence[Token], at: int, *, patterned: bool = False) -> tuple[Sequence[Token], tuple[str, ...]]:
    """Return the thing that begins at a place, with what of it stands by itself; nothing where none does."""
    for length in (3, 2):
        part = tokens[at : at + length]
        if len(part) == length and all(one.free and one.written.islower() for one in part) and (unit := phrase(part)):
            return part, (unit.word, *unit.parts)
    head = tokens[at : at + 1]
    if not head or not head[0].free or not head[0].written.islower() or is_empty(head[0].bare):
        return (), ()
    bare = head[0].bare
    if patterned and (bare.endswith("ed") or mark_of(bare)[:1] == "n"):
        return head, ()
    if not (is_newer(bare) or names_thing(head[0]) or mark_of(bare)[:1] == "p" or is_people(bare)):
        return (), ()
    after = tokens[at + 1 : at + 2]
    if after and after[0].free and after[0].written.islower() and names_thing(after[0]) and not is_empty(after[0].bare):
        # Hand knitted wool socks are of wool, and low fat milk powder is a powder.
        before = (shown(head[0].written),) if stands_before(bare) else ()
        return tokens[at : at + 2], (joined(tokens[at : at + 2]), *before, *_alone(after[0]))
    return head, _alone(head[0])


def _alone(head: Token) -> tuple[str, ...]:
    return () if depends(head.bare) else (shown(head.written),)


# What an adverb tells of as one quality.
_TOLD = frozenset(
    ("lit", "baked", "painted", "packed", "decorated", "dressed", "fallen", "cut", "brewed", "squeezed", "picked",
     "carved", "illuminated", "grilled", "fried", "roasted", "ground", "lined", "layered")
)  # fmt: skip


def lying(tokens: Sequence[Token], at: int) -> tuple[Unit, int] | None:
    """Return a land with where in it: northern Thailand."""
    part = tokens[at : at + 2]
    if len(part) < 2 or part[0].bare not in _DIRECTIONS or not all(one.free for one in part):
        return None
    land = flat([part[1].written])
    known = part[1].written[:1].isupper() and (land in countries() or bool(region(land)))
    how = (shown(part[0].written),) if part[0].bare in _LANDS else ()
    return (Unit(joined(part), (*how, shown(part[1].written))), 2) if known else None


def _lit(tokens: Sequence[Token], at: int) -> tuple[Unit, int] | None:
    """Return an adverb and its participle: a dimly lit bar is no lit bar."""
    part = tokens[at : at + 2]
    told = part[0].bare.endswith("ly") and part[1].bare in _TOLD and part[0].bare not in entries("colours")
    alone = (shown(part[1].written),) if stands_before(part[1].bare) else ()
    return (Unit(joined(part), alone), 2) if told and len(part[0].bare) > len("only") else None
