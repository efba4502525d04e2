"""Nouns whose words are small words or verbs else: with a saw, a tattoo on his back, in a red top."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stockctl.words.said.doings.acting import is_somebody
from stockctl.words.said.marks import mark_of
from stockctl.words.said.tokens import Unit, is_empty, joined, shown
from stockctl.words.tables import entries

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stockctl.words.said.tokens import Token

_ARTICLES = frozenset(("a", "an", "the", "his", "her", "their", "its", "my", "our", "your", "one", "two"))
_WHOSE = frozenset(("his", "her", "their", "its", "my", "your"))
# Behind an article, or a quality behind it, these are tools and other things.
_TOOLS = frozenset(("saw", "saws", "can", "well"))
# These are parts of whoever is told before them.
_PARTS = frozenset(("back", "backs"))
# These somebody wears, where it is told how they look.
_WORN = frozenset(("top", "tops"))
_WEARING = frozenset(("in", "with"))
# Behind a thing like that these do not lead to what somebody can do, or saw.
_AFTER = frozenset(
    ("and", "or", "of", "for", "with", "on", "in", "at", "to", "from", "by", "near", "over", "under", "beside", "next",
     "while", "into", "behind", "against", "as", "before", "after")
)  # fmt: skip


def is_homonym(tokens: Sequence[Token], at: int) -> bool:
    """Whether a word that says nothing else is a thing where it stands."""
    bare = tokens[at].bare
    if bare not in _TOOLS | _PARTS | _WORN or not at or not tokens[at].free or not _ends(tokens, at):
        return False
    if bare in _PARTS:
        return _is_whose(tokens[at - 1]) or (at > 1 and _is_quality(tokens[at - 1]) and _is_whose(tokens[at - 2]))
    if bare in _WORN:
        return _is_worn(tokens, at)
    return tokens[at - 1].bare in _ARTICLES or (
        at > 1 and _is_quality(tokens[at - 1]) and tokens[at - 2].bare in _ARTICLES
    )


def homonym(tokens: Sequence[Token], at: int) -> tuple[Unit, int] | None:
    """Return such a thing with its quality: a red top, a bare back."""
    part = tokens[at : at + 2]
    if len(part) < 2 or not all(one.free for one in part) or not _is_quality(part[0]) or not is_homonym(tokens, at + 1):
        return None
    alone = (shown(part[0].written),) if "+" in mark_of(part[0].bare) or part[0].bare in entries("colours") else ()
    worn = part[1].bare in _WORN
    return Unit(joined(part), alone if worn else (*alone, shown(part[1].written))), 2


def _ends(tokens: Sequence[Token], at: int) -> bool:
    """Whether no thing follows."""
    after = tokens[at + 1 : at + 2]
    if not after or after[0].bare in _AFTER:
        return not (after and tokens[at].bare in _PARTS and after[0].bare == "of")
    return after[0].silent or after[0].bare.endswith(("ing", "ed"))


def _is_whose(token: Token) -> bool:
    return token.bare in _WHOSE or token.bare.endswith(("'s", "s'"))


def _is_quality(token: Token) -> bool:
    told = mark_of(token.bare)[:1] in {"a", "c", "r"} or token.bare in entries("colours") or token.bare.endswith("ed")
    return told and not is_empty(token.bare)


def _is_worn(tokens: Sequence[Token], at: int) -> bool:
    """Whether a quality stands before the word, and before that who wears it: in a red top."""
    place = at - 1
    while place >= 0 and (_is_quality(tokens[place]) or tokens[place].bare in {"a", "and", "the", "her", "his"}):
        place -= 1
    if place < 0 or place >= at - 1 or not _is_quality(tokens[at - 1]):
        return False
    return tokens[place].bare == "wearing" or (
        tokens[place].bare in _WEARING and place > 0 and is_somebody(tokens[place - 1])
    )
