"""The writing side of the ledger of submissions: what is about to be done is on the disk before it is done."""

from __future__ import annotations

import sqlite3
import threading
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Self

from stockctl.catalogue import BUSY_TIMEOUT_MS
from stockctl.catalogue.seen.assets import now
from stockctl.catalogue.sent.ledger import ABOUT, INTENDED, LEFT, OWED, State, Upload, marks, upload_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from types import TracebackType

    from stockctl.catalogue import Catalogue

_COLUMNS = (
    *("agency", "media_id", "part", "kind", "path", "size", "mtime_ns", "inode", "folder", "remote", "state"),
    *("delivery", "attempts", "handed_over", "why", "owner", "cells", "sheet", "changed_at", "prepared_in"),
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
        *(part.why, part.owner, part.cells, part.sheet, now(), part.prepared_in),
    )


def _settled(known: Upload, part: Upload) -> bool:
    """Whether a picture needs nothing more: it arrived, or lies where this run would lay it."""
    if known.state is State.PREPARED:
        return known.delivery == part.delivery
    return known.state.arrived and known.state is not State.SENT


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
                known = upload_of(row) if row else None
                if known and known.owner in others:
                    return "another run of stockctl is sending it"
                if known and part.part == 0 and not again and _settled(known, part):
                    what = "prepared" if known.state is State.PREPARED else "sent"
                    return f"{what} before, on {known.changed_at[:10]}"
                try:
                    taken.append(self._put(connection, part, known, again=again))
                except sqlite3.IntegrityError:
                    return "another run of stockctl took its upload name; run this again"
        return taken

    def _put(self, connection: sqlite3.Connection, part: Upload, known: Upload | None, *, again: bool) -> Upload:
        """Write a part as this run's; what is known of a try at the same bytes under the same name is kept."""
        same = (
            known is not None
            and not (again and known.state.left)
            and known.fingerprint.size == part.fingerprint.size
            and known.fingerprint.mtime_ns == part.fingerprint.mtime_ns
            and (known.folder, known.remote, known.delivery) == (part.folder, part.remote, part.delivery)
        )
        state = known.state if known and same else State.QUEUED
        handed_over = bool(known and same and known.handed_over)
        attempts = known.attempts if known and same else 0
        taken = replace(part, state=state, attempts=attempts, handed_over=handed_over, owner=self.owner)
        connection.execute(_PUT, _values(taken))
        if known is not None and known.state is State.PREPARED and state is State.QUEUED and part.part == 0:
            # What lay in the outbox did not leave: it is counted when this try does.
            connection.execute(
                "DELETE FROM sendings WHERE id = (SELECT max(id) FROM sendings WHERE agency = ? AND media_id = ?)",
                (part.agency, part.media_id),
            )
        return taken

    def mark(self, parts: Sequence[Upload], *, alive: Iterable[str]) -> str:
        """Enter one picture's parts as uploaded by a person; return why not, or nothing."""
        others = set(alive) - {self.owner}
        with self._write() as connection:
            for part in parts:
                row = connection.execute(
                    "SELECT owner FROM uploads WHERE agency = ? AND media_id = ? AND part = ?",
                    (part.agency, part.media_id, part.part),
                ).fetchone()
                if row is not None and row["owner"] in others:
                    return "another run of stockctl is sending it"
                try:
                    if row is None:
                        connection.execute(f"INSERT {_ROW}", _values(part))
                except sqlite3.IntegrityError:
                    return "another picture has its upload name there"
        for part in parts:
            self.settle(part, State.ACCEPTED, "marked as sent by hand")
        with self._write() as connection:
            whole = (parts[0].agency, parts[0].media_id)
            connection.execute(
                "UPDATE uploads SET state = 'accepted' WHERE agency = ? AND media_id = ? AND state = 'prepared'", whole
            )
            # The person has dealt with it on the agency's page; no row is owed.
            connection.execute(
                "UPDATE uploads SET sheet = 'by hand' WHERE agency = ? AND media_id = ? AND part = 0 AND sheet IS NULL",
                whole,
            )
        return ""

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
            if part.part == 0 and state.left and not State(before["state"]).left:
                connection.execute(
                    "INSERT INTO sendings (agency, media_id, kind, remote, at) VALUES (?, ?, ?, ?, ?)",
                    (part.agency, part.media_id, part.kind, part.remote, now()),
                )

    def owed(self, agency: str, *, alive: Iterable[str]) -> list[Upload]:
        """Take, and return, the rows of all that arrived whole, or is prepared, and stands in no sheet yet.

        What another living run holds is its own business. A name that a dead
        run left word of counts where its file is there.
        """
        others = set(alive) - {self.owner}
        with self._write() as connection:
            intended = f"SELECT DISTINCT sheet, owner FROM uploads WHERE agency = ? AND {ABOUT}"  # noqa: S608 - fixed texts
            for name, owner in connection.execute(intended, (agency,)).fetchall():
                if owner in others:
                    continue
                path = name.removeprefix(INTENDED)
                there = path if Path(path).exists() else None
                connection.execute("UPDATE uploads SET sheet = ? WHERE agency = ? AND sheet = ?", (there, agency, name))
            rows = connection.execute(
                f"SELECT * FROM uploads AS u INDEXED BY uploads_owed WHERE agency = ? AND {OWED} AND NOT EXISTS"  # noqa: S608 - fixed texts
                " (SELECT 1 FROM uploads WHERE agency = u.agency AND media_id = u.media_id"
                f" AND state NOT IN ({marks(LEFT)})) ORDER BY path, media_id",
                (agency, *LEFT),
            ).fetchall()
            found = [upload for upload in map(upload_of, rows) if upload.owner not in others]
            connection.executemany(
                "UPDATE uploads SET owner = ? WHERE agency = ? AND media_id = ?",
                [(self.owner, agency, row.media_id) for row in found],
            )
        return found

    def intends(self, agency: str, media_ids: Iterable[str], sheet: Path) -> None:
        """Write into which sheet these pictures' rows are about to go."""
        self.written(agency, media_ids, f"{INTENDED}{sheet}")

    def written(self, agency: str, media_ids: Iterable[str], sheet: str) -> None:
        """Write into which sheet these pictures' rows went."""
        with self._write() as connection:
            connection.executemany(
                "UPDATE uploads SET sheet = ? WHERE agency = ? AND media_id = ? AND part = 0",
                [(sheet, agency, media_id) for media_id in media_ids],
            )

    def uploaded(self, agency: str) -> int:
        """Enter all that is prepared for an agency as uploaded by a person; return how many pictures."""
        with self._write() as connection:
            done = connection.execute(
                "UPDATE uploads SET state = ?, why = 'marked as sent by hand', changed_at = ?"
                " WHERE agency = ? AND state = ?"
                " RETURNING part",
                (State.ACCEPTED.value, now(), agency, State.PREPARED.value),
            ).fetchall()
        return sum(row[0] == 0 for row in done)

    def _set(self, part: Upload, what: str, *, hint: bool = False) -> None:
        with self._write(hint=hint) as connection:
            connection.execute(
                f"UPDATE uploads SET {what}, changed_at = ? WHERE agency = ? AND media_id = ? AND part = ?",  # noqa: S608 - our own words
                (now(), part.agency, part.media_id, part.part),
            )
