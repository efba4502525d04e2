"""What a seller notes of the file, not of the picture: easy to edit, perfect for banners, a screen for your text."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from stockctl.words.said.asides.numbers import BREAK
from stockctl.words.said.picture.spaces import COPY_SPACE, WORDS

if TYPE_CHECKING:
    from stockctl.words.said.tokens import Token

_EASY = frozenset(("easy", "simple", "ready", "easily", "fully"))
_DONE = frozenset(
    ("edit", "change", "use", "customize", "customise", "modify", "recolor", "recolour", "resize", "adjust", "scale",
     "replace", "print", "animate", "editable", "isolate", "remove", "separate", "ungroup", "colorize")
)  # fmt: skip
# What is changed so.
_CHANGED = frozenset(
    ("color", "colors", "colour", "colours", "size", "sizes", "text", "texts", "background", "backgrounds", "element",
     "elements", "object", "objects", "font", "fonts", "and", "or", "the", "your", "any", "layer", "layers", "to",
     "shape", "shapes", "all", "it", "them")
)  # fmt: skip
_GOOD = frozenset(
    ("perfect", "ideal", "great", "suitable", "good", "useful", "excellent", "best", "perfectly", "suited")
)
# What a picture is used for, and is not seen in it.
_USES = frozenset(
    ("banner", "banners", "poster", "posters", "print", "prints", "printing", "web", "website", "websites", "design",
     "designs", "card", "cards", "flyer", "flyers", "presentation", "presentations", "advertising", "advertisement",
     "project", "projects", "use", "background", "backgrounds", "wallpaper", "wallpapers", "cover", "covers", "blog",
     "blogs", "and", "or", "as", "a", "an", "the", "your", "any", "brochure", "brochures", "articles", "marketing",
     "graphic", "commercial", "other", "site", "page", "apps", "purposes", "editing")
)  # fmt: skip
_LEAST = 3


def with_notes(tokens: list[Token]) -> list[Token]:
    """Return a clause without such notes; room for somebody's words is copy space."""
    end = _end_of_note(tokens)
    found = [replace(one, silent=True) for one in tokens[:end]]
    at = end
    while at < len(tokens):
        text = [one.bare for one in tokens[at : at + _LEAST]]
        if len(text) == _LEAST and text[:2] == ["for", "your"] and text[2] in WORDS:
            found += [BREAK, *COPY_SPACE]
            at += _LEAST
        else:
            found.append(tokens[at])
            at += 1
    return found


def _end_of_note(tokens: list[Token]) -> int:
    """Return how many words a note takes with which a clause begins."""
    bare = [one.bare for one in tokens]
    if len(bare) >= _LEAST and bare[0] in _EASY and bare[1] == "to" and bare[2] in _DONE:
        return _behind(bare, _LEAST, _CHANGED)
    if len(bare) > 1 and bare[0] in _GOOD and bare[1] in {"for", "as"}:
        return _behind(bare, 2, _USES)
    return 0


def _behind(bare: list[str], at: int, words: frozenset[str]) -> int:
    """Return where a run of such words ends."""
    while at < len(bare) and bare[at] in words:
        at += 1
    return at
