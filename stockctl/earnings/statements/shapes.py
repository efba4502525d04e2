"""Recognising statements whose columns have no known names: by what stands in them."""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from stockctl.earnings.statements.layout import NOTHING, Part, RowPlan, SalePlan, Text, named
from stockctl.earnings.terms.days import DayError, parse_day
from stockctl.earnings.terms.kinds import kind_of_file
from stockctl.earnings.terms.money import AmountError, parse_amount

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from stockctl.earnings.reading.columns import Row
    from stockctl.earnings.reading.source import Source

T = TypeVar("T")


def in_column(name: str, read: Callable[[str], T], text: str) -> T:
    """Read a cell; what is wrong with it is said with the column's name.

    Raises:
        CellError: the cell does not hold what the column should.

    """
    try:
        return read(text)
    except ValueError as error:
        raise CellError(name, text, str(error)) from error


class CellError(ValueError):
    """A cell that does not hold what its column should: the column's name, the text, and why."""

    def __init__(self, column: str, text: str, why: str) -> None:
        super().__init__(why)
        self.column, self.text, self.why = column, text, why


def count(text: str, name: str) -> int:
    """Return a number of downloads; nothing and dashes are none.

    Raises:
        CellError: it is no whole number.

    """
    plain = text.strip().replace(",", "")
    if plain in {"", "-", "–", "—"}:
        return 0
    if not re.fullmatch(r"\d{1,9}", plain):
        raise CellError(name, text, f"{text!r} is not a number of downloads")
    return int(plain)


def is_day(text: str, form: str) -> bool:
    """Tell whether a text is a day in a form."""
    try:
        parse_day(text, form)
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


def money_in(currency: str, name: str, text: str) -> int:
    """Return micro-units of an amount in a currency; a sign of another is refused.

    Raises:
        CellError: the cell holds no amount, or one in another currency.

    """
    money, stated = in_column(name, parse_amount, text)
    if stated and stated != currency:
        raise CellError(name, text, f"{text!r} is in {stated}, and this statement is in {currency}")
    return money


def decimal_sign(cells: Iterable[str]) -> str:
    """Return a column's decimal sign: a comma where two amounts can be read no other way, and none with a point."""
    both = [(is_amount(cell, "."), is_amount(cell, ",")) for cell in cells]
    return "," if both.count((False, True)) >= 2 and (True, False) not in both else "."


def first_data_row(source: Source, fits: Callable[[Row], bool]) -> int | None:
    """Return where the rows that fit begin: after at most two headings, and then most of them must fit."""
    rows = [(index, row) for index, row in enumerate(source.head) if any(cell.strip() for cell in row)]
    for position, (index, row) in enumerate(rows[:3]):
        if fits(row):
            data = [row for _, row in rows[position:]]
            # The last row may be a total, or cut off.
            misfits = sum(not fits(row) for row in data)
            return index if misfits <= max(1, len(data) // 10) else None
    return None


def sale_table(
    source: Source,
    *,
    agency: str,
    day: int,
    day_form: str,
    amount: int,
    width: int,
    looks: str,
    currency: str = "",
    at_least: bool = False,
    asset: Text = NOTHING,
    title: Text = NOTHING,
    licence: Text = NOTHING,
    delimiter: str = ",",
) -> SalePlan | None:
    """Recognise a table of sales by its shape: a day that `looks` so, and an amount, in fixed columns."""
    form = re.compile(looks)
    decimal = decimal_sign(row[amount] for row in source.head if len(row) >= width)

    def fits(row: Row) -> bool:
        if len(row) < width or (len(row) > width and not at_least):
            return False
        return bool(form.fullmatch(row[day].strip())) and is_day(row[day], day_form) and is_amount(row[amount], decimal)

    start = first_data_row(source, fits)
    if start is None or source.delimiter != delimiter:
        return None
    columns = len(source.head[start])
    heading = source.head[start - 1] if start else []
    return SalePlan(
        start=start,
        names=named(heading, columns),
        day=day,
        day_form=day_form,
        amount=amount,
        decimal=decimal,
        agency=Text(constant=agency),
        currency=currency,
        asset=asset,
        title=title,
        licence=licence,
        kind=Text(constant="image", read=kind_of_file),
        closing=lambda row: not is_day(row[day], day_form) and not any(char.isdigit() for char in row[day]),
    )


def day_table(
    source: Source,
    *,
    agency: str,
    day_form: str,
    width: int,
    downloads: int,
    amount: int,
    kind: str,
    looks: str,
    currency: str = "USD",
    delimiter: str = ",",
) -> RowPlan | None:
    """Recognise a table of day sums by its shape: a day that `looks` so first, downloads and earnings in columns."""
    form = re.compile(looks)

    def fits(row: Row) -> bool:
        if len(row) != width or not form.fullmatch(row[0].strip()) or not is_day(row[0], day_form):
            return False
        money = row[amount].strip() in {"", "-"} or is_amount(row[amount])
        return money and bool(re.fullmatch(r"[\d,]*|-", row[downloads].strip()))

    start = first_data_row(source, fits)
    if start is None or source.delimiter != delimiter:
        return None
    heading = source.head[start - 1] if start else []
    names = named(heading, width)

    def parts(row: Row) -> list[Part]:
        number = count(row[downloads], names[downloads])
        text = row[amount].strip()
        money = 0 if text in {"", "-"} else money_in(currency, names[amount], text)
        return [Part(kind, "", number, money)] if number or money else []

    return RowPlan(
        start=start,
        names=names,
        day=0,
        day_form=day_form,
        agency=agency,
        parts=parts,
        currency=currency,
        stated=partial(_closing_row, form=day_form, downloads=downloads, amount=amount),
    )


def _closing_row(row: Row, *, form: str, downloads: int, amount: int) -> tuple[int, int] | None:
    """Return what a last row without a day repeats."""
    if is_day(row[0], form) or any(char.isdigit() for char in row[0]):
        return None
    try:
        return count(row[downloads], ""), parse_amount(row[amount])[0]
    except ValueError:
        return None
