"""What is called by its year, its day or its measure: New Year 2026, March 8, a 50 mm lens; and May, where it is one.

A year behind a place or a person only says when a picture was taken, and is no keyword.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from stockctl.words.said.asides.numbers import BREAK
from stockctl.words.said.listed import phrase
from stockctl.words.said.tokens import Unit, joined, shown
from stockctl.words.tables import entries

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stockctl.words.said.tokens import Token

_YEAR = re.compile(r"(?:19|20)\d\d")
# What is held, made or sold for a year.
_OF_YEAR = frozenset(
    ("year", "expo", "olympics", "paralympics", "games", "cup", "championship", "festival", "election", "elections",
     "calendar", "planner", "diary", "goals", "resolutions", "resolution", "trends", "trend", "budget", "graduation",
     "week", "prom", "carnival", "friday", "monday", "eve", "day", "sale", "agenda", "forecast", "outlook", "zodiac",
     "horoscope", "almanac", "summit", "collection")
)  # fmt: skip
# Days, months and seasons are not.
_WHEN = frozenset(
    ("january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
     "december", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", "dawn", "dusk",
     "spring", "summer", "autumn", "winter")
)  # fmt: skip
_WEEK = frozenset(("friday", "monday", "day", "eve", "week", "year", "sale"))
# So many words has the longest name of what is held in a year.
_LONGEST = 4
# Behind these May is the month.
_IN = frozenset(("in", "early", "late", "mid", "of", "during", "until", "since", "every", "this", "last", "next"))
_MEASURED = re.compile(r"\d+(?:\.\d+)? ?mm")
_OF_MEASURE = frozenset(("lens", "lenses", "film", "films", "camera", "cameras"))


def dated(tokens: Sequence[Token], at: int, before: str = "") -> tuple[Unit, int] | None:
    """Return what is told with its year, its measure or as a month at a place, and how many tokens it takes.

    `before` is the word that stands before it.
    """
    if found := _in_year(tokens, at) or _of_class(tokens, at):
        return found
    one, after = tokens[at], tokens[at + 1 : at + 2]
    if one.written == "May" and before in _IN and not (after and after[0].bare[:1].isdigit()):
        return Unit("may"), 1
    return _of_measure(tokens, at) if _MEASURED.fullmatch(one.bare) else None


def _of_measure(tokens: Sequence[Token], at: int) -> tuple[Unit, int] | None:
    """Return a lens, a film or a camera with its measure: a 50 mm lens, but an 8 mm | film reel."""
    # A measure of two words is cut off from what follows.
    behind = at + 2 if tokens[at + 1 : at + 2] == [BREAK] else at + 1
    thing = tokens[behind : behind + 1]
    if not thing or not thing[0].free or thing[0].bare not in _OF_MEASURE:
        return None
    if phrase(tokens[behind : behind + 2]) is not None:
        return None
    return Unit(joined((tokens[at], thing[0])), (tokens[at].bare, shown(thing[0].written))), behind + 1 - at


def _in_year(tokens: Sequence[Token], at: int) -> tuple[Unit, int] | None:
    """Return what is held in a year, with the year before it or behind it: Easter 2026, a 2026 calendar."""
    if _YEAR.fullmatch(tokens[at].bare):
        event = _event(tokens, at + 1)
        if event is None or event[0].word.split()[-1] in _WEEK:
            return None
        return Unit(joined(tokens[at : at + 1 + event[1]]), (*_told(event[0]), tokens[at].bare)), 1 + event[1]
    event = _event(tokens, at)
    if event is None:
        return None
    end = at + event[1]
    if end >= len(tokens) or not _YEAR.fullmatch(tokens[end].bare):
        return None
    year = tokens[end].bare
    told = _told(event[0])
    inner = (f"{word} {year}" for word in told if word == "new year" and word != event[0].word)
    return Unit(joined(tokens[at : end + 1]), (*told, *inner, year)), event[1] + 1


def _event(tokens: Sequence[Token], at: int) -> tuple[Unit, int] | None:
    """Return the feast or the happening that begins at a place, by its longest name, and how many tokens it takes."""
    for length in range(_LONGEST, 0, -1):
        part = tokens[at : at + length]
        if len(part) < length or not all(one.free for one in part):
            continue
        last = part[-1].bare
        if length > 1 and last in _OF_YEAR | entries("calendar") - _WHEN and (unit := phrase(part)):
            return unit, length
        alone = last in entries("calendar") - _WHEN or last in _OF_YEAR - _WEEK
        if length == 1 and alone:
            return Unit(shown(part[0].written)), 1
    return None


def _told(event: Unit) -> tuple[str, ...]:
    new = ("new year",) if event.word.endswith(" new year") else ()
    return tuple(dict.fromkeys((event.word, *new, *event.parts)))


def _of_class(tokens: Sequence[Token], at: int) -> tuple[Unit, int] | None:
    """Return a class by its year: class of 2026."""
    part = tokens[at : at + 3]
    if [one.bare for one in part[:2]] != ["class", "of"] or len(part) < 3 or not _YEAR.fullmatch(part[2].bare):
        return None
    return Unit(joined(part), (part[2].bare,)), 3
