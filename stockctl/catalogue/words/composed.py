"""Table of the texts that the program made and nobody has looked at, and of what was said of a series."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from stockctl.catalogue.migrations import Migrations
from stockctl.catalogue.seen.assets import now

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

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


@dataclass(frozen=True, slots=True)
class Composed:
    """What was embedded of our own making, each with its ground (see `keyword.candidate.Ground`); empty: a person's.

    `context` is what the person said of the series.
    """

    title: str = ""
    title_ground: str = ""
    description: str = ""
    description_ground: str = ""
    context: str = ""


def keep(catalogue: Catalogue, found: Mapping[str, Composed]) -> None:
    """Keep the texts, by media_id, replacing those of the same pictures; of empty ones nothing is kept."""
    with catalogue.transaction() as connection:
        connection.executemany("DELETE FROM composed WHERE media_id = ?", [(media_id,) for media_id in found])
        connection.executemany(
            "INSERT INTO composed VALUES (?, ?, ?, ?, ?, ?, ?)",
            [
                (media_id, one.title, one.title_ground, one.description, one.description_ground, one.context, now())
                for media_id, one in found.items()
                if one != Composed()
            ],
        )


def kept(catalogue: Catalogue, media_ids: Iterable[str]) -> dict[str, Composed]:
    """Return the texts of these pictures, by media_id; none where none was made."""
    rows = catalogue.rows(
        "SELECT media_id, title, title_ground, description, description_ground, context FROM composed "
        "WHERE media_id IN (SELECT value FROM json_each(?))",
        [json.dumps(list(media_ids))],
    )
    return {row[0]: Composed(*row[1:]) for row in map(tuple, rows)}


def forget(catalogue: Catalogue, media_ids: Iterable[str]) -> None:
    """Forget the texts of these pictures."""
    with catalogue.transaction() as connection:
        connection.executemany("DELETE FROM composed WHERE media_id = ?", [(media_id,) for media_id in media_ids])
