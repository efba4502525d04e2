"""Room for somebody's words (space for your text): agencies call it copy space, and nothing of it is seen."""

from __future__ import annotations

from stockctl.words.said.marks import mark_of
from stockctl.words.said.tokens import Token, is_empty

_ROOM = frozenset(("space", "spaces", "room", "place", "area", "copyspace", "spot"))
# Before the room these say that it is free.
_FREE = frozenset(
    ("copy", "text", "blank", "empty", "free", "large", "big", "much", "ample", "enough", "plenty", "of", "lot", "lots")
)  # fmt: skip
# What there is room for.
WORDS = frozenset(
    ("text", "texts", "copy", "message", "messages", "logo", "logos", "greeting", "greetings", "design", "title",
     "headline", "caption", "lettering", "inscription", "slogan", "quote", "wording", "advertisement", "advert",
     "advertising", "ad", "ads", "branding", "typography", "content", "product", "products", "montage", "input",
     "information", "wishes", "words", "label", "brand", "artwork", "overlay")
)  # fmt: skip
_WHOSE = frozenset(("your", "you", "own", "a", "an", "the", "my", "our", "some", "any", "adding", "placing"))
_JOINED = frozenset(("and", "or"))
COPY_SPACE = (Token("copy", "copy"), Token("space", "space"))


def with_copy_space(tokens: list[Token]) -> list[Token]:
    """Put "copy space" in the place of every room that is for somebody's words."""
    found: list[Token] = []
    at = 0
    while at < len(tokens):
        end = _end_of_room(tokens, at)
        if end:
            while found and found[-1].bare in _FREE:
                found.pop()
            found += COPY_SPACE
        else:
            found.append(tokens[at])
        at = end or at + 1
    return found


def _end_of_room(tokens: list[Token], at: int) -> int:
    """Return where the words end for which there is room at a place; 0 where there is none."""
    if tokens[at].bare not in _ROOM or at + 1 >= len(tokens) or tokens[at + 1].bare != "for":
        return 0
    before = tokens[at - 1].bare if at else ""
    if not (is_empty(before) or before in _FREE or mark_of(before)[:1] in {"a", "c"}):
        # A storage room for products is one.
        return 0
    end = at + 2
    while end < len(tokens) and tokens[end].bare in _WHOSE:
        end += 1
    last = 0
    while end < len(tokens) and tokens[end].bare in WORDS:
        last = end = end + 1
        if end + 1 < len(tokens) and tokens[end].bare in _JOINED and tokens[end + 1].bare in WORDS:
            end += 1
    return last
