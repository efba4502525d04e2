"""Which files sell more than they did, and which less: the last span of days beside the one before."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from stockctl.catalogue.sold.sales import NOT_EARNED

if TYPE_CHECKING:
    from datetime import date

    from stockctl.catalogue import Catalogue

# One sale: the number under which its file is shown, its sort, its micro-units, and whether it is of the later days.
_SALE = [("shown", "<i8"), ("facet", "<i8"), ("amount", "<i8"), ("later", "?")]


def changed(catalogue: Catalogue, start: date, middle: date, until: date, agency: str, most: int) -> list[list[Any]]:
    """Return the files whose sales fell most, and those whose sales rose most, so many of each currency.

    Each line is a currency, the number under which a file is shown, and its micro-units of the days after `start`
    until `middle` and of those after `middle` until `until`.
    """
    cursor = catalogue.connection.cursor()
    cursor.row_factory = None
    rows = cursor.execute(
        "SELECT d.shown, s.facet, s.amount, u.day > :middle FROM units u CROSS JOIN sales s ON s.unit = u.id"
        " CROSS JOIN sold d ON d.id = s.sold WHERE u.day > :start AND u.day <= :until"
        " AND (:agency = '' OR u.agency = :agency) AND d.name <> ''",
        {"start": str(start), "middle": str(middle), "until": str(until), "agency": agency},
    )
    # Summed up here: SQLite would sort all sales of half a year.
    sales = np.fromiter(rows, np.dtype(_SALE))
    found = []
    for currency, facets in _earned(catalogue):
        own = sales[np.isin(sales["facet"], facets)]
        shown, places = np.unique(own["shown"], return_inverse=True)
        sums = np.zeros((2, len(shown)), np.int64)
        np.add.at(sums, (own["later"].astype(np.intp), places), own["amount"])
        order = np.argsort(sums[1] - sums[0], kind="stable")
        chosen = [*order[:most], *order[max(most, len(order) - most) :]]
        found += [[currency, int(shown[at]), int(sums[0, at]), int(sums[1, at])] for at in chosen]
    return found


def _earned(catalogue: Catalogue) -> list[tuple[str, list[int]]]:
    """Return the numbers of the sorts of sales that are earnings, by currency."""
    by_currency: dict[str, list[int]] = {}
    for number, kind, currency in catalogue.rows("SELECT id, kind, currency FROM facets ORDER BY currency, id"):
        if kind not in NOT_EARNED:
            by_currency.setdefault(currency, []).append(number)
    return list(by_currency.items())
