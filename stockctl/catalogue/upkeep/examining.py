"""Examine a catalogue's file: SQLite's own tests, what its tables are, and what always holds in them.

The file is only read, whatever it is; what stands in it is not trusted.
"""

from __future__ import annotations

import contextlib
import importlib
import sqlite3
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

from stockctl import catalogue as opening
from stockctl.catalogue import FAMILIES, migrations
from stockctl.catalogue.refusals import damage, explained
from stockctl.catalogue.upkeep.invariants import RESTORE, invariants
from stockctl.catalogue.upkeep.patience import watched
from stockctl.errors import CatalogueError
from stockctl.files.held import beside

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from stockctl.catalogue import Catalogue
    from stockctl.catalogue.upkeep.invariants import Invariant

# An index is compared with its table row by row, in the order of the one and not of the other: in so many pages kept
# in memory (KiB, below 0 as SQLite takes it) most are found again.
_CACHE = -128_000
# So many of SQLite's own findings are told one by one; a damaged page makes hundreds.
_FINDINGS = 10
_HEADER = b"SQLite format 3\0"


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong: `what` it is in one word, how often, and what to do; `mendable` by `db check --mend`."""

    what: str
    message: str
    count: int
    hint: str
    mendable: bool = False


@dataclass(frozen=True)
class Condition:
    """How a catalogue's file is: its size, the bytes of it that lie free, what is wrong, and what was left out.

    `mended` names the faults that `mend` took away.
    """

    path: Path
    bytes: int
    free: int
    faults: tuple[Fault, ...]
    notes: tuple[str, ...] = ()
    mended: tuple[str, ...] = field(default=())

    @property
    def mendable(self) -> bool:
        """Whether all that is wrong can be worked out anew: what sums rest on is right, so that they will be."""
        return bool(self.faults) and all(fault.mendable for fault in self.faults)


def examine(path: Path, *, quick: bool = False, tell: Callable[[str], None] = lambda _: None) -> Condition:
    """Examine the file at `path`; `quick` leaves out the indexes, and what holds between tables.

    `tell` hears what is under way, where it takes longer than a second.

    Raises:
        CatalogueError: there is none, it is another program's database, or it
            cannot be read.

    """
    if not path.is_file():
        what = "there is no catalogue yet" if not path.exists() else "this is no file"
        raise CatalogueError(what, where=str(path), hint="check a picture first, or name another: --db FILE")
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            head = file.read(len(_HEADER))
    except OSError as error:
        raise CatalogueError(f"cannot read: {(error.strerror or str(error)).lower()}", where=str(path)) from error
    if size and head != _HEADER:
        raise CatalogueError("this is no catalogue: no SQLite file", where=str(path), hint=_hint(path))
    try:
        with reading(path) as connection:
            free = int(connection.execute("PRAGMA freelist_count").fetchone()[0])
            page = int(connection.execute("PRAGMA page_size").fetchone()[0])
            opening.check_ours(path, connection)
            waiting = migrations.Waiting(tell)
            work = partial(_examined, path, connection, partial(_at, waiting, size), quick=quick)
            faults, notes = watched(connection, waiting, work)
    except sqlite3.Error as error:
        told = explained(error, path)
        if told is None or "damaged" not in told.message:
            raise (told or error) from error
        return Condition(path, size, 0, (_damaged(path, str(error)),))
    return Condition(path, size, free * page, tuple(faults), tuple(notes))


@contextlib.contextmanager
def reading(path: Path) -> Iterator[sqlite3.Connection]:
    """Open a database file that is not trusted, for reading only; no function of its own is called by its schema."""
    uri = f"{path.absolute().as_uri()}?mode=ro"
    # Another thread may use it, see `watched`.
    connecting = sqlite3.connect(uri, uri=True, isolation_level=None, check_same_thread=False)
    with contextlib.closing(connecting) as connection:
        for pragma in ("query_only = ON", "trusted_schema = OFF", "cell_size_check = ON", "temp_store = FILE"):
            connection.execute(f"PRAGMA {pragma}")
        connection.execute(f"PRAGMA cache_size = {_CACHE}")
        connection.execute(f"PRAGMA busy_timeout = {opening.BUSY_TIMEOUT_MS}")
        with interruptible(connection):
            yield connection


@contextlib.contextmanager
def interruptible(connection: sqlite3.Connection) -> Iterator[None]:
    """Let Ctrl-C end a statement that takes minutes: SQLite asks in between, and Python then sees to its signals."""
    connection.set_progress_handler(lambda: 0, 100_000)
    try:
        yield
    except sqlite3.OperationalError as error:
        if getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_INTERRUPT:
            raise KeyboardInterrupt from error
        raise
    finally:
        connection.set_progress_handler(None, 0)


def _at(waiting: migrations.Waiting, size: int, what: str) -> None:
    waiting.what = f"examining the catalogue ({size / 1e6:,.0f} MB): {what}"


def _examined(
    path: Path, connection: sqlite3.Connection, tell: Callable[[str], None], *, quick: bool
) -> tuple[list[Fault], list[str]]:
    tell("its pages" if quick else "its pages and indexes")
    how = "quick_check" if quick else "integrity_check"
    wrong = [str(row[0]) for row in connection.execute(f"PRAGMA {how}({_FINDINGS})") if row[0] != "ok"]
    if wrong:
        return [_damaged(path, line.replace("\n", " ")) for line in wrong], ["what holds between tables: not examined"]
    families = [importlib.import_module(f"stockctl.catalogue.{name}").migrations for name in FAMILIES]
    older = migrations.pending(connection, families)
    faults = [] if older else _strange(connection, families)
    faults += _orphans(connection)
    notes = ["the tables are of an older stockctl: the next command of any kind renews them"] if older else []
    if quick:
        return faults, [*notes, "what holds between tables: not examined (--quick)"]
    all_ = invariants()
    for number, one in enumerate(all_, 1):
        tell(f"{one.name.replace('-', ' ')} ({number} of {len(all_)})")
        try:
            count = connection.execute(one.broken).fetchone()
        except sqlite3.OperationalError as error:
            if getattr(error, "sqlite_errorcode", 0) & 0xFF != sqlite3.SQLITE_ERROR:
                raise
            # A table is missing: of an older catalogue that is in order, and of any other it was told above.
            notes.append(f"{one.name}: not examined ({error})")
            continue
        if count is not None and count[0]:
            faults.append(_fault(one, int(count[0])))
    return faults, notes


def _fault(one: Invariant, count: int) -> Fault:
    hint = "stockctl db check --mend works it out anew" if one.mend else one.hint
    return Fault(one.name, one.message, count, hint, mendable=bool(one.mend))


def _strange(connection: sqlite3.Connection, families: list[migrations.Migrations]) -> list[Fault]:
    """Compare tables, columns, indexes and triggers with those of a new catalogue; what is more or less is told."""
    with contextlib.closing(sqlite3.connect(":memory:", isolation_level=None)) as fresh:
        migrations.apply(fresh, families)
        wanted = _schema(fresh)
    found = _schema(connection)
    faults = [
        Fault("schema", f"{name} is missing", 1, RESTORE)
        for name in sorted(wanted - found)
    ]  # fmt: skip
    # Tables and indexes of a person's own do no harm; a trigger or a view changes what our own statements do.
    faults += [
        Fault("schema", f"{name} is none of this program's", 1, "drop it, unless you made it and know what it does")
        for name in sorted(found - wanted)
        if name.startswith(("trigger ", "view "))
    ]
    return faults


def _schema(connection: sqlite3.Connection) -> set[str]:
    found = set()
    for kind, name, table in connection.execute(
        "SELECT type, name, tbl_name FROM sqlite_master WHERE name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"
    ):
        found.add(f"{kind} {name}" if kind in {"table", "view"} else f"{kind} {name} of {table}")
        if kind == "table":
            columns = connection.execute("SELECT name FROM pragma_table_info(?)", [name])
            found |= {f"column {column} of {name}" for (column,) in columns}
    return found


def _orphans(connection: sqlite3.Connection) -> list[Fault]:
    counted: dict[tuple[str, str], int] = {}
    for table, _, parent, _ in connection.execute("PRAGMA foreign_key_check"):
        counted[table, parent] = counted.get((table, parent), 0) + 1
    return [
        Fault("foreign-keys", f"rows of {table} belong to rows of {parent} that are not there", count, RESTORE)
        for (table, parent), count in sorted(counted.items())
    ]


def _damaged(path: Path, message: str) -> Fault:
    return Fault("damage", f"the file is damaged: {message}", 1, _hint(path))


def _hint(path: Path) -> str:
    """Say what to put in the place of a file that cannot be used: the newest copy beside it that is whole."""
    copies = [copy for copy, name in beside(path, ".backup-") if not name.endswith(("-wal", "-shm", "-journal"))]
    for copy in reversed(copies):
        # Nobody writes to a backup, and looking at it leaves no log beside it.
        if copy.is_file() and not damage(copy, untouched=True):
            return f"put the newest whole backup in its place: {copy.name} (keep the damaged file until it works)"
    return "no whole backup stands beside it; restore one of yours, or name another: --db FILE"


def mend(catalogue: Catalogue, condition: Condition) -> tuple[str, ...]:
    """Work out anew what can be, after a backup; return the names of what was mended.

    Raises:
        CatalogueError: no backup could be made, or the catalogue not be written.

    """
    if not condition.mendable:
        return ()
    wrong = {fault.what for fault in condition.faults}
    from stockctl.catalogue.upkeep.copying import back_up

    back_up(catalogue)
    with interruptible(catalogue.connection), catalogue.transaction(on_disk=True) as connection:
        for one in invariants():
            if one.name in wrong:
                for statement in one.mend:
                    connection.execute(statement)
    return tuple(sorted(wrong))
