"""Phrases within a longer one: none begins within another in which its words do not stand.

Of a washing machine factory there is a washing machine and a factory, and no machine factory.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from stockctl.words.lemma import key
from stockctl.words.said.listed import phrase
from stockctl.words.said.tokens import shown
from stockctl.words.tables import entries

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from stockctl.words.said.tokens import Token, Unit


def uncut(tokens: Sequence[Token], unit: Unit) -> Unit:
    """Return a phrase of some tokens without the parts of it that cut another one within it asunder."""
    closed = tuple(_closed(tokens))
    if not closed:
        return unit
    words = [key(one.bare) for one in tokens]
    last = shown(tokens[-1].written)
    kept: dict[str, None] = {}
    for part in unit.parts:
        own = [key(word) for word in part.split()]
        at = next((at for at in range(len(words)) if words[at : at + len(own)] == own), 0)
        if not any(_cuts(at, at + len(own), begin, end, within) for begin, end, within in closed):
            kept[part] = None
        elif part.split()[-1] == last and last in unit.parts:
            kept[last] = None
    return replace(unit, parts=tuple(kept))


def _closed(tokens: Sequence[Token]) -> Iterator[tuple[int, int, frozenset[int]]]:
    """Yield the listed phrases within some tokens: where each begins and ends, and at which places nothing stands."""
    for begin in range(len(tokens) - 1):
        for end in range(begin + 2, len(tokens) + (1 if begin else 0)):
            listed = phrase(tokens[begin:end])
            if listed is not None:
                stands = {key(word) for part in (*listed.parts, listed.kind) for word in part.split()}
                yield begin, end, frozenset(at for at in range(begin, end) if _closes(tokens[at].bare, stands))


def _closes(word: str, stands: Collection[str]) -> bool:
    """Whether a word says nothing by itself where it stands: blue is seen in dark blue, too."""
    return key(word) not in stands and word not in entries("colours")


def _cuts(at: int, end: int, begin: int, behind: int, within: frozenset[int]) -> bool:
    """Whether a part begins within a phrase and shares only words with it that do not stand in it."""
    if not begin < at < behind or (end - at == 1 and begin):
        return False
    return within.issuperset(range(at, min(end, behind)))
