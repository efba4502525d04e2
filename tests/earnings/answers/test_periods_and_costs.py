"""Any period, what shoots cost, and months that no statement covers."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from stockctl.catalogue import open_catalogue
from stockctl.earnings.answers.covered import uncovered, unsold
from stockctl.earnings.answers.period import Period, asked, of_year
from stockctl.earnings.booking.importing import import_statement
from stockctl.errors import UsageError
from tests.earnings.samples import plain, sale, shutterstock
from tests.pictures import patches, put

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.conftest import Run

TODAY = date(2026, 11, 29)


@pytest.mark.parametrize(
    ("year", "first", "to", "back", "expected"),
    [
        (None, "", "", "", ("2026-01-01", "2026-12-31")),
        (2025, "", "", "", ("2025-01-01", "2025-12-31")),
        (None, "2026-02-10", "", "", ("2026-02-10", "2026-11-29")),
        (None, "2025", "2026-02", "", ("2025-01-01", "2026-02-28")),
        (None, "", "", "12m", ("2025-11-30", "2026-11-29")),
        (None, "", "2026-02-28", "1m", ("2026-02-01", "2026-02-28")),
        (None, "", "2026-03-31", "1m", ("2026-03-01", "2026-03-31")),
        (None, "", "", "7d", ("2026-11-23", "2026-11-29")),
        (None, "", "", "2y", ("2024-11-30", "2026-11-29")),
    ],
)
def test_a_period_is_what_was_asked_for(
    year: int | None, first: str, to: str, back: str, expected: tuple[str, str]
) -> None:
    assert asked(year, first, to, back, TODAY).days == expected


@pytest.mark.parametrize(
    ("year", "first", "to", "back"),
    [
        *((2026, "2026-01", "", ""), (2026, "", "", "3m"), (None, "2026-05", "2026-04", ""), (None, "", "", "soon")),
        *((None, "yesterday", "", ""), (None, "", "", "0m")),
    ],
)
def test_what_contradicts_itself_is_no_period(year: int | None, first: str, to: str, back: str) -> None:
    with pytest.raises(UsageError):
        asked(year, first, to, back, TODAY)


@pytest.mark.parametrize("by", ["agency", "month", "asset", "keyword", "shoot", "licence"])
def test_a_period_reports_its_days_alone(stockctl: Callable[..., Run], tmp_path: Path, by: str) -> None:
    rows = [
        sale("2025-12-31", "1.00"),
        sale("2026-01-01", "2.00"),
        sale("2026-02-28", "4.00"),
        sale("2026-03-01", "8.00"),
    ]
    stockctl("earnings", plain(tmp_path / "p.csv", rows))
    found = stockctl("earnings", "--from", "2025-12", "--to", "2026-02", "--by", by, "--json").json
    assert (found["from"], found["to"], found["totals"][0]["amount"]) == ("2025-12-01", "2026-02-28", "7.00")
    assert sum(int(float(row["amount"])) for row in found["rows"]) == 7
    assert str(Period(date(2026, 1, 1), date(2026, 12, 31))) == "2026"


def test_what_a_shoot_cost_and_when_it_was_earned_back(stockctl: Callable[..., Run], tmp_path: Path) -> None:
    put(tmp_path / "bali-2026" / "rice.jpg", patches(1))
    stockctl("check", tmp_path / "bali-2026")
    rows = [sale(f"2026-0{month}-05", "4.00", file="rice.jpg") for month in (1, 2, 3)]
    cost = ("--cost", "bali-2026:5.00 USD 2025-12-01 guide", "--cost", "bali-2026:2.50 USD 2025-12-01 petrol")
    run = stockctl("earnings", plain(tmp_path / "p.csv", rows), *cost, "--json")
    [found] = run.json["costs"]
    assert (found["shoot"], found["cost"], found["earned"], found["profit"]) == ("bali-2026", "7.50", "12.00", "4.50")
    assert found["broke_even_in"] == "2026-02"
    # The same cost is not kept twice.
    again = stockctl("earnings", *cost, "--json")
    assert again.json["costs"][0]["cost"] == "7.50"
    assert "stands there already" in again.err
    wrong = stockctl("earnings", "--cost", "bali-2026:none USD 2025-12-01 guide")
    assert wrong.code == 2
    assert "--cost" in wrong.err


def test_a_month_without_a_statement_is_no_month_without_sales(tmp_path: Path) -> None:
    with open_catalogue(tmp_path / "c.db") as catalogue:
        for month, count in ((1, 2), (2, 0), (4, 1)):
            file = shutterstock(tmp_path / f"{month}.csv", [(f"{month:02}/05/2026", count or "", count / 10 or "")])
            import_statement(catalogue, file)
        # February's statement says that nothing was sold; March has none.
        year = of_year(2026)
        assert uncovered(catalogue, year, date(2026, 5, 20)) == {"shutterstock": ["2026-03"]}
        assert uncovered(catalogue, year, date(2026, 7, 1)) == {"shutterstock": ["2026-03", "2026-05", "2026-06"]}
        assert unsold(catalogue, year, date(2026, 7, 1)) == {"shutterstock": ["2026-02"]}
        later = asked(None, "2026-04", "", "", date(2026, 7, 1))
        assert uncovered(catalogue, later, date(2026, 7, 1)) == {"shutterstock": ["2026-05", "2026-06"]}


def test_the_terminal_says_what_came_in_first(stockctl: Callable[..., Run], tmp_path: Path) -> None:
    rows = [sale("2026-01-05", "1.00"), sale("2026-01-05", "9.00", agency="adobe_stock")]
    file = plain(tmp_path / "p.csv", rows)
    lines = stockctl("earnings", file, "--year", "2026", "--payout", "adobe_stock:4 USD 2026-02-01").out.splitlines()
    assert lines[:3] == ["2026", "  Adobe Stock: 9.00 USD from 1 download", "  Shutterstock: 1.00 USD from 1 download"]
    assert lines[3] == "  unpaid by Adobe Stock: 5.00 USD"
    # A statement is one line, and the last.
    assert lines[-1] == f"{file}: Adobe Stock, Shutterstock, 2 new of 2 rows"
    other = plain(tmp_path / "q.csv", [sale("2026-01-06")])
    assert "known from: ours" in stockctl("earnings", other, "--year", "2026", "-v").out
