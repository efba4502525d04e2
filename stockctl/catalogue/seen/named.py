"""Indexes by which files are found by their name, capitals apart."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from stockctl.catalogue.migrations import Migrations

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from sqlite_utils import Database

    from stockctl.catalogue import Catalogue

migrations = Migrations("named")

# SQLite's own functions alone: other programs write to a catalogue, too. What is behind the last / or \ of a path:
_SLASHED = r"replace(path, '\', '/')"
_NAME = f"substr(path, length(rtrim({_SLASHED}, replace({_SLASHED}, '/', ''))) + 1)"
_A_PICTURE = "media_id IS NOT NULL"
# SQLite knows the capitals of A to Z alone. Names with other signs have an index of their own, to be gone through.
_BEYOND = "GLOB '*[^ -~]*'"
_ONE_BY_ONE = f"FROM (SELECT value FROM json_each(?)) w CROSS JOIN files WHERE {_A_PICTURE} AND"  # noqa: S608 - fixed texts
# Where more than each of so many files is asked for, going through all of them is faster.
_SCANNED = 8


@migrations
def m001_names(db: Database) -> None:
    """Let the files of a name be found without going through all."""
    db.execute(f"CREATE INDEX files_name ON files (({_NAME}) COLLATE NOCASE) WHERE {_A_PICTURE}")
    db.execute(f"CREATE INDEX files_name_beyond ON files (path, media_id) WHERE {_NAME} {_BEYOND}")


def by_name(catalogue: Catalogue, names: Collection[str], files: int) -> Iterator[tuple[str, str]]:
    """Yield (path, media_id) of pictures that may be called so, whole or without suffix, and of some others.

    `names` are casefolded, `files` is how many the catalogue has.
    """
    if len(names) * _SCANNED > files:
        yield from _rows(catalogue, f"SELECT path, media_id FROM files WHERE {_A_PICTURE}")  # noqa: S608 - fixed texts
        return
    plain = [name for name in names if name.isascii()]
    for where in (
        f"{_NAME} COLLATE NOCASE = w.value",
        # "/" comes after ".".
        f"{_NAME} COLLATE NOCASE > w.value || '.' AND {_NAME} COLLATE NOCASE < w.value || '/'",
    ):
        yield from _rows(catalogue, f"SELECT path, media_id {_ONE_BY_ONE} {where}", plain)
    if len(plain) < len(names):
        yield from _rows(catalogue, f"SELECT path, media_id FROM files WHERE {_NAME} {_BEYOND}")  # noqa: S608 - fixed texts


def _rows(catalogue: Catalogue, query: str, wanted: Collection[str] | None = None) -> Iterator[tuple[str, str]]:
    cursor = catalogue.connection.cursor()
    cursor.row_factory = None
    found = cursor.execute(query, [] if wanted is None else [json.dumps(list(wanted))])
    return ((path, media_id) for path, media_id in found if media_id is not None)
