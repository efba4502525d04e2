"""Days and months as statements write them, in numbers or in English, Indonesian and other months' names."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

# The first letters by which a month is told in the languages that statements come in. A name is
# matched by its longest listed beginning, after accents and dots are taken off.
_MONTHS = (
    "jan ene gen janv sty sij led",
    "feb peb fev fevr lut vel uno",
    "mar maret mrz marz mars maar mrt",
    "apr abr avr kwi",
    "may mei mai mag maj",
    "jun juin giu cze cerven",
    "jul juil lug lip cervenec",
    "aug agu ago agt aou agustus sie srp",
    "sep set sept wrz zar",
    "oct okt out ott paz rij",
    "nov nop lis",
    "dec des dic dez dek gru pro",
)
_PREFIXES = {name: number for number, names in enumerate(_MONTHS, 1) for name in names.split()}
_ACCENTS = str.maketrans("áàâäãéèêëíìîïóòôöúùûüçñźžč", "aaaaaeeeeiiiioooouuuucnzzc")
_WORD = re.compile(r"[^\W\d_]+")
_FIRST_YEAR, _LAST_YEAR = 1995, 2100


class DayError(ValueError):
    """A text that is no day, with what is wrong."""


def month_number(name: str) -> int:
    """Return 1 to 12 for a month's name or its abbreviation.

    Raises:
        DayError: no month is called so.

    """
    plain = name.lower().translate(_ACCENTS)
    for length in range(len(plain), 2, -1):
        if plain[:length] in _PREFIXES:
            return _PREFIXES[plain[:length]]
    raise DayError(f"{name!r} is no month")


def _iso(text: str) -> date:
    return date.fromisoformat(text[:10])


def _slashed(order: str) -> Callable[[str], date]:
    def read(text: str) -> date:
        parts = re.match(r"(\d{1,4})[/.\-](\d{1,2})[/.\-](\d{1,4})(?!\d)", text)
        if not parts:
            raise DayError("")
        numbers = dict(zip(order, map(int, parts.groups()), strict=True))
        year = numbers["y"] + 2000 if numbers["y"] < 100 else numbers["y"]
        return date(year, numbers["m"], numbers["d"])

    return read


def _named(text: str) -> date:
    """Read `14-Mar-2026`, `January 05, 2021`, `Sep.19, 2020`, `Sat Mar 20 2021`, `5 Agustus 2026`."""
    numbers = [int(number) for number in re.findall(r"\d+", text)[:2]]
    if len(numbers) != 2:
        raise DayError("")
    for word in _WORD.findall(text):
        try:
            month = month_number(word)
        except DayError:
            continue  # the name of a weekday
        break
    else:
        raise DayError("")
    first, second = numbers
    day, year = (second, first) if first > 31 else (first, second)
    return date(year, month, day)


def _epoch(text: str) -> date:
    digits = text.strip()
    if not re.fullmatch(r"\d{12,14}", digits):
        raise DayError("")
    return datetime.fromtimestamp(int(digits) // 1000, UTC).date()


def _month(text: str) -> date:
    """Read a month (`Mar-2026`, `2026-03`) as its first day."""
    numeric = re.fullmatch(r"\s*(\d{4})[-/](\d{1,2})\s*|\s*(\d{1,2})[-/](\d{4})\s*", text)
    if numeric:
        year, month = (numeric[1], numeric[2]) if numeric[1] else (numeric[4], numeric[3])
        return date(int(year), int(month), 1)
    word, year_ = _WORD.search(text), re.search(r"\d{4}", text)
    if not word or not year_:
        raise DayError("")
    return date(int(year_[0]), month_number(word[0]), 1)


# Name of a form → its reader and an example, for messages and mapping files.
FORMS: dict[str, tuple[Callable[[str], date], str]] = {
    "iso": (_iso, "2026-03-14"),
    "mdy": (_slashed("mdy"), "03/14/2026"),
    "dmy": (_slashed("dmy"), "14/03/2026"),
    "ymd": (_slashed("ymd"), "2026/3/14"),
    "named": (_named, "14-Mar-2026"),
    "epoch": (_epoch, "1605916800000"),
    "month": (_month, "Mar-2026"),
}


def parse_day(text: str, form: str) -> date:
    """Return the day that a text holds in one of `FORMS`; a time after it is left out.

    Raises:
        DayError: it is no day in that form, or a year that no statement has.

    """
    reader, example = FORMS[form]
    try:
        day = reader(text.strip())
    except (ValueError, OverflowError) as error:
        raise DayError(f"{text!r} is not a date like {example}") from error
    if not _FIRST_YEAR <= day.year <= _LAST_YEAR:
        raise DayError(f"{text!r} lies outside the years {_FIRST_YEAR} to {_LAST_YEAR}")
    return day


@dataclass
class Days(dict[str, int]):
    """The days of one column, each distinct text read once: `days[text]` is the day's ordinal."""

    form: str = "iso"

    def __missing__(self, text: str) -> int:
        """Read a text that was not met before."""
        ordinal = parse_day(text, self.form).toordinal()
        self[text] = ordinal
        return ordinal
