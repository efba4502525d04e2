"""Copy the catalogue while it is used: whole and checked, or not there."""

from __future__ import annotations

import contextlib
import os
import shutil
import sqlite3
import subprocess
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Protocol

from stockctl.catalogue.refusals import damage_in, explaining, opened
from stockctl.catalogue.upkeep.patience import watched
from stockctl.errors import CatalogueError
from stockctl.files.own import create_private

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

# Pages that are copied before others may write again: a copy of gigabytes holds no command up.
_PAGES = 4_096
# Of so many bytes a process that copies them is worth its start.
LARGE = 64 << 20
# How often a copy under way is looked at.
_LOOK_S = 0.2


class Opened(Protocol):
    """What is asked of a catalogue that is copied."""

    @property
    def path(self) -> Path:
        """Its file."""
        ...

    @property
    def connection(self) -> sqlite3.Connection:
        """Its connection."""
        ...


def back_up(catalogue: Opened, tell: Callable[[int, int], None] | None = None) -> Path:
    """Copy the catalogue beside itself, under the present moment; the copy is for this person alone.

    `tell` hears how much is done, and of all.

    Raises:
        CatalogueError: there is no room, or the copy is not whole.

    """
    from stockctl.files.writing.temporary import sync_folder, temporary_for

    target = beside(catalogue.path)
    temporary = temporary_for(target)
    try:
        copy(catalogue, temporary, tell)
        temporary.rename(target)
        sync_folder(target.parent)
    except OSError as error:
        raise unmade(error, target) from error
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink()
    return target


def beside(path: Path) -> Path:
    """Return the name that a backup of now has beside the catalogue."""
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S%fZ")
    return path.with_name(f"{path.name}.backup-{stamp}")


def copy(catalogue: Opened, place: Path, tell: Callable[[int, int], None] | None = None) -> None:
    """Copy the catalogue to a new file, forced to disk and examined; `tell` hears how much is done, and of all.

    Raises:
        OSError: the system refuses, or there is no room for it.
        CatalogueError: the catalogue cannot be read, or its copy is not whole.

    """
    from stockctl.files.writing.attributes import flush

    size = size_of(catalogue)
    room = shutil.disk_usage(place.parent).free
    if room < size:
        raise CatalogueError(
            f"a copy takes {size / 1e6:,.0f} MB and there are {room / 1e6:,.0f} MB free",
            where=str(place.parent),
            hint="make room there; nothing was changed",
        )
    create_private(place)
    with explaining(catalogue.path):
        if not _as_it_lies(catalogue, place, size, tell):
            _by_pages(catalogue, place, tell)
        wrong = _damage(place, lambda: tell(size, size) if tell else None)
        if wrong:
            raise sqlite3.DatabaseError(wrong)
    with place.open("rb+") as file:
        flush(file.fileno())


def _by_pages(catalogue: Opened, place: Path, tell: Callable[[int, int], None] | None) -> None:
    with contextlib.closing(sqlite3.connect(place)) as target:
        # The copy is forced to disk later, and needs no journal of its own that a kill would leave.
        target.execute("PRAGMA journal_mode = OFF")
        target.execute("PRAGMA synchronous = OFF")
        # In one transaction of the source, so that a writer does not make it begin anew for ever.
        catalogue.connection.execute("BEGIN")
        try:
            catalogue.connection.execute("SELECT 1 FROM sqlite_master").fetchone()
            catalogue.connection.backup(
                target, pages=_PAGES, progress=lambda _, left, of: tell(of - left, of) if tell else None
            )
        finally:
            catalogue.connection.rollback()


# Copies a file within the system, or within the file system where that shares what is equal; written to disk as it goes
# on. In a process of its own: one that closes a file loses its locks on it, and SQLite's are those of this one.
_COPIER = """
import os, sys
with open(sys.argv[1], "rb") as source, open(sys.argv[2], "rb+") as target:
    left = int(sys.argv[3])
    while left:
        done = os.copy_file_range(source.fileno(), target.fileno(), min(left, 1 << 26))
        if not done:
            sys.exit(1)
        left -= done
        os.fdatasync(target.fileno())
"""


def _as_it_lies(catalogue: Opened, place: Path, size: int, tell: Callable[[int, int], None] | None) -> bool:
    """Copy the catalogue's file, where it holds all there is and stays as it is meanwhile; return whether it did.

    What others write goes to the log: while this connection reads the file itself, nobody writes into it.
    """
    if size < LARGE or not hasattr(os, "copy_file_range"):
        return False
    with _held_still(catalogue) as still:
        if not still or catalogue.path.stat().st_size != size:
            return False
        command = [sys.executable, "-I", "-S", "-c", _COPIER, str(catalogue.path), str(place), str(size)]
        copier = subprocess.Popen(  # noqa: S603 - this very program's interpreter
            command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        try:
            while copier.poll() is None:
                if tell:
                    tell(place.stat().st_size, size)
                with contextlib.suppress(subprocess.TimeoutExpired):
                    copier.wait(_LOOK_S)
        finally:
            copier.kill()
            copier.wait()
    if copier.returncode == 0 and place.stat().st_size == size:
        return True
    # Other file systems, or no room after all: the other way says what is wrong.
    os.truncate(place, 0)
    return False


@contextlib.contextmanager
def _held_still(catalogue: Opened) -> Iterator[bool]:
    """Read the file itself within the block, so that it stays as it is; False where its log holds more than it."""
    connection = catalogue.connection
    if connection.in_transaction or connection.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
        yield False
        return
    timeout = connection.execute("PRAGMA busy_timeout").fetchone()[0]
    connection.execute("PRAGMA busy_timeout = 0")
    try:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    finally:
        connection.execute(f"PRAGMA busy_timeout = {timeout}")
    connection.execute("BEGIN")
    try:
        connection.execute("SELECT 1 FROM sqlite_master").fetchone()
        log = catalogue.path.with_name(f"{catalogue.path.name}-wal")
        # Empty now: what was read was read from the file.
        yield not log.exists() or not log.stat().st_size
    finally:
        connection.rollback()


def _damage(place: Path, look: Callable[[], None]) -> str:
    """Return what is damaged in a copy, "" where nothing is; Ctrl-C ends it."""

    class _Looking:
        def look(self) -> int:
            look()
            return 0

    with contextlib.closing(opened(place, untouched=True)) as connection:
        return watched(connection, _Looking(), lambda: damage_in(connection))


def size_of(catalogue: Opened) -> int:
    """Return how large the catalogue is, in bytes, with what its log holds beyond the file."""
    with explaining(catalogue.path):
        pages, size = (catalogue.connection.execute(f"PRAGMA page_{what}").fetchone()[0] for what in ("count", "size"))
    return int(pages) * int(size)


def unmade(error: OSError, target: Path) -> CatalogueError:
    """Say that no copy was made."""
    return CatalogueError(
        f"cannot copy the catalogue: {(error.strerror or str(error)).lower()}",
        where=str(target),
        hint="make room, or allow writing into the folder; nothing was changed",
    )
