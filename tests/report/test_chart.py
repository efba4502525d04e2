"""Charts: where their shapes stand, and that they are the same every time."""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

import pytest

from stockctl.report.chart import Series, bars, lines, shares


def parsed(markup: str) -> ET.Element:
    return ET.fromstring(markup)  # noqa: S314 - what the program itself drew


def test_bars_stand_on_each_other_and_refunds_hang_below() -> None:
    chart = parsed(bars("USD", ["Jan", "Feb"], [Series("pond5", [300, -100]), Series("alamy", [100, 0])]))
    first, refund, upper = chart.findall(".//rect[title]")
    assert [box.findtext("title") for box in (first, refund, upper)] == [
        "Jan, pond5: 300",
        "Feb, pond5: -100",
        "Jan, alamy: 100",
    ]
    assert float(upper.get("y", 0)) + float(upper.get("height", 0)) == pytest.approx(float(first.get("y", 0)))
    assert float(first.get("height", 0)) == pytest.approx(3 * float(upper.get("height", 0)), rel=0.01)
    # The zero line is where the month's bar ends and the refund's begins.
    assert float(refund.get("y", 0)) == pytest.approx(float(first.get("y", 0)) + float(first.get("height", 0)))


def test_a_line_ends_where_the_year_has_not_come() -> None:
    chart = parsed(lines("USD", ["Jan", "Feb", "Mar"], [Series("2025", [1, 2, 3]), Series("2026", [2, 4, None])]))
    before, this = (path.get("d", "") for path in chart.findall(".//path"))
    assert (before.count("L"), this.count("L")) == (2, 1)


def test_shares_have_the_largest_at_the_top() -> None:
    text = shares("USD", [("adobe_stock", 30), ("alamy", 10)])
    places = {name: float(y) for y, name in re.findall(r'<text[^>]* y="([\d.]+)"[^>]*>(\w+)</text>', text)}
    assert places["adobe_stock"] < places["alamy"]


def test_names_cannot_run_and_drawing_again_changes_nothing() -> None:
    def drawn() -> str:
        return bars("<b>", ["Jan"], [Series("<script>", [1])])

    assert drawn() == drawn()
    assert "<script>" not in drawn()
    assert not re.search(r"(?:src|href)=", drawn())
