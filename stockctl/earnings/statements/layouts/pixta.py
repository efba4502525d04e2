"""Statements of PIXTA, in yen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stockctl.earnings.statements.layout import Provenance, SalePlan, layout
from stockctl.earnings.statements.shapes import sale_table

if TYPE_CHECKING:
    from stockctl.earnings.reading.source import Source


@layout(
    "pixta_csv",
    agency="pixta",
    title="the sales CSV: a row per sale",
    provenance=Provenance.THIRD_PARTY,
    source="github.com/artyomilyin/stock_stats, by position only",
    seen="2020-09",
)
def sales(source: Source) -> SalePlan | None:
    """Five columns: the moment third, the amount last."""
    return sale_table(
        source,
        agency="pixta",
        day=2,
        day_form="mdy",
        amount=4,
        width=5,
        currency="JPY",
        looks=r"\d\d/\d\d/\d{4} \d\d:\d\d:\d\d",
    )
