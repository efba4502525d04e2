"""The Python API: the example of its page runs as it stands, and agrees with the commands."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from stockctl import api
from stockctl.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.conftest import Run

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
PHOTO = next((ROOT / "sample_assets" / "photos").rglob("*.jpg"))
STATEMENT = "date,agency,asset,file,kind,licence,amount,currency\n2026-01-02,alamy,A1,a.jpg,image,RF,1.00,USD\n"


@pytest.fixture
def folder(tmp_path: Path, home: Path) -> Path:
    assert home
    (tmp_path / "photos").mkdir()
    shutil.copy(PHOTO, tmp_path / "photos" / "rice.jpg")
    (tmp_path / "sales.csv").write_text(STATEMENT, encoding="utf-8")
    return tmp_path


def test_the_example_of_the_page_runs_as_it_stands(folder: Path) -> None:
    (code,) = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    (folder / "example.py").write_text(code, encoding="utf-8")
    before = (folder / "photos" / "rice.jpg").read_bytes()
    done = subprocess.run(
        [sys.executable, "example.py"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=200,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    )
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert "rice.jpg {'shutterstock':" in lines[0]
    assert any("'amount': '1.00'" in line for line in lines)
    assert lines[-1] == "1"
    assert (folder / "photos" / "rice.jpg").read_bytes() == before


def test_a_report_is_the_command_s_document(folder: Path, stockctl: Callable[..., Run]) -> None:
    told = stockctl("check", folder / "photos", "--agency", "alamy", "--json").json
    with api.open_catalogue() as catalogue:
        found = api.document(api.check(catalogue, [folder / "photos"], agencies=["alamy"], workers=1))
        empty = api.document(api.earnings(catalogue, year=2026))
        one = api.document(api.keywords(catalogue, folder / "photos" / "rice.jpg", vision="none"))
    assert [asset["findings"] for asset in found["assets"]] == [asset["findings"] for asset in told["assets"]]
    assert found["assets"][0]["verdict"] == told["assets"][0]["verdict"]
    assert empty["command"] == "earnings"
    assert one["dry_run"] is True
    assert stockctl("history", "--json").json["batches"] == []


def test_every_function_stands_on_the_page_with_types(folder: Path) -> None:
    assert folder
    for name in api.__all__:
        assert f"| `{name}(" in PAGE, name
        function = getattr(api, name)
        assert function.__doc__
        hints = set(function.__annotations__)
        assert "return" in hints
    assert (Path(api.__file__).parent / "py.typed").exists()


def test_errors_are_ours_and_misspelt_wishes_are_refused(folder: Path) -> None:
    with api.open_catalogue() as catalogue:
        with pytest.raises(UsageError, match="no such"):
            api.check(catalogue, [folder / "none"])
        with pytest.raises(TypeError, match="contexd"):
            api.keywords(catalogue, [folder / "photos"], contexd="x")
        with pytest.raises(TypeError, match="no report"):
            api.document(catalogue)  # type: ignore[arg-type]


def test_importing_it_loads_nothing_heavy() -> None:
    code = "import sys, stockctl.api; print(*sorted({name.partition('.')[0] for name in sys.modules}))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    loaded = set(done.stdout.split())
    assert loaded.isdisjoint({"numpy", "sqlite3", "PIL", "typer", "rich", "httpx", "cv2", "jinja2", "platformdirs"})
