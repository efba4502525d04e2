"""What a person took out of a picture goes with what says it again: old dog with dog, hot dog not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stockctl.words.lemma import key
from stockctl.words.said.kinds import broader, implied
from stockctl.words.said.marks import is_beast, mark_of
from stockctl.words.said.reading import read

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

# Before an animal's name these tell how it is, and what it is still: black cat.
_HOW = frozenset("ac")


def says_again(word: str, out: Collection[str]) -> bool:
    """Whether a word, or a phrase by a part that stands by itself, says one of those (keys) that were taken out."""
    if not out:
        return False
    if key(word) in out:
        return True
    return " " in word and any(key(part) in out for part in _parts(word))


def without_ground(texts: Iterable[str], out: Collection[str]) -> frozenset[str]:
    """Return what (keys) holds only of words taken out (keys) of some texts: animal and pet of a black cat."""
    if not out:
        return frozenset()
    left: set[str] = set()
    lost: set[str] = set()
    for unit in (unit for text in texts for unit in read(text).units):
        names = (unit.word, *unit.parts)
        gone = says_again(unit.word, out)
        holds = [kind for name in names for kind in (unit.kind, broader(name), *implied(name)) if kind]
        (lost if gone else left).update(map(key, holds))
        left |= set() if gone else {key(name) for name in names}
    return frozenset(lost - left)


def _parts(phrase: str) -> Iterable[str]:
    """Return what a phrase says by itself, besides the whole; a hot dog is no dog."""
    for unit in read(phrase.lower()).units:
        if key(unit.word) != key(phrase):
            yield unit.word
        yield from unit.parts
        first, *rest = unit.word.split()
        if len(rest) == 1 and unit.kind == "animal" and is_beast(rest[0]) and mark_of(first)[:1] in _HOW:
            yield rest[0]
