"""The agencies' tables of levels: what is counted, over which time, and what each level pays."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from functools import cache, cached_property
from importlib.resources import files
from math import lcm
from typing import Any

from stockctl.catalogue.sold.sales import MICRO
from stockctl.earnings.terms.days import month_end

CALENDAR_YEAR, JULY_YEAR, ROLLING_YEAR, LIFETIME = "calendar-year", "july-year", "rolling-year", "lifetime"
DOWNLOADS, POINTS, GROSS = "downloads", "points", "gross"


@dataclass(frozen=True)
class Step:
    """One row of an agency's table; `start` is the count at which it begins (micro-units where money is counted).

    `shares` are the fractions of the price that a sale can be paid, where there are several.
    """

    name: str
    start: int
    rate: str | None
    pays: str | None
    shares: tuple[str, ...] = ()


@dataclass(frozen=True)
class Points:
    """For how much a download counts whose licence begins with one of some words."""

    licence: re.Pattern[str]
    counts: Fraction


@dataclass(frozen=True)
class Scheme:
    """One agency's table for some kinds of asset, with where it is known from.

    `year` binds it to one year; without steps the table of the other years is not
    known. `per_file` says that every file has a level of its own; `carried` that a
    window begins at the level that the last one reached, `next_month` that a level
    is paid from the month after; `begins` names the level of a new contributor.
    Sales whose licence begins with one of `excluded` do not count. `exclusive` is
    for exclusive contributors only. `note` says what else is to be known.
    """

    agency: str
    kind: str
    kinds: tuple[str, ...]
    window: str
    counts: str
    currency: str
    source: str
    confidence: str
    checked: date
    minimum: str | None
    points: tuple[Points, ...]
    otherwise: Fraction | None
    excluded: tuple[str, ...]
    per_file: bool
    carried: bool
    next_month: bool
    exclusive: bool
    begins: str
    year: int | None
    note: str
    steps: tuple[Step, ...]

    @property
    def money(self) -> bool:
        """Whether amounts are counted, in micro-units."""
        return self.counts == GROSS

    @cached_property
    def scale(self) -> int:
        """How many equal parts a point has, so that every licence counts for a whole number of them."""
        values = [one.counts for one in self.points] + ([self.otherwise] if self.otherwise is not None else [])
        return lcm(*(value.denominator for value in values)) if values else 1

    def weight(self, licence: str) -> tuple[int, int]:
        """Return the least and the most that a download of a licence counts for, in parts of a point.

        Where the licence is not told, or is none of those that are known, it may be any.
        """
        if self.counts != POINTS:
            return 1, 1
        plain = licence.strip().casefold()
        for one in self.points:
            if plain and one.licence.match(plain):
                return self._parts(one.counts), self._parts(one.counts)
        if plain and self.otherwise is not None:
            return self._parts(self.otherwise), self._parts(self.otherwise)
        values = [self._parts(one.counts) for one in self.points]
        values += [self._parts(self.otherwise)] if self.otherwise is not None else []
        return min(values), max(values)

    def _parts(self, points: Fraction) -> int:
        return int(points * self.scale)

    def step(self, count: int) -> int:
        """Return the place of the row in which a count falls."""
        return sum(count >= step.start for step in self.steps[1:])

    def span(self, year: int, today: date) -> tuple[date, date]:
        """Return the first and last day that count for a year's level."""
        if self.window == CALENDAR_YEAR:
            return date(year, 1, 1), date(year, 12, 31)
        end = min(today, date(year, 12, 31))
        if self.window == JULY_YEAR:
            first = end.year if end.month >= 7 else end.year - 1
            return date(first, 7, 1), date(first + 1, 6, 30)
        if self.window == ROLLING_YEAR:
            # Summed up at a month's end, in force in the month after.
            return end.replace(year=end.year - 1, day=1), end.replace(day=1) - timedelta(days=1)
        return date(1970, 1, 1), date(year, 12, 31)


def next_month(day: date) -> date:
    """Return the first day of the month after a day's."""
    return month_end(day) + timedelta(days=1)


@cache
def _data() -> dict[str, Any]:
    return tomllib.loads(files(__package__).joinpath("levels.toml").read_text(encoding="utf-8"))


@cache
def rates(agency: str) -> dict[str, str]:
    """Return the least fraction of the price that an agency pays, by kind of asset; empty where none is known."""
    return {kind: one["rate"] for one in _data()["least"] if one["agency"] == agency for kind in one["kinds"]}


@cache
def schemes() -> tuple[Scheme, ...]:
    """Return every agency's levels from the data file beside this module."""
    return tuple(
        Scheme(
            agency=one["agency"],
            kind=one["kind"],
            kinds=tuple(one["kinds"]),
            window=one["window"],
            counts=one["counts"],
            currency=one.get("currency", ""),
            source=one["source"],
            confidence=one["confidence"],
            checked=one["checked"],
            minimum=one.get("minimum"),
            points=tuple(_points(entry["licence"], entry["counts"]) for entry in one.get("points", ())),
            otherwise=Fraction(one["otherwise"]) if "otherwise" in one else None,
            excluded=tuple(one.get("excluded", ())),
            per_file=one.get("per_file", False),
            carried=one.get("carried", False),
            next_month=one.get("next_month", False),
            exclusive=one.get("exclusive", False),
            begins=one.get("begins", ""),
            year=one.get("year"),
            note=one.get("note", ""),
            steps=tuple(
                Step(
                    row["name"],
                    _start(row["from"]),
                    row.get("rate"),
                    row.get("pays"),
                    tuple(row.get("shares", ())),
                )
                for row in one["levels"]
            ),
        )
        for one in _data()["scheme"]
    )


def of_year(agency: str, kind: str, year: int) -> Scheme | None:
    """Return the table that an agency has for a kind in a year."""
    found = [one for one in schemes() if (one.agency, one.kind) == (agency, kind)]
    return next((one for one in found if one.year == year), next((one for one in found if one.year is None), None))


def in_force(year: int) -> tuple[Scheme, ...]:
    """Return the tables of a year, each agency's and kind's one."""
    names = dict.fromkeys((one.agency, one.kind) for one in schemes())
    return tuple(found for name in names if (found := of_year(*name, year)) is not None)


def _points(words: list[str], counts: str) -> Points:
    return Points(re.compile(rf"(?:{'|'.join(map(re.escape, words))})(?!\w)"), Fraction(counts))


def _start(value: int | str) -> int:
    return value if isinstance(value, int) else int(Decimal(value) * MICRO)
