"""One's own seasons: the months in which one's own keywords sell, where there are enough sales to say so."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from stockctl.plan.table import Monthly

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from stockctl.plan.table import Table

# Fewer months or sales than these say nothing of a season.
MONTHS, SALES = 24, 100
# Three months in a row hold a quarter of a year that is even; a season is more than this share of it.
PEAK = 0.45
_WINDOW = 3
# Words of pictures with months that are summed at once; and a word that one picture in so many has stands on many.
_ENTRIES, _SELDOM = 500_000, 100
# Of so many words at most: it takes some ten megabytes.
_MOST = 256


@dataclass(frozen=True)
class Season:
    """A keyword whose sales crowd into three months: the first of them (1 to 12), their share, and how many sales."""

    word: str
    begins: int
    share: float
    sales: int


@dataclass(frozen=True)
class Seasons:
    """One's own seasons; `enough` is whether the sales say anything, `months` and `sales` how many there are."""

    enough: bool
    months: int
    sales: int
    found: tuple[Season, ...] = ()


def seasons(table: Table, sold: Monthly) -> Seasons:
    """Return the keywords with a season of their own.

    Whole years are counted, the newest ones: a year that is not over would make
    its months look better than the others.
    """
    months = [sold.months[place] for place in np.unique(sold.month).tolist()]
    sales, span = int(sold.downloads.sum(dtype=np.int64)), _span(months)
    if span < MONTHS or sales < SALES:
        return Seasons(enough=False, months=span, sales=sales)
    counted = _whole_years(months)
    place = np.array([counted.get(month, -1) for month in sold.months], np.int32)
    by_word = np.zeros(len(table.spelt))
    for owner, word in table.parts():
        if len(owner):
            whole = _whole(sold, place, int(owner[0]), int(owner[-1]) + 1)
            sums = np.concatenate([[0], np.cumsum(whole.downloads, dtype=np.int64)])
            totals = sums[whole.starts[1:]] - sums[whole.starts[:-1]]
            # Exact: sums of whole numbers far below 2 to the power of 53.
            by_word += np.bincount(word, weights=totals[owner - owner[0]], minlength=len(table.spelt))
    asked = np.flatnonzero(by_word >= SALES)
    sums = _sums(table, sold, place, asked)
    first = int(next(iter(counted))[5:]) - 1
    found = [
        season
        for word, years in zip(asked.tolist(), sums.reshape(len(asked), len(counted) // 12, 12).tolist(), strict=True)
        if (season := _season(table.spelt[word], years, first)) is not None
    ]
    ranked = tuple(sorted(found, key=lambda one: (-one.share * one.sales, one.word)))
    return Seasons(enough=True, months=span, sales=sales, found=ranked)


def _whole(sold: Monthly, place: NDArray[np.int32], first: int, end: int) -> Monthly:
    """Return the downloads of the pictures from `first` to before `end` in whole years: the months are their places."""
    starts = sold.starts[first : end + 1]
    here = slice(int(starts[0]), int(starts[-1]))
    month = place[sold.month[here]]
    before = np.concatenate([[0], np.cumsum(month >= 0)])
    return Monthly(
        sold.months, before[starts - starts[0]], month[month >= 0].astype(np.int16), sold.downloads[here][month >= 0]
    )


def _sums(table: Table, sold: Monthly, place: NDArray[np.int32], asked: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the downloads of the words that are asked for by month, shape (words, months).

    `place` is that of each month in the result, -1: it is not counted.
    """
    months = int(place.max(initial=-1)) + 1
    # Of words that many pictures have a matrix is multiplied, of all others each is summed by itself.
    often = asked[table.counts[asked] * _SELDOM > table.worded]
    often = often[np.argsort(-table.counts[often], kind="stable")][:_MOST]
    seldom = np.setdiff1d(asked, often)
    row = np.full(len(table.spelt), -1, np.int64)
    row[often], row[seldom] = np.arange(len(often)), len(often) + np.arange(len(seldom))
    sums = np.zeros(len(asked) * months, np.int64)
    together = sums.reshape(len(asked), months)
    for owner, word in table.parts():
        if not len(owner):
            continue
        whole = _whole(sold, place, int(owner[0]), int(owner[-1]) + 1)
        own, rows = owner - owner[0], row[word]
        among = (rows >= 0) & (rows < len(often))
        together[: len(often)] += _multiplied(own[among], rows[among], len(often), whole, months)
        own, rows = own[rows >= len(often)], rows[rows >= len(often)]
        lengths = whole.starts[own + 1] - whole.starts[own]
        ends = np.cumsum(lengths)
        # Each word of a picture with each of its months, some at a time.
        cuts = np.searchsorted(ends, np.arange(_ENTRIES, int(ends[-1]) if len(ends) else 0, _ENTRIES)).tolist()
        for begin, end in pairwise((0, *cuts, len(own))):
            count = lengths[begin:end]
            entries = np.repeat(whole.starts[own[begin:end]] - (np.cumsum(count) - count), count)
            entries += np.arange(len(entries))
            cells = np.repeat(rows[begin:end] * months, count) + whole.month[entries]
            # Exact, as above.
            found = np.bincount(cells, weights=whole.downloads[entries], minlength=len(sums))
            sums += found.astype(np.int64)
    order = np.argsort(np.concatenate([often, seldom]))
    return together[order]


def _multiplied(
    owner: NDArray[np.int32], rows: NDArray[np.int64], words: int, sold: Monthly, months: int
) -> NDArray[np.int64]:
    """Return the downloads of words by month, shape (words, months), given pictures and the rows of their words."""
    pictures = len(sold.starts) - 1
    # Whole numbers below 2 to the power of 24 are exact in the shorter form, whatever order they are added in.
    kind = np.float32 if int(np.abs(sold.downloads.astype(np.int64)).sum()) < 1 << 24 else np.float64
    has, by_month = np.zeros((pictures, words), kind), np.zeros((pictures, months), kind)
    has[owner, rows] = 1
    by_month[np.repeat(np.arange(pictures), np.diff(sold.starts)), sold.month] = sold.downloads
    return (has.T @ by_month).astype(np.int64)


def _season(word: str, years: Sequence[Sequence[int]], first: int) -> Season | None:
    whole = [sum(year[index] for year in years) for index in range(12)]
    sales = sum(whole)
    if sales < SALES:
        return None
    begins = max(range(12), key=lambda index: _three(whole, index))
    share = _three(whole, begins) / sales
    # One good customer in one spring is no season: it has to come again.
    again = sum(1 for year in years if sum(year) and _three(year, begins) / sum(year) > PEAK - 0.1)
    if share <= PEAK or again < 2:
        return None
    return Season(word, (first + begins) % 12 + 1, share, sales)


def _three(months: Sequence[int], begins: int) -> int:
    return sum(months[(begins + ahead) % 12] for ahead in range(_WINDOW))


def _span(months: Sequence[str]) -> int:
    """Return how many months lie from the first to the last, both counted."""
    return _index(months[-1]) - _index(months[0]) + 1 if months else 0


def _index(month: str) -> int:
    return int(month[:4]) * 12 + int(month[5:]) - 1


def _whole_years(months: Sequence[str]) -> dict[str, int]:
    """Return the months of the newest whole years with their place, from 0; the last may not be over."""
    last = _index(months[-1]) - 1
    years = (last - _index(months[0]) + 1) // 12
    begins = last - 12 * years + 1
    return {f"{(begins + n) // 12:04d}-{(begins + n) % 12 + 1:02d}": n for n in range(12 * years)}
