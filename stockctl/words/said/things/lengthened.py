"""Listed phrases with the noun behind them that they tell the kind of: palm nut soup, tuk tuk driver."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stockctl.words.lemma import key
from stockctl.words.said.listed import phrase
from stockctl.words.said.marks import depends, mark_of, stands_before
from stockctl.words.said.nouns import heads, is_bound, names_thing
from stockctl.words.said.tokens import Unit, is_empty, joined, shown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stockctl.words.said.tokens import Token

# So many words has what is told the kind of.
_LENGTHS = (2, 3)


def lengthened(tokens: Sequence[Token], at: int, unit: Unit, length: int) -> tuple[Unit, int] | None:
    """Return a listed phrase with the noun that it tells the kind of: palm nut soup, tuk tuk driver."""
    end = at + length
    rest = tokens[end - 1 : end + 2]
    if length not in _LENGTHS or len(rest) < 2 or not is_bound(rest[2:]) or not all(one.free for one in rest[:2]):
        return None
    last, head = rest[0], rest[1]
    single = key(last.bare) == last.bare and last.written.islower() and mark_of(last.bare)[:1] not in {"a", "r", "c"}
    made = head.written.islower() and (head.bare in heads() or key(head.bare) in heads())
    # Christmas tree lights: no other name is made of the two last words.
    begins = any(phrase(tokens[start : start + more]) for start, more in ((end - 1, 2), (end, 2), (end, 3)))
    apart = head.written.islower() and not depends(head.bare) and not begins
    things = mark_of(last.bare)[:1] == "n" and (mark_of(head.bare) or mark_of(key(head.bare)))[:1] in {"n", "p"}
    made = made or (apart and things and names_thing(head))
    if not single or not made or is_empty(head.bare) or last.bare.endswith("ing"):
        return None
    if head.bare.endswith("ing") and end + 1 < len(tokens):
        # A thunderstorm rolling over fields.
        return None
    alone = () if depends(head.bare) else (shown(head.written),)
    # In fruit fly research there is no fruit.
    named = key(tokens[at].bare) in {key(part) for part in unit.parts}
    if named and stands_before(tokens[at].bare) and mark_of(tokens[at].bare)[:1] != "a":
        alone = (shown(tokens[at].written), *alone)
    other = phrase(rest[:2])
    inner = (unit.word, *((other.word,) if other else ()))
    parts = tuple(dict.fromkeys((*inner, *alone, *unit.parts)))
    return Unit(joined(tokens[at : end + 1]), parts, unit.kind), length + 1
