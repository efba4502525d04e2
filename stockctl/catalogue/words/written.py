"""Table of the sheets that were written for a person to edit: by their bytes, whether one was edited since."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from stockctl.catalogue.migrations import Migrations
from stockctl.catalogue.seen.assets import now

if TYPE_CHECKING:
    from pathlib import Path

    from sqlite_utils import Database

    from stockctl.catalogue import Catalogue

migrations = Migrations("written")


@migrations
def m001_sheets(db: Database) -> None:
    """Start with the hashes of sheets."""
    db.table("written").create({"sha256": str, "at": str}, pk="sha256", not_null={"at"})


def remember(catalogue: Catalogue, path: Path) -> None:
    """Keep that the file at `path` is as we wrote it."""
    with catalogue.transaction() as connection:
        connection.execute("INSERT OR REPLACE INTO written (sha256, at) VALUES (?, ?)", (_hash(path), now()))


def unedited(catalogue: Catalogue, path: Path) -> bool:
    """Whether the file at `path` is, byte for byte, one that we wrote."""
    return bool(catalogue.rows("SELECT 1 FROM written WHERE sha256 = ?", [_hash(path)]))


def _hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
