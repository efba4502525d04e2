"""A person's pictures with their keywords, sales and income as arrays: of a million a few bytes of each are held."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass, field
from itertools import chain, pairwise
from typing import TYPE_CHECKING

import numpy as np

from stockctl.catalogue.seen import keywords
from stockctl.catalogue.sent import ledger
from stockctl.catalogue.sold import month_sums, pictures

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from numpy.typing import NDArray

    from stockctl.catalogue import Catalogue
    from stockctl.plan.coverage import Works

    Integers = NDArray[np.int64]
    # Of entries there are tens of millions.
    Short = NDArray[np.int32]

# Pictures whose words are looked at together.
AT_ONCE = 20_000


@dataclass(frozen=True)
class Monthly:
    """Downloads by picture and month, picture by picture.

    Those of picture p are at `starts[p]` to `starts[p + 1]`: the place in `months`, and how many.
    """

    months: tuple[str, ...]
    starts: Integers
    month: NDArray[np.int16]
    downloads: Short


@dataclass(frozen=True)
class Table:
    """Pictures by number, keywords by number.

    `parts` yields the keywords of some pictures after the others, each time anew: for
    each keyword of a picture the picture's number, rising, and its own. `counts` says
    how many pictures have each word, `spelt` one spelling of each, for people, and
    `worded` how many pictures have keywords. `sent` (bool), `downloads` and `earned`
    (by currency, in micro-units) have a place for each picture, with keywords or without.
    """

    parts: Callable[[], Iterator[tuple[Short, Short]]]
    counts: Integers
    spelt: tuple[str, ...]
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
    sold = sorted(
        (number[one], place[month], n) for one, counts in (by_month or {}).items() for month, n in counts.items() if n
    )
    columns = np.array(sold, np.int64).reshape(-1, 3)
    starts = np.searchsorted(columns[:, 0], np.arange(len(number) + 1))
    table = Table(
        parts=lambda: _in_parts(pairs[:, 0], pairs[:, 1]),
        counts=np.bincount(pairs[:, 1], minlength=len(words)),
        spelt=tuple(own.spelt.get(word, word) for word in words),
        worded=int(np.count_nonzero(np.diff(pairs[:, 0], prepend=-1))),
        sent=sent,
        downloads=downloads,
        earned=dict(sums),
    )
    return table, Monthly(tuple(months), starts, columns[:, 1].astype(np.int16), columns[:, 2].astype(np.int32))


def _in_parts(owner: Short, word: Short) -> Iterator[tuple[Short, Short]]:
    last = int(owner[-1]) if len(owner) else -1
    ends = np.searchsorted(owner, np.arange(0, last + AT_ONCE + 1, AT_ONCE))
    return ((owner[start:end], word[start:end]) for start, end in pairwise(ends.tolist()))


def of_catalogue(catalogue: Catalogue) -> tuple[Table, Monthly]:
    """Return all that the catalogue holds; within `keywords.packed`, and to be used within it.

    The number of a picture is that of the file that tells its words; those of
    which there is no file come behind them.
    """
    files = keywords.last_file(catalogue) + 1
    tells = _tells(catalogue, files)
    file_of = pictures.files(catalogue)
    # Pictures that sold and have no file have negative numbers.
    gone, places = np.unique(file_of[file_of < 0], return_inverse=True)
    file_of = file_of.copy()
    file_of[file_of < 0] = files + places
    sent = _sent(catalogue, tells, -gone)
    downloads, earned, sold = _sold(catalogue, file_of, len(sent))
    own = np.arange(files) == tells
    return _worded(catalogue, own, sent, downloads, earned), sold


def _numbers(names: Iterable[str]) -> dict[str, int]:
    return {name: at for at, name in enumerate(dict.fromkeys(names))}


def _tells(catalogue: Catalogue, files: int) -> Short:
    """Return for each number of a file that of the file which tells its picture's words: mostly itself."""
    tells = np.arange(files, dtype=np.int32)
    several = catalogue.rows(
        "SELECT media_id, rowid FROM files WHERE media_id IN (SELECT media_id FROM files WHERE media_id > ''"
        " GROUP BY media_id HAVING count(*) > 1) ORDER BY media_id, path"
    )
    if not several:
        return tells
    worded = np.zeros(files, np.bool_)
    for counted, _ in keywords.packs(catalogue):
        worded[counted[:, 0]] = True
    first: dict[str, int] = {}
    for media_id, file in several:
        if media_id not in first or (worded[file] and not worded[first[media_id]]):
            first[media_id] = file
    for media_id, file in several:
        tells[file] = first[media_id]
    return tells


def _sent(catalogue: Catalogue, tells: Short, gone: Short) -> NDArray[np.bool_]:
    """Return whether each picture has arrived at an agency: those of files, those of which sold files tell, and others.

    `gone` are the numbers of sold files of pictures that have no file.
    """
    lost = [row[0] for row in catalogue.rows(
        "SELECT media_id FROM sold WHERE id IN (SELECT value FROM json_each(?)) ORDER BY id DESC",
        [json.dumps(gone.tolist())],
    )]  # fmt: skip
    place = {media_id: len(tells) + at for at, media_id in enumerate(lost)}
    sent = np.zeros(len(tells) + len(lost), np.bool_)
    others = 0
    cursor = catalogue.connection.cursor()
    cursor.row_factory = None
    for media_id, file in cursor.execute(ledger.ARRIVED_FILES, ledger.ARRIVED):
        if file is not None:
            sent[tells[file]] = True
        elif media_id in place:
            sent[place[media_id]] = True
        else:
            others += 1
    return np.concatenate([sent, np.ones(others, np.bool_)])


def _sold(catalogue: Catalogue, picture: Short, count: int) -> tuple[Integers, dict[str, Integers], Monthly]:
    """Return how often each picture sold, what it earned by currency, and the downloads of each by month.

    `picture` is the number of the picture that each sold file is, 0: nobody's; `count` how many numbers there are.
    """
    downloads = np.zeros(count, np.int64)
    earned: dict[str, Integers] = {}
    starts = np.zeros(count + 1, np.int64)
    months = []
    for month, of_month in month_sums.of_days(catalogue):
        months.append(month)
        for currency, sums in of_month.items():
            amounts = earned.setdefault(currency, np.zeros(count, np.int64))
            np.add.at(amounts, picture[sums["sold"]], np.ascontiguousarray(sums["amount"]))
        of_picture = _of_month(of_month, picture, count)
        downloads += of_picture
        starts[1:] += of_picture != 0
    for array in (downloads, *earned.values()):
        array[:1] = 0
    np.cumsum(starts, out=starts)
    place = starts[:-1].copy()
    month_of, counts = np.zeros(starts[-1], np.int16), np.zeros(starts[-1], np.int32)
    for at, (_, of_month) in enumerate(month_sums.of_days(catalogue)):
        of_picture = _of_month(of_month, picture, count)
        own = np.flatnonzero(of_picture)
        month_of[place[own]], counts[place[own]] = at, of_picture[own]
        place[own] += 1
    return downloads, earned, Monthly(tuple(months), starts, month_of, counts)


def _of_month(sums: month_sums.Month, picture: Short, count: int) -> Integers:
    """Return how often each picture sold in a month."""
    found = np.zeros(count, np.int64)
    for part in sums.values():
        np.add.at(found, picture[part["sold"]], np.ascontiguousarray(part["downloads"]))
    found[:1] = 0
    return found


def _worded(
    catalogue: Catalogue,
    own: NDArray[np.bool_],
    sent: NDArray[np.bool_],
    downloads: Integers,
    earned: Mapping[str, Integers],
) -> Table:
    """Return the table, given which files tell their picture's words."""
    rows = catalogue.rows("SELECT id, word, key FROM words_of_pictures ORDER BY id")
    key_at = _numbers(row[2] for row in rows)
    size = max((row[0] for row in rows), default=0) + 1
    key_of, written = np.zeros(size, np.int32), np.zeros(size, np.int64)
    key_of[[row[0] for row in rows]] = [key_at[row[2]] for row in rows]
    # A word whose key no other has stands on a picture once.
    shared = (np.bincount(key_of[[row[0] for row in rows]], minlength=len(key_at) + 1) > 1)[key_of]

    def parts() -> Iterator[tuple[Short, Short]]:
        for files, held in keywords.packs(catalogue):
            file = np.repeat(files[:, 0].astype(np.int32), files[:, 1])
            chosen = own[file]
            yield file[chosen], held[chosen]

    def keyed() -> Iterator[tuple[Short, Short]]:
        waiting: list[tuple[Short, Short]] = []
        count = 0
        for owner, word in parts():
            waiting.append(_each_key_once(owner, key_of[word], shared[word]))
            count += int(owner[-1] - owner[0]) + 1 if len(owner) else 0
            if count >= AT_ONCE:
                yield np.concatenate([one for one, _ in waiting]), np.concatenate([one for _, one in waiting])
                waiting, count = [], 0
        if waiting:
            yield np.concatenate([one for one, _ in waiting]), np.concatenate([one for _, one in waiting])

    counts, worded = np.zeros(len(key_at), np.int64), 0
    for owner, word in parts():
        written += np.bincount(word, minlength=size)
        worded += int(np.count_nonzero(np.diff(owner, prepend=-1)))
        counts += np.bincount(_each_key_once(owner, key_of[word], shared[word])[1], minlength=len(key_at))
    # The spelling that most pictures have; of several the first in the alphabet.
    best: dict[str, tuple[int, str]] = {}
    for number, spelling, key in rows:
        rank = (-int(written[number]), spelling)
        best[key] = min(best.get(key, rank), rank)
    return Table(keyed, counts, tuple(best[key][1] for key in key_at), worded, sent, downloads, earned)


def _each_key_once(owner: Short, key: Short, shared: NDArray[np.bool_]) -> tuple[Short, Short]:
    """Return entries with each key of a picture once, given which of them may stand there twice."""
    doubtful = np.flatnonzero(shared)
    pairs = owner[doubtful].astype(np.int64) << 32 | key[doubtful]
    keep = np.ones(len(owner), np.bool_)
    keep[doubtful] = False
    keep[doubtful[np.unique(pairs, return_index=True)[1]]] = True
    return (owner, key) if keep.all() else (owner[keep], key[keep])
