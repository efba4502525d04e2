"""Statements of Dreamstime."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stockctl.earnings.statements.layout import Provenance, RowPlan, layout
from stockctl.earnings.statements.shapes import day_table

if TYPE_CHECKING:
    from stockctl.earnings.reading.source import Source


@layout(
    "dreamstime_daily_tab",
    agency="dreamstime",
    title="the daily table, copied from the page",
    provenance=Provenance.THIRD_PARTY,
    source="github.com/artyomilyin/stock_stats, by position only",
    seen="2020-10",
)
def daily(source: Source) -> RowPlan | None:
    """A day with its month in words, the earnings, the downloads."""
    return day_table(
        source,
        agency="dreamstime",
        day_form="named",
        looks=r"[A-Z][a-z]+ \d\d?, \d{4}",
        width=3,
        downloads=2,
        amount=1,
        kind="image",
        delimiter="\t",
    )
