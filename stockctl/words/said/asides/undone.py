"""What somebody does not do (cannot sleep, won't eat, unable to walk): never said; what they do not do it to stays."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from stockctl.words.said.marks import is_people
from stockctl.words.said.tokens import is_empty

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stockctl.words.said.tokens import Token

_CANNOT = frozenset(
    ("cannot", "can't", "won't", "don't", "doesn't", "didn't", "couldn't", "wouldn't", "shouldn't", "mustn't", "isn't",
     "aren't", "wasn't", "weren't", "ain't")
)  # fmt: skip
# Behind "not" and one of these stands a verb.
_MODALS = frozenset(("can", "could", "do", "will", "would", "should", "must"))
# Before "to" and a verb.
_FAILING = frozenset(
    ("unable", "refuse", "refuses", "refused", "refusing", "fail", "fails", "failed", "failing", "impossible", "forgot",
     "forgets")
)  # fmt: skip
# What is not had is not there either.
_HAVING = frozenset(
    ("wear", "wearing", "have", "having", "has", "carry", "carrying", "contain", "include", "show", "use", "using",
     "own", "a", "an", "any", "the")
)  # fmt: skip
# What those do who are not there yet, and how far behind "before".
_COMING = frozenset(
    ("arrive", "arrives", "arrived", "come", "comes", "came", "wake", "return", "returns", "enter", "gather")
)
_NEAR = 5
_OFFERING = frozenset(("serve", "sell", "offer", "accept", "allow", "contain", "buy"))
_BETWEEN = frozenset(("yet", "even", "be", "to", "really", "ever", "always"))
_ALSO = frozenset(("and", "or", "nor"))
_ENDS = frozenset(("in", "on", "at", "with", "but", "by", "from", "for", "near", "under", "while", "and", "because"))


def with_undone(tokens: list[Token]) -> list[Token]:
    """Mark what is not done; with what is not worn or had, that too."""
    found = _not_yet(tokens)
    for at in range(len(tokens) - 1):
        verb = _verb_at(tokens, at)
        if verb >= len(tokens) or not verb:
            continue
        end = _end(tokens, verb)
        found[at:verb] = [replace(one, silent=True) for one in found[at:verb]]
        found[verb:end] = [replace(one, denied=True) for one in found[verb:end]]
    return found


def _not_yet(tokens: list[Token]) -> list[Token]:
    """Deny who is not there yet: a temple before the tourists arrive."""
    found = list(tokens)
    for at, token in enumerate(tokens):
        end = next((place for place in range(at + 2, min(at + _NEAR, len(tokens))) if tokens[place].bare in _COMING), 0)
        if token.bare == "before" and end and is_people(tokens[end - 1].bare):
            found[at + 1 : end + 1] = [replace(one, denied=True) for one in tokens[at + 1 : end + 1]]
    return found


def _verb_at(tokens: Sequence[Token], at: int) -> int:
    """Return the place of the verb that is denied from a place on; 0 where nothing is."""
    word, after = tokens[at].bare, tokens[at + 1].bare
    if word in _CANNOT or (word == "not" and at and tokens[at - 1].bare in _MODALS):
        verb = at + 1
    elif after == "to" and (word in _FAILING or (word == "able" and at and tokens[at - 1].bare == "not")):
        verb = at + 2
    else:
        return 0
    while verb < len(tokens) and tokens[verb].bare in _BETWEEN:
        verb += 1
    return verb


def _end(tokens: Sequence[Token], verb: int) -> int:
    """Return where what is denied ends: behind the verb and one that is joined to it, or behind what is not had."""
    end = verb + 1
    # Where tea is not served there is none; of a jar that somebody cannot open there is one.
    bare = tokens[verb].bare in _OFFERING and end < len(tokens) and not is_empty(tokens[end].bare)
    if bare or tokens[verb].bare in _HAVING:
        while end < len(tokens) and tokens[end].bare not in _ENDS:
            end += 1
        return end
    joined = end + 1 < len(tokens) and tokens[end].bare in _ALSO
    return end + 2 if joined else end
