"""What came in, as lines of a report: by agency, by group, by month; amounts in micro-units."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

NOT_TOLD = "(not told)"


@dataclass(frozen=True)
class Total:
    """One agency's year in one currency; `refunds` is zero or negative and part of `amount`."""

    agency: str
    currency: str
    downloads: int
    amount: int
    refunds: int


class Line(NamedTuple):
    """One group of sales in one currency."""

    key: str
    currency: str
    downloads: int
    amount: int


@dataclass(frozen=True)
class Month:
    """One agency's month in one currency, in micro-units."""

    month: str
    agency: str
    currency: str
    amount: int


def ordered(found: list[Line], by: str) -> tuple[Line, ...]:
    """Return lines in the order in which they are shown."""
    if by in {"month", "year"}:
        return tuple(sorted(found))
    # What is not told stands last, however much it is.
    return tuple(sorted(found, key=lambda line: (line.key == NOT_TOLD, line.currency, -line.amount, line.key)))
