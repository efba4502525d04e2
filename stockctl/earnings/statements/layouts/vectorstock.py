"""Statements of VectorStock."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stockctl.earnings.statements.layout import Provenance, SalePlan, layout
from stockctl.earnings.statements.shapes import sale_table

if TYPE_CHECKING:
    from stockctl.earnings.reading.source import Source


@layout(
    "vectorstock_tab",
    agency="vectorstock",
    title="the sales table, copied from the page",
    provenance=Provenance.THIRD_PARTY,
    source="github.com/artyomilyin/stock_stats, by position only",
    seen="2020-09",
)
def sales(source: Source) -> SalePlan | None:
    """Five columns: day before month and a moment first, the amount last."""
    return sale_table(
        source,
        agency="vectorstock",
        day=0,
        day_form="dmy",
        amount=4,
        width=5,
        delimiter="\t",
        looks=r"\d\d/\d\d/\d{4}, \d\d:\d\d:\d\d [AP]M",
    )
