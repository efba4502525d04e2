"""Verbs that say something else than by themselves: working out, running a bath, learning to swim.

With its small word such a verb is one keyword, or none; and what somebody learns to do is what is seen.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

from stockctl.words.lemma import key
from stockctl.words.said.doings.acting import is_somebody
from stockctl.words.said.doings.verbs import act_of
from stockctl.words.said.listed import phrase
from stockctl.words.said.marks import is_beast, is_plural
from stockctl.words.said.nouns import is_plain_noun
from stockctl.words.said.tokens import Token, is_empty
from stockctl.words.tables import rows

if TYPE_CHECKING:
    from collections.abc import Sequence

# Behind one of these and "to" stands what somebody does: learning to swim.
_LEARNING = frozenset(
    (
        "learning",
        "learn",
        "learns",
        "trying",
        "tries",
        "try",
        "ready",
        "about",
        "teaching",
        "teaches",
        "teach",
        "taught",
    )
)
# Between these and "to" stands who learns it.
_TEACHING = frozenset(("teaching", "teaches", "teach", "taught", "helping", "helps"))
_SHOWING = frozenset(("showing", "shows", *_TEACHING))
# What is not done yet is seen where somebody is about to do it: bread ready to eat eats nothing.
_SOON = frozenset(("ready", "about"))
# So many words stand at most between who teaches and what.
_TAUGHT = 5
# What somebody does who does little: behind all other keywords.
_STILL = frozenset(("waiting", "watching", "performing", "lying", "pointing", "fixing"))
# A car is stuck in mud, and a note only sticks on a door.
_STUCK = "stuck"
_WITHIN = frozenset(("in", "at", "between", "behind", "under", "inside", "within"))
_POINTING = frozenset(("hand", "hands", "finger", "fingers", "arm", "arms"))
_THERE = frozenset(("outside", "inside", "live", "outdoors", "together", "alone", "barefoot"))
# What leads on from a figure of speech to its word: weaving through traffic.
_ON = frozenset(
    ("into", "through", "between", "for", "in", "a", "an", "the", "her", "his", "their", "own", "and", "all")
)
_INTO = frozenset(("turning", "changing", "transforming", "morphing", "evolving"))
# So many words behind a verb may be what it is a figure of.
_REACH = 4
# Behind somebody these are what they do, where an object follows; behind a few it is a thing of theirs: dress shirts.
_PLAIN = frozenset(("milk", "dress", "repair", "sell", "wash", "feed", "cut"))
_SOMEBODY = frozenset(("dress", "feed", "milk"))
_WHOSE = frozenset("baby babies kids men women girl girls boy boys woman man child children".split())  # noqa: SIM905
# What somebody does with a small word or an article behind it, though its word is as often a thing's: a girl waves.
_SHORT = {
    "sneezes": "sneezing", "waves": "waving", "points": "pointing", "barks": "barking", "naps": "napping",
    "claps": "clapping", "shouts": "shouting", "whispers": "whispering", "hugs": "hugging", "blows": "blowing",
    "howls": "howling", "growls": "growling", "works": "working", "watches": "watching",
}  # fmt: skip
# Artists have works, and couples watches: these are verbs behind fewer, or before fewer.
_WORKING, _WATCHING = "works", "watches"
_ARTICLES = frozenset(("a", "an", "the", "his", "her", "its", "their", "as", "how", "while"))
_WORKERS = frozenset(("man", "woman", "boy", "girl", "child", "dog", "horse"))
# With these small words somebody sits or stands there, and sits in nowhere.
_PLACED = {("sit", "in"): "sitting", ("stand", "up"): "standing", ("stand", "in"): "standing", ("sit", "on"): "sitting"}
_PLACES = frozenset(("front", "a", "an", "the", "his", "her", "their", "in", "on", "at"))


def with_figures(tokens: Sequence[Token]) -> list[Token]:
    """Say verbs with their small words whole, name what is learned, and silence what only is a figure of speech."""
    found: list[Token] = []
    at = 0
    while at < len(tokens):
        one = tokens[at]
        told = _seated(tokens, at) or _together(tokens, at)
        if told is not None:
            found.append(told)
            at += 2
            continue
        if one.free and _is_learned(tokens, at):
            act = act_of(one.bare)
            found.append(Token(act, act, doing=True) if act else replace(one, silent=True))
        elif one.free and (act := _shortly(tokens, at)):
            found.append(Token(act, act, doing=True))
        elif one.free and (says_nothing(tokens, at) or _is_plain_verb(tokens, at)):
            found.append(replace(one, silent=True))
        elif one.free and one.bare == _STUCK:
            found.append(replace(one, doing=_is_stuck(tokens, at), silent=not _is_stuck(tokens, at)))
        elif one.free and _is_still(tokens, at):
            found.append(replace(one, doing=True))
        else:
            found.append(one)
        at += 1
    return found


@cache
def _pairs() -> dict[str, str]:
    """Return verbs with their small words, and what the list says of them: whole, people, none."""
    told = [(kind, words) for kind, words in rows("doings") if kind in {"whole", "people", "none"}]
    return {pair.strip(): kind for kind, words in told for pair in words.split(",")}


@cache
def _words(kind: str) -> frozenset[str]:
    """Return the words of which a kind of verb, or a figure of speech, is told."""
    return frozenset(word for row in rows("doings") if row[0] == kind for word in row[1].split())


def _together(tokens: Sequence[Token], at: int) -> Token | None:
    """Return a verb with its small word as one, silent where it shows nothing; None where there is none."""
    pair = tokens[at : at + 2]
    if len(pair) < 2 or pair[0].denied or not (pair[0].written.islower() or not at) or pair[1].written[:1].isupper():
        return None
    words = f"{pair[0].bare} {pair[1].bare}"
    finite = "" if words in _pairs() else _finite(tokens, at)
    words = finite or words
    told = _pairs().get(words)
    if told is None or (not finite and any(phrase(tokens[at : at + length]) for length in (2, 3))):
        return None
    if told == "people" and not (at and is_somebody(tokens[at - 1])):
        return None
    return Token(words, words, doing=True) if told != "none" else Token(words, words, silent=True)


def _finite(tokens: Sequence[Token], at: int) -> str:
    """Return the verb in -ing with its small word of a form without it, behind who does it: a woman works out."""
    bare = tokens[at].bare
    if not at or not is_somebody(tokens[at - 1]) or is_plural(tokens[at - 1].bare) == bare.endswith("s"):
        return ""
    base = key(bare) if bare.endswith("s") else bare
    made = (f"{base}ing", f"{base[:-1]}ing", f"{base}{base[-1]}ing")
    return next((told for act in made if (told := f"{act} {tokens[at + 1].bare}") in _pairs()), "")


def _shortly(tokens: Sequence[Token], at: int) -> str:
    """Return the name of an act told in a form that may be a thing's: a woman sneezes into her elbow, but man hands."""
    act = _SHORT.get(tokens[at].bare, "")
    if not act or not at or not tokens[at].written.islower() or is_plural(tokens[at - 1].bare):
        return ""
    before, after = tokens[at - 1], tokens[at + 1 : at + 2]
    if not is_somebody(before) or (after and (not is_empty(after[0].bare) or after[0].bare == "and")):
        return ""
    if tokens[at].bare == _WATCHING and not (after and after[0].bare in _ARTICLES):
        return ""
    return act if tokens[at].bare != _WORKING or before.bare in _WORKERS else ""


def _seated(tokens: Sequence[Token], at: int) -> Token | None:
    """Return what somebody does by its name where they sit or stand somewhere: a cat sit in the window."""
    act = _PLACED.get((tokens[at].bare, tokens[at + 1].bare)) if 0 < at < len(tokens) - 2 else None
    after = tokens[at + 2] if act else None
    if act is None or after is None or phrase(tokens[at - 1 : at + 1]) is not None:
        return None
    front = [one.bare for one in tokens[at + 2 : at + 4]] == ["front", "of"]
    if not is_somebody(tokens[at - 1]) and not (front and any(map(is_somebody, tokens[:at]))):
        return None
    return Token(act, act, doing=True) if after.bare in _PLACES or after.written.islower() else None


def _is_learned(tokens: Sequence[Token], at: int) -> bool:
    """Whether a verb is what somebody learns, tries or is about to do."""
    if at < 2 or tokens[at - 1].bare != "to" or not tokens[at].written.islower() or is_empty(tokens[at].bare):
        return False
    if phrase(tokens[at - 2 : at + 1]) or any(phrase(tokens[at : at + length]) for length in (2, 3)):
        # Learning to walk, to tie knots.
        return False
    lead = tokens[at - 2].bare
    if lead in _SOON:
        return any(is_somebody(one) for one in tokens[: at - 2])
    earlier = tokens[max(0, at - 2 - _TAUGHT) : at - 1]
    learned = lead in _LEARNING or (lead == "how" and at > 2 and tokens[at - 3].bare in _LEARNING)
    return learned or any(one.bare in (_SHOWING if lead == "how" else _TEACHING) for one in earlier)


def says_nothing(tokens: Sequence[Token], at: int) -> bool:
    """Whether a verb in -ing shows nothing where it stands: trees framing a view, a woman running a bath."""
    one = tokens[at]
    if not one.bare.endswith("ing") or not one.written.islower():
        return False
    after = tokens[at + 1].bare if at + 1 < len(tokens) else ""
    before = tokens[at - 1] if at else None
    if before is not None and before.bare in _words(f"behind {one.bare}"):
        return True
    if _is_listed(tokens, at):
        return False
    if one.bare in _INTO and after == "into":
        return True
    if one.bare in _words("all"):
        return before is not None and before.free and (not is_empty(before.bare) or is_plural(before.bare))
    if before is not None and one.bare in _words("things"):
        return before.free and not is_empty(before.bare) and not any(is_somebody(other) for other in tokens[:at])
    if before is not None and before.bare in _words(f"along {one.bare}") and not any(map(is_somebody, tokens[:at])):
        return True
    figure = _words(one.bare)
    for place, other in enumerate(tokens[at + 1 : at + 1 + _REACH]):
        if other.bare in figure:
            return True
        if place and is_empty(other.bare) and other.bare not in _ON:
            return False
    return False


def _is_still(tokens: Sequence[Token], at: int) -> bool:
    """Whether a word says what somebody does who is seen so: passengers waiting."""
    one = tokens[at]
    if one.bare not in _STILL or _is_listed(tokens, at):
        return False
    if one.bare == "lying" and (at + 1 == len(tokens) or is_empty(tokens[at + 1].bare)):
        # Scooters lying on a pavement.
        return True
    after = tokens[at + 1].bare if at + 1 < len(tokens) else ""
    if one.bare == "performing" and after and not is_empty(after) and after not in _THERE:
        # A surgeon performing an operation is no show.
        return False
    hand = one.bare == "pointing" and any(other.bare in _POINTING for other in tokens[:at])
    return hand or any(is_somebody(other) for other in tokens[:at])


def _is_stuck(tokens: Sequence[Token], at: int) -> bool:
    """Whether what stands before "stuck" cannot move on."""
    after = tokens[at + 1].bare if at + 1 < len(tokens) else ""
    on = after in {"on", ""} and at > 0 and is_somebody(tokens[at - 1])
    return (after in _WITHIN or on) and not _is_listed(tokens, at)


def _is_plain_verb(tokens: Sequence[Token], at: int) -> bool:
    """Whether a word is a verb without its ending, as many write: farmer milk cow."""
    if tokens[at].bare not in _PLAIN or not 0 < at < len(tokens) - 1 or not tokens[at].written.islower():
        return False
    before, after = tokens[at - 1], tokens[at + 1]
    if not is_somebody(before) or before.bare in _WHOSE or phrase(tokens[at - 1 : at + 1]) is not None:
        return False
    somebody = is_somebody(after) or is_beast(after.bare)
    return is_plain_noun(after) and (somebody or tokens[at].bare not in _SOMEBODY)


def _is_listed(tokens: Sequence[Token], at: int) -> bool:
    """Whether a list has the word with one beside it: bird watching, a waiting room."""
    before = at > 0 and phrase(tokens[at - 1 : at + 1]) is not None
    return before or any(phrase(tokens[at : at + length]) is not None for length in (2, 3))
