"""What SQLite refuses, and what is damaged in a catalogue, in words that say what to do."""

from __future__ import annotations

import contextlib
import sqlite3
from typing import TYPE_CHECKING

from stockctl.errors import CatalogueError, CatalogueLockedError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

# What SQLite says of a file that is damaged or none of its own, and of a disk or a folder that refuses.
_DAMAGED = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_FORMAT})
_REFUSED = frozenset(
    {
        *(sqlite3.SQLITE_PERM, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_FULL),
        *(sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PROTOCOL, sqlite3.SQLITE_NOLFS, sqlite3.SQLITE_AUTH),
    }
)


def damage(path: Path, *, untouched: bool = False) -> str:
    """Return what is damaged in the database file at `path`, "" where nothing is; the file is only read.

    `untouched`: no other process knows of it, so that no lock is needed.
    """
    try:
        with contextlib.closing(opened(path, untouched=untouched)) as connection:
            return damage_in(connection)
    except sqlite3.Error as error:
        return str(error)


def damage_in(connection: sqlite3.Connection) -> str:
    """Return what is damaged in an opened database file, "" where nothing is."""
    try:
        found = [row[0] for row in connection.execute("PRAGMA quick_check(1)")]
    except sqlite3.Error as error:
        return str(error)
    return "" if found == ["ok"] else str(found[0])


def opened(path: Path, *, untouched: bool = False) -> sqlite3.Connection:
    """Open a database file to read it, `untouched` as for `damage`; another thread may use the connection."""
    how = "immutable=1" if untouched else "mode=ro"
    return sqlite3.connect(f"{path.absolute().as_uri()}?{how}", uri=True, check_same_thread=False)


@contextlib.contextmanager
def explaining(path: Path) -> Iterator[None]:
    """Turn SQLite's refusals into errors that say what to do."""
    try:
        yield
    except sqlite3.Error as error:
        told = explained(error, path)
        if told is None:
            raise
        raise told from error


def explained(error: sqlite3.Error, path: Path) -> CatalogueError | None:
    """Return in words what the file, the disk or another command keeps SQLite from; None of a mistake of ours."""
    # The low byte is the kind; what stands above it says more of it.
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_CORRUPT) & 0xFF
    if code in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}:
        return CatalogueLockedError(
            "the catalogue is in use by another command",
            where=str(path),
            hint="wait until the other stockctl has ended and run this again; nothing was changed",
        )
    if code in _DAMAGED:
        return CatalogueError(
            f"this is not a catalogue, or it is damaged: {error}",
            where=str(path),
            hint=f"restore the newest '{path.name}.backup-…' beside it, or name another: --db FILE",
        )
    if code in _REFUSED:
        return CatalogueError(
            f"cannot use the catalogue: {error}",
            where=str(path),
            hint="check the folder's permissions and the free space",
        )
    return None
