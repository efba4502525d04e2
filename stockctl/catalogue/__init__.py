"""The catalogue: one SQLite file that every stage reads and writes.

Each table family is one module beside this one; it declares its `migrations`
and the functions that query its tables. `open_catalogue` applies every family's
pending migrations in one transaction, after a backup of what stood there.
"""

from __future__ import annotations

import contextlib
import importlib
import os
import sqlite3
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Self

from stockctl.catalogue import migrations
from stockctl.errors import CatalogueError, CatalogueLockedError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path
    from types import TracebackType

# Every table family, in the order in which their migrations apply.
FAMILIES = (
    "assets",
    "history",
    "ledger",
    "decisions",
    "sales",
    "hashes",
    "releases",
    "vocabulary",
    "works",
    "campaigns",
    "drafts",
    "composed",
    "sights",
    "written",
    "learning",
)

# How long a command waits for another one's write before it gives up, in ms.
BUSY_TIMEOUT_MS = 10_000


@dataclass(frozen=True)
class Catalogue:
    """An open catalogue: a raw `connection`, and the `path` of its file.

    Use it as a context manager; leaving closes the connection. The connection
    is in autocommit mode: writes belong inside `transaction()`.
    """

    path: Path
    connection: sqlite3.Connection

    @contextlib.contextmanager
    def impatient(self) -> Iterator[None]:
        """Do not wait for another command's write within a block: what it would keep can be done without."""
        self.connection.execute("PRAGMA busy_timeout = 0")
        try:
            yield
        finally:
            self.connection.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")

    @contextlib.contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Run a block as one write transaction: all of it is kept, or nothing.

        The write lock is taken at the start, so that what the block read is
        still true when it writes. Nested blocks join the outer one.

        Raises:
            CatalogueLockedError: another command wrote for longer than we wait.

        """
        connection = self.connection
        if connection.in_transaction:
            yield connection
            return
        with _explained(self.path):
            connection.execute("BEGIN IMMEDIATE")
        try:
            yield connection
        except BaseException:
            connection.rollback()
            raise
        with _explained(self.path):
            connection.execute("COMMIT")

    def rows(self, sql: str, parameters: Sequence[Any] | dict[str, Any] = ()) -> list[sqlite3.Row]:
        """Return all rows of a query; columns are reached by name or position."""
        with _explained(self.path):
            return self.connection.execute(sql, parameters).fetchall()

    def close(self) -> None:
        """Close the connection; what is not committed is gone."""
        self.connection.close()

    def __enter__(self) -> Self:
        """Return the catalogue itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the connection."""
        self.close()


def open_catalogue(path: Path) -> Catalogue:
    """Open the catalogue at `path`, made or brought up to date where needed.

    Raises:
        CatalogueError: the file is no catalogue, is newer than this program, or
            cannot be opened.
        CatalogueLockedError: another command holds it.

    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CatalogueError(
            f"cannot make the catalogue's folder: {error.strerror}",
            where=str(path.parent),
            hint="name another: --db FILE",
        ) from error
    with _explained(path):
        connection = sqlite3.connect(path, isolation_level=None, timeout=BUSY_TIMEOUT_MS / 1000)
    try:
        with _explained(path):
            connection.row_factory = sqlite3.Row
            connection.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = NORMAL")
            connection.execute("PRAGMA foreign_keys = ON")
        catalogue = Catalogue(path, connection)
        _migrate(catalogue)
    except BaseException:
        connection.close()
        raise
    return catalogue


def _migrate(catalogue: Catalogue) -> None:
    families = [importlib.import_module(f"{__name__}.{name}").migrations for name in FAMILIES]
    with _explained(catalogue.path):
        if not migrations.pending(catalogue.connection, families):
            return
        if catalogue.rows("SELECT 1 FROM sqlite_master LIMIT 1"):
            _back_up(catalogue)
        with catalogue.transaction() as connection:
            # Asked again under the lock: a second command may have been faster.
            migrations.apply(connection, families)


def _back_up(catalogue: Catalogue) -> None:
    """Copy the catalogue beside itself before its tables change."""
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S%fZ")
    target = catalogue.path.with_name(f"{catalogue.path.name}.backup-{stamp}")
    with contextlib.closing(sqlite3.connect(target)) as copy:
        catalogue.connection.backup(copy)
    os.chmod(target, catalogue.path.stat().st_mode & 0o777)  # noqa: PTH101 - as private as the original


@contextlib.contextmanager
def _explained(path: Path) -> Iterator[None]:
    """Turn SQLite's refusals into errors that say what to do."""
    try:
        yield
    except sqlite3.OperationalError as error:
        text = str(error)
        if "locked" in text or "busy" in text:
            raise CatalogueLockedError(
                "the catalogue is in use by another command",
                where=str(path),
                hint="wait until the other stockctl has ended and run this again; nothing was changed",
            ) from error
        raise CatalogueError(
            f"cannot use the catalogue: {text}",
            where=str(path),
            hint="check the folder's permissions and the free space",
        ) from error
    except sqlite3.DatabaseError as error:
        raise CatalogueError(
            f"this is not a catalogue, or it is damaged: {error}",
            where=str(path),
            hint=f"restore the newest '{path.name}.backup-…' beside it, or name another: --db FILE",
        ) from error
