"""The page, the table and the audit, from the invented year in sample_assets."""

from __future__ import annotations

import contextlib
import re
import sqlite3
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.conftest import ROOT
from tests.earnings.samples import getty, plain, sale, shutterstock

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.conftest import Run

STATEMENTS = sorted((ROOT / "sample_assets" / "statements").iterdir())


def test_the_whole_year_makes_one_page_that_loads_nothing(stockctl: Callable[..., Run], tmp_path: Path) -> None:
    page, table = tmp_path / "year.html", tmp_path / "year.csv"
    run = stockctl("earnings", *STATEMENTS, "--year", "2026", "--by", "month", "--report", page, "--csv", table)
    assert run.code == 0, run.err
    text = page.read_text("utf-8")
    assert not re.findall(r"""(?:src|href)=["'](?!#)""", text)
    assert "http://" not in text.replace("http://www.w3.org", "")
    for words in (
        "Month by month, USD",
        "Levels",
        "level 3",
        "rice-terrace-ubud-0042.jpg",
        "Payouts",
        "<svg",
        "refunds",
    ):
        assert words in text
    assert table.read_bytes().startswith(b"\xef\xbb\xbfmonth,currency,downloads,amount,per_download")
    for line in run.out.splitlines():
        assert len(line) <= 80 or line.startswith(("written:", str(ROOT)))


def test_a_picture_s_name_cannot_run_in_the_page(stockctl: Callable[..., Run], tmp_path: Path) -> None:
    page, table = tmp_path / "year.html", tmp_path / "year.csv"
    name = "=<script>alert(1)</script>.jpg"
    file = plain(tmp_path / "mine.csv", [sale("2026-01-05", file=name)])
    stockctl("earnings", file, "--year", "2026", "--by", "asset", "--report", page, "--csv", table)
    assert "<script>alert" not in page.read_text("utf-8")
    assert f"'{name}" in table.read_text("utf-8-sig")


def test_yen_have_no_decimals_where_a_person_reads_them(stockctl: Callable[..., Run], tmp_path: Path) -> None:
    rows = [
        ("2026-02-05", "pixta", str(number), f"{number}.jpg", "image", "", amount, "JPY")
        for number, amount in ((1, "1500"), (2, "121"), (2, "120"), (1, "-1500"))
    ]
    letter, page = tmp_path / "letter.txt", tmp_path / "year.html"
    mine = plain(tmp_path / "yen.csv", rows)
    run = stockctl("earnings", mine, "--year", "2026", "--figures", "--report", page, "--letter", letter)
    assert "PIXTA: 241 JPY from 3 downloads, refunds -1500" in run.out
    assert "  80.33\n" in run.out
    assert "of 1,000 and more each" in run.out
    audit = stockctl("earnings", "--year", "2026", "--audit").out
    assert "1 refund, -1500 JPY in all" in audit
    found = re.findall(r"\b(?:241|1500|120|121)(?:\.\d\d)?\b", run.out + audit + page.read_text("utf-8"))
    assert found
    assert not [one for one in found if "." in one]
    # A script reads all currencies alike.
    document = stockctl("earnings", "--year", "2026", "--json").json
    assert document["totals"][0]["amount"] == "241.00"


def test_the_figures_of_a_year(stockctl: Callable[..., Run], tmp_path: Path) -> None:
    rows = [sale("2025-02-01", "1.00", file="a.jpg"), sale("2026-02-01", "1.50", file="a.jpg")]
    rows += [sale("2026-03-01", "12.00", file="b.jpg", agency="alamy"), sale("2025-12-30", "9.00", file="a.jpg")]
    mine = plain(tmp_path / "mine.csv", rows)
    stockctl("earnings", mine, "--year", "2026", "--figures")
    paid = ("--payout", "alamy:2.00 USD 2026-04-01 April")
    more = plain(tmp_path / "more.csv", [sale("2026-02-02", "0.50", file="a.jpg"), sale("2025-01-30", "0.01")])
    run = stockctl("earnings", more, "--year", "2026", "--figures", "--json", *paid)
    (figures,) = run.json["figures"]
    # What the first run worked out was forgotten with the new sales.
    assert [(one["file"], one["before"], one["after"]) for one in figures["rising"]] == [
        ("b.jpg", "0.00", "12.00"),
        ("a.jpg", "0.00", "11.00"),
    ]
    assert {
        key: figures[key] for key in ("amount", "last_year", "per_download", "macro", "new_files", "files_sold")
    } == {
        "amount": "14.00",
        # Until the same day of the year before.
        "last_year": "1.01",
        "per_download": "4.6667",
        "macro": "12.00",
        "new_files": "12.00",
        "files_sold": 2,
    }
    alamy = next(one for one in run.json["balances"] if one["agency"] == "alamy")
    assert (alamy["earned"], alamy["paid"], alamy["unpaid"]) == ("12.00", "2.00", "10.00")
    text = stockctl("earnings", "--year", "2026", "--figures").out
    assert "Per download (RPD)" in text
    assert max(map(len, text.splitlines())) <= 80


def test_figures_do_not_wait_for_another_command_that_writes(
    stockctl: Callable[..., Run], home: Path, tmp_path: Path
) -> None:
    stockctl("earnings", plain(tmp_path / "m.csv", [sale("2026-01-05", "1.00"), sale("2026-03-05", "2.00")]))
    expected = stockctl("earnings", "--year", "2026", "--figures", "--json").json["figures"]
    with contextlib.closing(sqlite3.connect(home / "catalogue.db", isolation_level=None)) as other:
        other.execute("DELETE FROM worked_out")
        other.execute("BEGIN IMMEDIATE")
        started = time.monotonic()
        run = stockctl("earnings", "--year", "2026", "--figures", "--json")
        assert time.monotonic() - started < 5
        assert other.execute("SELECT count(*) FROM worked_out").fetchone()[0] == 0
        other.execute("ROLLBACK")
    assert (run.code, run.json["figures"]) == (0, expected)
    assert expected[0]["rising"] == [{"file": "a.jpg", "before": "0.00", "after": "3.00"}]


def audit(run: Run) -> dict[str, dict[str, object]]:
    return {doubt["rule"]: doubt for doubt in run.json["audit"]}


def test_a_payment_below_the_minimum_is_shown(stockctl: Callable[..., Run], tmp_path: Path) -> None:
    file = plain(tmp_path / "mine.csv", [sale("2026-01-05", "0.10"), sale("2026-01-06", "0.09")])
    month = shutterstock(tmp_path / "m.csv", [("02/01/2026", 3, 0.2, 0.2), ("02/02/2026", 2, 0.2, 0.2)], (5, 0.4, 0.4))
    found = audit(stockctl("earnings", file, month, "--year", "2026", "--audit", "--json"))["below-minimum"]
    rows = found["rows"]
    assert isinstance(rows, list)
    assert [(row["day"], row["amount"]) for row in rows] == [("2026-01-06", "0.09"), ("2026-02-01", "0.20")]


def test_a_royalty_that_is_not_the_stated_rate_is_shown(stockctl: Callable[..., Run], tmp_path: Path) -> None:
    sales = [("Mar-2026", "14-Mar-2026", "1", "2.40", "0.36"), ("Mar-2026", "15-Mar-2026", "2", "2.40", "0.30")]
    found = audit(stockctl("earnings", getty(tmp_path / "g.txt", sales), "--year", "2026", "--audit", "--json"))
    assert found["off-rate"]["count"] == 1
    rows = found["off-rate"]["rows"]
    assert isinstance(rows, list)
    assert (rows[0]["day"], rows[0]["price"], rows[0]["amount"]) == ("2026-03-15", "2.40", "0.30")


def test_a_level_that_was_paid_late_is_shown(stockctl: Callable[..., Run], tmp_path: Path) -> None:
    file, mapping = tmp_path / "per-sale.csv", tmp_path / "map.toml"
    # 100 downloads on the first day, one on the second: from the third day on a fifth of the price is due.
    days = [("2026-01-01", "0.15")] * 100 + [("2026-01-02", "0.15"), ("2026-01-03", "0.15"), ("2026-01-04", "0.20")]
    rows = [f"{day},1.00,{amount}" for day, amount in [*days, ("2026-01-05", "0.50")]]
    file.write_text("Date,Price,Royalty\n" + "\n".join(rows) + "\n", encoding="utf-8")
    mapping.write_text(
        'agency = "shutterstock"\n[columns]\ndate = "Date"\nprice = "Price"\namount = "Royalty"\n', encoding="utf-8"
    )
    found = audit(stockctl("earnings", file, "--map", mapping, "--year", "2026", "--audit", "--json"))
    assert (found["level-late"]["count"], found["off-level"]["count"]) == (1, 1)


@pytest.mark.parametrize(
    ("totals", "rule"), [((9, 0.9), "totals"), (None, "cut-off")], ids=["wrong totals", "no totals"]
)
def test_a_statement_whose_totals_do_not_add_up_is_shown(
    stockctl: Callable[..., Run], tmp_path: Path, totals: tuple[int, float] | None, rule: str
) -> None:
    file = shutterstock(tmp_path / "m.csv", [("02/01/2026", 3, 0.3, 0.3)], totals)
    run = stockctl("earnings", file, "--year", "2026", "--audit", "--json")
    assert rule in audit(run)
    assert run.json["imported"][0]["notes"]


def test_a_month_that_is_missing_is_shown(stockctl: Callable[..., Run], tmp_path: Path) -> None:
    rows = [sale(f"2026-{month:02}-05") for month in (1, 2, 3, 5)]
    found = audit(stockctl("earnings", plain(tmp_path / "m.csv", rows), "--year", "2026", "--audit", "--json"))
    assert "2026-04" in str(found["gap"]["message"])
    beside = found["gap"]["rows"]
    assert isinstance(beside, list)
    assert [(row["day"], Path(row["statement"]).name) for row in beside] == [
        ("2026-03-05", "m.csv"),
        ("2026-05-05", "m.csv"),
    ]


def test_what_stands_for_a_day_is_shown_beside_what_was_noticed_of_it(
    stockctl: Callable[..., Run], tmp_path: Path
) -> None:
    before = plain(tmp_path / "before.csv", [sale("2026-01-05"), sale("2026-01-05", "0.38"), sale("2026-01-06")])
    after = plain(tmp_path / "after.csv", [sale("2026-01-05", "0.38")])
    month = shutterstock(tmp_path / "m.csv", [("01/06/2026", 2, 0.2, 0.2)], (2, 0.2, 0.2))
    found = audit(stockctl("earnings", before, after, month, "--year", "2026", "--audit", "--json"))
    for rule, days in (("missing", ["2026-01-05"] * 2), ("told-elsewhere", ["2026-01-06"])):
        rows = found[rule]["rows"]
        assert isinstance(rows, list)
        assert [row["day"] for row in rows] == days
        assert {Path(row["statement"]).name for row in rows} == {"before.csv"}


def test_statements_that_tell_the_same_are_shown(stockctl: Callable[..., Run], tmp_path: Path) -> None:
    first = plain(tmp_path / "first.csv", [sale(f"2026-01-{day:02}") for day in (1, 2, 3)])
    second = plain(tmp_path / "second.csv", [sale(f"2026-01-{day:02}") for day in (3, 4)])
    run = stockctl("earnings", first, second, "--year", "2026", "--audit", "--json")
    found = audit(run)["overlap"]
    assert "1 of its 2 rows" in str(found["message"])
    rows = found["rows"]
    assert isinstance(rows, list)
    assert [(row["day"], row["statement"], row["amount"]) for row in rows] == [
        ("2026-01-03", str(second), None),
        ("2026-01-01", str(first), None),
    ]
    text = stockctl("earnings", "--year", "2026", "--audit").out
    assert max(map(len, text.splitlines())) <= 80 + len(str(tmp_path))
