"""What models said of pictures: the answers of those that were asked, and the vectors of one on this machine."""

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


@dataclass(frozen=True, slots=True)
class Answer:
    """What a model answered: JSON text, see `vision.answers.answer`, and the tokens that were counted for it."""

    answer: str
    tokens_in: int = 0
    tokens_out: int = 0
    model: str = ""


# The table was made with those of the dictionary and the portfolio, see `vocabulary.m001_words_works_and_offers`.
_COLUMNS = "media_id, answer, tokens_in, tokens_out, model"


def answered(catalogue: Catalogue, media_ids: Iterable[str], model: str, question: str) -> dict[str, Answer]:
    """Return the kept answers of a model to a question about pictures, by media_id."""
    rows = catalogue.rows(
        f"SELECT {_COLUMNS} FROM answers "  # noqa: S608 - our own constant
        "WHERE model = ? AND question = ? AND media_id IN (SELECT value FROM json_each(?))",
        [model, question, json.dumps(list(media_ids))],
    )
    return {row["media_id"]: Answer(*tuple(row)[1:]) for row in rows}


def answers(
    catalogue: Catalogue, media_ids: Iterable[str] | None = None, model: str = "", question: str = ""
) -> dict[str, Answer]:
    """Return what is known of pictures (None: of all), by media_id: this model's answer to it, else the newest.

    A refusal counts only where nothing else was answered.
    """
    some = "" if media_ids is None else "AND media_id IN (SELECT value FROM json_each(:ids))"
    rows = catalogue.rows(
        f"SELECT {_COLUMNS} FROM answers WHERE json_valid(answer) {some} "  # noqa: S608 - our own texts
        "ORDER BY coalesce(json_extract(answer, '$.refusal'), '') <> '' DESC, "
        "model = :model AND question = :question, at, rowid",
        {"ids": json.dumps(list(media_ids or ())), "model": model, "question": question},
    )
    # The last one of each stays.
    return {row["media_id"]: Answer(*tuple(row)[1:]) for row in rows}


def keep_answers(catalogue: Catalogue, given: Mapping[str, Answer], model: str, question: str) -> None:
    """Keep answers (by media_id) of a model to a question, so that each is paid for once."""
    with catalogue.transaction() as connection:
        connection.executemany(
            "INSERT OR REPLACE INTO answers VALUES (?, ?, ?, ?, ?, ?, ?)",
            [
                (media_id, model, question, one.answer, one.tokens_in, one.tokens_out, now())
                for media_id, one in given.items()
            ],
        )
