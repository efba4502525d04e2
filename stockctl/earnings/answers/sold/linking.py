"""Which sold files are pictures of the catalogue: by the names under which they were sent, their own, their titles."""

from __future__ import annotations

import json
from collections import defaultdict
from pathlib import PurePath
from typing import TYPE_CHECKING, NamedTuple

from stockctl.catalogue.seen import hashes, named
from stockctl.catalogue.sold import sales

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Sequence

    from stockctl.catalogue import Catalogue

# Bits of a perceptual hash's 256 in which a smaller or newly coded copy of a picture may differ,
# and the length of the parts by which such copies are looked up.
_ALIKE, _PART = 7, 32


class _State(NamedTuple):
    """How far sold files, pictures and uploads had come when they were last compared."""

    sold: int
    files: int
    newest: int
    uploads: int


def link(catalogue: Catalogue) -> int:
    """Tell which sold files are pictures of the catalogue; return how many were found out.

    A file is known by the name under which it was uploaded to that agency, by
    its own name with or without suffix, or by its title where the agency shows
    no name. A name that two pictures bear tells nothing. Copies of one picture are
    brought together by their perceptual hashes, which `check` keeps. Only what
    is new since the last time is looked at: sold files, or all of those that are
    not found out where there are new pictures.
    """
    now, before = _state(catalogue), _linked(catalogue)
    if now == before or not now.files:
        return 0
    since = before.sold if now[1:] == before[1:] else 0
    unknown = catalogue.rows(
        "SELECT id, agency, asset, file, title FROM sold WHERE media_id IS NULL AND id > ?"
        " AND (file <> '' OR title <> '')",
        [since],
    )
    found = _found(catalogue, unknown, now.files) if unknown else {}
    with catalogue.transaction() as connection:
        connection.execute("DELETE FROM linked")
        connection.execute("INSERT INTO linked VALUES (?, ?, ?, ?)", now)
        if found:
            paths = {media_id: _path(catalogue, media_id) for media_id in dict.fromkeys(found.values())}
            own = {media_id: PurePath(path or sent).name for media_id, (path, sent) in paths.items()}
            changed = {row["file"] or row["asset"] for row in unknown if row["id"] in found} | set(own.values())
            connection.executemany(
                "UPDATE sold SET media_id = ?, name = ?, shoot = ? WHERE id = ?",
                [
                    (media_id, own[media_id], sales.folder_name(paths[media_id][0]) or "", number)
                    for number, media_id in found.items()
                ],
            )
            copies = _renditions(catalogue, set(own))
            for _, media_id in copies:
                names_ = connection.execute("SELECT DISTINCT name FROM sold WHERE media_id = ?", [media_id]).fetchall()
                changed |= {row[0] for row in names_}
            connection.executemany("UPDATE sold SET name = ? WHERE media_id = ?", copies)
            sales.show_by_name(connection, changed | {name for name, _ in copies})
    return len(found)


def _state(catalogue: Catalogue) -> _State:
    row = catalogue.rows(
        "SELECT (SELECT coalesce(max(id), 0) FROM sold), (SELECT count(*) FROM files),"
        " (SELECT coalesce(max(rowid), 0) FROM files), (SELECT coalesce(max(rowid), 0) FROM uploads)"
    )[0]
    return _State(*row)


def _linked(catalogue: Catalogue) -> _State:
    rows = catalogue.rows("SELECT sold, files, newest, uploads FROM linked")
    return _State(*rows[0]) if rows else _State(0, 0, 0, 0)


def _found(catalogue: Catalogue, unknown: Sequence[sqlite3.Row], files: int) -> dict[int, str]:
    """Return the pictures of sold files, by the files' numbers; the catalogue has `files`."""
    called = _by_name(catalogue, {key for row in unknown if row["file"] for key in names(row["file"])}, files)
    titled = _by_title(catalogue, {row["title"].casefold() for row in unknown if not row["file"]}, files)
    found = {}
    for row in unknown:
        if row["file"]:
            keys = names(row["file"])
            sent = (_sent(catalogue, row["agency"], key, stem=place == 1) for place, key in enumerate(keys))
            media_id = next(filter(None, (*sent, *map(called.get, keys))), None)
        else:
            media_id = titled.get(row["title"].casefold())
        if media_id is not None:
            found[row["id"]] = media_id
    return found


def _by_name(catalogue: Catalogue, wanted: set[str], files: int) -> dict[str, str]:
    """Return which pictures' files are called so, whole or without suffix; a name that two bear is left out."""
    found: dict[str, set[str]] = defaultdict(set)
    for path, media_id in named.by_name(catalogue, wanted, files) if wanted else ():
        for key in names(path):
            if key in wanted:
                found[key].add(media_id)
    return {key: next(iter(pictures)) for key, pictures in found.items() if len(pictures) == 1}


def _by_title(catalogue: Catalogue, wanted: set[str], files: int) -> dict[str, str]:
    """Return which pictures have a title; one that two bear is left out."""
    found: dict[str, set[str]] = defaultdict(set)
    for title, media_id in named.by_title(catalogue, wanted, files) if wanted else ():
        if title.casefold() in wanted:
            found[title.casefold()].add(media_id)
    return {key: next(iter(pictures)) for key, pictures in found.items() if len(pictures) == 1}


def _sent(catalogue: Catalogue, agency: str, name: str, *, stem: bool) -> str | None:
    """Return the one picture that was sent to an agency under a name, or under that name with any suffix."""
    # In the index's own order, capitals apart; "/" comes after ".".
    low, high = (f"{name}.", f"{name}/") if stem else (name, f"{name}\0")
    rows = catalogue.rows(
        "SELECT DISTINCT media_id FROM uploads WHERE agency = ? AND remote COLLATE NOCASE >= ?"
        " AND remote COLLATE NOCASE < ? AND part = 0 LIMIT 2",
        (agency, low, high),
    )
    return str(rows[0][0]) if len(rows) == 1 else None


def _path(catalogue: Catalogue, media_id: str) -> tuple[str | None, str]:
    """Return the path of a picture's file, and where it has none the name under which it was sent."""
    path = catalogue.rows("SELECT max(path) FROM files WHERE media_id = ?", [media_id])[0][0]
    if path is not None:
        return path, ""
    return None, catalogue.rows("SELECT max(remote) FROM uploads WHERE media_id = ?", [media_id])[0][0]


def _own_name(catalogue: Catalogue, media_id: str) -> str:
    path, sent = _path(catalogue, media_id)
    return PurePath(path or sent).name


def _renditions(catalogue: Catalogue, new: set[str]) -> list[tuple[str, str]]:
    """Return (name, media_id) of pictures that look the same as another: a smaller or newly coded copy of it.

    All of them bear the name of the first that sold. Two that one agency sells are two
    products to it, however alike they look, and stay apart. One of each pair is `new`.
    """
    ordered = [row[0] for row in catalogue.rows(
        "SELECT media_id FROM sold WHERE media_id IS NOT NULL GROUP BY media_id ORDER BY min(id)"
    )]  # fmt: skip
    known = {media_id: int.from_bytes(hash_) for media_id, hash_ in hashes.hashes_of(catalogue, ordered).items()}
    candidates = _near(known, [one for one in ordered if one in known], new)
    if len(candidates) < 2:
        return []
    sellers: dict[str, set[str]] = defaultdict(set)
    for row in catalogue.rows(
        "SELECT DISTINCT media_id, agency FROM sold WHERE media_id IN (SELECT value FROM json_each(?))",
        [json.dumps(candidates)],
    ):
        sellers[row["media_id"]].add(row["agency"])
    first: dict[str, str] = {}
    seen: dict[tuple[int, int], list[str]] = defaultdict(list)
    for media_id in candidates:
        parts = _parts(known[media_id])
        for other in dict.fromkeys(other for part in parts for other in seen[part]):
            alike = (known[media_id] ^ known[other]).bit_count() <= _ALIKE
            if alike and not sellers[media_id] & sellers[other]:
                first[media_id] = other
                sellers[other] |= sellers[media_id]
                break
        else:
            for part in parts:
                seen[part].append(media_id)
    return [(_own_name(catalogue, other), media_id) for media_id, other in first.items()]


def _parts(hash_: int) -> list[tuple[int, int]]:
    # Of so many parts one is equal where no more than that many bits but one differ.
    return [(place, hash_ >> place * _PART & (1 << _PART) - 1) for place in range(_ALIKE + 1)]


def _near(known: dict[str, int], ordered: list[str], new: Iterable[str]) -> list[str]:
    """Return the pictures of which a part of the hash is that of a new one's, in their order."""
    ours = [one for one in new if one in known]
    if not ours:
        return []
    import numpy as np

    size = _PART * (_ALIKE + 1) // 8
    columns = np.frombuffer(b"".join(known[one].to_bytes(size) for one in ordered), np.uint32).reshape(-1, _ALIKE + 1)
    wanted = np.frombuffer(b"".join(known[one].to_bytes(size) for one in ours), np.uint32).reshape(-1, _ALIKE + 1)
    near = np.zeros(len(ordered), bool)
    for place in range(_ALIKE + 1):
        near |= np.isin(columns[:, place], wanted[:, place])
    return [ordered[place] for place in np.flatnonzero(near).tolist()]


def names(path: str) -> tuple[str, str]:
    """Return the two forms in which a file's name is compared: whole, and without its suffix."""
    name = path.replace("\\", "/").rpartition("/")[2].casefold()
    stem, dot, suffix = name.rpartition(".")
    return name, stem if dot and stem and suffix else name
