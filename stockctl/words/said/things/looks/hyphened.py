"""Things behind a quality of one word with hyphens: hand-painted Easter eggs, a plant-based steak."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stockctl.words.said.listed import phrase
from stockctl.words.said.marks import depends
from stockctl.words.said.nouns import is_bound, is_newer, names_thing
from stockctl.words.said.tokens import Unit, is_empty, joined, shown

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from stockctl.words.said.tokens import Token

# How pictures are taken, and where: of whatever stands behind.
_SHOTS = frozenset(("close-up", "mid-air", "half-length", "full-length", "follow-up", "make-up", "wi-fi", "to-do"))
# So many words are one keyword at most.
_MOST = 4


def is_hyphened(token: Token) -> bool:
    """Whether a word with hyphens may tell of a thing behind it; a name with them goes on with a capital."""
    last = token.written.rpartition("-")[2]
    told = token.bare not in _SHOTS and not any(letter.isdigit() for letter in token.bare)
    return "-" in token.written and last.islower() and told


def hyphened(
    tokens: Sequence[Token], at: int, longest: Callable[[Sequence[Token], int], tuple[Unit | None, int]]
) -> tuple[Unit, int] | None:
    """Return a quality with hyphens and the thing behind it, as `longest` finds it, and the tokens they take."""
    first, behind = tokens[at], tokens[at + 1 : at + 2]
    if not (is_hyphened(first) and first.free and behind and behind[0].free) or is_empty(behind[0].bare):
        return None
    own = phrase((first,))
    before = (shown(first.written), *(own.parts if own else ()))
    unit, length = longest(tokens, at + 1)
    if unit is not None and 1 < length < _MOST:
        if behind[0].written[:1].isupper() and phrase(tokens[at + 1 : at + 1 + length]) is None:
            return None
        part = tokens[at : at + 1 + length]
        return Unit(joined(part), tuple(dict.fromkeys((*before, unit.word, *unit.parts))), unit.kind), 1 + length
    head = behind[0]
    thing = head.written.islower() and (names_thing(head) or is_newer(head.bare)) and is_bound(tokens[at + 2 : at + 3])
    if unit is not None or not thing:
        return None
    alone = () if depends(head.bare) else (shown(head.written),)
    return Unit(joined((first, head)), tuple(dict.fromkeys((*before, *alone)))), 2
