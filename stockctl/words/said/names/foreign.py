"""Sentences of another language within an English text: their words are no keywords, but for borrowed ones.

A dish, a craft or a place by its own name (opor ayam, Dia de los Muertos) is no sentence.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

from stockctl.words.lemma import key
from stockctl.words.said.listed import LONGEST, phrase
from stockctl.words.said.names.naming import place_begins
from stockctl.words.tables import entries, packed, rows

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stockctl.words.said.tokens import Token

# So many words that English does not know, one of them a small word of their language, make a sentence.
_FEW = 3
# The list of English begins with words of so many letters.
_LEAST = 3


def without_foreign(tokens: Sequence[Token]) -> list[Token]:
    """Silence what a clause says in another language."""
    if not any(_is_small(token.bare) for token in tokens):
        return list(tokens)
    other = [at for at in range(len(tokens)) if _is_other(tokens, at)]
    named = _in_phrases(tokens) if len(other) >= _FEW else set()
    silent: set[int] = set()
    run: list[int] = []
    for at in [*other, len(tokens) + _FEW]:
        # One word that both languages have may stand between.
        if run and (at - run[-1] > 2 or (at - run[-1] == 2 and tokens[at - 1].bare in entries("stop"))):
            if len(run) >= _FEW and any(_is_small(tokens[place].bare) for place in run):
                silent |= set(range(run[0], run[-1] + 1))
            run = []
        if at not in named:
            run.append(at)
    return [
        replace(token, silent=True) if at in silent and token.bare not in _borrowed() else token
        for at, token in enumerate(tokens)
    ]


def _is_other(tokens: Sequence[Token], at: int) -> bool:
    """Whether a word is not English, and no name by its capital."""
    token = tokens[at]
    if _is_small(token.bare):
        return True
    if token.bare in entries("stop") or len(token.bare) < _LEAST:
        return False
    small = token.written.islower() or (at == 0 and token.bare not in place_begins())
    return small and token.bare.isalpha() and not _is_english(token.bare)


def _is_english(word: str) -> bool:
    return word in packed("english") or key(word) in packed("english")


def _in_phrases(tokens: Sequence[Token]) -> set[int]:
    """Return the places that listed phrases take: coq au vin."""
    return {
        place
        for length in range(2, LONGEST + 1)
        for at in range(len(tokens) - length + 1)
        if phrase(tokens[at : at + length]) is not None
        for place in range(at, at + length)
    }


@cache
def _borrowed() -> frozenset[str]:
    return entries("loanwords") | entries("fluent")


def _is_small(word: str) -> bool:
    """Whether a word tells a language, and is none of English, too."""
    return word in entries("foreign") - entries("stop") or (word in _told() and word not in packed("english"))


@cache
def _told() -> frozenset[str]:
    telling = {word for _, words in rows("languages") for word in words.split()}
    return frozenset(telling - entries("shared") - entries("stop") - _borrowed())
