"""Statements of 123RF."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stockctl.earnings.statements.layout import Provenance, SalePlan, layout
from stockctl.earnings.statements.shapes import sale_table

if TYPE_CHECKING:
    from stockctl.earnings.reading.source import Source


@layout(
    "123rf_sales_csv",
    agency="123rf",
    title="the sales CSV: a row per sale",
    provenance=Provenance.THIRD_PARTY,
    source="github.com/artyomilyin/stock_stats, by position only",
    seen="2020-09",
)
def sales(source: Source) -> SalePlan | None:
    """Six columns: the moment first, the commission last."""
    return sale_table(
        source,
        agency="123rf",
        day=0,
        day_form="iso",
        amount=5,
        width=6,
        looks=r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d",
    )
