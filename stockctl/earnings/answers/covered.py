"""Which months no statement covers, apart from those in which nothing was sold."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date

    from stockctl.catalogue import Catalogue


def uncovered(catalogue: Catalogue, year: int, today: date, agency: str = "") -> dict[str, list[str]]:
    """Return by agency the months of a year, from its first sale to last month, that no statement tells.

    A statement tells the months from its first to its last day, with sales or without.
    """
    last = f"{today.replace(day=1) - timedelta(days=1):%Y-%m}"
    months = [month for number in range(1, 13) if (month := f"{year}-{number:02}") <= last]
    first: dict[str, str] = {}
    told: dict[str, set[str]] = defaultdict(set)
    for name, month in catalogue.rows(
        "SELECT DISTINCT agency, substr(day, 1, 7) FROM units WHERE ? IN ('', agency) ORDER BY 2", [agency]
    ):
        first.setdefault(name, month)
        told[name].add(month)
    for agencies, start, end in catalogue.rows(
        "SELECT agency, substr(first_day, 1, 7), substr(last_day, 1, 7) FROM statements"
        " WHERE first_day <= ? AND last_day >= ?",
        (f"{year}-12-31", f"{year}-01-01"),
    ):
        for name in agencies.split(", "):
            told[name] |= {month for month in months if start <= month <= end}
    # An agency that told nothing in the year was given up, or sold nothing there.
    return {
        name: missing
        for name in sorted(first)
        if any(month[:4] == str(year) for month in told[name])
        and (missing := [month for month in months if month >= first[name] and month not in told[name]])
    }


def titles(catalogue: Catalogue, names: list[str]) -> dict[str, str]:
    """Return the titles that agencies tell of some files, by the names under which these are shown."""
    import json

    rows = catalogue.rows(
        "SELECT name, max(title) FROM sold WHERE name IN (SELECT value FROM json_each(?)) AND title <> ''"
        " GROUP BY name",
        [json.dumps(names)],
    )
    return {row[0]: row[1] for row in rows}
