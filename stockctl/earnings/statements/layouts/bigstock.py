"""Statements of Bigstock."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stockctl.earnings.statements.layout import Provenance, SalePlan, layout
from stockctl.earnings.statements.shapes import sale_table

if TYPE_CHECKING:
    from stockctl.earnings.reading.source import Source


@layout(
    "bigstock_image_earnings_csv",
    agency="bigstock",
    title="Commissions > Image Earnings > CSV: a row per sale",
    provenance=Provenance.THIRD_PARTY,
    source="github.com/artyomilyin/stock_stats, by position only",
    seen="2020-09",
)
def image_earnings(source: Source) -> SalePlan | None:
    """Three columns: the moment first, the commission last."""
    return sale_table(
        source,
        agency="bigstock",
        day=0,
        day_form="iso",
        amount=2,
        width=3,
        looks=r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d",
    )
