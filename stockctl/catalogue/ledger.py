"""Tables of submissions: what was sent where, under which name, and how it ended.

One row per agency, picture and part (0 the picture itself, then its
companions). A row says `sending` before the first byte leaves and `sent` after
the server's word, so that whatever kills the process, the next run knows what
to ask the server about.
"""

from __future__ import annotations

import json
import sqlite3
import sys
import threading
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Self

from stockctl.catalogue import BUSY_TIMEOUT_MS
from stockctl.catalogue.assets import now
from stockctl.catalogue.migrations import Migrations
from stockctl.files.fingerprint import Fingerprint

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from types import TracebackType

    from sqlite_utils import Database

    from stockctl.catalogue import Catalogue

migrations = Migrations("ledger")

# Stands before the name of a sheet that was about to be written.
_INTENDED = "about to write: "
# After so long a host is asked for more connections again.
_REMEMBERED = timedelta(days=30)
# As the indexes have them, so that they are used: rows that stand in no sheet, rows that lie in a folder of
# their own, and rows whose sheet may not be there.
_OWED = "part = 0 AND cells IS NOT NULL AND sheet IS NULL"
_LAID = "part = 0 AND folder <> '/'"
_ABOUT = f"substr(sheet, 1, {len(_INTENDED)}) = '{_INTENDED}'"


@migrations
def m001_uploads(db: Database) -> None:
    """Start with the uploads, and with a log of what left the house, which quotas count."""
    db.table("uploads").create(
        {
            "agency": str,
            "media_id": str,
            "part": int,
            "kind": str,
            "path": str,
            "size": int,
            "mtime_ns": int,
            "inode": int,
            "folder": str,
            "remote": str,
            "state": str,
            "delivery": str,
            "attempts": int,
            "handed_over": int,
            "why": str,
            "owner": str,
            "cells": str,
            "sheet": str,
            "changed_at": str,
        },
        pk=("agency", "media_id", "part"),
        not_null={
            *("kind", "path", "size", "mtime_ns", "inode", "folder", "remote", "state", "delivery"),
            *("attempts", "handed_over", "why", "owner", "changed_at"),
        },
    )
    # A sheet names files without their folder, and servers differ in how they see case.
    db.execute("CREATE UNIQUE INDEX uploads_remote ON uploads (agency, remote COLLATE NOCASE)")
    db.table("uploads").create_index(["agency", "state"])
    db.table("sendings").create(
        {"id": int, "agency": str, "media_id": str, "kind": str, "remote": str, "at": str},
        pk="id",
        not_null={"agency", "media_id", "kind", "remote", "at"},
    )
    db.table("sendings").create_index(["agency", "at"])


@migrations
def m002_found_by_what_is_asked(db: Database) -> None:
    """Find the rows of a picture, of a run, and those that are owed a sheet; and count pictures as they change."""
    db.execute("CREATE INDEX uploads_picture ON uploads (media_id, part, agency, state)")
    db.execute("CREATE INDEX uploads_owner ON uploads (owner) WHERE owner <> ''")
    db.execute(f"CREATE INDEX uploads_owed ON uploads (agency) WHERE {_OWED}")
    db.execute(f"CREATE INDEX uploads_folder ON uploads (agency, folder) WHERE {_LAID}")
    db.execute(f"CREATE INDEX uploads_intended ON uploads (agency, sheet) WHERE {_ABOUT}")
    db.execute(
        "CREATE TABLE upload_counts (agency TEXT NOT NULL, state TEXT NOT NULL, pictures INTEGER NOT NULL,"
        " PRIMARY KEY (agency, state)) WITHOUT ROWID"
    )
    db.execute("INSERT INTO upload_counts SELECT agency, state, count(*) FROM uploads WHERE part = 0 GROUP BY 1, 2")

    def counted(which: str, by: str) -> str:
        # Not by INSERT OR …: what stands after OR in the statement that fires a trigger holds within it, too.
        return (
            f" INSERT INTO upload_counts SELECT {which}.agency, {which}.state, 0 WHERE NOT EXISTS (SELECT 1 FROM"  # noqa: S608 - fixed texts
            f" upload_counts WHERE agency = {which}.agency AND state = {which}.state);"
            f" UPDATE upload_counts SET pictures = pictures {by} WHERE agency = {which}.agency"
            f" AND state = {which}.state;"
        )

    new, old = counted("NEW", "+ 1"), counted("OLD", "- 1")
    for event, condition, actions in (
        ("INSERT", "NEW.part = 0", new),
        ("DELETE", "OLD.part = 0", old),
        ("UPDATE OF state", "NEW.part = 0 AND NEW.state <> OLD.state", old + new),
    ):
        name = f"uploads_counted_{event.split()[0].lower()}"
        db.execute(f"CREATE TRIGGER {name} AFTER {event} ON uploads WHEN {condition} BEGIN{actions} END")


@migrations
def m003_places(db: Database) -> None:
    """Keep how many connections an agency's host takes at once from here, where that is fewer than we would open."""
    db.table("places").create(
        {"agency": str, "host": str, "connections": int, "at": str},
        pk=("agency", "host"),
        not_null={"connections", "at"},
    )


class State(StrEnum):
    """Where an upload stands."""

    QUEUED = "queued"
    SENDING = "sending"
    # The server confirmed it; its size over there was not asked for yet.
    SENT = "sent"
    # The size over there is right.
    VERIFIED = "verified"
    # Confirmed, and taken in by the agency: nothing stands under the name any more.
    ACCEPTED = "accepted"
    FAILED = "failed"

    @property
    def arrived(self) -> bool:
        """Whether the server confirmed the file."""
        return self in {State.SENT, State.VERIFIED, State.ACCEPTED}


ARRIVED = tuple(state.value for state in State if state.arrived)


@dataclass(frozen=True)
class Upload:
    """A row: one file on its way to one agency.

    `cells` is the picture's row in the agency's sheet, as JSON, on part 0 only;
    `sheet` the file in which it was written, None while it is owed.
    """

    agency: str
    media_id: str
    part: int
    kind: str
    path: str
    fingerprint: Fingerprint
    folder: str
    remote: str
    delivery: str
    cells: str | None = None
    state: State = State.QUEUED
    attempts: int = 0
    handed_over: bool = False
    why: str = ""
    owner: str = ""
    sheet: str | None = None
    changed_at: str = ""

    @property
    def waits(self) -> bool:
        """Whether it was never begun, and only waits for a place in a quota."""
        return self.state is State.QUEUED and not self.attempts and bool(self.why)


@dataclass(frozen=True)
class Sending:
    """One picture that left for an agency: what a quota counts."""

    media_id: str
    kind: str
    at: datetime


_ASKED = "media_id IN (SELECT value FROM json_each(?))"


def uploads(catalogue: Catalogue, agency: str, media_ids: Iterable[str]) -> list[Upload]:
    """Return an agency's rows of these pictures, each with its companions behind it."""
    query = f"SELECT * FROM uploads WHERE agency = ? AND {_ASKED} ORDER BY path, media_id, part"  # noqa: S608 - fixed texts
    return [_upload(row) for row in catalogue.rows(query, [agency, json.dumps(list(media_ids))])]


def failed(catalogue: Catalogue, agency: str) -> list[tuple[str, str]]:
    """Return path and reason of each picture that failed at an agency, by path."""
    query = "SELECT path, why FROM uploads WHERE agency = ? AND state = ? AND part = 0 ORDER BY path, media_id"
    return [(row["path"], row["why"]) for row in catalogue.rows(query, [agency, State.FAILED.value])]


def counts(catalogue: Catalogue, agency: str) -> dict[State, int]:
    """Return how many pictures stand at an agency in each state."""
    rows = catalogue.rows("SELECT state, pictures FROM upload_counts WHERE agency = ? AND pictures > 0", [agency])
    return {State(row["state"]): row["pictures"] for row in rows}


def count_owed(catalogue: Catalogue, agency: str) -> int:
    """Return how many pictures arrived at an agency and stand in no sheet."""
    owed = f"SELECT count(*) FROM uploads INDEXED BY uploads_owed WHERE agency = ? AND {_OWED}"  # noqa: S608 - fixed texts
    query = f"{owed} AND state IN ({_marks(ARRIVED)})"
    return int(catalogue.rows(query, [agency, *ARRIVED])[0][0])


def by_remote(catalogue: Catalogue, agency: str, remote: str) -> str | None:
    """Return the picture that an agency knows under an upload name, in whatever case; None where there is none."""
    # The index holds names without regard to the case of a to z; upload names have no other letters.
    query = "SELECT media_id FROM uploads WHERE agency = ? AND remote = ? COLLATE NOCASE"
    rows = catalogue.rows(query, [agency, remote])
    return rows[0]["media_id"] if rows else None


def folder_sizes(catalogue: Catalogue, agency: str, prefix: str) -> dict[str, int]:
    """Return how many files stand in each of an agency's folders whose path begins with `prefix`."""
    query = (
        f"SELECT folder, count(*) FROM uploads WHERE agency = ? AND folder BETWEEN ? AND ? AND {_LAID} GROUP BY folder"  # noqa: S608 - fixed texts
    )
    return {row[0]: row[1] for row in catalogue.rows(query, [agency, prefix, prefix + chr(sys.maxunicode)])}


def sent(catalogue: Catalogue, media_ids: Iterable[str] | None = None) -> dict[str, set[str]]:
    """Return the agencies that each of these pictures, or every one, has arrived at, by media_id."""
    found: dict[str, set[str]] = {}
    query = f"SELECT media_id, agency FROM uploads WHERE part = 0 AND state IN ({_marks(ARRIVED)})"  # noqa: S608 - marks only
    asked = () if media_ids is None else (json.dumps(list(media_ids)),)
    for row in catalogue.rows(f"{query} AND {_ASKED}" if asked else query, [*ARRIVED, *asked]):
        found.setdefault(row["media_id"], set()).add(row["agency"])
    return found


def places(catalogue: Catalogue, agency: str, host: str) -> int | None:
    """Return how many connections a host took at once of late, where it took fewer than were wanted."""
    since = (datetime.now(UTC) - _REMEMBERED).isoformat(timespec="seconds")
    query = "SELECT connections FROM places WHERE agency = ? AND host = ? AND at > ?"
    rows = catalogue.rows(query, [agency, host, since])
    return rows[0]["connections"] if rows else None


def keep_places(catalogue: Catalogue, agency: str, host: str, connections: int) -> None:
    """Keep how many connections a host took at once."""
    with catalogue.transaction() as connection:
        connection.execute("INSERT OR REPLACE INTO places VALUES (?, ?, ?, ?)", (agency, host, connections, now()))


def _marks(values: Sequence[object]) -> str:
    return ",".join("?" * len(values))


def sendings(catalogue: Catalogue, agency: str, window: timedelta, at: datetime) -> list[Sending]:
    """Return what left for an agency within the window before `at`, the oldest first.

    What the ledger dates later than `at` counts too: a clock that was set back
    must not open a quota.
    """
    since = (at - window).astimezone(UTC).isoformat(timespec="seconds")
    rows = catalogue.rows(
        "SELECT media_id, kind, at FROM sendings WHERE agency = ? AND at > ? ORDER BY at, id", [agency, since]
    )
    return [Sending(row["media_id"], row["kind"], datetime.fromisoformat(row["at"])) for row in rows]


def _upload(row: sqlite3.Row) -> Upload:
    return Upload(
        agency=row["agency"],
        media_id=row["media_id"],
        part=row["part"],
        kind=row["kind"],
        path=row["path"],
        fingerprint=Fingerprint(row["size"], row["mtime_ns"], row["inode"]),
        folder=row["folder"],
        remote=row["remote"],
        delivery=row["delivery"],
        cells=row["cells"],
        state=State(row["state"]),
        attempts=row["attempts"],
        handed_over=bool(row["handed_over"]),
        why=row["why"],
        owner=row["owner"],
        sheet=row["sheet"],
        changed_at=row["changed_at"],
    )


_COLUMNS = (
    *("agency", "media_id", "part", "kind", "path", "size", "mtime_ns", "inode", "folder", "remote", "state"),
    *("delivery", "attempts", "handed_over", "why", "owner", "cells", "sheet", "changed_at"),
)
_ROW = f"INTO uploads ({', '.join(_COLUMNS)}) VALUES ({', '.join('?' * len(_COLUMNS))})"
_PUT_NEW = f"INSERT OR IGNORE {_ROW}"
_PUT = f"INSERT {_ROW} ON CONFLICT (agency, media_id, part) DO UPDATE SET " + ", ".join(
    f"{name} = excluded.{name}" for name in _COLUMNS[3:]
)


def _values(part: Upload) -> tuple[object, ...]:
    """Return a row as the columns of the table, written now."""
    return (
        *(part.agency, part.media_id, part.part, part.kind, part.path),
        *(part.fingerprint.size, part.fingerprint.mtime_ns, part.fingerprint.inode),
        *(part.folder, part.remote, part.state.value, part.delivery, part.attempts, int(part.handed_over)),
        *(part.why, part.owner, part.cells, part.sheet, now()),
    )


class Ledger:
    """The writing side, safe for several threads, on a connection of its own.

    What is about to be done and what the server confirmed is on the disk before
    the write returns (`synchronous=FULL`): that order must survive a power cut,
    not only a crash. What a lost write would only make us ask again (`hints`)
    does not wait for the disk.
    """

    def __init__(self, catalogue: Catalogue, owner: str) -> None:
        self.owner = owner
        self._lock = threading.Lock()
        self._connection = sqlite3.connect(
            catalogue.path, isolation_level=None, check_same_thread=False, timeout=BUSY_TIMEOUT_MS / 1000
        )
        self._connection.row_factory = sqlite3.Row

    def __enter__(self) -> Self:
        """Return the ledger itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Let go of what this run held and did not finish, and close the connection."""
        with self._write() as connection:
            connection.execute("UPDATE uploads SET owner = '' WHERE owner = ? AND owner <> ''", (self.owner,))
        self._connection.close()

    @contextmanager
    def _write(self, *, hint: bool = False) -> Iterator[sqlite3.Connection]:
        with self._lock:
            self._connection.execute(f"PRAGMA synchronous = {'NORMAL' if hint else 'FULL'}")
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
            except BaseException:
                self._connection.rollback()
                raise
            self._connection.execute("COMMIT")

    def take(self, parts: Iterable[Upload], *, alive: Iterable[str], again: bool = False) -> list[Upload] | str:
        """Take one picture's parts for this run and return them as they stand now, or say why not.

        A picture that another living run holds is not taken, nor one that has
        arrived, unless `again`. A row of the same file that was begun keeps its
        state, so that the server is asked about it.
        """
        taken: list[Upload] = []
        others = set(alive) - {self.owner}
        with self._write() as connection:
            for part in parts:
                row = connection.execute(
                    "SELECT * FROM uploads WHERE agency = ? AND media_id = ? AND part = ?",
                    (part.agency, part.media_id, part.part),
                ).fetchone()
                known = _upload(row) if row else None
                if known and known.owner in others:
                    return "another run of stockctl is sending it"
                settled = known is not None and known.state.arrived and known.state is not State.SENT
                if known and settled and not again and part.part == 0:
                    return f"sent before, on {known.changed_at[:10]}"
                try:
                    taken.append(self._put(connection, part, known, again=again))
                except sqlite3.IntegrityError:
                    return "another run of stockctl took its upload name; run this again"
        return taken

    def _put(self, connection: sqlite3.Connection, part: Upload, known: Upload | None, *, again: bool) -> Upload:
        """Write a part as this run's; what is known of a try at the same bytes under the same name is kept."""
        same = (
            known is not None
            and not (again and known.state.arrived)
            and known.fingerprint.size == part.fingerprint.size
            and known.fingerprint.mtime_ns == part.fingerprint.mtime_ns
            and (known.folder, known.remote, known.delivery) == (part.folder, part.remote, part.delivery)
        )
        state = known.state if known and same else State.QUEUED
        handed_over = bool(known and same and known.handed_over)
        attempts = known.attempts if known and same else 0
        taken = replace(part, state=state, attempts=attempts, handed_over=handed_over, owner=self.owner)
        connection.execute(_PUT, _values(taken))
        return taken

    def wait(self, parts: Iterable[Upload], why: str) -> None:
        """Enter a picture that cannot go yet; of one that was begun or waits already nothing changes."""
        with self._write(hint=True) as connection:
            for part in parts:
                connection.execute(_PUT_NEW, _values(replace(part, why=why)))

    def begin(self, part: Upload) -> None:
        """Write that the first byte is about to leave."""
        self._set(part, "state = 'sending', attempts = attempts + 1, handed_over = 0, why = ''")

    def handed_over(self, part: Upload) -> None:
        """Write that the last byte has left, and the server's word is still out."""
        self._set(part, "handed_over = 1", hint=True)

    def settle(self, part: Upload, state: State, why: str = "") -> None:
        """Write how it stands; a picture that has arrived is entered for the quota, once for each sending."""
        # Losing it would cost one question to the server: `sent` was written surely before.
        with self._write(hint=state in {State.VERIFIED, State.ACCEPTED}) as connection:
            before = connection.execute(
                "SELECT state FROM uploads WHERE agency = ? AND media_id = ? AND part = ?",
                (part.agency, part.media_id, part.part),
            ).fetchone()
            connection.execute(
                "UPDATE uploads SET state = ?, why = ?, changed_at = ? WHERE agency = ? AND media_id = ? AND part = ?",
                (state.value, why, now(), part.agency, part.media_id, part.part),
            )
            if part.part == 0 and state.arrived and not State(before["state"]).arrived:
                connection.execute(
                    "INSERT INTO sendings (agency, media_id, kind, remote, at) VALUES (?, ?, ?, ?, ?)",
                    (part.agency, part.media_id, part.kind, part.remote, now()),
                )

    def owed(self, agency: str, *, alive: Iterable[str]) -> list[Upload]:
        """Take, and return, the rows of all that arrived whole and stands in no sheet yet.

        What another living run holds is its own business. A name that a dead
        run left word of counts where its file is there.
        """
        others = set(alive) - {self.owner}
        with self._write() as connection:
            intended = f"SELECT DISTINCT sheet, owner FROM uploads WHERE agency = ? AND {_ABOUT}"  # noqa: S608 - fixed texts
            for name, owner in connection.execute(intended, (agency,)).fetchall():
                if owner in others:
                    continue
                path = name.removeprefix(_INTENDED)
                there = path if Path(path).exists() else None
                connection.execute("UPDATE uploads SET sheet = ? WHERE agency = ? AND sheet = ?", (there, agency, name))
            rows = connection.execute(
                f"SELECT * FROM uploads AS u INDEXED BY uploads_owed WHERE agency = ? AND {_OWED} AND NOT EXISTS"  # noqa: S608 - fixed texts
                " (SELECT 1 FROM uploads WHERE agency = u.agency AND media_id = u.media_id"
                f" AND state NOT IN ({_marks(ARRIVED)})) ORDER BY path, media_id",
                (agency, *ARRIVED),
            ).fetchall()
            found = [upload for upload in map(_upload, rows) if upload.owner not in others]
            connection.executemany(
                "UPDATE uploads SET owner = ? WHERE agency = ? AND media_id = ?",
                [(self.owner, agency, row.media_id) for row in found],
            )
        return found

    def intends(self, agency: str, media_ids: Iterable[str], sheet: Path) -> None:
        """Write into which sheet these pictures' rows are about to go."""
        self.written(agency, media_ids, f"{_INTENDED}{sheet}")

    def written(self, agency: str, media_ids: Iterable[str], sheet: str) -> None:
        """Write into which sheet these pictures' rows went."""
        with self._write() as connection:
            connection.executemany(
                "UPDATE uploads SET sheet = ? WHERE agency = ? AND media_id = ? AND part = 0",
                [(sheet, agency, media_id) for media_id in media_ids],
            )

    def _set(self, part: Upload, what: str, *, hint: bool = False) -> None:
        with self._write(hint=hint) as connection:
            connection.execute(
                f"UPDATE uploads SET {what}, changed_at = ? WHERE agency = ? AND media_id = ? AND part = ?",  # noqa: S608 - our own words
                (now(), part.agency, part.media_id, part.part),
            )
