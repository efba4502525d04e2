"""Keywords of files as they are and as they were when they were summed, and what differs between the two."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from stockctl.catalogue.seen.keywords import block_of

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator

    from numpy.typing import NDArray

    Numbers = NDArray[np.int64]
    Short = NDArray[np.int32]


# Files that are compared at once.
_AT_ONCE = 20_000


@dataclass(frozen=True)
class Vocabulary:
    """Words by number: the number of the first word that has the same key, and whether several have it.

    `rows` are each word's number, the word, and its key, by number.
    """

    rows: list[tuple[int, str, str]]
    first: Short
    shared: NDArray[np.bool_]

    @property
    def size(self) -> int:
        """One more than the highest number."""
        return len(self.first)


def vocabulary(connection: sqlite3.Connection) -> Vocabulary:
    """Return every word that stands in a file, or once stood."""
    cursor = connection.cursor()
    cursor.row_factory = None
    rows = cursor.execute("SELECT id, word, key FROM words_of_pictures ORDER BY id").fetchall()
    first = np.arange(rows[-1][0] + 1 if rows else 1, dtype=np.int32)
    firsts: dict[str, int] = {}
    numbers = [row[0] for row in rows]
    first[numbers] = [firsts.setdefault(key, number) for number, _, key in rows]
    shared = (np.bincount(first[numbers], minlength=len(first)) > 1)[first]
    return Vocabulary(rows, first, shared)


@dataclass(frozen=True)
class Words:
    """Files by rising number, how many words each has, and the numbers of all of these, one file after another."""

    files: Short
    lengths: Numbers
    words: Short

    @property
    def owner(self) -> Short:
        """The file of each word."""
        return np.repeat(self.files, self.lengths)

    @property
    def starts(self) -> Numbers:
        """Where the words of each file begin; and the end."""
        return np.concatenate([[0], np.cumsum(self.lengths)])

    def of(self, which: NDArray[np.bool_]) -> Words:
        """Return some of the files."""
        if which.all():
            return self
        return Words(self.files[which], self.lengths[which], self.words[np.repeat(which, self.lengths)])

    def without(self, files: Short) -> Words:
        """Return those that are not among these files, which are given by rising number."""
        first, last = (self.files[0], self.files[-1] + 1) if len(self.files) else (0, 0)
        among = files[np.searchsorted(files, first) : np.searchsorted(files, last)]
        return self.of(~np.isin(self.files, among)) if len(among) else self

    def keyed(self, known: Vocabulary) -> Words:
        """Return the same files with their keys instead, each once: the number of the first word that has it."""
        keys = known.first[self.words]
        doubtful = np.flatnonzero(known.shared[self.words])
        if not len(doubtful):
            return Words(self.files, self.lengths, keys)
        place = np.repeat(np.arange(len(self.files)), self.lengths)
        pairs = place[doubtful] << 32 | keys[doubtful]
        keep = np.ones(len(keys), np.bool_)
        keep[doubtful] = False
        keep[doubtful[np.unique(pairs, return_index=True)[1]]] = True
        return Words(self.files, np.bincount(place[keep], minlength=len(self.files)), keys[keep])


NOTHING = Words(np.zeros(0, np.int32), np.zeros(0, np.int64), np.zeros(0, np.int32))


def joined(parts: list[Words]) -> Words:
    """Return several as one."""
    if len(parts) == 1:
        return parts[0]
    every = [NOTHING, *parts]
    return Words(*(np.concatenate([getattr(one, name) for one in every]) for name in ("files", "lengths", "words")))


def _read(row: tuple[bytes, bytes] | None) -> Words:
    if row is None:
        return NOTHING
    counted = np.frombuffer(row[0], np.int64).reshape(-1, 2)
    return Words(counted[:, 0].astype(np.int32), counted[:, 1], np.frombuffer(row[1], np.int32))


def packed(connection: sqlite3.Connection) -> Iterator[Words]:
    """Yield the words of all files as they are now, a block at a time."""
    for row in connection.execute("SELECT files, words FROM keyword_packs ORDER BY block"):
        yield _read(row)


def of_files(connection: sqlite3.Connection, files: Short) -> Words:
    """Return the words of these files, given by rising number; of those that have none nothing."""
    found = []
    for block in np.unique(block_of(files)).tolist():
        row = connection.execute("SELECT files, words FROM keyword_packs WHERE block = ?", [block]).fetchone()
        whole = _read(row)
        found.append(whole.of(np.isin(whole.files, files)))
    return joined(found)


class Changed:
    """The files whose words have changed since all were summed."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        """Look which these are."""
        self.connection = connection
        rows = connection.execute("SELECT file, length(words) FROM words_before ORDER BY file").fetchall()
        self.files = np.array([row[0] for row in rows], np.int32)

    def then(self, files: Short) -> Words:
        """Return what words these files had when all were summed, given by rising number."""
        return merged(self._before(files), of_files(self.connection, np.setdiff1d(files, self.files)))

    def _before(self, files: Short) -> Words:
        asked = np.intersect1d(files, self.files)
        first, last = (int(asked[0]), int(asked[-1])) if len(asked) else (0, -1)
        rows = self.connection.execute(
            "SELECT file, words FROM words_before WHERE file BETWEEN ? AND ? AND length(words) ORDER BY file",
            (first, last),
        ).fetchall()
        words = Words(
            np.array([row[0] for row in rows], np.int32),
            np.array([len(row[1]) // 4 for row in rows], np.int64),
            np.frombuffer(b"".join(row[1] for row in rows), np.int32),
        )
        return words.of(np.isin(words.files, asked))

    def differing(self, others_then: Short, others: Short) -> Iterator[tuple[Words, Words]]:
        """Yield the files whose words count otherwise than they did, some at a time: as they were, and as they are.

        `others` are files, by rising number, whose words do not count, as another file of their picture tells them.
        """
        every = np.union1d(self.files, np.setxor1d(others_then, others)).astype(np.int32)
        for start in range(0, len(every), _AT_ONCE):
            files = every[start : start + _AT_ONCE]
            was, is_ = self.then(files).without(others_then), of_files(self.connection, files).without(others)
            _, left, right = np.intersect1d(was.files, is_.files, assume_unique=True, return_indices=True)
            alike = was.lengths[left] == is_.lengths[right]
            left, right = left[alike], right[alike]
            if len(left):
                one, other = was.of(_among(left, was)), is_.of(_among(right, is_))
                same = np.logical_and.reduceat(one.words == other.words, one.starts[:-1])
                was, is_ = was.of(~_among(left[same], was)), is_.of(~_among(right[same], is_))
            yield was, is_


def merged(one: Words, other: Words) -> Words:
    """Return the files of two that have none in common, by rising number."""
    every = joined([one, other])
    order = np.argsort(every.files)
    lengths = every.lengths[order]
    places = np.repeat(every.starts[:-1][order] - (np.cumsum(lengths) - lengths), lengths)
    places += np.arange(len(places))
    return Words(every.files[order], lengths, every.words[places])


def _among(places: Numbers, words: Words) -> NDArray[np.bool_]:
    found = np.zeros(len(words.files), np.bool_)
    found[places] = True
    return found
