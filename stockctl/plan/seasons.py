"""One's own seasons: the months in which one's own keywords sell, where there are enough sales to say so."""

from __future__ import annotations

from dataclasses import dataclass
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
# Pictures and their keywords that are summed at once.
_AT_ONCE, _ENTRIES = 20_000, 50_000


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
    place = np.array([counted.get(month, -1) for month in sold.months], np.int32)[sold.month]
    whole = Monthly(sold.months, *(part[place >= 0] for part in (sold.picture, place, sold.downloads)))
    totals = np.zeros(len(table.downloads), np.int64)
    np.add.at(totals, whole.picture, whole.downloads)
    by_word = np.zeros(len(table.spelt))
    for part in table.parts(_AT_ONCE):
        # Exact: sums of whole numbers far below 2 to the power of 53.
        by_word += np.bincount(table.word[part], weights=totals[table.owner[part]], minlength=len(table.spelt))
    asked = np.flatnonzero(by_word >= SALES)
    sums = _sums(table, whole, asked, len(counted))
    first = int(next(iter(counted))[5:]) - 1
    found = [
        season
        for word, years in zip(asked.tolist(), sums.reshape(len(asked), len(counted) // 12, 12).tolist(), strict=True)
        if (season := _season(table.spelt[word], years, first)) is not None
    ]
    ranked = tuple(sorted(found, key=lambda one: (-one.share * one.sales, one.word)))
    return Seasons(enough=True, months=span, sales=sales, found=ranked)


def _sums(table: Table, sold: Monthly, asked: NDArray[np.int64], months: int) -> NDArray[np.int64]:
    """Return the downloads of the words that are asked for by month, shape (words, months)."""
    row = np.full(len(table.spelt), -1, np.int64)
    row[asked] = np.arange(len(asked))
    sums = np.zeros((len(asked), months), np.int64)
    if not len(asked):
        return sums
    order = np.argsort(sold.picture, kind="stable")
    starts = np.arange(0, len(table.downloads), _AT_ONCE)
    entries = np.searchsorted(table.owner, np.append(starts, len(table.downloads)))
    ends = np.searchsorted(sold.picture, np.append(starts, len(table.downloads)), sorter=order)
    for number, start in enumerate(starts.tolist()):
        here = order[ends[number] : ends[number + 1]]
        by_month = np.zeros((min(_AT_ONCE, len(table.downloads) - start), months), np.int32)
        np.add.at(by_month, (sold.picture[here] - start, sold.month[here]), sold.downloads[here])
        owner = table.owner[entries[number] : entries[number + 1]] - start
        word = row[table.word[entries[number] : entries[number + 1]]]
        owner, word = owner[word >= 0], word[word >= 0]
        by_word = np.argsort(word, kind="stable")
        owner, word = owner[by_word], word[by_word]
        for part in range(0, len(word), _ENTRIES):
            words = word[part : part + _ENTRIES]
            begins = np.flatnonzero(np.diff(words, prepend=-1))
            found = np.add.reduceat(by_month[owner[part : part + _ENTRIES]], begins, axis=0, dtype=np.int64)
            sums[words[begins]] += found
    return sums


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
