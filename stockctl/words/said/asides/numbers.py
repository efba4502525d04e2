"""Numbers with the word that they belong to: an age is no keyword, Route 66 and SPF 50 are one each.

What belongs together becomes one token, so that no half of it joins the word beside it: of "5 km charity race" there
is a charity race and no km race.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from stockctl.words.lemma import key
from stockctl.words.said.listed import phrase
from stockctl.words.said.marks import is_plural, mark_of
from stockctl.words.said.nouns import is_bound
from stockctl.words.said.singles import says_something
from stockctl.words.said.tokens import Token, Unit, is_empty, joined, shown
from stockctl.words.tables import entries

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    # What stands for some tokens from a place on, and how many these are.
    Found = tuple[list[Token], int] | None

_TENS = frozenset("twenty thirty forty fifty sixty seventy eighty ninety".split())  # noqa: SIM905 - a table
_UNITS = frozenset("one two three four five six seven eight nine ten eleven twelve".split())  # noqa: SIM905 - a table
_TEENS = frozenset("thirteen fourteen fifteen sixteen seventeen eighteen nineteen".split())  # noqa: SIM905 - a table
_WORDS = _TENS | _UNITS | _TEENS | {"hundred", "thousand", "million", "dozen", "half"}
_DIGITS = re.compile(r"\d+(?:[.,-]\d+)*")
_ORDINAL = re.compile(r"\d+(?:st|nd|rd|th)")
_ORDINALS = frozenset(
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth "  # noqa: SIM905 - a table
    "sixteenth seventeenth eighteenth nineteenth twentieth thirtieth".split()
)
_TIMES = frozenset("year years yr yrs month months week weeks day days hour hours".split())  # noqa: SIM905 - a table
_AGED = re.compile(r"[\w-]+-(?:year|month|week|day)s?-olds?")
_DECADES = frozenset("twenties thirties forties fifties sixties seventies eighties nineties".split())  # noqa: SIM905 - a table
_SHORT_DECADE = re.compile(r"[2-9]0'?s")
_PARTS_OF_DECADE = frozenset(("early", "mid", "late", "middle"))
_WHOSE = frozenset(("his", "her", "their"))
# Measures that belong to the number before them.
_MEASURES = frozenset(
    "km m cm mm mi kg g mg lb lbs oz l ml ft inch inches mile miles meter meters metre metres kilometer kilometers "  # noqa: SIM905 - a table
    "kilometre kilometres gram grams kilo kilos liter liters litre litres ton tons tonne tonnes hp kw mw kv volt volts "
    "watt watts mph kmh gb tb mp fps minute minutes hour hours percent story storey storied lane seater".split()
)
# How long a thing lasts, behind a number in words: a six month course.
_LASTING = frozenset(("minute", "hour", "day", "week", "month", "year", "mile"))
# By the number behind it a thing is called, and so is the thing itself seen: a highway.
_NUMBERED = frozenset(("highway", "pier", "terminal", "platform", "gate", "runway", "exit", "motorway", "apollo"))
# These are only a name with their number.
_ONLY_NUMBERED = frozenset(
    ("route", "formula", "area", "interstate", "spf", "omega", "covid", "uv", "vitamin", "factor", "sector")
)  # fmt: skip
_LETTERED = re.compile(r"[a-z]\d{1,2}")
# What follows a number word and says of what kind a thing is: a one eyed cat.
_OF_NUMBER = frozenset(
    ("eyed", "legged", "headed", "wheeled", "handed", "armed", "tiered", "layered", "sided", "pointed", "storied",
     "storeyed", "horned", "toed", "humped", "winged", "fingered", "seated", "seater", "dimensional", "piece", "tier")
)  # fmt: skip
# Where these differ, one of them alone says nothing, or something else.
_DIFFERING = frozenset(
    ("ages", "sizes", "ethnicities", "races", "nationalities", "generations", "cultures", "religions", "backgrounds",
     "genders", "abilities", "lengths", "heights", "levels", "angles")
)  # fmt: skip
_DIFFERENT = frozenset(("different", "various", "all", "diverse", "mixed", "multiple", "several"))
# Before a thing these say only how much of it there is.
_DEGREES = frozenset(("major", "certain", "typical", "numerous"))
# Plurals that are words of their own.
_MANY = frozenset(("glasses", "people", "sunglasses", "trousers", "jeans", "scissors", "pants", "shorts"))
_OF_MANY = {
    "of": frozenset(("family", "mother", "father", "mum", "mom", "dad", "parents", "crew", "team", "band", "litter")),
    "for": frozenset(("table", "dinner", "bike", "tent", "bed", "breakfast", "lunch", "picnic", "tea", "coffee")),
}
# So many words has a thing with a quality.
_THING = 2
_CLOCK = "o'clock"
_PERIODS = frozenset(("day", "week", "month", "year", "season", "century"))
# Of a day these are only when it is.
_OF_TIME = frozenset(
    ("end", "time", "times", "beginning", "start", "middle", "part", "rest", "hour", "hours", "moment", "light", "heat",
     "dawn", "day", "days", "month", "months", "season", "seasons", "week", "half", "break", "close", "turn", "night",
     "evening", "morning", "holiday", "event", "festival", "feast")
)  # fmt: skip
# Feasts and memorial days that are called by their dates.
_FEASTS = frozenset(
    (("mar", "8"), ("feb", "14"), ("feb", "23"), ("feb", "29"), ("may", "1"), ("may", "9"), ("jul", "4"),
     ("sep", "11"), ("oct", "31"), ("dec", "24"), ("dec", "25"), ("dec", "31"), ("jan", "1"),
     ("apr", "1"))
)  # fmt: skip
# What stands for nothing, and parts what stands around it.
BREAK = Token("|", "|")


def with_numbers(tokens: list[Token]) -> list[Token]:
    """Return a clause with each number and its word as one token, and what only counts or tells an age silent."""
    found: list[Token] = []
    at = 0
    while at < len(tokens):
        told = next((told for one in _KINDS if (told := one(tokens, at))), None)
        instead, length = told or ([tokens[at]], 1)
        if told and not instead[0].silent:
            # No word beside it joins it: sunscreen | SPF 30 | tube.
            instead = [*([BREAK] if found and " " in instead[0].bare else []), *instead, BREAK]
        found += instead
        at += length
    return found


def merged(part: Sequence[Token]) -> Token:
    """Return some tokens as one."""
    return Token(" ".join(one.written for one in part), " ".join(one.bare for one in part))


def _silent(part: Sequence[Token]) -> list[Token]:
    return [replace(one, silent=True) for one in part]


def _number(tokens: Sequence[Token], at: int) -> int:
    """Return how many tokens from a place on are one number: 90, ninety, twenty five."""
    if at >= len(tokens):
        return 0
    bare = tokens[at].bare
    if _DIGITS.fullmatch(bare):
        return 1
    if bare in _TENS and at + 1 < len(tokens) and tokens[at + 1].bare in _UNITS:
        return 2
    return int(all(part in _WORDS for part in bare.split("-")))


def _age(tokens: Sequence[Token], at: int) -> Found:
    """Return an age, silent: five year old, 5-year-old."""
    if _AGED.fullmatch(tokens[at].bare):
        return _silent(tokens[at : at + 1]), 1
    if tokens[at].bare in _TIMES and at + 1 < len(tokens) and tokens[at + 1].bare == "old":
        # A couple of weeks old.
        return _silent(tokens[at : at + 2]), 2
    length = _number(tokens, at)
    after = [one.bare for one in tokens[at + length : at + length + 2]]
    if length and after and re.fullmatch(r"(?:year|month|week|day)s?-olds?", after[0]):
        return _silent(tokens[at : at + length + 1]), length + 1
    if not length or len(after) < 2 or after[0] not in _TIMES or after[1] != "old":
        return None
    return _silent(tokens[at : at + length + 2]), length + 2


def _decade(tokens: Sequence[Token], at: int) -> Found:
    """Return the decade of somebody's life, silent: in her early fifties."""
    end = at + 1
    if tokens[at].bare not in _WHOSE or not at or tokens[at - 1].bare != "in":
        return None
    if end < len(tokens) and tokens[end].bare in _PARTS_OF_DECADE:
        end += 1
    if end == len(tokens) or not (tokens[end].bare in _DECADES or _SHORT_DECADE.fullmatch(tokens[end].bare)):
        return None
    return _silent(tokens[at : end + 1]), end + 1 - at


def _hour(tokens: Sequence[Token], at: int) -> Found:
    """Return an hour of the clock as one, which is nothing without its number: five o'clock | tea."""
    length = _number(tokens, at)
    if not length or [one.bare for one in tokens[at + length : at + length + 1]] != [_CLOCK]:
        return None
    part = tokens[at : at + length + 1]
    return None if phrase(tokens[at : at + length + 2]) is not None else ([merged(part)], len(part))


def _date(tokens: Sequence[Token], at: int) -> Found:
    """Return a day of the year as one: eighth of March, 8th of March."""
    length = 2 if tokens[at].bare in _TENS and at + 1 < len(tokens) else 1
    if at + length + 1 >= len(tokens) or not _is_ordinal(tokens[at + length - 1]):
        return None
    of, month = tokens[at + length], tokens[at + length + 1]
    part = tokens[at : at + length + 2]
    if of.bare != "of" or month.bare not in entries("months") or phrase(part) is not None:
        return None
    dated = at + length + 2 < len(tokens) and tokens[at + length + 2].bare.isdigit()
    return (_silent(part) if dated else [merged(part)]), len(part)


def _feast_day(tokens: Sequence[Token], at: int) -> Found:
    """Return a day that is a feast and called by its date as one: March 8, 4 July; with its year it is a date."""
    part = tokens[at : at + 2]
    if len(part) < 2 or any(one.bare.isdigit() and len(one.bare) > 2 for one in tokens[at + 2 : at + 3]):
        return None
    month, day = part if part[1].bare.isdigit() else (part[1], part[0])
    feast = (month.bare[:3], day.bare) in _FEASTS and month.bare in entries("months")
    return ([merged(part)], 2) if feast else None


def _is_ordinal(token: Token) -> bool:
    return token.bare in _ORDINALS or bool(_ORDINAL.fullmatch(token.bare))


def _in_order(tokens: Sequence[Token], at: int) -> Found:
    """Return an ordinal with what it counts: 50th birthday, 18th century, third floor; or by itself, silent."""
    if not _is_ordinal(tokens[at]) or phrase(tokens[at : at + 2]) is not None:
        return None
    after = tokens[at + 1].bare if at + 1 < len(tokens) else ""
    raised = bool(after) and tokens[at + 1].written[:1].isupper()
    if after in {"century", "centuries", "floor", "grade"} or (raised and after in {"street", "avenue"}):
        return [merged(tokens[at : at + 2])], 2
    if raised:
        # The 9th Symphony has a name.
        return None
    if after in {"birthday", "anniversary"}:
        # What goes on with the birthday, a cake, stays whole.
        return [merged(tokens[at : at + 2])], 1
    # By itself it counts, as the word does: the 25th wedding anniversary, 7th floor.
    return (_silent(tokens[at : at + 1]), 1) if _ORDINAL.fullmatch(tokens[at].bare) else None


def _unlucky(tokens: Sequence[Token], at: int) -> Found:
    """Return Friday the 13th as one."""
    part = tokens[at : at + 3]
    return ([merged(part)], 3) if [one.bare for one in part] == ["friday", "the", "13th"] else None


def _only_number(tokens: Sequence[Token], at: int) -> Found:
    """Return a number that is called one, silent: number three in the lead."""
    listed = at and phrase(tokens[at - 1 : at + 1]) is not None
    length = _number(tokens, at + 1) if tokens[at].bare == "number" and not listed else 0
    return (_silent(tokens[at : at + 1 + length]), 1 + length) if length else None


def _measure(tokens: Sequence[Token], at: int) -> Found:
    """Return a number with its measure as one: 5 km, 24 hour, 12 story, six month."""
    length = _number(tokens, at)
    if not length or at + length >= len(tokens) or phrase(tokens[at : at + length + 2]) is not None:
        return None
    after = tokens[at + length].bare
    digits = bool(_DIGITS.fullmatch(tokens[at].bare))
    if after in (_MEASURES if digits else _LASTING) and phrase(tokens[at : at + length + 1]) is None:
        return [merged(tokens[at : at + length + 1])], length + 1
    return None


def _called(tokens: Sequence[Token], at: int) -> Found:
    """Return a thing that is called by its number: tram number 28, Route 66, SPF 50, Pier 39."""
    bare = tokens[at].bare
    number = at + 2 if at + 1 < len(tokens) and tokens[at + 1].bare in {"number", "no", "nr"} else at + 1
    if number >= len(tokens) or any(phrase(tokens[at:end]) is not None for end in range(at + 2, number + 2)):
        # A phone number is one, whatever it is.
        return None
    digits = tokens[number].bare
    if not (digits.isdigit() or (bare == "vitamin" and _LETTERED.fullmatch(digits))):
        return None
    name = merged((tokens[at], tokens[number]))
    if number == at + 2:
        if not tokens[at].free or mark_of(bare)[:1] != "n":
            return None
        return [tokens[at], BREAK, name], 3
    raised = tokens[at].written[:1].isupper()
    if bare in _NUMBERED and raised:
        return [tokens[at], BREAK, name], 2
    return ([name], 2) if bare in _ONLY_NUMBERED and (raised or bare in {"route", "omega", "vitamin"}) else None


def _format(tokens: Sequence[Token], at: int) -> Found:
    """Return how sharp a film is, which is no kind of what follows: 4K | drone footage."""
    sharp = tokens[at].bare in {"4k", "6k", "8k", "uhd", "hdr"}
    after = tokens[at + 1 : at + 3]
    two = len(after) == _THING and not any(is_empty(one.bare) for one in after)
    return ([tokens[at]], 1) if sharp and two else None


def _kind(tokens: Sequence[Token], at: int) -> Found:
    """Return a number with the quality that it is part of: one eyed, three dimensional, full HD."""
    part = tokens[at : at + 2]
    if len(part) < 2 or phrase(tokens[at : at + 3]) is not None:
        return None
    if part[0].bare in _UNITS and part[1].bare in _OF_NUMBER and (at + 2 < len(tokens) or part[1].bare.endswith("al")):
        return [merged(part)], 2
    return ([merged(part)], 2) if [one.bare for one in part] == ["full", "hd"] else None


def _differing(tokens: Sequence[Token], at: int) -> Found:
    """Return what is different as one, and what only says how many there are silent: different ages, major rivers."""
    if at + 1 >= len(tokens):
        return None
    bare, after = tokens[at].bare, tokens[at + 1].bare
    if bare in _DIFFERENT and after in _DIFFERING:
        return [merged(tokens[at : at + 2])], 2
    small = tokens[at].written.islower() or not at
    if bare in _DEGREES and small and mark_of(key(after))[:1] in {"n", "p"} and key(after) != after:
        return _silent(tokens[at : at + 1]), 1
    return None


def _of_period(tokens: Sequence[Token], at: int) -> Found:
    """Return what is chosen for a day or a year, and its whole name: soup of the day, employee of the month."""
    part = tokens[at : at + 4]
    if len(part) < 4 or [one.bare for one in part[1:3]] != ["of", "the"] or part[3].bare not in _PERIODS:
        return None
    bare = part[0].bare
    if not part[0].free or phrase(part) is not None:
        return None
    if bare in _OF_TIME or bare.endswith("est"):
        # At the end of the day there is none.
        return [part[0], *_silent(part[1:])], 4
    if is_empty(bare) or bare.endswith(("ing", "ed")) or mark_of(bare)[:1] in {"a", "c", "v"}:
        return None
    alone = [part[0], BREAK] if mark_of(bare)[:1] in {"n", "p"} else []
    return [*alone, merged(part)], 4


def is_count(token: Token) -> bool:
    """Whether a word counts more than one thing."""
    return token.free and token.bare in _UNITS - {"one"}


def _of_so_many(tokens: Sequence[Token], at: int) -> Found:
    """Return who or what is of so many, or for them, also as one: family of four, dinner for two."""
    part = tokens[at : at + 3]
    if len(part) < 3 or part[0].bare not in _OF_MANY.get(part[1].bare, ()) or part[2].bare not in _UNITS:
        return None
    after = tokens[at + 3].bare if at + 3 < len(tokens) else ""
    if phrase(part) is not None or not (is_empty(after) or after.endswith("ing")):
        return None
    return [part[0], BREAK, merged(part)], 3


def counted(tokens: Sequence[Token], at: int, things: tuple[Unit | None, int]) -> tuple[Unit, int] | None:
    """Return what stands behind a number, where it is a thing of two words, with that number: four burning candles."""
    unit, length = things
    if unit is None or length != _THING:
        return None
    last = tokens[at + length]
    whole, alone = joined(tokens[at : at + 1 + length]), joined((tokens[at], last))
    # Three labrador retriever | puppies.
    if not last.written.islower() or not is_bound(tokens[at + 1 + length : at + 2 + length]):
        return None
    if key(last.bare) == last.bare and last.bare not in _MANY:
        # Of one thing the number tells the kind: a three phase motor has no phase motor.
        kind = mark_of(tokens[at + 1].bare)[:1] == "n" and shown(last.written) in unit.parts
        return (Unit(whole, (shown(last.written),), unit.kind), 1 + length) if kind else None
    if not (is_plural(last.bare) or last.bare in _MANY):
        return None
    return Unit(whole, tuple(dict.fromkeys((unit.word, *unit.parts, alone))), unit.kind), 1 + length


def counted_so(tokens: Sequence[Token], at: int) -> tuple[Unit, int] | None:
    """Return things of a number and of a quality that makes no name with them: two sleeping cats."""
    part = tokens[at : at + 3]
    if len(part) < 3 or not is_bound(tokens[at + 3 : at + 4]) or not all(one.free for one in part):
        return None
    how, last = part[1], part[2]
    told = mark_of(how.bare)[:1] in {"a", "c"} or (how.bare.endswith("ing") and mark_of(how.bare)[:1] != "n")
    many = is_plural(last.bare) and mark_of(key(last.bare))[:1] in {"n", "p"} and last.written.islower()
    if not told or not many or is_empty(how.bare) or is_empty(last.bare):
        return None
    alone = (shown(how.written),) if says_something(tokens, at + 1) else ()
    return Unit(joined(part), (*alone, shown(last.written), joined((part[0], last)))), 3


_KINDS: tuple[Callable[[Sequence[Token], int], Found], ...] = (
    _age, _decade, _hour, _date, _feast_day, _in_order, _unlucky, _measure, _called, _only_number, _format, _kind,
    _differing,
    _of_period, _of_so_many,
)  # fmt: skip
