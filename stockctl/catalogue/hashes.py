"""Tables of perceptual hashes: the index of near duplicates."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stockctl.catalogue.migrations import Migrations

if TYPE_CHECKING:
    from collections.abc import Iterable

    import numpy as np
    from numpy.typing import NDArray
    from sqlite_utils import Database

    from stockctl.catalogue import Catalogue

migrations = Migrations("hashes")

# Bytes of a hash that are searched; the rest confirms what was found.
COARSE_BYTES = 8


@migrations
def m001_hashes(db: Database) -> None:
    """Keep one perceptual hash per picture."""
    db.table("hashes").create(
        {"id": int, "media_id": str, "coarse": bytes, "fine": bytes, "version": str},
        pk="id",
        not_null={"media_id", "coarse", "fine", "version"},
    )
    db.table("hashes").create_index(["media_id"], unique=True)


@migrations
def m002_searches(db: Database) -> None:
    """Keep what the latest large searches found."""
    db.table("searches").create({"id": int, "key": str, "found": bytes}, pk="id", not_null={"key", "found"})
    db.table("searches").create_index(["key"], unique=True)


# Searches of large batches that are kept: one for each folder that is worked on.
_KEPT = 16


def kept_search(catalogue: Catalogue, key: str) -> bytes | None:
    """Return what a search found that was kept under `key`, or None."""
    row = next(iter(catalogue.rows("SELECT found FROM searches WHERE key = ?", [key])), None)
    return None if row is None else bytes(row["found"])


def keep_search(catalogue: Catalogue, key: str, found: bytes) -> None:
    """Keep what a search found; the oldest give way."""
    with catalogue.transaction() as connection:
        connection.execute("INSERT OR REPLACE INTO searches (key, found) VALUES (?, ?)", [key, found])
        connection.execute(
            "DELETE FROM searches WHERE id NOT IN (SELECT id FROM searches ORDER BY id DESC LIMIT ?)", [_KEPT]
        )


def add(catalogue: Catalogue, hashes: Iterable[tuple[str, str]], version: str) -> None:
    """Write the hashes (hex) of pictures that are new, or whose hash is of another version."""
    rows = [(media_id, bytes.fromhex(hash_), version) for media_id, hash_ in hashes]
    with catalogue.transaction() as connection:
        connection.executemany(
            "INSERT INTO hashes (media_id, coarse, fine, version) VALUES (?, ?, ?, ?) ON CONFLICT (media_id)"
            " DO UPDATE SET coarse = excluded.coarse, fine = excluded.fine, version = excluded.version"
            " WHERE version <> excluded.version",
            [(media_id, hash_[:COARSE_BYTES], hash_[COARSE_BYTES:], version) for media_id, hash_, version in rows],
        )


def coarse(catalogue: Catalogue, version: str) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
    """Return the first 64 bits of every hash of a version, and the id of each.

    Read as one text: a million rows fetched one by one take ten times as long.
    """
    # Every command opens the catalogue, and few search it for pictures.
    import numpy as np

    row = catalogue.rows(
        "SELECT group_concat(hex(coarse), '') AS hashes, group_concat(printf('%016x', id), '') AS ids"
        " FROM hashes WHERE version = ?",
        [version],
    )[0]
    if row["hashes"] is None:
        return np.empty(0, np.uint64), np.empty(0, np.int64)
    numbers = np.frombuffer(bytes.fromhex(row["hashes"]), dtype=">u8").astype(np.uint64)
    return numbers, np.frombuffer(bytes.fromhex(row["ids"]), dtype=">i8").astype(np.int64)


def whole(catalogue: Catalogue, ids: Iterable[int]) -> dict[int, tuple[str, bytes]]:
    """Return the picture and the whole hash of entries of the index, by id."""
    found: dict[int, tuple[str, bytes]] = {}
    numbers = sorted(set(ids))
    for start in range(0, len(numbers), 500):
        part = numbers[start : start + 500]
        marks = ",".join("?" * len(part))
        for row in catalogue.rows(f"SELECT * FROM hashes WHERE id IN ({marks})", part):  # noqa: S608 - marks only
            found[row["id"]] = (row["media_id"], row["coarse"] + row["fine"])
    return found


def hashes_of(catalogue: Catalogue, media_ids: Iterable[str]) -> dict[str, bytes]:
    """Return the whole hash of those pictures that have one, by media_id."""
    wanted = set(media_ids)
    rows = catalogue.rows("SELECT media_id, coarse, fine FROM hashes")
    return {row["media_id"]: row["coarse"] + row["fine"] for row in rows if row["media_id"] in wanted}
