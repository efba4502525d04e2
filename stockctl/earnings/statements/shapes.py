"""Recognising statements whose columns have no known names: by what stands in them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from stockctl.earnings.statements.layout import NOTHING, Part, RowPlan, SalePlan, Text, named
from stockctl.earnings.statements.written import (
    ask_decimal,
    cells_below,
    days_written,
    decimal_sign,
    has_time,
    is_amount,
    is_day,
)
from stockctl.earnings.terms.kinds import kind_of_file
from stockctl.earnings.terms.money import parse_amount

if TYPE_CHECKING:
    from collections.abc import Callable

    from stockctl.earnings.reading.columns import Row
    from stockctl.earnings.reading.source import Source

T = TypeVar("T")
_DIGIT = re.compile(r"\d")


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


def money_in(currency: str, name: str, text: str, decimal: str = ".") -> int:
    """Return micro-units of an amount in a currency; a sign of another is refused.

    Raises:
        CellError: the cell holds no amount, or one in another currency.

    """
    money, stated = in_column(name, partial(parse_amount, decimal=decimal), text)
    if stated and stated != currency:
        raise CellError(name, text, f"{text!r} is in {stated}, and this statement is in {currency}")
    return money


def shorn(row: Row, width: int) -> Row:
    """Return a row without the empty cells that a spreadsheet adds behind `width`."""
    return row[:width] if len(row) > width and not any(cell.strip() for cell in row[width:]) else row


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


@dataclass(frozen=True)
class Sales:
    """A layout without known names whose rows are sales: which columns hold the day and the amount.

    `looks` is a pattern of the day as the agency writes it; `timed` says that it
    has a time, `at_least` that more columns may follow. `also` is what else must
    hold of a row that a spreadsheet rewrote.
    """

    agency: str
    day: int
    day_form: str
    amount: int
    width: int
    looks: str
    currency: str = ""
    timed: bool = True
    at_least: bool = False
    asset: Text = NOTHING
    title: Text = NOTHING
    licence: Text = NOTHING
    also: Callable[[Row], bool] = field(default=lambda _: True)

    def plan(self, source: Source) -> SalePlan | None:
        """Return how to read a statement; None where its rows are not so."""
        written = days_written(source, cells_below(source, 0, self.day), self.day_form)
        if written is None:
            return None
        form = re.compile(self.looks)
        decimal = decimal_sign(source, cells_below(source, 0, self.amount))

        def fits(row: Row) -> bool:
            row = shorn(row, self.width)
            if len(row) < self.width or (len(row) > self.width and not self.at_least):
                return False
            day = row[self.day].strip()
            if source.exact and not form.fullmatch(day):
                return False
            if not source.exact and not form.fullmatch(day) and (has_time(day) != self.timed or not self.also(row)):
                return False
            return is_day(day, written.form, written.language) and is_amount(row[self.amount], decimal)

        start = first_data_row(source, fits)
        # Under another heading the columns may be another agency's.
        if start is None or (not source.exact and any(map(any, source.head[:start]))):
            return None
        ask_decimal(source, cells_below(source, 0, self.amount))
        columns = len(source.head[start]) if self.at_least else self.width
        heading = source.head[start - 1] if start else []
        return SalePlan(
            start=start,
            names=named(heading, columns),
            day=self.day,
            day_form=written.form,
            language=written.language,
            sure=written.sure,
            amount=self.amount,
            decimal=decimal,
            agency=Text(constant=self.agency),
            currency=self.currency,
            asset=self.asset,
            title=self.title,
            licence=self.licence,
            kind=Text(constant="image", read=kind_of_file),
            closing=lambda row: not is_day(row[self.day], written.form) and not _DIGIT.search(row[self.day]),
        )


@dataclass(frozen=True)
class DaySums:
    """A layout without known names whose rows are sums of days: the day first, downloads and earnings in columns."""

    agency: str
    day_form: str
    width: int
    downloads: int
    amount: int
    looks: str
    kind: str = "image"
    currency: str = "USD"

    def plan(self, source: Source) -> RowPlan | None:
        """Return how to read a statement; None where its rows are not so."""
        written = days_written(source, cells_below(source, 0, 0), self.day_form)
        if written is None:
            return None
        form = re.compile(self.looks)
        decimal = decimal_sign(source, cells_below(source, 0, self.amount))
        # Where the days do not tell the layout, only the one column may hold decimals.
        whole = [count_like(cell) for cell in cells_below(source, 0, self.downloads)]
        money = [not cell.strip().isdecimal() for cell in cells_below(source, 0, self.amount)]
        if not source.exact and not (all(whole) and any(money)):
            return None

        def fits(row: Row) -> bool:
            row = shorn(row, self.width)
            if len(row) != self.width:
                return False
            day = row[0].strip()
            if (source.exact and not form.fullmatch(day)) or (not form.fullmatch(day) and has_time(day)):
                return False
            earned = row[self.amount].strip() in {"", "-"} or is_amount(row[self.amount], decimal)
            return is_day(day, written.form, written.language) and earned and count_like(row[self.downloads])

        start = first_data_row(source, fits)
        # Under another heading the columns may be another agency's.
        if start is None or (not source.exact and any(map(any, source.head[:start]))):
            return None
        ask_decimal(source, cells_below(source, 0, self.amount))
        heading = source.head[start - 1] if start else []
        names = named(heading, self.width)

        def parts(row: Row) -> list[Part]:
            number = count(row[self.downloads], names[self.downloads])
            text = row[self.amount].strip()
            money = 0 if text in {"", "-"} else money_in(self.currency, names[self.amount], text, decimal)
            return [Part(self.kind, "", number, money)] if number or money else []

        def closing(row: Row) -> tuple[int, int] | None:
            if is_day(row[0], written.form, written.language) or _DIGIT.search(row[0]):
                return None
            try:
                return count(row[self.downloads], ""), parse_amount(row[self.amount], decimal)[0]
            except ValueError:
                return None

        return RowPlan(
            start=start,
            names=names,
            day=0,
            day_form=written.form,
            language=written.language,
            sure=written.sure,
            agency=self.agency,
            parts=parts,
            currency=self.currency,
            stated=closing,
        )


def count_like(text: str) -> bool:
    """Tell whether a cell can hold a number of downloads."""
    return bool(re.fullmatch(r"[\d,]*|-", text.strip()))
