"""Tables of reviews: how far a person got with each picture's words, kept at every key."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from stockctl.catalogue.migrations import Migrations
from stockctl.catalogue.seen.assets import now

if TYPE_CHECKING:
    from sqlite_utils import Database

    from stockctl.catalogue import Catalogue

migrations = Migrations("drafts")

OPEN, SKIPPED, ACCEPTED = "open", "skipped", "accepted"


@migrations
def m001_drafts(db: Database) -> None:
    """Keep one draft per picture."""
    db.table("drafts").create(
        {"media_id": str, "state": str, "base": str, "draft": str, "at": str},
        pk="media_id",
        not_null={"state", "base", "draft", "at"},
    )


@dataclass(frozen=True, slots=True)
class Kept:
    """A draft: `state` is open, skipped or accepted; `base` tells what the file said when it was begun.

    `draft` is JSON, see `keyword.choosing.interactive.draft`.
    """

    state: str
    base: str
    draft: str


def keep(catalogue: Catalogue, media_id: str, kept: Kept) -> None:
    """Keep a draft, replacing the one of the same picture."""
    with catalogue.transaction() as connection:
        connection.execute(
            "INSERT OR REPLACE INTO drafts VALUES (?, ?, ?, ?, ?)", (media_id, kept.state, kept.base, kept.draft, now())
        )


def kept(catalogue: Catalogue, media_id: str) -> Kept | None:
    """Return the draft of a picture, or None."""
    rows = catalogue.rows("SELECT state, base, draft FROM drafts WHERE media_id = ?", [media_id])
    return Kept(*rows[0]) if rows else None
