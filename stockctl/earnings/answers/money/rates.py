"""One currency for all: a year's earnings at the rates that the person gives, day by day, and no other."""

from __future__ import annotations

import csv
from bisect import bisect_right
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING

from stockctl.catalogue.sold.sales import MICRO, NOT_EARNED
from stockctl.earnings.terms.days import DayError, parse_day
from stockctl.earnings.terms.money import AmountError, parse_amount
from stockctl.earnings.terms.names import currency_named
from stockctl.errors import StatementError, UsageError
from stockctl.files.opening import open_text

if TYPE_CHECKING:
    from pathlib import Path

    from stockctl.catalogue import Catalogue
    from stockctl.earnings.answers.period import Period

HEADER = ["day", "currency", "rate"]


@dataclass(frozen=True)
class Converted:
    """A period in one currency: micro-units by agency; `missing` lists currencies that had no rate on some day."""

    currency: str
    by_agency: tuple[tuple[str, int], ...]
    missing: tuple[str, ...]

    @property
    def amount(self) -> int:
        """The sum over the agencies."""
        return sum(amount for _, amount in self.by_agency)


class Rates:
    """Rates read from a table `day,currency,rate`: so many of the target currency for one, from that day on."""

    def __init__(self, path: Path) -> None:
        """Read the table.

        Raises:
            StatementError: a row means nothing.
            UsageError: the file cannot be read or has another header.

        """
        found: dict[str, list[tuple[date, Fraction]]] = {}
        try:
            with open_text(path, "utf-8-sig", newline="") as file:
                rows = csv.reader(file)
                if [cell.strip().casefold() for cell in next(rows, [])] != HEADER:
                    raise UsageError("the rates need the header day,currency,rate", where=f"{path}:1")
                for row in rows:
                    if any(row):
                        self._read(row, f"{path}:{rows.line_num}", found)
        except (OSError, UnicodeDecodeError, csv.Error) as error:
            what = getattr(error, "strerror", None) or "this is no table in UTF-8"
            hint = "a CSV with the header day,currency,rate"
            raise UsageError(f"cannot read the rates: {what}", where=str(path), hint=hint) from error
        self._days = {currency: sorted(rates) for currency, rates in found.items()}

    @staticmethod
    def _read(row: list[str], where: str, found: dict[str, list[tuple[date, Fraction]]]) -> None:
        try:
            day, currency, rate = row
            value = Fraction(parse_amount(rate)[0], MICRO)
            found.setdefault(currency_named(currency), []).append((parse_day(day, "iso"), value))
        except (AmountError, DayError, ValueError) as error:
            raise StatementError(
                f"not a rate: {error}", where=where, hint="as in 2026-01-31,EUR,1.0873, with six decimals at most"
            ) from error

    def rate(self, currency: str, day: date) -> Fraction | None:
        """Return the rate that holds on a day: the newest at or before it."""
        rates = self._days.get(currency, [])
        place = bisect_right(rates, day, key=lambda one: one[0])
        return rates[place - 1][1] if place else None


def converted(catalogue: Catalogue, period: Period, agency: str, rates: Rates, target: str) -> Converted:
    """Return a period's earnings in one currency; rounded once per agency, half to even."""
    sums: dict[str, Fraction] = {}
    missing: set[str] = set()
    marks = ", ".join("?" * len(NOT_EARNED))
    for name, currency, day, amount in catalogue.rows(
        "SELECT f.agency, f.currency, t.day, sum(t.amount) FROM day_totals t JOIN facets f ON f.id = t.facet"  # noqa: S608 - marks only
        f" WHERE t.day BETWEEN ? AND ? AND (? = '' OR f.agency = ?) AND f.kind NOT IN ({marks}) GROUP BY 1, 2, 3",
        (*period.days, agency, agency, *NOT_EARNED),
    ):
        rate = Fraction(1) if currency == target else rates.rate(currency, date.fromisoformat(day))
        if rate is None:
            missing.add(currency)
        else:
            sums[name] = sums.get(name, Fraction(0)) + amount * rate
    return Converted(
        target, tuple((name, round(amount)) for name, amount in sorted(sums.items())), tuple(sorted(missing))
    )
