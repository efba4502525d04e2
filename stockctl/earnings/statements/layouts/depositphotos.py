"""Statements of Depositphotos."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stockctl.earnings.statements.layout import Provenance, RowPlan, layout
from stockctl.earnings.statements.shapes import day_table

if TYPE_CHECKING:
    from stockctl.earnings.reading.source import Source


@layout(
    "depositphotos_daily_tab",
    agency="depositphotos",
    title="the daily table, copied from the page",
    provenance=Provenance.THIRD_PARTY,
    source="github.com/artyomilyin/stock_stats, by position only",
    seen="2020-09",
)
def daily(source: Source) -> RowPlan | None:
    """Seven columns: the day first, the downloads third, the earnings last."""
    return day_table(
        source,
        agency="depositphotos",
        day_form="named",
        looks=r"[A-Z][a-z]{2,}\. ?\d\d?, \d{4}",
        width=7,
        downloads=2,
        amount=6,
        kind="image",
        delimiter="\t",
    )
