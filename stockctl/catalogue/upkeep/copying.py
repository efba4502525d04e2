"""Copy the catalogue while it is used: whole and checked, or not there."""

from __future__ import annotations

import contextlib
import shutil
import sqlite3
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Protocol

from stockctl.catalogue.refusals import damage, explaining
from stockctl.errors import CatalogueError
from stockctl.files.own import create_private

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

# Pages that are copied before others may write again: a copy of gigabytes holds no command up.
_PAGES = 4_096


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

    `tell` hears of pages done and of all.

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
    """Copy the catalogue to a new file, forced to disk and examined; `tell` hears of pages done and of all.

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
    with explaining(catalogue.path), contextlib.closing(sqlite3.connect(place)) as target:
        # The copy is forced to disk below, and needs no journal of its own that a kill would leave.
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
    wrong = damage(place, untouched=True)
    if wrong:
        with explaining(catalogue.path):
            raise sqlite3.DatabaseError(wrong)
    with place.open("rb+") as file:
        flush(file.fileno())


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
