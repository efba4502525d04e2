"""Tables of what was seen: files, the pictures in them, what was measured and judged.

`files` has one row per path, `assets` one per `media_id`: a picture that was
renamed, moved or keyworded is the same asset in another file.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from stockctl.catalogue.migrations import Migrations
from stockctl.catalogue.seen import named
from stockctl.files.fingerprint import Fingerprint

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from sqlite_utils import Database

    from stockctl.catalogue import Catalogue

migrations = Migrations("assets")


@migrations
def m001_files_and_assets(db: Database) -> None:
    """Start with files, assets and the verdicts that are kept."""
    db.table("assets").create(
        {"media_id": str, "kind": str, "format": str, "first_seen": str},
        pk="media_id",
        not_null={"kind", "format", "first_seen"},
    )
    db.table("files").create(
        {
            "path": str,
            "media_id": str,
            "file_sha256": str,
            "size": int,
            "mtime_ns": int,
            "inode": int,
            "version": str,
            "facts": str,
            "seen_at": str,
        },
        pk="path",
        foreign_keys=[("media_id", "assets", "media_id")],
        not_null={"size", "mtime_ns", "inode", "version", "facts", "seen_at"},
    )
    db.table("files").create_index(["media_id"])
    db.table("files").create_index(["file_sha256"])
    db.table("verdicts").create({"path": str, "key": str, "findings": str}, pk="path", not_null={"key", "findings"})
    db.table("waivers").create({"media_id": str, "rule": str, "at": str}, pk=("media_id", "rule"), not_null={"at"})
    db.table("choices").create(
        {"media_id": str, "name": str, "value": str, "at": str}, pk=("media_id", "name"), not_null={"value", "at"}
    )


@migrations
def m002_paths_of_pictures(db: Database) -> None:
    """Let pictures' names be read without what is known of each."""
    db.table("files").create_index(["media_id", "path"])


def now() -> str:
    """Return the present moment as the catalogue writes it: ISO 8601, UTC."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def key_of(path: Path) -> str:
    """Return the absolute path under which the catalogue knows a file.

    Links in the folder part are resolved, so that one file has one row.
    """
    return str(path.parent.resolve() / path.name)


def keys_of(paths: Iterable[Path]) -> dict[Path, str]:
    """Return `key_of` for each path; a folder's links are resolved once for all of its files."""
    folders: dict[str, str] = {}
    keys: dict[Path, str] = {}
    for path in paths:
        folder, name = os.path.split(path)
        if folder not in folders:
            folders[folder] = os.path.realpath(folder)
        keys[path] = os.path.join(folders[folder], name)  # noqa: PTH118 - thousands of times, and a fifth of the time
    return keys


@dataclass(frozen=True)
class Seen:
    """A file as the catalogue knows it; `text` is the JSON of what the inspection found."""

    path: str
    media_id: str | None
    file_sha256: str | None
    fingerprint: Fingerprint
    version: str
    text: str

    @cached_property
    def facts(self) -> dict[str, Any]:
        """What the inspection found, see `check.run.inspect`."""
        facts: dict[str, Any] = msgspec.json.decode(self.text)
        return facts


def seen(catalogue: Catalogue, paths: Iterable[Path]) -> dict[str, Seen]:
    """Return what is known of `paths`, by absolute path; unknown ones are absent."""
    found: dict[str, Seen] = {}
    keys = list(keys_of(paths).values())
    for start in range(0, len(keys), 500):
        part = keys[start : start + 500]
        marks = ",".join("?" * len(part))
        for row in catalogue.rows(f"SELECT * FROM files WHERE path IN ({marks})", part):  # noqa: S608 - marks only
            found[row["path"]] = _seen(row)
    return found


def everything(catalogue: Catalogue) -> list[Seen]:
    """Return every file in the catalogue, sorted by path."""
    return [_seen(row) for row in catalogue.rows("SELECT * FROM files ORDER BY path")]


@dataclass(frozen=True, slots=True)
class Brief:
    """The little of a file that a list of many shows, read without the rest of what the inspection found."""

    media_id: str
    fingerprint: Fingerprint
    version: str
    kind: str
    format: str
    width: int
    height: int
    title: str
    keywords: tuple[str, ...]
    taken: str


_BRIEF = (
    "SELECT path, media_id, size, mtime_ns, inode, version, json_extract(facts, '$.kind', '$.format', '$.width',"
    " '$.height', '$.record.title', '$.record.keywords', '$.capture.taken') FROM files"
    " WHERE path IN (SELECT value FROM json_each(?)) AND media_id IS NOT NULL"
)


def briefs(catalogue: Catalogue, paths: Iterable[str]) -> dict[str, Brief]:
    """Return the little that lists show of files, by absolute path (see `key_of`); unknown ones are absent."""
    found: dict[str, Brief] = {}
    for path, media_id, size, mtime_ns, inode, version, text in catalogue.connection.execute(
        _BRIEF, [json.dumps(list(paths))]
    ):
        kind, format_, width, height, title, keywords, taken = msgspec.json.decode(text)
        found[path] = Brief(
            media_id,
            Fingerprint(size, mtime_ns, inode),
            version,
            kind or "",
            format_ or "",
            width or 0,
            height or 0,
            title or "",
            tuple(keywords or ()),
            taken or "",
        )
    return found


def newest(catalogue: Catalogue, most: int) -> list[str]:
    """Return the paths of the files that were inspected last, the newest first, at most so many."""
    rows = catalogue.connection.execute("SELECT path FROM files ORDER BY rowid DESC LIMIT ?", [most])
    return [row[0] for row in rows]


def count(catalogue: Catalogue) -> int:
    """Return how many files the catalogue knows."""
    number: int = catalogue.connection.execute("SELECT count(*) FROM files").fetchone()[0]
    return number


def paths(catalogue: Catalogue) -> Iterator[str]:
    """Yield the path of every file in the catalogue, sorted."""
    return (row[0] for row in catalogue.connection.execute("SELECT path FROM files ORDER BY path"))


def paths_of(catalogue: Catalogue, media_id: str) -> list[str]:
    """Return the paths under which a picture was seen, the newest sight first."""
    rows = catalogue.rows("SELECT path FROM files WHERE media_id = ? ORDER BY seen_at DESC, path", [media_id])
    return [row["path"] for row in rows]


def _seen(row: Any) -> Seen:  # noqa: ANN401 - sqlite3.Row, whose columns are untyped
    return Seen(
        path=row["path"],
        media_id=row["media_id"],
        file_sha256=row["file_sha256"],
        fingerprint=Fingerprint(row["size"], row["mtime_ns"], row["inode"]),
        version=row["version"],
        text=row["facts"],
    )


def record(catalogue: Catalogue, files: Iterable[Seen]) -> None:
    """Write what an inspection found; earlier rows of the same paths are replaced.

    A row of a path that no longer exists, with the same picture, is taken for
    the old name of a moved file and removed.
    """
    at = now()
    with catalogue.transaction() as connection:
        for file in files:
            if file.media_id is not None:
                connection.execute(
                    "INSERT OR IGNORE INTO assets (media_id, kind, format, first_seen) VALUES (?, ?, ?, ?)",
                    (file.media_id, file.facts["kind"], file.facts["format"], at),
                )
                for row in connection.execute(
                    "SELECT path FROM files WHERE media_id = ? AND path <> ?", (file.media_id, file.path)
                ).fetchall():
                    if not Path(row["path"]).exists():
                        connection.execute("DELETE FROM files WHERE path = ?", (row["path"],))
                named.keep_title(connection, file.media_id, (file.facts.get("record") or {}).get("title"))
            connection.execute(
                "INSERT OR REPLACE INTO files VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    file.path,
                    file.media_id,
                    file.file_sha256,
                    file.fingerprint.size,
                    file.fingerprint.mtime_ns,
                    file.fingerprint.inode,
                    file.version,
                    file.text,
                    at,
                ),
            )


def choices(catalogue: Catalogue, media_id: str) -> dict[str, str]:
    """Return what a person chose for a picture and no file field holds.

    Names: `editorial`, `licence`, `price`, `mature`, `illustration`,
    `category.AGENCY`; values are text, yes/no as `yes` or `no`.
    """
    rows = catalogue.rows("SELECT name, value FROM choices WHERE media_id = ?", [media_id])
    return {row["name"]: row["value"] for row in rows}


def choices_of(catalogue: Catalogue, media_ids: Iterable[str]) -> dict[str, dict[str, str]]:
    """Return `choices` of those of these pictures that have some, names in alphabetical order."""
    found: dict[str, dict[str, str]] = {}
    query = (
        "SELECT media_id, name, value FROM choices WHERE media_id IN (SELECT value FROM json_each(?))"
        " ORDER BY media_id, name"
    )
    for row in catalogue.rows(query, [json.dumps(list(media_ids))]):
        found.setdefault(row["media_id"], {})[row["name"]] = row["value"]
    return found


def choose(catalogue: Catalogue, media_id: str, chosen: dict[str, str]) -> None:
    """Keep a person's choices for a picture, replacing earlier ones of the same name."""
    with catalogue.transaction() as connection:
        connection.executemany(
            "INSERT OR REPLACE INTO choices VALUES (?, ?, ?, ?)",
            [(media_id, name, value, now()) for name, value in chosen.items()],
        )


def waive(catalogue: Catalogue, media_ids: Iterable[str], rule: str) -> None:
    """Accept a rule's finding for these pictures, from now on."""
    with catalogue.transaction() as connection:
        connection.executemany(
            "INSERT OR IGNORE INTO waivers VALUES (?, ?, ?)", [(media_id, rule, now()) for media_id in media_ids]
        )


def waived(catalogue: Catalogue, media_ids: Iterable[str]) -> dict[str, set[str]]:
    """Return the waived rules of those of these pictures that have some."""
    found: dict[str, set[str]] = {}
    query = "SELECT media_id, rule FROM waivers WHERE media_id IN (SELECT value FROM json_each(?))"
    for row in catalogue.rows(query, [json.dumps(list(media_ids))]):
        found.setdefault(row["media_id"], set()).add(row["rule"])
    return found


def kept_verdicts(catalogue: Catalogue, keys: Mapping[str, str]) -> dict[str, str]:
    """Return the findings (JSON text) that are kept for paths whose verdict has the key given."""
    found: dict[str, str] = {}
    paths = list(keys)
    for start in range(0, len(paths), 500):
        part = paths[start : start + 500]
        marks = ",".join("?" * len(part))
        for row in catalogue.rows(f"SELECT * FROM verdicts WHERE path IN ({marks})", part):  # noqa: S608 - marks only
            if row["key"] == keys[row["path"]]:
                found[row["path"]] = row["findings"]
    return found


def last_findings(catalogue: Catalogue, paths: Iterable[str]) -> dict[str, str]:
    """Return the findings (JSON text) of the last judgement of each of these paths, whatever it rested on."""
    query = "SELECT path, findings FROM verdicts WHERE path IN (SELECT value FROM json_each(?))"
    return {row["path"]: row["findings"] for row in catalogue.rows(query, [json.dumps(list(paths))])}


def keep_verdicts(catalogue: Catalogue, verdicts: Iterable[tuple[str, str, str]]) -> None:
    """Keep verdicts: (path, key, findings as JSON text); one for each path."""
    with catalogue.transaction() as connection:
        connection.executemany("INSERT OR REPLACE INTO verdicts VALUES (?, ?, ?)", verdicts)
