"""What each sold file brought in a month, as arrays beside the sales: for questions about all files."""

from __future__ import annotations

import contextlib
from itertools import chain
from typing import TYPE_CHECKING

from stockctl.catalogue.sold.kinds import NOT_EARNED
from stockctl.errors import CatalogueLockedError

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from stockctl.catalogue import Catalogue

    # Of each currency the sums of a month's files.
    Month = dict[str, NDArray[np.void]]

# One file's month in one currency: the number of the sold file, downloads, micro-units.
FIELDS = [("sold", "<u4"), ("downloads", "<i8"), ("amount", "<i8")]
# Stands beside the currencies of a month that is kept, also where nothing was earned in it.
_KEPT = ""

_MONTHS = "SELECT DISTINCT substr(day, 1, 7) FROM units WHERE day BETWEEN ? AND ? ORDER BY 1"
_SALES = (
    "SELECT s.sold, s.facet, s.downloads, s.amount FROM units u CROSS JOIN sales s ON s.unit = u.id"
    " WHERE u.day >= ? AND u.day < ?"
)


def fill(catalogue: Catalogue) -> None:
    """Keep the sums of the months that are not kept; where another command writes, they are left for later.

    The write lock is held for a month at a time.
    """
    with contextlib.suppress(CatalogueLockedError), catalogue.impatient():
        for month in _missing(catalogue.connection):
            with catalogue.transaction() as connection:
                keep(connection, month)


def keep_all(connection: sqlite3.Connection) -> None:
    """Keep the sums of the months that are not kept, within the caller's transaction."""
    for month in _missing(connection):
        keep(connection, month)


def keep(connection: sqlite3.Connection, month: str) -> None:
    """Keep the sums of a month (2026-05) in the place of others."""
    connection.execute("DELETE FROM month_sums WHERE month = ?", [month])
    _keep(connection, month, _summed(connection, month))


def _keep(connection: sqlite3.Connection, month: str, sums: Month) -> None:
    connection.executemany(
        "INSERT OR REPLACE INTO month_sums VALUES (?, ?, ?)",
        [(month, _KEPT, b""), *((month, currency, array.tobytes()) for currency, array in sums.items())],
    )


def forget(connection: sqlite3.Connection, days: Iterable[str]) -> None:
    """Forget the sums of the months of these days: sales of theirs have changed."""
    months = dict.fromkeys(day[:7] for day in days)
    connection.executemany("DELETE FROM month_sums WHERE month = ?", [(month,) for month in months])


def of_days(catalogue: Catalogue, first: str = "", last: str = "9999-12-31") -> Iterator[tuple[str, Month]]:
    """Yield each month of sales within these days, in their order, with its sums (dtype FIELDS) by currency.

    What is not kept is summed up. Whole months: the first and the last day are those of a month.
    """
    for month in names(catalogue.connection, first, last):
        yield month, of_month(catalogue.connection, month)


def names(connection: sqlite3.Connection, first: str = "", last: str = "9999-12-31") -> list[str]:
    """Return the months of sales within these days, in their order."""
    return [row[0] for row in connection.execute(_MONTHS, (first, last)).fetchall()]


def of_month(connection: sqlite3.Connection, month: str) -> Month:
    """Return the sums (dtype FIELDS) of a month by currency; what is not kept is summed up."""
    kept = _standing(connection, month)
    return _summed(connection, month) if kept is None else kept


class Adding:
    """Keeps what is kept right while a statement's sales are added to the ledger.

    A month without any sales before is kept from then on. One that was not
    kept, or whose earlier sales are taken out meanwhile, is summed up when it is asked for.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection
        self.waiting: dict[str, dict[str, list[NDArray[np.void]]]] = {}

    def begin(self, months: Iterable[str]) -> None:
        """Get ready for sales of these months, before they are in the ledger."""
        for month in months:
            if month not in self.waiting:
                self.waiting[month] = {}
                if not self.connection.execute(f"{_SALES} LIMIT 1", (month, f"{month}~")).fetchone():
                    self.connection.execute("INSERT OR IGNORE INTO month_sums VALUES (?, ?, x'')", (month, _KEPT))

    def add(self, month: str, currency: str, sums: NDArray[np.void]) -> None:
        """Take in the sums (dtype FIELDS) of a month's sales in one currency, now that they are in the ledger."""
        self.waiting[month].setdefault(currency, []).append(sums)

    def write(self, until: str = "9999-12") -> None:
        """Write the months before `until`: the statement is past them, unless it is in no order."""
        for month in [month for month in self.waiting if month < until]:
            added = self.waiting.pop(month)
            standing = _standing(self.connection, month)
            if standing is not None:
                sums = {
                    currency: _together([*parts, *([standing[currency]] if currency in standing else [])])
                    for currency, parts in added.items()
                }
                _keep(self.connection, month, sums)
                self._note(month, added)

    def _note(self, month: str, added: Mapping[str, Sequence[NDArray[np.void]]]) -> None:
        """Write down what has come to a month of which the words are summed (see `sums.months`)."""
        if added and self.connection.execute("SELECT 1 FROM month_words WHERE month = ?", [month]).fetchone():
            import numpy as np

            every = np.concatenate([part for parts in added.values() for part in parts])
            sums = every[["sold", "downloads"]].astype([field for field in FIELDS if field[0] != "amount"])
            self.connection.execute("INSERT INTO month_added (month, sums) VALUES (?, ?)", (month, sums.tobytes()))


def _standing(connection: sqlite3.Connection, month: str) -> Month | None:
    """Return what is kept of a month; None where it is not."""
    import numpy as np

    kept = connection.execute("SELECT currency, sums FROM month_sums WHERE month = ?", [month]).fetchall()
    if not kept:
        return None
    return {row[0]: np.frombuffer(row[1], np.dtype(FIELDS)) for row in kept if row[0] != _KEPT}


def _together(parts: Sequence[NDArray[np.void]]) -> NDArray[np.void]:
    """Return the sums of several, each sold file once, by rising number."""
    import numpy as np

    every = np.concatenate(parts)
    return grouped(*(every[name].astype(np.int64) for name, _ in FIELDS))


def grouped(sold: NDArray[np.int64], downloads: NDArray[np.int64], amount: NDArray[np.int64]) -> NDArray[np.void]:
    """Return the sums (dtype FIELDS) of some sales, each sold file once, by rising number."""
    import numpy as np

    order = np.argsort(sold, kind="stable")
    starts = np.flatnonzero(np.diff(sold[order], prepend=-1))
    found = np.zeros(len(starts), np.dtype(FIELDS))
    if len(starts):
        found["sold"] = sold[order[starts]]
        found["downloads"], found["amount"] = (np.add.reduceat(one[order], starts) for one in (downloads, amount))
    return found


def _missing(connection: sqlite3.Connection) -> list[str]:
    known = {row[0] for row in connection.execute("SELECT DISTINCT month FROM month_sums")}
    return [month for month in names(connection) if month not in known]


def _summed(connection: sqlite3.Connection, month: str) -> Month:
    """Return the sums of a month by currency, each sold file once, by rising number."""
    import numpy as np

    facets = connection.execute("SELECT id, currency, kind FROM facets").fetchall()
    currencies = sorted({row[1] for row in facets})
    place = np.full(max((row[0] for row in facets), default=0) + 1, -1, np.int64)
    for number, currency, kind in facets:
        if kind not in NOT_EARNED:
            place[number] = currencies.index(currency)
    cursor = connection.cursor()
    cursor.row_factory = None
    # "~" comes after every digit and sign of a day.
    rows = np.fromiter(chain.from_iterable(cursor.execute(_SALES, (month, f"{month}~"))), np.int64).reshape(-1, 4)
    found = {}
    for code, currency in enumerate(currencies):
        own = rows[place[rows[:, 1]] == code]
        if len(own):
            found[currency] = grouped(own[:, 0], own[:, 2], own[:, 3])
    return found
