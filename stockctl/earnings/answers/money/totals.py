"""What came in, grouped as asked: from the roll-ups, in whole micro-units."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stockctl.catalogue.sold.sales import CAMPAIGN, NOT_EARNED
from stockctl.earnings.answers.money.lines import Line, Month, Total, ordered
from stockctl.earnings.answers.period import Period, of_year

if TYPE_CHECKING:
    from stockctl.catalogue import Catalogue

BY = ("agency", "month", "asset", "kind", "licence", "keyword", "country", "shoot", "year", "brand", "platform")
# The one row in which all that agencies brought stands, beside the brands or platforms of campaigns.
_AGENCIES = "(agencies)"

# What a group's key is, in the roll-up by days.
_KEYS = {
    "agency": "f.agency",
    "month": "substr(t.day, 1, 7)",
    "kind": "f.kind",
    # A campaign sells no licence; what it was for is its brand.
    "licence": f"CASE WHEN f.kind = {CAMPAIGN!r} THEN '(campaigns)' WHEN f.licence = '' THEN '(not told)'"
    " ELSE f.licence END",
    "brand": f"CASE f.kind WHEN {CAMPAIGN!r} THEN f.licence ELSE {_AGENCIES!r} END",
    "platform": f"CASE f.kind WHEN {CAMPAIGN!r} THEN f.agency ELSE {_AGENCIES!r} END",
    "country": "CASE f.country WHEN '' THEN '(not told)' ELSE f.country END",
    "year": "substr(t.day, 1, 4)",
}
_EVER = ("", "9999-12-31")
_EARNED = f"f.kind NOT IN ({', '.join(repr(kind) for kind in NOT_EARNED)})"


def months(catalogue: Catalogue, when: int | Period, agency: str = "") -> tuple[Month, ...]:
    """Return what each agency brought in each month of a year or another period."""
    rows = catalogue.rows(
        "SELECT substr(t.day, 1, 7) AS month, f.agency, f.currency, sum(t.amount) FROM day_totals t"  # noqa: S608 - fixed texts
        f" JOIN facets f ON f.id = t.facet WHERE {_EARNED} AND t.day BETWEEN ? AND ? AND (? = '' OR f.agency = ?)"
        " GROUP BY month, f.agency, f.currency ORDER BY month, f.agency",
        (*_span(when), agency, agency),
    )
    return tuple(Month(*row) for row in rows)


def totals(catalogue: Catalogue, when: int | Period, agency: str = "") -> tuple[Total, ...]:
    """Return what each agency brought in a year or another period."""
    rows = catalogue.rows(
        "SELECT f.agency, f.currency, sum(t.downloads) AS downloads, sum(t.amount) AS amount, sum(t.refunds) AS refunds"  # noqa: S608 - fixed texts
        f" FROM day_totals t JOIN facets f ON f.id = t.facet WHERE {_EARNED} AND t.day BETWEEN ? AND ?"
        " AND (? = '' OR f.agency = ?) GROUP BY f.agency, f.currency ORDER BY f.agency, f.currency",
        (*_span(when), agency, agency),
    )
    return tuple(Total(*row) for row in rows)


def lines(catalogue: Catalogue, by: str, when: int | Period, agency: str = "") -> tuple[Line, ...]:
    """Return a period's sales grouped; months and years in order, anything else by amount.

    By year, all years are told, whatever year was asked for.
    """
    if by in {"asset", "keyword", "shoot"}:
        from stockctl.earnings.answers.sold.files import by_file

        return by_file(catalogue, by, when, agency)
    rows = catalogue.rows(
        f"SELECT {_KEYS[by]} AS key, f.currency, sum(t.downloads) AS downloads, sum(t.amount) AS amount"  # noqa: S608 - fixed texts
        f" FROM day_totals t JOIN facets f ON f.id = t.facet WHERE {_EARNED} AND t.day BETWEEN ? AND ?"
        " AND (? = '' OR f.agency = ?) GROUP BY key, f.currency",
        (*(_span(when) if by != "year" or (isinstance(when, Period) and not when.year) else _EVER), agency, agency),
    )
    return ordered([Line(*row) for row in rows], by)


def years(catalogue: Catalogue) -> tuple[int, int] | None:
    """Return the first and the last year of sale that are known."""
    # Each by itself is the end of an index; both in one would go through all rows.
    first, last = catalogue.rows("SELECT (SELECT min(year) FROM asset_totals), (SELECT max(year) FROM asset_totals)")[0]
    return None if first is None else (first, last)


def _span(when: int | Period) -> tuple[str, str]:
    return (when if isinstance(when, Period) else of_year(when)).days
