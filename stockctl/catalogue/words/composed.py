"""Table of what the program put into each file and nobody has looked at, and of what was said of a series."""

from __future__ import annotations

import json
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from stockctl.catalogue.migrations import Migrations
from stockctl.catalogue.seen.assets import now

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from sqlite_utils import Database

    from stockctl.catalogue import Catalogue

migrations = Migrations("composed")


@migrations
def m001_composed(db: Database) -> None:
    """Keep the texts of one picture each."""
    db.table("composed").create(
        {
            "media_id": str,
            "title": str,
            "title_ground": str,
            "description": str,
            "description_ground": str,
            "context": str,
            "at": str,
        },
        pk="media_id",
        not_null={"title", "title_ground", "description", "description_ground", "context", "at"},
    )


@migrations
def m002_by_file(db: Database) -> None:
    """Keep them by file: copies of one picture have words of their own. What was kept before has no path."""
    db.execute("ALTER TABLE composed RENAME TO composed_by_picture")
    db.execute(
        "CREATE TABLE composed (media_id TEXT NOT NULL, path TEXT NOT NULL, title TEXT NOT NULL, "
        "title_ground TEXT NOT NULL, description TEXT NOT NULL, description_ground TEXT NOT NULL, "
        "context TEXT NOT NULL, suggested TEXT, dropped TEXT NOT NULL, says TEXT NOT NULL, at TEXT NOT NULL, "
        "PRIMARY KEY (media_id, path)) WITHOUT ROWID"
    )
    db.execute(
        "INSERT INTO composed SELECT media_id, '', title, title_ground, description, description_ground, context, "
        "NULL, '[]', '', at FROM composed_by_picture"
    )
    db.execute("DROP TABLE composed_by_picture")
    db.execute("CREATE INDEX composed_by_path ON composed (path)")


@migrations
def m003_what_stood_before(db: Database) -> None:
    """Keep, beside what was put into a file, what was known of it before: an undo brings that back."""
    db.execute(
        "CREATE TABLE composed_before (id INTEGER PRIMARY KEY, media_id TEXT NOT NULL, path TEXT NOT NULL, "
        "says TEXT NOT NULL, known BLOB NOT NULL)"
    )
    db.execute("CREATE INDEX composed_before_by_file ON composed_before (path, media_id)")


# Of each file so many earlier states are known: those that are undone are the latest.
_MOST_BEFORE = 8


@dataclass(frozen=True, slots=True)
class Suggested:
    """A word that was put into a file and that nobody looked at: its key, the word, who offered it, on what ground."""

    word: str
    shown: str
    source: str
    score: float
    ground: str


@dataclass(frozen=True, slots=True)
class Composed:
    """What was embedded of our own making, each with its ground (see `keyword.candidate.Ground`); empty: a person's.

    `context` is what the person said of the series; `suggested` are the words of ours that nobody looked at and
    `dropped` the keys of those that a person took out (both None: only what is known of the picture tells).
    `says` stands for what the file said when that was written, at `path`.
    """

    title: str = ""
    title_ground: str = ""
    description: str = ""
    description_ground: str = ""
    context: str = ""
    suggested: tuple[Suggested, ...] | None = None
    dropped: frozenset[str] | None = None
    says: str = ""
    path: str = ""


def keep(catalogue: Catalogue, found: Iterable[tuple[str, Composed]], gone: Iterable[tuple[str, str]] = ()) -> None:
    """Keep what was put into files, each with its picture's media_id, in place of what was kept of the same file.

    What was kept of a picture before files were told apart is taken over; `gone` are files (media_id, path)
    that are there no more.
    """
    found = list(found)
    with catalogue.transaction() as connection:
        connection.executemany("DELETE FROM composed WHERE media_id = ? AND path = ?", gone)
        connection.executemany("DELETE FROM composed WHERE media_id = ? AND path = ''", [(one,) for one, _ in found])
        connection.executemany(
            "INSERT OR REPLACE INTO composed VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                (
                    media_id,
                    one.path,
                    one.title,
                    one.title_ground,
                    one.description,
                    one.description_ground,
                    one.context,
                    None if one.suggested is None else _packed(one.suggested),
                    json.dumps(sorted(one.dropped or ())),
                    one.says,
                    now(),
                )
                for media_id, one in found
            ],
        )


def keep_before(catalogue: Catalogue, found: Iterable[tuple[str, Composed]]) -> None:
    """Keep what was known of files, each with its picture's media_id, before something else is put into them."""
    with catalogue.transaction() as connection:
        for media_id, one in found:
            connection.execute(
                "INSERT INTO composed_before (media_id, path, says, known) VALUES (?, ?, ?, ?)",
                (media_id, one.path, one.says, _known(one)),
            )
            connection.execute(
                "DELETE FROM composed_before WHERE path = ? AND media_id = ? AND id NOT IN (SELECT id FROM "
                "composed_before WHERE path = ? AND media_id = ? ORDER BY id DESC LIMIT ?)",
                (one.path, media_id, one.path, media_id, _MOST_BEFORE),
            )


def take_before(catalogue: Catalogue, media_id: str, path: str, says: str) -> Composed | None:
    """Return what was known of a file when it last said this, and forget that and what came after it."""
    with catalogue.transaction() as connection:
        row = connection.execute(
            "SELECT id, known FROM composed_before WHERE path = ? AND media_id = ? AND says = ? ORDER BY id DESC",
            (path, media_id, says),
        ).fetchone()
        if row is None:
            return None
        connection.execute(
            "DELETE FROM composed_before WHERE path = ? AND media_id = ? AND id >= ?", (path, media_id, row["id"])
        )
    texts, words, dropped = json.loads(zlib.decompress(row["known"]))
    title, title_ground, description, description_ground, context = texts
    return Composed(
        title,
        title_ground,
        description,
        description_ground,
        context,
        suggested=tuple(Suggested(*one) for one in words),
        dropped=frozenset(dropped),
        says=says,
        path=path,
    )


def _known(one: Composed) -> bytes:
    texts = [one.title, one.title_ground, one.description, one.description_ground, one.context]
    words = json.loads(_packed(one.suggested or ()))
    return zlib.compress(json.dumps([texts, words, sorted(one.dropped or ())], ensure_ascii=False).encode())


def kept(catalogue: Catalogue, media_ids: Iterable[str]) -> dict[str, list[Composed]]:
    """Return what was put into the files of these pictures, by media_id, the newest first."""
    found: dict[str, list[Composed]] = {}
    for media_id, one in _rows(catalogue, "media_id", media_ids):
        found.setdefault(media_id, []).append(one)
    return found


def at(catalogue: Catalogue, paths: Iterable[str]) -> list[tuple[str, Composed]]:
    """Return what was put into the files at these paths, each with its picture's media_id."""
    return list(_rows(catalogue, "path", paths))


def _rows(catalogue: Catalogue, column: str, values: Iterable[str]) -> Iterator[tuple[str, Composed]]:
    rows = catalogue.rows(
        f"SELECT * FROM composed WHERE {column} IN (SELECT value FROM json_each(?)) ORDER BY at DESC",  # noqa: S608 - our own names
        [json.dumps(list(dict.fromkeys(values)))],
    )
    for row in rows:
        told = row["suggested"] is not None
        yield (
            row["media_id"],
            Composed(
                row["title"],
                row["title_ground"],
                row["description"],
                row["description_ground"],
                row["context"],
                suggested=tuple(Suggested(*one) for one in json.loads(row["suggested"])) if told else None,
                dropped=frozenset(json.loads(row["dropped"])) if told else None,
                says=row["says"],
                path=row["path"],
            ),
        )


def _packed(words: Sequence[Suggested]) -> str:
    return json.dumps(
        [[one.word, one.shown, one.source, round(one.score, 4), one.ground] for one in words], ensure_ascii=False
    )
