"""Under which number each sold file is shown, and in which folder its picture lies, as arrays: for all that sold."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from stockctl.errors import CatalogueLockedError

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator

    from numpy.typing import NDArray
    from sqlite_utils import Database

    from stockctl.catalogue import Catalogue

# So many numbers of sold files make a block: 2 to the power of it.
_SHIFT = 16
_COLUMNS = "s.id, CASE s.name WHEN '' THEN 0 ELSE s.shown END, s.shoot, s.media_id"


def make_tables(db: Database) -> None:
    """Make the tables of the blocks, of folders by number, and of the sold files to be looked up again."""
    for table in (
        "shown_files (block INTEGER PRIMARY KEY, last INTEGER NOT NULL, shown BLOB NOT NULL, shoots BLOB NOT NULL)",
        "shown_moved (sold INTEGER PRIMARY KEY)",
        "shoots_shown (number INTEGER PRIMARY KEY, shoot TEXT NOT NULL UNIQUE)",
    ):
        db.execute(f"CREATE TABLE {table}")
    # Not when one comes: a statement brings hundreds of thousands, and who asks sees by their number that they are new.
    db.execute(
        "CREATE TRIGGER sold_shown AFTER UPDATE OF shown, name, shoot, media_id ON sold"  # noqa: S608 - our own number
        f" WHEN NEW.id <= (SELECT last FROM shown_files WHERE block = NEW.id >> {_SHIFT})"
        " AND NOT EXISTS (SELECT 1 FROM shown_moved WHERE sold = NEW.id)"
        " BEGIN INSERT INTO shown_moved VALUES (NEW.id); END"
    )


@dataclass(frozen=True)
class Shown:
    """By number of a sold file: that under which it is shown (0: it has no name), and that of its shoot in `names`.

    Number 0 are those of which no folder is known.
    """

    numbers: NDArray[np.int32]
    shoots: NDArray[np.int32]
    names: list[str]


def of_now(catalogue: Catalogue) -> Shown:
    """Return all sold files as they are; what was looked up is kept, unless another command writes."""
    try:
        with catalogue.impatient(), catalogue.transaction() as connection:
            return _Reading(connection).all(keep=True)
    except CatalogueLockedError:
        return _Reading(catalogue.connection).all(keep=False)


def keep_all(connection: sqlite3.Connection) -> None:
    """Keep what is not, or no longer right, within the caller's transaction."""
    _Reading(connection).all(keep=True)


class _Reading:
    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection
        rows = connection.execute("SELECT number, shoot FROM shoots_shown").fetchall()
        self.known = len(rows)
        self.number = {"": 0} | {row[1]: row[0] for row in rows}
        self.folders: dict[str, str] = {}

    def all(self, *, keep: bool) -> Shown:
        last = self.connection.execute("SELECT coalesce(max(id), 0) FROM sold").fetchone()[0]
        parts = [self._block(block, last, keep=keep) for block in range((last >> _SHIFT) + 1)]
        if keep:
            self.connection.executemany(
                "INSERT INTO shoots_shown VALUES (?, ?)",
                [(number, name) for name, number in self.number.items() if number > self.known],
            )
        names = sorted(self.number, key=self.number.__getitem__)
        return Shown(np.concatenate([one for one, _ in parts]), np.concatenate([one for _, one in parts]), names)

    def _block(self, block: int, last: int, *, keep: bool) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        """Return a block as it is: what is kept of it, but for the sold files that are new or to be looked up again."""
        first, end = block << _SHIFT, min(last, ((block + 1) << _SHIFT) - 1)
        row = self.connection.execute("SELECT last, shown, shoots FROM shown_files WHERE block = ?", [block]).fetchone()
        known = row[0] if row else first - 1
        shown, shoots = (
            (np.frombuffer(blob, np.int32).copy() for blob in row[1:])
            if row
            else (np.zeros(1 << _SHIFT, np.int32) for _ in range(2))
        )
        moved = [
            one[0]
            for one in self.connection.execute("SELECT sold FROM shown_moved WHERE sold BETWEEN ? AND ?", (first, end))
        ]
        doubtful = []
        for sold, number, shoot, media_id in self._rows(first, known, end):
            if shoot is None and media_id is not None:
                # It is not written down yet, and may change with the files.
                doubtful.append(sold)
            shown[sold - first] = number
            shoots[sold - first] = self._number_of(shoot, media_id)
        if keep and (known != end or moved != doubtful):
            values = (block, end, shown.tobytes(), shoots.tobytes())
            self.connection.execute("INSERT OR REPLACE INTO shown_files VALUES (?, ?, ?, ?)", values)
            self.connection.execute("DELETE FROM shown_moved WHERE sold BETWEEN ? AND ?", (first, end))
            self.connection.executemany("INSERT INTO shown_moved VALUES (?)", [(sold,) for sold in doubtful])
        # What is put down for numbers that nobody has is nobody's.
        return shown[: end + 1 - first], shoots[: end + 1 - first]

    def _rows(self, first: int, known: int, end: int) -> Iterator[tuple[int, int, str | None, str | None]]:
        cursor = self.connection.cursor()
        cursor.row_factory = None
        yield from cursor.execute(
            f"SELECT {_COLUMNS} FROM shown_moved m CROSS JOIN sold s ON s.id = m.sold WHERE m.sold BETWEEN ? AND ?",  # noqa: S608 - fixed texts
            (first, known),
        ).fetchall()
        yield from cursor.execute(
            f"SELECT {_COLUMNS} FROM sold s WHERE s.id BETWEEN ? AND ? ORDER BY s.id",  # noqa: S608 - fixed texts
            (known + 1, end),
        )

    def _number_of(self, shoot: str | None, media_id: str | None) -> int:
        from stockctl.catalogue.sold.tables import folder_name

        if shoot is None and media_id is not None:
            if media_id not in self.folders:
                row = self.connection.execute("SELECT max(path) FROM files WHERE media_id = ?", [media_id]).fetchone()
                self.folders[media_id] = folder_name(row[0]) or ""
            shoot = self.folders[media_id]
        number: int = self.number.setdefault(shoot or "", len(self.number))
        return number
