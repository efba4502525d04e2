"""What each sold file brought in all, as arrays: the months of years ago are kept together, the newest are added."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from stockctl.catalogue.sold import month_sums

if TYPE_CHECKING:
    import sqlite3

    from numpy.typing import NDArray

    Integers = NDArray[np.int64]

# So many of the newest months are not kept with the others: it is they that statements tell of.
_NEWEST = 12
_DOWNLOADS = ""


def of_now(connection: sqlite3.Connection, size: int) -> tuple[Integers, dict[str, Integers]]:
    """Return by number of a sold file, below `size`, how often it sold, and its micro-units by currency."""
    last, sums = _kept(connection, size)
    for month in month_sums.names(connection):
        if month > last:
            _add(connection, month, sums, size)
    return sums.pop(_DOWNLOADS), sums


def keep(connection: sqlite3.Connection) -> None:
    """Keep what is not, within the caller's transaction, where all months are kept (see `month_sums.keep_all`)."""
    months = month_sums.names(connection)
    size = connection.execute("SELECT coalesce(max(id), 0) + 1 FROM sold").fetchone()[0]
    last, sums = _kept(connection, size)
    until = months[-_NEWEST - 1] if len(months) > _NEWEST else ""
    if last < until:
        for month in months:
            if last < month <= until:
                _add(connection, month, sums, size)
        connection.execute("DELETE FROM sold_totals")
        rows = [(what, until, array.tobytes()) for what, array in sums.items()]
        connection.executemany("INSERT INTO sold_totals VALUES (?, ?, ?)", rows)


def _kept(connection: sqlite3.Connection, size: int) -> tuple[str, dict[str, Integers]]:
    """Return the last month that is kept with all before, and the sums by currency; downloads have none."""
    sums = {_DOWNLOADS: np.zeros(size, np.int64)}
    last = ""
    for what, last, blob in connection.execute("SELECT what, last, sums FROM sold_totals").fetchall():  # noqa: B007 - of all rows the same
        array = np.frombuffer(blob, np.int64)
        sums[what] = np.concatenate([array, np.zeros(max(0, size - len(array)), np.int64)])
    return last, sums


def _add(connection: sqlite3.Connection, month: str, sums: dict[str, Integers], size: int) -> None:
    for currency, part in month_sums.of_month(connection, month).items():
        own = sums.setdefault(currency, np.zeros(size, np.int64))
        # Each sold file stands there once.
        sold = part["sold"].astype(np.intp)
        sums[_DOWNLOADS][sold] += part["downloads"]
        own[sold] += part["amount"]
