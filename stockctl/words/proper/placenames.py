"""The names of countries, states and towns (GeoNames, CC BY 4.0), from a packed file that is read as it lies."""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from stockctl.words.lemma import plain
from stockctl.words.proper.countries import name_of
from stockctl.words.tables import entries, packed, rows, table

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

# A word of a name.
WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
# Short names of countries that GeoNames does not use.
_SHORT = {"USA": ("US",), "UK": ("GB",), "Great Britain": ("GB",), "Holland": ("NL",), "UAE": ("AE",)}
NONE: frozenset[str] = frozenset()
# What stands between a town's name and that of the river, the sea or the town beside it.
_BY = frozenset(("on", "upon", "under", "am", "sur", "aux", "an", "in", "le", "by", "next"))


@dataclass(frozen=True)
class Lines:
    """A text of many lines, of which single ones are asked for by number."""

    text: bytes
    starts: NDArray[np.int64]

    @classmethod
    def of(cls, packed_: NDArray[np.uint8]) -> Lines:
        """Return the lines of a text as bytes of UTF-8."""
        import numpy as np

        ends = np.flatnonzero(packed_ == ord("\n"))
        return cls(packed_.tobytes(), np.concatenate([[0], ends + 1, [len(packed_) + 1]]).astype(np.int64))

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self.starts) - 1

    def __getitem__(self, at: int) -> str:
        """Return one line."""
        return self.text[self.starts[at] : self.starts[at + 1] - 1].decode()


@dataclass(frozen=True)
class Towns:
    """All towns from south to north: degrees, and numbers of `countries` (names beside `codes`) and `states`."""

    latitude: NDArray[np.float32]
    longitude: NDArray[np.float32]
    country: NDArray[np.uint8]
    state: NDArray[np.uint16]
    names: Lines
    states: Lines
    codes: Lines
    countries: Lines
    cities: Lines
    cities_in: Lines
    regions: Lines


@cache
def towns() -> Towns:
    """Return the packed tables."""
    # A command that asks for no place starts without it.
    import numpy as np

    with table("towns.npz").open("rb") as file, np.load(file) as found:
        texts = ("names", "states", "codes", "countries", "cities", "cities_in", "regions")
        lines = {name: Lines.of(found[name]) for name in texts}
        return Towns(found["latitude"], found["longitude"], found["country"], found["state"], **lines)


def flat(words: Sequence[str]) -> str:
    """Return a name as the tables have it: plain letters in lower case."""
    name = " ".join(words)
    return name.lower() if name.isascii() else plain(name)


@cache
def _regions() -> dict[str, frozenset[str]]:
    found = {code.lower(): set(codes) for code, codes in _SHORT.items()}
    all_ = towns()
    for at in range(len(all_.codes)):
        found.setdefault(flat([all_.countries[at]]), set()).add(all_.codes[at])
    for at in range(len(all_.regions)):
        name, _, codes = all_.regions[at].partition("|")
        found.setdefault(name, set()).update(codes.split())
    # What everybody calls a country (GeoNames says Russian Federation), and the regions that people travel to.
    for code, _, *names in rows("countries"):
        for name in names:
            found.setdefault(flat(WORD.findall(name)), set()).add(code)
    for codes, *names in rows("regions"):
        for name in names:
            found.setdefault(flat(WORD.findall(name)), set()).update(codes.split())
    return {name: frozenset(codes) for name, codes in found.items() if name not in entries("noplaces")}


@cache
def countries() -> frozenset[str]:
    """Return every country's name in plain letters and lower case."""
    all_ = towns()
    names = {flat([all_.countries[at]]) for at in range(len(all_.countries))}
    names |= {flat(WORD.findall(name)) for row in rows("countries") for name in row[2:]}
    return frozenset(names | {name.lower() for name in _SHORT})


def region(name: str) -> frozenset[str]:
    """Return the codes of the countries in which a country's or state's name lies; the name as `flat` gives it."""
    return _regions().get(name, NONE)


def town(name: str) -> frozenset[str]:
    """Return the codes of the countries in which a town of this name lies; the name as `flat` gives it."""
    names = towns().cities
    sought = name.encode()
    at = bisect_left(range(len(names)), sought, key=lambda place: names[place].encode())
    return frozenset(towns().cities_in[at].split()) if at < len(names) and names[at] == name else NONE


def town_by_river(words: Sequence[str]) -> frozenset[str]:
    """Return the codes of the countries in which a town lies that is called with a small word and another name.

    GeoNames writes some with hyphens, and people do not: Stoke on Trent.
    """
    name = flat(words)
    return (town(name) or town(name.replace(" ", "-"))) if len(words) > 2 and words[1] in _BY else NONE


def country_of(name: str) -> str:
    """Return the country, in lower case, of a state's or a large town's name that lies in no other; else nothing."""
    known = flat(WORD.findall(name))
    codes = region(known) or (town(known) if known in packed("cities") else NONE)
    # Man is a district of Ivory Coast, and rarely meant.
    if len(codes) != 1 or known in countries() or known in packed("english"):
        return ""
    return name_of(next(iter(codes))).lower()


def is_place(name: str) -> bool:
    """Whether a name is a country's, state's or town's, and no English word besides (Sandy, Hope)."""
    known = flat(WORD.findall(name))
    if not known:
        return False
    if region(known) or known in entries("famous"):
        return True
    return bool(town(known)) and (" " in known or known not in packed("english"))
