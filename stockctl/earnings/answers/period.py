"""The days that a report is about: a year, or any stretch of days."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import NamedTuple

from stockctl.earnings.terms.days import DayError, month_end, parse_day
from stockctl.errors import UsageError

_LAST = re.compile(r"(\d{1,4})\s*(d|w|m|y)", re.IGNORECASE)
_MONTHS_OF = {"m": 1, "y": 12}
_DAYS_OF = {"d": 1, "w": 7}


class Period(NamedTuple):
    """The first and the last day of a report."""

    first: date
    last: date

    @property
    def days(self) -> tuple[str, str]:
        """Both days as the catalogue writes them."""
        return self.first.isoformat(), self.last.isoformat()

    @property
    def year(self) -> int | None:
        """The year that it is, from its first day to its last; None where it is another stretch."""
        whole = (self.first.month, self.first.day, self.last.month, self.last.day) == (1, 1, 12, 31)
        return self.first.year if whole and self.first.year == self.last.year else None

    @property
    def months(self) -> tuple[str, ...]:
        """Its months, as 2026-03, the first and last of them perhaps in part."""
        first, last = (day.year * 12 + day.month - 1 for day in self)
        return tuple(f"{month // 12}-{month % 12 + 1:02}" for month in range(first, last + 1))

    @property
    def year_before(self) -> Period:
        """The same days of the year before."""
        return Period(*(_months_before(day, 12, whole=False) for day in self))

    def until(self, day: date) -> Period:
        """Return its days up to one of them."""
        return Period(self.first, min(self.last, day))

    def __str__(self) -> str:
        """Return the year, or both days."""
        return str(self.year) if self.year else f"{self.first} to {self.last}"


def of_year(year: int) -> Period:
    """Return a whole year."""
    return Period(date(year, 1, 1), date(year, 12, 31))


def asked(year: int | None, first: str, last: str, back: str, today: date) -> Period:
    """Return the period that a person asked for: `--year`, `--from` and `--to`, or `--last 12m`.

    Raises:
        UsageError: a text is no day or no stretch of time, or two of the options contradict each other.

    """
    if back and (first or year is not None):
        raise UsageError("--last cannot stand beside --from or --year", hint="say one of them")
    if year is not None and (first or last):
        raise UsageError("--year cannot stand beside --from or --to", hint="say one of them")
    end = _day(last, "--to", end=True) if last else None
    if back:
        found = _LAST.fullmatch(back.strip())
        if not found or int(found[1]) == 0:
            raise UsageError(f"--last {back!r} is no stretch of time", hint="as in --last 12m, 90d, 8w or 2y")
        end = end or today
        number, unit = int(found[1]), found[2].lower()
        if unit in _DAYS_OF:
            return Period(end - timedelta(days=number * _DAYS_OF[unit] - 1), end)
        return Period(_months_before(end, number * _MONTHS_OF[unit]) + timedelta(days=1), end)
    if first or end:
        start = _day(first, "--from", end=False) if first else date(1995, 1, 1)
        end = end or today
        if start > end:
            raise UsageError(f"--from {start} lies after {end}", hint="the first day comes first")
        return Period(start, end)
    return of_year(year or today.year)


def _months_before(day: date, months: int, *, whole: bool = True) -> date:
    """Return the day so many months before, within its month; if `whole`, a month's last day leads to another's."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    if year < 1995:
        return date(1995, 1, 1)
    first = date(year, month + 1, 1)
    if whole and day == month_end(day):
        return month_end(first)
    return first.replace(day=min(day.day, month_end(first).day))


def _day(text: str, option: str, *, end: bool) -> date:
    """Read a day, a month (its first or last day) or a year."""
    plain = text.strip()
    try:
        if re.fullmatch(r"\d{4}", plain):
            plain = f"{plain}-12" if end else f"{plain}-01"
        if re.fullmatch(r"\d{4}-\d{1,2}", plain):
            month = parse_day(plain, "month")
            return month_end(month) if end else month
        return parse_day(plain, "iso")
    except DayError as error:
        raise UsageError(f"{option}: {error}", hint=f"as in {option} 2026-03-14, 2026-03 or 2026") from error
