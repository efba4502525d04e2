"""Levels: the agencies' tables, year by year, exact where the kinds are told apart and a range where not."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from stockctl.earnings.answers.steps.schemes import schemes
from tests.earnings.samples import plain, sale, shutterstock

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.conftest import Run

IMAGE = [(100, 1), (101, 2), (250, 2), (251, 3), (500, 3), (501, 4), (2500, 4), (2501, 5), (25000, 5), (25001, 6)]
VIDEO = [(10, 1), (11, 2), (50, 2), (51, 3), (250, 3), (251, 4), (5000, 4), (5001, 5), (25000, 5), (25001, 6)]
RATES = {1: "0.15", 2: "0.20", 3: "0.25", 4: "0.30", 5: "0.35", 6: "0.40"}


def level(run: Run, kind: str, agency: str = "shutterstock") -> dict[str, Any]:
    found: dict[str, Any] = next(one for one in run.json["levels"] if one["kind"] == kind and one["agency"] == agency)
    return found


@pytest.mark.parametrize(
    ("kind", "count", "number"), [("image", *case) for case in IMAGE] + [("video", *case) for case in VIDEO]
)
def test_the_level_is_the_row_in_which_the_year_s_count_falls(
    stockctl: Callable[..., Run], kind: str, count: int, number: int
) -> None:
    book = ("--other", "shutterstock:1 USD 2026-01-01 Fund", "--downloads", f"shutterstock:{kind}={count}")
    found = level(stockctl("earnings", "--year", "2026", *book, "--json"), kind)
    assert (found["level"], found["rate"], found["downloads"]) == (number, RATES[number], count)
    if number < 6:
        assert found["remaining"] == found["next_starts_after"] + 1 - count
        assert found["next_level"] == number + 1
    else:
        assert found["remaining"] is found["next_level"] is found["next_starts_after"] is None


def test_the_day_on_which_a_level_was_reached(stockctl: Callable[..., Run], tmp_path: Path) -> None:
    start = date(2026, 1, 1)
    rows = [sale((start + timedelta(days=number // 2)).isoformat()) for number in range(431)]
    run = stockctl("earnings", plain(tmp_path / "year.csv", rows), "--year", "2026", "--json")
    found = level(run, "image")
    # Two a day: the 101st on 20 February, the 251st on 6 May.
    assert found["reached"] == [{"level": 2, "on": "2026-02-20"}, {"level": 3, "on": "2026-05-06"}]
    assert (found["downloads"], found["level"], found["remaining"], found["next_starts_after"]) == (431, 3, 70, 500)
    assert found["as_of"] == "2026-08-04"


def test_only_the_calendar_year_counts(stockctl: Callable[..., Run], tmp_path: Path) -> None:
    rows = [sale("2025-12-31")] * 300 + [sale("2026-01-01")] * 5
    file = plain(tmp_path / "both.csv", rows)
    assert level(stockctl("earnings", file, "--year", "2026", "--json"), "image")["downloads"] == 5
    assert level(stockctl("earnings", "--year", "2025", "--json"), "image")["level"] == 3
    assert level(stockctl("earnings", "--year", "2027", "--json"), "image")["downloads"] == 0


def test_refunds_other_income_and_other_kinds_do_not_count(stockctl: Callable[..., Run], tmp_path: Path) -> None:
    rows = [
        sale("2026-01-05"),
        sale("2026-01-05", "-0.10"),
        sale("2026-01-05", kind="other"),
        sale("2026-01-06", kind="video"),
    ]
    run = stockctl("earnings", plain(tmp_path / "mix.csv", rows), "--year", "2026", "--json")
    assert (level(run, "image")["downloads"], level(run, "video")["downloads"]) == (1, 1)


def test_a_day_that_does_not_tell_the_kinds_apart_gives_a_range(stockctl: Callable[..., Run], tmp_path: Path) -> None:
    # Ten downloads with money on both sides: one of each at least.
    file = shutterstock(
        tmp_path / "m.csv", [("03/14/2026", 10, 9, 4, "", "", "", "", 5)], (10, 9, 4, "", "", "", "", 5)
    )
    run = stockctl("earnings", file, "--year", "2026", "--json")
    image = level(run, "image")
    assert (image["downloads"], image["downloads_range"], image["level"], image["remaining"]) == (None, [1, 9], 1, None)
    told = stockctl("earnings", "--year", "2026", "--downloads", "shutterstock:image=7", "--json")
    assert level(told, "image")["downloads"] == 7
    # The other kind is what is left.
    assert level(told, "video")["downloads"] == 3


def test_a_range_over_a_threshold_names_no_level(stockctl: Callable[..., Run], tmp_path: Path) -> None:
    days = [(f"03/{day:02}/2026", 20, 9, 4, "", "", "", "", 5) for day in range(1, 11)]
    run = stockctl("earnings", shutterstock(tmp_path / "m.csv", days, (200, 90)), "--year", "2026", "--json")
    image, video = level(run, "image"), level(run, "video")
    assert (image["downloads_range"], image["level"], image["rate"]) == ([10, 190], None, None)
    assert (video["downloads_range"], video["level"]) == ([10, 190], None)


def test_the_next_level_is_expected_at_the_year_s_pace_and_not_after_its_end(
    stockctl: Callable[..., Run], tmp_path: Path
) -> None:
    year = date.today().year  # noqa: DTZ011 - as the command asks
    rows = [sale(f"{year}-01-01")] * 50 + [sale(f"{year}-01-10")] * 50
    found = level(stockctl("earnings", plain(tmp_path / "fast.csv", rows), "--json"), "image")
    # Ten a day, one to go: on 11 January, and as nothing later is known, today at the earliest.
    soonest = max(f"{year}-01-11", date.today().isoformat())  # noqa: DTZ011 - as the command asks
    assert found["expected_next_on"] == found["expected_next_range"][0] == soonest
    slow = [sale(f"{year}-10-01", agency="shutterstock", kind="video")]
    late = level(stockctl("earnings", plain(tmp_path / "slow.csv", slow), "--json"), "video")
    assert late["remaining"] == 10
    assert late["expected_next_on"] is None


def test_levels_for_a_lifetime_and_for_a_july_year(stockctl: Callable[..., Run], tmp_path: Path) -> None:
    rows = [sale("2024-05-05", agency="adobe_stock")] * 600 + [sale("2026-05-05", agency="adobe_stock")] * 500
    rows += [sale("2025-06-30", "100.00", agency="alamy"), sale("2025-07-01", "249.99", agency="alamy")]
    run = stockctl("earnings", plain(tmp_path / "more.csv", rows), "--year", "2026", "--json")
    adobe = level(run, "all", "adobe_stock")
    assert (adobe["downloads"], adobe["level"], adobe["pays"]) == (1100, 2, "0.36")
    assert adobe["reached"] == [{"level": 2, "on": "2026-05-05"}]


def test_a_file_s_own_level_is_counted_file_by_file(stockctl: Callable[..., Run], tmp_path: Path) -> None:
    rows = [sale("2025-05-05", agency="dreamstime", file="a.jpg", asset="1")] * 4
    rows += [sale("2026-05-05", agency="dreamstime", file="a.jpg", asset="1")]
    rows += [sale("2026-05-05", agency="dreamstime", file="b.jpg", asset="2")]
    run = stockctl("earnings", plain(tmp_path / "d.csv", rows), "--year", "2026", "--json")
    found = level(run, "each file", "dreamstime")
    assert (found["level"], found["downloads"], found["confidence"]) == (None, 6, "memory")
    assert {one["level"]: one["files"] for one in found["files"] if one["files"]} == {"1": 1, "2": 1}
    before = level(stockctl("earnings", "--year", "2025", "--json"), "each file", "dreamstime")
    assert {one["level"]: one["files"] for one in before["files"] if one["files"]} == {"1": 1}


def test_getty_s_targets_count_without_connect_and_are_not_reset(stockctl: Callable[..., Run], tmp_path: Path) -> None:
    rows = [sale("2019-05-05", agency="istock_getty", licence="Subscription")] * 650
    rows += [sale("2019-05-06", agency="istock_getty", licence="Connect")] * 5
    found = level(
        stockctl("earnings", plain(tmp_path / "g.csv", rows), "--year", "2019", "--json"), "image", "istock_getty"
    )
    assert (found["downloads"], found["name"], found["rate"], found["remaining"]) == (650, "target 1", "0.30", 5850)
    assert found["reset"] is None
    assert found["reached"] == [{"level": 2, "on": "2019-05-05", "paid_from": "2019-06-01"}]
    assert "exclusive" in found["note"]
    assert "Signature+" in found["note"]
    assert found["began_at_level"] is None
    december = [sale("2020-12-31", agency="istock_getty", licence="Subscription")] * 800
    run = stockctl("earnings", plain(tmp_path / "h.csv", december), "--year", "2020", "--json")
    following = level(run, "image", "istock_getty")
    assert following["began_at_level"] == 2
    assert following["reached"] == [{"level": 2, "on": "2020-12-31", "paid_from": "2021-01-01"}]
    text = stockctl("earnings", "--year", "2020").out
    assert "2020 began at level target 1" in text
    assert "2021 begins at the level that 2020 reaches" in text
    after = level(stockctl("earnings", "--year", "2021", "--json"), "image", "istock_getty")
    assert (after["downloads"], after["level"], after["rate"], after["began_at_level"]) == (0, None, None, 2)
    assert "not known" in after["note"]


@pytest.mark.parametrize(
    ("today", "start"),
    [
        (date(2027, 3, 1), date(2026, 3, 1)),
        (date(2028, 2, 28), date(2027, 2, 1)),
        (date(2028, 3, 31), date(2027, 3, 1)),
        (date(2028, 12, 31), date(2027, 12, 1)),
    ],
)
def test_a_rolling_year_is_the_twelve_months_before_this_one(today: date, start: date) -> None:
    scheme = next(one for one in schemes() if one.window == "rolling-year")
    assert scheme.span(today.year, today) == (start, today.replace(day=1) - timedelta(days=1))


def test_a_leap_day_s_sale_counts_in_its_year(stockctl: Callable[..., Run], tmp_path: Path) -> None:
    rows = [sale("2024-02-29")] * 101
    found = level(stockctl("earnings", plain(tmp_path / "leap.csv", rows), "--year", "2024", "--json"), "image")
    assert found["reached"] == [{"level": 2, "on": "2024-02-29"}]
