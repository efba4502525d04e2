"""Which words of a file's own name are on offer to nobody: a person's name, a mark's or a character's, and sex."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING

from stockctl.keyword.sources.unfit import is_within_thing, somebody_in
from stockctl.words.lemma import key, plain
from stockctl.words.proper.names import restricted
from stockctl.words.proper.persons import goes_by_name
from stockctl.words.tables import entries, packed, rows
from stockctl.words.texts.filenames import name_title
from stockctl.words.texts.people import persons

if TYPE_CHECKING:
    from pathlib import Path

_WORD = re.compile(r"[^\W\d_]+")
_LEADING = frozenset(("of", "with", "and", "by", "for", "from", "the", "a"))
# Given names that are harbours, drinks, towers and operas as often.
_THINGS = frozenset(("marina", "margarita", "derrick", "carmen", "pilar"))


def silent_words(path: Path) -> frozenset[str]:
    """Return the words of a file's name, lower case, that are no guess and stand in no title made of it."""
    return _silent(path.stem)


def title_of_name(path: Path) -> str:
    """Return the title that a file's name makes, without such words and the small ones that lead to them."""
    silent = silent_words(path)
    kept: list[str] = []
    for word in name_title(path).split():
        if silent & set(_WORD.findall(word.lower())):
            while kept and kept[-1].lower() in _LEADING:
                kept.pop()
        elif kept or word.lower() not in _LEADING:
            kept.append(word)
    return " ".join(kept)


@lru_cache(maxsize=10_000)
def _silent(stem: str) -> frozenset[str]:
    words = _WORD.findall(stem.replace("_", " ").lower())
    found = somebody_in(words) | _called(words) | _of_marks(words)
    return frozenset(found | {word for at, word in enumerate(words) if _is_sexual(words, at)})


def _called(words: list[str]) -> set[str]:
    """Return what in small letters is a given name, with or without a surname, or a surname behind a trade."""
    names = {word for name in persons(" ".join(words)) for word in name.split()} - _THINGS
    return names | {
        name
        for role, name in pairwise(words)
        if name not in packed("english") and goes_by_name(plain(role), plain(name))
    }


def _of_marks(words: list[str]) -> set[str]:
    """Return the words that make a mark's or a character's name together: peter pan."""
    marks = {name for name, *_ in (*rows("wordmarks"), *rows("named"))}
    found = {word for pair in pairwise(words) if " ".join(map(plain, pair)) in marks for word in pair}
    # A mark of one word is told, and refused.
    return found | {word for hit in restricted(" ".join(words)) if " " in hit.word for word in hit.word.lower().split()}


def _is_sexual(words: list[str], at: int) -> bool:
    """Whether a word is of sex, and no part of a thing: a great tit is a bird."""
    forms = {words[at], key(words[at]), words[at].removesuffix("s")}
    return not forms.isdisjoint(entries("sexual")) and not is_within_thing(words, at)
