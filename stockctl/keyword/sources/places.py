"""Places by position, offline, and the places that a text names: the towns of GeoNames (CC BY 4.0)."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from stockctl.words.proper.placenames import WORD, flat, region, town, towns

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

# Farther from the nearest town than this is the sea, which belongs to no country; degrees of latitude, 110 km.
_FARTHEST_DEGREES = 1.0
# What cuts a text into clauses.
_CLAUSE = re.compile(r"[.,;:!?()\[\]{}\"“”«»|/\\•–—\n\t]+|\s-+\s")
_CAPITAL = re.compile(r"[A-Z]")
# The longest name has so many words, and a clause of so many capitalized words is a headline.
_LONGEST, _HEADLINE_WORDS = 4, 3
# A town is named after one of these.
_BEFORE_PLACES = frozenset({"in", "at", "near", "from", "of", "to", "around", "over", "outside", "above", "through"})


class Place(NamedTuple):
    """Where a picture was taken, in English names, with the country's code; state and town may be empty."""

    country: str
    state: str
    town: str
    code: str = ""


class Named(NamedTuple):
    """A place that a text names, as it is written there, and the codes of the countries that it may lie in."""

    name: str
    codes: frozenset[str]


def nearest(latitude: float, longitude: float) -> Place | None:
    """Return the place of a position in degrees; None at sea."""
    # 0.01 degrees is about a kilometre: pictures of one walk share a look-up.
    return _looked_up(round(latitude, 2), round(longitude, 2))


@lru_cache(maxsize=10_000)
def _looked_up(latitude: float, longitude: float) -> Place | None:
    import numpy as np

    known = towns()
    bounds = np.array((latitude - _FARTHEST_DEGREES, latitude + _FARTHEST_DEGREES), np.float32)
    first, last = np.searchsorted(known.latitude, bounds).tolist()
    if first == last:
        return None
    north = known.latitude[first:last] - latitude
    # The short way round, and as long as a degree is at this latitude.
    east = (known.longitude[first:last] - longitude + 180) % 360 - 180
    east *= np.cos(np.radians(latitude))
    distances = north * north + east * east
    at = int(np.argmin(distances))
    if distances[at] > _FARTHEST_DEGREES**2:
        return None
    nearest_, country = first + at, int(known.country[first + at])
    return Place(
        known.countries[country], known.states[int(known.state[nearest_])], known.names[nearest_], known.codes[country]
    )


def named(text: str) -> tuple[Named, ...]:
    """Return the places that a text names: countries and states, and towns where the text treats them as such.

    A name of one word at the beginning of a clause may be any word ("Nice boats"),
    and so may each word of a clause that has all words capitalized. A town is led
    by a preposition ("in Nice") or stands by itself beside its country ("Nice, France").
    """
    telling = _CAPITAL.search(text) or "," in text or 0 < len(text.split()) <= _LONGEST
    return _named(text) if telling else ()


@lru_cache(maxsize=1000)
def _named(text: str) -> tuple[Named, ...]:
    clauses = [WORD.findall(clause) for clause in _CLAUSE.split(text)]
    regions = [
        _found(words, region, lambda words, at, length: at > 0 or length > 1 or words[0].isupper()) for words in clauses
    ]
    within = frozenset(code for found in regions for place in found for code in place.codes)

    def led(words: Sequence[str], at: int, length: int) -> bool:
        if at == 0:
            return length == len(words) and bool(town(flat(words)) & within)
        return words[at - 1].lower() in _BEFORE_PLACES and not _is_headline(words)

    towns = [_found(words, town, led) if _CAPITAL.search(text) or within else [] for words in clauses]
    places: dict[str, Named] = {}
    for one, other in zip(regions, towns, strict=True):
        taken = " ".join(place.name.lower() for place in one).split()
        for place in (*one, *(one_ for one_ in other if one_.name.lower() not in taken)):
            places.setdefault(place.name.lower(), place)
    return tuple(places.values())


def _found(
    words: Sequence[str], table: Callable[[str], frozenset[str]], fits: Callable[[Sequence[str], int, int], bool]
) -> list[Named]:
    """Return the names of a table in a clause, the longest at each place; one of a single word where it `fits`."""
    found: list[Named] = []
    at = 0
    while at < len(words):
        for length in range(min(_LONGEST, len(words) - at), 0, -1):
            part = words[at : at + length]
            whole = length == len(words) and table is region
            capital = part[0][0].isupper() and part[-1][0].isupper() and fits(words, at, length)
            if (whole or capital) and (codes := table(flat(part))):
                found.append(Named(" ".join(part), codes))
                at += length - 1
                break
        at += 1
    return found


def _is_headline(words: Sequence[str]) -> bool:
    return len(words) >= _HEADLINE_WORDS and all(word[0].isupper() for word in words if len(word) > 3)


def contradiction(context: str, place: Place | None) -> str:
    """Return the place that a text names where it lies in no country that `place` is in, or an empty text."""
    if place is None:
        return ""
    return next((other.name for other in named(context) if place.code not in other.codes), "")
