"""Verbs of whole sentences, which are as often nouns: she waters the plants, a fly lands, a nurse bandages the arm.

What stands before and behind them leaves no other reading; elsewhere `verbs` tells by how often a word is a noun.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from stockctl.words.lemma import key
from stockctl.words.said.doings.acting import is_somebody
from stockctl.words.said.listed import phrase
from stockctl.words.said.marks import is_beast, is_people, is_plural, mark_of
from stockctl.words.said.nouns import is_plain_noun, noun_share
from stockctl.words.said.tokens import is_empty
from stockctl.words.tables import packed, rows

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stockctl.words.said.tokens import Token

_ARTICLES = frozenset(("a", "an", "the", "his", "her", "its", "their", "my", "your", "our", "some"))
# Behind one of these a form in -s is what one does, behind the others a form without it is what they do.
_ONE = frozenset(("he", "she", "who"))
_MORE = frozenset(("they", "we"))
# With one of these a single thing begins: what ends in -s behind it does something.
_SINGLE = frozenset(("a", "an", "each", "every"))
# What stands between the pronoun and the verb.
_ADVERBS = frozenset(("always", "often", "never", "still", "also", "just", "then"))
# What of somebody is named behind them, and worn by them.
_PARTS = frozenset(
    ("hands", "eyes", "legs", "lips", "arms", "nails", "fingers", "toes", "shoulders", "heads", "faces", "ears",
     "horns", "paws", "wings", "tails", "boots", "shoes", "glasses", "clothes", "gloves", "stairs", "steps")
)  # fmt: skip
_PLACING = frozenset(
    ("in", "on", "at", "behind", "under", "over", "into", "onto", "from", "through", "down", "up", "out", "off", "away",
     "by", "near", "across", "around", "towards", "toward", "above", "below", "against", "along", "between", "for")
)  # fmt: skip
# Things that do something by themselves.
_MOVING = frozenset(
    ("sun", "moon", "snow", "rain", "fog", "steam", "smoke", "river", "wave", "train", "boat", "ship", "car", "truck",
     "bus", "plane", "helicopter", "drone", "balloon", "rocket", "ball", "wind", "storm", "tractor", "fly", "company",
     "team", "crowd", "rabbit", "bear", "spider", "fire", "candle", "road", "path", "trail", "street")
)  # fmt: skip
# Forms that are no things, whatever a list has; and what things do in a place whose words are mostly things.
_ALWAYS = frozenset(("eats",))
_LANDS = frozenset(("lands", "winds", "fishes", "boxes"))
# Of these `figures` tells, and of verbs with their small words.
_TOLD = frozenset(
    ("sneezes", "waves", "points", "barks", "naps", "claps", "shouts", "whispers", "hugs", "blows", "howls", "growls",
     "works", "watches")
)  # fmt: skip
# Past forms that are verbs of their own: we found a panda.
_PAST = frozenset(("found", "saw", "felt", "ground", "wound", "fell", "left", "bound", "lay"))
# Of ten uses so many are at most a noun where a thing does something in a place, or goes on to do.
_IN_PLACE, _GOES_ON = 5, 7
# Qualities that are verbs besides: cleans, dries.
_QUALITIES = frozenset(("clean", "dry", "open", "warm", "cool", "empty", "clear", "calm", "thin", "smooth", "light"))
# So many words of quality stand at most before who does it.
_REACH = 3


def finite(tokens: Sequence[Token], at: int, *, going_on: bool = False) -> str:
    """Return the verb that a word is where nothing else can be read, or nothing; `going_on` behind another verb."""
    token = tokens[at]
    if not at or not token.free or not token.written.islower():
        return ""
    before = _subject(tokens, at)
    if before in _MORE and packed("verbs").get(token.bare) and not token.bare.endswith("ing"):
        return token.bare if not is_empty(token.bare) and token.bare not in _PAST else ""
    if is_people(before) and token.bare in _with_objects() and at + 1 < len(tokens) and _is_object(tokens[at + 1]):
        return token.bare
    base = _base(token.bare)
    if not base:
        return ""
    if token.bare in _TOLD or _has_small_word(tokens, at, base):
        return ""
    if before in _ONE or token.bare in _ALWAYS:
        return base
    if before == "and":
        return base if going_on and _goes_on(tokens, at, base) else ""
    return base if _is_subject(tokens, at - 1) and _is_done(tokens, at, base) else ""


def _has_small_word(tokens: Sequence[Token], at: int, base: str) -> bool:
    """Whether a list has the verb with the small word behind it: works out."""
    after = tokens[at + 1].bare if at + 1 < len(tokens) else ""
    made = (f"{base}ing", f"{base[:-1]}ing", f"{base}{base[-1]}ing")
    return any(f"{act} {after}" in _pairs() for act in made)


@cache
def _pairs() -> frozenset[str]:
    told = (row[1] for row in rows("doings") if row[0] in {"whole", "people", "none"})
    return frozenset(pair.strip() for words in told for pair in words.split(","))


def _subject(tokens: Sequence[Token], at: int) -> str:
    """Return the word before a verb, with an adverb between them left out: she gently waters."""
    bare = tokens[at - 1].bare
    adverb = bare in _ADVERBS or (bare.endswith("ly") and mark_of(bare)[:1] not in {"n", "p"})
    return tokens[at - 2].bare if adverb and at > 1 else bare


def _goes_on(tokens: Sequence[Token], at: int, base: str) -> bool:
    """Whether a second verb follows the first one: bows its head and waits for a treat."""
    after = tokens[at + 1].bare if at + 1 < len(tokens) else ""
    return after in _ARTICLES | _PLACING and noun_share(base) <= _GOES_ON


def _is_subject(tokens: Sequence[Token], at: int) -> bool:
    """Whether a word is one person, beast or thing, which may do something."""
    one = tokens[at]
    mark = mark_of(one.bare)
    thing = mark[:1] in {"n", "p", "m"} or one.bare in _MOVING or is_somebody(one)
    return one.free and not is_empty(one.bare) and thing and not is_plural(one.bare) and not one.bare.endswith("ing")


def _is_done(tokens: Sequence[Token], at: int, base: str) -> bool:
    """Whether a form in -s behind a thing is what it does, by the words about both."""
    after = tokens[at + 1] if at + 1 < len(tokens) else None
    pair = phrase(tokens[at - 1 : at + 1]) is not None
    lead = _lead(tokens, at - 1)
    if tokens[at].bare in _PARTS and (after is None or after.bare not in _ARTICLES):
        return False
    somebody = is_somebody(tokens[at - 1]) or is_beast(tokens[at - 1].bare)
    moving = somebody or tokens[at - 1].bare in _MOVING
    if lead in _SINGLE and (moving or not pair):
        return after is None or is_empty(after.bare) or moving
    if pair:
        return False
    if after is None:
        return False
    if after.bare in _ARTICLES:
        return moving or noun_share(base) <= _IN_PLACE
    if (lead == "the" or at == 1) and moving and after.bare in _PLACING:
        return noun_share(base) <= _IN_PLACE or tokens[at].bare in _LANDS
    whole = phrase(tokens[at : at + 2]) is None or base in _with_objects()
    return moving and whole and base in _with_objects() and _is_object(after)


def _lead(tokens: Sequence[Token], at: int) -> str:
    """Return the article before a thing and its qualities, or nothing where it has none."""
    for place in range(at - 1, max(-1, at - 1 - _REACH), -1):
        bare = tokens[place].bare
        if bare in _ARTICLES | _SINGLE:
            return bare
        if mark_of(bare)[:1] not in {"a", "c", "r", "n"} and bare not in packed("nations"):
            return ""
    return ""


def _is_object(token: Token) -> bool:
    return is_plain_noun(token) or (token.free and mark_of(token.bare)[:1] in {"a", "c"})


@cache
def _with_objects() -> frozenset[str]:
    """Return the verbs that are as often things, and have an object where one follows: plants, irons."""
    return frozenset(word for row in rows("doings") if row[0] == "object" for word in row[1].split())


def _base(word: str) -> str:
    """Return the verb of a form in -s, or nothing; leaves are rather left than leafed here."""
    if not word.endswith("s") or word.endswith("ss"):
        return ""
    sibilant = ("ses", "xes", "zes", "ches", "shes", "oes")
    made = (word[:-1], key(word), word[:-2] if word.endswith(sibilant) else "")
    known = (verb for verb in made if verb != word and (packed("verbs").get(verb) or verb in _QUALITIES))
    return next(known, "")
