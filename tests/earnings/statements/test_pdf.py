"""A statement that is a table in a PDF: read through a map, and bounded whatever it claims."""

from __future__ import annotations

import time
import zlib
from typing import TYPE_CHECKING

import pytest

from stockctl.earnings.reading import pdf
from stockctl.errors import StatementError
from tests.earnings.statements.test_mapping import fill

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from tests.conftest import Run

HEADING = ("Datum", "Datei", "Anzahl", "Erlös")
MAP = """
agency = "pond5"
currency = "EUR"
date_form = "dmy"
decimal = ","
rows_are = "days"
footers = ["Summe"]
[columns]
date = "Datum"
file = "Datei"
downloads = "Anzahl"
amount = "Erlös"
"""


def drawn(rows: Sequence[Sequence[str]], *, ruled: bool = True) -> bytes:
    """Return a page's operators: a table of rows, 20 points high, with or without lines."""
    lefts = (50, 150, 300, 380, 480)
    parts = ["BT /F1 10 Tf 50 800 Td (Royalty statement, not a row) Tj ET"]
    top = 760
    for number, row in enumerate(rows):
        for place, cell in enumerate(row):
            text = cell.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
            parts.append(f"BT /F1 10 Tf {lefts[place] + 4} {top - 20 * number - 14} Td ({text}) Tj ET")
    if ruled:
        bottom = top - 20 * len(rows)
        parts += [f"{x} {top} m {x} {bottom} l S" for x in lefts]
        parts += [f"50 {top - 20 * number} m 480 {top - 20 * number} l S" for number in range(len(rows) + 1)]
    return "\n".join(parts).encode("cp1252")


def document(pages: Sequence[bytes], extra: bytes = b"") -> bytes:
    """Return a PDF of pages, given by their operators, packed as most programs do."""
    objects = [b"<< /Type /Catalog /Pages 2 0 R >>"]
    kids = " ".join(f"{4 + 2 * number} 0 R" for number in range(len(pages)))
    objects.append(f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>".encode())
    objects.append(b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>")
    for number, operators in enumerate(pages):
        page = f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents {5 + 2 * number} 0 R"
        objects.append(f"{page} /Resources << /Font << /F1 3 0 R >> >> >>".encode())
        packed = zlib.compress(operators, 9)
        head = f"<< /Length {len(packed)} /Filter /FlateDecode >>\nstream\n".encode()
        objects.append(head + packed + b"\nendstream")
    found, offsets = b"%PDF-1.4\n", []
    for number, one in enumerate(objects, 1):
        offsets.append(len(found))
        found += f"{number} 0 obj\n".encode() + one + b"\nendobj\n"
    start = len(found)
    table = "".join(f"{offset:010} 00000 n \n" for offset in offsets)
    found += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}".encode()
    trailer = f"trailer\n<< /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n"
    return found + trailer.encode() + extra


FIRST = [HEADING, ("04.03.2026", "a.jpg", "2", "1,20"), ("05.03.2026", "b.mp4", "1", "12,50")]
SECOND = [HEADING, ("06.03.2026", "a (copy).jpg", "1", "-0,60"), ("Summe", "", "4", "13,10")]


@pytest.fixture(autouse=True)
def _reader() -> None:
    pytest.importorskip("pdfplumber")


@pytest.mark.parametrize("ruled", [True, False])
def test_a_table_of_two_pages_is_read_through_a_map(
    stockctl: Callable[..., Run], tmp_path: Path, *, ruled: bool
) -> None:
    file, mapping = tmp_path / "royalties.pdf", tmp_path / "m.toml"
    file.write_bytes(document([drawn(FIRST, ruled=ruled), drawn(SECOND, ruled=ruled)]))
    mapping.write_text(MAP, encoding="utf-8")
    run = stockctl("earnings", file, "--map", mapping, "--year", "2026", "--by", "asset", "--json")
    assert run.json["errors"] == [], run.err
    assert {row["key"]: (row["downloads"], row["amount"]) for row in run.json["rows"]} == {
        "a.jpg": (2, "1.20"),
        "b.mp4": (1, "12.50"),
        "a (copy).jpg": (1, "-0.60"),
    }
    assert run.json["imported"][0]["skipped"] == 1
    again = stockctl("earnings", file, "--map", mapping, "--replace-days", "--year", "2026", "--json")
    assert again.json["totals"][0]["amount"] == "13.10"


def test_a_template_is_made_from_it_and_without_a_map_it_asks(stockctl: Callable[..., Run], tmp_path: Path) -> None:
    file, mapping = tmp_path / "royalties.pdf", tmp_path / "m.toml"
    file.write_bytes(document([drawn(FIRST), drawn(SECOND)]))
    run = stockctl("earnings", file)
    assert run.code == 2
    assert "--map-template" in run.err
    assert stockctl("earnings", file, "--map-template", mapping).code == 0
    text = mapping.read_text("utf-8")
    assert 'amount = "Erlös"' in text
    assert 'file = "Datei"' in text
    fill(mapping)
    assert stockctl("earnings", file, "--map", mapping).code == 0


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (document([drawn(FIRST)])[:700], "no table"),
        (document([b"BT /F1 10 Tf 50 700 Td (Hello) Tj ET"]), "no table"),
        (document([b""] * 301), "more than 300 pages"),
        (document([b"0 0 m 1 1 l S\n" * 30_000_000]), "no table"),
        (b"%PDF-1.7\n" + bytes(range(256)) * 400, "no table"),
    ],
    ids=["cut off", "no table", "pages", "packed", "noise"],
)
def test_what_is_no_statement_is_refused_in_bounded_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, data: bytes, why: str
) -> None:
    monkeypatch.setattr(pdf, "_SECONDS", 8)
    file = tmp_path / "x.pdf"
    file.write_bytes(data)
    started = time.monotonic()
    with pytest.raises(StatementError, match=why) as told:
        pdf.rows(file)
    assert "CSV or XLSX" in (told.value.hint or "")
    assert time.monotonic() - started < 40


def test_without_its_reader_it_says_how_to_get_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "x.pdf"
    file.write_bytes(document([drawn(FIRST)]))
    monkeypatch.setattr(pdf, "find_spec", lambda _: None)
    with pytest.raises(StatementError) as told:
        pdf.rows(file)
    assert "stockctl[pdf]" in (told.value.hint or "")
