"""Plurals that English does not make: furnitures is told as a slip, and furniture is what is meant."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

from stockctl.words.lemma import key
from stockctl.words.said.marks import mark_of
from stockctl.words.said.nouns import noun_share
from stockctl.words.said.tokens import is_empty
from stockctl.words.tables import entries, rows

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from stockctl.words.said.tokens import Token

# Before a thing these say for whom it is, and are right, only without their apostrophe: womens shoes.
_FOR_WHOM = frozenset(("womens", "womans", "mans", "childrens", "fishermans", "policemans", "gentlemans"))


# Of ten uses so many at most are a noun where a word behind people is rather what they do: womens sell fruit.
_VERB = 3


@cache
def wrong_plurals() -> Mapping[str, str]:
    """Return each wrong plural with the right one."""
    return {row[0]: row[1] for row in rows("plurals")}


def right_plural(words: Sequence[str], at: int) -> str:
    """Return what a wrong plural, plain and lower case, means where it stands; nothing where a word is none."""
    right = wrong_plurals().get(words[at], "")
    if right and words[at] in _FOR_WHOM and at + 1 < len(words):
        after = words[at + 1]
        thing = not is_empty(after) and not after.endswith("ing") and after not in entries("counts")
        mark = (mark_of(after) or mark_of(key(after)))[:1]
        if thing and (mark in {"n", "p"} or (mark == "m" and noun_share(after) > _VERB)):
            return ""
    # Still lifes are right.
    return "" if words[at] == "lifes" and at and words[at - 1] == "still" else right


def with_right_plurals(tokens: list[Token]) -> list[Token]:
    """Put the right plural in the place of each wrong one."""
    words = [one.bare for one in tokens]
    if wrong_plurals().keys().isdisjoint(words):
        return tokens
    # Of basil leafs the basil stays by itself.
    right = ["" if word.endswith("fs") else right_plural(words, at) for at, word in enumerate(words)]
    return [replace(one, written=meant, bare=meant) if meant else one for one, meant in zip(tokens, right, strict=True)]
