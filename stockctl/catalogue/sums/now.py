"""The sums over all pictures as they are at this moment: what is kept, and what has changed since."""

from __future__ import annotations

import contextlib
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from stockctl.catalogue.seen import keywords
from stockctl.catalogue.sold import month_sums, pictures, worked_out
from stockctl.catalogue.sums import arrived, months, totals
from stockctl.catalogue.sums.packs import NOTHING, Changed, Vocabulary, of_files, packed, vocabulary
from stockctl.catalogue.sums.words import TRACKED, Counted
from stockctl.errors import CatalogueLockedError

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterable, Sequence

    from numpy.typing import NDArray

    from stockctl.catalogue import Catalogue
    from stockctl.catalogue.sums.packs import Numbers, Short, Words

_EMPTY = np.zeros(0, np.int32)


@dataclass
class Sums:
    """What all pictures with keywords come to.

    `file_of` has the number of the file that tells the words of each sold file (see `pictures.files`),
    `others` the files whose words do not count, `columns` the sums of each month by key.
    """

    known: Vocabulary
    counted: Counted
    columns: dict[str, months.Column]
    others: Short
    file_of: Short
    # What is to be kept: the months that were summed anew, and whether anything was.
    changed: set[str] = field(default_factory=set)
    stale: bool = False

    def meeting(self, connection: sqlite3.Connection, keys: Sequence[int]) -> Numbers:
        """Return how often each two of some keys stand on one picture, shape (n, n)."""
        if self.counted.track(connection, keys, self.known, self.others):
            self.stale = True
        return self.counted.meeting(keys)


def are_kept(catalogue: Catalogue) -> bool:
    """Whether sums are kept, so that only what changed since is gone through."""
    return bool(catalogue.rows("SELECT EXISTS (SELECT 1 FROM words_summed)")[0][0])


def of_now(connection: sqlite3.Connection) -> Sums:
    """Return the sums as they are; within `keywords.packed`, or where all blocks are packed.

    What is kept is brought up to what has changed since; nothing is written.
    """
    known = vocabulary(connection)
    version = _version(connection)
    kept = {row[0]: row[1] for row in connection.execute("SELECT name, value FROM word_sums")}
    summed = connection.execute("SELECT version FROM words_summed").fetchone()
    valid = bool(kept) and summed is not None and summed[0] == version
    others_then = np.frombuffer(kept["others"], np.int32) if valid else _EMPTY
    counted = _counted(kept) if valid else Counted.nothing()
    counted.grow(known.size)
    others = _others(connection)
    file_of, file_of_then = pictures.of_now(connection), _file_of_then(connection)
    last = connection.execute("SELECT coalesce(max(rowid), 0) FROM files").fetchone()[0]
    highest = max(last, file_of.max(initial=0), file_of_then.max(initial=0))
    differs = np.zeros(int(highest) + 1, np.bool_)
    stale = not valid
    changes = Changed(connection)
    if valid:
        parts: Iterable[tuple[Words, Words]] = changes.differing(others_then, others)
    else:
        parts = ((NOTHING, words.without(others)) for words in packed(connection))
    for was, is_ in parts:
        stale = True
        for words, sign in ((was, -1), (is_, 1)):
            counted.add(words, known, sign)
            differs = _marked(differs, words.files)
    columns = months.standing(connection) if valid else {}
    changed = set()
    if valid:
        moved = months.Moved(changes, known, file_of_then, file_of, differs)
        changed = moved.bring_up(connection, columns)
    all_months = month_sums.names(connection)
    missing = [month for month in all_months if month not in columns]
    columns |= months.summed(connection, missing, file_of, known)
    columns = {month: columns[month] for month in all_months}
    sums = Sums(known, counted, columns, others, file_of, changed | set(missing), stale or bool(changed or missing))
    if not valid:
        common = np.argsort(-counted.keys, kind="stable")[:TRACKED]
        sums.meeting(connection, common[counted.keys[common] > 0].tolist())
    return sums


def _marked(differs: NDArray[np.bool_], files: Short) -> NDArray[np.bool_]:
    highest = int(files.max(initial=0))
    if highest >= len(differs):
        differs = np.concatenate([differs, np.zeros(highest + 1 - len(differs), np.bool_)])
    differs[files] = True
    return differs


def _version(connection: sqlite3.Connection) -> str:
    """Return that of the keys that the words have; empty: they have none yet."""
    row = connection.execute("SELECT version FROM keyword_rules").fetchone()
    return str(row[0]) if row else ""


def _counted(kept: dict[str, bytes]) -> Counted:
    tracked = np.frombuffer(kept["tracked"], np.int32)
    return Counted(
        keys=np.frombuffer(kept["keys"], np.int64).copy(),
        written=np.frombuffer(kept["written"], np.int64).copy(),
        pictures=int(kept["pictures"]),
        tracked=tracked,
        meet=np.frombuffer(kept["meet"], np.int64).reshape(len(tracked), len(tracked)).copy(),
    )


def _file_of_then(connection: sqlite3.Connection) -> Short:
    """Return `file_of` as it was when it was summed."""
    blocks = {
        row[0]: row[1]
        for query in (
            "SELECT block, files FROM sold_files WHERE block IN (SELECT block FROM sold_counted)",
            "SELECT block, files FROM sold_before",
        )
        for row in connection.execute(query)
    }
    if not blocks:
        return _EMPTY
    nothing = bytes(max(len(blob) for blob in blocks.values()))
    return np.frombuffer(b"".join(blocks.get(block, nothing) for block in range(max(blocks) + 1)), "<i4")


def several(connection: sqlite3.Connection) -> list[tuple[str, int]]:
    """Return the files of pictures that have several: the picture's media_id and the file's number, by path."""
    cursor = connection.cursor()
    cursor.row_factory = None
    return cursor.execute(
        "SELECT f.media_id, f.rowid FROM several_files s CROSS JOIN files f ON f.media_id = s.media_id"
        " ORDER BY f.media_id, f.path"
    ).fetchall()


def worded(connection: sqlite3.Connection, files: Short) -> Short:
    """Return those of some files that have keywords, by rising number; where all blocks are packed."""
    return of_files(connection, np.unique(files)).files


def _others(connection: sqlite3.Connection) -> Short:
    """Return the files whose words do not count: another of the same picture has some and stands before it."""
    rows = several(connection)
    having = set(worded(connection, np.array([row[1] for row in rows], np.int32)).tolist())
    told: set[str] = set()
    others = []
    for media_id, file in rows:
        if file in having:
            if media_id in told:
                others.append(file)
            told.add(media_id)
    return np.array(sorted(others), np.int32)


def keep(connection: sqlite3.Connection, sums: Sums) -> None:
    """Keep sums that are those of this moment, within the caller's transaction."""
    # Only of what is kept itself it is noticed when it changes.
    month_sums.keep_all(connection)
    pictures.keep_all(connection)
    totals.keep(connection)
    for table in ("words_before", "words_summed", "sold_before", "sold_counted", "month_added"):
        connection.execute(f"DELETE FROM {table}")  # noqa: S608 - fixed names
    connection.execute("INSERT INTO words_summed VALUES (?)", [_version(connection)])
    connection.execute("INSERT INTO sold_counted SELECT block FROM sold_files")
    connection.execute(
        "DELETE FROM month_words WHERE month NOT IN (SELECT value FROM json_each(?))", [json.dumps(list(sums.columns))]
    )
    connection.executemany(
        "INSERT OR REPLACE INTO month_words VALUES (?, ?)",
        [(month, sums.columns[month].tobytes()) for month in sums.changed],
    )
    counted = sums.counted
    values = {
        "others": sums.others.tobytes(),
        "keys": counted.keys.tobytes(),
        "written": counted.written.tobytes(),
        "pictures": str(counted.pictures).encode(),
        "tracked": counted.tracked.tobytes(),
        "meet": counted.meet.tobytes(),
    }
    connection.executemany("INSERT OR REPLACE INTO word_sums VALUES (?, ?)", list(values.items()))


def keep_if(catalogue: Catalogue, sums: Sums, before: int) -> None:
    """Keep sums, unless another command has written since `before` (see `worked_out.version`), or is writing."""
    if not sums.stale:
        return
    with contextlib.suppress(CatalogueLockedError), catalogue.impatient(), catalogue.transaction() as connection:
        if worked_out.version(catalogue) == before:
            keep(connection, sums)
            sums.stale = False


def fill(catalogue: Catalogue, key: Callable[[str], str], version: str) -> None:
    """Bring what is kept up to now; where another command writes, it is left for later.

    `key` and `version` are those of `keywords.packed`.
    """
    arrived.fill(catalogue)
    month_sums.fill(catalogue)
    pictures.fill(catalogue)
    before = worked_out.version(catalogue)
    with contextlib.suppress(CatalogueLockedError):
        with catalogue.impatient(), keywords.packed(catalogue, key, version):
            sums = of_now(catalogue.connection)
        keep_if(catalogue, sums, before)


def sum_up(connection: sqlite3.Connection) -> None:
    """Sum up and keep all, within the caller's transaction; where the words have no keys yet, nothing."""
    if _version(connection):
        keep(connection, of_now(connection))
