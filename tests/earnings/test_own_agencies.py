"""An agency of a person's own is one in the ledger, by whatever name of it a statement tells it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stockctl import api
from tests.earnings.samples import plain, sale

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.conftest import Run

TOML = """
name = "sunprints"
title = "Sun Prints"
aliases = ["sun pictures"]
initials = "SU"
order = 50
status = { value = "open", source = "sun.example/sell", confidence = "official", checked = 2026-11-29 }

[payout]
min_usd = { value = 35, source = "sun.example/pay", confidence = "official", checked = 2026-11-29 }
"""
NAMES = ("Sun Prints", "sunprints", "Sun pictures", "SUN-PRINTS")


def describe(home: Path, text: str = TOML) -> None:
    (home / "agencies").mkdir()
    (home / "agencies" / "sunprints.toml").write_text(text, "utf-8")


def test_an_own_agency_is_one_by_all_its_names(stockctl: Callable[..., Run], home: Path, tmp_path: Path) -> None:
    describe(home)
    rows = [sale(f"2026-01-{day:02}", "1.00", agency=name) for day, name in enumerate(NAMES, 1)]
    run = stockctl("earnings", plain(tmp_path / "mine.csv", rows), "--year", "2026", "--figures", "--json")
    assert run.code == 0, run.err
    (total,) = run.json["totals"]
    assert (total["agency"], total["downloads"], total["amount"]) == ("sunprints", 4, "4.00")
    assert [(one["agency"], one["minimum"]) for one in run.json["balances"]] == [("sunprints", "35.00")]
    shown = stockctl("earnings", "--year", "2026", "--agency", "Sun Prints")
    assert "Sun Prints: 4.00 USD from 4 downloads" in shown.out
    assert stockctl("earnings", "--year", "2026", "--other", "sun pictures:2.00 USD 2026-02-01 bonus").code == 0
    assert stockctl("earnings", "--year", "2026", "--json").json["totals"][0]["amount"] == "6.00"
    with api.open_catalogue() as catalogue:
        (total,) = api.earnings(catalogue, year=2026).totals
    assert total.agency == "sunprints"


def test_what_was_booked_before_the_agency_was_described_is_not_counted_twice(
    stockctl: Callable[..., Run], home: Path, tmp_path: Path
) -> None:
    rows = [sale("2026-01-02", "1.00", agency="Sun Prints"), sale("2026-01-03", "2.00", agency="Sun Prints")]
    stockctl("earnings", plain(tmp_path / "old.csv", rows[:1]), "--year", "2026")
    describe(home)
    run = stockctl("earnings", plain(tmp_path / "new.csv", rows), "--year", "2026", "--json")
    assert sum(float(total["amount"]) for total in run.json["totals"]) == 3.0


def test_a_wrong_file_of_an_agency_is_told(stockctl: Callable[..., Run], home: Path, tmp_path: Path) -> None:
    describe(home, "name = 3")
    run = stockctl("earnings", plain(tmp_path / "mine.csv", [sale("2026-01-02")]))
    assert run.code == 2
    assert "sunprints.toml:1" in run.err
