"""Tables of statements and sales, and the roll-ups that reports read.

Amounts are whole micro-units (a millionth of the currency), never floats. A
*unit* is one agency's day as one kind of statement tells it: what is imported
again is compared unit by unit, so that nothing is counted twice.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from stockctl.catalogue import worked_out
from stockctl.catalogue.migrations import Migrations

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Sequence
    from datetime import date

    from sqlite_utils import Database

    from stockctl.catalogue import Catalogue

migrations = Migrations("sales")

MICRO = 1_000_000

# What a row of the ledger is for. The first four are licences sold; a day that an
# agency tells in one sum may mix the first two.
KINDS = ("image", "video", "audio", "other")
MIXED = "image or video"
CAMPAIGN, PAYOUT, TAX = "campaign", "payout", "tax"
# Rows that are no earnings: what was paid out of them, and what was withheld.
NOT_EARNED = (PAYOUT, TAX)
# How the sources of what was booked begin; those of statements are the names of their layouts.
BOOKED = "booked:"

# A single licence that pays this much is no microstock any more: in most currencies 10 of its units,
# in those of small units about as much. The sums of the past rest on it.
LARGE = 10 * MICRO
LARGE_OF = {"JPY": 1_000 * MICRO, "KRW": 10_000 * MICRO, "INR": 1_000 * MICRO, "IDR": 100_000 * MICRO}

_SUMS = ":sign * sum(s.downloads), :sign * sum(s.amount), :sign * sum(min(s.amount, 0))"
_SALES = "sales s JOIN units u ON u.id = s.unit JOIN facets f ON f.id = s.facet"
# What files earned, summed by year, currency and file; `:sign` -1 takes it out again.
_ASSET_SUMS = f"""
    SELECT CAST(substr(u.day, 1, 4) AS INTEGER), f.currency, s.sold, {_SUMS} FROM {_SALES}
    WHERE f.kind NOT IN ({", ".join(map(repr, NOT_EARNED))})"""  # noqa: S608 - fixed texts
_SHOWN_SUMS = _ASSET_SUMS.replace("s.sold,", "d.shown, s.sold,").replace(
    "sales s", "sales s JOIN sold d ON d.id = s.sold"
)
_LARGE_SUM = f""":sign * sum(CASE WHEN s.downloads = 1 AND s.amount >= CASE f.currency
    {" ".join(f"WHEN {currency!r} THEN {least}" for currency, least in LARGE_OF.items())} ELSE {LARGE} END
    THEN s.amount ELSE 0 END)"""


@migrations
def m001_sales(db: Database) -> None:
    """Start with statements, their units and sales, and two roll-ups."""
    db.table("statements").create(
        {
            "id": int,
            "sha256": str,
            "file": str,
            "agency": str,
            "layout": str,
            "imported_at": str,
            "rows": int,
            "new": int,
            "known": int,
            "skipped": int,
            "first_day": str,
            "last_day": str,
        },
        pk="id",
        not_null={"sha256", "file", "agency", "layout", "imported_at", "rows", "new", "known", "skipped"},
    )
    db.table("statements").create_index(["sha256"], unique=True)
    # What an import noticed and the audit shows later: totals that do not add up, a day that was restated.
    db.table("statement_notes").create(
        {"statement": int, "what": str, "message": str, "line": int}, foreign_keys=[("statement", "statements", "id")]
    )
    db.table("units").create(
        {"id": int, "agency": str, "source": str, "period": str, "day": str, "digest": bytes, "rows": int},
        pk="id",
        not_null={"agency", "source", "period", "day", "rows"},
    )
    db.table("units").create_index(["agency", "source", "period", "day"], unique=True)
    db.table("units").create_index(["day"])
    db.table("facets").create(
        {"id": int, "agency": str, "kind": str, "licence": str, "country": str, "currency": str},
        pk="id",
        not_null={"agency", "kind", "licence", "country", "currency"},
    )
    db.table("facets").create_index(["agency", "kind", "licence", "country", "currency"], unique=True)
    db.table("sold").create(
        {"id": int, "agency": str, "asset": str, "file": str, "title": str, "media_id": str},
        pk="id",
        not_null={"agency", "asset", "file", "title"},
    )
    db.table("sold").create_index(["agency", "asset", "file"], unique=True)
    db.table("sold").create_index(["media_id"])
    # sqlite-utils has no word for WITHOUT ROWID: rows lie in the order of their unit and need no second index.
    db.execute(
        "CREATE TABLE sales (unit INTEGER NOT NULL, n INTEGER NOT NULL, sold INTEGER NOT NULL, facet INTEGER NOT NULL,"
        " downloads INTEGER NOT NULL, amount INTEGER NOT NULL, price INTEGER, rate INTEGER, statement INTEGER,"
        " PRIMARY KEY (unit, n)) WITHOUT ROWID"
    )
    db.execute(
        "CREATE TABLE day_totals (day TEXT NOT NULL, facet INTEGER NOT NULL, downloads INTEGER NOT NULL,"
        " amount INTEGER NOT NULL, refunds INTEGER NOT NULL, PRIMARY KEY (day, facet)) WITHOUT ROWID"
    )
    db.execute(
        "CREATE TABLE asset_totals (sold INTEGER NOT NULL, year INTEGER NOT NULL, facet INTEGER NOT NULL,"
        " downloads INTEGER NOT NULL, amount INTEGER NOT NULL, refunds INTEGER NOT NULL,"
        " PRIMARY KEY (sold, year, facet)) WITHOUT ROWID"
    )
    db.table("page_counts").create(
        {"agency": str, "kind": str, "year": int, "as_of": str, "downloads": int},
        pk=("agency", "kind", "year"),
        not_null={"as_of", "downloads"},
    )
    # For a person's own queries (datasette, sqlite3): every sale in words.
    db.create_view(
        "sale_rows",
        "SELECT u.day, u.period, f.agency, f.kind, f.licence, f.country, d.asset, d.file, d.media_id, s.downloads,"
        " s.amount AS amount_micro, f.currency, s.price AS price_micro, s.rate AS rate_micro, s.statement"
        " FROM sales s JOIN units u ON u.id = s.unit JOIN facets f ON f.id = s.facet JOIN sold d ON d.id = s.sold",
    )


@migrations
def m002_totals_by_year(db: Database) -> None:
    """Keep files' totals year by year and currency by currency, and the name by which a file is shown."""
    db.execute("ALTER TABLE sold ADD COLUMN name TEXT NOT NULL DEFAULT ''")
    db.execute("UPDATE sold SET name = CASE file WHEN '' THEN asset ELSE file END")
    db.execute("DROP TABLE asset_totals")
    db.execute(
        "CREATE TABLE asset_totals (year INTEGER NOT NULL, currency TEXT NOT NULL, sold INTEGER NOT NULL,"
        " downloads INTEGER NOT NULL, amount INTEGER NOT NULL, refunds INTEGER NOT NULL,"
        " PRIMARY KEY (year, currency, sold)) WITHOUT ROWID"
    )
    db.execute(f"INSERT INTO asset_totals {_ASSET_SUMS} GROUP BY 1, 2, 3", {"sign": 1})


@migrations
def m003_files_by_number(db: Database) -> None:
    """Group files by a number instead of a name, sum up large licences, keep answers that took long."""
    db.execute("ALTER TABLE sold ADD COLUMN shown INTEGER NOT NULL DEFAULT 0")
    db.table("sold").create_index(["name"])
    db.execute(_SHOW)
    db.execute("DROP TABLE asset_totals")
    db.execute(
        "CREATE TABLE asset_totals (year INTEGER NOT NULL, currency TEXT NOT NULL, shown INTEGER NOT NULL,"
        " sold INTEGER NOT NULL, downloads INTEGER NOT NULL, amount INTEGER NOT NULL, refunds INTEGER NOT NULL,"
        " PRIMARY KEY (year, currency, shown, sold)) WITHOUT ROWID"
    )
    db.execute(f"INSERT INTO asset_totals {_SHOWN_SUMS} GROUP BY 1, 2, 3, 4", {"sign": 1})
    db.execute("DROP TABLE day_totals")
    db.execute(
        "CREATE TABLE day_totals (day TEXT NOT NULL, facet INTEGER NOT NULL, downloads INTEGER NOT NULL,"
        " amount INTEGER NOT NULL, refunds INTEGER NOT NULL, large INTEGER NOT NULL, PRIMARY KEY (day, facet))"
        " WITHOUT ROWID"
    )
    db.execute(f"INSERT INTO day_totals {_DAY_SUMS} GROUP BY 1, 2", {"sign": 1})
    db.table("worked_out").create({"question": str, "rows": str}, pk="question", not_null={"rows"})


@migrations
def m004_what_statements_say(db: Database) -> None:
    """Keep what a statement says in a digest, to know it again in other words; and its broken rows."""
    db.execute("ALTER TABLE statements ADD COLUMN lines INTEGER")
    db.execute("ALTER TABLE statements ADD COLUMN contents BLOB")
    db.execute("ALTER TABLE statements ADD COLUMN broken INTEGER")


@migrations
def m005_days_of_notes(db: Database) -> None:
    """Keep whose days a note is about, so that their sales can be shown beside it."""
    for column in ("agency", "first_day", "last_day"):
        db.execute(f"ALTER TABLE statement_notes ADD COLUMN {column} TEXT NOT NULL DEFAULT ''")


@migrations
def m006_spans_and_contracts(db: Database) -> None:
    """Keep the span of days that a sum is of, the contract that it belongs to, and which statement tells a unit."""
    db.execute("ALTER TABLE units ADD COLUMN contract TEXT NOT NULL DEFAULT ''")
    # The first day of the span whose last is `day`; empty where it is one day.
    db.execute("ALTER TABLE units ADD COLUMN first TEXT NOT NULL DEFAULT ''")
    db.execute("ALTER TABLE units ADD COLUMN statement INTEGER")
    db.execute("DROP INDEX IF EXISTS idx_units_agency_source_period_day")
    db.table("units").create_index(["agency", "source", "period", "contract", "day"], unique=True)
    # When the file was made, in nanoseconds since 1970, as its file system says.
    db.execute("ALTER TABLE statements ADD COLUMN made INTEGER")
    db.table("contracts").create({"agency": str, "contract": str, "terms": str}, pk=("agency", "contract"))


@migrations
def m007_costs(db: Database) -> None:
    """Keep what shoots cost."""
    db.table("costs").create(
        {"id": int, "shoot": str, "amount": int, "currency": str, "day": str, "text": str},
        pk="id",
        not_null={"shoot", "amount", "currency", "day", "text"},
    )


@migrations
def m008_linked(db: Database) -> None:
    """Keep how far sold files, pictures and uploads had come when they were last compared."""
    db.table("linked").create({"sold": int, "files": int, "newest": int, "uploads": int})


# All files of one name are shown as one: `shown` is the number of the first of them.
_FIRST = "(SELECT min(o.id) FROM sold o WHERE o.name = sold.name)"
_SHOW = f"UPDATE sold SET shown = {_FIRST} WHERE shown <> {_FIRST}"  # noqa: S608 - fixed texts
_DAY_SUMS = f"SELECT u.day, s.facet, {_SUMS}, {_LARGE_SUM} FROM {_SALES}"  # noqa: S608 - fixed texts


def roll_ups() -> dict[str, tuple[tuple[str, ...], str]]:
    """Return each roll-up's columns, and the query that works it out of all sales (with `:sign` 1)."""
    sums = ("downloads", "amount", "refunds")
    return {
        "day_totals": (("day", "facet", *sums, "large"), f"{_DAY_SUMS} GROUP BY 1, 2"),
        "asset_totals": (("year", "currency", "shown", "sold", *sums), f"{_SHOWN_SUMS} GROUP BY 1, 2, 3, 4"),
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
_DAY_ROLL = f"INSERT INTO day_totals {_DAY_SUMS} WHERE s.unit = :unit GROUP BY 1, 2 {_ADD_DAY}"
_ASSET_ROLL = f"INSERT INTO asset_totals {_SHOWN_SUMS} AND s.unit = :unit GROUP BY 1, 2, 3, 4 {_ADD_ASSET}"


def roll_up(connection: sqlite3.Connection, unit: int, sign: int) -> None:
    """Add a unit's sales to the roll-ups (`sign` 1), or take them out again (-1)."""
    connection.execute(_DAY_ROLL, {"unit": unit, "sign": sign})
    connection.execute(_ASSET_ROLL, {"unit": unit, "sign": sign})
    worked_out.forget(connection)


def add_totals(
    connection: sqlite3.Connection, days: Iterable[Sequence[object]], assets: Iterable[Sequence[object]]
) -> None:
    """Add sums to the roll-ups.

    `days` are (day, facet, downloads, amount, refunds, amount of large licences),
    `assets` (year, currency, shown, sold, downloads, amount, refunds).
    """
    connection.executemany(f"INSERT INTO day_totals VALUES (?, ?, ?, ?, ?, ?) {_ADD_DAY}", days)  # noqa: S608 - fixed texts
    connection.executemany(f"INSERT INTO asset_totals VALUES (?, ?, ?, ?, ?, ?, ?) {_ADD_ASSET}", assets)  # noqa: S608 - fixed texts
    worked_out.forget(connection)


def show_by_name(connection: sqlite3.Connection, names: Iterable[str]) -> None:
    """Bring the numbers under which files are shown up to their names; `names` are those that came and went."""
    concerned = [json.dumps(list(names))]
    files = "SELECT id FROM sold WHERE name IN (SELECT value FROM json_each(?))"
    connection.execute(f"UPDATE sold SET shown = {_FIRST} WHERE id IN ({files}) AND shown <> {_FIRST}", concerned)  # noqa: S608 - fixed texts
    shown = "(SELECT d.shown FROM sold d WHERE d.id = asset_totals.sold)"
    connection.execute(
        f"UPDATE asset_totals SET shown = {shown} WHERE sold IN ({files}) AND shown <> {shown}",  # noqa: S608 - fixed texts
        concerned,
    )
    worked_out.forget(connection)


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
