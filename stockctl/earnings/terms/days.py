"""Days and months as statements write them, in numbers or with the months' names."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

_FIRST_YEAR, _LAST_YEAR = 1995, 2100
# A year, a month and a day with the signs of Chinese, Japanese and Korean between them.
_SIGNS = re.compile(r"(\d{4})\s*[年년]\s*(\d{1,2})\s*[月월]\s*(\d{1,2})\s*[日일]")


class DayError(ValueError):
    """A text that is no day, with what is wrong."""


def _month_in(text: str, language: str) -> int:
    from stockctl.earnings.terms.months import MonthError, month_in

    try:
        return month_in(text, language)
    except MonthError as error:
        raise DayError(str(error)) from error


def _iso(text: str, _: str) -> date:
    return date.fromisoformat(text[:10])


def _slashed(order: str) -> Callable[[str, str], date]:
    def read(text: str, _: str) -> date:
        parts = re.match(r"(\d{1,4})[/.\-]\s?(\d{1,2})[/.\-]\s?(\d{1,4})(?!\d)", text)
        if not parts and order == "ymd":
            parts = _SIGNS.match(text)
        if not parts:
            raise DayError("")
        numbers = dict(zip(order, map(int, parts.groups()), strict=True))
        year = numbers["y"] + 2000 if numbers["y"] < 100 else numbers["y"]
        return date(year, numbers["m"], numbers["d"])

    return read


def _named(text: str, language: str) -> date:
    """Read `14-Mar-2026`, `January 05, 2021`, `Sep.19, 2020`, `Sat Mar 20 2021`, `5 Agustus 2026`."""
    numbers = [int(number) for number in re.findall(r"\d+", text)[:2]]
    if len(numbers) != 2:
        raise DayError("")
    first, second = numbers
    day, year = (second, first) if first > 31 else (first, second)
    month = _month_in(text, language)
    return date(year + 2000 if year < 100 else year, month, day)


def _epoch(text: str, _: str) -> date:
    digits = text.strip()
    if not re.fullmatch(r"\d{12,14}", digits):
        raise DayError("")
    return datetime.fromtimestamp(int(digits) // 1000, UTC).date()


def _month(text: str, language: str) -> date:
    """Read a month (`Mar-2026`, `2026-03`, `03.2026`) as its first day."""
    numeric = re.fullmatch(r"\s*(\d{4})\s?[-/.年년]\s?(\d{1,2})[月월]?\s*|\s*(\d{1,2})[-/.](\d{4})\s*", text)
    if numeric:
        year, month = (numeric[1], numeric[2]) if numeric[1] else (numeric[4], numeric[3])
        return date(int(year), int(month), 1)
    # A workbook keeps a month as the first of its days.
    first = re.fullmatch(r"\s*(\d{4})-(\d\d)-01(T00:00:00)?\s*", text)
    if first:
        return date(int(first[1]), int(first[2]), 1)
    numbers = re.findall(r"\d+", text)
    if len(numbers) != 1 or len(numbers[0]) not in {2, 4}:
        raise DayError("")
    year_ = int(numbers[0])
    return date(year_ + 2000 if year_ < 100 else year_, _month_in(text, language), 1)


# Name of a form → its reader and an example, for messages and mapping files.
FORMS: dict[str, tuple[Callable[[str, str], date], str]] = {
    "iso": (_iso, "2026-03-14"),
    "mdy": (_slashed("mdy"), "03/14/2026"),
    "dmy": (_slashed("dmy"), "14/03/2026"),
    "ymd": (_slashed("ymd"), "2026/3/14"),
    "named": (_named, "14-Mar-2026"),
    "epoch": (_epoch, "1605916800000"),
    "month": (_month, "Mar-2026"),
}
# The forms that can be taken for each other.
OTHER = {"mdy": "dmy", "dmy": "mdy"}


def parse_day(text: str, form: str, language: str = "") -> date:
    """Return the day that a text holds in one of `FORMS`; a time after it is left out.

    `language` says in which one months are named, where several have the name.

    Raises:
        DayError: it is no day in that form, or a year that no statement has.

    """
    reader, example = FORMS[form]
    try:
        day = reader(text.strip(), language)
    except (ValueError, OverflowError) as error:
        why = f": {error}" if isinstance(error, DayError) and str(error) else ""
        raise DayError(f"{text!r} is not a date like {example}{why}") from error
    if not _FIRST_YEAR <= day.year <= _LAST_YEAR:
        raise DayError(f"{text!r} lies outside the years {_FIRST_YEAR} to {_LAST_YEAR}")
    return day


def month_end(day: date) -> date:
    """Return the last day of a day's month."""
    return day.replace(day=monthrange(day.year, day.month)[1])


@dataclass
class Days(dict[str, int]):
    """The days of one column, each distinct text read once: `days[text]` is the day's ordinal.

    With `ends` a month stands for its last day. `swapped` are the readings of
    texts in which day and month may change places (the text, as read, and the
    other way), `only` the texts that no other form reads, `others` those that
    only the other form does.
    """

    form: str = "iso"
    language: str = ""
    ends: bool = False
    swapped: dict[str, tuple[date, date]] = field(default_factory=dict)
    only: list[str] = field(default_factory=list)
    others: list[str] = field(default_factory=list)

    def __missing__(self, text: str) -> int:
        """Read a text that was not met before."""
        other = self._other(text)
        try:
            day = parse_day(text, self.form, self.language)
        except DayError:
            if other is not None:
                self.others.append(text)
            raise
        if other is None and self.form in OTHER:
            self.only.append(text)
        elif other is not None and other != day:
            self.swapped[text] = (day, other)
        ordinal = (month_end(day) if self.ends else day).toordinal()
        self[text] = ordinal
        return ordinal

    def _other(self, text: str) -> date | None:
        """Return the day that a text holds where day and month change places."""
        # Nobody writes the month first and points.
        if self.form not in OTHER or "." in text[:6]:
            return None
        try:
            return parse_day(text, OTHER[self.form])
        except DayError:
            return None

    @property
    def undecided(self) -> bool:
        """Whether every text can be read both ways, and some would be another day."""
        return bool(self.swapped) and not self.only
