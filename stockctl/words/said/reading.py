"""What a text says of a picture, as keywords in order; nothing of what it denies.

Two or three neighbours are a phrase where a list has them (`phrases.txt.gz`), where they are a name by
their capitals or by the places of GeoNames, where English makes such names (`compounds`), or where the caller
knows them (earlier work); never by chance. Two listed phrases that share a word are one longer one.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache, lru_cache, partial
from typing import TYPE_CHECKING

from stockctl.words.lemma import key
from stockctl.words.proper.persons import stands_before_name
from stockctl.words.said.asides.denials import NO_PEOPLE, NOBODY, with_denials, without_denied, without_denied_parts
from stockctl.words.said.asides.groups import with_groups
from stockctl.words.said.asides.initials import with_initials
from stockctl.words.said.asides.models import with_models
from stockctl.words.said.asides.numbers import counted, counted_so, is_count, with_numbers
from stockctl.words.said.asides.somebody import tells_of_somebody
from stockctl.words.said.asides.turns import with_turns
from stockctl.words.said.asides.undone import with_undone
from stockctl.words.said.doings.acting import with_act, with_acts
from stockctl.words.said.doings.figures import with_figures
from stockctl.words.said.doings.finite import with_finite
from stockctl.words.said.doings.helped import with_helped
from stockctl.words.said.doings.shapes import seen_doing, shaped
from stockctl.words.said.doings.verbs import without_verbs
from stockctl.words.said.kinds import sought_of
from stockctl.words.said.listed import LONGEST, begins_with_article, phrase
from stockctl.words.said.marks import mark_of, stands_before
from stockctl.words.said.names.elsewhere import only_borrowed
from stockctl.words.said.names.foreign import without_foreign
from stockctl.words.said.names.naming import (
    is_headline,
    is_placename,
    land_length,
    name_length,
    named,
    of_place,
    place_begins,
    place_within,
)
from stockctl.words.said.names.pets import without_pets
from stockctl.words.said.nouns import THINGS_IN_ING, acts
from stockctl.words.said.picture.filming import with_filming
from stockctl.words.said.picture.lettering import lettering
from stockctl.words.said.picture.mottos import is_lettered, with_mottos
from stockctl.words.said.picture.notes import with_notes
from stockctl.words.said.picture.spaces import with_copy_space
from stockctl.words.said.singles import is_act, is_state, says_something
from stockctl.words.said.things.bracketed import uncut
from stockctl.words.said.things.chained import chained_with
from stockctl.words.said.things.compounds import OF_ANY, compound
from stockctl.words.said.things.dated import dated
from stockctl.words.said.things.homonyms import is_homonym
from stockctl.words.said.things.lengthened import lengthened
from stockctl.words.said.things.looks.hues import hued, without_hue
from stockctl.words.said.things.looks.hyphened import hyphened
from stockctl.words.said.things.looks.tinted import tinted
from stockctl.words.said.things.looks.toned import toned
from stockctl.words.said.things.paired import paired
from stockctl.words.said.things.plurals import with_right_plurals
from stockctl.words.said.things.qualified import called, coloured, lying
from stockctl.words.said.tokens import Token, Unit, clauses, is_empty, joined, shown
from stockctl.words.tables import entries, packed, rows

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

# Behind these a word in -ing is what somebody does.
_WHILE = frozenset(("before", "after", "while", "when"))
# What is sold in sets, by the keys of its words.
_DRAWN = frozenset(
    ("icon", "illustration", "vector", "element", "sticker", "emblem", "label", "badge", "logo", "symbol", "pattern",
     "banner", "template", "frame", "clipart", "silhouette", "ornament", "doodle", "brush", "texture", "people",
     "character")
)  # fmt: skip
# These are things, and as often what somebody does.
_EITHER = frozenset(("crossing", "meeting", "passing", "landing"))
# With these an object begins.
_OBJECTS = frozenset(("a", "an", "the"))
# A thing, and what it is for.
_PAIR = 2
# So many words has the longest phrase that earlier work makes.
_OWN = 3


@dataclass(frozen=True)
class Read:
    """What one text says and what it denies (keys); `words` counts its content words.

    `spare` are words that say little by themselves: what is done to a thing, and how it is.
    """

    units: tuple[Unit, ...] = ()
    denied: frozenset[str] = frozenset()
    words: int = 0
    spare: tuple[str, ...] = ()


def read(text: str, known: Callable[[str], bool] | None = None) -> Read:
    """Read a text; `known` tells whether a phrase of two or three words (lower case) is one of the person's own."""
    return _read(text) if known is None else _made(text, known)


@lru_cache(maxsize=4096)
def _read(text: str) -> Read:
    return _made(text, lambda _: False)


def _made(text: str, known: Callable[[str], bool]) -> Read:
    headline = is_headline(text)
    units: dict[str, Unit] = {}
    denied: set[str] = set()
    count = 0
    spare: dict[str, None] = {}
    somebody = False
    for clause in clauses(text):
        told = with_mottos(with_initials(without_foreign(only_borrowed(clause, text))), lettered=is_lettered(text))
        told = with_denials(with_undone(_placed(told if headline else without_pets(told))))
        tokens = with_acts(with_figures(without_verbs(with_helped(with_finite(told)))))
        denied |= {key(token.bare) for token in tokens if token.denied and not is_empty(token.bare)}
        count += sum(not is_empty(token.bare) for token in tokens)
        somebody = somebody or tells_of_somebody(tokens)
        for unit in _units(tokens, known, spare, names=not headline):
            units.setdefault(key(unit.word), unit)
    if somebody:
        units = {itself: unit for itself, unit in units.items() if unit.word not in {NO_PEOPLE, NOBODY}}
    for written in lettering(text):
        units.setdefault(key(written), Unit(written))
    # What is said of one thing and denied of another stays said: "no cars but one red car".
    denied -= {itself for itself, unit in units.items() if unit.word != NO_PEOPLE}
    left = tuple(without_denied_parts(unit, denied) for unit in units.values())
    return Read(left, frozenset(denied), count, tuple(spare))


def _placed(tokens: list[Token]) -> list[Token]:
    """Silence the turns that only place or count a thing, and the day of a date; say plainly what others mean."""
    tokens = with_models(with_filming(with_right_plurals(tokens)))
    tokens = with_groups(with_turns(with_numbers(with_notes(with_copy_space(tokens)))))
    found: list[Token] = []
    at = 0
    while at < len(tokens):
        for turn, instead in _turns().get(tokens[at].bare, ()):
            part = tokens[at : at + len(turn)]
            if tuple(token.bare for token in part) == turn and not _is_set(tokens, at):
                found += [Token(word, word) for word in instead] or [replace(token, silent=True) for token in part]
                at += len(turn)
                break
        else:
            dated = tokens[at].bare in entries("months") and any(
                token.bare.isdigit() for token in tokens[max(0, at - 1) : at + 2]
            )
            found.append(replace(tokens[at], silent=True) if dated else tokens[at])
            at += 1
    return found


@cache
def _turns() -> dict[str, list[tuple[tuple[str, ...], tuple[str, ...]]]]:
    """First word → the turns that begin with it, the longest first, each with the words that stand for it."""
    index: dict[str, list[tuple[tuple[str, ...], tuple[str, ...]]]] = {}
    for turn, *instead in rows("placing"):
        parts = tuple(turn.split())
        index.setdefault(parts[0], []).append((parts, tuple(instead[0].split()) if instead else ()))
    for turns in index.values():
        turns.sort(key=lambda one: -len(one[0]))
    return index


def _units(tokens: Sequence[Token], known: Callable[[str], bool], spare: dict[str, None], *, names: bool) -> list[Unit]:
    """Return the units of a clause, the longest phrase or name at each place; what says little goes to `spare`."""
    found: list[Unit] = []
    longest = partial(_longest, names=names)
    at = 0
    while at < len(tokens):
        one = tokens[at]
        if one.silent or not (one.free or one.doing):
            at += 1
            continue
        both, taken = ((), 0) if one.doing else paired(tokens, at, longest)
        if both:
            found += [replace(unit, kind=unit.kind or sought_of(unit.word, unit.parts)) for unit in both]
            at += taken
            continue
        unit, length = (None, 1) if one.doing else _whole(tokens, at, spare, names=names)
        # Earlier work makes a phrase longer; it takes no part away from one that is known anyway.
        for more in range(_OWN, max(length, 1), -1):
            if _is_own(tokens[at : at + more], more, known):
                unit, length = Unit(joined(tokens[at : at + more])), more
                break
        if unit is not None:
            unit = without_denied(with_act(tokens, at, seen_doing(tokens[at : at + length], unit)))
            found.append(replace(without_hue(unit), kind=unit.kind or sought_of(unit.word, unit.parts)))
            spare |= _state_of(tokens, at, length)
        elif _is_set(tokens, at) or says_something(tokens, at) or is_homonym(tokens, at):
            found.append(Unit(shown(tokens[at].written), kind=sought_of(tokens[at].bare, (tokens[at].bare,))))
        elif is_act(one.bare) or (one.doing and is_empty(one.bare)) or is_state(tokens, at):
            spare[shown(tokens[at].written)] = None
        at += length
    return found


def _name_length(tokens: Sequence[Token], *, begins: bool) -> int:
    """Return how many tokens make a name or a land; none where the first is what somebody is: Doctor | Kowalski."""
    raised = [token.written[:1].isupper() for token in tokens[1:3]]
    if raised[:1] == [True] and stands_before_name(tokens[0].bare, tokens[1].bare, long=all(raised[1:2] or [False])):
        return 0
    # Hand-painted Easter eggs begin with no name.
    if "-" in tokens[0].written and tokens[0].written.rpartition("-")[2].islower():
        return 0
    return name_length(tokens, begins=begins) or land_length(tokens, begins=begins)


def _state_of(tokens: Sequence[Token], at: int, length: int) -> dict[str, None]:
    """Return the participle that stands before a listed thing of two words, where it says what is seen of it."""
    listed = length > _PAIR and phrase(tokens[at + 1 : at + length]) is not None
    if not listed or phrase(tokens[at : at + 2]) is not None or phrase(tokens[at : at + length]) is not None:
        return {}
    last = is_state(tokens, at) and not says_something(tokens, at)
    return {shown(tokens[at].written): None} if last else {}


def _whole(tokens: Sequence[Token], at: int, spare: dict[str, None], *, names: bool) -> tuple[Unit | None, int]:
    """Return the longest that begins at a place, with what it tells the kind of or the quality before it."""
    unit, length = _lengthened(tokens, at, names=names)
    if unit is not None:
        return unit, length
    made = toned(tokens, at, lambda there: _lengthened(tokens, there, names=names), names=names)
    if made is not None and shown(tokens[at].written) not in made[0].parts and is_state(tokens, at):
        spare[shown(tokens[at].written)] = None
    return made or (None, 1)


def _lengthened(tokens: Sequence[Token], at: int, *, names: bool) -> tuple[Unit | None, int]:
    """Return the longest phrase or name that begins at a place, with the noun that it tells the kind of."""
    longest = partial(_longest, names=names)
    unit, length = longest(tokens, at)
    if length == 1:
        unit, length = hyphened(tokens, at, longest) or (unit, length)
    if unit is None:
        return None, length
    chained = chained_with(tokens, at, unit, length)
    unit, length = chained if chained[1] > length else lengthened(tokens, at, unit, length) or chained
    if length > _PAIR and phrase(tokens[at : at + length]) is None:
        unit = uncut(tokens[at : at + length], unit)
    return tinted(tokens[at : at + length], unit), length


def _is_own(part: Sequence[Token], length: int, known: Callable[[str], bool]) -> bool:
    """Whether the person's earlier work has these tokens as a phrase."""
    whole = len(part) == length and not any(token.denied for token in part)
    return whole and known(" ".join(token.bare for token in part))


def _longest(tokens: Sequence[Token], at: int, *, names: bool) -> tuple[Unit | None, int]:
    """Return the longest phrase or name that begins at a place, and how many tokens it takes."""
    free = 0
    while at + free < len(tokens) and not (tokens[at + free].denied or tokens[at + free].doing):
        free += 1
    most = min(LONGEST, free)
    mine = tokens[at : at + free]
    if whole := coloured(mine, 0) or called(mine, 0) or dated(mine, 0, tokens[at - 1].bare if at else ""):
        return whole
    if _tells_of_many(mine):
        return None, 1
    length_of_name = _name_length(mine, begins=at == 0) if names else 0
    for length in range(most, 0, -1):
        part = tokens[at : at + length]
        if length <= length_of_name:
            break
        if length > 1 and (_begins_name(part, mine[length : length + 1]) or begins_with_article(part)):
            continue
        unit = phrase(part)
        if unit is not None and length > 1 and (_is_done(tokens, at, length) or _is_doing(tokens, at + length)):
            continue
        if unit is not None and (length > 1 or "-" in part[0].bare):
            return _with_rest(tokens, at, unit, length), length
        if length > 1 and is_placename(part):
            return named(part), length
    if length_of_name:
        part = tokens[at : at + length_of_name]
        listed, name = phrase(part), named(part)
        if listed:
            parts = (*place_within(part), *(listed.parts or name.parts))
            return replace(listed, parts=tuple(dict.fromkeys(parts))), length_of_name
        return name, length_of_name
    return _told(tokens, at, names=names) or (None, 1)


def _told(tokens: Sequence[Token], at: int, *, names: bool) -> tuple[Unit, int] | None:
    """Return what no list has and English makes at a place; with its number, where one stands before it."""
    made = (
        (of_place(tokens, at) if names else None)
        or hued(tokens, at)
        or lying(tokens, at)
        or shaped(tokens, at)
        or compound(tokens, at)
    )
    if made is None and is_count(tokens[at]) and tokens[at + 1 : at + 2] and tokens[at + 1].free:
        things = _longest(tokens, at + 1, names=names)
        return counted(tokens, at, things) if things[0] else counted_so(tokens, at)
    return made


def _tells_of_many(tokens: Sequence[Token]) -> bool:
    """Whether the first word is how a listed "X of Y" behind it is: a white | lily of the valley."""
    how = tokens[0].bare
    if mark_of(how)[:1] not in {"c", "a"} and how not in entries("bare"):
        return False
    return any(
        len(part) == length
        and "of" in [one.bare for one in part[1:-1]]
        and phrase(part) is not None
        and phrase(tokens[: length + 1]) is None
        and (mark_of(how)[:1] == "c" or phrase(tokens[:2]) is None)
        for length in range(3, LONGEST + 1)
        for part in [tokens[1 : 1 + length]]
    )


def _with_rest(tokens: Sequence[Token], at: int, unit: Unit, length: int) -> Unit:
    """Return a listed phrase of a quality and a name of two words with that name: empty supermarket shelves.

    What a concept or a background is of stands by itself, too: a love concept.
    """
    first = shown(tokens[at].written)
    mark = mark_of(tokens[at].bare)[:1]
    of_any = length == _PAIR and tokens[at + 1].bare in OF_ANY and mark not in {"a", "c", "v"}
    if of_any and (stands_before(tokens[at].bare) or tokens[at + 1].bare.startswith("concept")):
        return replace(unit, parts=tuple(dict.fromkeys((first, *unit.parts))))
    if length != _OWN or mark_of(tokens[at].bare)[:1] != "a" or shown(tokens[at].written) not in unit.parts:
        return unit
    rest = tokens[at + 1 : at + length]
    name = phrase(rest) or next((one for one, words in [compound(rest, 0) or (None, 0)] if words == len(rest)), None)
    if name is None or name.word in unit.parts or shown(rest[-1].written) not in unit.parts:
        return unit
    return replace(unit, parts=tuple(dict.fromkeys((*unit.parts, name.word, *name.parts))))


def _is_set(tokens: Sequence[Token], at: int) -> bool:
    """Whether a set of what is drawn is told: a set of flat icons."""
    told = tokens[at].bare == "set" and tokens[at + 1 : at + 2] and tokens[at + 1].bare == "of"
    return bool(told) and any(key(one.bare) in _DRAWN for one in tokens[at + 2 : at + 8])


def _is_done(tokens: Sequence[Token], at: int, length: int) -> bool:
    """Whether a word in -ing is what somebody before it does: a man moving boxes has no moving box.

    What they do may have a name with its object all the same: holding hands.
    """
    word = tokens[at].bare
    if not at or not word.endswith("ing") or word in packed("acts") or mark_of(word)[:1] == "n":
        return False
    if tokens[at - 1].bare == "and" and not any(acts(one) and one.bare != "and" for one in tokens[: at - 1]):
        # A list of things: a floor plan and a moving van.
        return False
    if tokens[at - 1].bare in _WHILE and at + length < len(tokens) and tokens[at + length].free:
        return True
    return acts(tokens[at - 1]) and " ".join(one.bare for one in tokens[at : at + length]) not in _named_acts()


def _is_doing(tokens: Sequence[Token], end: int) -> bool:
    """Whether a word in -ing has a name for an object, or a thing with its article: a train crossing Halong Bay."""
    word = tokens[end - 1].bare
    if end >= len(tokens) or not word.endswith("ing"):
        return False
    if word not in _EITHER and (mark_of(word)[:1] == "n" or word in THINGS_IN_ING):
        return False
    after = tokens[end]
    capital = after.written[:1].isupper() and tokens[end - 1].written.islower() and after.bare not in packed("nations")
    return after.bare in _OBJECTS or (after.free and capital)


@cache
def _named_acts() -> frozenset[str]:
    """Return our set phrases, of which those that begin with a word in -ing are what somebody does."""
    return frozenset(row[0] for row in rows("set_phrases"))


def _begins_name(part: Sequence[Token], after: Sequence[Token]) -> bool:
    """Whether the last of some words begins a name that goes on behind them: frozen | Lake Baikal."""
    small = part[0].written[:1].islower() or (mark_of(part[0].bare)[:1] == "a" and part[-1].bare in place_begins())
    return small and part[-1].written[:1].isupper() and bool(after) and after[0].written[:1].isupper()
