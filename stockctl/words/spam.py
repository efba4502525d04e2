"""What agencies call keyword spam: repeats, filler, lists in one keyword."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from stockctl.words.lemma import key, tokens
from stockctl.words.tables import entries

if TYPE_CHECKING:
    from collections.abc import Sequence

# Longer than any keyword that a buyer types; Adobe's own field ends at 50 characters.
MAX_CHARACTERS = 50
MAX_WORDS = 4


@dataclass(frozen=True, slots=True)
class Spam:
    """A keyword that would be called spam, and why, as a sentence's end."""

    word: str
    why: str


def spam(keywords: Sequence[str]) -> list[Spam]:
    """Return the keywords that repeat another one, describe no picture, or hold a list or a sentence."""
    found: list[Spam] = []
    seen: dict[str, str] = {}
    for word in keywords:
        first = seen.setdefault(key(word), word)
        if first is not word:
            found.append(Spam(word, "repeated" if first == word else f"repeats {first!r}"))
        elif why := _fault(word):
            found.append(Spam(word, why))
    return found


# A portfolio says the same few thousand words over and over.
@lru_cache(maxsize=65_536)
def _fault(word: str) -> str:
    """Return what is wrong with a keyword by itself, or an empty text."""
    if is_filler(word):
        return "says nothing of the picture"
    if ";" in word or "," in word or "\n" in word:
        return "holds several keywords in one"
    if len(word) > MAX_CHARACTERS:
        return f"is {len(word)} characters long"
    return "is a sentence" if len(tokens(word)) > MAX_WORDS else ""


def is_filler(word: str) -> bool:
    """Whether a keyword is a stop word or names the file or the trade instead of the picture."""
    parts = tokens(word)
    nothing = _nothing()
    return bool(parts) and all(part in nothing or not any(letter.isalpha() for letter in part) for part in parts)


@cache
def _nothing() -> frozenset[str]:
    """Words that describe no picture."""
    return entries("filler") | entries("stop")
