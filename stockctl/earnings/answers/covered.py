"""Which months no statement covers, apart from those in which nothing was sold."""

from __future__ import annotations

import json
from collections import defaultdict
from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date

    from stockctl.catalogue import Catalogue
    from stockctl.earnings.answers.period import Period


def uncovered(catalogue: Catalogue, period: Period, today: date, agency: str = "") -> dict[str, list[str]]:
    """Return by agency the months of a period, from its first sale to last month, that no statement tells.

    A statement tells the months from its first to its last day, with sales or without.
    """
    months, told, first = _told(catalogue, period, today, agency)
    # An agency that told nothing in the period was given up, or sold nothing there.
    return {
        name: missing
        for name in sorted(first)
        if not told[name].isdisjoint(months)
        and (missing := [month for month in months if month >= first[name] and month not in told[name]])
    }


def unsold(catalogue: Catalogue, period: Period, today: date, agency: str = "") -> dict[str, list[str]]:
    """Return by agency the months of a period, up to last month, that a statement tells and in which nothing came.

    One that may hold a part of its days, written by hand say, tells nothing of those that it does not name.
    """
    from stockctl.earnings.statements.layouts import LAYOUTS

    whole = [name for name, layout in LAYOUTS.items() if layout.complete]
    months, told, first = _told(catalogue, period, today, agency, whole)
    came = {
        tuple(row)
        for row in catalogue.rows(
            "SELECT DISTINCT f.agency, substr(t.day, 1, 7) FROM day_totals t JOIN facets f ON f.id = t.facet"
            " WHERE t.downloads <> 0 OR t.amount <> 0"
        )
    }
    return {
        name: idle
        for name in sorted(first)
        if (
            idle := [
                month for month in months if month >= first[name] and month in told[name] and (name, month) not in came
            ]
        )
    }


def _told(
    catalogue: Catalogue, period: Period, today: date, agency: str, layouts: list[str] | None = None
) -> tuple[list[str], dict[str, set[str]], dict[str, str]]:
    """Return the period's months until last month, those that each agency's statements tell, and its first one.

    With `layouts` only statements of these tell days that they do not name.
    """
    last = f"{today.replace(day=1) - timedelta(days=1):%Y-%m}"
    first: dict[str, str] = {}
    told: dict[str, set[str]] = defaultdict(set)
    for name, month in catalogue.rows(
        "SELECT DISTINCT agency, substr(day, 1, 7) FROM units WHERE ? IN ('', agency) ORDER BY 2", [agency]
    ):
        first.setdefault(name, month)
        told[name].add(month)
    begun = min(first.values(), default="")
    months = [month for month in period.months if begun <= month <= last]
    for agencies, start, end in catalogue.rows(
        "SELECT agency, substr(first_day, 1, 7), substr(last_day, 1, 7) FROM statements"
        " WHERE first_day <= ? AND last_day >= ? AND (? IS NULL OR layout IN (SELECT value FROM json_each(?)))",
        (str(period.last), str(period.first), *[None if layouts is None else json.dumps(layouts)] * 2),
    ):
        for name in agencies.split(", "):
            told[name] |= {month for month in months if start <= month <= end}
    return months, told, first
