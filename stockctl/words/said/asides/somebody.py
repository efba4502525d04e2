"""Whether a text tells of somebody: then what it denies of people ("no one else") is no picture without people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stockctl.words.lemma import key
from stockctl.words.said.nouns import names_thing
from stockctl.words.said.tokens import is_empty
from stockctl.words.tables import entries

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stockctl.words.said.tokens import Token

_ARTICLES = frozenset(("a", "an", "the", "his", "her", "their", "its", "our", "my", "your", "two", "three"))
# Behind one of these and "of" stands who is seen; behind another thing only whose it is: the hut of a fisherman.
_SHOWS = frozenset(
    ("portrait", "portraits", "close-up", "closeup", "up", "view", "photo", "shot", "silhouette", "silhouettes",
     "group", "crowd", "pair", "couple", "team", "hand", "hands", "face", "feet", "legs", "back", "crew", "line",
     "lots", "lot", "number", "selfie", "profile", "front", "side", "angle", "family", "dozen", "hundreds",
     "thousands", "queue")
)  # fmt: skip
# For whom, as whom or by whom a thing is, may be elsewhere.
_ELSEWHERE = frozenset(("for", "by", "like", "from"))


def tells_of_somebody(tokens: Sequence[Token]) -> bool:
    """Whether a clause tells of a person who is seen: no child seat, no toys for kids, no statue of a woman."""
    return any(_is_somebody(tokens, at) for at in range(len(tokens)))


def _is_somebody(tokens: Sequence[Token], at: int) -> bool:
    one = tokens[at]
    known = not {one.bare, key(one.bare)}.isdisjoint(entries("somebody"))
    if not known or one.silent or one.denied or (at and one.written[:1].isupper() and not tokens[0].written.isupper()):
        return False
    if at and tokens[at - 1].bare == "no":
        return False
    after = tokens[at + 1] if at + 1 < len(tokens) else None
    if after is not None and after.free and not is_empty(after.bare) and after.written.islower() and names_thing(after):
        # A wedding couple's cake, student desks; a woman engineer is one all the same.
        return False
    place = at - 1
    while place >= 0 and tokens[place].bare not in _ELSEWHERE | {"of"} and _leads_on(tokens[place]):
        place -= 1
    if place < 0 or tokens[place].bare not in _ELSEWHERE | {"of"}:
        return True
    return tokens[place].bare == "of" and place > 0 and tokens[place - 1].bare in _SHOWS


def _leads_on(token: Token) -> bool:
    """Whether a word may stand between "of" and a person: an article, a quality, another person."""
    return token.bare in _ARTICLES | {"and"} or not is_empty(token.bare)
