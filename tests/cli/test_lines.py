"""`--jsonl`: an object a line for each file as it is done, then one with all the rest."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from tests.conftest import ROOT
from tests.pictures import jpeg, put

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.conftest import Run

WORDS = "rice,terrace,green,field,hill,morning,agriculture,landscape"


@pytest.fixture
def shoot(tmp_path: Path) -> Path:
    folder = tmp_path / "shoot"
    for number in range(3):
        put(folder / f"rice-{number}.jpg", jpeg(2464, 1640, seed=number))
    put(folder / "broken.jpg", b"\xff\xd8no picture")
    return folder


def lines(run: Run) -> list[dict[str, Any]]:
    return [json.loads(line) for line in run.out.splitlines()]


@pytest.mark.parametrize(
    ("call", "key"),
    [
        (("check", "--workers", "1"), "assets"),
        (("keyword", "--title", "Rice terraces in the morning", "--dry-run"), "assets"),
        (("keyword", "--title", "Rice terraces in the morning", "--add", WORDS), "assets"),
        (("submit", "--agency", "shutterstock", "--dry-run"), "files"),
        (("submit", "--agency", "shutterstock", "--outbox", "outbox"), "files"),
    ],
    ids=["check", "keyword-dry", "keyword", "submit-dry", "submit"],
)
def test_lines_say_what_the_document_says(
    stockctl: Callable[..., Run], shoot: Path, monkeypatch: pytest.MonkeyPatch, call: tuple[str, ...], key: str
) -> None:
    monkeypatch.chdir(shoot.parent)
    stockctl("keyword", "shoot", "--title", "Rice terraces in the morning", "--add", WORDS, "--sheet", "none.csv")
    run = stockctl(call[0], "shoot", *call[1:], "--jsonl")
    *each, rest = lines(run)
    assert rest["command"] == call[0]
    assert key not in rest
    assert all("command" not in one for one in each)
    assert len(each) == len({one["path"] for one in each}) >= 3
    whole = stockctl(call[0], "shoot", *call[1:], "--json")
    assert run.code == whole.code
    assert set(rest) | {key} == set(whole.json)
    if "--dry-run" in call or call[0] == "check":
        by_path = {one["path"]: one for one in whole.json[key]}
        assert {one["path"]: one for one in each} == by_path


def test_a_line_comes_as_soon_as_its_file_is_done(home: Path, shoot: Path) -> None:
    """The first line is read while most of the files are not written yet."""
    assert home.is_dir()
    for number in range(3, 120):
        put(shoot / f"rice-{number:03}.jpg", jpeg(320, 240, seed=number))
    with subprocess.Popen(
        [sys.executable, "-m", "stockctl", "keyword", str(shoot), "--title", "Rice", "--jsonl"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd=ROOT,
        env=os.environ,
        text=True,
    ) as process:
        assert process.stdout is not None
        first = json.loads(process.stdout.readline())
        changed = sum(b"Rice" in path.read_bytes() for path in shoot.glob("rice-*.jpg"))
        rest = process.stdout.read().splitlines()
        assert process.wait(60) == 1
    assert first["changed"] is True
    assert changed < 120
    assert json.loads(rest[-1])["batch"] == 1
    assert len(rest) == 120
