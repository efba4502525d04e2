"""Tables of perceptual hashes: the index of near duplicates."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from stockctl.catalogue.migrations import Migrations
from stockctl.catalogue.refusals import explaining

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from sqlite3 import Connection

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


@migrations
def m003_packs(db: Database) -> None:
    """Keep the index in packs too, thousands of hashes in one value: read in a twentieth of the time.

    The packs hold the entries up to an id, and never differ from them: changing
    or deleting an entry drops its pack and all after it.
    """
    db.table("packs").create(
        {"last": int, "version": str, "ids": bytes, "hashes": bytes},
        pk="last",
        not_null={"version", "ids", "hashes"},
    )
    db.execute("CREATE TRIGGER packs_changed AFTER UPDATE ON hashes BEGIN DELETE FROM packs WHERE last >= OLD.id; END")
    db.execute("CREATE TRIGGER packs_deleted AFTER DELETE ON hashes BEGIN DELETE FROM packs WHERE last >= OLD.id; END")


# Searches of large batches that are kept: one for each folder that is worked on.
_KEPT = 16
# Entries beyond the packs that make a new one, and the most that go into one.
_PACK_FROM = 5_000
_PACK_MOST = 100_000
# The entries beyond the packs; and all of them as one text each, as a million rows fetched one by one take ten times
# as long.
_LOOSE = (
    "(SELECT id, hex(coarse) || hex(fine) AS hash FROM hashes WHERE version = :version"
    " AND id > (SELECT coalesce(max(last), 0) FROM packs WHERE version = :version) ORDER BY id)"
)
_JOINED = "group_concat(printf('%016x', id), ''), group_concat(hash, '')"
_COUNTED = f"SELECT count(*) FROM {_LOOSE}"  # noqa: S608 - here and below: our own constants
_FIRST_LOOSE = f"SELECT max(id), {_JOINED} FROM (SELECT * FROM {_LOOSE} LIMIT :most)"  # noqa: S608
_PACKED = "SELECT ids, hashes FROM packs WHERE version = :version"
# In one query, so that nobody writes between its parts: how many entries there are, the packs, and those beyond them.
# Packs lie, and are read, in the order of their last id.
_EVERY = (
    f"SELECT (SELECT coalesce(sum(length(ids)), 0) FROM packs WHERE version = :version) / 8 + ({_COUNTED}), NULL"  # noqa: S608
    f" UNION ALL {_PACKED} UNION ALL SELECT {_JOINED} FROM {_LOOSE}"
)


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


def add(catalogue: Catalogue, hashes: Mapping[str, bytes], version: str) -> dict[str, int]:
    """Write the hashes of pictures that are new, or whose hash is of another version; return the ids of all."""
    known = _ids(catalogue, hashes, version)
    fresh = [(media_id, hash_) for media_id, hash_ in hashes.items() if media_id not in known]
    if not fresh:
        return known
    with catalogue.transaction() as connection:
        connection.executemany(
            "INSERT INTO hashes (media_id, coarse, fine, version) VALUES (?, ?, ?, ?) ON CONFLICT (media_id)"
            " DO UPDATE SET coarse = excluded.coarse, fine = excluded.fine, version = excluded.version",
            [(media_id, hash_[:COARSE_BYTES], hash_[COARSE_BYTES:], version) for media_id, hash_ in fresh],
        )
        _pack(connection, version)
    return known | _ids(catalogue, [media_id for media_id, _ in fresh], version)


def _ids(catalogue: Catalogue, media_ids: Iterable[str], version: str) -> dict[str, int]:
    found: dict[str, int] = {}
    names = list(media_ids)
    for start in range(0, len(names), 500):
        part = names[start : start + 500]
        marks = ",".join("?" * len(part))
        query = f"SELECT media_id, id FROM hashes WHERE version = ? AND media_id IN ({marks})"  # noqa: S608 - marks only
        found.update((row["media_id"], row["id"]) for row in catalogue.rows(query, [version, *part]))
    return found


def _pack(connection: Connection, version: str) -> None:
    """Pack the entries beyond the packs, where they are many."""
    connection.execute("DELETE FROM packs WHERE version <> ?", [version])
    values = {"version": version, "most": _PACK_MOST}
    while connection.execute(_COUNTED, values).fetchone()[0] >= _PACK_FROM:
        last, ids, hashes = connection.execute(_FIRST_LOOSE, values).fetchone()
        pack = [last, version, bytes.fromhex(ids), bytes.fromhex(hashes)]
        connection.execute("INSERT INTO packs (last, version, ids, hashes) VALUES (?, ?, ?, ?)", pack)


def every(catalogue: Catalogue, version: str) -> tuple[NDArray[np.int64], NDArray[np.uint64]]:
    """Return the ids of all entries of a version, rising, and their hashes as uint64 (n, 4), in the bytes' order."""
    # Every command opens the catalogue, and few search it for pictures.
    import numpy as np

    with explaining(catalogue.path):
        rows = iter(catalogue.connection.execute(_EVERY, {"version": version}))
        count = next(rows)[0]
        # One pack after the other: all of a million take some forty megabytes, and are held once.
        ids, hashes = np.empty(count, np.int64), np.empty((count, 4), np.uint64)
        at = 0
        for row in rows:
            # Those beyond the packs are text; None: there are none.
            found, packed = (bytes.fromhex(part) if isinstance(part, str) else part or b"" for part in row)
            part = np.frombuffer(found, ">i8")
            ids[at : at + len(part)] = part
            hashes[at : at + len(part)] = np.frombuffer(packed, np.uint64).reshape(-1, 4)
            at += len(part)
    return ids, hashes


def pictures(catalogue: Catalogue, ids: Iterable[int]) -> dict[int, str]:
    """Return the media_id of entries of the index, by id."""
    found: dict[int, str] = {}
    numbers = sorted(set(ids))
    for start in range(0, len(numbers), 500):
        part = numbers[start : start + 500]
        marks = ",".join("?" * len(part))
        query = f"SELECT id, media_id FROM hashes WHERE id IN ({marks})"  # noqa: S608 - marks only
        found.update((row["id"], row["media_id"]) for row in catalogue.rows(query, part))
    return found


def entry(catalogue: Catalogue, media_id: str) -> tuple[str, bytes] | None:
    """Return the version and the whole hash of a picture, None where it has none."""
    rows = catalogue.rows("SELECT version, coarse, fine FROM hashes WHERE media_id = ?", [media_id])
    return (rows[0]["version"], rows[0]["coarse"] + rows[0]["fine"]) if rows else None


def hashes_of(catalogue: Catalogue, media_ids: Iterable[str]) -> dict[str, bytes]:
    """Return the whole hash of those pictures that have one, by media_id."""
    query = "SELECT media_id, coarse, fine FROM hashes WHERE media_id IN (SELECT value FROM json_each(?))"
    rows = catalogue.rows(query, [json.dumps(list(media_ids))])
    return {row["media_id"]: row["coarse"] + row["fine"] for row in rows}
