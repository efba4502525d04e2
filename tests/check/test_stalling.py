"""A folder of a network that is gone: what does not answer is named, Ctrl-C works, and the rest is judged."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from typing import TYPE_CHECKING

import pytest

from tests.conftest import ROOT
from tests.pictures import jpeg
from tests.servers import stalling

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.skipif(
    not stalling.available(), reason="a file system is mounted by root, where there is FUSE"
)
# The program, with less patience.
_PROGRAM = """
import sys
from stockctl.check.run import pool
from stockctl.report import waiting
if __name__ == "__main__":
    from stockctl.cli import main
    waiting.FIRST_S, pool.LOOK_S, pool.STALLED_S = 1.0, 0.5, float(sys.argv[1])
    main(sys.argv[2:])
"""


@pytest.fixture
def share(tmp_path: Path) -> Iterator[Path]:
    files = {f"{name}.jpg": jpeg(1600, 1100, seed) for seed, name in enumerate("abcd")}
    with stalling.Stalling(tmp_path / "share", files, frozenset({"c.jpg"})):
        yield tmp_path / "share"


def started(home: Path, patience_s: float, *command: str | Path) -> subprocess.Popen[str]:
    script = home / "program.py"
    script.write_text(_PROGRAM, encoding="utf-8")
    return subprocess.Popen(
        [sys.executable, str(script), str(patience_s), *map(str, command)],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=home,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    )  # fmt: skip


@pytest.mark.parametrize(
    "command",
    [
        ("check", "--workers", "1"),
        ("keyword", "--dry-run", "--vision", "none"),
        pytest.param(("check", "--workers", "2"), marks=pytest.mark.soak),
        pytest.param(("submit", "--dry-run", "--agency", "pond5"), marks=pytest.mark.soak),
    ],
    ids=" ".join,
)
def test_what_does_not_answer_is_named_and_ctrl_c_ends_the_command(
    command: tuple[str, ...], share: Path, home: Path
) -> None:
    with started(home, 600, command[0], share, *command[1:]) as process:
        assert process.stderr is not None
        guard = threading.Timer(100, process.kill)
        guard.start()
        for line in process.stderr:
            if line.startswith(f"waiting for {share}/c.jpg since "):
                break
        process.send_signal(signal.SIGINT)
        process.stderr.read()
        guard.cancel()
    assert process.returncode == 130


@pytest.mark.soak
def test_a_file_that_never_comes_is_given_up_and_the_others_are_judged(share: Path, home: Path) -> None:
    with started(home, 40, "check", share, "--workers", "2", "--json") as process:
        out, err = process.communicate(timeout=600)
    document = json.loads(out)
    assert f"waiting for {share}/c.jpg since " in err
    assert [error["path"] for error in document["errors"]] == [f"{share}/c.jpg"]
    assert "did not come back" in document["errors"][0]["error"]
    assert [asset["path"][-5:] for asset in document["assets"]] == ["a.jpg", "b.jpg", "d.jpg"]
