"""Every sample in five forms: as it came, and as spreadsheets of other countries write it; each says the same."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest

from stockctl.catalogue import Catalogue, open_catalogue
from stockctl.earnings.booking.importing import import_statement
from stockctl.earnings.reading.fingerprint import hash_file
from stockctl.earnings.reading.source import open_source
from stockctl.earnings.statements.recognise import recognise
from tests.conftest import ROOT

if TYPE_CHECKING:
    from pathlib import Path

STATEMENTS = ROOT / "sample_assets" / "statements"
# One of each layout.
FILES = {recognise(source := open_source(path, hash_file(path)))[0].id: path for path in sorted(STATEMENTS.iterdir())}
_NUMBER = re.compile(r"(-?)\$?(-?\d+\.\d+)")
_DAYS = (
    (re.compile(r"(\d{4})-(\d\d)-(\d\d)([T ].*)?"), (1, 2, 3), 4),
    (re.compile(r"(\d\d)/(\d\d)/(\d{4})( \d\d:\d\d:\d\d)?"), (3, 1, 2), 4),
)


def rows_of(path: Path) -> list[list[str]]:
    source = open_source(path, hash_file(path))
    with path.open(encoding=source.encoding, newline="") as file:
        if source.quoted:
            return list(csv.reader(file, delimiter=source.delimiter))
        return list(csv.reader(file, delimiter=source.delimiter, quoting=csv.QUOTE_NONE))


def the_day(text: str, *, dmy: bool) -> datetime | None:
    for form, (year, month, day), time in _DAYS:
        found = form.fullmatch(text)
        if found and not (found[time] or "").endswith(("Z", "+00:00", "+1100")):
            numbers = (
                [int(found[year]), int(found[day]), int(found[month])]
                if dmy and form is _DAYS[1][0]
                else [int(found[place]) for place in (year, month, day)]
            )
            clock = (found[time] or "00:00:00").strip("T ")
            return datetime.fromisoformat(f"{date(*numbers)} {clock}")
    return None


def german(text: str, *, dmy: bool) -> str:
    """Write a cell as a German spreadsheet shows it."""
    day = the_day(text, dmy=dmy)
    if day is not None:
        return f"{day:%d.%m.%Y}" + (f" {day:%H:%M}" if day.hour or day.minute or day.second else "")
    return text.replace(".", ",") if _NUMBER.fullmatch(text) else text


def typed(text: str, *, dmy: bool) -> Any:
    """Return a cell as a workbook keeps it."""
    day = the_day(text, dmy=dmy)
    if day is not None:
        return day
    if re.fullmatch(r"-?\d+\.\d+", text):
        return float(text)
    return int(text) if re.fullmatch(r"[1-9]\d{0,14}", text) else text


def written(path: Path, rows: list[list[str]], delimiter: str, encoding: str) -> Path:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter).writerows(rows)
    path.write_bytes(text.getvalue().encode(encoding))
    return path


def form(name: str, sample: Path, folder: Path) -> Path:
    rows, dmy = rows_of(sample), "alamy" in sample.name
    if name == "comma":
        return written(folder / f"{sample.stem}.csv", rows, ",", "utf-8")
    if name == "semicolon":
        local = [[german(cell, dmy=dmy) for cell in row] for row in rows]
        return written(folder / f"{sample.stem}.csv", local, ";", "utf-8-sig")
    if name == "tab":
        return written(folder / f"{sample.stem}.txt", rows, "\t", "utf-8")
    if name == "utf-16":
        return written(folder / f"{sample.stem}.txt", rows, "\t", "utf-16")
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append([typed(cell, dmy=dmy) for cell in row])
    book.save(folder / f"{sample.stem}.xlsx")
    return folder / f"{sample.stem}.xlsx"


def sold(catalogue: Catalogue) -> Counter[tuple[Any, ...]]:
    return Counter(
        tuple(row)
        for row in catalogue.rows(
            "SELECT day, period, agency, kind, licence, country, asset, file, downloads, amount_micro, currency,"
            " price_micro, rate_micro FROM sale_rows"
        )
    )


@pytest.mark.parametrize("name", ["comma", "semicolon", "tab", "utf-16", "workbook"])
@pytest.mark.parametrize("layout", FILES)
def test_a_sample_says_the_same_in_every_form(tmp_path: Path, layout: str, name: str) -> None:
    with open_catalogue(tmp_path / "as-it-came.db") as catalogue:
        import_statement(catalogue, FILES[layout])
        expected = sold(catalogue)
    with open_catalogue(tmp_path / "other.db") as catalogue:
        found = import_statement(catalogue, form(name, FILES[layout], tmp_path))
        assert (found.layout, found.problems) == (layout, ())
        assert sold(catalogue) == expected
