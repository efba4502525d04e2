"""Levels of each agency against values worked out by hand; the source's rule stands beside each."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from stockctl.catalogue import Catalogue, open_catalogue
from stockctl.earnings.booking.importing import import_statement
from stockctl.earnings.run import Wanted, run
from stockctl.earnings.showing.document import document
from tests.earnings.samples import plain, sale, table

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

ALAMY = ("Date cleared", "Date of invoice", "Image reference", "Gross amount", "Commission", "Region")


def alamy(path: Path, sales: Sequence[tuple[str, str]], share: str = "0.60") -> Path:
    """Write (day, gross in whole dollars) as Alamy's report with a commission of so much."""
    rows = []
    for number, (day, gross) in enumerate(sales):
        taken = int(gross) * int(share[2:]) * 100 // 100
        sign = "-" if taken > 0 else ""
        rows.append(("", day, f"2R{number:05}", f"${gross}.00", f"{sign}${abs(taken) / 100:.2f}", "Worldwide"))
    path.write_text(table([ALAMY, *rows]), encoding="utf-8")
    return path


def the_level(catalogue: Catalogue, agency: str, year: int, today: date, kind: str = "all") -> dict[str, Any]:
    found = document(run(catalogue, (), Wanted(year), today))["levels"]
    return next(one for one in found if (one["agency"], one["kind"]) == (agency, kind))


# alamy.com, contributor contract: gross sales less refunds from 1 July to 30 June; every new contributor starts at
# Gold; looked at each 1 July: below 250 Silver, from 250 Gold, above 25,000 Platinum; a Silver who reaches 250 rises
# at once.
ALAMY_CASES = {
    "a new contributor is Gold throughout": (
        [("13/07/2026", "130"), ("24/07/2026", "130"), ("24/08/2026", "230")],
        ("490.00", "Gold", [], None),
    ),
    "below 250 in the July year before: Silver": (
        [("13/08/2025", "249"), ("13/07/2026", "100")],
        ("100.00", "Silver", [], 1),
    ),
    "249 and 1 make 250: Gold stays": (
        [("13/08/2025", "249"), ("30/06/2026", "1"), ("13/07/2026", "100")],
        ("100.00", "Gold", [], 2),
    ),
    "the first of July belongs to the new year": (
        [("13/08/2025", "249"), ("01/07/2026", "1")],
        ("1.00", "Silver", [], 1),
    ),
    "a Silver who reaches 250 rises at once": (
        [("13/08/2025", "20"), ("13/07/2026", "200"), ("14/08/2026", "50")],
        ("250.00", "Gold", [(2, "2026-08-14")], 1),
    ),
    "a refund below it falls back": (
        [("13/08/2025", "20"), ("13/07/2026", "200"), ("14/08/2026", "50"), ("15/09/2026", "-50")],
        ("200.00", "Silver", [], 1),
    ),
    "25,000 is not above 25,000": ([("13/08/2025", "25000"), ("13/07/2026", "1")], ("1.00", "Gold", [], 2)),
    "above it: Platinum": ([("13/08/2025", "25001"), ("13/07/2026", "1")], ("1.00", "Platinum", [], 3)),
    "a year without a sale leaves Silver": (
        [("13/08/2023", "900"), ("13/07/2026", "1")],
        ("1.00", "Silver", [], 1),
    ),
}


@pytest.mark.parametrize("name", ALAMY_CASES)
def test_alamy_s_level_counts_the_gross_and_is_looked_at_each_july(tmp_path: Path, name: str) -> None:
    sales, (counted, level, reached, began) = ALAMY_CASES[name]
    with open_catalogue(tmp_path / "c.db") as catalogue:
        assert import_statement(catalogue, alamy(tmp_path / "a.csv", sales)).problems == ()
        found = the_level(catalogue, "alamy", 2026, date(2026, 11, 28))
    assert (found["downloads"], found["name"], found["began_at_level"]) == (counted, level, began)
    assert [(one["level"], one["on"]) for one in found["reached"]] == reached
    # The square root of micro-dollars is no range.
    assert found["expected_next_range"] is None


def test_alamy_s_net_without_its_gross_gives_a_range(tmp_path: Path) -> None:
    # 100 net are 200 gross at 50 %, 588.23 at 17 %: Gold may stay or not in the July after.
    rows = [sale("2026-08-01", "100.00", agency="alamy")]
    with open_catalogue(tmp_path / "c.db") as catalogue:
        import_statement(catalogue, plain(tmp_path / "p.csv", rows))
        found = the_level(catalogue, "alamy", 2026, date(2026, 11, 28))
        assert (found["downloads"], found["downloads_range"]) == (None, ["200.00", "588.235294"])
        assert found["name"] == "Gold"
        # A year later the two ends are different levels.
        assert the_level(catalogue, "alamy", 2027, date(2027, 11, 28))["level"] is None


def days_of(count: int, agency: str, licence: str, first: date) -> list[Sequence[object]]:
    return [
        sale(date.fromordinal(first.toordinal() + number).isoformat(), agency=agency, licence=licence)
        for number in range(count)
    ]


# knowledge.depositphotos.com (2022): a subscription sale counts a third.
@pytest.mark.parametrize(
    ("licence", "count", "counted"),
    [
        ("subscription", 300, (100, None)),
        ("subscription", 1499, (499, None)),
        ("on demand", 300, (300, None)),
        ("", 600, (None, [200, 600])),
    ],
)
def test_depositphotos_thirds_add_up_over_days(
    tmp_path: Path, licence: str, count: int, counted: tuple[int | None, list[int] | None]
) -> None:
    with open_catalogue(tmp_path / "c.db") as catalogue:
        rows = days_of(count, "depositphotos", licence, date(2021, 1, 1))
        import_statement(catalogue, plain(tmp_path / "p.csv", rows))
        found = the_level(catalogue, "depositphotos", 2026, date(2026, 11, 28))
    assert (found["downloads"], found["downloads_range"]) == counted
    assert found["name"] == ("Green" if counted[0] else None)


# blog.123rf.com: subscription 1, S 2, M 4, L 6, XL 10, EPS 10, each extended licence 50; twelve months are summed at
# a month's end, in force in the month after.
@pytest.mark.parametrize(
    ("licence", "points"),
    [("Subscription", 1), ("S", 2), ("Medium", 4), ("L", 6), ("XL", 10), ("EPS", 10), ("Extended licence", 50)],
)
def test_123rf_counts_points_by_licence(tmp_path: Path, licence: str, points: int) -> None:
    with open_catalogue(tmp_path / "c.db") as catalogue:
        import_statement(
            catalogue, plain(tmp_path / "p.csv", [sale("2026-10-05", agency="123rf", licence=licence)] * 20)
        )
        found = the_level(catalogue, "123rf", 2026, date(2026, 11, 28))
    assert (found["downloads"], found["window"]) == (20 * points, "rolling-year")
    assert found["level"] == (2 if 20 * points >= 1000 else 1)


def test_123rf_s_level_is_that_of_the_twelve_months_before(tmp_path: Path) -> None:
    rows = [sale("2025-10-31", agency="123rf")] * 400 + [sale("2025-11-01", agency="123rf")] * 500
    rows += [sale("2026-10-31", agency="123rf")] * 500 + [sale("2026-11-01", agency="123rf")] * 7
    with open_catalogue(tmp_path / "c.db") as catalogue:
        import_statement(catalogue, plain(tmp_path / "p.csv", rows))
        found = the_level(catalogue, "123rf", 2026, date(2026, 11, 28))
        # From 1 November 2025 to 31 October 2026: 1,000 points, in force in November 2026.
        assert (found["downloads"], found["level"], found["as_of"]) == (1000, 2, "2026-10-31")
        assert found["reached"] == [{"level": 2, "on": "2026-10-31", "paid_from": "2026-11-01"}]
        # For December, November's seven count and those of November 2025 no more.
        assert found["next_month"] == {"from": "2026-12-01", "downloads": [507, 507]}
        assert the_level(catalogue, "123rf", 2026, date(2026, 12, 28))["level"] == 1


def test_123rf_without_licences_is_a_range(tmp_path: Path) -> None:
    rows = [sale("2026-10-05", agency="123rf", licence="")] * 30
    with open_catalogue(tmp_path / "c.db") as catalogue:
        import_statement(catalogue, plain(tmp_path / "p.csv", rows))
        found = the_level(catalogue, "123rf", 2026, date(2026, 11, 28))
    assert (found["downloads"], found["downloads_range"], found["level"]) == (None, [30, 1500], None)


# selling-stock.com (2019-12-18): photos' targets of each year; unknown after 2020.
@pytest.mark.parametrize(
    ("year", "first", "second"), [(2017, 500, 5000), (2018, 550, 5500), (2019, 650, 6500), (2020, 800, 8500)]
)
def test_istock_s_targets_are_those_of_their_year(tmp_path: Path, year: int, first: int, second: int) -> None:
    rows = [sale(f"{year}-05-05", agency="istock_getty")] * first
    with open_catalogue(tmp_path / "c.db") as catalogue:
        import_statement(catalogue, plain(tmp_path / "p.csv", rows[:-1]))
        below = the_level(catalogue, "istock_getty", year, date(2026, 11, 28), "image")
        assert (below["name"], below["remaining"]) == ("base", 1)
        import_statement(catalogue, plain(tmp_path / "all.csv", rows))
        reached = the_level(catalogue, "istock_getty", year, date(2026, 11, 28), "image")
        assert (reached["name"], reached["remaining"]) == ("target 1", second - first)


# xpiks 2025: at least 0.33, 0.36 from 1,000, 0.38 from 10,000 lifetime licences.
@pytest.mark.parametrize(("count", "pays"), [(999, "0.33"), (1000, "0.36"), (9999, "0.36"), (10000, "0.38")])
def test_adobe_s_least_goes_by_all_licences(tmp_path: Path, count: int, pays: str) -> None:
    with open_catalogue(tmp_path / "c.db") as catalogue:
        import_statement(catalogue, plain(tmp_path / "p.csv", [sale("2024-05-05", agency="adobe_stock")] * count))
        assert the_level(catalogue, "adobe_stock", 2026, date(2026, 11, 28))["pays"] == pays


MONTHS = "Month;Agency's downloads;Earned\n2026-01;120;12.00\n"
MONTHS_MAP = """
name = "sums"
agency = "shutterstock"
date_form = "month"
rows_are = "months"
[columns]
date = "Month"
downloads = "Agency's downloads"
amount = "Earned"
"""


def test_a_month_s_sum_is_a_span_of_days(tmp_path: Path) -> None:
    from stockctl.earnings.statements.mapping import read_mapping

    (tmp_path / "m.csv").write_text(MONTHS, encoding="utf-8")
    (tmp_path / "m.toml").write_text(MONTHS_MAP, encoding="utf-8")
    with open_catalogue(tmp_path / "c.db") as catalogue:
        mapping = read_mapping(tmp_path / "m.toml")
        assert import_statement(catalogue, tmp_path / "m.csv", mapping=mapping).new == 1
        found = the_level(catalogue, "shutterstock", 2026, date(2026, 2, 10), "image")
        assert (found["downloads"], found["level"], found["as_of"]) == (120, 2, "2026-01-31")
        assert found["reached"] == [{"level": 2, "on": None, "between": ["2026-01-01", "2026-01-31"]}]
        # 131 more at 120 in 31 days: 34 days after the month's end.
        assert (found["remaining"], found["expected_next_on"]) == (131, "2026-03-06")
        assert found["expected_next_range"][0] >= "2026-02-10"
        # Days of the same month from another kind of statement are told already.
        again = import_statement(catalogue, plain(tmp_path / "p.csv", [sale("2026-01-15"), sale("2026-02-02")]))
        assert (again.new, again.skipped) == (1, 1)
