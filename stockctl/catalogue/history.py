"""Tables of changes to files: batches, and the bytes that each change replaced."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING

from stockctl.catalogue.assets import now
from stockctl.catalogue.migrations import Migrations
from stockctl.files.splice import Splice

if TYPE_CHECKING:
    from collections.abc import Sequence
    from sqlite3 import Row

    from sqlite_utils import Database

    from stockctl.catalogue import Catalogue

migrations = Migrations("history")

# A change is begun before the file is touched, and done when it has taken its place.
BEGUN, DONE, RESTORED = "begun", "done", "restored"


@migrations
def m001_batches_and_changes(db: Database) -> None:
    """Start with batches and their changes."""
    db.table("batches").create(
        {"batch": int, "of": str, "command": str, "at": str, "undone_at": str},
        pk="batch",
        not_null={"of", "command", "at"},
    )
    db.table("changes").create(
        {
            "id": int,
            "batch": int,
            "path": str,
            "state": str,
            "created": int,
            "old_size": int,
            "new_size": int,
            "mtime_ns": int,
            "digest": str,
            "splices": bytes,
        },
        pk="id",
        foreign_keys=[("batch", "batches", "batch")],
        not_null={"batch", "path", "state", "created", "old_size", "new_size", "digest"},
    )
    db.table("changes").create_index(["batch"])


@dataclass(frozen=True)
class Kept:
    """A change as the catalogue keeps it.

    `digest` is of the bytes that the change wrote; `splices` make the old file
    of the new one, and are None where the limit on kept history dropped them.
    """

    id: int
    path: str
    state: str
    created: bool
    old_size: int
    new_size: int
    mtime_ns: int | None
    digest: str
    splices: tuple[Splice, ...] | None


@dataclass(frozen=True)
class BatchRow:
    """A batch: its number, what made it, when, how many files it changed; `kept`: whether it can be undone."""

    batch: int
    of: str
    command: str
    at: str
    files: int
    undone: bool
    kept: bool


def add_batch(catalogue: Catalogue, of: str, command: str) -> int:
    """Open a batch and return its number."""
    with catalogue.transaction() as connection:
        cursor = connection.execute("INSERT INTO batches (of, command, at) VALUES (?, ?, ?)", (of, command, now()))
        return int(cursor.lastrowid or 0)


def begin(
    catalogue: Catalogue,
    batch: int,
    path: str,
    *,
    created: bool,
    old_size: int,
    new_size: int,
    digest: str,
    splices: Sequence[Splice],
) -> int:
    """Write down a change before it is made; return its id."""
    with catalogue.transaction() as connection:
        cursor = connection.execute(
            "INSERT INTO changes (batch, path, state, created, old_size, new_size, digest, splices)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (batch, path, BEGUN, int(created), old_size, new_size, digest, packed(splices)),
        )
        return int(cursor.lastrowid or 0)


def finish(catalogue: Catalogue, change: int, mtime_ns: int) -> None:
    """Write down that a change was made, and the time that its file bears."""
    with catalogue.transaction() as connection:
        connection.execute("UPDATE changes SET state = ?, mtime_ns = ? WHERE id = ?", (DONE, mtime_ns, change))


def drop(catalogue: Catalogue, change: int) -> bool:
    """Forget a change that was not made, and its batch if that was all of it; return whether the batch stays."""
    with catalogue.transaction() as connection:
        row = connection.execute("DELETE FROM changes WHERE id = ? RETURNING batch", (change,)).fetchone()
        if row is None:
            return True
        gone = connection.execute(
            "DELETE FROM batches WHERE batch = ? AND NOT EXISTS (SELECT 1 FROM changes WHERE batch = ?)",
            (row["batch"], row["batch"]),
        )
        return not gone.rowcount


def changes_of(catalogue: Catalogue, batch: int) -> list[Kept]:
    """Return the changes of a batch, the latest first."""
    return list(map(_kept, catalogue.rows("SELECT * FROM changes WHERE batch = ? ORDER BY id DESC", [batch])))


def begun(catalogue: Catalogue, size: int) -> list[Kept]:
    """Return the changes to files of at least this size that were begun, and not finished."""
    return list(
        map(_kept, catalogue.rows("SELECT * FROM changes WHERE state = ? AND old_size >= ?", [BEGUN, size])),
    )


def _kept(row: Row) -> Kept:
    return Kept(
        id=row["id"],
        path=row["path"],
        state=row["state"],
        created=bool(row["created"]),
        old_size=row["old_size"],
        new_size=row["new_size"],
        mtime_ns=row["mtime_ns"],
        digest=row["digest"],
        splices=None if row["splices"] is None else unpacked(row["splices"]),
    )


def restored(catalogue: Catalogue, change: int) -> None:
    """Write down that a change was taken back; its bytes are no longer needed."""
    with catalogue.transaction() as connection:
        connection.execute("UPDATE changes SET state = ?, splices = NULL WHERE id = ?", (RESTORED, change))


def undone(catalogue: Catalogue, batch: int) -> None:
    """Write down that a batch was taken back, as far as that went."""
    with catalogue.transaction() as connection:
        connection.execute("UPDATE batches SET undone_at = ? WHERE batch = ?", (now(), batch))


def batches(catalogue: Catalogue) -> list[BatchRow]:
    """Return all batches, the latest first."""
    rows = catalogue.rows(
        "SELECT b.batch, b.of, b.command, b.at, b.undone_at, count(c.id) AS files,"
        " coalesce(sum(c.splices IS NULL AND c.state <> 'restored'), 0) AS lost"
        " FROM batches b LEFT JOIN changes c ON c.batch = b.batch GROUP BY b.batch ORDER BY b.batch DESC"
    )
    return [
        BatchRow(
            batch=row["batch"],
            of=row["of"],
            command=row["command"],
            at=row["at"],
            files=row["files"],
            undone=row["undone_at"] is not None,
            kept=not row["lost"],
        )
        for row in rows
    ]


def prune(catalogue: Catalogue, limit: int, spare: int) -> None:
    """Drop the kept bytes of the oldest batches until at most `limit` bytes are kept; batch `spare` stays whole."""
    with catalogue.transaction() as connection:
        rows = connection.execute(
            "SELECT batch, sum(length(splices)) AS bytes FROM changes"
            " WHERE splices IS NOT NULL GROUP BY batch ORDER BY batch"
        ).fetchall()
        excess = sum(row["bytes"] for row in rows) - limit
        for row in rows:
            if excess <= 0 or row["batch"] == spare:
                break
            connection.execute("UPDATE changes SET splices = NULL WHERE batch = ?", (row["batch"],))
            excess -= row["bytes"]


_HEAD = struct.Struct("<QQQ")


def packed(splices: Sequence[Splice]) -> bytes:
    """Return splices as bytes: start, end and length, then the data, of each."""
    return b"".join(_HEAD.pack(start, end, len(data)) + data for start, end, data in splices)


def unpacked(blob: bytes) -> tuple[Splice, ...]:
    """Return the splices that `packed` wrote."""
    found: list[Splice] = []
    at = 0
    while at < len(blob):
        start, end, length = _HEAD.unpack_from(blob, at)
        at += _HEAD.size
        found.append(Splice(start, end, blob[at : at + length]))
        at += length
    return tuple(found)
