"""Tables of earlier work: the pictures that a person has keyworded, and the words of each as numbers."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from stockctl.catalogue.migrations import Migrations
from stockctl.catalogue.seen.assets import now

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from sqlite_utils import Database

    from stockctl.catalogue import Catalogue

# The table of the works themselves was made with the vocabulary's.
migrations = Migrations("works")


@migrations
def m001_terms(db: Database) -> None:
    """Keep the words of each work as numbers beside it; a work that is replaced loses them, and they are made anew."""
    for column, kind in (("terms", "BLOB"), ("title_terms", "BLOB"), ("terms_version", "TEXT")):
        db.execute(f"ALTER TABLE works ADD COLUMN {column} {kind}")
    db.table("works").create_index(["model", "terms_version"])
    db.table("terms").create({"id": int, "term": str}, pk="id", not_null={"term"})
    db.table("terms").create_index(["term"], unique=True)


@migrations
def m002_names(db: Database) -> None:
    """Find works by the names of their files."""
    db.execute("CREATE INDEX works_name ON works (name COLLATE NOCASE)")


@dataclass(frozen=True, slots=True)
class Work:
    """A keyworded picture of the person's own.

    `text` is its title, description and context, `keywords` maps each keyword to
    how far it is the person's own (1: typed or kept; less: suggested, never
    looked at). `vector` holds the text's 384 numbers as float16 of `model`.
    `taken` is ISO 8601 or empty.
    """

    media_id: str
    folder: str
    name: str
    title: str
    text: str
    keywords: Mapping[str, float]
    taken: str
    model: str
    vector: bytes


class Termed(NamedTuple):
    """What comparing goes by of one work; `terms` and `title_terms` are as `keep_terms` was given them."""

    media_id: str
    name: str
    vector: bytes
    terms: bytes
    title_terms: bytes


_COLUMNS = "media_id, folder, name, title, text, keywords, taken, model, vector"


def remember(catalogue: Catalogue, works: Iterable[Work]) -> None:
    """Keep works, replacing what was kept of the same pictures."""
    with catalogue.transaction() as connection:
        connection.executemany(
            f"INSERT OR REPLACE INTO works ({_COLUMNS}, at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",  # noqa: S608 - our own columns
            [
                (
                    work.media_id,
                    work.folder,
                    work.name,
                    work.title,
                    work.text,
                    json.dumps(dict(work.keywords), ensure_ascii=False),
                    work.taken,
                    work.model,
                    work.vector,
                    now(),
                )
                for work in works
            ],
        )


def forget(catalogue: Catalogue, media_ids: Iterable[str]) -> None:
    """Take pictures out of the earlier work."""
    with catalogue.transaction() as connection:
        connection.executemany("DELETE FROM works WHERE media_id = ?", [(media_id,) for media_id in media_ids])


def in_folders(catalogue: Catalogue, model: str, folders: Collection[str]) -> list[Work]:
    """Return the works of some folders whose vector is of `model`, in the order of their media_id."""
    return _works(
        catalogue.rows(
            f"SELECT {_COLUMNS} FROM works WHERE +model = ? AND folder IN (SELECT value FROM json_each(?)) "  # noqa: S608 - our own columns
            "ORDER BY media_id",
            [model, json.dumps(list(folders))],
        )
    )


def placed(catalogue: Catalogue, model: str, files: Collection[tuple[str, str]]) -> dict[tuple[str, str], str]:
    """Return the pictures of the works of some files, each given by folder and name, whose vector is of `model`."""
    # By the names' index: of a folder of very many, a few are asked for at a time.
    rows = catalogue.rows(
        "SELECT w.folder, w.name, w.media_id FROM json_each(?) j"
        " JOIN works w ON w.name = j.value ->> 1 COLLATE NOCASE AND w.name = j.value ->> 1"
        " WHERE +w.model = ? AND +w.folder = j.value ->> 0 ORDER BY w.media_id",
        [json.dumps(list(files)), model],
    )
    return {(row[0], row[1]): row[2] for row in rows}


def of(catalogue: Catalogue, media_ids: Collection[str]) -> list[Work]:
    """Return the works that show these pictures, in the order of their media_id."""
    return _works(
        catalogue.rows(
            f"SELECT {_COLUMNS} FROM works WHERE media_id IN (SELECT value FROM json_each(?)) ORDER BY media_id",  # noqa: S608 - our own columns
            [json.dumps(list(media_ids))],
        )
    )


def namesakes(catalogue: Catalogue, names: Collection[str]) -> dict[str, int]:
    """Return how many works have each of these file names, in whatever case."""
    rows = catalogue.rows(
        "SELECT j.value AS name, count(*) AS works FROM json_each(?) j JOIN works w ON w.name = j.value COLLATE NOCASE"
        " GROUP BY j.value",
        [json.dumps(list(names))],
    )
    return {row["name"]: row["works"] for row in rows}


def without_terms(connection: sqlite3.Connection, model: str, version: str, most: int) -> list[Work]:
    """Return up to `most` works whose terms are missing or of another version."""
    return _works(
        connection.execute(
            f"SELECT {_COLUMNS} FROM works WHERE model = ? AND terms_version IS NOT ? LIMIT ?",  # noqa: S608 - our own columns
            [model, version, most],
        ).fetchall()
    )


def _works(rows: Iterable[sqlite3.Row]) -> list[Work]:
    return [
        Work(row[0], row[1], row[2], row[3], row[4], json.loads(row[5]), row[6] or "", row[7], row[8]) for row in rows
    ]


def numbers(connection: sqlite3.Connection, terms: Iterable[str]) -> dict[str, int]:
    """Return the number of each term, from 1; new ones get one. A number is never given to another term."""
    wanted = list(dict.fromkeys(terms))
    connection.executemany("INSERT OR IGNORE INTO terms (term) VALUES (?)", [(term,) for term in wanted])
    rows = connection.execute(
        "SELECT term, id FROM terms WHERE term IN (SELECT value FROM json_each(?))", [json.dumps(wanted)]
    )
    return {row[0]: row[1] for row in rows}


def keep_terms(connection: sqlite3.Connection, version: str, found: Iterable[tuple[str, bytes, bytes]]) -> None:
    """Keep the terms and the title's terms (media_id, terms, title's terms) of works, made by `version`."""
    connection.executemany(
        "UPDATE works SET terms = ?, title_terms = ?, terms_version = ? WHERE media_id = ?",
        [(terms, title, version, media_id) for media_id, terms, title in found],
    )


def terms(catalogue: Catalogue) -> list[str]:
    """Return every term at the place of its number; the first place is empty."""
    rows = catalogue.rows("SELECT id, term FROM terms")
    found = [""] * (1 + max((row[0] for row in rows), default=0))
    for row in rows:
        found[row[0]] = row[1]
    return found


def count(catalogue: Catalogue, model: str, version: str) -> int:
    """Return how many works have a vector of `model` and terms of `version`."""
    query = "SELECT count(*) FROM works WHERE model = ? AND terms_version = ?"
    counted: int = catalogue.rows(query, [model, version])[0][0]
    return counted


def termed(catalogue: Catalogue, model: str, version: str, most: int, always: Collection[str] = ()) -> Iterator[Termed]:
    """Yield works whose vector is of `model` and whose terms are of `version`, in the order of the table.

    All of them, where the table has up to `most`; else about as many: the newer
    half is of the newest works, the rest are spread evenly over the earlier
    ones. The works of the pictures `always` are among them in any case.
    """
    last = int(catalogue.rows("SELECT coalesce(max(rowid), 0) FROM works")[0][0])
    where: str = ""
    values: list[str | int] = [model, version]
    if last > most:
        newest = last - most // 2
        spread = list(range(1, newest + 1, -(-newest // (most - most // 2))))
        where = (
            " AND rowid IN (SELECT value FROM json_each(?) UNION SELECT rowid FROM works WHERE rowid > ?"
            " UNION SELECT rowid FROM works WHERE media_id IN (SELECT value FROM json_each(?)))"
        )
        values += [json.dumps(spread), newest, json.dumps(list(always))]
    # One walk through the table: by an index its pages would be read in no order.
    query = (
        "SELECT media_id, name, vector, terms, title_terms FROM works NOT INDEXED "  # noqa: S608 - fixed texts
        f"WHERE model = ? AND terms_version = ?{where} ORDER BY rowid"
    )
    cursor = catalogue.connection.execute(query, values)
    cursor.row_factory = None
    return map(Termed._make, cursor)
