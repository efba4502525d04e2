"""The invented year as a whole, in a file that a person reads; run this module to rewrite it."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from stockctl.catalogue import open_catalogue
from stockctl.earnings.run import Wanted, run
from stockctl.earnings.showing.document import document
from tests.conftest import ROOT

SAMPLES = ROOT / "sample_assets"
GOLDEN = Path(__file__).parent / "golden" / "year-2026.json"


def report() -> dict[str, Any]:
    statements = sorted((SAMPLES / "statements").iterdir())
    with TemporaryDirectory() as folder, open_catalogue(Path(folder) / "catalogue.db") as catalogue:
        found = document(run(catalogue, statements, Wanted(2026, by="month", audit=True), date(2026, 11, 21)))
    for one in found["imported"]:
        one["file"] = Path(one["file"]).name
    for doubt in found["audit"]:
        for row in doubt["rows"]:
            row["statement"] = Path(row["statement"]).name
    return found


def test_the_invented_year_is_reported_as_written_down() -> None:
    assert report() == json.loads(GOLDEN.read_text("utf-8"))


def test_the_statements_are_what_their_script_writes(tmp_path: Path) -> None:
    script = tmp_path / "invent_statements.py"
    script.write_bytes((SAMPLES / "invent_statements.py").read_bytes())
    subprocess.run([sys.executable, str(script)], check=True)
    found = {path.name: path.read_bytes() for path in (tmp_path / "statements").iterdir()}
    assert found == {path.name: path.read_bytes() for path in (SAMPLES / "statements").iterdir()}


if __name__ == "__main__":
    GOLDEN.parent.mkdir(exist_ok=True)
    GOLDEN.write_text(json.dumps(report(), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
