"""Tables of submissions: what was sent where, under which name, and how it ended.

One row per agency, picture and part (0 the picture itself, then its
companions); `bookkeeping` writes them. A row says `sending` before the first
byte leaves and `sent` after the server's word, so that whatever kills the
process, the next run knows what to ask the server about.
"""

from __future__ import annotations

import contextlib
import json
import sys
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from stockctl.catalogue.migrations import Migrations
from stockctl.catalogue.seen.assets import now
from stockctl.errors import CatalogueLockedError
from stockctl.files.fingerprint import Fingerprint

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Iterator, Sequence

    from sqlite_utils import Database

    from stockctl.catalogue import Catalogue

migrations = Migrations("ledger")

# Stands before the name of a sheet that was about to be written.
INTENDED = "about to write: "
# After so long a host is asked for more connections again.
_REMEMBERED = timedelta(days=30)
# As the indexes have them, so that they are used: rows that stand in no sheet, rows that lie in a folder of
# their own, and rows whose sheet may not be there.
OWED = "part = 0 AND cells IS NOT NULL AND sheet IS NULL"
_LAID = "part = 0 AND folder <> '/'"
ABOUT = f"substr(sheet, 1, {len(INTENDED)}) = '{INTENDED}'"


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
    db.execute(f"CREATE INDEX uploads_owed ON uploads (agency) WHERE {OWED}")
    db.execute(f"CREATE INDEX uploads_folder ON uploads (agency, folder) WHERE {_LAID}")
    db.execute(f"CREATE INDEX uploads_intended ON uploads (agency, sheet) WHERE {ABOUT}")
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


@migrations
def m004_prepared(db: Database) -> None:
    """Keep the folder in which a batch was laid out for a person to upload."""
    db.execute("ALTER TABLE uploads ADD COLUMN prepared_in TEXT NOT NULL DEFAULT ''")


class State(StrEnum):
    """Where an upload stands."""

    QUEUED = "queued"
    SENDING = "sending"
    # Laid out in the outbox, for a person to upload; whether they did is for them to say.
    PREPARED = "prepared"
    # The server confirmed it; its size over there was not asked for yet.
    SENT = "sent"
    # The size over there is right.
    VERIFIED = "verified"
    # Confirmed, and taken in by the agency: nothing stands under the name any more.
    ACCEPTED = "accepted"
    FAILED = "failed"

    @property
    def arrived(self) -> bool:
        """Whether the server, or the person who uploaded it, confirmed the file."""
        return self in {State.SENT, State.VERIFIED, State.ACCEPTED}

    @property
    def left(self) -> bool:
        """Whether it arrived, or was prepared for a person to upload: what a quota and a sheet count."""
        return self.arrived or self is State.PREPARED


ARRIVED = tuple(state.value for state in State if state.arrived)
# The same as SQL has it; and whether a picture has arrived at any agency, given how it is named in the statement.
ARRIVED_SQL = ", ".join(f"'{state}'" for state in ARRIVED)
HAS_ARRIVED = "EXISTS (SELECT 1 FROM uploads WHERE media_id = {} AND part = 0 AND state IN (" + ARRIVED_SQL + "))"  # noqa: S608 - fixed texts
LEFT = tuple(state.value for state in State if state.left)


@dataclass(frozen=True, slots=True)
class Upload:
    """A row: one file on its way to one agency.

    `cells` is the picture's row in the agency's sheet, as JSON, on part 0 only;
    `sheet` the file in which it was written, None while it is owed;
    `prepared_in` the folder in which it was laid out for a person to upload.
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
    prepared_in: str = ""

    @property
    def waits(self) -> bool:
        """Whether it was never begun, and only waits for a place in a quota."""
        return self.state is State.QUEUED and not self.attempts and bool(self.why)


@dataclass(frozen=True, slots=True)
class Sending:
    """One picture that left for an agency: what a quota counts."""

    media_id: str
    kind: str
    at: datetime


_ASKED = "media_id IN (SELECT value FROM json_each(?))"


def uploads(catalogue: Catalogue, agency: str, media_ids: Iterable[str]) -> list[Upload]:
    """Return an agency's rows of these pictures, each with its companions behind it."""
    query = f"SELECT * FROM uploads WHERE agency = ? AND {_ASKED} ORDER BY path, media_id, part"  # noqa: S608 - fixed texts
    return [upload_of(row) for row in catalogue.rows(query, [agency, json.dumps(list(media_ids))])]


def failed(catalogue: Catalogue, agency: str) -> list[tuple[str, str]]:
    """Return path and reason of each picture that failed at an agency, by path."""
    query = "SELECT path, why FROM uploads WHERE agency = ? AND state = ? AND part = 0 ORDER BY path, media_id"
    return [(row["path"], row["why"]) for row in catalogue.rows(query, [agency, State.FAILED.value])]


def counts(catalogue: Catalogue, agency: str) -> dict[State, int]:
    """Return how many pictures stand at an agency in each state."""
    rows = catalogue.rows("SELECT state, pictures FROM upload_counts WHERE agency = ? AND pictures > 0", [agency])
    return {State(row["state"]): row["pictures"] for row in rows}


def count_owed(catalogue: Catalogue, agency: str) -> int:
    """Return how many pictures arrived at an agency, or are prepared for it, and stand in no sheet."""
    owed = f"SELECT count(*) FROM uploads INDEXED BY uploads_owed WHERE agency = ? AND {OWED}"  # noqa: S608 - fixed texts
    query = f"{owed} AND state IN ({marks(LEFT)})"
    return int(catalogue.rows(query, [agency, *LEFT])[0][0])


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
    return _agencies(catalogue, media_ids, ARRIVED)


def arrived_anywhere(catalogue: Catalogue) -> Iterator[str]:
    """Yield every picture that has arrived at an agency, each once."""
    query = f"SELECT DISTINCT media_id FROM uploads WHERE part = 0 AND state IN ({marks(ARRIVED)})"  # noqa: S608 - marks only
    return (row[0] for row in catalogue.connection.execute(query, ARRIVED))


def prepared(catalogue: Catalogue, media_ids: Iterable[str]) -> dict[str, set[str]]:
    """Return the agencies for which each of these pictures lies in an outbox, by media_id."""
    return _agencies(catalogue, media_ids, (State.PREPARED.value,))


def given(catalogue: Catalogue, media_ids: Iterable[str]) -> dict[str, set[str]]:
    """Return the agencies that each of these pictures arrived at or is prepared for, by media_id."""
    return _agencies(catalogue, media_ids, LEFT)


def _agencies(catalogue: Catalogue, media_ids: Iterable[str] | None, states: Sequence[str]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    query = f"SELECT media_id, agency FROM uploads WHERE part = 0 AND state IN ({marks(states)})"  # noqa: S608 - marks only
    asked = () if media_ids is None else (json.dumps(list(media_ids)),)
    for row in catalogue.rows(f"{query} AND {_ASKED}" if asked else query, [*states, *asked]):
        found.setdefault(row["media_id"], set()).add(row["agency"])
    return found


def prepared_paths(catalogue: Catalogue, agency: str) -> list[str]:
    """Return the path of each picture that is prepared for an agency."""
    query = "SELECT path FROM uploads WHERE agency = ? AND state = ? AND part = 0 ORDER BY path, media_id"
    return [row["path"] for row in catalogue.rows(query, [agency, State.PREPARED.value])]


# Of fewer arrived files those that are one picture are soon told.
_FEW_ARRIVED = 50_000


def arrived(catalogue: Catalogue, agency: str = "") -> int:
    """Return how many pictures have arrived at an agency, or at any: of many that is kept until one more does."""
    which = f"state IN ({marks(ARRIVED)})"
    at = catalogue.rows(
        f"SELECT agency, pictures FROM upload_counts WHERE pictures > 0 AND {which} ORDER BY agency, state",  # noqa: S608 - marks only
        ARRIVED,
    )
    files = sum(row["pictures"] for row in at if not agency or row["agency"] == agency)
    if agency or not files:
        return int(files)
    last = catalogue.rows("SELECT coalesce(max(id), 0) FROM sendings")[0][0]
    rests_on = [last, *map(list, at)]
    known = catalogue.rows("SELECT rows FROM kept_plans WHERE question = ?", [_ARRIVED])
    if known and (kept := json.loads(known[0][0]))["rests_on"] == rests_on:
        return int(kept["pictures"])
    query = f"SELECT count(DISTINCT media_id) FROM uploads WHERE part = 0 AND {which}"  # noqa: S608 - marks only
    pictures = int(catalogue.rows(query, ARRIVED)[0][0])
    if files > _FEW_ARRIVED:
        row = (_ARRIVED, json.dumps({"rests_on": rests_on, "pictures": pictures}))
        with contextlib.suppress(CatalogueLockedError), catalogue.impatient(), catalogue.transaction() as connection:
            connection.execute("INSERT OR REPLACE INTO kept_plans VALUES (?, ?)", row)
    return pictures


_ARRIVED = "pictures that have arrived"


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


def marks(values: Sequence[object]) -> str:
    """Return as many question marks as there are values, for a statement."""
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


def upload_of(row: sqlite3.Row) -> Upload:
    """Return a row of the table."""
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
        prepared_in=row["prepared_in"],
    )
