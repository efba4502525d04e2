"""Things behind a colour or a quality that no list has with them: a pink piggy bank, white sails, falling leaves."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from stockctl.words.lemma import key
from stockctl.words.said.listed import phrase
from stockctl.words.said.marks import is_plural, mark_of, stands_before
from stockctl.words.said.nouns import EITHER, THINGS_IN_ING, acts, is_bound, names_thing, noun_share
from stockctl.words.said.singles import says_something
from stockctl.words.said.things.compounds import OF_ANY
from stockctl.words.said.tokens import Unit, is_empty, joined, shown
from stockctl.words.tables import entries, packed

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from stockctl.words.said.tokens import Token

# Of so many words at most such a thing is still a keyword.
_MOST = 3
# A thing of more than one word has so many.
_SEVERAL = 2
# Behind one of these, or at the beginning, a quality belongs to the thing behind it.
_LEADING = frozenset(
    ("a", "an", "the", "of", "with", "in", "on", "at", "by", "from", "near", "under", "over", "for", "and", "behind",
     "between", "beside", "through", "into", "his", "her", "its", "their", "my", "our", "your", "one", "some", "many",
     "two", "three", "several", "like", "among", "against", "above", "as", "to", "around")
)  # fmt: skip
# What things do by themselves: before a thing it is how that looks; the second say something else alone.
_HAPPENING = frozenset(
    ("boiling", "burning", "falling", "rotating", "spinning", "flashing", "steaming", "dripping", "glowing",
     "blooming", "floating", "melting", "erupting", "exploding", "swirling", "sparkling", "shining", "flickering",
     "crumbling", "rusting", "withering", "wilting", "crashing", "splashing", "overflowing", "sprouting", "cascading",
     "trembling", "sizzling", "bubbling", "ripening", "rotting", "peeling", "sinking", "fluttering", "billowing")
)  # fmt: skip
_ONLY_THERE = frozenset(
    ("running", "growing", "rising", "setting", "flowing", "rolling", "hanging", "drifting", "moving", "leaning",
     "standing", "blinking", "shooting", "waving", "turning", "rushing", "smoking", "sloping", "spreading")
)  # fmt: skip
# How a surface runs: of smooth liquid waves the waves are what is seen.
_RUNNING = frozenset(("smooth", "wavy", "fluid"))
# What a picture is for or how it is made, whatever it shows: a black t-shirt | mockup.
_OF_ANY = OF_ANY | {"mockup", "mockups", "template", "templates", "icon", "icons", "illustration", "vector", "render"}


def toned(
    tokens: Sequence[Token], at: int, thing_at: Callable[[int], tuple[Unit | None, int]], *, names: bool
) -> tuple[Unit, int] | None:
    """Return a thing with the quality before it, and how many tokens it takes; None where no such thing begins.

    `thing_at` returns the longest phrase that begins at a place; `names` says that capitals tell names.
    """
    if not _is_quality(tokens, at, names=names):
        return None
    unit, length = _behind(tokens, at + 1, thing_at, names=names)
    if unit is None:
        return _single(tokens, at)
    part = tokens[at + 1 : at + 1 + length]
    if length < _SEVERAL and "-" not in part[0].bare:
        return None
    if not all(one.free and (one.written.islower() or not names) for one in part) or 1 + length > _MOST:
        return None
    # What says nothing alone joins only what is one thing for everybody.
    bare = tokens[at].bare
    told = stands_before(bare) or bare in _HAPPENING | _ONLY_THERE or phrase(part) is not None
    if not told or bare in _RUNNING or not _ends(tokens, at + 1 + length):
        return None
    parts = dict.fromkeys((*_alone(tokens, at), unit.word, *unit.parts))
    return replace(unit, word=joined(tokens[at : at + 1 + length]), parts=tuple(parts)), 1 + length


def _behind(
    tokens: Sequence[Token], at: int, thing_at: Callable[[int], tuple[Unit | None, int]], *, names: bool
) -> tuple[Unit | None, int]:
    """Return the thing behind a quality, which may have one of its own: an old | wooden fishing boat."""
    if at >= len(tokens) or not tokens[at].free:
        return None, 1
    unit, length = thing_at(at)
    if unit is None and (more := toned(tokens, at, thing_at, names=names)):
        return more
    return unit, length


def _is_quality(tokens: Sequence[Token], at: int, *, names: bool) -> bool:
    """Whether a word tells how the thing behind it is, and says something with it."""
    one = tokens[at]
    small = one.written.islower() or not at or not names
    if not one.free or not small or is_empty(one.bare) or one.bare in entries("bare") | entries("counts"):
        return False
    if one.bare in _HAPPENING | _ONLY_THERE:
        return not at or (tokens[at - 1].bare in _LEADING and not acts(tokens[at - 1]))
    if one.bare.endswith("ed") and not _begins(tokens, at):
        # A hanbok | inspired evening gown.
        return False
    return mark_of(one.bare)[:1] in {"a", "c"} and one.bare not in packed("nations")


def _begins(tokens: Sequence[Token], at: int) -> bool:
    """Whether a quality tells of what stands behind it, and nothing of what stands before."""
    return not at or tokens[at - 1].bare in _LEADING or mark_of(tokens[at - 1].bare)[:1] in {"a", "c"}


def _single(tokens: Sequence[Token], at: int) -> tuple[Unit, int] | None:
    """Return a single thing, whose word may be a verb elsewhere, with its quality: white sails, an empty label."""
    part = tokens[at : at + 2]
    if len(part) < _SEVERAL or not part[1].free or is_empty(part[1].bare) or part[1].bare in entries("bare"):
        return None
    after = tokens[at + 2 : at + 3]
    # Dark, moody | still life.
    how = bool(after) and mark_of(after[0].bare)[:1] in {"a", "c"} and not after[0].bare.endswith("ed")
    how = how or phrase(tokens[at + 2 : at + 4]) is not None
    if not _begins(tokens, at) or how or not is_bound(after) or not _is_thing(part[1]):
        return None
    return Unit(joined(part), (*_alone(tokens, at), shown(part[1].written))), 2


def _is_thing(head: Token) -> bool:
    """Whether a word behind a quality is a thing: an SUV, sails, logs."""
    if head.bare in THINGS_IN_ING:
        return head.written.islower()
    if head.bare.endswith(("ing", "ed", "ly")):
        return False
    if head.written.isupper():
        return mark_of(head.bare)[:1] == "n"
    base = key(head.bare)
    either = is_plural(head.bare) and noun_share(base) in EITHER
    return head.written.islower() and (names_thing(head) or either)


def _ends(tokens: Sequence[Token], end: int) -> bool:
    """Whether nothing behind a thing belongs to it."""
    if end == len(tokens) or is_bound(tokens[end : end + 1]) or not names_thing(tokens[end]):
        return True
    return tokens[end].bare in _OF_ANY


def _alone(tokens: Sequence[Token], at: int) -> tuple[str, ...]:
    """Return the quality where it says something by itself."""
    bare = tokens[at].bare
    there = bare in _HAPPENING or (bare not in _ONLY_THERE and says_something(tokens, at))
    return (shown(tokens[at].written),) if there or stands_before(bare) else ()
