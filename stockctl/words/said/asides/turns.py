"""Turns that say how or when as a whole, and join no word beside them: step by step, after school."""

from __future__ import annotations

import re

from stockctl.words.said.asides.numbers import BREAK, merged
from stockctl.words.said.listed import phrase
from stockctl.words.said.tokens import Token, is_empty

# Between a word and itself: layer by layer, face to face, row upon row.
_BETWEEN = frozenset(("by", "in", "to", "on", "upon", "after", "for"))
# How something is that does not work, or is not there: out of order.
_OUT = frozenset(("order", "stock", "service"))
_AFTER = frozenset(("school", "work", "dark"))
# What only says how a file is written, with its version: vector eps 10.
_FILES = re.compile(r"(?:eps|jpe?g|tiff?)\d*")
# So many words has a word with itself.
_LENGTH = 3


def with_turns(tokens: list[Token]) -> list[Token]:
    """Return a clause in which each such turn stands by itself, and without the kind of a file."""
    found: list[Token] = []
    at = 0
    while at < len(tokens):
        part = tokens[at : at + _LENGTH]
        after = part[1].bare if len(part) > 1 else ""
        if [one.bare for one in part[:2]] == ["out", "of"] and part[-1].bare in _OUT:
            found += [BREAK, merged(part), BREAK]
            at += _LENGTH
        elif _comes_again(tokens, at):
            found += [BREAK, *(part if phrase(part) is not None else [merged(part)]), BREAK]
            at += _LENGTH
        elif part[0].bare == "after" and after in _AFTER:
            found += [BREAK, merged(part[:2]), BREAK]
            at += 2
        else:
            found.append(BREAK if _FILES.fullmatch(part[0].bare) else part[0])
            at += 1
    return found


def _comes_again(tokens: list[Token], at: int) -> bool:
    """Whether a word comes again, and is no part of more: ballot in | ballot box, skin to skin contact."""
    part = [one.bare for one in tokens[at : at + _LENGTH]]
    if len(part) < _LENGTH or part[0] != part[2] or part[1] not in _BETWEEN or is_empty(part[0]):
        return False
    end = at + _LENGTH + 1
    return phrase(tokens[at + 2 : end]) is None and (phrase(tokens[at:end]) is None or end > len(tokens))
