"""A command costs what is asked of it, not what the catalogue holds: rows read in a small and in a large career."""

from __future__ import annotations

import shutil
import sqlite3
import time
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest

from stockctl.catalogue import open_catalogue
from tests.benchmarks import career
from tests.pictures import put

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.conftest import Run

SMALL, LARGE = 550, 5500
# SQLite is asked after so many of its machine's steps; reading a row by an index takes about ten.
STEPS = 50
# A picture's own rows, and the ends of indexes: what may differ between two catalogues.
SPARE = 60

COMMANDS: dict[str, list[str]] = {
    "status": ["status", "KNOWN"],
    "check": ["check", "KNOWN"],
    "review": ["review", "--agency", "shutterstock", "accepted", "KNOWN"],
    "review again": ["review", "--agency", "shutterstock", "rejected", "KNOWN", "--reason", "noise"],
    "submit --dry-run": ["submit", "KNOWN", "--agency", "shutterstock", "--dry-run"],
    "submit": ["submit", "KNOWN", "--agency", "shutterstock", "--again"],
    "submit in batches": ["submit", "KNOWN", "--agency", "istock_getty", "--again"],
    "submit --status": ["submit", "--status", "--agency", "pond5"],
    "exclusive": ["exclusive", "none", "KNOWN"],
    "undo": ["undo"],
    "undo of nothing": ["undo", "1"],
    "release": ["release", "link", "Eva", "KNOWN"],
}


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """How often SQLite has done so many steps, over all connections."""
    steps: Counter[str] = Counter()
    connect = sqlite3.connect

    def counting(*arguments: Any, **named: Any) -> sqlite3.Connection:
        connection: sqlite3.Connection = connect(*arguments, **named)
        connection.set_progress_handler(lambda: steps.update(steps=1), STEPS)
        return connection

    monkeypatch.setattr(sqlite3, "connect", counting)
    return steps


@pytest.fixture(scope="module")
def made() -> dict[int, Path]:
    """Catalogues of careers that are made already, by the number of their assets: each takes seconds."""
    return {}


def grown(stockctl: Callable[..., Run], folder: Path, assets: int, made: dict[int, Path]) -> Path:
    """Return the catalogue of a career, with sales, that knows the picture `known.jpg` in a folder's `in`."""
    catalogue = folder / f"{assets}.db"
    known = put(folder / "in" / "known.jpg")
    if assets in made:
        shutil.copy(made[assets], catalogue)
        stockctl("--db", catalogue, "check", known)
        return catalogue
    put(folder / "eva.jpg")
    for arguments in (
        ["check", known],
        ["keyword", known, "--title", "Terraced rice fields at sunrise", "--add", "rice, asia"],
        ["check", known],
        ["submit", known, "--agency", "shutterstock", "--mark-sent"],
        ["release", "add", folder / "eva.jpg", "--person", "Eva"],
    ):
        stockctl("--db", catalogue, *arguments)
    with open_catalogue(catalogue) as opened:
        opened.connection.execute("PRAGMA synchronous = OFF")
        career.fill(opened, assets)
    statement = folder / "sales.csv"
    career.invent_sales(statement, assets, assets)
    assert stockctl("--db", catalogue, "earnings", statement).code == 0
    made[assets] = catalogue.with_name(f"made-{assets}.db")
    assert stockctl("--db", catalogue, "db", "backup", "--to", made[assets]).code == 0
    return catalogue


def test_what_is_read_does_not_grow_with_the_catalogue(
    stockctl: Callable[..., Run], tmp_path: Path, counted: Counter[str], made: dict[int, Path]
) -> None:
    known = tmp_path / "in" / "known.jpg"
    steps: dict[str, dict[int, int]] = {name: {} for name in COMMANDS}
    for assets in (SMALL, LARGE):
        catalogue = grown(stockctl, tmp_path, assets, made)
        for name, arguments in COMMANDS.items():
            if name == "undo":
                stockctl("--db", catalogue, "keyword", known, "--add", "terrace")
            counted.clear()
            given = [str(known) if argument == "KNOWN" else argument for argument in arguments]
            done = stockctl("--db", catalogue, *given)
            assert done.code in {0, 1, 2}, done.err
            assert done.code < 2 or name == "undo of nothing", done.err
            steps[name][assets] = counted["steps"]
        # The other catalogue finds the picture as this one found it.
        put(known)
    grew = {name: of for name, of in steps.items() if of[LARGE] > 1.3 * of[SMALL] + SPARE}
    assert not grew, f"times {STEPS} steps in catalogues of so many assets"


def test_a_file_is_answered_for_in_a_second(
    stockctl: Callable[..., Run], tmp_path: Path, made: dict[int, Path]
) -> None:
    known = tmp_path / "in" / "known.jpg"
    catalogue = grown(stockctl, tmp_path, LARGE, made)
    stockctl("--db", catalogue, "status", known)
    before = time.process_time()
    assert stockctl("--db", catalogue, "status", known).code == 0
    assert stockctl("--db", catalogue, "review", "--agency", "alamy", "accepted", known).code == 0
    assert stockctl("--db", catalogue, "submit", "--status", "--json").code == 0
    assert time.process_time() - before < 3
