"""Tables of model and property releases, the pictures that they cover, and the faces found in pictures."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from stockctl.catalogue.migrations import Migrations
from stockctl.catalogue.seen.assets import now
from stockctl.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sqlite_utils import Database

    from stockctl.catalogue import Catalogue

migrations = Migrations("releases")

MODEL, PROPERTY = "model", "property"


@migrations
def m001_releases(db: Database) -> None:
    """Start with releases, and which picture each of them covers."""
    db.table("releases").create(
        {
            "id": int,
            "kind": str,
            "name": str,
            "path": str,
            "bytes": int,
            "minor": int,
            "guardian": str,
            "expires": str,
            "added_at": str,
        },
        pk="id",
        not_null={"kind", "name", "path", "bytes", "minor", "guardian", "added_at"},
    )
    db.table("releases").create_index(["kind", "name", "path"], unique=True)
    db.table("release_links").create(
        {"media_id": str, "release_id": int, "at": str},
        pk=("media_id", "release_id"),
        foreign_keys=[("release_id", "releases", "id")],
        not_null={"at"},
    )


@migrations
def m002_faces(db: Database) -> None:
    """Keep where faces were found; `version` is that of the detector."""
    db.table("faces").create(
        {"media_id": str, "version": str, "boxes": str}, pk="media_id", not_null={"version", "boxes"}
    )


@migrations
def m003_links_of_a_release(db: Database) -> None:
    """Count the pictures of a release without reading those of all others."""
    db.table("release_links").create_index(["release_id"])


@dataclass(frozen=True)
class Release:
    """A signed paper: `kind` is model or property, `name` whom or what it covers.

    `guardian` signed for a minor; `expires` is None where it holds for ever;
    `pictures` is the number of pictures linked to it.
    """

    id: int
    kind: str
    name: str
    path: Path
    bytes: int
    minor: bool = False
    guardian: str = ""
    expires: date | None = None
    pictures: int = 0

    def expired(self, day: date | None = None) -> bool:
        """Whether it no longer holds on a day; today where none is given."""
        return self.expires is not None and self.expires < (day or datetime.now(UTC).date())

    def to_json(self) -> dict[str, Any]:
        """Return the release as documents and the facts of an asset hold it."""
        return {
            "release": self.id,
            "kind": self.kind,
            "name": self.name,
            "file": str(self.path),
            "format": _FORMATS.get(self.path.suffix.lower(), self.path.suffix.lower().lstrip(".")),
            "bytes": self.bytes,
            "minor": self.minor,
            "guardian": self.guardian,
            "expires": self.expires.isoformat() if self.expires else None,
            "expired": self.expired(),
        }


_FORMATS = {".jpg": "jpeg", ".jpeg": "jpeg", ".tif": "tiff", ".tiff": "tiff"}


def of_paper(
    path: Path, size: int, *, person: str = "", property_: str = "", minor: bool = False, guardian: str = "",
    expires: str = "",
) -> Release:  # fmt: skip
    """Return a release as a person describes it: of a person or a property, `expires` as 2027-12-31 or empty.

    Raises:
        UsageError: what is said does not go together.

    """
    person, property_ = person.strip(), property_.strip()
    if bool(person) == bool(property_):
        raise UsageError("say whom or what it is of", hint="--person NAME, or --property NAME")
    if property_ and (minor or guardian.strip()):
        raise UsageError("a property is no minor", hint="leave --minor and --guardian out")
    try:
        day = date.fromisoformat(expires) if expires else None
    except ValueError:
        raise UsageError(f"{expires!r} is no day", hint="write it as 2027-12-31") from None
    if not size:
        raise UsageError("there is no paper in it", where=str(path), hint="name the scan, as JPEG or PDF")
    return Release(
        0, MODEL if person else PROPERTY, person or property_, path, size,
        minor=minor, guardian=guardian.strip(), expires=day,
    )  # fmt: skip


def add(catalogue: Catalogue, release: Release) -> Release:
    """Keep a release; one of the same kind, name and file takes its place and its number."""
    with catalogue.transaction() as connection:
        connection.execute(
            "INSERT INTO releases (kind, name, path, bytes, minor, guardian, expires, added_at)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (kind, name, path) DO UPDATE SET"
            " bytes = excluded.bytes, minor = excluded.minor, guardian = excluded.guardian, expires = excluded.expires",
            (
                release.kind,
                release.name,
                str(release.path),
                release.bytes,
                int(release.minor),
                release.guardian,
                release.expires.isoformat() if release.expires else None,
                now(),
            ),
        )
    found = [one for one in listed(catalogue) if (one.kind, one.name, one.path) == _key(release)]
    return found[0]


def _key(release: Release) -> tuple[str, str, Path]:
    return release.kind, release.name, release.path


def listed(catalogue: Catalogue) -> list[Release]:
    """Return all releases by number, each with the count of its pictures."""
    rows = catalogue.rows(
        "SELECT r.*, (SELECT count(*) FROM release_links WHERE release_id = r.id) AS pictures"
        " FROM releases AS r ORDER BY r.id"
    )
    return [_release(row, row["pictures"]) for row in rows]


def _release(row: Any, pictures: int = 0) -> Release:  # noqa: ANN401 - sqlite3.Row, whose columns are untyped
    return Release(
        id=row["id"],
        kind=row["kind"],
        name=row["name"],
        path=Path(row["path"]),
        bytes=row["bytes"],
        minor=bool(row["minor"]),
        guardian=row["guardian"],
        expires=date.fromisoformat(row["expires"]) if row["expires"] else None,
        pictures=pictures,
    )


def find(catalogue: Catalogue, wanted: str) -> Release:
    """Return the release with this number, name or file name.

    Raises:
        UsageError: there is none, or the name means several.

    """
    everyone = [_release(row) for row in catalogue.rows("SELECT * FROM releases ORDER BY id")]
    text = wanted.strip().casefold()
    found = [one for one in everyone if str(one.id) == text]
    found = found or [one for one in everyone if text in {one.name.casefold(), one.path.name.casefold()}]
    if len(found) == 1:
        covered = catalogue.rows("SELECT count(*) FROM release_links WHERE release_id = ?", [found[0].id])
        return replace(found[0], pictures=covered[0][0])
    if found:
        numbers = ", ".join(str(one.id) for one in found)
        raise UsageError(f"{wanted!r} means several releases", hint=f"say which by its number: {numbers}")
    known = ", ".join(f"{one.id} {one.name}" for one in everyone[:10])
    raise UsageError(
        f"there is no release {wanted!r}", hint=f"known: {known}" if known else "add it: stockctl release add"
    )


def link(catalogue: Catalogue, release: Release, media_ids: Iterable[str]) -> int:
    """Say that a release covers these pictures; return how many were not linked to it before."""
    new = 0
    with catalogue.transaction() as connection:
        for media_id in dict.fromkeys(media_ids):
            cursor = connection.execute(
                "INSERT OR IGNORE INTO release_links VALUES (?, ?, ?)", (media_id, release.id, now())
            )
            new += cursor.rowcount
    return new


def unlink(catalogue: Catalogue, release: Release, media_ids: Iterable[str]) -> int:
    """Take a release off these pictures; return from how many."""
    gone = 0
    with catalogue.transaction() as connection:
        for media_id in dict.fromkeys(media_ids):
            cursor = connection.execute(
                "DELETE FROM release_links WHERE media_id = ? AND release_id = ?", (media_id, release.id)
            )
            gone += cursor.rowcount
    return gone


def by_picture(catalogue: Catalogue, media_ids: Iterable[str]) -> dict[str, list[Release]]:
    """Return the releases of those of these pictures that have some, by media_id."""
    found: dict[str, list[Release]] = {}
    for row in catalogue.rows(
        "SELECT l.media_id, r.* FROM release_links AS l JOIN releases AS r ON r.id = l.release_id"
        " WHERE l.media_id IN (SELECT value FROM json_each(?)) ORDER BY l.media_id, r.id",
        [json.dumps(list(media_ids))],
    ):
        found.setdefault(row["media_id"], []).append(_release(row))
    return found


def faces(catalogue: Catalogue, version: str, media_ids: Iterable[str]) -> dict[str, list[list[Any]]]:
    """Return the faces that this version of the detector found in these pictures, by media_id.

    A face is x, y, width, height and how sharp it is, decibels or None.
    """
    rows = catalogue.rows(
        "SELECT media_id, boxes FROM faces WHERE version = ? AND media_id IN (SELECT value FROM json_each(?))",
        [version, json.dumps(list(media_ids))],
    )
    return {row["media_id"]: json.loads(row["boxes"]) for row in rows}


def record_faces(catalogue: Catalogue, version: str, found: Mapping[str, Sequence[Sequence[Any]]]) -> None:
    """Keep the faces that were found; a picture without any is kept too, so that it is not looked at again."""
    with catalogue.transaction() as connection:
        connection.executemany(
            "INSERT OR REPLACE INTO faces VALUES (?, ?, ?)",
            [(media_id, version, json.dumps([list(box) for box in boxes])) for media_id, boxes in found.items()],
        )
