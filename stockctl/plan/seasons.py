"""One's own seasons: the months in which one's own keywords sell, where there are enough sales to say so."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stockctl.plan.table import Monthly, Table

# Fewer months or sales than these say nothing of a season.
MONTHS, SALES = 24, 100
# Three months in a row hold a quarter of a year that is even; a season is more than this share of it.
PEAK = 0.45
_WINDOW = 3


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
    span = _span(sold.months)
    if span < MONTHS or sold.sales < SALES:
        return Seasons(enough=False, months=span, sales=sold.sales)
    counted = _whole_years(sold.months)
    words, sums = sold.of(list(counted), SALES)
    first = int(next(iter(counted))[5:]) - 1
    by_year = sums.reshape(len(words), len(counted) // 12, 12)
    whole = by_year.sum(axis=1)
    three = sum(np.roll(whole, -ahead, axis=1) for ahead in range(_WINDOW))
    # Most words have none: that is told of all at once.
    some = np.flatnonzero(np.max(three, axis=1) > PEAK * whole.sum(axis=1) - 1)
    found = [
        season
        for word, years in zip(words[some].tolist(), by_year[some].tolist(), strict=True)
        if (season := _season(table.spelt[word], years, first)) is not None
    ]
    ranked = tuple(sorted(found, key=lambda one: (-one.share * one.sales, one.word)))
    return Seasons(enough=True, months=span, sales=sold.sales, found=ranked)


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
