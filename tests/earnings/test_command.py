"""`stockctl earnings` from outside: what is imported, what is reported, and how it leaves."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from tests.earnings.samples import getty, plain, sale, shutterstock

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.conftest import Run


def test_shutterstock_s_month_is_read_with_both_header_rows_and_without_its_totals(
    stockctl: Callable[..., Run], tmp_path: Path
) -> None:
    days = [("03/14/2026", 4, 0.67, 0.3, "", "", 0.37), ("03/15/2026",), ("03/16/2026", 1, 5, "", "", "", "", "", 5)]
    file = shutterstock(tmp_path / "2026_3_earnings_by_month.csv", days, (5, 5.67, 0.3, "", "", 0.37, "", 5))
    run = stockctl("earnings", file, "--year", "2026", "--json")
    assert run.code == 0
    assert run.json["totals"] == [
        {"agency": "shutterstock", "currency": "USD", "downloads": 5, "amount": "5.67", "refunds": "0.00"}
    ]
    [imported] = run.json["imported"]
    assert (imported["rows"], imported["new"], imported["known"], imported["skipped"]) == (4, 2, 0, 2)
    assert imported["notes"] == []
    levels = {level["kind"]: level for level in run.json["levels"]}
    assert (levels["image"]["downloads"], levels["video"]["downloads"]) == (4, 1)


def test_getty_sums_by_day_of_sale_and_never_the_repeated_totals(stockctl: Callable[..., Run], tmp_path: Path) -> None:
    file = getty(
        tmp_path / "202604.txt",
        [
            ("Apr-2026", "02-Apr-2026", "1512345678", "2.400000000", "0.360000000"),
            ("abr-2026", "14-mrt-2026", "1512345678", "-2.400000000", "-0.360000000"),
            ("Apr-2026", "05-Mei-2026", "1512345679", "4.000000000", "0.600000000"),
        ],
    )
    run = stockctl("earnings", file, "--year", "2026", "--by", "month", "--json")
    assert run.code == 0
    assert run.json["totals"] == [
        {"agency": "istock_getty", "currency": "USD", "downloads": 2, "amount": "0.60", "refunds": "-0.36"}
    ]
    assert [(row["key"], row["amount"]) for row in run.json["rows"]] == [
        ("2026-03", "-0.36"),
        ("2026-04", "0.36"),
        ("2026-05", "0.60"),
    ]


def test_adobe_s_activity_needs_no_heading(stockctl: Callable[..., Run], tmp_path: Path) -> None:
    file = tmp_path / "activity.csv"
    file.write_text(
        "2026-05-03T01:13:34+00:00,512345678,Rice terrace at sunrise,subscription,$0.38\n"
        "2026-05-03T01:13:34+00:00,512345678,Rice terrace at sunrise,subscription,$0.38\n",
        encoding="utf-8",
    )
    run = stockctl("earnings", file, "--year", "2026", "--by", "licence", "--json")
    assert run.json["rows"] == [
        {"key": "subscription", "currency": "USD", "downloads": 2, "amount": "0.76", "per_download": "0.38"}
    ]


def test_a_statement_imported_twice_adds_nothing(stockctl: Callable[..., Run], tmp_path: Path) -> None:
    file = plain(tmp_path / "mine.csv", [sale("2026-01-05")] * 3)
    first = stockctl("earnings", file, "--year", "2026", "--json")
    again = stockctl("earnings", file, "--year", "2026", "--json")
    other = tmp_path / "other.csv"
    other.write_bytes(file.read_bytes().replace(b"\n", b"\r\n"))
    rewritten = stockctl("earnings", other, "--year", "2026", "--json")
    assert [run.json["imported"][0]["new"] for run in (first, again, rewritten)] == [3, 0, 0]
    assert [run.json["imported"][0]["known"] for run in (first, again, rewritten)] == [0, 3, 3]
    assert first.json["totals"] == again.json["totals"] == rewritten.json["totals"]
    assert first.json["totals"][0]["downloads"] == 3


def test_a_currency_is_never_added_to_another(stockctl: Callable[..., Run], tmp_path: Path) -> None:
    rows = [("2026-01-05", "freepik", "", "", "image", "", "1.50", "EUR"), sale("2026-01-05", agency="magnific")]
    run = stockctl("earnings", plain(tmp_path / "two.csv", rows), "--year", "2026", "--json")
    assert [(total["agency"], total["currency"], total["amount"]) for total in run.json["totals"]] == [
        ("freepik", "EUR", "1.50"),
        ("freepik", "USD", "0.10"),
    ]


def test_an_unknown_layout_is_refused_with_its_columns_and_the_nearest_known(
    stockctl: Callable[..., Run], tmp_path: Path
) -> None:
    file = tmp_path / "unknown.csv"
    file.write_text("Date,Downloads in total,Earnings in total,Extras\n03/14/2026,1,0.1,\n", encoding="utf-8")
    run = stockctl("earnings", file, "--json")
    assert run.code == 2
    assert run.json["imported"] == []
    [error] = run.json["errors"]
    assert error["path"] == str(file)
    for name in ("Downloads in total", "Extras", "shutterstock_monthly_by_day_2026"):
        assert name in error["error"]
    assert "--map-template" in run.err


def test_one_bad_file_does_not_stop_the_rest(stockctl: Callable[..., Run], tmp_path: Path) -> None:
    good = plain(tmp_path / "good.csv", [sale("2026-01-05")])
    run = stockctl("earnings", tmp_path / "missing.csv", good, "--json")
    assert run.code == 1
    assert len(run.json["imported"]) == len(run.json["errors"]) == 1


BROKEN = [
    ("2026-02-03,shutterstock,1,a.jpg,image,sub,0.10", "columns of 8"),
    ("2026-02-31,shutterstock,1,a.jpg,image,sub,0.10,USD", "not a date"),
    ('2026-02-03,shutterstock,1,a.jpg,image,sub,"1.234,56",USD', "decimal comma"),
    ("2026-02-03,shutterstock,1,a.jpg,image,sub,0.1x,USD", "not an amount"),
    ("2026-02-03,shutterstock,1,a.jpg,image,sub,,USD", "amount is empty"),
    ("2026-02-03,shutterstock,1,a.jpg,painting,sub,0.10,USD", "no kind of asset"),
    ("2026-02-03,,1,a.jpg,image,sub,0.10,USD", "agency is missing"),
    ("2026-02-03,shutterstock,1,a.jpg,image,sub,0.10,dollars", "no currency code"),
]


@pytest.mark.parametrize(("row", "why"), BROKEN)
def test_a_broken_row_is_named_and_the_rest_imported(
    stockctl: Callable[..., Run], tmp_path: Path, row: str, why: str
) -> None:
    file = plain(tmp_path / "broken.csv", [sale("2026-02-01")])
    file.write_text(file.read_text(encoding="utf-8") + row + "\n", encoding="utf-8")
    strict = stockctl("earnings", file, "--year", "2026", "--strict", "--json")
    assert strict.code == 2
    assert strict.json["totals"] == []
    run = stockctl("earnings", file, "--year", "2026", "--json")
    assert run.code == 1
    [error] = run.json["errors"]
    assert why in error["error"]
    assert error["where"].startswith(f"{file}:3")
    assert run.json["imported"][0]["skipped"] == 1
    assert run.json["totals"][0]["amount"] == "0.10"
    # A file that is known is told no other way.
    again = stockctl("earnings", file, "--year", "2026", "--json")
    assert (again.code, again.json["errors"], again.json["totals"]) == (1, run.json["errors"], run.json["totals"])
    assert again.json["imported"][0] | {"new": 1, "known": 0} == run.json["imported"][0]
    strictly = stockctl("earnings", file, "--year", "2026", "--strict", "--json")
    assert (strictly.code, strictly.json["errors"]) == (2, strict.json["errors"])
    assert strictly.json["totals"] == run.json["totals"]


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "empty"),
        (b"\0" * 300_000, "zero bytes"),
        (b"<!DOCTYPE html><html><table><tr><td>Date</td></tr></table></html>", "web page"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(range(256)) * 8, "no text file"),
        (b"PK\x03\x04 not a workbook", "workbook"),
        (b"PK\x03\x04" + bytes(26) + b"mimetypeapplication/vnd.oasis.opendocument.spreadsheet", "OpenDocument"),
        (bytes.fromhex("d0cf11e0a1b11ae1") + bytes(range(256)) * 8, "old form (.xls)"),
    ],
)
def test_what_is_no_statement_is_refused_in_words(
    stockctl: Callable[..., Run], tmp_path: Path, content: bytes, why: str
) -> None:
    file = tmp_path / "statement.csv"
    file.write_bytes(content)
    run = stockctl("earnings", file)
    assert run.code == 2
    assert why in run.err
    assert str(file) in run.err
    assert "hint:" in run.err


def test_an_unknown_agency_is_a_wrong_call(stockctl: Callable[..., Run]) -> None:
    run = stockctl("earnings", "--agency", "shuterstock")
    assert run.code == 2
    assert "did you mean shutterstock?" in run.err


def test_other_income_is_booked_once(stockctl: Callable[..., Run]) -> None:
    text = "shutterstock:12.50 USD 2026-06-30 Contributor Fund"
    first = stockctl("earnings", "--year", "2026", "--other", text, "--json")
    again = stockctl("earnings", "--year", "2026", "--other", text, "--json")
    assert first.json["totals"] == again.json["totals"]
    assert first.json["totals"][0] == {
        "agency": "shutterstock",
        "currency": "USD",
        "downloads": 0,
        "amount": "12.50",
        "refunds": "0.00",
    }


def test_what_was_booked_by_hand_does_not_keep_a_statement_out(stockctl: Callable[..., Run], tmp_path: Path) -> None:
    book = ("--other", "shutterstock:12.50 USD 2026-06-30 Fund", "--payout", "shutterstock:5 USD 2026-06-30")
    stockctl("earnings", "--year", "2026", *book)
    file = shutterstock(tmp_path / "m.csv", [("06/30/2026", 2, 0.2, 0.2)], (2, 0.2, 0.2))
    run = stockctl("earnings", file, "--year", "2026", "--json")
    assert run.json["imported"][0]["new"] == 1
    assert (run.json["totals"][0]["downloads"], run.json["totals"][0]["amount"]) == (2, "12.70")


def test_payouts_and_tax_are_no_earnings(stockctl: Callable[..., Run], tmp_path: Path) -> None:
    file = plain(tmp_path / "mine.csv", [sale("2026-01-05", "40.00")])
    run = stockctl(
        *("earnings", file, "--year", "2026", "--payout", "shutterstock:28.00 USD 2026-02-10"),
        *("--tax", "shutterstock:12.00 USD 2026-02-10 US withholding", "--json"),
    )
    assert run.code == 0
    assert run.json["totals"][0]["amount"] == "40.00"


@pytest.mark.parametrize("option", ["--other", "--payout", "--tax"])
def test_what_is_booked_is_told_and_a_misspelt_agency_is_not_booked(stockctl: Callable[..., Run], option: str) -> None:
    wrong = stockctl("earnings", option, "shutterstok:5 USD 2026-02-10 February")
    assert (wrong.code, "did you mean shutterstock?" in wrong.err) == (2, True)
    run = stockctl("earnings", option, "shutterstock:5 USD 2026-02-10 February")
    assert "February of Shutterstock on 2026-02-10 is booked: 5.00 USD" in run.err
    # An agency without a profile is taken as it is called.
    assert stockctl("earnings", option, "My own shop:5 USD 2026-02-10 February").code == 0


def test_income_without_a_sale_is_no_download(stockctl: Callable[..., Run], tmp_path: Path) -> None:
    rows = [
        ("2026-06-30", "shutterstock", "", "", "other", "Contributor Fund", "6.42", "USD"),
        ("2026-06-30", "shutterstock", "77", "template.psd", "other", "", "1.00", "USD"),
    ]
    run = stockctl("earnings", plain(tmp_path / "fund.csv", rows), "--year", "2026", "--json")
    assert (run.json["totals"][0]["downloads"], run.json["totals"][0]["amount"]) == (1, "7.42")


def test_currencies_are_added_at_the_rates_that_the_person_gives(stockctl: Callable[..., Run], tmp_path: Path) -> None:
    rows = [
        ("2026-01-05", "freepik", "", "", "image", "", "1.50", "EUR"),
        ("2026-02-05", "freepik", "", "", "image", "", "1.00", "EUR"),
        ("2026-02-05", "pixta", "", "", "image", "", "120", "JPY"),
        sale("2026-01-05"),
    ]
    rates = tmp_path / "rates.csv"
    rates.write_text("day,currency,rate\n2026-01-01,EUR,1.1\n2026-02-01,EUR,1.2\n", encoding="utf-8")
    run = stockctl("earnings", plain(tmp_path / "m.csv", rows), "--year", "2026", "--rates", rates, "--json")
    assert run.json["converted"] == {
        "currency": "USD",
        "amount": "2.95",
        "by_agency": {"freepik": "2.85", "shutterstock": "0.10"},
        "without_rate": ["JPY"],
    }
    rates.write_text("day,currency,rate\n2026-01-01,EUR,one\n", encoding="utf-8")
    broken = stockctl("earnings", "--rates", rates)
    assert broken.code == 2
    assert f"{rates}:2" in broken.err


def test_zeros_behind_the_first_rows_are_refused_at_once(stockctl: Callable[..., Run], tmp_path: Path) -> None:
    half = plain(tmp_path / "half.csv", [sale("2026-01-05")])
    with half.open("r+b") as file:
        file.truncate(2 << 30)
    started = time.monotonic()
    run = stockctl("earnings", half, "--json")
    assert (run.code, time.monotonic() - started < 20) == (2, True)
    assert run.json["errors"][0]["where"] == f"{half}:3"
    assert "zero bytes" in run.json["errors"][0]["error"]


def test_an_amount_in_another_currency_than_its_row_says_is_refused(
    stockctl: Callable[..., Run], tmp_path: Path
) -> None:
    rows = [sale("2026-01-05", "$1.00"), sale("2026-01-05", "€2.00"), (*sale("2026-01-06", "$4.00")[:-1], "AUD")]
    file = plain(tmp_path / "mine.csv", rows)
    run = stockctl("earnings", file, "--year", "2026", "--json")
    assert run.code == 1
    assert {total["currency"]: total["amount"] for total in run.json["totals"]} == {"USD": "1.00", "AUD": "4.00"}
    assert run.json["errors"][0]["where"] == f"{file}:3:amount"


def test_two_gigabytes_of_zeros_are_refused_at_once(stockctl: Callable[..., Run], tmp_path: Path) -> None:
    file = tmp_path / "zeros.csv"
    with file.open("wb") as large:
        large.truncate(2_000_000_000)
    started = time.monotonic()
    run = stockctl("earnings", file)
    assert run.code == 2
    assert "zero bytes" in run.err
    assert time.monotonic() - started < 5


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le"])
def test_encodings_are_told_apart(stockctl: Callable[..., Run], tmp_path: Path, encoding: str) -> None:
    file = tmp_path / "m.csv"
    text = "date,agency,asset,file,kind,licence,amount,currency\n2026-01-05,alamy,1,café-ü.jpg,image,,1.00,USD\n"
    file.write_bytes(text.encode(encoding))
    run = stockctl("earnings", file, "--year", "2026", "--by", "asset", "--json")
    assert run.json["rows"][0]["key"] == "café-ü.jpg"


def test_a_statement_cut_in_half_is_told_and_the_rest_imported(stockctl: Callable[..., Run], tmp_path: Path) -> None:
    whole = plain(tmp_path / "whole.csv", [sale("2026-01-05"), sale("2026-01-06"), sale("2026-01-07")])
    half = tmp_path / "half.csv"
    half.write_bytes(whole.read_bytes()[:-22])
    run = stockctl("earnings", half, "--year", "2026", "--json")
    assert run.code == 1
    assert run.json["errors"][0]["where"].startswith(f"{half}:4")
    assert run.json["totals"][0]["downloads"] == 2
    healed = stockctl("earnings", whole, "--year", "2026", "--json")
    assert healed.json["totals"][0]["downloads"] == 3


@pytest.mark.parametrize("row", [("03/14/2026", 1, "€0.10", "€0.10"), ("03/14/2026", 1, "0.10", "£0.10")])
def test_another_currency_than_the_layout_s_is_refused(
    stockctl: Callable[..., Run], tmp_path: Path, row: tuple[object, ...]
) -> None:
    file = shutterstock(tmp_path / "m.csv", [("03/13/2026", 1, "$0.20", "$0.20"), row])
    run = stockctl("earnings", file, "--year", "2026", "--json")
    assert (run.code, run.json["totals"][0]["amount"]) == (1, "0.20")
    assert "this statement is in USD" in run.json["errors"][0]["error"]
    assert run.json["errors"][0]["where"].startswith(f"{file}:4:")


def test_getty_s_amounts_may_have_a_decimal_comma(stockctl: Callable[..., Run], tmp_path: Path) -> None:
    sales = [
        ("ene-2026", "04-ene-2026", "1", "2,400000000", "0,360000000"),
        ("ene-2026", "05-ene-2026", "1", "-2,400000000", "-0,360000000"),
        ("ene-2026", "06-ene-2026", "2", "4,000000000", "0,600000000"),
    ]
    file = getty(tmp_path / "202601.txt", sales, encoding="utf-16")
    file.write_bytes(file.read_bytes().replace("0.150000000".encode("utf-16-le"), "0,150000000".encode("utf-16-le")))
    run = stockctl("earnings", file, "--year", "2026", "--audit", "--json")
    assert (run.code, run.json["totals"][0]["amount"], run.json["totals"][0]["refunds"]) == (0, "0.60", "-0.36")
    assert "off-rate" not in {doubt["rule"] for doubt in run.json["audit"]}
    # With a point in some and a comma in others, those with a comma are told.
    mixed = getty(tmp_path / "mixed.txt", [*sales, ("ene-2026", "07-ene-2026", "2", "4.0", "0.60")])
    assert stockctl("earnings", mixed, "--json").code == 1


def test_kinds_are_told_by_any_of_their_words(stockctl: Callable[..., Run], tmp_path: Path) -> None:
    rows = [
        sale("2026-01-05", kind=kind)
        for kind in ("Creative Video", "Editorial Images", "RF Illustration", "Foto udara")
    ]
    run = stockctl("earnings", plain(tmp_path / "m.csv", rows), "--year", "2026", "--by", "kind", "--json")
    assert {row["key"]: row["downloads"] for row in run.json["rows"]} == {"image": 3, "video": 1}


def test_a_statement_of_totals_only_has_no_sales(stockctl: Callable[..., Run], tmp_path: Path) -> None:
    run = stockctl("earnings", shutterstock(tmp_path / "m.csv", [], (0, 0)), "--json")
    assert (run.code, run.json["imported"][0]["notes"]) == (0, ["there are no sales in it"])


def test_an_empty_export_is_no_failure(stockctl: Callable[..., Run], tmp_path: Path) -> None:
    run = stockctl("earnings", plain(tmp_path / "empty.csv", []), "--json")
    assert run.code == 0
    assert run.json["imported"][0]["notes"] == ["there are no sales in it"]


def test_who_asks_for_another_year_is_told_where_sales_are(stockctl: Callable[..., Run], tmp_path: Path) -> None:
    assert "name the agencies' statements" in stockctl("earnings").out
    run = stockctl("earnings", plain(tmp_path / "m.csv", [sale("2021-01-05"), sale("2022-01-05")]), "--year", "2026")
    assert "No sales in 2026; there are some from 2021 to 2022: --year 2022" in run.out
    assert "1 download\n" in stockctl("earnings", "--year", "2022").out
