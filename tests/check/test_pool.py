"""Working on many files at once: one that brings its process down, or does not come back, ends nothing."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

from stockctl.check.run import pool


@dataclass(frozen=True)
class Done:
    path: Path
    what: str = ""


def work(path: Path, task: str) -> Done:
    if task == "crash":
        os.abort()
    if task == "hang":
        time.sleep(600)
    return Done(path, task)


def lost(path: Path) -> Done:
    return Done(path, "lost")


@pytest.mark.parametrize("fault", ["crash", "hang"])
def test_a_file_that_takes_its_process_with_it_is_told_and_the_rest_is_done(
    fault: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pool, "STALLED_S", 8.0)
    tasks = {Path(f"{number}.jpg"): "good" for number in range(6)} | {Path("bad.jpg"): fault}
    found = {done.path.name: done.what for done in pool.each(work, tasks, 2, lost)}
    assert found == {f"{number}.jpg": "good" for number in range(6)} | {"bad.jpg": "lost"}
