"""A layout that nobody knows: a mapping is written, filled in, and reads any table."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import openpyxl
import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.conftest import Run

ROWS = [
    ("Tanggal", "Judul", "Item ID", "Jenis", "Komisi"),
    ("05 Agustus 2026", "Sawah; pagi", "A-1", "Foto", "1.234,56"),
    ("17 Mei 2026", "Kopi", "A-2", "Video", "(0,50)"),
    ("18 Mei 2026", "Kopi", "A-2", "Video", "€ 2,00"),
]


def fill(path: Path, agency: str = "motionelements") -> None:
    path.write_text(re.sub(r'agency = ""', f'agency = "{agency}"', path.read_text("utf-8"), count=1), encoding="utf-8")


def write(path: Path, form: str) -> Path:
    if form == "xlsx":
        book = openpyxl.Workbook()
        for row in ROWS:
            book.active.append(row)
        book.save(path)
        return path
    delimiter, encoding = {"tsv": ("\t", "cp1252"), "csv": (";", "utf-16"), "pipe": ("|", "utf-8-sig")}[form]
    lines = [delimiter.join(f'"{cell}"' if delimiter in cell else cell for cell in row) for row in ROWS]
    path.write_bytes(("\n".join(lines) + "\n").encode(encoding))
    return path


@pytest.mark.parametrize("form", ["csv", "tsv", "pipe", "xlsx"])
def test_any_table_is_read_by_a_mapping_that_is_nearly_filled_in(
    stockctl: Callable[..., Run], tmp_path: Path, form: str
) -> None:
    file, mapping = write(tmp_path / f"penjualan.{form}", form), tmp_path / "mine.toml"
    assert stockctl("earnings", file).code == 2
    run = stockctl("earnings", file, "--map-template", mapping, "--json")
    assert (run.code, run.json) == (0, {"command": "earnings", "map_template": str(mapping)})
    unfilled = stockctl("earnings", file, "--map", mapping)
    assert unfilled.code == 2
    assert "name the agency" in unfilled.err
    fill(mapping)
    run = stockctl("earnings", file, "--map", mapping, "--year", "2026", "--by", "month", "--json")
    assert run.code == 0, run.err
    assert [(row["key"], row["downloads"], row["amount"], row["currency"]) for row in run.json["rows"]] == [
        ("2026-05", 1, "1.50", "EUR"),
        ("2026-08", 1, "1234.56", "EUR"),
    ]
    assert run.json["imported"][0]["provenance"] == "your mapping"
    kinds = stockctl("earnings", "--year", "2026", "--by", "kind", "--json")
    assert {row["key"] for row in kinds.json["rows"]} == {"image", "video"}


def test_a_template_finds_date_amount_and_file_by_what_stands_in_them(
    stockctl: Callable[..., Run], tmp_path: Path
) -> None:
    file, mapping = tmp_path / "eu.csv", tmp_path / "mine.toml"
    text = "Datum;Datei;Erlös\n04.03.2026;a.jpg;1.234,56 €\n05.03.2026;b.mp4;(2,00 €)\nSumme;;1.232,56 €\n"
    file.write_bytes(text.encode("cp1252"))
    stockctl("earnings", file, "--map-template", mapping)
    fill(mapping)
    run = stockctl("earnings", file, "--map", mapping, "--year", "2026", "--by", "month", "--json")
    assert run.code == 0, run.err
    assert run.json["rows"] == [
        {"key": "2026-03", "currency": "EUR", "downloads": 1, "amount": "1232.56", "per_download": "1232.56"}
    ]
    assert 'file = "Datei"' in mapping.read_text("utf-8")
    # Whoever mends the mapping is told how the file is read again.
    assert "--replace-days" in stockctl("earnings", file, "--map", mapping).out


def test_a_template_never_overwrites(stockctl: Callable[..., Run], tmp_path: Path) -> None:
    file, mapping = write(tmp_path / "penjualan.csv", "csv"), tmp_path / "mine.toml"
    mapping.write_text("mine", encoding="utf-8")
    run = stockctl("earnings", file, "--map-template", mapping)
    assert run.code == 2
    assert mapping.read_text("utf-8") == "mine"


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (('amount = "Komisi"', 'amount = "Komisie"'), "'Komisie'"),
        (('amount = "Komisi"', "amount = 9"), "column 9"),
        (('decimal = ","', 'decimal = ";"'), "decimal must be"),
        (('date_form = "named"', 'date_form = "name"'), "did you mean named?"),
        (("[columns]", "colour = 1\n[columns]"), "unknown key 'colour'"),
        (('date = "Tanggal"', ""), "which column is the date"),
    ],
)
def test_what_is_wrong_with_a_mapping_is_named(
    stockctl: Callable[..., Run], tmp_path: Path, change: tuple[str, str], why: str
) -> None:
    file, mapping = write(tmp_path / "penjualan.csv", "csv"), tmp_path / "mine.toml"
    stockctl("earnings", file, "--map-template", mapping)
    fill(mapping)
    assert change[0] in mapping.read_text("utf-8")
    mapping.write_text(mapping.read_text("utf-8").replace(*change), encoding="utf-8")
    run = stockctl("earnings", file, "--map", mapping)
    assert run.code == 2
    assert why in run.err


def test_two_currencies_in_a_column_are_refused(stockctl: Callable[..., Run], tmp_path: Path) -> None:
    file, mapping = tmp_path / "two.csv", tmp_path / "mine.toml"
    file.write_text("Date,Royalty\n2026-01-02,$1.00\n2026-01-03,€1.00\n", encoding="utf-8")
    stockctl("earnings", file, "--map-template", mapping)
    fill(mapping)
    run = stockctl("earnings", file, "--map", mapping, "--year", "2026", "--json")
    assert run.code == 1
    assert run.json["errors"][0]["where"] == f"{file}:3:Royalty"
    assert run.json["totals"][0]["amount"] == "1.00"


GERMAN = """Verkaufsbericht;;;
Stand 31.03.2026;;;

Nr.;Datum;Anzahl;Erlös
1;05.01.2026;1;0,40
2;06.01.2026;2;0,80
3;07.01.2026;3;1,20
Summe;;6;2,40
"""


def test_a_running_number_is_no_money_and_a_banner_hides_no_column(
    stockctl: Callable[..., Run], tmp_path: Path
) -> None:
    file, mapping = tmp_path / "bericht.csv", tmp_path / "m.toml"
    file.write_text(GERMAN, encoding="utf-8")
    assert stockctl("earnings", file, "--map-template", mapping).code == 0
    text = mapping.read_text("utf-8")
    for line in ('amount = "Erlös"', 'date = "Datum"', 'downloads = "Anzahl"', 'rows_are = "days"', "header_row = 4"):
        assert line in text
    fill(mapping, "freepik")
    run = stockctl("earnings", file, "--map", mapping, "--year", "2026", "--json")
    assert run.code == 0, run.err
    assert [(one["downloads"], one["amount"]) for one in run.json["totals"]] == [(6, "2.40")]


def test_where_several_columns_can_be_the_money_none_is_filled_in(stockctl: Callable[..., Run], tmp_path: Path) -> None:
    file, mapping = tmp_path / "two.csv", tmp_path / "m.toml"
    file.write_text("Day;A;B\n2026-01-05;1,20;0,40\n2026-01-06;2,40;0,80\n", encoding="utf-8")
    stockctl("earnings", file, "--map-template", mapping)
    assert 'amount = ""' in mapping.read_text("utf-8")


def test_months_are_found_by_themselves(stockctl: Callable[..., Run], tmp_path: Path) -> None:
    file, mapping = tmp_path / "months.csv", tmp_path / "m.toml"
    file.write_text("Month,Downloads,Earnings\n2026-01,120,12.00\n2026-02,30,3.10\n", encoding="utf-8")
    stockctl("earnings", file, "--map-template", mapping)
    text = mapping.read_text("utf-8")
    assert 'date_form = "month"' in text
    assert 'rows_are = "months"' in text
    fill(mapping, "shutterstock")
    found = stockctl("earnings", file, "--map", mapping, "--year", "2026", "--by", "month", "--json").json
    assert [(row["key"], row["downloads"], row["amount"]) for row in found["rows"]] == [
        ("2026-01", 120, "12.00"),
        ("2026-02", 30, "3.10"),
    ]
    assert found["levels"][0]["reached"] == [{"level": 2, "on": None, "between": ["2026-01-01", "2026-01-31"]}]
    assert "in January 2026" in stockctl("earnings", "--year", "2026").out


LEFT_OUT = """
agency = "envato"
footers = ["Thank you"]
[columns]
date = "Day"
amount = "Amount"
kind = "What"
[skip]
Type = ["Withdrawal"]
[kinds]
Bewegtbild = "video"
"""


def test_a_map_leaves_rows_out_and_knows_words_for_kinds(stockctl: Callable[..., Run], tmp_path: Path) -> None:
    file, mapping = tmp_path / "x.csv", tmp_path / "m.toml"
    rows = "2026-01-05,Sale,Bewegtbild,12.50\n2026-01-06,Withdrawal,,-100.00\n2026-01-07,Sale,Foto,2.00\n"
    file.write_text(f"Day,Type,What,Amount\n{rows}Thank you for your work,,,\n", encoding="utf-8")
    mapping.write_text(LEFT_OUT, encoding="utf-8")
    run = stockctl("earnings", file, "--map", mapping, "--year", "2026", "--by", "kind", "--json")
    assert run.code == 0, run.err
    assert [(row["key"], row["amount"]) for row in run.json["rows"]] == [("video", "12.50"), ("image", "2.00")]
    assert (run.json["imported"][0]["new"], run.json["imported"][0]["skipped"]) == (2, 2)
    mapping.write_text(LEFT_OUT.replace('[skip]\nType = ["Withdrawal"]', '[only]\nType = "sale"'), encoding="utf-8")
    again = stockctl("earnings", file, "--map", mapping, "--replace-days", "--year", "2026", "--json")
    assert again.json["totals"][0]["amount"] == "14.50"
    mapping.write_text(LEFT_OUT.replace('"video"', '"moving"'), encoding="utf-8")
    assert "is no kind of asset" in stockctl("earnings", file, "--map", mapping, "--replace-days").err
