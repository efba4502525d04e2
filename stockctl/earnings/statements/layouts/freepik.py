"""Statements of Freepik (Magnific): sums per day, in euros."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stockctl.earnings.statements.layout import Provenance, RowPlan, layout
from stockctl.earnings.statements.shapes import day_table

if TYPE_CHECKING:
    from stockctl.earnings.reading.source import Source


@layout(
    "freepik_statistics_csv_2021",
    agency="freepik",
    title="Statistics > CSV: a row per day",
    provenance=Provenance.THIRD_PARTY,
    source="github.com/artyomilyin/stock_stats, by position only",
    seen="2021-03",
    family="freepik_statistics",
)
def statistics(source: Source) -> RowPlan | None:
    """A weekday and a day in words, the downloads, the earnings."""
    return day_table(
        source,
        agency="freepik",
        day_form="named",
        looks=r"[A-Z][a-z]{2} [A-Z][a-z]{2} \d\d? \d{4}",
        width=3,
        downloads=1,
        amount=2,
        kind="image",
        currency="EUR",
    )


@layout(
    "freepik_statistics_csv_2020",
    agency="freepik",
    title="Statistics > CSV of 2020: a row per day",
    provenance=Provenance.THIRD_PARTY,
    source="github.com/artyomilyin/stock_stats, by position only",
    seen="2020-11",
    family="freepik_statistics",
)
def statistics_2020(source: Source) -> RowPlan | None:
    """The same with milliseconds since 1970 for the day."""
    return day_table(
        source,
        agency="freepik",
        day_form="epoch",
        looks=r"\d{12,13}",
        width=3,
        downloads=1,
        amount=2,
        kind="image",
        currency="EUR",
    )
