"""What agencies call keyword spam: repeats, filler, lists in one keyword."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
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
        elif is_filler(word):
            found.append(Spam(word, "says nothing of the picture"))
        elif ";" in word or "," in word or "\n" in word:
            found.append(Spam(word, "holds several keywords in one"))
        elif len(word) > MAX_CHARACTERS:
            found.append(Spam(word, f"is {len(word)} characters long"))
        elif len(tokens(word)) > MAX_WORDS:
            found.append(Spam(word, "is a sentence"))
    return found


def is_filler(word: str) -> bool:
    """Whether a keyword is a stop word or names the file or the trade instead of the picture."""
    parts = tokens(word)
    nothing = _nothing()
    return bool(parts) and all(part in nothing or not any(letter.isalpha() for letter in part) for part in parts)


@cache
def _nothing() -> frozenset[str]:
    """Words that describe no picture."""
    return entries("filler") | entries("stop")
