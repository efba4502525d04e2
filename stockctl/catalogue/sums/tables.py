"""Tables of the sums over all pictures, and the triggers that mark what they no longer hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stockctl.catalogue.migrations import Migrations
from stockctl.catalogue.sent.ledger import ARRIVED_SQL, HAS_ARRIVED

if TYPE_CHECKING:
    from sqlite_utils import Database

migrations = Migrations("sums")


@migrations
def m001_tables(db: Database) -> None:
    """Make the tables of the sums, of what they were made of, and of what changed since."""
    for table in (
        # Sums of words: numbers as bytes, by name.
        "word_sums (name TEXT PRIMARY KEY, value BLOB NOT NULL)",
        "month_words (month TEXT PRIMARY KEY, sums BLOB NOT NULL)",
        # Sales that came to a month of which the words are summed.
        # What sold files brought in all months until one: downloads, and the micro-units of each currency.
        "sold_totals (what TEXT PRIMARY KEY, last TEXT NOT NULL, sums BLOB NOT NULL)",
        "month_added (id INTEGER PRIMARY KEY, month TEXT NOT NULL, sums BLOB NOT NULL)",
        # Blocks of sold files that are summed as they are now, and others as they were when they were summed.
        "sold_counted (block INTEGER PRIMARY KEY)",
        "sold_before (block INTEGER PRIMARY KEY, files BLOB NOT NULL)",
        # Pictures of which there were several files at a time.
        "several_files (media_id TEXT PRIMARY KEY) WITHOUT ROWID",
        # Whether the picture of each file has arrived anywhere; files to look up again; pictures without a file.
        "arrived_files (block INTEGER PRIMARY KEY, files BLOB NOT NULL)",
        "arrived_moved (file INTEGER PRIMARY KEY)",
        "arrived_lost (media_id TEXT PRIMARY KEY) WITHOUT ROWID",
    ):
        db.execute(f"CREATE TABLE {table}")


@migrations
def m002_marked(db: Database) -> None:
    """Mark what changes."""
    db.execute(
        "CREATE TRIGGER sold_files_counted BEFORE DELETE ON sold_files"
        " WHEN EXISTS (SELECT 1 FROM sold_counted WHERE block = OLD.block)"
        " BEGIN INSERT INTO sold_before VALUES (OLD.block, OLD.files);"
        " DELETE FROM sold_counted WHERE block = OLD.block; END"
    )
    db.execute(
        "CREATE TRIGGER month_sums_worded AFTER DELETE ON month_sums BEGIN"
        " DELETE FROM month_words WHERE month = OLD.month; DELETE FROM month_added WHERE month = OLD.month; END"
    )
    for event, row in (("INSERT", "NEW"), ("DELETE", "OLD")):
        db.execute(
            f"CREATE TRIGGER month_sums_totalled_{event.lower()} AFTER {event} ON month_sums"  # noqa: S608 - fixed texts
            f" BEGIN DELETE FROM sold_totals WHERE last >= {row}.month; END"
        )
    _several(db)
    _arrived(db)


def _several(db: Database) -> None:
    db.execute(
        "INSERT INTO several_files SELECT media_id FROM files WHERE media_id > '' GROUP BY media_id HAVING count(*) > 1"
    )
    for event, condition in (("INSERT", ""), ("UPDATE OF media_id", "NEW.media_id IS NOT OLD.media_id AND ")):
        db.execute(
            f"CREATE TRIGGER files_several_{event.split()[0].lower()} AFTER {event} ON files WHEN {condition}"  # noqa: S608 - fixed texts
            " EXISTS (SELECT 1 FROM files WHERE media_id = NEW.media_id AND path <> NEW.path)"
            " AND NOT EXISTS (SELECT 1 FROM several_files WHERE media_id = NEW.media_id)"
            " BEGIN INSERT INTO several_files VALUES (NEW.media_id); END"
        )


def _arrived(db: Database) -> None:
    """Mark the files whose pictures arrive, and keep those pictures that have arrived and have no file (any more)."""
    has_arrived = HAS_ARRIVED.format
    moved = "INSERT INTO arrived_moved SELECT {} WHERE NOT EXISTS (SELECT 1 FROM arrived_moved WHERE file = {});"
    of_picture = (
        "INSERT INTO arrived_moved SELECT rowid FROM files WHERE media_id = {}.media_id"
        " AND rowid NOT IN (SELECT file FROM arrived_moved);"
    )
    lost = (
        "INSERT INTO arrived_lost SELECT {0} WHERE {0} IS NOT NULL"  # noqa: S608 - fixed texts
        " AND NOT EXISTS (SELECT 1 FROM files WHERE media_id = {0}{1})"
        " AND NOT EXISTS (SELECT 1 FROM arrived_lost WHERE media_id = {0}) AND " + has_arrived("{0}") + ";"
    )
    # What is replaced under its path is deleted without a trigger of its own.
    old = "(SELECT media_id FROM files WHERE path = NEW.path AND media_id IS NOT NEW.media_id)"
    replaced = (  # noqa: S608 - fixed texts
        "INSERT INTO arrived_moved SELECT rowid FROM files WHERE path = NEW.path"
        " AND rowid NOT IN (SELECT file FROM arrived_moved);"
    ) + lost.format(old, " AND path <> NEW.path")
    found = "DELETE FROM arrived_lost WHERE media_id = NEW.media_id;"
    gone = f"DELETE FROM arrived_lost WHERE media_id = {{0}}.media_id AND NOT {has_arrived('{0}.media_id')};"  # noqa: S608 - fixed texts
    is_there = f"NEW.part = 0 AND NEW.state IN ({ARRIVED_SQL})"
    was_there = f"OLD.part = 0 AND OLD.state IN ({ARRIVED_SQL})"
    number = moved.format("NEW.rowid", "NEW.rowid")
    for table, name, event, condition, actions in (
        ("files", "replace", "BEFORE INSERT", "1", replaced),
        ("files", "insert", "AFTER INSERT", "1", number + found),
        (
            "files",
            "delete",
            "AFTER DELETE",
            "1",
            moved.format("OLD.rowid", "OLD.rowid") + lost.format("OLD.media_id", ""),
        ),
        (
            *("files", "update", "AFTER UPDATE OF media_id", "NEW.media_id IS NOT OLD.media_id"),
            number + found + lost.format("OLD.media_id", ""),
        ),
        ("uploads", "insert", "AFTER INSERT", is_there, of_picture.format("NEW") + lost.format("NEW.media_id", "")),
        ("uploads", "delete", "AFTER DELETE", was_there, of_picture.format("OLD") + gone.format("OLD")),
        (
            *("uploads", "update", "AFTER UPDATE OF state, media_id, part"),
            f"({is_there}) <> ({was_there}) OR NEW.media_id <> OLD.media_id",
            of_picture.format("NEW") + of_picture.format("OLD") + lost.format("NEW.media_id", "") + gone.format("OLD"),
        ),
    ):
        db.execute(f"CREATE TRIGGER {table}_arrived_{name} {event} ON {table} WHEN {condition} BEGIN {actions} END")
    db.execute(
        "INSERT INTO arrived_lost SELECT DISTINCT media_id FROM uploads u WHERE part = 0"  # noqa: S608 - fixed texts
        f" AND state IN ({ARRIVED_SQL}) AND NOT EXISTS (SELECT 1 FROM files WHERE media_id = u.media_id)"
    )


@migrations
def m003_summed(db: Database) -> None:
    """Sum up what is there, so that no plan waits for it, where the keywords have their keys already."""
    from stockctl.catalogue.sums import arrived, now

    connection = db.conn
    assert connection is not None
    arrived.keep_all(connection)
    now.sum_up(connection)


@migrations
def m004_shown(db: Database) -> None:
    """Keep under which number sold files are shown, and in which folders their pictures lie, in one piece."""
    from stockctl.catalogue.sums import shown

    shown.make_tables(db)
    connection = db.conn
    assert connection is not None
    shown.keep_all(connection)


@migrations
def m005_linked(db: Database) -> None:
    """Count the sold files of which it is known what picture they are, as they are found out."""
    db.execute("CREATE TABLE linked_sold (files INTEGER NOT NULL)")
    db.execute("INSERT INTO linked_sold SELECT count(*) FROM sold WHERE media_id IS NOT NULL")
    for event, change, condition in (
        (
            *("UPDATE OF media_id", "(NEW.media_id IS NOT NULL) - (OLD.media_id IS NOT NULL)"),
            "(NEW.media_id IS NULL) <> (OLD.media_id IS NULL)",
        ),
        ("DELETE", "-1", "OLD.media_id IS NOT NULL"),
    ):
        db.execute(
            f"CREATE TRIGGER sold_linked_{event.split()[0].lower()} AFTER {event} ON sold WHEN {condition}"  # noqa: S608 - fixed texts
            f" BEGIN UPDATE linked_sold SET files = files + ({change}); END"
        )
