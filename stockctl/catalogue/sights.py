"""Tables of vectors that a model on this machine made of pictures and of words, each once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stockctl.catalogue.migrations import Migrations

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sqlite_utils import Database

    from stockctl.catalogue import Catalogue

migrations = Migrations("sights")


@migrations
def m001_sights(db: Database) -> None:
    """Keep a vector per model and picture, and per model and word."""
    db.table("sights").create(
        {"model": str, "subject": str, "vector": bytes}, pk=("model", "subject"), not_null={"vector"}
    )


def keep(catalogue: Catalogue, model: str, vectors: Mapping[str, bytes]) -> None:
    """Keep vectors (float32, as bytes) under what they are of: a media_id, or a sentence."""
    with catalogue.transaction() as connection:
        connection.executemany(
            "INSERT OR REPLACE INTO sights VALUES (?, ?, ?)",
            [(model, subject, vector) for subject, vector in vectors.items()],
        )


def kept(catalogue: Catalogue, model: str, wanted: Iterable[str]) -> dict[str, bytes]:
    """Return the vectors that are kept of what is wanted."""
    found: dict[str, bytes] = {}
    names = list(wanted)
    for start in range(0, len(names), 500):
        part = names[start : start + 500]
        marks = ",".join("?" * len(part))
        query = f"SELECT subject, vector FROM sights WHERE model = ? AND subject IN ({marks})"  # noqa: S608 - marks only
        rows = catalogue.rows(query, [model, *part])
        found |= {row["subject"]: row["vector"] for row in rows}
    return found
