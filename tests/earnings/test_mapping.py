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
