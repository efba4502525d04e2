"""What agencies call keyword spam: repeats, filler, lists in one keyword."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from stockctl.words.lemma import key, tokens
from stockctl.words.tables import entries
from stockctl.words.texts.trade import is_trade

if TYPE_CHECKING:
    from collections.abc import Sequence

# Longer than any keyword that a buyer types; Adobe's own field ends at 50 characters.
MAX_CHARACTERS = 50
MAX_WORDS = 4
# What joins pasted keywords where commas are meant.
_SEPARATORS = {
    ";": "semicolons: write commas",
    ",": "commas",
    "\n": "line ends: write commas",
    "\t": "tabs: write commas",
    "，": "Chinese commas: write plain ones",
    "、": "Japanese commas: write plain ones",
    "؛": "Arabic semicolons: write commas",
    "،": "Arabic commas: write plain ones",
    "；": "wide semicolons: write commas",
    "•": "bullets: write commas",
    " · ": "bullets: write commas",
    " | ": "bars: write commas",
    " - ": "dashes: write commas",
    " – ": "dashes: write commas",
}
# Keywords that were pasted from a post.
_HASHTAGS = re.compile(r"[#＃][^\W\d]\w*")


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
    if parts_of_path(word):
        leaf = leaf_of_path(word)
        return f"is a path of a catalogue program{f'; its last part is {leaf!r}' if leaf else ''}"
    if is_filler(word):
        return "says nothing of the picture"
    for separator, name in _SEPARATORS.items():
        if separator in word and len(parts_of_list(word)) > 1:
            return f"holds several keywords in one, joined by {name}"
    if _HASHTAGS.search(word):
        return "is a hashtag" if " " not in word.strip() else "holds hashtags: write commas"
    if len(word) > MAX_CHARACTERS:
        return f"is {len(word)} characters long"
    return "is a sentence" if len(tokens(word)) > MAX_WORDS else ""


def parts_of_path(word: str) -> list[str]:
    """Return the parts of a path that a catalogue program made of its tree of keywords; empty for any other keyword.

    `Places|Indonesia|Bali` is one, and so is `People/Family/Derrick`; `black/white` and `1/2` are none.
    """
    # With blanks around them bars join a pasted list.
    for separator in ("|", "\\", "/", " > ", "<"):
        if separator == "|" and " | " in word:
            continue
        parts = [part.strip() for part in word.split(separator)]
        least = 3 if separator == "/" else 2
        if len(parts) >= least and all(len(part) > 1 for part in parts):
            return parts
        if separator == "/" and len(parts) == 2 and parts[0].lower() in entries("roots") and parts[1]:
            return parts
    return []


def leaf_of_path(word: str) -> str:
    """Return the keyword that a catalogue program's path ends with; empty where that says nothing of the picture."""
    parts = parts_of_path(word)
    # What a program says of itself (darktable|exported) says nothing of the picture either.
    return parts[-1] if parts and not is_filler(parts[-1]) and not is_filler(parts[0]) else ""


def parts_of_list(word: str) -> list[str]:
    """Return the keywords that were pasted as one, however they are joined; a hashtag's word without its sign."""
    parts = re.split("|".join(map(re.escape, _SEPARATORS)), word)
    if _HASHTAGS.search(word):
        parts = [tag.lstrip("#＃") for part in parts for tag in part.split()]
    return [part.strip() for part in parts if part.strip()]


# Small words that say something together: bridal make up.
_TOGETHER = frozenset(("make up", "do it yourself", "how to"))


def is_filler(word: str) -> bool:
    """Whether a keyword is a stop word or names the file or the trade instead of the picture."""
    parts = tokens(word)
    nothing = _nothing()
    if " ".join(parts) in _TOGETHER:
        return False
    if parts and all(part in nothing or not any(letter.isalpha() for letter in part) for part in parts):
        return True
    return len(parts) > 1 and is_trade(word)


@cache
def _nothing() -> frozenset[str]:
    """Words that describe no picture."""
    return entries("filler") | entries("stop")
