"""The catalogue: one SQLite file that every stage reads and writes.

Each table family is one module of the rooms beside this one; it declares its `migrations`
and the functions that query its tables. `open_catalogue` applies every family's
pending migrations in one transaction, after a backup of what stood there.
"""

from __future__ import annotations

import contextlib
import importlib
import sqlite3
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

from stockctl.catalogue import migrations
from stockctl.catalogue.refusals import explaining
from stockctl.config import data_folder
from stockctl.errors import CatalogueError
from stockctl.files.own import create_private, keep_private, make_own_folder

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path
    from types import TracebackType

# Every table family, in the order in which their migrations apply.
FAMILIES = (
    "seen.assets",
    "history",
    "sent.ledger",
    "sent.decisions",
    "sold.sales",
    "seen.hashes",
    "sent.releases",
    "words.vocabulary",
    "words.works",
    "sent.campaigns",
    "words.drafts",
    "words.composed",
    "seen.sights",
    "words.written",
    "sent.learning",
    "seen.texts",
    "seen.keywords",
    "seen.named",
    "sums.tables",
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
    def transaction(self, *, on_disk: bool = False) -> Iterator[sqlite3.Connection]:
        """Run a block as one write transaction: all of it is kept, or nothing.

        The write lock is taken at the start, so that what the block read is
        still true when it writes. Nested blocks join the outer one. With
        `on_disk` what was written is on the disk when the block has ended: it
        survives that the power goes in the next moment, not only that the
        process does.

        Raises:
            CatalogueLockedError: another command wrote for longer than we wait.

        """
        connection = self.connection
        if connection.in_transaction:
            yield connection
            return
        with explaining(self.path):
            if on_disk:
                connection.execute("PRAGMA synchronous = FULL")
            try:
                connection.execute("BEGIN IMMEDIATE")
                yield connection
                connection.execute("COMMIT")
            finally:
                connection.rollback()  # nothing, where it was committed
                if on_disk:
                    connection.execute("PRAGMA synchronous = NORMAL")

    def rows(self, sql: str, parameters: Sequence[Any] | dict[str, Any] = ()) -> list[sqlite3.Row]:
        """Return all rows of a query; columns are reached by name or position."""
        with explaining(self.path):
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


def open_catalogue(path: Path, tell: Callable[[str], None] | None = None) -> Catalogue:
    """Open the catalogue at `path`, made or brought up to date where needed.

    `tell` hears how far that is, where it takes longer than a second.

    Raises:
        CatalogueError: the file is no catalogue, is newer than this program, or
            cannot be opened.
        CatalogueLockedError: another command holds it.

    """
    _make(path)
    with explaining(path):
        connection = sqlite3.connect(path.absolute(), isolation_level=None, timeout=BUSY_TIMEOUT_MS / 1000)
    try:
        with explaining(path):
            connection.row_factory = sqlite3.Row
            connection.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
            check_ours(path, connection)
            _keep_private(path)
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = NORMAL")
            connection.execute("PRAGMA foreign_keys = ON")
            if sys.platform == "darwin":
                connection.execute("PRAGMA fullfsync = ON")
        catalogue = Catalogue(path, connection)
        _migrate(catalogue, tell)
    except BaseException:
        connection.close()
        raise
    return catalogue


def _migrate(catalogue: Catalogue, tell: Callable[[str], None] | None) -> None:
    families = [importlib.import_module(f"{__name__}.{name}").migrations for name in FAMILIES]
    with explaining(catalogue.path):
        if not migrations.pending(catalogue.connection, families):
            return
        size = f"{catalogue.path.stat().st_size / 1e6:,.0f} MB"
        with migrations.told(catalogue.connection, tell or (lambda _: None)) as waiting:
            if catalogue.rows("SELECT 1 FROM sqlite_master LIMIT 1"):
                # Asked for by a step that most commands do not take.
                from stockctl.catalogue.upkeep.copying import back_up

                what = f"bringing the catalogue ({size}) up to date: first a backup beside it"
                # A copy that is whole is examined for as long again.
                back_up(
                    catalogue,
                    lambda done, of: waiting.at(
                        f"{what}, {100 * done // of} %" if done < of else f"{what}, which is examined"
                    ),
                )
            with catalogue.transaction() as connection:
                # Asked again under the lock: a second command may have been faster.
                migrations.apply(
                    connection, families, lambda of: waiting.at(f"bringing the catalogue ({size}) up to date: {of}")
                )
            waiting.end("the catalogue is up to date")


def _make(path: Path) -> None:
    """Make the catalogue's file and folder where they are missing, for this person alone."""
    try:
        make_own_folder(path.parent)
        if path.exists() and not path.is_file():
            raise CatalogueError("this is no file", where=str(path), hint="name another: --db FILE")
        create_private(path)
    except OSError as error:
        raise CatalogueError(
            f"cannot make the catalogue: {(error.strerror or str(error)).lower()}",
            where=str(error.filename or path),
            hint="name another: --db FILE",
        ) from error


def check_ours(path: Path, connection: sqlite3.Connection) -> None:
    """Refuse a database of another program before anything of it is changed."""
    tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    if tables and not (migrations.TABLE in tables and "batches" in tables):
        raise CatalogueError(
            "this is a database of another program, and no catalogue", where=str(path), hint="name another: --db FILE"
        )


def _keep_private(path: Path) -> None:
    """Let nobody else read what is ours."""
    keep_private(path)
    if path.parent == data_folder():
        keep_private(path.parent, 0o700)
