"""Tables of changes to files: batches, and the bytes that each change replaced."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING

from stockctl.catalogue.migrations import Migrations
from stockctl.catalogue.seen.assets import now
from stockctl.files.writing.splice import Splice

if TYPE_CHECKING:
    from collections.abc import Sequence
    from sqlite3 import Row

    from sqlite_utils import Database

    from stockctl.catalogue import Catalogue

migrations = Migrations("history")

# A change is begun before the file is touched, and done when it has taken its place. It is being taken back
# from before the file is touched again, and restored when what stood before stands there.
BEGUN, DONE, TAKING_BACK, RESTORED = "begun", "done", "taking back", "restored"
# What a process that was killed may have left half-way; an index holds just these.
_HALF_WAY = f"state IN ('{BEGUN}', '{TAKING_BACK}')"


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


@migrations
def m002_sums_of_batches(db: Database) -> None:
    """Keep of each batch how many files it changed, of how many the old bytes are lost, and how many bytes are kept."""
    for column in ("files", "lost", "bytes"):
        db.execute(f"ALTER TABLE batches ADD COLUMN {column} INTEGER NOT NULL DEFAULT 0")
    db.execute(
        "UPDATE batches SET files = s.files, lost = s.lost, bytes = s.bytes FROM (SELECT batch, count(*) AS files,"
        " sum(splices IS NULL AND state <> 'restored') AS lost, coalesce(sum(length(splices)), 0) AS bytes"
        " FROM changes GROUP BY batch) AS s WHERE s.batch = batches.batch"
    )

    def summed(which: str, sign: str) -> str:
        return (
            f" UPDATE batches SET files = files {sign} 1, bytes = bytes {sign} coalesce(length({which}.splices), 0),"  # noqa: S608 - fixed texts
            f" lost = lost {sign} ({which}.splices IS NULL AND {which}.state <> 'restored')"
            f" WHERE batch = {which}.batch;"
        )

    new, old = summed("NEW", "+"), summed("OLD", "-")
    for event, actions in (("INSERT", new), ("DELETE", old), ("UPDATE OF batch, state, splices", old + new)):
        name = f"changes_summed_{event.split()[0].lower()}"
        db.execute(f"CREATE TRIGGER {name} AFTER {event} ON changes BEGIN{actions} END")
    db.execute("CREATE INDEX batches_open ON batches (batch) WHERE undone_at IS NULL AND lost = 0")
    db.execute("CREATE INDEX batches_keeping ON batches (batch, bytes) WHERE bytes > 0")
    db.execute(f"CREATE INDEX changes_begun ON changes (old_size) WHERE state = '{BEGUN}'")


@migrations
def m003_find_what_was_left_half_way(db: Database) -> None:
    """Find what a killed process left half-way, and the later changes of a file, without reading all changes."""
    db.execute("DROP INDEX changes_begun")
    db.execute(f"CREATE INDEX changes_half_way ON changes (old_size) WHERE {_HALF_WAY}")
    db.table("changes").create_index(["path", "batch"])


@dataclass(frozen=True)
class New:
    """A change that is to be made, as it is written down before that; `mtime_ns` is the file's time, which it keeps."""

    path: str
    created: bool
    old_size: int
    new_size: int
    mtime_ns: int | None
    digest: str
    splices: Sequence[Splice]


@dataclass(frozen=True)
class Kept:
    """A change as the catalogue keeps it.

    `digest` is of the bytes that the change wrote; `splices` make the old file
    of the new one, and are None where the limit on kept history dropped them.
    """

    id: int
    batch: int
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


def begin(
    catalogue: Catalogue, of: str, command: str, batch: int | None, changes: Sequence[New]
) -> tuple[int, list[int]]:
    """Write changes down before they are made, on the disk when this returns.

    One forcing to disk serves them all. Returns the number of their batch (a
    new one where `batch` is None) and their ids.
    """
    with catalogue.transaction(on_disk=True) as connection:
        if batch is None:
            added = connection.execute("INSERT INTO batches (of, command, at) VALUES (?, ?, ?)", (of, command, now()))
            batch = int(added.lastrowid or 0)
        ids = []
        for new in changes:
            cursor = connection.execute(
                "INSERT INTO changes (batch, path, state, created, old_size, new_size, mtime_ns, digest, splices)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    *(batch, new.path, BEGUN, int(new.created), new.old_size, new.new_size),
                    *(new.mtime_ns, new.digest, packed(new.splices)),
                ),
            )
            ids.append(int(cursor.lastrowid or 0))
        return batch, ids


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


def changes_of(catalogue: Catalogue, batch: int) -> list[tuple[int, str]]:
    """Return the number and the state of each change of a batch, the latest first."""
    rows = catalogue.rows("SELECT id, state FROM changes WHERE batch = ? ORDER BY id DESC", [batch])
    return [(row["id"], row["state"]) for row in rows]


def change(catalogue: Catalogue, number: int) -> Kept:
    """Return a change, with the bytes that it replaced: of all of a large batch they would fill the memory."""
    return _kept(catalogue.rows("SELECT * FROM changes WHERE id = ?", [number])[0])


def half_way(catalogue: Catalogue, size: int) -> list[Kept]:
    """Return the changes to files of at least this size that were begun or are being taken back, and not finished."""
    # In words, not as values: the index holds what is half-way, and no more.
    return list(map(_kept, catalogue.rows(f"SELECT * FROM changes WHERE {_HALF_WAY} AND old_size >= ?", [size])))  # noqa: S608 - ours


def take_back(catalogue: Catalogue, changes: Sequence[int]) -> None:
    """Write down that changes, given by number, are being taken back, on the disk when this returns.

    What another command has restored meanwhile stays restored.
    """
    with catalogue.transaction(on_disk=True) as connection:
        connection.executemany(
            "UPDATE changes SET state = ? WHERE id = ? AND state <> ?",
            [(TAKING_BACK, one, RESTORED) for one in changes],
        )


def stands(catalogue: Catalogue, change: Kept) -> None:
    """Write down that a change that was being taken back stands after all, where no other command has restored it."""
    with catalogue.transaction() as connection:
        state = BEGUN if change.state == BEGUN else DONE
        connection.execute("UPDATE changes SET state = ? WHERE id = ? AND state <> ?", (state, change.id, RESTORED))


def later(catalogue: Catalogue, change: Kept) -> int | None:
    """Return the number of the latest batch that changed the same file after a change and was not taken back."""
    found = catalogue.rows(
        "SELECT max(batch) FROM changes WHERE path = ? AND batch > ? AND state <> ?",
        [change.path, change.batch, RESTORED],
    )
    return found[0][0] if found else None


def _kept(row: Row) -> Kept:
    return Kept(
        id=row["id"],
        batch=row["batch"],
        path=row["path"],
        state=row["state"],
        created=bool(row["created"]),
        old_size=row["old_size"],
        new_size=row["new_size"],
        mtime_ns=row["mtime_ns"],
        digest=row["digest"],
        splices=None if row["splices"] is None else unpacked(row["splices"]),
    )


def restored(catalogue: Catalogue, changes: Sequence[int]) -> None:
    """Write down that changes, given by number, were taken back; their bytes are no longer needed."""
    with catalogue.transaction() as connection:
        connection.executemany(
            "UPDATE changes SET state = ?, splices = NULL WHERE id = ?", [(RESTORED, one) for one in changes]
        )


def undone(catalogue: Catalogue, batch: int) -> None:
    """Write down that a batch was taken back, as far as that went."""
    with catalogue.transaction() as connection:
        connection.execute("UPDATE batches SET undone_at = ? WHERE batch = ?", (now(), batch))


_BATCHES = 'SELECT batch, "of", command, at, undone_at, files, lost FROM batches'


def batches(catalogue: Catalogue) -> list[BatchRow]:
    """Return all batches, the latest first."""
    return list(map(_batch, catalogue.rows(f"{_BATCHES} ORDER BY batch DESC")))


def batch(catalogue: Catalogue, number: int) -> BatchRow | None:
    """Return a batch by its number, None where there is none."""
    return next(map(_batch, catalogue.rows(f"{_BATCHES} WHERE batch = ?", [number])), None)


def last_open(catalogue: Catalogue) -> BatchRow | None:
    """Return the latest batch that was not undone and can be, None where there is none."""
    query = f"{_BATCHES} WHERE undone_at IS NULL AND lost = 0 ORDER BY batch DESC LIMIT 1"
    return next(map(_batch, catalogue.rows(query)), None)


def _batch(row: Row) -> BatchRow:
    return BatchRow(
        batch=row["batch"],
        of=row["of"],
        command=row["command"],
        at=row["at"],
        files=row["files"],
        undone=row["undone_at"] is not None,
        kept=not row["lost"],
    )


def prune(catalogue: Catalogue, limit: int, spare: int) -> None:
    """Drop the kept bytes of the oldest batches until at most `limit` bytes are kept; batch `spare` stays whole."""
    with catalogue.transaction() as connection:
        total = connection.execute("SELECT coalesce(sum(bytes), 0) FROM batches WHERE bytes > 0").fetchone()[0]
        excess = total - limit
        while excess > 0:
            oldest = connection.execute("SELECT batch, bytes FROM batches WHERE bytes > 0 ORDER BY batch").fetchone()
            if oldest is None or oldest["batch"] == spare:
                break
            connection.execute("UPDATE changes SET splices = NULL WHERE batch = ?", (oldest["batch"],))
            excess -= oldest["bytes"]


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
