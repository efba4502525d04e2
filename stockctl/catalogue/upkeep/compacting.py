"""Make the catalogue's file small again: SQLite's VACUUM, where there is room for it and nobody else writes."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from stockctl.catalogue.refusals import damage, explaining
from stockctl.catalogue.upkeep.examining import interruptible
from stockctl.errors import CatalogueError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stockctl.catalogue import Catalogue

# Where SQLite makes temporary files, the first that can be written to; see "Temporary File Storage Locations",
# https://www.sqlite.org/tempfiles.html
_TEMPORARY = ("SQLITE_TMPDIR", "TMPDIR")
_FOLDERS = ("/var/tmp", "/usr/tmp", "/tmp", ".")  # noqa: S108 - SQLite's own list


@dataclass(frozen=True)
class Compacted:
    """The size of the file before and after, in bytes; `waits`: another command reads, and its end makes it small."""

    before: int
    after: int
    waits: bool = False

    @property
    def saved(self) -> int:
        """The bytes that are free now; 0 where it has grown."""
        return max(0, self.before - self.after)


def compact(catalogue: Catalogue) -> Compacted:
    """Write the catalogue anew without what lies free in it.

    Whatever ends it on the way leaves the catalogue as it was.

    Raises:
        CatalogueError: there is no room for it, or the file is damaged.
        CatalogueLockedError: another command writes.

    """
    before = _bytes(catalogue.path)
    wrong = damage(catalogue.path)
    if wrong:
        raise CatalogueError(
            f"the catalogue is damaged and was left as it is: {wrong}",
            where=str(catalogue.path),
            hint="see: stockctl db check",
        )
    pages, free, page = (
        int(catalogue.rows(f"PRAGMA {name}")[0][0]) for name in ("page_count", "freelist_count", "page_size")
    )
    # The new file is made in a temporary one, and then goes through the log beside the catalogue.
    needed = (pages - free) * page
    _check_room([(_temporary_folder(), needed), (catalogue.path.absolute().parent, needed)])
    with explaining(catalogue.path), interruptible(catalogue.connection):
        catalogue.connection.execute("VACUUM")
        busy = catalogue.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
    return Compacted(before, _bytes(catalogue.path), waits=bool(busy))


def _bytes(path: Path) -> int:
    """Return the size of the file and of its log."""
    log = path.with_name(f"{path.name}-wal")
    return path.stat().st_size + (log.stat().st_size if log.exists() else 0)


def _temporary_folder() -> Path:
    named = [os.environ[name] for name in _TEMPORARY if os.environ.get(name)]
    if os.name == "nt":
        import tempfile

        return Path(tempfile.gettempdir())
    for folder in (*named, *_FOLDERS):
        if os.path.isdir(folder) and os.access(folder, os.W_OK | os.X_OK):  # noqa: PTH112 - as SQLite asks
            return Path(folder)
    return Path()


def _check_room(wanted: Sequence[tuple[Path, int]]) -> None:
    """Refuse where a disk has less room than all that goes there takes."""
    disks: dict[int, tuple[Path, int]] = {}
    for folder, size in wanted:
        disk = folder.stat().st_dev
        disks[disk] = folder, size + disks.get(disk, (folder, 0))[1]
    for folder, size in disks.values():
        room = shutil.disk_usage(folder).free
        if room < size:
            raise CatalogueError(
                f"it takes {size / 1e6:,.0f} MB for a while, and there are {room / 1e6:,.0f} MB free",
                where=str(folder),
                hint="make room there, or name another folder for the temporary file: SQLITE_TMPDIR=FOLDER",
            )
