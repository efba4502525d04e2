"""Workbooks: what openpyxl writes is read alike, and what claims more than any statement is refused at once."""

from __future__ import annotations

import io
import resource
import zipfile
from datetime import date, datetime, time
from typing import TYPE_CHECKING

import openpyxl
import pytest

from stockctl.earnings.reading.workbook import rows
from stockctl.errors import StatementError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.conftest import Run


def written(path: Path, table: list[list[object]]) -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in table:
        sheet.append(row)
    book.create_sheet("second").append(["not this one"])
    book.save(path)
    return path


def test_cells_of_every_kind_are_read_as_a_person_sees_them(tmp_path: Path) -> None:
    table: list[list[object]] = [
        ["Earnings"],
        [],
        ["day", "at", "moment", "amount", "count", "text", "yes"],
        [
            date(2026, 3, 1),
            time(12, 30),
            datetime.fromisoformat("2026-03-01T08:05:02"),
            0.1 + 0.2,
            7,
            "Küste & <Meer>",
            True,
        ],
        [None, None, None, -12345678901, None, "=1+1"],
    ]
    found = list(rows(written(tmp_path / "a.xlsx", table)))
    assert [cell for cell in found[0] if cell] == ["Earnings"]
    assert not any(found[1])
    assert found[2] == ["day", "at", "moment", "amount", "count", "text", "yes"]
    assert found[3] == [
        *("2026-03-01T00:00:00", "12:30:00", "2026-03-01T08:05:02"),
        *("0.3", "7", "Küste & <Meer>", "True"),
    ]
    assert found[4][3] == "-12345678901"
    assert len(found) == 5


def changed(path: Path, part: str, change: Callable[[bytes], bytes]) -> Path:
    """Write a workbook again with one part changed."""
    found = io.BytesIO(written(path, [["day", "amount"], ["2026-03-01", 1.5]]).read_bytes())
    with zipfile.ZipFile(found) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            data = old.read(name)
            new.writestr(name, change(data) if name == part else data)
    return path


SHEET, STRINGS, BOOK = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/workbook.xml"
LAUGHS = b'<!DOCTYPE a [<!ENTITY a "aaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'


def _entities(data: bytes) -> bytes:
    # openpyxl leaves out the declaration that other programs write.
    head, _, rest = data.rpartition(b"?>")
    return head + (b"?>" if head else b"") + LAUGHS + rest


HOSTILE: dict[str, tuple[str, Callable[[bytes], bytes]]] = {
    "unpacks to 120 MB": (SHEET, lambda data: data.replace(b"<sheetData>", b"<sheetData>" + b" " * 120_000_000)),
    "texts without end": (STRINGS, lambda data: data.replace(b"</sst>", b"<si/>" * 6_000_000 + b"</sst>")),
    "entities in the sheet": (SHEET, _entities),
    "entities in the texts": (STRINGS, _entities),
    "entities in the workbook": (BOOK, _entities),
    "a row of a million columns": (SHEET, lambda data: data.replace(b'r="B2"', b'r="XFD2"')),
    "a row beyond all": (SHEET, lambda data: data.replace(b'<row r="2"', b'<row r="999999999"')),
    "a text that is not there": (SHEET, lambda data: data.replace(b"<v>0</v>", b"<v>4000000000</v>")),
    "a cell without end": (SHEET, lambda data: data.replace(b"<v>0</v>", b"<v>" + b"9" * 3_000_000 + b"</v>")),
    "no XML": (SHEET, lambda _: b"\0\1\2"),
    "no sheet": (BOOK, lambda data: data.replace(b"<sheet ", b"<shoot ")),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_workbook_is_refused_in_little_memory(
    name: str, stockctl: Callable[..., Run], tmp_path: Path
) -> None:
    path = changed(tmp_path / "a.xlsx", *HOSTILE[name])
    good = tmp_path / "b.csv"
    good.write_text(
        "date,agency,asset,file,kind,licence,amount,currency\n2026-03-14,pond5,1,a.mp4,video,,1.50,USD\n",
        encoding="utf-8",
    )
    before = resource.getrusage(resource.RUSAGE_SELF)
    done = stockctl("earnings", path, good, "--json")
    after = resource.getrusage(resource.RUSAGE_SELF)
    assert done.code == 1, done.err
    assert str(path) in str(done.json["errors"])
    assert [each["new"] for each in done.json["imported"]] == [1]
    assert after.ru_utime - before.ru_utime < 5
    assert (after.ru_maxrss - before.ru_maxrss) / 1024 < 400


@pytest.mark.parametrize("cut", [10, 200, -30, -10])
def test_a_workbook_that_breaks_off_is_refused(cut: int, tmp_path: Path) -> None:
    path = written(tmp_path / "a.xlsx", [["day"], ["2026-03-01"]])
    path.write_bytes(path.read_bytes()[:cut])
    with pytest.raises(StatementError, match="no workbook"):
        list(rows(path))


def test_a_zip_that_claims_a_large_directory_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = written(tmp_path / "a.xlsx", [["day"], ["2026-03-01"]])
    data = bytearray(path.read_bytes())
    data[-12:-10] = b"\xff\xff"
    path.write_bytes(data)
    with pytest.raises(StatementError, match="more parts"):
        list(rows(path))
