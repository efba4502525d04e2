"""A person's pictures with their keywords, sales and income as arrays: of a million a few bytes of each are held."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass, field
from itertools import chain, pairwise
from typing import TYPE_CHECKING

import numpy as np

from stockctl.catalogue.sold import month_sums
from stockctl.catalogue.sums import arrived, months, now, totals
from stockctl.catalogue.sums.packs import Words, packed
from stockctl.catalogue.sums.words import together

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from stockctl.catalogue.sums.now import Sums
    from stockctl.plan.coverage import Works

    Integers = NDArray[np.int64]
    # Of entries there are tens of millions.
    Short = NDArray[np.int32]

# Pictures whose words are looked at together.
AT_ONCE = 20_000


@dataclass(frozen=True)
class Monthly:
    """How often pictures sold, by word and month.

    `months` are those in which any did, `sales` is how often in all. `columns`
    holds for each month the words and how often pictures with them sold (dtype
    `catalogue.sums.months.FIELDS`, the number of the word as `key`).
    """

    months: tuple[str, ...]
    sales: int
    columns: Mapping[str, NDArray[np.void]]

    def of(self, wanted: Sequence[str], least: int) -> tuple[Integers, Integers]:
        """Return the words that sold at least so often in some months, and how often in each, shape (words, months)."""
        size = max((int(one["key"].max(initial=0)) for one in self.columns.values()), default=0) + 1
        own = [self.columns.get(month, np.zeros(0, months.FIELDS)) for month in wanted]
        totals = np.zeros(size, np.int64)
        for column in own:
            totals[column["key"]] += column["downloads"]
        words = np.flatnonzero(totals >= least)
        found = np.zeros((len(words), len(own)), np.int64)
        row = np.full(size, -1, np.int64)
        row[words] = np.arange(len(words))
        for place, column in enumerate(own):
            rows = row[column["key"]]
            found[rows[rows >= 0], place] = column["downloads"][rows >= 0]
        return words, found


@dataclass(frozen=True)
class Table:
    """Pictures by number, keywords by number.

    `parts` yields the keywords of some pictures after the others, each time anew: the
    pictures as files. A keyword may be said in several words: `key_of` has the number of
    that which each of them means, and `keyed` returns some pictures with these, each once.
    `counts` says how many pictures have each keyword, `spelt` one spelling of it, for people,
    `meeting` how often each two of some stand together, shape (n, n), and `worded` how many
    pictures have any. `sent` (bool), `downloads` and `earned` (by currency, in micro-units)
    have a place for each picture, with keywords or without.
    """

    parts: Callable[[], Iterator[Words]]
    key_of: Short
    keyed: Callable[[Words], Words]
    counts: Integers
    spelt: tuple[str, ...]
    meeting: Callable[[Sequence[int]], Integers]
    worded: int
    sent: NDArray[np.bool_]
    downloads: Integers
    earned: Mapping[str, Integers] = field(default_factory=dict)

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
    size = max(1, len(words))
    having = [(number[media_id], held) for media_id, held in own.words.items() if held]
    every = Words(
        np.array([picture for picture, _ in having], np.int32),
        np.array([len(held) for _, held in having], np.int64),
        np.array([words[word] for _, held in having for word in held], np.int32),
    )
    sent, downloads = np.zeros(len(number), np.bool_), np.zeros(len(number), np.int64)
    sums: dict[str, Integers] = defaultdict(lambda: np.zeros(len(number), np.int64))
    for media_id, names in own.sent.items():
        sent[number[media_id]] = bool(names)
    for media_id, count in own.downloads.items():
        downloads[number[media_id]] = count
    for media_id, amounts in earned.items():
        for currency, amount in amounts.items():
            sums[currency][number[media_id]] += amount

    def parts() -> Iterator[Words]:
        return _in_parts(every)

    def meeting(wanted: Sequence[int]) -> Integers:
        none = np.zeros((len(wanted), len(wanted)), np.int64)
        return sum((together(part, wanted, size) for part in parts()), none)

    table = Table(
        parts=parts,
        key_of=np.arange(len(words), dtype=np.int32),
        keyed=lambda part: part,
        counts=np.bincount(every.words, minlength=len(words)),
        spelt=tuple(own.spelt.get(word, word) for word in words),
        meeting=meeting,
        worded=len(every.files),
        sent=sent,
        downloads=downloads,
        earned=dict(sums),
    )
    return table, _by_hand(table, number, by_month or {}, size)


def _by_hand(table: Table, number: Mapping[str, int], by_month: Mapping[str, Mapping[str, int]], size: int) -> Monthly:
    """Return downloads by word and month, given those by picture and month."""
    names = sorted({month for counts in by_month.values() for month, count in counts.items() if count})
    place = {month: at for at, month in enumerate(names)}
    sold = sorted(
        (number[one], place[month], n) for one, counts in by_month.items() for month, n in counts.items() if n
    )
    columns = np.array(sold, np.int64).reshape(-1, 3)
    starts = np.searchsorted(columns[:, 0], np.arange(len(number) + 1))
    sums = np.zeros((size, len(names)), np.int64)
    for part in table.parts():
        months.add_up(sums, part, starts, columns[:, 1].astype(np.int16), columns[:, 2].astype(np.int32))
    by_word = {month: months.column(sums[:, at]) for month, at in place.items()}
    return Monthly(tuple(names), int(columns[:, 2].sum()), by_word)


def _in_parts(words: Words) -> Iterator[Words]:
    starts = words.starts
    for begin, end in pairwise([*range(0, len(words.files), AT_ONCE), len(words.files)]):
        entries = words.words[starts[begin] : starts[end]]
        yield Words(words.files[begin:end], words.lengths[begin:end], entries)


def _numbers(names: Iterable[str]) -> dict[str, int]:
    return {name: at for at, name in enumerate(dict.fromkeys(names))}


def of_catalogue(connection: sqlite3.Connection, sums: Sums) -> tuple[Table, Monthly]:
    """Return all that the catalogue holds, given its sums; within `keywords.packed`, and to be used within it.

    The number of a picture is that of the file that tells its words; those of
    which there is no file come behind them. That of a word is the number of the
    first word that has the same key.
    """
    tells = _tells(connection)
    file_of = sums.file_of
    # Pictures that sold and have no file have negative numbers.
    gone, places = np.unique(file_of[file_of < 0], return_inverse=True)
    if len(gone):
        file_of = file_of.copy()
        file_of[file_of < 0] = len(tells) + places
    sent = _sent(connection, tells, -gone)
    downloads, earned = _sold(connection, file_of, len(sent))
    counted, known = sums.counted, sums.known
    # The spelling that most pictures have; of several the first in the alphabet.
    spelt = [""] * known.size
    best: dict[str, tuple[int, str]] = {}
    written = counted.written.tolist()
    for number, word, key in known.rows:
        rank = -written[number], word
        if key not in best or rank < best[key]:
            best[key] = rank
            spelt[int(known.first[number])] = word
    table = Table(
        parts=lambda: (part.without(sums.others) for part in packed(connection)),
        key_of=known.first,
        keyed=lambda part: part.keyed(known),
        counts=counted.keys,
        spelt=tuple(spelt),
        meeting=lambda keys: sums.meeting(connection, keys),
        worded=counted.pictures,
        sent=sent,
        downloads=downloads,
        earned=earned,
    )
    sold = tuple(month for month, column in sums.columns.items() if len(column) or _any(connection, month, file_of))
    return table, Monthly(sold, int(downloads.sum()), sums.columns)


def _tells(connection: sqlite3.Connection) -> Short:
    """Return for each number of a file that of the file which tells its picture's words: mostly itself."""
    last = connection.execute("SELECT coalesce(max(rowid), 0) FROM files").fetchone()[0]
    tells = np.arange(last + 1, dtype=np.int32)
    several = now.several(connection)
    worded = set(now.worded(connection, np.array([file for _, file in several], np.int32)).tolist())
    first: dict[str, int] = {}
    for media_id, file in several:
        if media_id not in first or (file in worded and first[media_id] not in worded):
            first[media_id] = file
    for media_id, file in several:
        tells[file] = first[media_id]
    return tells


def _sent(connection: sqlite3.Connection, tells: Short, gone: Short) -> NDArray[np.bool_]:
    """Return whether each picture has arrived at an agency: those of files, those of which sold files tell, and others.

    `gone` are the numbers of sold files of pictures that have no file.
    """
    lost = arrived.lost(connection)
    query = "SELECT media_id FROM sold WHERE id IN (SELECT value FROM json_each(?)) ORDER BY id DESC"
    names = [row[0] for row in connection.execute(query, [json.dumps(gone.tolist())])]
    found = np.zeros(len(tells) + len(names), np.bool_)
    found[tells[arrived.files(connection)]] = True
    found[len(tells) :] = [name in lost for name in names]
    return np.concatenate([found, np.ones(len(lost.difference(names)), np.bool_)])


def _sold(connection: sqlite3.Connection, picture: Short, count: int) -> tuple[Integers, dict[str, Integers]]:
    """Return how often each picture sold, and what it earned by currency, in micro-units.

    `picture` is the number of the picture that each sold file is, 0: nobody's; `count` how many numbers there are.
    """
    downloads, earned = totals.of_now(connection, len(picture))
    return _of_pictures(downloads, picture, count), {
        currency: _of_pictures(amounts, picture, count) for currency, amounts in earned.items()
    }


def _of_pictures(sums: Integers, picture: Short, count: int) -> Integers:
    found = np.zeros(count, np.int64)
    np.add.at(found, picture, sums)
    found[:1] = 0
    return found


def _any(connection: sqlite3.Connection, month: str, picture: Short) -> bool:
    """Whether any picture sold in a month, more or less often than it came back."""
    count = int(picture.max(initial=0)) + 1
    found = np.zeros(count, np.int64)
    for sums in month_sums.of_month(connection, month).values():
        np.add.at(found, picture[sums["sold"]], np.ascontiguousarray(sums["downloads"]))
    return bool(found[1:].any())
