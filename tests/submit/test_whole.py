"""With the real check: what it holds, what goes, and what the sheet says of it."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from rich.console import Console

from stockctl.submit import show
from tests.pictures import jpeg, put
from tests.submit.outside import rows, states

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.conftest import Run

WORDS = "wave,sea,dusk,bali,beach,surf,ocean,canggu"


def test_a_keyworded_picture_goes_and_a_bare_one_is_held(
    stockctl: Callable[..., Run], tmp_path: Path, home: Path
) -> None:
    # In this process: starting others takes longer than two pictures.
    (home / "stockctl.toml").write_text("[check]\nworkers = 1\n")
    fine = put(tmp_path / "in/wave.jpg")
    bare = put(tmp_path / "in/bare.jpg", jpeg(seed=3))
    for path, words in ((fine, WORDS), (bare, "wave,sea,dusk")):
        made = stockctl(
            *("keyword", path, "--set", words, "--title", "Wave at dusk on the black beach of Canggu"),
            *("--description", "A long wave breaks on a black beach in the evening"),
            *("--category", "shutterstock=Nature"),
        )
        assert made.code in {0, 1}, made.err
    run = stockctl("submit", tmp_path / "in", "--agency", "shutterstock", "--outbox", tmp_path / "box", "--json")
    assert run.code == 1, run.err
    assert states(run) == {"bare.jpg": "held", "wave.jpg": "prepared"}, run.json
    assert "too-few-keywords: 3, needs 7" in run.json["files"][0]["why"]
    (row,) = rows(run.json["sheet"]["path"])
    assert row["Filename"] == "wave.jpg"
    assert row["Description"].startswith("A long wave breaks on a black beach in the evening")
    assert row["Keywords"] == WORDS
    assert row["Categories"] == "Nature"
    assert (tmp_path / "box/shutterstock/wave.jpg").read_bytes() == fine.read_bytes()
    assert stockctl("submit", "--agency", "shutterstock", "--dry-run", "--json").json["files"][1]["state"] == "skipped"
    shown = stockctl("submit", tmp_path / "in", "--agency", "pond5", "--dry-run")
    assert f"planned   {fine} → wave.jpg" in shown.out
    assert "title: " in shown.out


def test_progress_shows_each_file_and_the_whole() -> None:
    screen = io.StringIO()
    console = Console(file=screen, force_terminal=True, width=120)
    with show.progress(console) as progress:
        progress.expect(4_000_000)
        for done in (500_000, 1_000_000):
            progress.moved("a.jpg", done, 2_000_000)
        progress.ended("a.jpg", 2_000_000)
        progress.ended("b.jpg", 2_000_000)
    text = screen.getvalue()
    assert "a.jpg" in text
    assert "4.0/4.0 MB" in text


def test_progress_says_nothing_where_nobody_looks() -> None:
    screen = io.StringIO()
    with show.progress(Console(file=screen)) as progress:
        progress.moved("a.jpg", 1, 2)
        progress.ended("a.jpg", 2)
    assert screen.getvalue() == ""
