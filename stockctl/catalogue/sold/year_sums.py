"""What each file brought in a year, as arrays beside the roll-up that they repeat: for questions about all files."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from stockctl.catalogue.sold.earned import SPANS
from stockctl.catalogue.sold.worked_out import version
from stockctl.errors import CatalogueLockedError

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Iterator

    import numpy as np
    from numpy.typing import NDArray

    from stockctl.catalogue import Catalogue

# One file's year in one currency: the number under which it is shown, downloads, micro-units.
FIELDS = [("shown", "<u4"), ("downloads", "<i8"), ("amount", "<i8")]


def spans(catalogue: Catalogue) -> list[tuple[int, str]]:
    """Return every year of sales with each of its currencies, in their order."""
    rows = catalogue.rows(f"{SPANS} SELECT year, currency FROM spans WHERE currency IS NOT NULL ORDER BY 1, 2")  # noqa: S608 - fixed texts
    return [(row[0], row[1]) for row in rows]


def of_year(catalogue: Catalogue, year: int, currency: str, agency: str = "") -> NDArray[np.void]:
    """Return the sums of a year's files (dtype FIELDS), by rising number; of one agency, or of all.

    Those of all agencies are kept until sales of the year change.
    """
    import numpy as np

    if agency:
        return _summed(catalogue, year, currency, agency)
    kept = catalogue.rows("SELECT sums FROM year_sums WHERE year = ? AND currency = ?", (year, currency))
    if kept:
        return np.frombuffer(kept[0][0], np.dtype(FIELDS))
    before = version(catalogue)
    found = _summed(catalogue, year, currency, "")
    with contextlib.suppress(CatalogueLockedError), catalogue.impatient(), catalogue.transaction() as connection:
        # What another command wrote meanwhile is not in it.
        if version(catalogue) == before:
            keep(connection, year, currency, found)
    return found


def _summed(catalogue: Catalogue, year: int, currency: str, agency: str) -> NDArray[np.void]:
    import numpy as np

    cursor = catalogue.connection.cursor()
    cursor.row_factory = None
    # In the order of the key: nothing is sorted, and no list of all is made.
    rows: Iterable[tuple[int, int, int]] = cursor.execute(
        "SELECT shown, sum(downloads), sum(amount) FROM asset_totals WHERE year = :year AND currency = :currency"
        " AND (:agency = '' OR sold IN (SELECT id FROM sold WHERE agency = :agency)) GROUP BY shown",
        {"year": year, "currency": currency, "agency": agency},
    )
    return np.fromiter(rows, np.dtype(FIELDS))


def keep(connection: sqlite3.Connection, year: int, currency: str, sums: NDArray[np.void]) -> None:
    """Keep the sums of a year."""
    connection.execute("INSERT OR REPLACE INTO year_sums VALUES (?, ?, ?)", (year, currency, sums.tobytes()))


@contextlib.contextmanager
def adding(connection: sqlite3.Connection, years: Iterable[tuple[int, str, NDArray[np.void]]]) -> Iterator[None]:
    """Keep what is kept right while a block adds sales to the roll-up: their sums by year and currency.

    What was not kept of a year that had sales before stays so, and is summed up when it is asked for.
    """
    added = [(year, currency, sums, _standing(connection, year, currency)) for year, currency, sums in years]
    yield
    for year, currency, sums, before in added:
        if before is not None:
            keep(connection, year, currency, _together(before, sums))


def _standing(connection: sqlite3.Connection, year: int, currency: str) -> NDArray[np.void] | None:
    """Return what is kept of a year, nothing where it had no sales; None where that is not known."""
    import numpy as np

    kept = connection.execute("SELECT sums FROM year_sums WHERE year = ? AND currency = ?", (year, currency)).fetchone()
    if kept:
        return np.frombuffer(kept[0], np.dtype(FIELDS))
    sold = connection.execute(
        "SELECT 1 FROM asset_totals WHERE year = ? AND currency = ? LIMIT 1", (year, currency)
    ).fetchone()
    return None if sold else np.zeros(0, np.dtype(FIELDS))


def _together(*sums: NDArray[np.void]) -> NDArray[np.void]:
    """Return the sums of several, each file once."""
    import numpy as np

    every = np.concatenate(sums)
    every = every[np.argsort(every["shown"], kind="stable")]
    starts = np.flatnonzero(np.diff(every["shown"].astype(np.int64), prepend=-1))
    found: NDArray[np.void] = every[starts]
    for name in ("downloads", "amount"):
        found[name] = np.add.reduceat(every[name], starts) if len(starts) else 0
    return found


def forget(connection: sqlite3.Connection, days: tuple[str, str]) -> None:
    """Forget the sums of the years of these days (the first, the last): sales of theirs have changed."""
    connection.execute("DELETE FROM year_sums WHERE year BETWEEN ? AND ?", (int(days[0][:4] or 0), int(days[1][:4])))
