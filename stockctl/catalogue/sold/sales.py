"""Tables of statements and sales, and the roll-ups that reports read.

Amounts are whole micro-units (a millionth of the currency), never floats. A
*unit* is one agency's day as one kind of statement tells it: what is imported
again is compared unit by unit, so that nothing is counted twice.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from stockctl.catalogue.sold import month_sums, worked_out, year_sums
from stockctl.catalogue.sold.earned import SPANS
from stockctl.catalogue.sold.kinds import CAMPAIGN, KINDS, MIXED, NOT_EARNED, PAYOUT, TAX
from stockctl.catalogue.sold.tables import (
    BOOKED,
    DAY_SUMS,
    FIRST,
    LARGE,
    LARGE_OF,
    MICRO,
    SHOWN_SUMS,
    folder_name,
    migrations,
)

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Sequence
    from datetime import date

    from stockctl.catalogue import Catalogue

__all__ = [
    "BOOKED",
    "CAMPAIGN",
    "KINDS",
    "LARGE",
    "LARGE_OF",
    "MICRO",
    "MIXED",
    "NOT_EARNED",
    "PAYOUT",
    "TAX",
    "Entry",
    "add",
    "add_totals",
    "agencies_with_sales",
    "book",
    "booked",
    "count_from_page",
    "facet_id",
    "folder_name",
    "forget_unit",
    "migrations",
    "roll_up",
    "roll_ups",
    "show_by_name",
    "sold_id",
    "statement_known",
]


def roll_ups() -> dict[str, tuple[tuple[str, ...], str]]:
    """Return each roll-up's columns, and the query that works it out of all sales (with `:sign` 1)."""
    sums = ("downloads", "amount", "refunds")
    return {
        "day_totals": (("day", "facet", *sums, "large"), f"{DAY_SUMS} GROUP BY 1, 2"),
        "asset_totals": (("year", "currency", "shown", "sold", *sums), f"{SHOWN_SUMS} GROUP BY 1, 2, 3, 4"),
    }


@dataclass(frozen=True)
class Entry:
    """One amount to book by hand or from another stage.

    `amount` is in micro-units, negative for what is taken back; `kind` is one
    of `KINDS`, `CAMPAIGN`, `PAYOUT` or `TAX` (payouts and tax are positive
    amounts). `text` says what it was for. Only entries with `downloads` count
    as sales of a file, and only images and videos count towards a level.
    """

    agency: str
    day: date
    amount: int
    currency: str
    kind: str = CAMPAIGN
    text: str = ""
    asset: str = ""
    file: str = ""
    downloads: int = 0


def book(catalogue: Catalogue, entries: Iterable[Entry], *, source: str) -> int:
    """Make the ledger hold exactly `entries` for `source`; return how many stand there.

    `source` names where they come from, for ever (`campaign:batik-reels`).
    Booking again replaces what the source booked before, so that a status that
    changed is told once and nothing is counted twice. Statements use other
    sources and are never touched.
    """
    count = 0
    with catalogue.transaction() as connection:
        for row in connection.execute("SELECT id FROM units WHERE source = ?", [BOOKED + source]).fetchall():
            forget_unit(connection, row[0])
        numbers: dict[int, int] = {}
        for entry in entries:
            unit = _booked_unit(connection, entry, source)
            numbers[unit] = numbers.get(unit, 0) + 1
            facet = facet_id(connection, entry.agency, entry.kind, entry.text, "", entry.currency)
            sold = sold_id(connection, entry.agency, entry.asset, entry.file)
            connection.execute(
                "INSERT INTO sales VALUES (?, ?, ?, ?, ?, ?, NULL, NULL, NULL)",
                (unit, numbers[unit], sold, facet, entry.downloads, entry.amount),
            )
            count += 1
        for unit, rows in numbers.items():
            connection.execute("UPDATE units SET rows = ? WHERE id = ?", (rows, unit))
            roll_up(connection, unit, 1)
    return count


def add(catalogue: Catalogue, entry: Entry, *, source: str) -> bool:
    """Book one more entry under `source`, unless an equal one stands there; tell whether it was added."""
    with catalogue.transaction():
        standing = booked(catalogue, source)
        if entry in standing:
            return False
        book(catalogue, [*standing, entry], source=source)
    return True


def booked(catalogue: Catalogue, source: str) -> list[Entry]:
    """Return what `book` and `add` put under a source, oldest day first."""
    from datetime import date

    rows = catalogue.rows(
        "SELECT f.agency, u.day, s.amount, f.currency, f.kind, f.licence, d.asset, d.file, s.downloads"
        " FROM units u JOIN sales s ON s.unit = u.id JOIN facets f ON f.id = s.facet JOIN sold d ON d.id = s.sold"
        " WHERE u.source = ? ORDER BY u.day, s.unit, s.n",
        [BOOKED + source],
    )
    return [
        Entry(
            agency=row["agency"],
            day=date.fromisoformat(row["day"]),
            amount=row["amount"],
            currency=row["currency"],
            kind=row["kind"],
            text=row["licence"],
            asset=row["asset"],
            file=row["file"],
            downloads=row["downloads"],
        )
        for row in rows
    ]


def _booked_unit(connection: sqlite3.Connection, entry: Entry, source: str) -> int:
    key = (entry.agency, BOOKED + source, "", entry.day.isoformat())
    connection.execute("INSERT OR IGNORE INTO units (agency, source, period, day, rows) VALUES (?, ?, ?, ?, 0)", key)
    row = connection.execute(
        "SELECT id FROM units WHERE agency = ? AND source = ? AND period = ? AND day = ?", key
    ).fetchone()
    return int(row[0])


def facet_id(connection: sqlite3.Connection, agency: str, kind: str, licence: str, country: str, currency: str) -> int:
    """Return the number of what the sales of one sort have in common, made where it is new."""
    key = (agency, kind, licence, country, currency)
    found = connection.execute(
        "SELECT id FROM facets WHERE agency = ? AND kind = ? AND licence = ? AND country = ? AND currency = ?", key
    ).fetchone()
    if found:
        return int(found[0])
    made = connection.execute(
        "INSERT INTO facets (agency, kind, licence, country, currency) VALUES (?, ?, ?, ?, ?)", key
    )
    return int(made.lastrowid or 0)


def sold_id(connection: sqlite3.Connection, agency: str, asset: str, file: str, title: str = "") -> int:
    """Return the number of a file as one agency names it, made where it is new; a later title fills an empty one."""
    name = file or asset
    made = connection.execute(
        "INSERT INTO sold (agency, asset, file, title, name) VALUES (?, ?, ?, ?, ?)"
        " ON CONFLICT DO NOTHING RETURNING id",
        (agency, asset, file, title, name),
    ).fetchone()
    if made:
        connection.execute(
            "UPDATE sold SET shown = (SELECT min(id) FROM sold WHERE name = ?) WHERE id = ?", (name, made[0])
        )
        return int(made[0])
    found = connection.execute(
        "SELECT id, title FROM sold WHERE agency = ? AND asset = ? AND file = ?", (agency, asset, file)
    ).fetchone()
    if title and not found[1]:
        connection.execute("UPDATE sold SET title = ? WHERE id = ?", (title, found[0]))
    return int(found[0])


# How a row's sums are added to those that stand in a roll-up.
_ADD = ", ".join(f"{name} = {name} + excluded.{name}" for name in ("downloads", "amount", "refunds"))
_ADD_DAY = f"ON CONFLICT (day, facet) DO UPDATE SET {_ADD}, large = large + excluded.large"
_ADD_ASSET = f"ON CONFLICT (year, currency, shown, sold) DO UPDATE SET {_ADD}"
_DAY_ROLL = f"INSERT INTO day_totals {DAY_SUMS} WHERE s.unit = :unit GROUP BY 1, 2 {_ADD_DAY}"
_ASSET_ROLL = f"INSERT INTO asset_totals {SHOWN_SUMS} AND s.unit = :unit GROUP BY 1, 2, 3, 4 {_ADD_ASSET}"


def roll_up(connection: sqlite3.Connection, unit: int, sign: int) -> None:
    """Add a unit's sales to the roll-ups (`sign` 1), or take them out again (-1)."""
    connection.execute(_DAY_ROLL, {"unit": unit, "sign": sign})
    connection.execute(_ASSET_ROLL, {"unit": unit, "sign": sign})
    row = connection.execute("SELECT day FROM units WHERE id = ?", [unit]).fetchone()
    days = (row[0], row[0]) if row else worked_out.ALWAYS
    worked_out.forget(connection, days)
    year_sums.forget(connection, days)
    if row:
        month_sums.forget(connection, [row[0]])


def add_totals(
    connection: sqlite3.Connection, days: Iterable[Sequence[object]], assets: Iterable[Sequence[object]]
) -> None:
    """Add sums to the roll-ups.

    `days` are (day, facet, downloads, amount, refunds, amount of large licences),
    `assets` (year, currency, shown, sold, downloads, amount, refunds). What is
    kept of their years and months (`year_sums`, `month_sums`) is the caller's.
    """
    by_day = list(days)
    connection.executemany(f"INSERT INTO day_totals VALUES (?, ?, ?, ?, ?, ?) {_ADD_DAY}", by_day)  # noqa: S608 - fixed texts
    connection.executemany(f"INSERT INTO asset_totals VALUES (?, ?, ?, ?, ?, ?, ?) {_ADD_ASSET}", assets)  # noqa: S608 - fixed texts
    told = [str(row[0]) for row in by_day]
    worked_out.forget(connection, (min(told), max(told)) if told else worked_out.ALWAYS)


def show_by_name(connection: sqlite3.Connection, names: Iterable[str]) -> None:
    """Bring the numbers under which files are shown up to their names; `names` are those that came and went."""
    concerned = [json.dumps(list(names))]
    files = "SELECT id FROM sold WHERE name IN (SELECT value FROM json_each(?))"
    # The answers of the years in which they sold: they may have changed hands, or stand under another name.
    # By the key alone: a career's roll-up is not read for some files.
    standing = connection.execute(
        f"{SPANS} SELECT t.year, t.currency, t.shown, t.sold FROM sold d CROSS JOIN spans CROSS JOIN asset_totals t"  # noqa: S608 - fixed texts
        " ON t.year = spans.year AND t.currency = spans.currency AND t.shown = d.shown AND t.sold = d.id"
        " WHERE d.name IN (SELECT value FROM json_each(?))",
        concerned,
    ).fetchall()
    connection.execute(f"UPDATE sold SET shown = {FIRST} WHERE id IN ({files}) AND shown <> {FIRST}", concerned)  # noqa: S608 - fixed texts
    found = connection.execute("SELECT id, shown FROM sold WHERE name IN (SELECT value FROM json_each(?))", concerned)
    shown_now = {row[0]: row[1] for row in found}
    connection.executemany(
        "UPDATE asset_totals SET shown = ? WHERE year = ? AND currency = ? AND shown = ? AND sold = ?",
        [
            (shown_now[sold], year, currency, shown, sold)
            for year, currency, shown, sold in standing
            if shown_now[sold] != shown
        ],
    )
    for year in {year for year, _, shown, sold in standing if shown_now[sold] != shown}:
        year_sums.forget(connection, (str(year), str(year)))
    years = [row[0] for row in standing]
    worked_out.forget(connection, (f"{min(years)}-01-01", f"{max(years)}-12-31") if years else worked_out.ALWAYS)


def forget_unit(connection: sqlite3.Connection, unit: int) -> None:
    """Take a unit's sales out of the ledger and its roll-ups; the unit goes too."""
    roll_up(connection, unit, -1)
    connection.execute("DELETE FROM sales WHERE unit = ?", [unit])
    connection.execute("DELETE FROM units WHERE id = ?", [unit])


def count_from_page(catalogue: Catalogue, agency: str, kind: str, year: int, as_of: date, downloads: int) -> None:
    """Keep a count that a person read off the agency's own page; a later one replaces it."""
    with catalogue.transaction() as connection:
        connection.execute(
            "INSERT OR REPLACE INTO page_counts VALUES (?, ?, ?, ?, ?)",
            (agency, kind, year, as_of.isoformat(), downloads),
        )


def agencies_with_sales(catalogue: Catalogue) -> list[str]:
    """Return the agencies that the ledger knows, by name."""
    return [row[0] for row in catalogue.rows("SELECT DISTINCT agency FROM facets ORDER BY agency")]


def statement_known(catalogue: Catalogue, sha256: str) -> sqlite3.Row | None:
    """Return the statement that was imported from a file of these bytes, if any."""
    rows = catalogue.rows("SELECT * FROM statements WHERE sha256 = ?", [sha256])
    return rows[0] if rows else None
