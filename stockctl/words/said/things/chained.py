"""Phrases that share a word and are one longer one: auto repair, repair shop."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stockctl.words.lemma import key
from stockctl.words.said.listed import phrase
from stockctl.words.said.marks import is_beast, mark_of, stands_before
from stockctl.words.said.tokens import Unit, joined, shown
from stockctl.words.tables import packed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stockctl.words.said.tokens import Token

# Nouns that only say who does it.
_WHOSE = frozenset(("female", "male", "baby", "senior", "teen"))
# Of so many words at most a chain of phrases is still a keyword.
_CHAINED = 4


def chained_with(tokens: Sequence[Token], at: int, unit: Unit, length: int) -> tuple[Unit, int]:
    """Join a phrase with the one that begins with its last word: auto repair, repair shop."""
    while 1 < length < _CHAINED and key(tokens[at + length - 1].bare) == tokens[at + length - 1].bare:
        follower = _following(tokens, at + length - 1)
        if follower is None or length - 1 + follower[1] > _CHAINED:
            break
        length += follower[1] - 1
        first = tokens[at].bare
        # A flea market stall has no flea, a French bulldog puppy nothing French.
        of_kind = is_beast(first) or first in packed("nations")
        whole_only = unit.parts and (of_kind or (mark_of(first)[:1] == "c" and is_beast(tokens[at + 1].bare)))
        # On Boxing Day nobody is boxing.
        begins = phrase(tokens[at : at + 2])
        whole_only = whole_only or (begins is not None and not begins.parts)
        alone = [shown(tokens[at].written)] if stands_before(first) and not whole_only else []
        # A female tennis player is no female tennis.
        quality = mark_of(first)[:1] == "a"
        whole = alone if first in _WHOSE else [unit.word, *([] if quality else alone), *unit.parts]
        # In a downward dog yoga pose there is no dog.
        shared = shown(tokens[at + length - follower[1]].written)
        behind = [follower[0].word, *follower[0].parts]
        if is_beast(shared) and shared not in unit.parts and not (unit.kind or first.endswith("ing")):
            behind = [part for part in behind if part.split()[0] != shared]
        parts = dict.fromkeys((*whole, *behind))
        unit = Unit(joined(tokens[at : at + length]), tuple(parts), follower[0].kind)
    return unit, length


def _following(tokens: Sequence[Token], at: int) -> tuple[Unit, int] | None:
    for length in range(3, 1, -1):
        part = tokens[at : at + length]
        if len(part) < length or part[-1].bare.endswith("ing"):
            continue
        if all(one.free and one.written.islower() for one in part) and (unit := phrase(part)):
            return unit, length
    return None
