"""What the files of a year brought, which of them are new, and what files bring by their age: all files at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from stockctl.catalogue.sold import year_sums

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from stockctl.catalogue import Catalogue


def counted(currency: str, files: Sequence[tuple[int, int, int]]) -> list[Any]:
    """Return the same as `of_year` of files in one currency, each its amount, downloads and whether it is new."""
    amounts, downloads, new = np.array(files, np.int64).reshape(-1, 3).T
    return _counted(currency, amounts, downloads, new > 0)


def of_year(catalogue: Catalogue, year: int, agency: str) -> list[list[Any]]:
    """Return a line for each currency of a year's sales.

    It holds the currency, how many files sold, what those brought that never sold before,
    and the share of the best fifth in per cent.
    """
    spans, nameless = year_sums.spans(catalogue), _nameless(catalogue)
    found = []
    for currency in (currency for of_sale, currency in spans if of_sale == year):
        own = _named(year_sums.of_year(catalogue, year, currency, agency), nameless)
        if not len(own):
            continue
        known = np.zeros(int(own["shown"][-1]) + 1, np.bool_)
        for earlier, other in spans:
            if other == currency and earlier < year:
                before = year_sums.of_year(catalogue, earlier, currency)["shown"]
                known[before[before < len(known)]] = True
        found.append(_counted(currency, own["amount"], own["downloads"], ~known[own["shown"]]))
    return found


def _counted(
    currency: str, amounts: NDArray[np.int64], downloads: NDArray[np.int64], new: NDArray[np.bool_]
) -> list[Any]:
    best = np.sort(amounts)[::-1][: -(-len(amounts) // 5)]
    total = int(amounts.sum())
    share = int(best.sum()) * 100 // total if total > 0 else 0
    return [currency, int(np.count_nonzero(downloads > 0)), int(amounts[new].sum()), share]


def by_age(catalogue: Catalogue, currency: str, year: int, agency: str) -> list[list[int]]:
    """Return by age in years what files brought before a year, and how many they were: their first year is age 0."""
    nameless = _nameless(catalogue)
    first = np.zeros(0, np.int64)
    sums: dict[int, list[int]] = {}
    for of_sale, other in year_sums.spans(catalogue):
        if other != currency or of_sale >= year:
            continue
        own = _named(year_sums.of_year(catalogue, of_sale, currency, agency), nameless)
        if not len(own):
            continue
        shown = own["shown"]
        first = np.concatenate([first, np.zeros(max(0, int(shown[-1]) + 1 - len(first)), np.int64)])
        # Years come in their order: what has one already has its first.
        first[shown] = np.where(first[shown] == 0, of_sale, first[shown])
        ages = of_sale - first[shown]
        for age in np.unique(ages).tolist():
            line = sums.setdefault(age, [0, 0])
            line[0] += int(own["amount"][ages == age].sum())
            line[1] += int(np.count_nonzero(ages == age))
    return [[age, *sums[age]] for age in sorted(sums)]


def _nameless(catalogue: Catalogue) -> list[int]:
    """Return the numbers of what has neither an agency's number nor a file's name."""
    return [row[0] for row in catalogue.rows("SELECT id FROM sold WHERE name = ''")]


def _named(sums: NDArray[np.void], nameless: Sequence[int]) -> NDArray[np.void]:
    return sums[~np.isin(sums["shown"], nameless)] if nameless else sums
