"""Names of persons in a text: agencies refuse a private person's name where a licence is sold."""

from __future__ import annotations

import re

from stockctl.words.lemma import plain
from stockctl.words.spelling import is_known
from stockctl.words.tables import entries

_WORD = re.compile(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*\.?")
# What follows a name in the name of a place or a thing, and what comes before it there.
_THINGS = frozenset(
    ("island", "islands", "lake", "river", "park", "street", "square", "cathedral", "church", "bridge", "falls",
     "beach", "bay", "day", "tower", "palace", "castle", "temple", "fountain", "statue", "avenue", "road", "hill",
     "mountain", "valley", "peak", "desert", "coast", "dam", "gate", "wall", "house", "hall", "museum", "airport",
     "station", "tree", "chapel", "abbey", "basilica", "monument", "memorial", "cemetery", "garden", "gardens",
     "market", "mosque", "monastery", "sea", "strait", "cape", "harbour", "harbor", "canal", "glacier", "range",
     "plaza", "quarter", "university", "college", "school", "hospital", "library", "opera", "theatre", "theater",
     "stadium", "rose", "cat", "dog", "bear", "pot", "cake", "salad", "sauce", "soup", "style", "era", "period",
     "architecture")
)  # fmt: skip
_BEFORE = frozenset(
    ("saint", "st", "st.", "san", "santa", "sao", "sankt", "mount", "mt", "mt.", "lake", "fort", "king", "queen",
     "port", "cape", "point", "pope", "emperor", "the", "puerto", "villa", "hotel", "place", "piazza", "plaza",
     "rue", "via")
)  # fmt: skip
# Words between the parts of a name.
_PARTICLES = frozenset(("de", "da", "di", "del", "della", "van", "von", "der", "den", "la", "le", "bin", "al", "el"))


def persons(text: str) -> list[str]:
    """Return the names of persons in a text, as they stand, in order: "Anna Kowalska", or "anna" alone.

    A given name counts by itself; one that is a word, too (Rose, Mark), counts before
    a surname only. Names of places and things that are called after somebody
    (Lake Victoria, St. Peter's Square) do not count. Writing in capitals or in small
    letters makes no difference to the rarer given names.
    """
    words = [(match[0].rstrip("."), match[0]) for match in _WORD.finditer(text)]
    found: list[str] = []
    at = 0
    while at < len(words):
        end = _name(words, at)
        if end > at:
            found.append(" ".join(word for word, _ in words[at:end]))
            at = end
        else:
            at += 1
    return found


def _name(words: list[tuple[str, str]], at: int) -> int:
    """Return where a person's name that begins at a word ends; the same place where none begins."""
    word = words[at][0]
    bare = plain(word)
    if at and words[at - 1][1].lower() in _BEFORE:
        return at
    certain, possible = bare in entries("given"), bare in entries("givenwords")
    if not certain and not possible:
        return at
    end = at + 1
    while end < len(words) and plain(words[end][0]) in _PARTICLES and end + 1 < len(words):
        end += 1
    surname = words[end][0] if end < len(words) else ""
    if plain(surname).removesuffix("'s") in _THINGS or plain(word).endswith(("'s", "’s")):
        return at
    capital = surname[:1].isupper() and word[:1].isupper()
    stranger = bool(surname) and len(surname) > 2 and not is_known(surname.lower())
    if capital and (certain or stranger):
        return end + 1
    if stranger and certain:
        return end + 1
    return at + 1 if certain else at
