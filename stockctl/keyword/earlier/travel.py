"""Which words of one picture may be thought of for another: no place, no person's name, no brand."""

from __future__ import annotations

from functools import cache, lru_cache
from typing import TYPE_CHECKING

from stockctl.words.lemma import key, plain, tokens
from stockctl.words.proper.names import named, restricted
from stockctl.words.proper.persons import is_given
from stockctl.words.proper.placenames import is_place
from stockctl.words.said.listed import phrase
from stockctl.words.said.names.naming import place_begins, place_ends
from stockctl.words.said.tokens import WORD, token
from stockctl.words.tables import entries, packed, rows
from stockctl.words.texts.people import is_called, is_person, persons

if TYPE_CHECKING:
    from collections.abc import Sequence

# Before the name of somebody for whom one works.
_FOR_WHOM = frozenset(("client", "customer"))
_KIN = frozenset(("aunt", "auntie", "baby", "cousin", "grandma", "grandpa", "uncle"))
# So many words of a keyword may be a place's name together.
_LONGEST_PLACE = 3
# What stands before somebody's, or a mountain's, name.
_BEFORE_NAMES = frozenset(("mr", "mrs", "ms", "dr", "prof", "pope", "saint", "st", "mount", "mt"))
# Peoples whose adjectives the list of nations lacks.
_PEOPLES = frozenset(
    ("asmat", "balinese", "batak", "betawi", "dayak", "javanese", "madurese", "minang", "minangkabau", "sasak",
     "sundanese", "toraja", "torajan")
)  # fmt: skip
# Adjectives with a capital that are of no nation or place: of faiths, styles and things.
_NO_NATION = frozenset(
    ("allied", "alpine", "arctic", "attic", "baroque", "blessed", "bohemian", "buddhist", "catholic", "christian",
     "continental", "democratic", "federal", "gothic", "hindu", "islamic", "italic", "jewish", "jurassic", "martian",
     "modern", "mosaic", "muslim", "olympic", "orthodox", "protestant", "romance", "union", "victorian")
)  # fmt: skip
# Of so few letters a word is a short form (UI, 5G, AI), which no list has.
_SHORT_FORM = 2


@lru_cache(maxsize=20_000)
def travels(word: str) -> bool:
    """Whether a keyword of one picture may be suggested for another one.

    A word does that neither English nor the trade knows is somebody's or some place's name (borobudur, jokowi),
    and what holds a name is of that place or person, too (lisbon tram). An adjective of a nation counts as a
    place's name but in a phrase that a list has (french fries).
    """
    if word.lower() in entries("calendar"):
        return True
    if " ".join(map(plain, tokens(word))) in _wordmarks():
        return False
    if restricted(word) or named(word) or is_place(word) or is_person(word) or persons(word) or _is_somebodys(word):
        return False
    parts = [plain(part) for whole in tokens(word) for part in whole.split("-") if part]
    if len("".join(parts)) <= 1 or parts[0] in _BEFORE_NAMES or " ".join(parts) in packed("landforms"):
        return False
    listed = phrase([token(one) for one in WORD.findall(word)])
    # What is no word by itself within a phrase of the list (the French of French fries) says nothing there.
    bound = frozenset(parts) - set(listed.parts) if listed else frozenset[str]()
    if any(_names_place(parts[at : at + length], bound) for at, length in _runs(parts)):
        return False
    placed = len(parts) > 1 and (parts[0] in place_begins() or parts[-1] in place_ends())
    return all(_is_common(part, bound, borrowed=not placed) for part in parts)


@cache
def _wordmarks() -> frozenset[str]:
    return frozenset(name for name, *_ in rows("wordmarks"))


def _is_somebodys(word: str) -> bool:
    """Whether a keyword is a family's, or what a named person's or client's is: the millers, anna's wedding."""
    parts = word.lower().replace("’", "'").split()
    if any(part.endswith("'s") and plain(part[:-2]) in entries("given") for part in parts):
        return True
    family = plain(parts[-1])
    if len(parts) > 1 and parts[0] == "the" and family.endswith("s"):
        return family[:-1] in packed("family")
    if len(parts) > 1 and parts[0] in _KIN and is_given(family):
        return True
    if any(map(is_called, parts, parts[1:])):
        return True
    accented = not word.isascii() and family in packed("family")
    return accented or (len(parts) > 1 and parts[0] in _FOR_WHOM and family in packed("family"))


def _runs(parts: Sequence[str]) -> list[tuple[int, int]]:
    """Return where a place's name may stand within a keyword, and how long it is."""
    longest = min(_LONGEST_PLACE, len(parts))
    return [(at, length) for length in range(1, longest + 1) for at in range(len(parts) - length + 1)]


def _names_place(run: Sequence[str], bound: frozenset[str]) -> bool:
    """Whether a part of a keyword is a place's name; no word that is bound (panama hat)."""
    name = " ".join(run)
    return is_place(name) and name not in entries("calendar") and not (name in bound and name in packed("english"))


def _is_common(part: str, bound: frozenset[str], *, borrowed: bool) -> bool:
    if (part in packed("nations") or part in _PEOPLES) and part not in _NO_NATION:
        return part in bound
    if part.isascii() and (len(part) <= _SHORT_FORM or any(letter.isdigit() for letter in part)):
        return True
    english = packed("english")
    known = part in english or key(part) in english or part in entries("stop") or part in entries("stock")
    return known or part in entries("calendar") or (borrowed and part in entries("loanwords"))
