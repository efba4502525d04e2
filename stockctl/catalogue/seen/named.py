"""Indexes by which pictures are found by the name of their file or by their title, capitals apart."""

from __future__ import annotations

import json
from hashlib import blake2b
from typing import TYPE_CHECKING

from stockctl.catalogue.migrations import Migrations

if TYPE_CHECKING:
    import sqlite3
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
_TITLE = "CASE WHEN json_valid(facts) THEN json_extract(facts, '$.record.title') END"
# So many signs of a picture's number tell nearly all apart.
_BEGIN = 16


@migrations
def m001_names(db: Database) -> None:
    """Let the files of a name be found without going through all."""
    db.execute(f"CREATE INDEX files_name ON files (({_NAME}) COLLATE NOCASE) WHERE {_A_PICTURE}")
    db.execute(f"CREATE INDEX files_name_beyond ON files (path, media_id) WHERE {_NAME} {_BEYOND}")


@migrations
def m002_titles(db: Database) -> None:
    """Let the pictures of a title be found without reading what is known of all; a title is its digest."""
    db.execute("CREATE TABLE titles (title INTEGER, picture TEXT, PRIMARY KEY (title, picture)) WITHOUT ROWID")
    db.conn.create_function("title_digest", 1, _digest, deterministic=True)
    db.execute(
        f"INSERT OR IGNORE INTO titles SELECT title_digest({_TITLE}) AS title, substr(media_id, 1, {_BEGIN}) FROM files"  # noqa: S608 - fixed texts
        f" WHERE {_A_PICTURE} AND title IS NOT NULL ORDER BY 1, 2"
    )


def keep_title(connection: sqlite3.Connection, media_id: str, title: object) -> None:
    """Let a picture be found by a title; those that it had before lead to it, too, and are not its any more."""
    digest = _digest(title)
    if digest is not None:
        connection.execute("INSERT OR IGNORE INTO titles VALUES (?, ?)", (digest, media_id[:_BEGIN]))


def _digest(title: object) -> int | None:
    if not isinstance(title, str) or not title:
        return None
    return int.from_bytes(blake2b(title.casefold().encode("utf-8", "replace"), digest_size=8).digest(), signed=True)


def by_title(catalogue: Catalogue, titles: Collection[str], files: int) -> Iterator[tuple[str, str]]:
    """Yield (title, media_id) of pictures that may have one of these casefolded titles, and of some others.

    `files` is how many the catalogue has.
    """
    if len(titles) * _SCANNED > files:
        found = _rows(catalogue, f"SELECT {_TITLE}, media_id FROM files WHERE {_A_PICTURE}")  # noqa: S608 - fixed texts
    else:
        query = (
            f"SELECT {_TITLE}, media_id FROM (SELECT value FROM json_each(?)) w CROSS JOIN titles t CROSS JOIN files"  # noqa: S608 - fixed texts
        )
        query += " WHERE t.title = w.value AND media_id >= t.picture AND media_id < t.picture || '~'"
        found = _rows(catalogue, query, [_digest(title) for title in titles])
    return ((title, media_id) for title, media_id in found if isinstance(title, str))


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


def _rows(catalogue: Catalogue, query: str, wanted: Collection[object] | None = None) -> Iterator[tuple[str, str]]:
    cursor = catalogue.connection.cursor()
    cursor.row_factory = None
    found = cursor.execute(query, [] if wanted is None else [json.dumps(list(wanted))])
    return ((path, media_id) for path, media_id in found if media_id is not None)
