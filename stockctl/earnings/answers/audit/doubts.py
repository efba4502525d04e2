"""What a finding of the audit is, and the query of sales that the checks share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from stockctl.catalogue.sold.sales import NOT_EARNED
from stockctl.report.finding import Severity

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence

    from stockctl.earnings.answers.period import Period

# So many rows of a finding are shown.
SHOWN = 20

__all__ = ["SALES", "SHOWN", "Doubt", "Row", "Severity", "doubt", "span_of"]


@dataclass(frozen=True)
class Row:
    """A sale that a finding is about; amounts in micro-units, `statement` the file that told it.

    A statement itself stands there as its first day, with its last one in the
    licence's place and no amount.
    """

    day: str
    asset: str
    file: str
    licence: str
    amount: int | None
    price: int | None
    statement: str
    currency: str = ""


@dataclass(frozen=True)
class Doubt:
    """One thing to look at: which rule, how grave, what it is, and (the first of) the rows that show it.

    `missing` is how much should have been paid more, in micro-units of `currency`, where that is known.
    """

    rule: str
    severity: Severity
    agency: str
    message: str
    rows: tuple[Row, ...] = ()
    count: int = 0
    missing: int = 0
    currency: str = ""


_EARNED = f"f.kind NOT IN ({', '.join(map(repr, NOT_EARNED))})"
# Parameters: first day, last day, agency twice ("" for all).
SALES = (
    "SELECT u.day, u.period, u.contract, d.asset, d.file, f.licence, f.kind, f.agency, f.currency, s.amount, s.price,"  # noqa: S608 - fixed texts
    " s.rate, s.downloads, s.sold, s.facet, coalesce(t.file, u.source) AS statement"
    " FROM units u JOIN sales s ON s.unit = u.id JOIN facets f ON f.id = s.facet JOIN sold d ON d.id = s.sold"
    " LEFT JOIN statements t ON t.id = s.statement"
    f" WHERE u.day BETWEEN ? AND ? AND (? = '' OR u.agency = ?) AND {_EARNED}"
)


def span_of(period: Period, agency: str) -> tuple[str, str, str, str]:
    """Return the parameters of `SALES` for a period."""
    return *period.days, agency, agency


def doubt(
    rule: str,
    severity: Severity,
    agency: str,
    message: str,
    rows: Sequence[sqlite3.Row],
    *,
    missing: int = 0,
) -> Doubt:
    """Return a finding with the first of its rows."""
    shown = tuple(
        Row(
            row["day"],
            row["asset"],
            row["file"],
            row["licence"],
            row["amount"],
            row["price"],
            row["statement"],
            row["currency"],
        )
        for row in rows[:SHOWN]
    )
    currencies = {row["currency"] for row in rows} if missing else set()
    currency = currencies.pop() if len(currencies) == 1 else ""
    return Doubt(rule, severity, agency, message, shown, len(rows), missing, currency)
