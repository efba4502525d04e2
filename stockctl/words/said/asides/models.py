"""Models by the numbers of their makers: a Boeing 737, an iPhone 15."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from stockctl.words.said.asides.numbers import BREAK, merged

if TYPE_CHECKING:
    from stockctl.words.said.tokens import Token

# Makers, and their things, that are told with a number.
_MAKERS = frozenset(
    ("boeing", "airbus", "embraer", "cessna", "antonov", "tupolev", "ilyushin", "bombardier", "fokker", "saab",
     "porsche", "ferrari", "bmw", "audi", "mercedes", "mercedes-benz", "fiat", "peugeot", "citroen", "renault", "volvo",
     "mazda", "lada", "trabant", "wartburg", "skoda", "iphone", "ipad", "galaxy", "pixel", "nokia", "playstation",
     "xbox", "windows", "vespa", "ducati", "yamaha", "suzuki", "kawasaki", "honda", "ktm", "tesla", "mclaren",
     "maserati", "toyota", "nissan", "chevrolet", "ford", "dodge", "chrysler", "unimog", "piper", "learjet")
)  # fmt: skip
_NUMBER = re.compile(r"\d{1,4}")
_YEAR = re.compile(r"(?:19|20)\d\d")
_LETTER = re.compile(r"[a-z]{1,2}")


def with_models(tokens: list[Token]) -> list[Token]:
    """Return a clause in which a maker with the number of a model is one token behind the maker."""
    found: list[Token] = []
    at = 0
    while at < len(tokens):
        one, length = _model(tokens, at) or ([tokens[at]], 1)
        found += one
        at += length
    return found


def _model(tokens: list[Token], at: int) -> tuple[list[Token], int] | None:
    one = tokens[at]
    if one.bare not in _MAKERS or one.written == one.bare:
        return None
    number = at + 1
    if number < len(tokens) and _LETTER.fullmatch(tokens[number].bare) and tokens[number].written.isupper():
        number += 1
    if number >= len(tokens) or not _NUMBER.fullmatch(tokens[number].bare) or _YEAR.fullmatch(tokens[number].bare):
        return None
    return [*([BREAK] if at else []), one, BREAK, merged(tokens[at : number + 1]), BREAK], number + 1 - at
