"""Statements of Shutterstock: sums per day; no export names the picture that sold."""

from __future__ import annotations

import re
import tomllib
from datetime import date
from functools import cache, partial
from importlib.resources import files
from typing import TYPE_CHECKING

from stockctl.catalogue.sold.sales import MIXED
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
    return _plan(source, index + 1, labels, (day, downloads, earnings), columns)


def _plan(
    source: Source, start: int, labels: Row, found: tuple[int, int, int], columns: dict[int, tuple[str, str]]
) -> RowPlan:
    day, downloads, earnings = found
    cells = [cell for cell in cells_below(source, start, day) if not _TOTALS.match(cell.strip())]
    file = _FILE.search(source.path.name)
    month = date(int(file[1]), int(file[2]), 1) if file and 1 <= int(file[2]) <= 12 else None
    # Where points part a day's numbers the day comes first.
    dotted = bool(cells) and all("." in cell[:6] for cell in cells)
    form, language, sure = days_of_named(source, cells, "dmy" if dotted else "mdy", ",")
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


@layout(
    "shutterstock_monthly_by_day_translated",
    agency="shutterstock",
    title="the same export from a page in another language than English",
    provenance=Provenance.GUESS,
    source="the English file's shape (a banner over the labels, a day, its count, its sum, and columns that add up to"
    " it), with the ordinary words of each language for pictures and films; no such export was seen",
    family="shutterstock_monthly_by_day_2026",
)
def monthly_translated(source: Source) -> RowPlan | None:
    """The first three columns without a banner; then columns that add up to the third on every day."""
    rows = [(index, row) for index, row in enumerate(source.head) if any(cell.strip() for cell in row)]
    if len(rows) < 3:
        return None
    banner, (index, labels) = rows[0][1], rows[1]
    if places(labels, _DATE, _DOWNLOADS, _EARNINGS) or len(labels) < 5 or any(cell.strip() for cell in banner[:3]):
        return None
    words = _words()
    columns: dict[int, tuple[str, str]] = {}
    kind = ""
    for column in range(3, len(labels)):
        over = banner[column].strip() if column < len(banner) else ""
        kind = _meant(over, words) if over else kind
        label = labels[column].strip() or f"column {column + 1}"
        none = _begins(label, words["none"]) or _begins(over, words["none"])
        columns[column] = ("other" if none else kind, label)
    if not {"image", "video"} & {kind for kind, _ in columns.values()} or not all(cell.strip() for cell in labels[:3]):
        return None
    if not _adds_up(source, index + 1, columns):
        return None
    return _plan(source, index + 1, labels, (0, 1, 2), {place: one for place, one in columns.items() if one[0]})


@cache
def _words() -> dict[str, tuple[str, ...]]:
    text = files(__package__).joinpath("shutterstock_words.toml").read_text(encoding="utf-8")
    return {name: tuple(word.casefold() for word in words) for name, words in tomllib.loads(text).items()}


def _begins(text: str, words: tuple[str, ...]) -> bool:
    return text.strip().casefold().startswith(words)


def _meant(over: str, words: dict[str, tuple[str, ...]]) -> str:
    """Return the kind that a banner means: what is neither pictures nor films is other income."""
    return next((kind for kind in ("image", "video") if _begins(over, words[kind])), "other")


def _adds_up(source: Source, start: int, columns: dict[int, tuple[str, str]]) -> bool:
    """Tell whether days with a count stand there, and their columns add up to their sums."""
    days = 0
    for row in source.head[start:]:
        cells = [cell.strip() for cell in row]
        if not any(cells[1:]) or len(cells) < 3 or not any(char.isdigit() for char in cells[0]):
            continue
        decimal = decimal_sign(source, cells[2:])
        try:
            number = count(cells[1], _DOWNLOADS)
            total = _money(cells, 2, _EARNINGS, decimal)
            rest = sum(
                _money(cells, place, label, decimal) for place, (_, label) in columns.items() if place < len(cells)
            )
        except ValueError:
            return False
        if total != rest or (not number and not total):
            return False
        days += 1
    return days > 0


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
    first = row[day].strip()
    # In another language the last row's word is not known: it is the one that is no day.
    if not _TOTALS.match(first) and (not first or any(char.isdigit() for char in first)):
        return None
    return count(row[downloads], _DOWNLOADS), _money(row, earnings, _EARNINGS, decimal)
