"""Statements of Can Stock Photo, which closed in 2023."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stockctl.earnings.statements.layout import Provenance, SalePlan, layout
from stockctl.earnings.statements.shapes import sale_table

if TYPE_CHECKING:
    from stockctl.earnings.reading.source import Source


@layout(
    "canstock_csv",
    agency="canstockphoto",
    title="the sales CSV: a row per sale",
    provenance=Provenance.THIRD_PARTY,
    source="github.com/artyomilyin/stock_stats, by position only",
    seen="2020-09",
)
def sales(source: Source) -> SalePlan | None:
    """Six columns: the day third, the amount last."""
    return sale_table(
        source,
        agency="canstockphoto",
        day=2,
        day_form="iso",
        amount=5,
        width=6,
        looks=r"\d{4}-\d\d-\d\d",
    )
