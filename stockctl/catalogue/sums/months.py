"""How often pictures with each keyword sold in each month, kept by month: for the seasons of one's own words."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from stockctl.catalogue.sold import month_sums
from stockctl.catalogue.sums.packs import Words, of_files, packed

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from stockctl.catalogue.sums.packs import Changed, Numbers, Short, Vocabulary

    # The sums of a month, by rising key; of none there are no sales.
    Column = NDArray[np.void]

# A month of a key: the number of the first word that has it, and how often the pictures with it sold.
FIELDS = [("key", "<i4"), ("downloads", "<i8")]
# What came to a month: the number of the sold file, and how often it sold.
ADDED = [("sold", "<u4"), ("downloads", "<i8")]
# Cells of words by months that are summed at once: 8 bytes each.
_CELLS = 4_000_000
# Words with months that are looked at at once.
_ENTRIES = 1_000_000


def standing(connection: sqlite3.Connection) -> dict[str, Column]:
    """Return the kept sums by month."""
    rows = connection.execute("SELECT month, sums FROM month_words").fetchall()
    return {row[0]: np.frombuffer(row[1], FIELDS) for row in rows}


class Moved:
    """Whose words sold files had when they were summed, and whose they have now.

    `then` and `now` have the number of the file that tells the words of each sold
    file (0 or less: nobody), and `differs` says of each number of a file whether its words do.
    """

    def __init__(
        self, changed: Changed, known: Vocabulary, then: Short, now: Short, differs: NDArray[np.bool_]
    ) -> None:
        """Look which sold files have other words than they had."""
        self.changed, self.known = changed, known
        self.then, self.now = np.zeros((2, max(len(then), len(now))), np.int32)
        self.then[: len(then)], self.now[: len(now)] = np.maximum(then, 0), np.maximum(now, 0)
        self.which = self.then != self.now
        if differs.any():
            self.which |= differs[self.then] | differs[self.now]

    def changes(
        self, connection: sqlite3.Connection, months: Sequence[str]
    ) -> Iterator[tuple[str, list[tuple[Short, Numbers, bool]]]]:
        """Yield by month what to add to its sums: files, how often they sold, and whether by the words of then."""
        added: dict[str, list[tuple[Short, Numbers, bool]]] = {}
        for month, blob in connection.execute("SELECT month, sums FROM month_added ORDER BY id"):
            sums = np.frombuffer(blob, ADDED)
            added.setdefault(month, []).append((self.then[sums["sold"]], sums["downloads"], True))
        for month in months:
            jobs = added.get(month, [])
            if self.which.any():
                for sums in month_sums.of_month(connection, month).values():
                    own = sums[self.which[sums["sold"]]]
                    jobs.append((self.then[own["sold"]], -own["downloads"], True))
                    jobs.append((self.now[own["sold"]], own["downloads"].astype(np.int64), False))
            yield month, jobs

    def bring_up(self, connection: sqlite3.Connection, columns: dict[str, Column]) -> set[str]:
        """Bring the sums of months up to what they are now; return which of them have changed."""
        found = list(self.changes(connection, sorted(columns)))
        words = {
            True: self.changed.then(self._files(found, then=True)).keyed(self.known),
            False: of_files(connection, self._files(found, then=False)).keyed(self.known),
        }
        changed = set()
        for month, jobs in found:
            if any(len(files) for files, _, _ in jobs):
                sums = np.zeros(self.known.size, np.int64)
                sums[columns[month]["key"]] = columns[month]["downloads"]
                for files, downloads, then in jobs:
                    _spread(sums, words[then], files, downloads)
                columns[month] = column(sums)
                changed.add(month)
        return changed

    def _files(self, found: list[tuple[str, list[tuple[Short, Numbers, bool]]]], *, then: bool) -> Short:
        asked = np.zeros(int(max(self.then.max(initial=0), self.now.max(initial=0))) + 1, np.bool_)
        for _, jobs in found:
            for files, _, own in jobs:
                if own == then:
                    asked[files] = True
        asked[0] = False
        return np.flatnonzero(asked).astype(np.int32)


def _spread(sums: Numbers, words: Words, files: Short, downloads: Numbers) -> None:
    """Add to each word of these files what the file sold."""
    if not len(words.files):
        return
    place = np.minimum(np.searchsorted(words.files, files), len(words.files) - 1)
    there = words.files[place] == files
    place, downloads = place[there], downloads[there]
    lengths, starts = words.lengths[place], words.starts
    ends = np.cumsum(lengths)
    cuts = np.searchsorted(ends, np.arange(_ENTRIES, int(ends[-1]) if len(ends) else 0, _ENTRIES)).tolist()
    for begin, end in pairwise((0, *cuts, len(place))):
        count = lengths[begin:end]
        entries = np.repeat(starts[place[begin:end]] - (np.cumsum(count) - count), count)
        entries += np.arange(len(entries))
        # Exact: sums of whole numbers far below 2 to the power of 53.
        weights = np.repeat(downloads[begin:end], count)
        sums += np.bincount(words.words[entries], weights=weights, minlength=len(sums)).astype(np.int64)


def column(sums: Numbers) -> Column:
    """Return sums by key as they are kept."""
    keys = np.flatnonzero(sums)
    found = np.zeros(len(keys), FIELDS)
    found["key"], found["downloads"] = keys, sums[keys]
    return found


def summed(
    connection: sqlite3.Connection, months: Sequence[str], file_of: Short, known: Vocabulary
) -> dict[str, Column]:
    """Return the sums of some months, given the number of the file that tells the words of each sold file."""
    found: dict[str, Column] = {}
    at_once = max(1, _CELLS // known.size)
    for start in range(0, len(months), at_once):
        own = months[start : start + at_once]
        sums = np.zeros((known.size, len(own)), np.int64)
        sold = _Sold(connection, own, np.maximum(file_of, 0))
        for words in packed(connection):
            sold.add(sums, words.keyed(known))
        found |= {month: column(sums[:, place]) for place, month in enumerate(own)}
    return found


class _Sold:
    """Downloads by file and month: those of file f are at `starts[f]` to `starts[f + 1]`."""

    def __init__(self, connection: sqlite3.Connection, months: Sequence[str], file_of: Short) -> None:
        self.months, size = len(months), int(file_of.max(initial=0)) + 2
        by_month = [self._of_files(connection, month, file_of) for month in months]
        counts = np.zeros(size, np.int64)
        for files, _ in by_month:
            counts[files + 1] += 1
        self.starts = np.cumsum(counts)
        place = self.starts[:-1].copy()
        self.month = np.zeros(self.starts[-1], np.int16)
        self.downloads = np.zeros(self.starts[-1], np.int32)
        for month in range(self.months):
            # What is in its place is let go of.
            files, downloads = by_month[month]
            by_month[month] = (files[:0], downloads[:0])
            self.month[place[files]], self.downloads[place[files]] = month, downloads
            place[files] += 1

    def _of_files(self, connection: sqlite3.Connection, month: str, file_of: Short) -> tuple[Short, Numbers]:
        """Return the files that sold in a month, each once by rising number, and how often."""
        parts = month_sums.of_month(connection, month).values()
        files = np.concatenate([np.zeros(0, np.int32), *(file_of[sums["sold"]] for sums in parts)])
        downloads = np.concatenate([np.zeros(0, np.int64), *(sums["downloads"] for sums in parts)])
        order = np.argsort(files)
        starts = np.flatnonzero(np.diff(files[order], prepend=-1))
        sums = np.add.reduceat(downloads[order], starts) if len(starts) else downloads
        files = files[order[starts]]
        sold = (sums != 0) & (files > 0)
        return files[sold], sums[sold].astype(np.int32)

    def add(self, sums: Numbers, words: Words) -> None:
        """Add to each key, shape (keys, months), what the files of a block sold."""
        add_up(sums, words, self.starts, self.month, self.downloads)


def add_up(sums: Numbers, words: Words, starts: Numbers, months: NDArray[np.int16], downloads: Short) -> None:
    """Add to each word, shape (words, months), what the files with it sold.

    That of file f is at `starts[f]` to `starts[f + 1]`: the place of the month, each once, and how often.
    """
    # Files that came after the last that sold have no place.
    words = words.of(words.files < len(starts) - 1)
    words = words.of(starts[words.files] < starts[words.files + 1])
    if not len(words.files):
        return
    begin = starts[words.files]
    count = starts[words.files + 1] - begin
    entries = np.repeat(begin - (np.cumsum(count) - count), count)
    entries += np.arange(len(entries))
    by_month = np.zeros((len(words.files), sums.shape[1]), np.int64)
    by_month[np.repeat(np.arange(len(count)), count), months[entries]] = downloads[entries]
    if int(np.abs(by_month).sum()) < 1 << 31:
        by_month = by_month.astype(np.int32)
    order = np.argsort(words.words)
    found = words.words[order]
    first = np.flatnonzero(np.diff(found, prepend=-1))
    place = np.repeat(np.arange(len(words.files)), words.lengths)[order]
    sums[found[first]] += np.add.reduceat(by_month[place], first, axis=0)
