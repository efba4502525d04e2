"""Things that are told by what covers them, or what they look like: a moss covered gravestone, a dusty pink."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stockctl.words.said.listed import phrase
from stockctl.words.said.marks import depends, mark_of
from stockctl.words.said.nouns import is_newer, names_thing
from stockctl.words.said.tokens import Unit, is_empty, joined, shown
from stockctl.words.tables import entries

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stockctl.words.said.tokens import Token

# What stands before one of these is in the picture, too.
_THERE = frozenset(
    ("covered", "clad", "filled", "crusted", "encrusted", "draped", "caked", "soaked", "stained", "dusted", "lined",
     "coated", "wrapped", "topped", "stuffed", "strewn", "laden", "studded", "splattered", "spattered", "drenched",
     "painted", "infused", "glazed", "choked", "infested", "fringed", "trimmed", "edged", "paved", "tiled", "roofed",
     "thatched", "inlaid", "littered", "loaded", "tipped", "plated", "bound", "rimmed", "capped", "cured", "smoked",
     "crumbed", "battered", "overgrown", "ringed", "flanked", "upholstered", "garnished", "smeared", "sprinkled",
     "stricken", "torn", "damaged")
)  # fmt: skip
# What stands before one of these only tells how a thing is.
_LIKE = frozenset(
    ("shaped", "sized", "striped", "tailed", "legged", "eyed", "haired", "faced", "nosed", "footed", "winged", "billed",
     "necked", "throated", "bellied", "headed", "breasted", "crowned", "toed", "horned", "eared", "lipped", "bodied",
     "rumped", "cheeked", "fronted", "colored", "coloured", "toned", "flavored", "flavoured", "operated", "sleeved",
     "collared", "crested", "spotted", "banded", "finned", "patterned", "handed", "mounted", "hung", "inspired",
     "loving",
     "robed", "domed", "walled", "shelled", "leaved", "shouldered", "chested", "feathered", "furred", "skinned",
     "shelved", "bearded", "fired", "swept", "pressed", "dried", "kissed", "themed")
)  # fmt: skip
# Before these it tells how it was done.
_HOW = frozenset(
    ("hand", "machine", "home", "half", "double", "triple", "sun", "air", "multi", "single", "open", "wall")
)
# Before another colour these are seen by themselves; emerald and navy are not.
_PLAIN = frozenset("pastel red orange yellow green blue purple pink brown white black grey gray".split())  # noqa: SIM905 - a table
_SHADES = frozenset(("dark", "light", "pale", "bright", "deep", "neon", "pastel"))
# Before a colour these are no things.
_TINTS = frozenset(
    ("dusty", "powder", "salmon", "shell", "chocolate", "coffee", "mustard", "mint", "olive", "lemon", "cherry",
     "peach", "plum", "apricot", "tomato", "lime", "avocado", "pistachio", "chestnut", "honey", "caramel", "cream",
     "ivory", "coral", "sage", "forest", "moss", "sea", "ocean", "sky", "midnight", "royal", "baby", "electric",
     "brick", "blood", "ruby", "wine", "slate", "charcoal", "pearl", "ash", "petrol", "canary", "butter", "rust",
     "copper", "ice", "steel", "apple", "grass", "candy", "cobalt", "pea", "bottle", "off")
)  # fmt: skip
# As what, or of what, an animal is made or drawn: in a cartoon owl, as in a paper one, nobody sees a kind of owl.
AS = frozenset(
    ("cartoon", "toy", "paper", "origami", "plush", "watercolor", "watercolour", "chocolate", "clay", "robot",
     "plastic", "wooden", "pixel", "doodle", "papercut", "balloon", "plasticine", "crochet", "felt", "ceramic")
)  # fmt: skip
# So many words has such a name.
_LENGTH = 3


def described(tokens: Sequence[Token], at: int) -> tuple[Unit, int] | None:
    """Return a thing with what it is covered with or like, and how many tokens it takes; None where none begins."""
    part = tokens[at : at + _LENGTH]
    if len(part) < _LENGTH or part[1].bare not in _THERE | _LIKE or not all(one.free for one in part):
        return None
    first, head = part[0], part[2]
    small = first.written.islower() or not at
    if not small or is_empty(first.bare) or mark_of(first.bare)[:1] not in {"n", "m", "p", "r", "a", "c"}:
        return None
    behind = tokens[at + 2 :]
    length = next((more for more in (3, 2) if len(behind) >= more and phrase(behind[:more])), 1)
    thing = head.written.islower() and not is_empty(head.bare)
    thing = thing and (length > 1 or is_newer(head.bare) or names_thing(head))
    if not thing or phrase(part[1:]) is not None:
        return None
    inner = phrase(tokens[at + 2 : at + 2 + length]) if length > 1 else None
    whole = tokens[at : at + 2 + length]
    if len(whole) < 2 + length or not all(one.free for one in whole):
        return None
    there = part[1].bare in _THERE and mark_of(first.bare)[:1] != "a" and first.bare not in _HOW
    alone = (shown(first.written),) if there and first.bare not in entries("bare") else ()
    things = (inner.word, *inner.parts) if inner else (() if depends(head.bare) else (shown(head.written),))
    quality = () if part[1].bare == "filled" else (joined(part[:2]),)
    return Unit(joined(whole), (*quality, *alone, *things), inner.kind if inner else ""), len(whole)


def shaded(tokens: Sequence[Token], at: int) -> tuple[Unit, int] | None:
    """Return a shade of a colour: emerald green."""
    part = tokens[at : at + 2]
    if len(part) < 2 or not all(one.free for one in part) or part[1].bare not in entries("colours"):
        return None
    if part[0].bare not in entries("colours") and part[0].bare not in _SHADES | _TINTS:
        return None
    pastel = (shown(part[0].written),) if part[0].bare in _PLAIN else ()
    return Unit(joined(part), (*pastel, shown(part[1].written))), 2


def lettered(tokens: Sequence[Token], at: int) -> tuple[Unit, int] | None:
    """Return a thing with the letter that it is called by: an O ring, a V gouge."""
    part = tokens[at : at + 2]
    if len(part) < 2 or len(part[0].written) > 1 or not part[0].written.isupper() or part[0].written in {"A", "I"}:
        return None
    head = part[1]
    if not (all(one.free for one in part) and head.written.islower() and names_thing(head)) or is_empty(head.bare):
        return None
    return Unit(joined(part), () if depends(head.bare) else (shown(head.written),)), 2
