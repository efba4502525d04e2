"""Levels: where a contributor stands at each agency, what it pays, and when the next one comes."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

from stockctl.earnings.answers.steps import tiers
from stockctl.earnings.answers.steps.counting import Day, counted_days, crossing, parts
from stockctl.earnings.answers.steps.forecast import Reset, expected, reset
from stockctl.earnings.answers.steps.schemes import (
    CALENDAR_YEAR,
    LIFETIME,
    ROLLING_YEAR,
    Scheme,
    Step,
    in_force,
    next_month,
    of_year,
)
from stockctl.earnings.terms.days import month_end

if TYPE_CHECKING:
    from stockctl.catalogue import Catalogue

# What lies further ahead is no forecast.
_HORIZON = timedelta(days=3653)
_NON_EXCLUSIVE = re.compile(r"\bnon[- ]?exclusive\b", re.IGNORECASE)


@dataclass(frozen=True)
class Reached:
    """A level and the day on which it was reached; a span of days where that is all that is known.

    `paid_from` is the day from which it is paid, where that is another.
    """

    level: int
    on: date | None
    between: tuple[date, date] | None = None
    paid_from: date | None = None

    @property
    def late(self) -> date | None:
        """The day on which it was reached for certain."""
        return self.between[1] if self.between else self.on


@dataclass(frozen=True)
class Coming:
    """What counts so far for the level of the next month: from the day on which that is in force."""

    on: date
    low: int
    high: int


@dataclass(frozen=True)
class Level:
    """Where one scheme stands.

    `low` and `high` are the counts between which the truth lies; equal where it
    is known. `files` are the numbers of files on each level, where every file
    has its own; then `low` counts the downloads that are told per file, and there
    is no level of the whole. `began` is the level that the window began at,
    where that is carried over (None: no sales are known of the time before); `held`
    the lowest and highest level that is in force where it is not that of the count, and `keep` how
    much more keeps it after the window's end, `until`. `expected` holds the day on
    which the next level is to be reached at this window's pace, and the early and
    late end of four cases in five.
    """

    scheme: Scheme
    year: int
    start: date
    low: int
    high: int
    as_of: date | None
    reached: tuple[Reached, ...]
    expected: date | None = None
    expected_range: tuple[date, date | None] | None = None
    reset: Reset | None = None
    files: tuple[int, ...] = ()
    began: int | None = None
    held: tuple[int, int] | None = None
    keep: int | None = None
    until: date | None = None
    coming: Coming | None = None

    @property
    def number(self) -> int | None:
        """The level, counted from 1; None where both ends of the range differ, and where every file has its own."""
        if self.scheme.per_file or not self.scheme.steps:
            return None
        low, high = self.held or (self.scheme.step(self.low) + 1, self.scheme.step(self.high) + 1)
        return low if low == high else None

    @property
    def following(self) -> Step | None:
        """The next row of the table."""
        number = self.number
        return self.scheme.steps[number] if number is not None and number < len(self.scheme.steps) else None

    @property
    def remaining(self) -> int | None:
        """How much more moves the count into the next row."""
        following = self.following
        return following.start - self.low if following and self.low == self.high else None


def levels(catalogue: Catalogue, year: int, today: date, agency: str = "") -> list[Level]:
    """Return where each scheme stands whose agency has sales in the catalogue."""
    have = {row["agency"] for row in catalogue.rows("SELECT DISTINCT agency FROM facets")}
    wanted = [scheme for scheme in in_force(year) if scheme.agency in have and agency in {"", scheme.agency}]
    return [
        _level(catalogue, scheme, year, today)
        for scheme in wanted
        if not (scheme.exclusive and _non_exclusive(catalogue, scheme, year))
    ]


def _non_exclusive(catalogue: Catalogue, scheme: Scheme, year: int) -> bool:
    """Tell whether every sale of a year belongs to a contract that says that it is not exclusive."""
    rows = catalogue.rows(
        "SELECT DISTINCT u.contract, coalesce(c.terms, '') AS terms FROM units u LEFT JOIN contracts c"
        " ON c.agency = u.agency AND c.contract = u.contract WHERE u.agency = ? AND u.day BETWEEN ? AND ?"
        # Connect's rows stand beside those of the contracts, and name none.
        " AND u.rows > 0 AND instr(u.source, '/') = 0",
        (scheme.agency, f"{year}-01-01", f"{year}-12-31"),
    )
    return bool(rows) and all(_NON_EXCLUSIVE.search(row["terms"]) for row in rows)


def _level(catalogue: Catalogue, scheme: Scheme, year: int, today: date) -> Level:
    start, end = scheme.span(year, today)
    if scheme.per_file:
        return _of_files(catalogue, scheme, year, start)
    if scheme.window == ROLLING_YEAR:
        return _rolling(catalogue, scheme, year, today)
    if scheme.begins:
        return _held(catalogue, scheme, year, today)
    days = counted_days(catalogue, scheme, start, end)
    page = _page_counts(catalogue, scheme.agency, year) if scheme.window == CALENDAR_YEAR else {}
    last = _last(days, today)
    others = [
        day
        for other in in_force(year)
        if page and other.agency == scheme.agency and other.kind != scheme.kind
        for day in counted_days(catalogue, other, start, end)
    ]
    low, high = _counted(scheme, days, others, page)
    reached = tuple(_reached(scheme, days, low))
    as_of = max(filter(None, (last, page[scheme.kind][0] if scheme.kind in page else None)), default=None)
    began = _began(catalogue, scheme, start) if scheme.carried else None
    found = Level(scheme, year, start, low, high, as_of, reached, began=began)
    if as_of is None or found.remaining is None or today > end:
        return found
    first = _first(days) if scheme.window == LIFETIME and days else start
    found = _with_forecast(found, first, today, end if scheme.window != LIFETIME else as_of + _HORIZON)
    again = scheme.window == CALENDAR_YEAR and not scheme.carried
    return replace(found, reset=reset(scheme, days, low, end) if again else None)


def _with_forecast(found: Level, first: date, today: date, end: date) -> Level:
    """Add when the next level is to be reached, at the pace from `first` to the last day known."""
    assert found.as_of is not None
    assert found.remaining is not None
    elapsed = (found.as_of - first).days + 1
    day, span = expected(
        found.low, found.remaining, elapsed, found.as_of, end, independent=not found.scheme.money, today=today
    )
    return replace(found, expected=day, expected_range=span)


def _first(days: list[Day]) -> date:
    return min(day.first or day.day for day in days)


def _last(days: list[Day], today: date) -> date | None:
    """Return the last day of which something is known; a span that is not over yet is known until today."""
    return max((min(day.day, today) if day.first else day.day for day in days), default=None)


def _began(catalogue: Catalogue, scheme: Scheme, start: date) -> int | None:
    """Return the level that the year before reached, by the sales that are known of it and that year's table."""
    before = of_year(scheme.agency, scheme.kind, start.year - 1)
    if before is None or not before.steps:
        return None
    days = counted_days(catalogue, before, start.replace(year=start.year - 1), start - timedelta(days=1))
    return before.step(parts(before, days)[0]) + 1 if days else None


def _rolling(catalogue: Catalogue, scheme: Scheme, year: int, today: date) -> Level:
    """Sum twelve months up to a month's end, for the month after it."""
    start, end = scheme.span(year, today)
    days = counted_days(catalogue, scheme, start.replace(year=start.year - 1), end + timedelta(days=31))
    low, high = parts(scheme, _within(days, start, end))
    number = scheme.step(low) + 1
    found: dict[int, Reached] = {}
    month_start = start
    # The months' ends of the window, the last one being that of the level in force.
    while month_start <= end:
        last = month_end(month_start)
        summed = parts(scheme, _within(days, next_month(last).replace(year=next_month(last).year - 1), last))[0]
        for level in range(2, number + 1):
            if scheme.step(summed) + 1 < level:
                found.pop(level, None)
            elif level not in found:
                found[level] = Reached(level, last, paid_from=next_month(last))
        month_start = next_month(last)
    now = end + timedelta(days=1)
    coming_low, coming_high = parts(scheme, _within(days, next_month(start), today))
    return Level(
        scheme,
        year,
        start,
        low,
        high,
        _last(_within(days, start, end), today),
        tuple(found[level] for level in sorted(found)),
        coming=Coming(next_month(now), coming_low, coming_high) if today.year == year else None,
    )


def _within(days: list[Day], start: date, end: date) -> list[Day]:
    return [day for day in days if start <= day.day <= end]


def _held(catalogue: Catalogue, scheme: Scheme, year: int, today: date) -> Level:
    """Follow the level that is looked at when a year begins, and rises at once within it."""
    start, end = scheme.span(year, today)
    days = counted_days(catalogue, scheme, date(1970, 1, 1), end)
    ours = _within(days, start, end)
    low, high = parts(scheme, ours)
    poor, rich = (tiers.followed(scheme, days, start, certain=certain) for certain in (True, False))
    reached = []
    for level, day in poor.risen:
        early = dict(rich.risen).get(level)
        if early is None or early == day:
            reached.append(Reached(level, day))
        else:
            reached.append(Reached(level, None, (early, day)))
    held = (poor.level, rich.level)
    keeps = scheme.steps[held[0] - 1].start - low if held[0] == held[1] and low == high else 0
    found = Level(
        scheme,
        year,
        start,
        low,
        high,
        _last(ours, today),
        tuple(reached),
        began=poor.began if poor.began == rich.began else None,
        held=held,
        keep=max(0, keeps) or None,
        until=end,
    )
    if found.as_of is None or found.remaining is None or today > end:
        return found
    return _with_forecast(found, max(start, _first(ours)), today, end)


def _of_files(catalogue: Catalogue, scheme: Scheme, year: int, start: date) -> Level:
    """Return how many files stand on each level; what no statement tells per file is not counted."""
    rows = catalogue.rows(
        "SELECT sum(t.downloads) AS downloads, max(t.year) AS year FROM asset_totals t JOIN sold d ON d.id = t.sold"
        " WHERE d.agency = ? AND d.name <> '' AND t.year <= ? GROUP BY coalesce(d.media_id, d.id)",
        (scheme.agency, year),
    )
    files = [0] * len(scheme.steps)
    for row in rows:
        files[scheme.step(row["downloads"])] += 1
    downloads = sum(row["downloads"] for row in rows)
    return Level(scheme, year, start, downloads, downloads, None, (), files=tuple(files) if rows else ())


def _page_counts(catalogue: Catalogue, agency: str, year: int) -> dict[str, tuple[date, int]]:
    rows = catalogue.rows(
        "SELECT kind, as_of, downloads FROM page_counts WHERE agency = ? AND year = ?", (agency, year)
    )
    return {row["kind"]: (date.fromisoformat(row["as_of"]), row["downloads"]) for row in rows}


def _counted(scheme: Scheme, days: list[Day], others: list[Day], page: dict[str, tuple[date, int]]) -> tuple[int, int]:
    """Return the least and the most that the count can be, by the statements and by what a person read off."""
    low, high = parts(scheme, days)
    if scheme.kind in page:
        as_of, given = page[scheme.kind]
        later = [day for day in days if day.day > as_of]
        return given + sum(day.certain for day in later), given + sum(day.possible for day in later)
    other = {"image": "video", "video": "image"}.get(scheme.kind, "")
    if other in page and low < high:
        as_of, given = page[other]
        # What is not the one kind is the other, for the days before the count was read off.
        mixed = sum(day.possible - day.certain for day in days if day.day <= as_of)
        theirs = sum(day.certain for day in others if day.day <= as_of)
        if theirs <= given <= theirs + mixed:
            mine = mixed - (given - theirs)
            open_ = sum(day.possible - day.certain for day in days if day.day > as_of)
            return low + mine, low + mine + open_
    return low, high


def _reached(scheme: Scheme, days: list[Day], low: int) -> list[Reached]:
    """Return the levels that were certainly reached, each with its day, or the days between which it was."""
    found = []
    for place, step in enumerate(scheme.steps[1:], 2):
        if low < step.start:
            break
        first, last = (crossing(scheme, days, step.start, certain=certain) for certain in (False, True))
        if first is not None and first == last:
            found.append(Reached(place, first, paid_from=next_month(first) if scheme.next_month else None))
        elif first is not None and last is not None:
            found.append(Reached(place, None, (first, last)))
        else:
            # A count read off the page says that it was reached, the statements do not say when.
            found.append(Reached(place, None))
    return found
