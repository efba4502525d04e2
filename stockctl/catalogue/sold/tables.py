"""How the tables of statements and sales grew, and the sums that their roll-ups are made of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stockctl.catalogue.migrations import Migrations
from stockctl.catalogue.sold.kinds import EARNED

if TYPE_CHECKING:
    from sqlite_utils import Database

migrations = Migrations("sales")

MICRO = 1_000_000

# How the sources of what was booked begin; those of statements are the names of their layouts.
BOOKED = "booked:"

# A single licence that pays this much is no microstock any more: in most currencies 10 of its units,
# in those of small units about as much. The sums of the past rest on it.
LARGE = 10 * MICRO
LARGE_OF = {"JPY": 1_000 * MICRO, "KRW": 10_000 * MICRO, "INR": 1_000 * MICRO, "IDR": 100_000 * MICRO}

_SUMS = ":sign * sum(s.downloads), :sign * sum(s.amount), :sign * sum(min(s.amount, 0))"
_SALES = "sales s JOIN units u ON u.id = s.unit JOIN facets f ON f.id = s.facet"
# What files earned, summed by year, currency and file; `:sign` -1 takes it out again.
ASSET_SUMS = f"""
    SELECT CAST(substr(u.day, 1, 4) AS INTEGER), f.currency, s.sold, {_SUMS} FROM {_SALES}
    WHERE {EARNED}"""  # noqa: S608 - fixed texts
SHOWN_SUMS = ASSET_SUMS.replace("s.sold,", "d.shown, s.sold,").replace(
    "sales s", "sales s JOIN sold d ON d.id = s.sold"
)
_LARGE_SUM = f""":sign * sum(CASE WHEN s.downloads = 1 AND s.amount >= CASE f.currency
    {" ".join(f"WHEN {currency!r} THEN {least}" for currency, least in LARGE_OF.items())} ELSE {LARGE} END
    THEN s.amount ELSE 0 END)"""


def folder_name(path: str | None) -> str | None:
    """Return the folder in which a file lies, by its name alone."""
    return None if path is None else path.replace("\\", "/").split("/")[-2:][0]


# All files of one name are shown as one: `shown` is the number of the first of them.
FIRST = "(SELECT min(o.id) FROM sold o WHERE o.name = sold.name)"
_SHOW = f"UPDATE sold SET shown = {FIRST} WHERE shown <> {FIRST}"  # noqa: S608 - fixed texts
DAY_SUMS = f"SELECT u.day, s.facet, {_SUMS}, {_LARGE_SUM} FROM {_SALES}"  # noqa: S608 - fixed texts


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
    db.execute(f"INSERT INTO asset_totals {ASSET_SUMS} GROUP BY 1, 2, 3", {"sign": 1})


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
    db.execute(f"INSERT INTO asset_totals {SHOWN_SUMS} GROUP BY 1, 2, 3, 4", {"sign": 1})
    db.execute("DROP TABLE day_totals")
    db.execute(
        "CREATE TABLE day_totals (day TEXT NOT NULL, facet INTEGER NOT NULL, downloads INTEGER NOT NULL,"
        " amount INTEGER NOT NULL, refunds INTEGER NOT NULL, large INTEGER NOT NULL, PRIMARY KEY (day, facet))"
        " WITHOUT ROWID"
    )
    db.execute(f"INSERT INTO day_totals {DAY_SUMS} GROUP BY 1, 2", {"sign": 1})
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


@migrations
def m009_days_of_answers(db: Database) -> None:
    """Keep whose days' sales an answer was worked out from: sales of others leave it as it is."""
    db.execute("DELETE FROM worked_out")
    db.execute("ALTER TABLE worked_out ADD COLUMN first TEXT NOT NULL DEFAULT ''")
    db.execute("ALTER TABLE worked_out ADD COLUMN last TEXT NOT NULL DEFAULT '9999-12-31'")


@migrations
def m010_sums_of_years(db: Database) -> None:
    """Keep what each file brought in a year in one piece, for questions about all files of all years."""
    db.execute(
        "CREATE TABLE year_sums (year INTEGER NOT NULL, currency TEXT NOT NULL, sums BLOB NOT NULL,"
        " PRIMARY KEY (year, currency))"
    )


@migrations
def m011_shoots(db: Database) -> None:
    """Keep beside each sold file the folder in which its picture lies; a file that comes or goes forgets it."""
    db.execute("ALTER TABLE sold ADD COLUMN shoot TEXT")
    connection = db.conn
    assert connection is not None
    connection.create_function("folder_name", 1, folder_name, deterministic=True)
    db.execute(
        "UPDATE sold SET shoot = coalesce((SELECT folder_name(max(path)) FROM files f"
        " WHERE f.media_id = sold.media_id), '') WHERE media_id IS NOT NULL"
    )
    # Those whose folder is to be looked up.
    db.execute("CREATE INDEX sold_without_shoot ON sold (media_id) WHERE shoot IS NULL AND media_id IS NOT NULL")
    forget = "UPDATE sold SET shoot = NULL WHERE media_id = {}.media_id AND shoot IS NOT NULL;"
    # What is replaced under its path is deleted without a trigger of its own.
    replaced = (
        "UPDATE sold SET shoot = NULL WHERE shoot IS NOT NULL"
        " AND media_id = (SELECT media_id FROM files WHERE path = NEW.path AND media_id <> NEW.media_id);"
    )
    for event, actions in (
        ("BEFORE INSERT", replaced),
        ("AFTER INSERT", forget.format("NEW")),
        ("AFTER DELETE", forget.format("OLD")),
    ):
        name = f"files_shoot_{event.lower().replace(' ', '_')}"
        db.execute(f"CREATE TRIGGER {name} {event} ON files BEGIN {actions} END")


@migrations
def m012_months(db: Database) -> None:
    """Keep what each file brought in a month in one piece, and which picture it is, for questions about all."""
    from stockctl.catalogue.sold import month_sums, pictures

    db.execute(
        "CREATE TABLE month_sums (month TEXT NOT NULL, currency TEXT NOT NULL, sums BLOB NOT NULL,"
        " PRIMARY KEY (month, currency))"
    )
    pictures.make_tables(db)
    connection = db.conn
    assert connection is not None
    month_sums.keep_all(connection)
    pictures.keep_all(connection)


@migrations
def m013_sold_files_come_alone(db: Database) -> None:
    """Do without a trigger for sold files that come: they are of no picture yet, and there are millions."""
    db.execute("DROP TRIGGER IF EXISTS sold_moved_after_insert")
