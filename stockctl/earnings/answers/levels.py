"""Levels: where a contributor stands at each agency, what it pays, and when the next one comes."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from importlib.resources import files
from math import isqrt
from typing import TYPE_CHECKING

from stockctl.catalogue.sales import MICRO, MIXED

if TYPE_CHECKING:
    from stockctl.catalogue import Catalogue

# What lies further ahead is no forecast.
_HORIZON = timedelta(days=3653)
CALENDAR_YEAR, JULY_YEAR, ROLLING_YEAR, LIFETIME = "calendar-year", "july-year", "rolling-year", "lifetime"


@dataclass(frozen=True)
class Step:
    """One row of an agency's table; `start` is the count at which it begins (micro-units where money is counted)."""

    name: str
    start: int
    rate: str | None
    pays: str | None


@dataclass(frozen=True)
class Scheme:
    """One agency's table for some kinds of asset, with where it is known from.

    `per_file` says that every file has a level of its own; `carried` that a
    window begins at the level that the last one reached, `next_month` that a level
    is paid from the month after; sales whose licence begins with one of
    `excluded` do not count. `note` says for whom the table holds.
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
    thirds: tuple[str, ...]
    excluded: tuple[str, ...]
    per_file: bool
    carried: bool
    next_month: bool
    note: str
    steps: tuple[Step, ...]


@dataclass(frozen=True)
class Reached:
    """A level and the day on which it was reached; a span of days where the kinds are not told apart.

    `paid_from` is the day from which it is paid, where that is another.
    """

    level: int
    on: date | None
    between: tuple[date, date] | None = None
    paid_from: date | None = None


@dataclass(frozen=True)
class Reset:
    """What the start of the next window takes: the first level's rate, until the steps are climbed again."""

    on: date
    rate: str
    costs: int | None
    currency: str


@dataclass(frozen=True)
class Level:
    """Where one scheme stands.

    `low` and `high` are the counts between which the truth lies; equal where it
    is known. `files` are the numbers of files on each level, where every file
    has its own; then `low` counts the downloads that are told per file, and there
    is no level of the whole. `began` is the level that the window before reached,
    where that one is carried over (None: no sales are known of it). `expected`
    holds the day on which the next level is to be reached at this window's pace,
    and the early and late end of four cases in five.
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

    @property
    def number(self) -> int | None:
        """The level, counted from 1; None where both ends of the range differ, and where every file has its own."""
        if self.scheme.per_file:
            return None
        low, high = _step(self.scheme, self.low), _step(self.scheme, self.high)
        return low + 1 if low == high else None

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


@cache
def schemes() -> tuple[Scheme, ...]:
    """Return every agency's levels from the data file beside this module."""
    data = tomllib.loads(files(__package__).joinpath("levels.toml").read_text(encoding="utf-8"))
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
            thirds=tuple(entry["licence"] for entry in one.get("points", ())),
            excluded=tuple(one.get("excluded", ())),
            per_file=one.get("per_file", False),
            carried=one.get("carried", False),
            next_month=one.get("next_month", False),
            note=one.get("note", ""),
            steps=tuple(
                Step(step["name"], _start(step["from"]), step.get("rate"), step.get("pays")) for step in one["levels"]
            ),
        )
        for one in data["scheme"]
    )


def _start(value: int | str) -> int:
    return value if isinstance(value, int) else int(Decimal(value) * MICRO)


def _step(scheme: Scheme, count: int) -> int:
    """Return the place of the row in which a count falls."""
    return sum(count >= step.start for step in scheme.steps[1:])


def window(scheme: Scheme, year: int, today: date) -> tuple[date, date]:
    """Return the first and last day that count for a year's level."""
    if scheme.window == CALENDAR_YEAR:
        return date(year, 1, 1), date(year, 12, 31)
    end = min(today, date(year, 12, 31))
    if scheme.window == JULY_YEAR:
        first = end.year if end.month >= 7 else end.year - 1
        return date(first, 7, 1), date(first + 1, 6, 30)
    if scheme.window == ROLLING_YEAR:
        return _year_before(end) + timedelta(days=1), end
    return date(1970, 1, 1), date(year, 12, 31)


def _year_before(day: date) -> date:
    return day.replace(year=day.year - 1, day=28 if (day.month, day.day) == (2, 29) else day.day)


@dataclass(frozen=True)
class _Day:
    day: date
    certain: int
    possible: int
    amount: int


def levels(catalogue: Catalogue, year: int, today: date, agency: str = "") -> list[Level]:
    """Return where each scheme stands whose agency has sales in the catalogue."""
    have = {row["agency"] for row in catalogue.rows("SELECT DISTINCT agency FROM facets")}
    wanted = [scheme for scheme in schemes() if scheme.agency in have and agency in {"", scheme.agency}]
    return [_level(catalogue, scheme, year, today) for scheme in wanted]


def _level(catalogue: Catalogue, scheme: Scheme, year: int, today: date) -> Level:
    start, end = window(scheme, year, today)
    if scheme.per_file:
        return _of_files(catalogue, scheme, year, start)
    days = _days(catalogue, scheme, start, end)
    page = _page_counts(catalogue, scheme.agency, year) if scheme.window == CALENDAR_YEAR else {}
    last = days[-1].day if days else None
    others = [
        day
        for other in schemes()
        if page and other.agency == scheme.agency and other.kind != scheme.kind
        for day in _days(catalogue, other, start, end)
    ]
    low, high = _counted(scheme, days, others, page)
    reached = tuple(_reached(scheme, days, low))
    as_of = max(filter(None, (last, page[scheme.kind][0] if scheme.kind in page else None)), default=None)
    began = _began(catalogue, scheme, start) if scheme.carried else None
    found = Level(scheme, year, start, low, high, as_of, reached, began=began)
    remaining = found.remaining
    if as_of is None or remaining is None or today > end or scheme.window == ROLLING_YEAR:
        return found
    first = days[0].day if scheme.window == LIFETIME and days else start
    elapsed = (as_of - first).days + 1
    expected, span = _expected(low, remaining, elapsed, as_of, end if scheme.window != LIFETIME else as_of + _HORIZON)
    reset = _reset(scheme, days, low, end) if scheme.window == CALENDAR_YEAR and not scheme.carried else None
    return replace(found, expected=expected, expected_range=span, reset=reset)


def _began(catalogue: Catalogue, scheme: Scheme, start: date) -> int | None:
    """Return the level that the year before reached, by the sales that are known of it."""
    days = _days(catalogue, scheme, _year_before(start), start - timedelta(days=1))
    return _step(scheme, sum(day.certain for day in days)) + 1 if days else None


def _of_files(catalogue: Catalogue, scheme: Scheme, year: int, start: date) -> Level:
    """Return how many files stand on each level; what no statement tells per file is not counted."""
    rows = catalogue.rows(
        "SELECT sum(t.downloads) AS downloads, max(t.year) AS year FROM asset_totals t JOIN sold d ON d.id = t.sold"
        " WHERE d.agency = ? AND d.name <> '' AND t.year <= ? GROUP BY coalesce(d.media_id, d.id)",
        (scheme.agency, year),
    )
    files = [0] * len(scheme.steps)
    for row in rows:
        files[_step(scheme, row["downloads"])] += 1
    downloads = sum(row["downloads"] for row in rows)
    return Level(scheme, year, start, downloads, downloads, None, (), files=tuple(files) if rows else ())


def _days(catalogue: Catalogue, scheme: Scheme, start: date, end: date) -> list[_Day]:
    """Return each day's certain and possible counts; a kind that is not told apart is only possible."""
    weights = _weights(catalogue, scheme)
    if not weights:
        return []
    counted = "amount" if scheme.counts == "amount" else "downloads"
    rows = catalogue.rows(
        "WITH weights (facet, certain, possible) AS"  # noqa: S608 - whole numbers
        f" (VALUES {', '.join(f'({facet}, {certain}, {possible})' for facet, certain, possible in weights)})"
        f" SELECT t.day, sum(t.{counted} * w.certain), sum(t.{counted} * w.possible), sum(t.amount)"
        # In this order: each row of the roll-up looks for its weight.
        " FROM day_totals t CROSS JOIN weights w ON w.facet = t.facet"
        " WHERE t.day BETWEEN ? AND ? GROUP BY t.day ORDER BY t.day",
        (start.isoformat(), end.isoformat()),
    )
    third = 3 if scheme.thirds else 1
    return [_Day(date.fromisoformat(day), a // third, b // third, amount) for day, a, b, amount in rows]


def _weights(catalogue: Catalogue, scheme: Scheme) -> list[tuple[int, int, int]]:
    """Return for how much a sale of each facet counts for certain, and at the most, in thirds where thirds count."""
    both = {"image", "video"} <= set(scheme.kinds)
    found = []
    for facet, kind, licence, currency in catalogue.rows(
        "SELECT id, kind, licence, currency FROM facets WHERE agency = ?", [scheme.agency]
    ):
        mixed, plain = kind == MIXED, licence.casefold()
        if (not mixed and kind not in scheme.kinds) or plain.startswith(scheme.excluded or ("\0",)):
            continue
        if scheme.counts == "amount":
            weight = int(currency == scheme.currency)
        else:
            weight = 3 if scheme.thirds and not plain.startswith(scheme.thirds) else 1
        found.append((facet, weight if not mixed or both else 0, weight))
    return found


def _page_counts(catalogue: Catalogue, agency: str, year: int) -> dict[str, tuple[date, int]]:
    rows = catalogue.rows(
        "SELECT kind, as_of, downloads FROM page_counts WHERE agency = ? AND year = ?", (agency, year)
    )
    return {row["kind"]: (date.fromisoformat(row["as_of"]), row["downloads"]) for row in rows}


def _counted(
    scheme: Scheme, days: list[_Day], others: list[_Day], page: dict[str, tuple[date, int]]
) -> tuple[int, int]:
    """Return the least and the most that the count can be, by the statements and by what a person read off."""
    low, high = sum(day.certain for day in days), sum(day.possible for day in days)
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


def _reached(scheme: Scheme, days: list[_Day], low: int) -> list[Reached]:
    """Return the levels that were certainly reached, each with its day, or the days between which it was."""
    found = []
    for place, step in enumerate(scheme.steps[1:], 2):
        if low < step.start:
            break
        first, last = _crossing(days, step.start, "possible"), _crossing(days, step.start, "certain")
        if first is not None and first == last:
            month = date(first.year + first.month // 12, first.month % 12 + 1, 1)
            found.append(Reached(place, first, paid_from=month if scheme.next_month else None))
        elif first is not None and last is not None:
            found.append(Reached(place, None, (first, last)))
        else:
            # A count read off the page says that it was reached, the statements do not say when.
            found.append(Reached(place, None))
    return found


def _crossing(days: list[_Day], start: int, which: str) -> date | None:
    total = 0
    for day in days:
        total += getattr(day, which)
        if total >= start:
            return day.day
    return None


def _expected(
    count: int, remaining: int, elapsed: int, as_of: date, end: date
) -> tuple[date | None, tuple[date, date | None] | None]:
    """Return the day on which the rest will have come at this pace; chance makes four cases in five fall in the range.

    Downloads are taken to come independently of each other (Poisson), so that a
    count n is known to ± 1.28 √n.
    """
    if count <= 0 or elapsed <= 0:
        return None, None

    def day(downloads_x100: int) -> date | None:
        if downloads_x100 <= 0:
            return None
        ahead = -(-remaining * elapsed * 100 // downloads_x100)
        return as_of + timedelta(days=ahead) if ahead <= (end - as_of).days else None

    spread = isqrt(count * 128 * 128)
    early = day(count * 100 + spread)
    return day(count * 100), (early, day(count * 100 - spread)) if early else None


def _reset(scheme: Scheme, days: list[_Day], count: int, end: date) -> Reset | None:
    """Estimate what climbing the lower levels again costs, against the present rate, at this window's pay."""
    current = _step(scheme, count)
    rates = [Decimal(step.rate) for step in scheme.steps if step.rate]
    if current == 0 or len(rates) != len(scheme.steps):
        return None
    earned = sum(day.amount for day in days)
    costs = Decimal(0)
    for place in range(current):
        steps = scheme.steps[place + 1].start - scheme.steps[place].start
        # Paid less per download than now, by the ratio of the rates.
        costs += Decimal(earned) / count * steps * (rates[current] - rates[place]) / rates[current]
    return Reset(end + timedelta(days=1), str(rates[0]), int(costs), "USD")
