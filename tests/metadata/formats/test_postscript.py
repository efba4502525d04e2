"""An EPS with embedded words still draws the same picture: Ghostscript runs it before and after."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest

from stockctl.catalogue import open_catalogue
from stockctl.metadata import Record
from stockctl.metadata.changes import history
from tests.metadata.hard import CASES
from tests.programs import needs

if TYPE_CHECKING:
    from pathlib import Path

FULL = Record(title="Réz <&> (test", keywords=("a", "ключ", "🌾"), description="many words " * 150, creators=("X",))


def drawn(path: Path) -> bytes:
    program = needs("gs", "ghostscript")
    out = path.with_suffix(".ppm")
    command = [program, "-q", "-dNOPAUSE", "-dBATCH", "-dSAFER", "-dEPSCrop", "-sDEVICE=ppmraw", f"-sOutputFile={out}"]
    done = subprocess.run([*command, str(path)], capture_output=True, text=True, check=True)
    assert done.stdout + done.stderr == ""
    return out.read_bytes()


@pytest.mark.parametrize("name", [name for name in CASES if name.startswith("eps")])
def test_ghostscript_draws_the_same_picture(name: str, tmp_path: Path) -> None:
    path = tmp_path / f"{name}.eps"
    path.write_bytes(CASES[name]())
    before = drawn(path)
    with open_catalogue(tmp_path / "c.db") as catalogue, history.batch(catalogue, of="keyword") as batch:
        assert batch.write(path, FULL).where == "embedded"
    assert drawn(path) == before
