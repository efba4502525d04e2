"""Abbreviations in capitals that are small words else: US dollars and an IT manager are neither us nor it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stockctl.words.lemma import key
from stockctl.words.said.asides.numbers import BREAK, merged
from stockctl.words.said.marks import mark_of
from stockctl.words.said.tokens import Token, is_empty

if TYPE_CHECKING:
    from collections.abc import Sequence

# Each with what it is called where no thing follows; AM and WHO are nothing there.
_INITIALS = {"US": "USA", "IT": "information technology", "AM": "", "WHO": ""}
# Behind these, and behind other words in capitals, they are the small words: contact US, 10 AM.
_CALLING = frozenset(("contact", "join", "call", "follow", "meet", "let"))
_WITH = frozenset(("about", "with", "for", "do", "make", "love", "get"))
# Qualities that are as often who has them.
_SOMEBODY = frozenset(("professional", "executive", "official"))


def with_initials(tokens: list[Token]) -> list[Token]:
    """Return a clause in which each such abbreviation is one with its thing; all in capitals as it is."""
    if len(tokens) > 1 and not any(one.written.islower() for one in tokens):
        return tokens
    found: list[Token] = []
    for at, one in enumerate(tokens):
        told = _told(tokens, at) if one.written in _INITIALS else None
        found += told if told is not None else [one]
    return found


def _told(tokens: Sequence[Token], at: int) -> list[Token] | None:
    """Return what stands for an abbreviation; None where it is none."""
    before = tokens[at - 1] if at else None
    if before is not None and (before.bare.isdigit() or before.bare in _CALLING or _is_loud(before)):
        return None
    if _has_thing(tokens, at):
        return [BREAK, merged(tokens[at : at + 2]), BREAK]
    alone = _INITIALS[tokens[at].written]
    if not alone or (before is not None and before.bare in _WITH):
        return None
    return [BREAK, Token(alone, alone.lower()), BREAK]


def _is_loud(token: Token) -> bool:
    return token.written.isupper() and len(token.written) > 1


def _has_thing(tokens: Sequence[Token], at: int) -> bool:
    """Whether what follows is a thing, a person or a name: US Navy, IT department."""
    after = tokens[at + 1 : at + 2]
    if not after or is_empty(after[0].bare) or not after[0].bare.isalpha() or after[0].bare.endswith("ing"):
        return False
    if after[0].written.isupper():
        return False
    mark = mark_of(after[0].bare) or mark_of(key(after[0].bare))
    return mark[:1] in {"n", "p", "m"} or after[0].bare in _SOMEBODY or after[0].written[:1].isupper()
