"""Texts that were read in pictures, where the settings ask for it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from stockctl.catalogue.migrations import Migrations

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sqlite_utils import Database

    from stockctl.catalogue import Catalogue
    from stockctl.media.texts import Text

migrations = Migrations("texts")


@migrations
def m001_texts(db: Database) -> None:
    """Keep what was read, and where; `version` is that of the reader."""
    db.table("texts").create(
        {"media_id": str, "version": str, "found": str}, pk="media_id", not_null={"version", "found"}
    )


def known(catalogue: Catalogue, version: str, media_ids: Iterable[str]) -> dict[str, list[list[Any]]]:
    """Return the texts (text, how sure, box) that this version of the reader found in these pictures, by media_id."""
    rows = catalogue.rows(
        "SELECT media_id, found FROM texts WHERE version = ? AND media_id IN (SELECT value FROM json_each(?))",
        [version, json.dumps(list(media_ids))],
    )
    return {row["media_id"]: json.loads(row["found"]) for row in rows}


def record(catalogue: Catalogue, version: str, found: Mapping[str, Sequence[Text]]) -> None:
    """Keep the texts that were read; a picture without any is kept too, so that it is not looked at again."""
    with catalogue.transaction() as connection:
        connection.executemany(
            "INSERT OR REPLACE INTO texts VALUES (?, ?, ?)",
            [(media_id, version, json.dumps(list(texts), ensure_ascii=False)) for media_id, texts in found.items()],
        )
