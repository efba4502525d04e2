"""The keywords of all files as numbers: packed by blocks of files, for questions about every picture.

What is known of a file is some kilobytes of JSON, of which its keywords are a
small part. Files that come, go or change are marked, and packed anew when their block is asked for.
"""

from __future__ import annotations

import contextlib
import json
from itertools import chain
from typing import TYPE_CHECKING

import msgspec

from stockctl.catalogue.migrations import Migrations
from stockctl.errors import CatalogueLockedError

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterable, Iterator, Mapping

    import numpy as np
    from numpy.typing import NDArray
    from sqlite_utils import Database

    from stockctl.catalogue import Catalogue

migrations = Migrations("keywords")

# So many numbers of files make a block: 2 to the power of it.
_SHIFT = 12
# A run packs one block for so many files that it looked at: it reads eight others for each of its own.
LOOKED_AT = 512
# One that looked at so many brings the sums over all files up to date (see `sums.now`): it takes less than a second.
SUMMED_AT = 2_048
# So often blocks are packed again that another command's files took away meanwhile.
_TRIES = 3


@migrations
def m001_packs(db: Database) -> None:
    """Keep keywords by number, and those of each block of files; a file that comes or goes takes its block away."""
    db.execute("CREATE TABLE words_of_pictures (id INTEGER PRIMARY KEY, word TEXT NOT NULL UNIQUE, key TEXT NOT NULL)")
    db.execute("CREATE INDEX words_of_pictures_key ON words_of_pictures (key)")
    db.execute("CREATE TABLE keyword_packs (block INTEGER PRIMARY KEY, files BLOB NOT NULL, words BLOB NOT NULL)")
    db.execute("CREATE TABLE keyword_rules (version TEXT NOT NULL)")
    # What was worked out of all files and sales, with how many they were.
    db.execute("CREATE TABLE kept_plans (question TEXT PRIMARY KEY, rows TEXT NOT NULL)")
    gone = f"DELETE FROM keyword_packs WHERE block = {{}} >> {_SHIFT};"  # noqa: S608 - our own number
    # What is replaced under its path is deleted without a trigger of its own.
    replaced = gone.format("(SELECT rowid FROM files WHERE path = NEW.path)")
    for event, action in (
        ("BEFORE INSERT", replaced),
        ("AFTER INSERT", gone.format("NEW.rowid")),
        ("AFTER DELETE", gone.format("OLD.rowid")),
        ("AFTER UPDATE OF facts, media_id", gone.format("NEW.rowid")),
    ):
        name = f"files_packed_{'_'.join(event.lower().split()[:2])}"
        db.execute(f"CREATE TRIGGER {name} {event} ON files BEGIN {action} END")


@migrations
def m002_packed(db: Database) -> None:
    """Pack what is there, so that no plan or report waits for it; who asks first makes the keys."""
    connection = db.conn
    assert connection is not None
    connection.execute("DELETE FROM keyword_rules")
    last = connection.execute("SELECT coalesce(max(rowid), -1) FROM files").fetchone()[0] >> _SHIFT
    known = {row[0] for row in connection.execute("SELECT block FROM keyword_packs")}
    for block in range(last + 1):
        if block not in known:
            _write(connection, block, *_read(connection, *_span(block), str))


@migrations
def m003_moved(db: Database) -> None:
    """Mark files that change instead of taking their block away, and put aside what words they had when summed."""
    db.execute("CREATE TABLE words_moved (file INTEGER PRIMARY KEY)")
    # With which keys all words are summed (see `sums.now`), and what words changed files had then.
    db.execute("CREATE TABLE words_summed (version TEXT NOT NULL)")
    db.execute("CREATE TABLE words_before (file INTEGER PRIMARY KEY, words BLOB NOT NULL)")
    moved = (
        "INSERT INTO words_moved SELECT {0} WHERE {0} IS NOT NULL"
        " AND NOT EXISTS (SELECT 1 FROM words_moved WHERE file = {0});"
    )
    # What is replaced under its path is deleted without a trigger of its own.
    replaced = moved.format("(SELECT rowid FROM files WHERE path = NEW.path)")
    for event, action in (
        ("BEFORE INSERT", replaced),
        ("AFTER INSERT", moved.format("NEW.rowid")),
        ("AFTER DELETE", moved.format("OLD.rowid")),
        ("AFTER UPDATE OF facts, media_id", moved.format("NEW.rowid")),
    ):
        name = "_".join(event.lower().split()[:2])
        db.execute(f"DROP TRIGGER IF EXISTS files_packed_{name}")
        db.execute(f"CREATE TRIGGER files_worded_{name} {event} ON files BEGIN {action} END")
    db.execute("CREATE TRIGGER keyword_packs_gone AFTER DELETE ON keyword_packs BEGIN DELETE FROM words_summed; END")


@contextlib.contextmanager
def packed(catalogue: Catalogue, key: Callable[[str], str], version: str) -> Iterator[None]:
    """Pack the blocks that are not, and let what the block reads be of one moment, with all of them.

    `key` is what makes two words one, and `version` changes when it does. The
    write lock is held for a block at a time, and not at all where all are packed.

    Raises:
        CatalogueLockedError: another command is writing.

    """
    connection = catalogue.connection
    for _ in range(_TRIES):
        for block in _missing(connection, version):
            with catalogue.transaction():
                _keep_rules(connection, key, version)
                _pack(connection, block, key)
        # What another command does meanwhile is not seen within it.
        connection.execute("BEGIN")
        try:
            if not _missing(connection, version):
                yield
                return
        finally:
            connection.rollback()
    raise CatalogueLockedError("another command goes on writing", where=str(catalogue.path))


def pack_for(catalogue: Catalogue, looked_at: int, key: Callable[[str], str], version: str) -> None:
    """Pack blocks after a run that looked at so many files: one for each `LOOKED_AT`.

    A large catalogue is then packed when it is asked for the first time. `key`
    and `version` are those of `packed`. Where another command is writing, it is left for later.
    """
    connection = catalogue.connection
    with contextlib.suppress(CatalogueLockedError), catalogue.impatient():
        # The last one grows with the next file.
        for block in _missing(connection, version)[:-1][: looked_at // LOOKED_AT]:
            with catalogue.transaction():
                _keep_rules(connection, key, version)
                _pack(connection, block, key)


def _missing(connection: sqlite3.Connection, version: str) -> list[int]:
    """Return the blocks that are not packed; of other keys than these all are."""
    last = connection.execute("SELECT coalesce(max(rowid), -1) FROM files").fetchone()[0] >> _SHIFT
    known = {row[0] for row in connection.execute("SELECT block FROM keyword_packs")}
    query = f"SELECT DISTINCT file >> {_SHIFT} FROM words_moved"  # noqa: S608 - our own number
    missing = sorted({row[0] for row in connection.execute(query)} | set(range(last + 1)).difference(known))
    rules = [row[0] for row in connection.execute("SELECT version FROM keyword_rules")]
    # One of them is packed again, and the keys of all words are made anew with it.
    return missing if rules == [version] or missing else [last][: last + 1]


def _keep_rules(connection: sqlite3.Connection, key: Callable[[str], str], version: str) -> None:
    """Make the keys anew where they are of another version."""
    if [row[0] for row in connection.execute("SELECT version FROM keyword_rules")] != [version]:
        words = connection.execute("SELECT id, word FROM words_of_pictures").fetchall()
        connection.executemany(
            "UPDATE words_of_pictures SET key = ? WHERE id = ?", [(key(word), number) for number, word in words]
        )
        connection.execute("DELETE FROM keyword_rules")
        connection.execute("INSERT INTO keyword_rules VALUES (?)", [version])


def _span(block: int) -> tuple[int, int]:
    return block << _SHIFT, ((block + 1) << _SHIFT) - 1


def _pack(connection: sqlite3.Connection, block: int, key: Callable[[str], str]) -> None:
    """Pack a block: all of its files, or those that are marked."""
    import numpy as np

    kept = connection.execute("SELECT files, words FROM keyword_packs WHERE block = ?", [block]).fetchone()
    span = _span(block)
    files, words = (np.frombuffer(kept[0], np.int64).reshape(-1, 2), np.frombuffer(kept[1], np.int32)) if kept else (
        np.zeros((0, 2), np.int64), np.zeros(0, np.int32)
    )  # fmt: skip
    fresh, fresh_words = _read(connection, *span, key, moved=kept is not None)
    if kept:
        rows = connection.execute("SELECT file FROM words_moved WHERE file BETWEEN ? AND ?", span)
        moved = np.array([row[0] for row in rows], np.int64)
    else:
        moved = fresh[:, 0]
    gone = np.isin(files[:, 0], moved)
    # Words of files, one after another: those that stay, and those that are new.
    old = np.repeat(gone, files[:, 1])
    _put_aside(connection, moved, files[gone], words[old])
    every = np.concatenate([files[~gone], fresh])
    order = np.argsort(every[:, 0])
    starts = np.cumsum(every[:, 1]) - every[:, 1]
    counted = every[order]
    # From where each word comes: that of its file, and its place in it.
    places = np.repeat(starts[order] - (np.cumsum(counted[:, 1]) - counted[:, 1]), counted[:, 1])
    places += np.arange(len(places))
    _write(connection, block, counted, np.concatenate([words[~old], fresh_words])[places])
    connection.execute("DELETE FROM words_moved WHERE file BETWEEN ? AND ?", span)


def _put_aside(
    connection: sqlite3.Connection, moved: NDArray[np.int64], files: NDArray[np.int64], words: NDArray[np.int32]
) -> None:
    """Keep what words files had, if any, where words are summed: the first time that one changes since."""
    import numpy as np

    if connection.execute("SELECT 1 FROM words_summed").fetchone():
        parts = np.split(words, np.cumsum(files[:, 1])[:-1]) if len(files) else []
        old = {file: part.tobytes() for file, part in zip(files[:, 0].tolist(), parts, strict=True)}
        connection.executemany(
            "INSERT OR IGNORE INTO words_before VALUES (?, ?)", [(file, old.get(file, b"")) for file in moved.tolist()]
        )


def _read(
    connection: sqlite3.Connection, first: int, last: int, key: Callable[[str], str], *, moved: bool = False
) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    """Return the files from `first` to `last` that have words, or those that are marked of them, and all words."""
    import numpy as np

    which = " AND rowid IN (SELECT file FROM words_moved WHERE file BETWEEN ? AND ?)" if moved else ""
    rows = connection.execute(
        "SELECT rowid, json_extract(facts, '$.record.keywords') FROM files WHERE rowid BETWEEN ? AND ?"  # noqa: S608 - fixed texts
        f"{which} AND media_id IS NOT NULL ORDER BY rowid",
        (first, last, first, last)[: 4 if moved else 2],
    )
    written = [(row[0], list(map(str, msgspec.json.decode(row[1])))) for row in rows if row[1]]
    # Most words stand on many files: each is looked up once, however it is written.
    folded = {word: word.casefold() for word in set(chain.from_iterable(words for _, words in written))}
    known = _numbers(connection, set(folded.values()), key)
    numbers = {word: known[plain] for word, plain in folded.items()}
    files = [(file, dict.fromkeys(map(numbers.__getitem__, words))) for file, words in written if words]
    counted = np.array([(file, len(words)) for file, words in files], np.int64).reshape(-1, 2)
    return counted, np.fromiter(chain.from_iterable(words for _, words in files), np.int32)


def _write(connection: sqlite3.Connection, block: int, files: NDArray[np.int64], words: NDArray[np.int32]) -> None:
    connection.execute(
        "INSERT OR REPLACE INTO keyword_packs VALUES (?, ?, ?)", (block, files.tobytes(), words.tobytes())
    )


def _numbers(connection: sqlite3.Connection, words: Iterable[str], key: Callable[[str], str]) -> dict[str, int]:
    wanted = list(words)
    query = "SELECT word, id FROM words_of_pictures WHERE word IN (SELECT value FROM json_each(?))"
    known = {row[0]: row[1] for row in connection.execute(query, [json.dumps(wanted)])}
    connection.executemany(
        "INSERT INTO words_of_pictures (word, key) VALUES (?, ?)",
        [(word, key(word)) for word in sorted(set(wanted) - known.keys())],
    )
    return {row[0]: row[1] for row in connection.execute(query, [json.dumps(wanted)])}


def packs(catalogue: Catalogue) -> Iterator[tuple[NDArray[np.int64], NDArray[np.int32]]]:
    """Yield the packed blocks: files as (number, how many words), shape (n, 2), and the numbers of all their words."""
    import numpy as np

    for files, words in catalogue.connection.execute("SELECT files, words FROM keyword_packs ORDER BY block"):
        yield np.frombuffer(files, np.int64).reshape(-1, 2), np.frombuffer(words, np.int32)


def numbers_of(catalogue: Catalogue, keys: Iterable[str]) -> dict[int, str]:
    """Return the numbers of all words that have one of these keys, each with its key."""
    rows = catalogue.rows(
        "SELECT id, key FROM words_of_pictures WHERE key IN (SELECT value FROM json_each(?))", [json.dumps(list(keys))]
    )
    return {row[0]: row[1] for row in rows}


def with_keys(catalogue: Catalogue, keys: Iterable[str]) -> dict[str, set[str]]:
    """Return by key the pictures (media_id) that have a keyword of it; within `packed`.

    Of several files of a picture the first by path tells its words.
    """
    import numpy as np

    numbers = numbers_of(catalogue, keys)
    found: dict[str, set[int]] = {key: set() for key in numbers.values()}
    highest = catalogue.rows("SELECT coalesce(max(id), 0) FROM words_of_pictures")[0][0]
    asked = np.zeros(highest + 1, np.bool_)
    asked[list(numbers)] = True
    for files, words in packs(catalogue):
        hits = np.flatnonzero(asked[words])
        if len(hits):
            owners = np.searchsorted(np.cumsum(files[:, 1]), hits, side="right")
            for file, word in zip(files[owners, 0].tolist(), words[hits].tolist(), strict=True):
                found[numbers[word]].add(file)
    pictures = _pictures(catalogue, set().union(*found.values()))
    return {key: {pictures[file] for file in files if file in pictures} for key, files in found.items()}


def block_of(files: NDArray[np.int32]) -> NDArray[np.int32]:
    """Return the block in which each number of a file lies."""
    return files >> _SHIFT


def last_file(catalogue: Catalogue) -> int:
    """Return the highest number of a file."""
    return int(catalogue.rows("SELECT coalesce(max(rowid), 0) FROM files")[0][0])


def names(catalogue: Catalogue) -> dict[int, str]:
    """Return every packed word by its number, in lower case."""
    return {row[0]: row[1] for row in catalogue.rows("SELECT id, word FROM words_of_pictures")}


def _pictures(catalogue: Catalogue, files: Iterable[int]) -> Mapping[int, str]:
    """Return the pictures of files by number, but for those of which another file tells the words."""
    rows = catalogue.rows(
        "SELECT f.rowid, f.media_id FROM files f WHERE f.rowid IN (SELECT value FROM json_each(?)) AND NOT EXISTS"
        " (SELECT 1 FROM files o WHERE o.media_id = f.media_id AND o.path < f.path"
        " AND json_array_length(o.facts, '$.record.keywords') > 0)",
        [json.dumps(list(files))],
    )
    return {row[0]: row[1] for row in rows}
