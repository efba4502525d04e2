"""Words as keys: the form under which two spellings of one word meet; never shown to anybody."""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache

from stockctl.words.tables import rows

_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")


def tokens(text: str) -> list[str]:
    """Return the words of a text in lower case, in order, hyphens and apostrophes kept inside."""
    return [word.replace("’", "'") for word in _WORD.findall(text.lower())]


@lru_cache(maxsize=100_000)
def key(word: str) -> str:
    """Return the key of a keyword: equal for its singular and plural, its tenses and its US and UK spellings.

    A phrase is the keys of its words, joined by single spaces; a hyphen counts
    as a space. Two words with different keys are different keywords.
    """
    parts = [part.removesuffix("'s").strip("'") for part in tokens(word.replace("-", " "))]
    return " ".join(_single(part) for part in parts if part) or word.strip().lower()


# To be raised with every change to what `key` returns.
_RULES = 1


def key_version() -> str:
    """Return what keys depend on: our rules, our lists, the lemmatizer's tables. Keys of another version are others."""
    import hashlib
    from importlib.metadata import version

    lists = hashlib.sha256(repr([rows(name) for name in ("variants", "lemmas")]).encode()).hexdigest()
    return f"{_RULES}-{version('simplemma')}-{lists[:16]}"


@lru_cache(maxsize=100_000)
def plain(word: str) -> str:
    """Return a word in lower case without accents: café → cafe."""
    decomposed = unicodedata.normalize("NFKD", word.lower())
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


def _single(word: str) -> str:
    word = plain(word)
    word = _american().get(word, word)
    lemma = _exceptions().get(word)
    if lemma is None:
        lemma = _lemmatized(word)
    return _american().get(lemma, lemma)


def _lemmatized(word: str) -> str:
    # Short words gain nothing and are where the tables err (as → a, us → we).
    if len(word) <= 3 or not word.isascii():
        return word
    from simplemma import lemmatize

    return lemmatize(word, lang="en").lower()


@cache
def _american() -> dict[str, str]:
    """British spellings and their American ones, and words that mean the same in both."""
    return {british: american for american, british in rows("variants")}


@cache
def _exceptions() -> dict[str, str]:
    """Words whose lemma in the general tables is not what a buyer would search for."""
    return {row[0]: row[1] for row in rows("lemmas")}
