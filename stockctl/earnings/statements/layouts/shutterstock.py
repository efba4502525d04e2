"""Statements of Shutterstock: sums per day; no export names the picture that sold."""

from __future__ import annotations

import re
from datetime import date
from functools import partial
from typing import TYPE_CHECKING

from stockctl.catalogue.sales import MIXED
from stockctl.earnings.statements.layout import Part, Provenance, RowPlan, layout, named, places
from stockctl.earnings.statements.shapes import count, money_in
from stockctl.earnings.statements.written import ask_decimal, cells_below, days_of_named, decimal_sign

if TYPE_CHECKING:
    from stockctl.earnings.reading.columns import Row
    from stockctl.earnings.reading.source import Source

_DATE, _DOWNLOADS, _EARNINGS = "Date", "Total downloads", "Total earnings"
_KINDS = {"images": "image", "image": "image", "videos": "video", "video": "video", "footage": "video"}
# Columns that hold videos' money whatever stands over them, as the contributors' help names them.
_VIDEO = frozenset(("cart sales", "clip packs", "enhanced video"))
_TOTALS = re.compile(r"(monthly )?totals?\b|jumlah|total bulanan", re.IGNORECASE)
# A column of the lower header that is income without a download, whatever banner stands over it.
_NO_SALE = re.compile(r"fund|referr|bonus|adjust", re.IGNORECASE)
_FILE = re.compile(r"(?<!\d)(20\d\d)_(\d{1,2})_earnings", re.IGNORECASE)


@layout(
    "shutterstock_monthly_by_day_2026",
    agency="shutterstock",
    title="Earnings > a month > Export (CSV): a row per day",
    provenance=Provenance.THIRD_PARTY,
    source="a reader checked against a real export on 2026-08-18; columns 8 on as the contributors' help names them",
    seen="2026-08-18",
    columns=(
        *(_DATE, _DOWNLOADS, _EARNINGS, "Subscriptions", "On demand", "Enhanced", "Single & other"),
        *("Cart sales", "Clip packs", "Enhanced video", "Referrals"),
    ),
)
def monthly_by_day(source: Source) -> RowPlan | None:
    """Two header rows: a banner (Images, Videos) over the labels; then days, then `Monthly totals`."""
    rows = [(index, row) for index, row in enumerate(source.head) if any(cell.strip() for cell in row)]
    if len(rows) < 2:
        return None
    banner, (index, labels) = rows[0][1], rows[1]
    found = places(labels, _DATE, _DOWNLOADS, _EARNINGS)
    if not found or not any(cell.strip().casefold() in _KINDS for cell in banner):
        return None
    day, downloads, earnings = found
    columns: dict[int, tuple[str, str]] = {}
    kind = ""
    for column in range(len(labels)):
        # The banner is a merged cell: it may stand over its first column only.
        over = banner[column].strip() if column < len(banner) else ""
        kind = _KINDS.get(over.casefold(), "other") if over else kind
        if column not in found and kind:
            label = labels[column].strip() or f"column {column + 1}"
            columns[column] = (_kind(over, label, kind), label)
    start = index + 1
    cells = [cell for cell in cells_below(source, start, day) if not _TOTALS.match(cell.strip())]
    file = _FILE.search(source.path.name)
    month = date(int(file[1]), int(file[2]), 1) if file and 1 <= int(file[2]) <= 12 else None
    form, language, sure = days_of_named(source, cells, "mdy", ",")
    amounts = [cell for place in (earnings, *columns) for cell in cells_below(source, start, place)]
    ask_decimal(source, amounts)
    decimal = decimal_sign(source, amounts)
    return RowPlan(
        start=start,
        names=named(labels, len(labels)),
        day=day,
        day_form=form,
        language=language,
        sure=sure,
        one_month=True,
        month=month,
        agency="shutterstock",
        parts=partial(_parts, downloads=downloads, earnings=earnings, columns=columns, decimal=decimal),
        stated=partial(_stated, day=day, downloads=downloads, earnings=earnings, decimal=decimal),
        closed=True,
    )


def _kind(over: str, label: str, kind: str) -> str:
    if _NO_SALE.search(f"{over} {label}"):
        return "other"
    return "video" if label.casefold() in _VIDEO else kind


def _money(row: Row, column: int, name: str, decimal: str) -> int:
    text = row[column]
    return money_in("USD", name, text, decimal) if text.strip() else 0


def _parts(row: Row, *, downloads: int, earnings: int, columns: dict[int, tuple[str, str]], decimal: str) -> list[Part]:
    """Split a day: every category with money had a download at least; the kinds of the rest may be unknown."""
    number = count(row[downloads], _DOWNLOADS)
    total = _money(row, earnings, _EARNINGS, decimal)
    sums = {place: _money(row, place, label, decimal) for place, (_, label) in columns.items()}
    sold = [place for place, amount in sums.items() if amount > 0 and columns[place][0] != "other"]
    kinds = {columns[place][0] for place in sold}
    # More categories than downloads cannot be; then nothing is known of any of them.
    certain = len(sold) <= number
    parts = [
        Part(kind, label, int(certain and place in sold), sums[place])
        for place, (kind, label) in columns.items()
        if sums[place]
    ]
    rest = number - sum(part.downloads for part in parts)
    kind = kinds.pop() if len(kinds) == 1 else MIXED
    if rest and certain and len(sold) == 1:
        place = sold[0]
        parts = [
            Part(p.kind, p.licence, number, p.amount) if (p.kind, p.licence) == columns[place] else p for p in parts
        ]
        rest = 0
    unexplained = total - sum(sums.values())
    if rest or unexplained:
        parts.append(Part(kind, "", rest, unexplained))
    return parts


def _stated(row: Row, *, day: int, downloads: int, earnings: int, decimal: str) -> tuple[int, int] | None:
    if not _TOTALS.match(row[day].strip()):
        return None
    return count(row[downloads], _DOWNLOADS), _money(row, earnings, _EARNINGS, decimal)
