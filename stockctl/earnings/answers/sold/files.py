"""Sales by file: the same picture across agencies, and the keywords and shoots that it belongs to."""

from __future__ import annotations

import contextlib
from collections import defaultdict
from typing import TYPE_CHECKING, Any

from stockctl.catalogue.sold.kinds import EARNED
from stockctl.catalogue.sold.sales import folder_name
from stockctl.earnings.answers.money.lines import NOT_TOLD, Line, ordered
from stockctl.earnings.answers.period import Period
from stockctl.errors import CatalogueLockedError

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable

    from stockctl.catalogue import Catalogue


def by_file(catalogue: Catalogue, by: str, when: int | Period, agency: str = "") -> tuple[Line, ...]:
    """Return a period's sales by asset, by keyword (a sale counts whole for each of its words) or by shoot (folder)."""
    year = when.year if isinstance(when, Period) else when
    if year is None:
        assert isinstance(when, Period)
        return _of_days(catalogue, by, when, agency)
    if by == "asset":
        found_ = (line for currency in currencies(catalogue) for line in _by_name(catalogue, year, agency, currency))
        return ordered(list(found_), by)
    if by == "shoot":
        return ordered(list(_by_shoot(catalogue, year, agency)), by)
    # Few reports ask for it, and it brings numpy.
    from stockctl.earnings.answers.sold import by_word

    return ordered(by_word.of_year(catalogue, year, agency), by)


def _by_shoot(catalogue: Catalogue, year: int, agency: str) -> Iterable[Line]:
    """Return a year's sales by the folders of their pictures."""
    learn_shoots(catalogue)
    if not agency:
        # It brings numpy.
        from stockctl.earnings.answers.sold import by_shoot

        return by_shoot.of_year(catalogue, year)
    found: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0])
    for currency in currencies(catalogue):
        for shoot, media_id, downloads, amount in _tuples(
            catalogue,
            # By number, in the order in which the roll-up lies. What has no folder yet is told by its picture.
            "SELECT d.shoot, CASE WHEN d.shoot IS NULL THEN d.media_id END, sum(t.downloads), sum(t.amount)"
            " FROM asset_totals t CROSS JOIN sold d ON d.id = t.sold WHERE t.year = :year AND t.currency = :currency"
            " AND (:agency = '' OR d.agency = :agency) GROUP BY 1, 2",
            {"year": year, "agency": agency, "currency": currency},
        ):
            name = shoot if media_id is None else _shoot_of(catalogue, media_id)
            sums = found[name or NOT_TOLD, currency]
            sums[0] += downloads
            sums[1] += amount
    return (Line(shoot, currency, *sums) for (shoot, currency), sums in found.items())


def learn_shoots(catalogue: Catalogue) -> None:
    """Keep beside sold files the folders of their pictures, where files have come or gone."""
    changed = [row[0] for row in catalogue.rows(_WITHOUT_SHOOT)]
    if not changed:
        return
    with contextlib.suppress(CatalogueLockedError), catalogue.impatient(), catalogue.transaction() as connection:
        connection.executemany(
            "UPDATE sold SET shoot = ? WHERE media_id = ? AND shoot IS NULL",
            [(_shoot_of(catalogue, media_id), media_id) for media_id in changed],
        )


_WITHOUT_SHOOT = "SELECT DISTINCT media_id FROM sold WHERE shoot IS NULL AND media_id IS NOT NULL"


def _shoot_of(catalogue: Catalogue, media_id: str) -> str:
    """Return the folder in which a picture lies, of several files that of the last by path; empty where it has none."""
    return folder_name(catalogue.rows("SELECT max(path) FROM files WHERE media_id = ?", [media_id])[0][0]) or ""


def _of_days(catalogue: Catalogue, by: str, period: Period, agency: str) -> tuple[Line, ...]:
    """Return the sales of a stretch of days, which no roll-up has by file."""
    if by == "keyword":
        from stockctl.earnings.answers.sold import by_word

        return ordered(by_word.of_days(catalogue, *period.days, agency), by)
    column = "d.name" if by == "asset" else "d.media_id"
    rows = catalogue.rows(
        f"SELECT {column}, f.currency, sum(g.downloads), sum(g.amount) FROM (SELECT s.sold, s.facet,"  # noqa: S608 - fixed texts
        " sum(s.downloads) AS downloads, sum(s.amount) AS amount FROM units u CROSS JOIN sales s ON s.unit = u.id"
        " WHERE u.day BETWEEN :first AND :last AND (:agency = '' OR u.agency = :agency) GROUP BY s.sold, s.facet) g"
        f" JOIN facets f ON f.id = g.facet JOIN sold d ON d.id = g.sold WHERE {EARNED} GROUP BY 1, 2",
        {"first": period.days[0], "last": period.days[1], "agency": agency},
    )
    groups = {} if by == "asset" else shoots(catalogue)
    found: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0])
    for name, currency, downloads, amount in rows:
        for group in (name or NOT_TOLD,) if by == "asset" else groups.get(name or "") or (NOT_TOLD,):
            sums = found[group, currency]
            sums[0] += downloads
            sums[1] += amount
    return ordered([Line(group, currency, *sums) for (group, currency), sums in found.items()], by)


def currencies(catalogue: Catalogue) -> list[str]:
    """Return the currencies of all sales."""
    return [row[0] for row in catalogue.rows("SELECT DISTINCT currency FROM facets ORDER BY currency")]


def _by_name(catalogue: Catalogue, year: int, agency: str, currency: str) -> Iterable[Line]:
    """Return a year's sales in one currency by the names of files, the largest first."""
    rows = _tuples(
        catalogue,
        # Grouped by number, in the order in which the roll-up lies; only then the names are looked up.
        "SELECT d.name, g.downloads, g.amount FROM (SELECT shown, sum(downloads) AS downloads, sum(amount) AS amount"
        " FROM asset_totals WHERE year = :year AND currency = :currency"
        " AND (:agency = '' OR sold IN (SELECT id FROM sold WHERE agency = :agency)) GROUP BY shown) g"
        " CROSS JOIN sold d ON d.id = g.shown ORDER BY g.amount DESC, d.name",
        {"year": year, "agency": agency, "currency": currency},
    )
    return (Line(name or NOT_TOLD, currency, downloads, amount) for name, downloads, amount in rows)


def _tuples(catalogue: Catalogue, sql: str, parameters: dict[str, Any]) -> sqlite3.Cursor:
    """Run a query of many rows; tuples are made faster than rows with names."""
    cursor = catalogue.connection.cursor()
    cursor.row_factory = None
    return cursor.execute(sql, parameters)


def shoots(catalogue: Catalogue) -> dict[str, tuple[str, ...]]:
    """Return the folder in which each picture lies, by media_id."""
    cursor = catalogue.connection.cursor()
    cursor.row_factory = None
    # Of several files of a picture the last by path; read from the index alone.
    found = cursor.execute("SELECT max(path), media_id FROM files WHERE media_id IS NOT NULL GROUP BY media_id")
    return {media_id: (folder_name(path) or "",) for path, media_id in found}
