"""Verbs without an ending, and in the passive: a father helps his son ride a bicycle, a cat is being brushed.

Both are keywords by their name as an act: riding, brushing.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from stockctl.words.lemma import key
from stockctl.words.said.doings.finite import behind, is_verb, named, share_of, who
from stockctl.words.said.doings.gerunds import gerund, names_act
from stockctl.words.said.listed import phrase
from stockctl.words.said.tokens import is_empty

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stockctl.words.said.tokens import Token

# Behind these and somebody stands what that one does.
_HELPING = frozenset(
    ("helping", "help", "helps", "helped", "watching", "watch", "watches", "letting", "let", "lets", "seeing", "sees",
     "hearing", "hears")
)  # fmt: skip
_LETTING = "letting"
# So many words at most name whom one helps.
_HELPED = 5
# What may stand between them.
_NAMING = frozenset(("a", "an", "the", "his", "her", "its", "their", "our", "my", "your", "two", "three"))
# Verbs whose past is no form of its own, or one of another verb's.
_PAST = {"fed": "feed", "led": "lead", "cut": "cut", "hit": "hit", "shot": "shoot", "bred": "breed", "read": "read"}
# Of ten uses so many are at most a noun where a word is taken for a verb, before a place and before a thing.
_PLACED, _OBJECT = 7, 5


def with_helped(tokens: Sequence[Token]) -> list[Token]:
    """Say by its name as an act what somebody is helped, watched or let to do, and what is being done to somebody."""
    found = list(tokens)
    for at in range(1, len(tokens)):
        helper = _helper(tokens, at)
        if helper is not None:
            found[at] = named(tokens, at, tokens[at].bare)
            if tokens[helper].bare == _LETTING:
                found[helper] = replace(tokens[helper], silent=True)
        elif base := _suffered(tokens, at):
            found[at] = replace(named(tokens, at, base), doing=True)
    return found


def _helper(tokens: Sequence[Token], at: int) -> int | None:
    """Return where the word stands that leads to the verb at a place: helping his son ride."""
    one = tokens[at]
    if at < 2 or not one.free or not one.written.islower() or is_empty(one.bare) or not is_verb(one.bare):
        return None
    lead = next((place for place in range(at - 2, max(-1, at - 2 - _HELPED), -1) if tokens[place].bare in _HELPING), -1)
    between = tokens[lead + 1 : at]
    if lead < 0 or not who(between[-1]):
        return None
    if any(is_empty(word.bare) and word.bare not in _NAMING for word in between):
        return None
    told, share = behind(tokens, at), share_of(one.bare)
    if told == "object":
        return lead
    if phrase(tokens[at - 1 : at + 1]) is not None:
        return None
    if told == "thing":
        return lead if share <= _OBJECT and phrase(tokens[at : at + 2]) is None else None
    return lead if told in {"where", "end", "and"} and share <= _PLACED else None


def _suffered(tokens: Sequence[Token], at: int) -> str:
    """Return the verb of what is being done, or nothing where it shows nothing: being brushed."""
    word = tokens[at].bare
    lead = at - 2 if tokens[at - 1].bare.endswith("ly") else at - 1
    if lead < 0 or tokens[lead].bare != "being" or tokens[at].denied:
        return ""
    base = _PAST.get(word, key(word))
    if (base == word and word not in _PAST) or not is_verb(base):
        return ""
    act = gerund(base)
    return base if act and names_act(base, act) else ""
