"""Which files sell more than they did, and which less: the last span of days beside the one before."""

from __future__ import annotations

from datetime import timedelta
from itertools import chain
from typing import TYPE_CHECKING, Any

import numpy as np

from stockctl.catalogue.sold import month_sums
from stockctl.catalogue.sold.sales import NOT_EARNED
from stockctl.catalogue.sums import shown

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from numpy.typing import NDArray

    from stockctl.catalogue import Catalogue

    # Numbers of sold files, and micro-units.
    Sums = tuple[NDArray[np.int64], NDArray[np.int64]]


def changed(catalogue: Catalogue, start: date, middle: date, until: date, agency: str, most: int) -> list[list[Any]]:
    """Return the files whose sales fell most, and those whose sales rose most, so many of each currency.

    Each line is a currency, the number under which a file is shown, and its micro-units of the days after `start`
    until `middle` and of those after `middle` until `until`.
    """
    month_sums.fill(catalogue)
    numbers = shown.of_now(catalogue).numbers
    size = int(numbers.max(initial=0)) + 1
    sums: dict[str, NDArray[np.int64]] = {}
    there: dict[str, NDArray[np.bool_]] = {}
    for later, span in enumerate(_spans(catalogue, start + timedelta(days=1), middle, until, agency)):
        for currency, (sold, amounts) in span:
            if currency not in sums:
                sums[currency], there[currency] = np.zeros((2, size), np.int64), np.zeros(size, np.bool_)
            place = numbers[sold]
            np.add.at(sums[currency][later], place, amounts)
            there[currency][place] = True
    found = []
    for currency in sorted(sums):
        # What has no name is nobody's file.
        there[currency][0] = False
        own = np.flatnonzero(there[currency])
        before, after = sums[currency][:, own]
        order = np.argsort(after - before, kind="stable")
        chosen = [*order[:most], *order[max(most, len(order) - most) :]]
        found += [[currency, int(own[at]), int(before[at]), int(after[at])] for at in chosen]
    return found


def _spans(
    catalogue: Catalogue, first: date, middle: date, last: date, agency: str
) -> tuple[Iterator[tuple[str, Sums]], Iterator[tuple[str, Sums]]]:
    """Return what files brought from `first` to `middle`, and from then to `last`, by currency; some several times."""
    begin, end = middle.replace(day=1), _last_of(middle)
    if agency or begin < first or end > last or middle == end:
        later = middle + timedelta(days=1)
        return _of_span(catalogue, first, middle, agency), _of_span(catalogue, later, last, agency)
    # Of the month in the middle the fewer days are gone through, the others are what its sums leave.
    after = middle + timedelta(days=1)
    few = (begin, middle) if middle - begin < end - after else (after, end)
    of_few = list(_of_days(catalogue, *few, ""))
    rest = [*_of_span(catalogue, begin, end, ""), *((currency, (sold, -sums)) for currency, (sold, sums) in of_few)]
    parts = (of_few, rest) if few[0] == begin else (rest, of_few)
    return (
        chain(_of_span(catalogue, first, begin - timedelta(days=1), ""), parts[0]),
        chain(parts[1], _of_span(catalogue, end + timedelta(days=1), last, "")),
    )


def _last_of(day: date) -> date:
    """Return the last day of a day's month."""
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1) - timedelta(days=1)


def _of_span(catalogue: Catalogue, first: date, last: date, agency: str) -> Iterator[tuple[str, Sums]]:
    """Yield what files brought on some days, by currency; a file may come several times."""
    begin = first
    while begin <= last:
        end = _last_of(begin)
        if agency or begin.day > 1 or end > last:
            yield from _of_days(catalogue, begin, min(end, last), agency)
        else:
            # Of whole months the sums of all agencies are kept.
            for currency, part in month_sums.of_month(catalogue.connection, begin.isoformat()[:7]).items():
                yield currency, (part["sold"].astype(np.int64), part["amount"])
        begin = end + timedelta(days=1)


def _of_days(catalogue: Catalogue, first: date, last: date, agency: str) -> Iterator[tuple[str, Sums]]:
    cursor = catalogue.connection.cursor()
    cursor.row_factory = None
    rows = cursor.execute(
        "SELECT s.sold, s.facet, s.amount FROM units u CROSS JOIN sales s ON s.unit = u.id"
        " WHERE u.day BETWEEN :first AND :last AND (:agency = '' OR u.agency = :agency)",
        {"first": str(first), "last": str(last), "agency": agency},
    )
    # Summed up here: SQLite would sort them all.
    sales = np.fromiter(chain.from_iterable(rows), np.int64).reshape(-1, 3)
    for currency, facets in _earned(catalogue):
        own = sales[np.isin(sales[:, 1], facets)]
        if len(own):
            yield currency, (own[:, 0], own[:, 2])


def _earned(catalogue: Catalogue) -> list[tuple[str, list[int]]]:
    """Return the numbers of the sorts of sales that are earnings, by currency."""
    by_currency: dict[str, list[int]] = {}
    for number, kind, currency in catalogue.rows("SELECT id, kind, currency FROM facets ORDER BY currency, id"):
        if kind not in NOT_EARNED:
            by_currency.setdefault(currency, []).append(number)
    return list(by_currency.items())
