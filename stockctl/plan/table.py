"""A person's pictures with their keywords, sales and income as arrays: a million of them are summed in seconds."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from itertools import chain, islice, pairwise
from typing import TYPE_CHECKING

import numpy as np

from stockctl.catalogue.seen import keywords
from stockctl.catalogue.sent import ledger

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from numpy.typing import NDArray

    from stockctl.catalogue import Catalogue
    from stockctl.plan.coverage import Works

    Integers = NDArray[np.int64]
    # Of entries there are tens of millions.
    Short = NDArray[np.int32]


@dataclass(frozen=True)
class Monthly:
    """Downloads by picture and month: of each entry the picture's number, the place in `months`, how many."""

    months: tuple[str, ...]
    picture: Short
    month: Short
    downloads: Short


@dataclass(frozen=True)
class Table:
    """Pictures by number, keywords by number.

    `owner` and `word` hold an entry for each keyword of a picture, sorted by the
    picture; `spelt` one spelling of each word, for people. `sent` (bool),
    `downloads` and `earned` (by currency, in micro-units) have a place for each
    picture, with keywords or without.
    """

    owner: Short
    word: Short
    spelt: tuple[str, ...]
    sent: NDArray[np.bool_]
    downloads: Integers
    earned: Mapping[str, Integers] = field(default_factory=dict)

    def parts(self, pictures: int) -> Iterator[slice]:
        """Yield slices of the entries, each of so many pictures: of tens of millions nothing is made at once."""
        last = int(self.owner[-1]) if len(self.owner) else -1
        ends = np.searchsorted(self.owner, np.arange(0, last + pictures + 1, pictures))
        return (slice(start, end) for start, end in pairwise(ends.tolist()))

    @property
    def worded(self) -> int:
        """How many pictures have keywords."""
        return int(np.count_nonzero(np.diff(self.owner, prepend=-1)))

    @property
    def online(self) -> NDArray[np.bool_]:
        """Whether each picture is at an agency: it was sent, or it sold."""
        found: NDArray[np.bool_] = self.sent | (self.downloads != 0)
        return found


def of_works(
    own: Works, earned: Mapping[str, Mapping[str, int]], by_month: Mapping[str, Mapping[str, int]] | None = None
) -> tuple[Table, Monthly]:
    """Return works, their income in micro-units by currency and their downloads by month, as arrays."""
    number = _numbers((*own.words, *own.sent, *own.downloads, *earned, *(by_month or {})))
    words = _numbers(chain.from_iterable(own.words.values()))
    entries = [(number[media_id], words[word]) for media_id, held in own.words.items() for word in held]
    pairs = np.array(entries, np.int32).reshape(-1, 2)
    sent, downloads = np.zeros(len(number), np.bool_), np.zeros(len(number), np.int64)
    sums: dict[str, Integers] = defaultdict(lambda: np.zeros(len(number), np.int64))
    for media_id, names in own.sent.items():
        sent[number[media_id]] = bool(names)
    for media_id, count in own.downloads.items():
        downloads[number[media_id]] = count
    for media_id, amounts in earned.items():
        for currency, amount in amounts.items():
            sums[currency][number[media_id]] += amount
    months = sorted({month for counts in (by_month or {}).values() for month in counts})
    place = {month: at for at, month in enumerate(months)}
    sold = np.array(
        [(number[one], place[month], n) for one, counts in (by_month or {}).items() for month, n in counts.items()],
        np.int32,
    ).reshape(-1, 3)
    spelt = tuple(own.spelt.get(word, word) for word in words)
    table = Table(pairs[:, 0], pairs[:, 1], spelt, sent, downloads, dict(sums))
    return table, Monthly(tuple(months), sold[:, 0], sold[:, 1], sold[:, 2])


def of_catalogue(catalogue: Catalogue) -> tuple[Table, Monthly]:
    """Return all that the catalogue holds; within `keywords.packed`."""
    number = keywords.first_worded(catalogue)
    files = np.fromiter(number.values(), np.int64, len(number))
    order = np.argsort(files)
    owner, word, spelt = _worded(catalogue, files[order])
    # Pictures are numbered as their files lie; in the same dictionary, as their names fill the memory.
    places = np.empty(len(order), np.int64)
    places[order] = np.arange(len(order))
    number.update(zip(list(number), places.tolist(), strict=True))
    cursor = catalogue.connection.cursor()
    cursor.row_factory = None
    arrived = np.fromiter(
        (number.setdefault(media_id, len(number)) for media_id in ledger.arrived_anywhere(catalogue)), np.int64
    )
    # By the number of a sold asset the picture that it is; -1: not known.
    last = cursor.execute("SELECT coalesce(max(id), 0) FROM sold").fetchone()[0]
    picture = np.full(last + 2, -1, np.int32)
    for sold, media_id in cursor.execute("SELECT id, media_id FROM sold WHERE media_id IS NOT NULL"):
        picture[sold] = number.setdefault(media_id, len(number))
    count = len(number)
    del number
    sent, downloads = np.zeros(count, np.bool_), np.zeros(count, np.int64)
    sent[arrived] = True
    earned: dict[str, Integers] = {}
    for currency in [row[0] for row in catalogue.rows("SELECT DISTINCT currency FROM asset_totals")]:
        query = "SELECT sold, downloads, amount FROM asset_totals WHERE currency = ?"
        sums = earned[currency] = np.zeros(count, np.int64)
        for rows in _rows(cursor.execute(query, [currency]), 3):
            pictures = picture[rows[:, 0]]
            np.add.at(downloads, pictures[pictures >= 0], rows[pictures >= 0, 1])
            np.add.at(sums, pictures[pictures >= 0], rows[pictures >= 0, 2])
    return Table(owner, word, spelt, sent, downloads, earned), _by_month(catalogue, picture, count)


def _numbers(names: Iterable[str]) -> dict[str, int]:
    return {name: at for at, name in enumerate(dict.fromkeys(names))}


def _worded(catalogue: Catalogue, first: Integers) -> tuple[Short, Short, tuple[str, ...]]:
    """Return the keywords of pictures, whose files have these numbers (rising), as entries: each lemma key once."""
    rows = catalogue.rows("SELECT id, word, key FROM words_of_pictures ORDER BY id")
    key_at = _numbers(row[2] for row in rows)
    size = max((row[0] for row in rows), default=0) + 1
    key_of, counts = np.zeros(size, np.int64), np.zeros(size, np.int64)
    key_of[[row[0] for row in rows]] = [key_at[row[2]] for row in rows]
    # Files behind the last of them have the last place, of no picture.
    at_of = np.full(int(first.max(initial=0)) + 2, -1, np.int64)
    at_of[first] = np.arange(len(first))
    owners, words = [np.zeros(0, np.int32)], [np.zeros(0, np.int32)]
    # Block by block: the pictures are numbered as their files are.
    for files, held in keywords.packs(catalogue):
        pictures = np.repeat(at_of[np.minimum(files[:, 0], len(at_of) - 1)], files[:, 1])
        pictures, known = pictures[pictures >= 0], held[pictures >= 0]
        counts += np.bincount(known, minlength=size)
        entries = np.unique(pictures * len(key_at) + key_of[known])
        owners.append((entries // len(key_at)).astype(np.int32))
        words.append((entries % len(key_at)).astype(np.int32))
    # The spelling that most pictures have; of several the first in the alphabet.
    best: dict[str, tuple[int, str]] = {}
    for number, spelling, key in rows:
        rank = (-int(counts[number]), spelling)
        best[key] = min(best.get(key, rank), rank)
    return np.concatenate(owners), np.concatenate(words), tuple(best[key][1] for key in key_at)


def _by_month(catalogue: Catalogue, picture: Short, count: int) -> Monthly:
    """Return the downloads of pictures by month, given the picture of each sold asset and how many pictures there are.

    A month at a time: sorting all sales by picture and month would take most of the time.
    """
    cursor = catalogue.connection.cursor()
    cursor.row_factory = None
    months = [row[0] for row in catalogue.rows("SELECT DISTINCT substr(day, 1, 7) FROM units ORDER BY 1")]
    parts = [np.zeros((3, 0), np.int32)]
    for place, month in enumerate(months):
        sums = np.zeros(count, np.int32)
        met = np.zeros(count, np.bool_)
        query = (
            "SELECT s.sold, s.downloads FROM units u CROSS JOIN sales s ON s.unit = u.id"
            " WHERE u.day >= ? AND u.day < ? AND s.downloads <> 0"
        )
        for rows in _rows(cursor.execute(query, (month, f"{month}~")), 2):
            pictures = picture[rows[:, 0]]
            np.add.at(sums, pictures[pictures >= 0], rows[pictures >= 0, 1].astype(np.int32))
            met[pictures[pictures >= 0]] = True
        own = np.flatnonzero(met).astype(np.int32)
        parts.append(np.stack([own, np.full(len(own), place, np.int32), sums[own]]))
    # Column by column: those that are joined go.
    columns = [[part[row].copy() for part in parts] for row in range(3)]
    parts.clear()
    joined = []
    while columns:
        joined.append(np.concatenate(columns.pop(0)))
    return Monthly(tuple(months), *joined)


# So many rows are fetched at once.
_AT_ONCE = 100_000


def _rows(cursor: Iterator[tuple[int, ...]], width: int) -> Iterator[Integers]:
    """Yield rows of whole numbers as int64 (rows, width), some at a time."""
    while len(rows := np.fromiter(chain.from_iterable(islice(cursor, _AT_ONCE)), np.int64)):
        yield rows.reshape(-1, width)
