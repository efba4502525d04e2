"""Whether the picture of each file has arrived at an agency, as an array: for questions about all pictures."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

import numpy as np

from stockctl.catalogue.sent.ledger import ARRIVED_SQL, HAS_ARRIVED
from stockctl.errors import CatalogueLockedError

if TYPE_CHECKING:
    import sqlite3

    from numpy.typing import NDArray

    from stockctl.catalogue import Catalogue

# So many numbers of files make a block: 2 to the power of it.
_SHIFT = 16
_ARRIVED = f"SELECT f.rowid FROM files f WHERE f.rowid IN {{}} AND {HAS_ARRIVED.format('f.media_id')}"  # noqa: S608 - fixed texts
_ALL = (
    f"SELECT f.rowid FROM (SELECT DISTINCT media_id FROM uploads INDEXED BY uploads_picture WHERE part = 0"  # noqa: S608 - fixed texts
    f" AND state IN ({ARRIVED_SQL})) u CROSS JOIN files f ON f.media_id = u.media_id"
)
_MOVED = "(SELECT file FROM arrived_moved WHERE file BETWEEN :first AND :last)"


def files(connection: sqlite3.Connection) -> NDArray[np.bool_]:
    """Return for each number of a file whether its picture has arrived; numbers of no file have not."""
    last = connection.execute("SELECT coalesce(max(rowid), 0) FROM files").fetchone()[0]
    parts = [_block(connection, block) for block in range((last >> _SHIFT) + 1)]
    return np.concatenate(parts)[: last + 1]


def lost(connection: sqlite3.Connection) -> set[str]:
    """Return the pictures (media_id) that have arrived and have no file."""
    return {row[0] for row in connection.execute("SELECT media_id FROM arrived_lost")}


def fill(catalogue: Catalogue) -> None:
    """Keep what is not, or no longer right; where another command writes, it is left for later."""
    with contextlib.suppress(CatalogueLockedError), catalogue.impatient():
        stale = "SELECT EXISTS (SELECT 1 FROM arrived_moved) OR NOT EXISTS (SELECT 1 FROM arrived_files)"
        if catalogue.rows(stale)[0][0]:
            with catalogue.transaction() as connection:
                keep_all(connection)


def keep_all(connection: sqlite3.Connection) -> None:
    """Keep what is not, or no longer right, within the caller's transaction."""
    last = connection.execute("SELECT coalesce(max(rowid), 0) FROM files").fetchone()[0] >> _SHIFT
    kept = {row[0] for row in connection.execute("SELECT block FROM arrived_files")}
    if not kept:
        found = np.zeros((last + 1) << _SHIFT, np.bool_)
        # In the order of both indexes: by files each picture's uploads would be looked for on another page.
        for row in connection.execute(_ALL):
            found[row[0]] = True
        blocks = found.reshape(-1, 1 << _SHIFT)
        connection.executemany(
            "INSERT INTO arrived_files VALUES (?, ?)", [(block, part.tobytes()) for block, part in enumerate(blocks)]
        )
        connection.execute("DELETE FROM arrived_moved")
        return
    moved = {row[0] for row in connection.execute(f"SELECT DISTINCT file >> {_SHIFT} FROM arrived_moved")}  # noqa: S608 - our own number
    for block in range(last + 1):
        if block in moved or block not in kept:
            connection.execute(
                "INSERT OR REPLACE INTO arrived_files VALUES (?, ?)", (block, _block(connection, block).tobytes())
            )
    connection.execute("DELETE FROM arrived_moved")
    connection.execute("DELETE FROM arrived_files WHERE block > ?", [last])


def _block(connection: sqlite3.Connection, block: int) -> NDArray[np.bool_]:
    """Return a block as it is now: what is kept of it, but for the files that are to be looked up again."""
    first = block << _SHIFT
    span = {"first": first, "last": first + (1 << _SHIFT) - 1}
    kept = connection.execute("SELECT files FROM arrived_files WHERE block = ?", [block]).fetchone()
    found = np.frombuffer(kept[0], np.bool_).copy() if kept else np.zeros(1 << _SHIFT, np.bool_)
    if kept:
        moved = [row[0] for row in connection.execute(_MOVED[1:-1], span)]
        found[np.array(moved, np.int64) - first] = False
    which = _MOVED if kept else "(SELECT rowid FROM files WHERE rowid BETWEEN :first AND :last)"
    arrived = [row[0] for row in connection.execute(_ARRIVED.format(which), span)]
    found[np.array(arrived, np.int64) - first] = True
    return found
