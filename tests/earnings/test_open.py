"""Looking at the catalogue in a browser, with Datasette where it is installed."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Any
from urllib.error import URLError
from urllib.request import urlopen

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.conftest import Run


def test_datasette_is_asked_for_where_it_is_missing(
    stockctl: Callable[..., Run], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr("sys.executable", str(tmp_path / "python"))
    run_ = stockctl("earnings", "--open")
    assert run_.code == 2
    assert "pipx install datasette" in run_.err


def test_datasette_serves_the_catalogue_on_this_machine_only(home: Path, tmp_path: Path) -> None:
    pytest.importorskip("datasette")
    table = tmp_path / "mine.csv"
    table.write_text(
        "date,agency,asset,file,kind,licence,amount,currency\n2026-03-14,pond5,1,a.mp4,video,,1.50,USD\n",
        encoding="utf-8",
    )
    command = [sys.executable, "-m", "stockctl", "--db", str(home / "catalogue.db"), "earnings", str(table), "--open"]
    environment = os.environ | {"BROWSER": "true", "STOCKCTL_CONFIG": str(tmp_path / "none.toml")}
    with subprocess.Popen(
        command, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True, env=environment, start_new_session=True
    ) as program:
        try:
            assert program.stderr is not None
            told = next(line for line in program.stderr if line.startswith("the catalogue: "))
            address = told.split()[2]
            assert address.startswith("http://127.0.0.1:")
            rows = _fetched(f"{address}catalogue/sale_rows.json?_shape=array")
        finally:
            os.killpg(program.pid, signal.SIGTERM)
    assert [(row["day"], row["agency"], row["amount_micro"]) for row in rows] == [("2026-03-14", "pond5", 1_500_000)]


def _fetched(address: str) -> Any:
    for _ in range(150):
        try:
            with urlopen(address, timeout=5) as answer:  # noqa: S310 - our own server
                return json.load(answer)
        except URLError:
            time.sleep(0.1)
    raise AssertionError(f"nothing answers at {address}")
