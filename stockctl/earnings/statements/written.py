"""How a column's days and amounts are written: as the agency does, or as a spreadsheet of the person's country."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from stockctl.earnings.terms.days import OTHER, DayError, parse_day
from stockctl.earnings.terms.money import AmountError, parse_amount
from stockctl.errors import StatementError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from stockctl.earnings.reading.source import Source

# The forms of days in the order in which they are tried.
_FORMS = ("iso", "named", "dmy", "mdy", "ymd", "epoch")
# A time of day that is not midnight, where a workbook puts what is a day only.
_TIME = re.compile(r"[T ,]\s*(?!0?0:00(:00)?\b)\d{1,2}[:.]\d\d")


class Written(NamedTuple):
    """The form of a column's days; `sure` where day and month cannot have changed places."""

    form: str
    language: str
    sure: bool


def is_day(text: str, form: str, language: str = "") -> bool:
    """Tell whether a text is a day in a form."""
    try:
        parse_day(text, form, language)
    except DayError:
        return False
    return True


def is_amount(text: str, decimal: str = ".") -> bool:
    """Tell whether a text is an amount."""
    try:
        parse_amount(text, decimal)
    except AmountError:
        return False
    return True


def has_time(text: str) -> bool:
    """Tell whether a text holds a time of day."""
    return _TIME.search(text) is not None


def cells_below(source: Source, start: int, place: int) -> list[str]:
    """Return the cells of a column that hold a digit, among the first rows from `start` on."""
    cells = (row[place] for row in source.head[start:] if len(row) > place)
    return [cell for cell in cells if any(char.isdigit() for char in cell)]


def days_written(source: Source, cells: Iterable[str], native: str, *, sure: bool = True) -> Written | None:
    """Return how the days of a column are written; None where its cells are no days.

    `native` is how the agency writes them, and `sure` that it does.
    """
    said = source.said
    if said.dates:
        return Written(said.dates, said.language, sure=True)
    texts = [cell.strip() for cell in cells if cell.strip()]
    fits = {
        form: sum(is_day(text, form, said.language) for text in texts)
        for form in dict.fromkeys((native, *(() if source.exact else _FORMS)))
    }
    # A last row may be a total, or cut off.
    best = max(fits, key=lambda form: fits[form])
    if not fits[best] or len(texts) - fits[best] > max(1, len(texts) // 10):
        return None
    own = sure and source.exact and best == native
    dotted = all("." in text[:6] for text in texts if is_day(text, best, said.language))
    return Written(best, said.language, sure=own or best not in OTHER or (best == "dmy" and dotted))


def days_of_named(source: Source, cells: Iterable[str], native: str, delimiter: str, *, sure: bool = True) -> Written:
    """Return how the days are written in a layout that is known by its columns' names, whatever its form.

    `native` and `delimiter` are how the agency writes; where nothing fits, the rows are told as broken ones.
    """
    cells = list(cells)
    own = replace(source, exact=source.delimiter == delimiter)
    found = days_written(own, cells, native, sure=sure) or days_written(replace(source, exact=False), cells, native)
    return found or Written(native, source.said.language, sure=True)


def decimal_sign(source: Source, cells: Iterable[str]) -> str:
    """Return the decimal sign of a column's amounts, a point where nothing tells it."""
    if source.said.decimal:
        return source.said.decimal
    texts = [cell for cell in cells if any(char.isdigit() for char in cell)]
    both = [(is_amount(text, "."), is_amount(text, ",")) for text in texts]
    if (False, True) in both and (True, False) not in both:
        return ","
    return "."


def ask_decimal(source: Source, cells: Iterable[str]) -> None:
    """Ask for the decimal sign where a spreadsheet wrote amounts so that they can be read both ways.

    Raises:
        StatementError: none of them tells which is meant.

    """
    texts = [cell for cell in cells if any(char.isdigit() for char in cell)]
    # Where semicolons part the cells, commas begin the decimals.
    exact = source.exact and source.delimiter != ";"
    if exact or source.said.decimal or any(is_amount(text, ".") != is_amount(text, ",") for text in texts):
        return
    for text in texts:
        if is_amount(text, ".") and parse_amount(text, ".") != parse_amount(text, ","):
            one, other = (micro_text(text, sign) for sign in ".,")
            raise StatementError(
                f"{text!r} can be {one} or {other}: it cannot be told whether a point or a comma begins the decimals",
                where=str(source.path),
                hint="say which: --decimal . or --decimal ,",
            )


def micro_text(text: str, sign: str) -> str:
    """Return an amount as it is read with a decimal sign."""
    from stockctl.earnings.terms.money import format_amount

    return format_amount(parse_amount(text, sign)[0])
