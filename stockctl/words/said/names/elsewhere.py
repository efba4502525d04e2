"""Texts that are in another language as a whole: names of places and what English borrows is all that they say.

Their words look like English ones (die, pain, kaki, air), and those that are (park, village) stand among such.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING

from stockctl.words.proper.placenames import flat, region
from stockctl.words.said.listed import LONGEST, phrase
from stockctl.words.said.names.naming import is_headline, is_placename, place_begins
from stockctl.words.tables import entries, packed, rows
from stockctl.words.texts.language import foreign, is_latin

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stockctl.words.said.tokens import Token

# So many words tell that a clause is English within a text of another language.
_CLAUSE = 2
# A name of two words, of which the first says what it is: Gunung Bromo.
_NAME = 2


def only_borrowed(tokens: list[Token], text: str) -> list[Token]:
    """Silence a clause of a text in another language, but for places, dishes and crafts."""
    language = foreign(text) if is_latin(text) else ""
    if not language or _is_english(tokens, _words_of(language)):
        return tokens
    kept: set[int] = set()
    plain = language != "German" and not is_headline(text)
    for at in range(len(tokens)):
        length = max(_place_at(tokens, at, language, told=plain and at > 0), _borrowed_at(tokens, at, language))
        kept |= set(range(at, at + length))
    return [token if at in kept else replace(token, silent=True) for at, token in enumerate(tokens)]


def _is_english(tokens: Sequence[Token], own: frozenset[str]) -> bool:
    """Whether a clause has words of English alone, of which none is one of the text's language, too."""
    known = all(one.bare in packed("english") or one.bare in entries("stop") for one in tokens)
    return known and len(tokens) >= _CLAUSE and own.isdisjoint(one.bare for one in tokens)


def _place_at(tokens: Sequence[Token], at: int, language: str, *, told: bool) -> int:
    """Return how many tokens from one on are a place's name; 0 where none is. `told`: a capital tells of a name."""
    if not tokens[at].written[:1].isupper():
        return 0
    for length in range(LONGEST, 1, -1):
        part = tokens[at : at + length]
        if len(part) == length and part[-1].written[:1].isupper() and is_placename(part):
            return length
    after = tokens[at + 1 : at + _NAME]
    if tokens[at].bare in place_begins() and after and after[0].written[:1].isupper():
        return _NAME
    return int(_is_place(tokens[at], language, told=told))


def _is_place(token: Token, language: str, *, told: bool) -> bool:
    """Whether one word is a place or a people; where a capital tells nothing, a large place only."""
    if token.bare in _words_of(language):
        return False
    name = flat([token.written])
    return bool(region(name)) or name in packed("cities") or (told and token.bare not in packed("english"))


def _borrowed_at(tokens: Sequence[Token], at: int, language: str) -> int:
    """Return how many tokens from one on are a dish or a craft that English borrows: nasi goreng, batik; else 0."""
    own = _words_of(language)
    for length in range(LONGEST, 1, -1):
        part = tokens[at : at + length]
        strange = any(one.bare not in packed("english") for one in part)
        if len(part) == length and strange and phrase(part) is not None:
            return length
    bare = tokens[at].bare
    return int(bare not in own and (bare in entries("loanwords") or bare in entries("fluent")))


@lru_cache(maxsize=32)
def _words_of(language: str) -> frozenset[str]:
    """Return the listed words of a language, those that English has, too, among them."""
    return frozenset(word for name, words in rows("languages") if name == language for word in words.split())
