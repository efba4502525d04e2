"""Cut a text into what may stand as a keyword: words and short phrases within one clause."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from stockctl.words.lemma import tokens
from stockctl.words.spam import is_filler
from stockctl.words.tables import entries, rows

if TYPE_CHECKING:
    from collections.abc import Sequence

_CLAUSE = re.compile(r"[.,;:!?()\[\]{}\"“”«»|/\\•–—\n\t]+|\s-+\s")


def runs(text: str) -> list[list[str]]:
    """Return the runs of neighbouring content words, lower case, in order.

    A run ends at punctuation and at a stop word, so that no phrase made of it
    crosses a clause: "a boat on a lake, at sunrise" gives [boat], [lake], [sunrise].
    """
    stop = entries("stop")
    found: list[list[str]] = []
    for clause in _CLAUSE.split(text):
        run: list[str] = []
        for word in tokens(clause):
            bare = word.removesuffix("'s")
            if bare in stop or word in stop or _wordless(bare):
                found.append(run)
                run = []
            else:
                run.append(bare)
        found.append(run)
    return [run for run in found if run]


def words(text: str) -> list[str]:
    """Return the content words of a text, in order, each once; set phrases (copy space) stay together."""
    found: dict[str, None] = {}
    for clause in _CLAUSE.split(text):
        for word in together(tokens(clause)):
            bare = _content(word)
            if bare:
                found.setdefault(bare)
    return list(found)


@lru_cache(maxsize=100_000)
def _content(word: str) -> str:
    """Return a word without its possessive, or nothing where it is no content word.

    Remembered: a portfolio's texts are made of few words, each many times.
    """
    bare, stop = word.removesuffix("'s"), entries("stop")
    return "" if bare in stop or word in stop or _wordless(bare) or is_filler(bare) else bare


def _wordless(word: str) -> bool:
    return len(word) < 2 or not any(letter.isalpha() for letter in word)


def together(words: Sequence[str]) -> list[str]:
    """Return words (lower case) with the neighbours that make a set phrase joined by a space."""
    known = _set_phrases()
    if known.keys().isdisjoint(words):
        return list(words)
    joined: list[str] = []
    position = 0
    while position < len(words):
        word = words[position]
        phrase = (
            (word,)
            if word not in known
            else next(
                (parts for parts in known[word] if tuple(words[position : position + len(parts)]) == parts), (word,)
            )
        )
        joined.append(" ".join(phrase))
        position += len(phrase)
    return joined


@cache
def _set_phrases() -> dict[str, list[tuple[str, ...]]]:
    """First word → the phrases that begin with it."""
    index: dict[str, list[tuple[str, ...]]] = {}
    for (phrase,) in rows("together"):
        parts = tuple(phrase.split())
        index.setdefault(parts[0], []).append(parts)
    return index


def phrases(text: str, longest: int = 3) -> list[str]:
    """Return the phrases of two to `longest` neighbouring content words, in order, each once."""
    found: dict[str, None] = {}
    for run in runs(text):
        for start in range(len(run)):
            for length in range(2, longest + 1):
                part = run[start : start + length]
                if len(part) == length and not any(is_filler(word) for word in part):
                    found.setdefault(" ".join(part))
    return list(found)
