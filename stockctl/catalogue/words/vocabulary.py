"""Tables of words: a person's own dictionary, and what became of suggestions."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from stockctl.catalogue.migrations import Migrations
from stockctl.catalogue.seen.assets import now

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Mapping, Sequence

    from sqlite_utils import Database

    from stockctl.catalogue import Catalogue

migrations = Migrations("vocabulary")


@migrations
def m001_words_works_and_offers(db: Database) -> None:
    """Start with the dictionary, the portfolio, the offers and the answers of vision sources."""
    db.table("dictionary").create(
        {"word": str, "shown": str, "decision": str, "at": str},
        pk="word",
        not_null={"shown", "decision", "at"},
    )
    db.table("works").create(
        {
            "media_id": str,
            "folder": str,
            "name": str,
            "title": str,
            "text": str,
            "keywords": str,
            "taken": str,
            "model": str,
            "vector": bytes,
            "at": str,
        },
        pk="media_id",
        not_null={"folder", "name", "title", "text", "keywords", "model", "vector", "at"},
    )
    db.table("works").create_index(["folder"])
    db.table("offers").create(
        {"media_id": str, "word": str, "source": str, "shown": str, "score": float, "embedded": int, "kept": int,
         "at": str},
        pk=("media_id", "word", "source"),
        not_null={"shown", "score", "embedded", "at"},
    )  # fmt: skip
    db.table("offers").create_index(["word", "source"])
    db.table("answers").create(
        {"media_id": str, "model": str, "question": str, "answer": str, "tokens_in": int, "tokens_out": int, "at": str},
        pk=("media_id", "model", "question"),
        not_null={"answer", "tokens_in", "tokens_out", "at"},
    )


@migrations
def m002_index_what_was_decided(db: Database) -> None:
    """Find what was kept and dropped without reading what nobody looked at."""
    db.execute("CREATE INDEX idx_offers_decided ON offers (word, source, kept) WHERE kept IS NOT NULL")


# What each source of an offer rested on before grounds were kept.
_GROUNDS_BEFORE = {"caption": "said", "vision": "seen", "place": "known", "time": "known"}


@migrations
def m003_grounds(db: Database) -> None:
    """Keep beside each offer the ground that it rests on."""
    db.execute("ALTER TABLE offers ADD COLUMN ground TEXT NOT NULL DEFAULT 'guessed'")
    for source, ground in _GROUNDS_BEFORE.items():
        db.execute("UPDATE offers SET ground = ? WHERE source = ?", [ground, source])


@migrations
def m004_count_by_source(db: Database) -> None:
    """Count what became of each source's offers by an index alone."""
    db.execute("CREATE INDEX offers_by_source ON offers (source, embedded, kept)")


ADD, BAN, ALLOW = "add", "ban", "allow"


def dictionary(catalogue: Catalogue) -> dict[str, tuple[str, str]]:
    """Return a person's dictionary: key → the word as typed, and `add`, `ban` or `allow`."""
    rows = catalogue.rows("SELECT word, shown, decision FROM dictionary ORDER BY word")
    return {row["word"]: (row["shown"], row["decision"]) for row in rows}


def decide(catalogue: Catalogue, words: Mapping[str, str], decision: str) -> None:
    """Put words (key → as typed) into the dictionary; an earlier decision on the same word is replaced."""
    with catalogue.transaction() as connection:
        connection.executemany(
            "INSERT OR REPLACE INTO dictionary VALUES (?, ?, ?, ?)",
            [(word, shown, decision, now()) for word, shown in words.items()],
        )


def forget(catalogue: Catalogue, words: Iterable[str]) -> int:
    """Take words (by key) out of the dictionary; return how many stood in it."""
    with catalogue.transaction() as connection:
        return sum(connection.execute("DELETE FROM dictionary WHERE word = ?", [word]).rowcount for word in set(words))


@dataclass(frozen=True, slots=True)
class Offer:
    """A suggestion that was made, on its `ground` (see `keyword.candidate.Ground`).

    `kept` is None until a person looked at it.
    """

    media_id: str
    word: str
    source: str
    shown: str
    score: float
    embedded: bool
    kept: bool | None = None
    ground: str = "guessed"


def record_offers(catalogue: Catalogue, offers: Iterable[Offer]) -> None:
    """Keep what was suggested; what a person decided of the same word before stays decided."""
    with catalogue.transaction() as connection:
        connection.executemany(
            """
            INSERT INTO offers (media_id, word, source, shown, score, embedded, kept, at, ground)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (media_id, word, source) DO UPDATE SET
              shown = excluded.shown, score = excluded.score, at = excluded.at, ground = excluded.ground,
              embedded = max(embedded, excluded.embedded), kept = coalesce(excluded.kept, kept)
            """,
            [
                (
                    offer.media_id,
                    offer.word,
                    offer.source,
                    offer.shown,
                    offer.score,
                    int(offer.embedded),
                    None if offer.kept is None else int(offer.kept),
                    now(),
                    offer.ground,
                )
                for offer in offers
            ],
        )


def offers_of(catalogue: Catalogue, media_id: str) -> list[Offer]:
    """Return what was suggested for a picture."""
    rows = catalogue.rows("SELECT * FROM offers WHERE media_id = ? ORDER BY score DESC", [media_id])
    return [_offer(row) for row in rows]


def offered(catalogue: Catalogue, media_id: str) -> frozenset[str]:
    """Return the keys of all that was suggested for a picture."""
    rows = catalogue.rows("SELECT DISTINCT word FROM offers WHERE media_id = ?", [media_id])
    return frozenset(row["word"] for row in rows)


def _offer(row: sqlite3.Row) -> Offer:
    return Offer(
        row["media_id"],
        row["word"],
        row["source"],
        row["shown"],
        row["score"],
        bool(row["embedded"]),
        None if row["kept"] is None else bool(row["kept"]),
        row["ground"],
    )


def judge_offers(catalogue: Catalogue, media_id: str, kept: Sequence[str]) -> None:
    """Record which of a picture's suggestions a person kept (`kept`, keys); the others were dropped."""
    wanted = set(kept)
    with catalogue.transaction() as connection:
        for row in connection.execute("SELECT DISTINCT word FROM offers WHERE media_id = ?", [media_id]).fetchall():
            connection.execute(
                "UPDATE offers SET kept = ? WHERE media_id = ? AND word = ?",
                (int(row["word"] in wanted), media_id, row["word"]),
            )


def mark_dropped(catalogue: Catalogue, media_id: str, words: Iterable[str]) -> None:
    """Record that a person took these suggestions (keys) out of a picture."""
    with catalogue.transaction() as connection:
        connection.executemany(
            "UPDATE offers SET kept = 0, embedded = 0 WHERE media_id = ? AND word = ?",
            [(media_id, word) for word in words],
        )


def withdraw_offers(catalogue: Catalogue, standing: Mapping[str, set[str]]) -> None:
    """Note which suggestions no longer stand in a picture, though nobody dropped them; `standing`: media_id → keys."""
    with catalogue.transaction() as connection:
        for media_id, words in standing.items():
            connection.executemany(
                "UPDATE offers SET embedded = 0 WHERE media_id = ? AND word = ? AND kept IS NULL",
                [
                    (media_id, row["word"])
                    for row in connection.execute("SELECT word FROM offers WHERE media_id = ?", [media_id]).fetchall()
                    if row["word"] not in words
                ],
            )


def unseen(catalogue: Catalogue, media_ids: Iterable[str]) -> list[Offer]:
    """Return every suggestion for these pictures that was embedded and not looked at since, the likeliest last."""
    rows = catalogue.rows(
        "SELECT * FROM offers "
        "WHERE media_id IN (SELECT value FROM json_each(?)) AND embedded = 1 AND kept IS NULL ORDER BY score, source",
        [json.dumps(list(media_ids))],
    )
    return [_offer(row) for row in rows]


def decided(catalogue: Catalogue, media_ids: Iterable[str], *, kept: bool) -> dict[str, set[str]]:
    """Return, by media_id, the suggestions (keys) for these pictures that a person kept, or took out."""
    rows = catalogue.rows(
        "SELECT media_id, word FROM offers WHERE media_id IN (SELECT value FROM json_each(?)) AND kept = ?",
        [json.dumps(list(media_ids)), int(kept)],
    )
    found: dict[str, set[str]] = {}
    for row in rows:
        found.setdefault(row["media_id"], set()).add(row["word"])
    return found


def mark_kept(catalogue: Catalogue, media_id: str, words: Iterable[str]) -> None:
    """Record that a person chose these suggestions (keys) of a picture by name."""
    with catalogue.transaction() as connection:
        connection.executemany(
            "UPDATE offers SET kept = 1 WHERE media_id = ? AND word = ? AND embedded = 1",
            [(media_id, word) for word in words],
        )


def stale(catalogue: Catalogue, media_id: str, words: Iterable[str]) -> None:
    """Note that these suggestions (keys) no longer stand in a picture because nothing speaks for them any more."""
    with catalogue.transaction() as connection:
        connection.executemany(
            "UPDATE offers SET embedded = 0 WHERE media_id = ? AND word = ? AND kept IS NULL",
            [(media_id, word) for word in words],
        )


def open_again(catalogue: Catalogue, media_id: str, words: Iterable[str]) -> None:
    """Note that these suggestions (keys) stand in a picture again, and that nobody has decided of them."""
    with catalogue.transaction() as connection:
        connection.executemany(
            "UPDATE offers SET kept = NULL, embedded = 1 WHERE media_id = ? AND word = ?",
            [(media_id, word) for word in words],
        )


def judged(catalogue: Catalogue, word: str) -> dict[str, tuple[int, int]]:
    """Return how often a word (key) was kept and how often dropped, by the source that offered it."""
    rows = catalogue.rows(
        "SELECT source, sum(kept) AS kept, sum(1 - kept) AS dropped FROM offers WHERE kept IS NOT NULL AND word = ? "
        "GROUP BY source",
        [word],
    )
    return {row["source"]: (row["kept"], row["dropped"]) for row in rows}


def by_source(catalogue: Catalogue) -> list[tuple[str, int, int, int, int]]:
    """Return source, offered, embedded, kept, dropped, for every source that made an offer."""
    rows = catalogue.rows(
        "SELECT source, sum(n), sum(n * embedded), coalesce(sum(n * kept), 0), coalesce(sum(n * (1 - kept)), 0) "
        "FROM (SELECT source, embedded, kept, count(*) AS n FROM offers GROUP BY source, embedded, kept) "
        "GROUP BY source ORDER BY source"
    )
    return [(row[0], row[1], row[2], row[3], row[4]) for row in rows]
