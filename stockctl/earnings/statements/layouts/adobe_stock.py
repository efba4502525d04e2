"""Statements of Adobe Stock."""

from __future__ import annotations

from dataclasses import replace
from pathlib import PurePath
from typing import TYPE_CHECKING

from stockctl.earnings.statements.layout import Provenance, SalePlan, Text, layout, place
from stockctl.earnings.statements.shapes import Sales
from stockctl.earnings.terms.kinds import SUFFIXES, is_kind, kind_named, kind_of_file
from stockctl.earnings.terms.names import identifier

if TYPE_CHECKING:
    from stockctl.earnings.reading.columns import Row
    from stockctl.earnings.reading.source import Source


_ROWS = Sales(
    agency="adobe_stock",
    day=0,
    day_form="iso",
    amount=4,
    width=5,
    at_least=True,
    looks=r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:?\d\d)",
    asset=Text(1, read=identifier),
    title=Text(2),
    licence=Text(3),
    # A spreadsheet takes the zone from the moment; the number of the file and a licence in words stay.
    also=lambda row: row[1].strip().isdecimal() and not row[3].strip().isdecimal() and bool(row[3].strip()),
)


@layout(
    "adobe_stock_activity_csv",
    agency="adobe_stock",
    title="Insights > My Statistics > Activity > CSV: a row per licence",
    provenance=Provenance.THIRD_PARTY,
    source="github.com/artyomilyin/stock_stats (columns 1 and 5); the columns between from memory",
    seen="2021-08",
)
def activity(source: Source) -> SalePlan | None:
    """A moment with its zone first, the royalty fifth; a heading is read by name where there is one."""
    plan = _ROWS.plan(source)
    if plan is None:
        return None
    plan = _by_contents(plan, [row for row in source.head[plan.start :] if len(row) > plan.amount])
    return _by_heading(plan, source.head[plan.start - 1]) if plan.start else plan


def _by_contents(plan: SalePlan, rows: list[Row]) -> SalePlan:
    """Take the kind and the file's name from the columns behind the royalty in which such stand."""

    def told(row: Row, place: int) -> str:
        return row[place].strip() if place < len(row) else ""

    kind = file = None
    for place_ in range(plan.amount + 1, plan.width):
        cells = [cell for cell in (told(row, place_) for row in rows) if cell]
        if file is None and cells and all(PurePath(cell).suffix.casefold() in SUFFIXES for cell in cells):
            file = Text(place_)
        elif kind is None and cells and all(map(is_kind, cells)):
            kind = Text(place_, read=kind_named)
    if file is not None and kind is None:
        kind = replace(file, read=kind_of_file)
    return replace(plan, file=file or plan.file, kind=kind or plan.kind)


def _by_heading(plan: SalePlan, heading: Row) -> SalePlan:
    """Take the columns that a heading names from where it says that they are."""

    def text(*names: str) -> Text | None:
        column = place(heading, *names)
        return None if column is None else Text(column)

    kind = place(heading, "Content type", "Asset type", "Media type")
    file = text("File name", "Filename", "Original name", "Original file name")
    return replace(
        plan,
        asset=text("Asset ID", "Content ID", "ID", "File ID") or plan.asset,
        title=text("Title", "Asset title", "Content title") or plan.title,
        licence=text("License type", "Licence type", "License", "Licence", "Subscription type") or plan.licence,
        file=file or plan.file,
        kind=Text(kind, read=kind_named)
        if kind is not None
        else (replace(file, read=kind_of_file) if file else plan.kind),
    )
