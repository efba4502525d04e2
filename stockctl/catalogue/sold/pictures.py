"""The file of the picture that each sold file is, as an array: for questions about all that sold."""

from __future__ import annotations

import contextlib
import json
from itertools import chain
from typing import TYPE_CHECKING

from stockctl.errors import CatalogueLockedError

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Sequence

    import numpy as np
    from numpy.typing import NDArray
    from sqlite_utils import Database

    from stockctl.catalogue import Catalogue

# So many numbers of sold files make a block: 2 to the power of it.
_SHIFT = 16


def make_tables(db: Database) -> None:
    """Make the table of the blocks, and of the sold files to be looked up again since they were made."""
    db.execute("CREATE TABLE sold_files (block INTEGER PRIMARY KEY, files BLOB NOT NULL)")
    db.execute("CREATE TABLE sold_moved (sold INTEGER PRIMARY KEY)")
    moved = "INSERT OR IGNORE INTO sold_moved SELECT id FROM sold WHERE media_id {};"
    # What is replaced under its path is deleted without a trigger of its own.
    replaced = moved.format("= (SELECT media_id FROM files WHERE path = NEW.path AND media_id IS NOT NEW.media_id)")
    for table, event, actions in (
        ("files", "BEFORE INSERT", replaced),
        ("files", "AFTER INSERT", moved.format("= NEW.media_id")),
        ("files", "AFTER DELETE", moved.format("= OLD.media_id")),
        ("files", "AFTER UPDATE OF facts, media_id", moved.format("IN (OLD.media_id, NEW.media_id)")),
        # A sold file that comes is of no picture yet.
        (
            "sold",
            "AFTER UPDATE OF media_id",
            moved.format("IN (OLD.media_id, NEW.media_id) OR id = NEW.id"),
        ),
    ):
        name = f"{table}_moved_{'_'.join(event.lower().split()[:2])}"
        db.execute(f"CREATE TRIGGER {name} {event} ON {table} BEGIN {actions} END")


def fill(catalogue: Catalogue) -> None:
    """Keep the blocks that are not, or no longer right; where another command writes, they are left for later.

    The write lock is held for a block at a time.
    """
    with contextlib.suppress(CatalogueLockedError), catalogue.impatient():
        for block in _blocks(catalogue.connection):
            if not _kept(catalogue.connection, block):
                with catalogue.transaction() as connection:
                    keep(connection, block)


def keep_all(connection: sqlite3.Connection) -> None:
    """Keep the blocks that are not, or no longer right, within the caller's transaction."""
    for block in _blocks(connection):
        if not _kept(connection, block):
            keep(connection, block)


def keep(connection: sqlite3.Connection, block: int) -> None:
    """Keep a block as it is now."""
    files = _files(connection, block)
    # Not replaced: what is summed of a block is put aside when it is deleted.
    connection.execute("DELETE FROM sold_files WHERE block = ?", [block])
    connection.execute("INSERT INTO sold_files VALUES (?, ?)", (block, files.tobytes()))
    connection.execute("DELETE FROM sold_moved WHERE sold BETWEEN ? AND ?", _span(block))


def files(catalogue: Catalogue) -> NDArray[np.int32]:
    """Return for each number of a sold file that of its picture's file.

    Of several files of a picture it is the first by path that has keywords, or
    else the first. 0: nobody knows what picture it is. Of a picture that has no
    file any more all sold files have one negative number, and no other has it.
    """
    return of_now(catalogue.connection)


def of_now(connection: sqlite3.Connection) -> NDArray[np.int32]:
    """Return `files`, given the connection."""
    import numpy as np

    parts = [
        np.frombuffer(connection.execute("SELECT files FROM sold_files WHERE block = ?", [block]).fetchone()[0], "<i4")
        if _kept(connection, block)
        else _files(connection, block)
        for block in _blocks(connection)
    ]
    return np.concatenate([np.zeros(0, np.int32), *parts])


def _blocks(connection: sqlite3.Connection) -> Iterable[int]:
    return range((connection.execute("SELECT coalesce(max(id), -1) FROM sold").fetchone()[0] >> _SHIFT) + 1)


def _span(block: int) -> tuple[int, int]:
    return block << _SHIFT, ((block + 1) << _SHIFT) - 1


def _kept(connection: sqlite3.Connection, block: int) -> bool:
    """Whether a block is kept, and right."""
    return not connection.execute(
        "SELECT NOT EXISTS (SELECT 1 FROM sold_files WHERE block = ?)"
        " OR EXISTS (SELECT 1 FROM sold_moved WHERE sold BETWEEN ? AND ?)",
        (block, *_span(block)),
    ).fetchone()[0]


def _files(connection: sqlite3.Connection, block: int) -> NDArray[np.int32]:
    """Return a block as it is now: what is kept of it, but for the sold files that are to be looked up again."""
    import numpy as np

    kept = connection.execute("SELECT files FROM sold_files WHERE block = ?", [block]).fetchone()
    found = np.frombuffer(kept[0], "<i4").copy() if kept else np.zeros(1 << _SHIFT, np.int32)
    first, last = _span(block)
    which = "s.id BETWEEN ? AND ?"
    if kept:
        which += " AND s.id IN (SELECT sold FROM sold_moved WHERE sold BETWEEN ? AND ?)"
        moved = _rows(connection, "SELECT sold FROM sold_moved WHERE sold BETWEEN ? AND ?", (first, last), 1)
        found[moved[:, 0] - first] = 0
    values = (first, last, first, last)[: which.count("?")]
    rows = _rows(
        connection,
        "SELECT s.id, f.rowid FROM sold s CROSS JOIN files f ON f.media_id = s.media_id"  # noqa: S608 - fixed texts
        f" WHERE {which} ORDER BY s.id, f.path",
        values,
    )
    several = rows[np.isin(rows[:, 0], rows[1:, 0][rows[1:, 0] == rows[:-1, 0]])]
    # Of each the first: the last that is written stays.
    for part in (rows, several[_worded(connection, several[:, 1])]):
        found[part[::-1, 0] - first] = part[::-1, 1]
    query = f"SELECT s.id, s.media_id FROM sold s WHERE {which} AND s.media_id IS NOT NULL"  # noqa: S608 - fixed texts
    here = [row for row in connection.execute(query, values) if not found[row[0] - first]]
    for sold, media_id in here:
        least = connection.execute("SELECT min(id) FROM sold WHERE media_id = ?", [media_id]).fetchone()[0]
        found[sold - first] = -least
    return found


def _worded(connection: sqlite3.Connection, files: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Whether each of these files has keywords."""
    import numpy as np

    query = (
        "SELECT rowid FROM files WHERE rowid IN (SELECT value FROM json_each(?))"
        " AND json_array_length(facts, '$.record.keywords') > 0"
    )
    return np.isin(files, _rows(connection, query, [json.dumps(files.tolist())], 1)[:, 0])


def _rows(connection: sqlite3.Connection, query: str, values: Sequence[object], width: int = 2) -> NDArray[np.int64]:
    """Return rows of whole numbers, shape (n, width)."""
    import numpy as np

    cursor = connection.cursor()
    cursor.row_factory = None
    return np.fromiter(chain.from_iterable(cursor.execute(query, values)), np.int64).reshape(-1, width)
