"""Spoilt statements among good ones: every good one is booked, each spoilt one is told, memory stays bounded."""

from __future__ import annotations

import io
import json
import os
import random
import subprocess
import sys
import zipfile
from typing import TYPE_CHECKING, Any

import pytest

from tests.conftest import ROOT
from tests.fuzz.mutations import mutated

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.conftest import Run

# What a run may take of addresses: it is refused more, so that a statement that asks for more fails by itself.
MEMORY = 1500 << 20
GOOD = {
    "2026_3_earnings_by_month.csv": "shutterstock",
    "alamy-net-revenue-2026.csv": "alamy",
    "vectorstock-sales-2026.tsv": "vectorstock",
    "123rf-sales-2026.csv": "123rf",
}
# Seeds of spoilt ones, of other agencies, so that their sales never meet the good ones'; and so many of each.
SEEDS = (
    "bigstock-image-earnings-2025.csv",
    "adobe-activity-2026.csv",
    "depositphotos-daily-2026.tsv",
    "pixta-sales-2026.csv",
)
EACH = 4


def _workbook(text: bytes) -> bytes:
    """Return a CSV's rows as an XLSX file."""
    import csv

    from openpyxl import Workbook

    book = Workbook()
    sheet = book.active
    for row in csv.reader(io.StringIO(text.decode("utf-8-sig", "replace"))):
        sheet.append(row)
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()


def _zipped(**members: bytes) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return data.getvalue()


def _bomb(what: str) -> bytes:
    """Return a small file that says it is a large one: an XLSX, or a ZIP with one statement in it."""
    zeros = bytes(1 << 20)
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        if what == "xlsx":
            archive.writestr("[Content_Types].xml", "<Types/>")
            archive.writestr("xl/workbook.xml", "<workbook><sheets><sheet name='a' sheetId='1'/></sheets></workbook>")
        name = "xl/worksheets/sheet1.xml" if what == "xlsx" else "statement.csv"
        with archive.open(name, "w", force_zip64=True) as member:
            for _ in range(1700):
                member.write(zeros)
    return data.getvalue()


def _spoilt(folder: Path) -> list[Path]:
    """Write spoilt statements of every form, those that are known to be hard among them."""
    folder.mkdir()
    statements = ROOT / "sample_assets" / "statements"
    made = {}
    for seed in SEEDS:
        data = (statements / seed).read_bytes()
        forms = {seed: data}
        if seed.endswith(".csv"):
            forms[f"{seed}.xlsx"] = _workbook(data)
        forms[f"{seed}.zip"] = _zipped(statement=data)
        for name, whole in forms.items():
            for number in range(EACH):
                made[f"{number}-{name}"] = mutated(whole, random.Random(f"{name}/{number}"))  # noqa: S311 - the same each time
    made |= {
        "bomb.xlsx": _bomb("xlsx"),
        "bomb.zip": _bomb("zip"),
        "cut.xlsx": made["0-adobe-activity-2026.csv.xlsx"][:999],
    }
    made |= {"nothing.csv": b"", "zeros.csv": bytes(100_000), "quote.csv": b'date,"' + b"x" * 3_000_000}
    made["wide.csv"] = b"," * 3_000_000 + b"\n"
    for name, data in made.items():
        (folder / name).write_bytes(data)
    return [folder / name for name in made]


def _totals(document: dict[str, Any], agencies: set[str]) -> list[dict[str, Any]]:
    return [total for total in document["totals"] if total["agency"] in agencies]


@pytest.mark.skipif(sys.platform != "linux", reason="RLIMIT_AS is kept by Linux alone")
def test_good_statements_are_booked_among_spoilt_ones(home: Path, stockctl: Callable[..., Run], tmp_path: Path) -> None:
    import resource

    good = [ROOT / "sample_assets" / "statements" / name for name in GOOD]
    expected = stockctl("earnings", *good, "--year", "2026", "--json").json
    assert {total["agency"] for total in expected["totals"]} == set(GOOD.values())
    spoilt = _spoilt(tmp_path / "spoilt")
    mixed = [*spoilt, *good]
    random.Random(1).shuffle(mixed)  # noqa: S311 - an order, the same each time
    done = subprocess.run(
        [sys.executable, "-m", "stockctl", "earnings", *map(str, mixed), "--year", "2026", "--json"],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env=os.environ | {"STOCKCTL_DB": str(home / "other.db"), "OPENBLAS_NUM_THREADS": "1"},
        timeout=240,
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY)),
    )
    assert done.returncode == 1, done.stderr[-3000:]
    document = json.loads(done.stdout)
    booked = {one["file"] for one in document["imported"]}
    assert {str(path) for path in good} <= booked
    assert _totals(document, set(GOOD.values())) == expected["totals"]
    # Each is booked, as far as it can be read, or told to be wrong; none is passed over in silence.
    told = booked | {error["path"] for error in document["errors"]}
    assert {str(path) for path in mixed} <= told
    assert {str(tmp_path / "spoilt" / name) for name in ("bomb.xlsx", "bomb.zip", "cut.xlsx")} <= told - booked
    assert not any("MemoryError" in error["error"] for error in document["errors"])
