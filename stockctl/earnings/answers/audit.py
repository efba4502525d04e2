"""Was it right: what was paid below the minimum, off the rate or late, what was taken back, what is missing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from stockctl.catalogue.sales import MICRO, NOT_EARNED
from stockctl.earnings.terms.money import format_amount
from stockctl.report.finding import Severity

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Iterator

    from stockctl.catalogue import Catalogue
    from stockctl.earnings.answers.levels import Level
    from stockctl.earnings.answers.schemes import Scheme

# Agencies round a royalty to the cent; what differs by more was not rounding.
_TOLERANCE = MICRO // 100
# A level shows about ninety minutes after it was reached: from the day after, the new rate holds.
_SHOWN = 20


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


@dataclass(frozen=True)
class Doubt:
    """One thing to look at: which rule, how grave, what it is, and (the first of) the rows that show it."""

    rule: str
    severity: Severity
    agency: str
    message: str
    rows: tuple[Row, ...] = ()
    count: int = 0


_EARNED = f"f.kind NOT IN ({', '.join(map(repr, NOT_EARNED))})"
_SALES = (
    "SELECT u.day, d.asset, d.file, f.licence, f.kind, f.agency, f.currency, s.amount, s.price, s.rate, s.downloads,"  # noqa: S608 - fixed texts
    " coalesce(t.file, u.source) AS statement FROM units u JOIN sales s ON s.unit = u.id"
    " JOIN facets f ON f.id = s.facet JOIN sold d ON d.id = s.sold LEFT JOIN statements t ON t.id = s.statement"
    f" WHERE u.day BETWEEN ? AND ? AND (? = '' OR u.agency = ?) AND {_EARNED}"
)


def audit(catalogue: Catalogue, year: int, levels: Iterable[Level], agency: str = "") -> tuple[Doubt, ...]:
    """Return what is doubtful about a year's payments and statements, the gravest first."""
    span = (f"{year}-01-01", f"{year}-12-31", agency, agency)
    found: list[Doubt] = []
    for level in levels:
        found += _below_minimum(catalogue, level.scheme, span)
        found += _off_level(catalogue, level, span)
    found += _off_rate(catalogue, span)
    found += _refunds(catalogue, span)
    found += _gaps(catalogue, year, agency)
    found += _overlaps(catalogue, year, agency)
    found += _notes(catalogue, year, agency)
    order = list(Severity)
    return tuple(sorted(found, key=lambda doubt: (order.index(doubt.severity), doubt.agency, doubt.rule)))


def _below_minimum(catalogue: Catalogue, scheme: Scheme, span: tuple[str, ...]) -> Iterator[Doubt]:
    """Find downloads that paid less than the agency's least; of a day's sum only the whole can be judged."""
    if not scheme.minimum:
        return
    least = int(Decimal(scheme.minimum) * MICRO)
    marks = ", ".join("?" * len(scheme.kinds))
    single = catalogue.rows(
        f"{_SALES} AND u.agency = ? AND f.kind IN ({marks}) AND s.downloads > 0 AND s.amount < ? * s.downloads"
        " AND (d.asset <> '' OR d.file <> '') ORDER BY u.day",
        (*span, scheme.agency, *scheme.kinds, least),
    )
    days = catalogue.rows(
        "SELECT u.day, '' AS asset, '' AS file, '(sum of the day)' AS licence, sum(s.amount) AS amount, NULL AS price,"  # noqa: S608 - marks only
        " u.source AS statement FROM units u JOIN sales s ON s.unit = u.id JOIN facets f ON f.id = s.facet"
        " WHERE u.day BETWEEN ? AND ? AND (? = '' OR u.agency = ?) AND u.agency = ?"
        " AND s.sold IN (SELECT id FROM sold WHERE agency = ? AND asset = '' AND file = '')"
        " GROUP BY u.id HAVING sum(s.downloads) > 0 AND min(s.amount) >= 0"
        f" AND sum(s.amount) < ? * sum(s.downloads) AND sum(f.kind NOT IN ({marks})) = 0 ORDER BY u.day",
        (*span, scheme.agency, scheme.agency, least, *scheme.kinds),
    )
    rows = [*single, *days]
    if rows:
        yield _doubt(
            "below-minimum",
            Severity.WARNING,
            scheme.agency,
            f"{len(rows)} payments are below the least of {scheme.minimum} per download",
            rows,
        )


def _off_level(catalogue: Catalogue, level: Level, span: tuple[str, ...]) -> Iterator[Doubt]:
    """Find sales whose price is stated and whose pay is not the level's share of it; and levels that came late."""
    scheme, rates = level.scheme, [Decimal(step.rate) for step in level.scheme.steps if step.rate]
    if len(rates) != len(scheme.steps) or level.low != level.high or level.held:
        return
    reached = [(one.on, one.level) for one in level.reached if one.on]
    wrong: list[sqlite3.Row] = []
    late: list[sqlite3.Row] = []
    marks = ", ".join("?" * len(scheme.kinds))
    least = int(Decimal(scheme.minimum or 0) * MICRO)
    for row in catalogue.rows(
        f"{_SALES} AND u.agency = ? AND f.kind IN ({marks}) AND s.price > 0 AND s.rate IS NULL ORDER BY u.day",
        (*span, scheme.agency, *scheme.kinds),
    ):
        day = date.fromisoformat(row["day"])
        number = max((number for on, number in reached if on < day), default=1)
        # On the very day both rates are right: the statement has no time.
        allowed = {number, max((number for on, number in reached if on <= day), default=1)}
        if any(_fits(row, rates[one - 1], least) for one in allowed):
            continue
        (late if any(_fits(row, rates[one - 1], least) for one in range(1, number)) else wrong).append(row)
    if late:
        yield _doubt(
            "level-late",
            Severity.WARNING,
            scheme.agency,
            f"{len(late)} {scheme.kind} sales were paid at a lower level's rate after the next was reached",
            late,
        )
    if wrong:
        yield _doubt(
            "off-level",
            Severity.WARNING,
            scheme.agency,
            f"{len(wrong)} {scheme.kind} sales were not paid the level's share of the stated price",
            wrong,
        )


def _fits(row: sqlite3.Row, rate: Decimal, least: int) -> bool:
    due = max(int(rate * row["price"]), least)
    return bool(abs(row["amount"] - due) <= _TOLERANCE)


def _off_rate(catalogue: Catalogue, span: tuple[str, ...]) -> Iterator[Doubt]:
    """Find sales whose statement names price and rate, and whose pay is not their product."""
    by_agency: dict[str, list[sqlite3.Row]] = {}
    for row in catalogue.rows(
        f"{_SALES} AND s.rate IS NOT NULL AND s.price IS NOT NULL"
        " AND abs(s.amount - s.price * s.rate / 1000000) > ? ORDER BY u.day",
        (*span, _TOLERANCE),
    ):
        by_agency.setdefault(row["agency"], []).append(row)
    for agency, rows in by_agency.items():
        text = f"{len(rows)} sales were not paid the stated rate of the stated price"
        yield _doubt("off-rate", Severity.WARNING, agency, text, rows)


def _refunds(catalogue: Catalogue, span: tuple[str, ...]) -> Iterator[Doubt]:
    by_agency: dict[tuple[str, str], list[sqlite3.Row]] = {}
    for row in catalogue.rows(f"{_SALES} AND s.amount < 0 ORDER BY u.day", span):
        by_agency.setdefault((row["agency"], row["currency"]), []).append(row)
    for (agency, currency), rows in by_agency.items():
        total = format_amount(sum(row["amount"] for row in rows), 2)
        yield _doubt("refunds", Severity.INFO, agency, f"{len(rows)} refunds, {total} {currency} in all", rows)


def _gaps(catalogue: Catalogue, year: int, agency: str) -> Iterator[Doubt]:
    """Find months without a sale between months with sales: their statement may be missing."""
    months: dict[str, set[str]] = {}
    for row in catalogue.rows(
        "SELECT DISTINCT f.agency, substr(t.day, 1, 7) AS month FROM day_totals t JOIN facets f ON f.id = t.facet"
        " WHERE t.day BETWEEN ? AND ? AND (? = '' OR f.agency = ?) AND t.downloads > 0",
        (f"{year}-01-01", f"{year}-12-31", agency, agency),
    ):
        months.setdefault(row["agency"], set()).add(row["month"])
    for name, have in months.items():
        first, last = int(min(have)[5:]), int(max(have)[5:])
        missing = [f"{year}-{month:02}" for month in range(first, last) if f"{year}-{month:02}" not in have]
        # An agency that sells now and then has months without a sale.
        if missing and len(have) >= 3:
            text = f"no sales in {', '.join(missing)}: is a statement missing?"
            yield _doubt("gap", Severity.INFO, name, text, _around(catalogue, name, missing))


def _around(catalogue: Catalogue, agency: str, missing: list[str]) -> list[sqlite3.Row]:
    """Return the last sale before each stretch of missing months and the first one after it."""
    rows = []
    for month in missing:
        for beside, when, order in ((_month(month, -1), "max", "DESC"), (_month(month, 1), "min", "ASC")):
            if beside not in missing:
                day = catalogue.rows(
                    f"SELECT {when}(t.day) FROM day_totals t JOIN facets f ON f.id = t.facet"  # noqa: S608 - fixed texts
                    " WHERE f.agency = ? AND t.downloads > 0 AND substr(t.day, 1, 7) = ?",
                    (agency, beside),
                )[0][0]
                rows += catalogue.rows(f"{_SALES} ORDER BY s.unit, s.n {order} LIMIT 1", (day, day, agency, agency))
    return rows


def _month(month: str, step: int) -> str:
    year, number = divmod(int(month[:4]) * 12 + int(month[5:]) - 1 + step, 12)
    return f"{year}-{number + 1:02}"


def _overlaps(catalogue: Catalogue, year: int, agency: str) -> Iterator[Doubt]:
    """Find statements that tell what earlier ones told: it was counted once."""
    for row in catalogue.rows(
        "SELECT id, agency, file, layout, known, rows, first_day, last_day FROM statements WHERE known > 0"
        " AND first_day <= ? AND last_day >= ? AND (? = '' OR agency = ?) ORDER BY id",
        (f"{year}-12-31", f"{year}-01-01", agency, agency),
    ):
        others = catalogue.rows(
            "SELECT file, first_day, last_day FROM statements WHERE id < ? AND agency = ? AND first_day <= ?"
            " AND last_day >= ? ORDER BY id",
            (row["id"], row["agency"], row["last_day"], row["first_day"]),
        )
        if not others:
            # The same file, read again.
            continue
        shown = tuple(
            Row(one["first_day"], "", one["file"], f"to {one['last_day']}", None, None, one["file"])
            for one in (row, *others)
        )
        text = f"{row['file']}: {row['known']} of its {row['rows']} rows were told before; they are counted once"
        yield Doubt("overlap", Severity.INFO, row["agency"], text, shown[:_SHOWN], len(shown))


def _notes(catalogue: Catalogue, year: int, agency: str) -> Iterator[Doubt]:
    """Give back what imports noticed: totals that do not add up, days that were told twice."""
    for row in catalogue.rows(
        "SELECT n.what, n.message, n.line, n.agency AS whose, n.first_day, n.last_day, s.agency, s.file"
        " FROM statement_notes n"
        " JOIN statements s ON s.id = n.statement"
        " WHERE coalesce(s.first_day, ?) <= ? AND coalesce(s.last_day, ?) >= ? AND (? = '' OR s.agency = ?)",
        (f"{year}-01-01", f"{year}-12-31", f"{year}-01-01", f"{year}-01-01", agency, agency),
    ):
        where = f"{row['file']}:{row['line']}" if row["line"] else row["file"]
        severity = Severity.WARNING if row["what"] in {"totals", "cut-off", "missing"} else Severity.INFO
        # What stands in the ledger for the days that the note is about.
        days = (row["first_day"], row["last_day"], row["whose"], row["whose"])
        shown = catalogue.rows(f"{_SALES} ORDER BY u.day, s.unit, s.n LIMIT {_SHOWN}", days) if days[0] else []
        yield _doubt(row["what"], severity, row["agency"], f"{where}: {row['message']}", shown)


def _doubt(rule: str, severity: Severity, agency: str, message: str, rows: list[sqlite3.Row]) -> Doubt:
    shown = tuple(
        Row(row["day"], row["asset"], row["file"], row["licence"], row["amount"], row["price"], row["statement"])
        for row in rows[:_SHOWN]
    )
    return Doubt(rule, severity, agency, message, shown, len(rows))
