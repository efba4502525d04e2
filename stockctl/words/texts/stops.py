"""Whether a full stop behind an abbreviation ends a sentence: "at 9 a.m. People wait", not "the U.S. Army base"."""

from __future__ import annotations

import re

from stockctl.words.proper.placenames import is_place
from stockctl.words.tables import entries, packed

_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
# Hours: what follows with a capital is a day, a month, a zone, or a new sentence.
_HOURS = frozenset(("a.m", "p.m"))
_ZONES = frozenset(
    ("est", "edt", "pst", "pdt", "cst", "cdt", "gmt", "utc", "cet", "eastern", "pacific", "central", "local")
)
_DAYS = frozenset(
    ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", "mondays", "tuesdays",
     "wednesdays", "thursdays", "fridays", "saturdays", "sundays")
)  # fmt: skip
# A list breaks off: what follows is new.
_BREAKS_OFF = frozenset(("etc",))
# Abbreviations that may be a sentence's last word: of states, firms, persons, streets, measures.
_STATES = frozenset(("u.s", "u.s.a", "u.k", "u.n", "u.a.e", "d.c", "a.d", "b.c"))
_FIRMS = frozenset(("inc", "ltd", "co", "corp", "bros", "llc"))
_DEGREES = frozenset(("ph.d", "m.d"))
_PERSONS = frozenset(("jr", "sr", "esq")) | _DEGREES
_STREETS = frozenset(("st", "ave", "av", "blvd", "rd", "hwy", "sq", "bldg", "pl"))
_MEASURES = frozenset(("ft", "sq", "min", "max", "alt"))
# A noun behind these is part of a name: the U.S. Army, Acme Inc. Headquarters, King Jr. Memorial.
_OF_NAMES = frozenset(
    ("air", "airport", "airways", "army", "avenue", "bank", "bay", "beach", "border", "bridge", "building", "bureau",
     "campus", "capitol", "cathedral", "center", "centre", "church", "coast", "college", "congress", "constitution",
     "courthouse", "customs", "day", "department", "district", "dollar", "embassy", "factory", "fed", "federal",
     "forest", "government", "hall", "headquarters", "high", "highway", "hospital", "hotel", "house", "independence",
     "institute", "interstate", "island", "islands", "lake", "library", "logo", "marine", "marines", "marshal",
     "memorial", "metro", "military", "mint", "monument", "mountain", "museum", "national", "naval", "navy", "office",
     "open", "park", "parliament", "passport", "plant", "plaza", "police", "post", "president", "public", "river",
     "road", "route", "school", "senate", "soccer", "square", "state", "states", "station", "statue", "steel", "store",
     "street", "supreme", "team", "tower", "treasury", "university", "virgin", "visa")
)  # fmt: skip
# What may stand before the name of a state as a noun of its own.
_BEFORE_STATES = frozenset(("the", "of", "in", "from", "to", "across", "around", "and", "near", "outside", "leaving"))
# Without one of these before it, "St." leads a saint's name.
_LONG = 3


def may_end(last: str, before: str, after: str) -> bool | None:
    """Whether a stop behind an abbreviation ends a sentence where a capital follows; None where others decide.

    `last` is the abbreviation in small letters without its last stop, `before` what stands to its left with it,
    `after` what follows. It ends one where the next word begins a sentence: a common word, no part of a name, in a
    text that is no headline in capitals.
    """
    words = _WORD.findall(before)
    earlier = words[: len(words) - len(last.split("."))]
    previous = earlier[-1] if earlier else ""
    following = _WORD.findall(re.split(r"[.!?…](?:\s|$)", after, maxsplit=1)[0])
    if not following or not earlier:
        return None
    first = following[0].lower()
    if last in _HOURS:
        if first in _DAYS | _ZONES | entries("months") or (len(earlier) > 1 and earlier[-2].lower() in {"the", "a"}):
            return False
        if is_headline(earlier, following):
            return False
        of_place = is_place(following[0]) and _has_small_word(following) and following[1] != "time"
        return of_place or _is_common(following[0])
    if last in _BREAKS_OFF:
        return not is_headline(earlier, following)
    if last in _MEASURES and previous.isdigit():
        return _is_common(following[0])
    if first in _OF_NAMES or not _is_common(following[0]) or not _has_small_word(following):
        return None
    if last in _STATES:
        return previous.lower() in _BEFORE_STATES or (last in {"d.c", "a.d", "b.c"} and bool(previous))
    if last in _FIRMS | _PERSONS:
        return (previous[:1].isupper() and previous.lower() not in entries("stop")) or last in _DEGREES
    if last in _STREETS:
        return previous[:1].isupper() or previous[:1].isdigit()
    return None


def _is_common(word: str) -> bool:
    """Whether a word with a capital is a common one, so that the capital is a sentence's: no name, no place."""
    bare = word.lower().removesuffix("'s").removesuffix("’s")
    if word.isupper() and len(word) > 1:
        return False
    return (bare in packed("english") or bare in entries("stop")) and not (
        bare in entries("given") or (is_place(word) and bare not in entries("stop"))
    )


def is_headline(before: list[str], after: list[str]) -> bool:
    """Whether every longer word (of two lists) on both sides of a stop has a capital."""
    longer = [word for word in (*before[1:], *after[1:]) if len(word) > _LONG and word.isalpha()]
    return bool(longer) and all(word[:1].isupper() for word in longer)


def _has_small_word(words: list[str]) -> bool:
    """Whether a longer word in small letters stands behind the first: a sentence, no name and no headline."""
    small = [word for word in words[1:] if word.islower() and word not in entries("stop")]
    return any(len(word) > _LONG - 1 for word in small)
