"""Statements of Adobe Stock."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from stockctl.earnings.statements.layout import Provenance, SalePlan, Text, layout, place
from stockctl.earnings.statements.shapes import sale_table
from stockctl.earnings.terms.kinds import kind_named, kind_of_file

if TYPE_CHECKING:
    from stockctl.earnings.reading.columns import Row
    from stockctl.earnings.reading.source import Source


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
    plan = sale_table(
        source,
        agency="adobe_stock",
        day=0,
        day_form="iso",
        amount=4,
        width=5,
        at_least=True,
        looks=r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:?\d\d)",
        asset=Text(1),
        title=Text(2),
        licence=Text(3),
    )
    if plan is None or not plan.start:
        return plan
    return _by_heading(plan, source.head[plan.start - 1])


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
