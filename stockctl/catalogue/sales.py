"""Tables of statements and sales, and the roll-ups that reports read.

Amounts are whole micro-units (a millionth of the currency), never floats. A
*unit* is one agency's day as one kind of statement tells it: what is imported
again is compared unit by unit, so that nothing is counted twice.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from stockctl.catalogue.assets import everything
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

# What files earned, summed by year, currency and file; `:sign` -1 takes it out again.
_ASSET_SUMS = f"""
    SELECT CAST(substr(u.day, 1, 4) AS INTEGER), f.currency, s.sold,
        :sign * sum(s.downloads), :sign * sum(s.amount), :sign * sum(min(s.amount, 0))
    FROM sales s JOIN units u ON u.id = s.unit JOIN facets f ON f.id = s.facet
    WHERE f.kind NOT IN ({", ".join(map(repr, NOT_EARNED))})"""  # noqa: S608 - fixed texts


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
    made = connection.execute(
        "INSERT INTO sold (agency, asset, file, title, name) VALUES (?, ?, ?, ?, ?)"
        " ON CONFLICT DO NOTHING RETURNING id",
        (agency, asset, file, title, file or asset),
    ).fetchone()
    if made:
        return int(made[0])
    found = connection.execute(
        "SELECT id, title FROM sold WHERE agency = ? AND asset = ? AND file = ?", (agency, asset, file)
    ).fetchone()
    if title and not found[1]:
        connection.execute("UPDATE sold SET title = ? WHERE id = ?", (title, found[0]))
    return int(found[0])


_DAY_ROLL = """
    INSERT INTO day_totals
    SELECT u.day, s.facet, :sign * sum(s.downloads), :sign * sum(s.amount), :sign * sum(min(s.amount, 0))
    FROM sales s JOIN units u ON u.id = s.unit WHERE s.unit = :unit GROUP BY s.facet
    ON CONFLICT (day, facet) DO UPDATE SET downloads = downloads + excluded.downloads,
        amount = amount + excluded.amount, refunds = refunds + excluded.refunds"""
_ASSET_ROLL = f"""
    INSERT INTO asset_totals {_ASSET_SUMS} AND s.unit = :unit GROUP BY 1, 2, 3
    ON CONFLICT (year, currency, sold) DO UPDATE SET downloads = downloads + excluded.downloads,
        amount = amount + excluded.amount, refunds = refunds + excluded.refunds"""


def roll_up(connection: sqlite3.Connection, unit: int, sign: int) -> None:
    """Add a unit's sales to the roll-ups (`sign` 1), or take them out again (-1)."""
    connection.execute(_DAY_ROLL, {"unit": unit, "sign": sign})
    connection.execute(_ASSET_ROLL, {"unit": unit, "sign": sign})


def add_totals(
    connection: sqlite3.Connection, days: Iterable[Sequence[object]], assets: Iterable[Sequence[object]]
) -> None:
    """Add sums to the roll-ups: (day, facet, …) and (year, currency, sold, …), each with downloads, amount, refunds."""
    connection.executemany(
        "INSERT INTO day_totals VALUES (?, ?, ?, ?, ?) ON CONFLICT (day, facet) DO UPDATE SET"
        " downloads = downloads + excluded.downloads, amount = amount + excluded.amount,"
        " refunds = refunds + excluded.refunds",
        days,
    )
    connection.executemany(
        "INSERT INTO asset_totals VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (year, currency, sold) DO UPDATE SET"
        " downloads = downloads + excluded.downloads, amount = amount + excluded.amount,"
        " refunds = refunds + excluded.refunds",
        assets,
    )


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


@dataclass(frozen=True)
class Earned:
    """What something brought in one currency: downloads, and an amount in micro-units."""

    currency: str
    downloads: int
    amount: int


def earned_by_picture(catalogue: Catalogue) -> dict[str, tuple[Earned, ...]]:
    """Return what each picture of the catalogue earned, at all agencies and in all years, by media_id."""
    found: dict[str, list[Earned]] = {}
    for row in catalogue.rows(
        "SELECT d.media_id, t.currency, sum(t.downloads) AS downloads, sum(t.amount) AS amount FROM asset_totals t"
        " JOIN sold d ON d.id = t.sold WHERE d.media_id IS NOT NULL GROUP BY d.media_id, t.currency ORDER BY 1, 2"
    ):
        found.setdefault(row["media_id"], []).append(Earned(row["currency"], row["downloads"], row["amount"]))
    return {media_id: tuple(earned) for media_id, earned in found.items()}


def earned_by_word(catalogue: Catalogue) -> dict[str, tuple[Earned, ...]]:
    """Return what the pictures earned that bear each keyword (lower case); a sale counts whole for every word."""
    sums: dict[str, dict[str, list[int]]] = {}
    by_picture = earned_by_picture(catalogue)
    for media_id, words in keywords(catalogue).items():
        for earned in by_picture.get(media_id, ()):
            for word in words:
                sum_ = sums.setdefault(word, {}).setdefault(earned.currency, [0, 0])
                sum_[0] += earned.downloads
                sum_[1] += earned.amount
    return {
        word: tuple(Earned(currency, *sum_) for currency, sum_ in sorted(by_currency.items()))
        for word, by_currency in sums.items()
    }


def keywords(catalogue: Catalogue) -> dict[str, tuple[str, ...]]:
    """Return the keywords of every picture in the catalogue, in lower case, by media_id."""
    found: dict[str, tuple[str, ...]] = {}
    for seen in everything(catalogue):
        record = seen.facts.get("record")
        if seen.media_id and isinstance(record, dict):
            words = (str(word).casefold() for word in record.get("keywords") or ())
            found.setdefault(seen.media_id, tuple(dict.fromkeys(words)))
    return found


def statement_known(catalogue: Catalogue, sha256: str) -> sqlite3.Row | None:
    """Return the statement that was imported from a file of these bytes, if any."""
    rows = catalogue.rows("SELECT * FROM statements WHERE sha256 = ?", [sha256])
    return rows[0] if rows else None


def counts(catalogue: Catalogue) -> dict[str, int]:
    """Return how often each picture in the catalogue was sold, at all agencies, by media_id."""
    rows = catalogue.rows(
        "SELECT d.media_id, sum(t.downloads) AS downloads FROM asset_totals t JOIN sold d ON d.id = t.sold"
        " WHERE d.media_id IS NOT NULL GROUP BY d.media_id"
    )
    return {row["media_id"]: row["downloads"] for row in rows}
