"""Every shell line of README.md and docs/ is run as it stands, by the installed command, in an empty home.

What a page says of its blocks stands in comments before them:

    <!-- exits: 1 0 -->        the lines' exit codes, where they are not all 0
    <!-- until: Ctrl-C -->     it runs until it is interrupted
    <!-- not run: REASON -->   it needs what a test has not
    <!-- pictures: FOLDER -->  here the reader has put pictures into that folder
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest

from tests.conftest import ROOT

if TYPE_CHECKING:
    from pathlib import Path

PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
PICTURES = ("rice-terrace-ubud-0042.jpg", "hotel-pool-0151.jpg", "mount-batur-misty-ridges-0063.jpg")
# Why a block may be left out.
REASONS = {
    "they set up this folder",
    "it asks for your account, and tries it at the agency",
    "it writes your settings",
    "it needs Ollama",
    "it needs several machines",
    "it needs a key",
    "it names statements of yours",
}
PIECE = re.compile(r"<!-- (?P<name>[a-z ]+): (?P<value>.*?) -->|^```sh\n(?P<lines>.*?)^```", re.DOTALL | re.MULTILINE)


@dataclass
class Block:
    """Shell lines with what is declared of them; without lines, a folder that now holds pictures."""

    lines: list[str] = field(default_factory=list)
    exits: list[int] = field(default_factory=list)
    interrupted: bool = False
    not_run: str = ""
    pictures: str = ""


def blocks(page: Path) -> list[Block]:
    found: list[Block] = []
    said: dict[str, str] = {}
    for piece in PIECE.finditer(page.read_text(encoding="utf-8")):
        if piece["lines"] is None:
            if piece["name"] == "pictures":
                found.append(Block(pictures=piece["value"]))
            elif piece["name"] in {"exits", "until", "not run"}:
                said[piece["name"]] = piece["value"]
            continue
        lines = piece["lines"].splitlines()
        exits = [int(code) for code in said.get("exits", "0 " * len(lines)).split()]
        found.append(Block(lines, exits, said.get("until") == "Ctrl-C", said.get("not run", "")))
        said.clear()
    return found


TOURS = [page for page in PAGES if page.exists() and any(block.lines for block in blocks(page))]


@pytest.mark.parametrize("page", TOURS, ids=lambda page: page.name)
def test_every_line_of_a_tour_does_what_the_page_says(page: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("STOCKCTL_DB", "STOCKCTL_CONFIG"):
        monkeypatch.delenv(name)
    bin_ = home.parent / "bin"
    bin_.mkdir()
    (bin_ / "stockctl").write_text(f'#!/bin/sh\nexec {sys.executable} -m stockctl "$@"\n', encoding="utf-8")
    (bin_ / "stockctl").chmod(0o755)
    environment = os.environ | {"PATH": f"{bin_}:{os.environ['PATH']}", "PYTHONPATH": str(ROOT), "BROWSER": "true"}
    for block in blocks(page):
        if block.pictures:
            (home / block.pictures).mkdir(exist_ok=True)
            for name in PICTURES:
                shutil.copy(ROOT / "sample_assets/photos/bali-2026" / name, home / block.pictures)
        if block.not_run:
            assert block.not_run in REASONS, block
            continue
        assert len(block.exits) == len(block.lines), block
        for line, code in zip(block.lines, block.exits, strict=True):
            ended, said = (_interrupted if block.interrupted else _run)(line, home, environment)
            assert ended == code, f"{line}\n{said[-1200:]}"


def _run(line: str, home: Path, environment: dict[str, str]) -> tuple[int, str]:
    done = subprocess.run(
        ["bash", "-c", line], cwd=home, env=environment, stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False, timeout=120,
    )  # fmt: skip
    return done.returncode, done.stdout


def _interrupted(line: str, home: Path, environment: dict[str, str]) -> tuple[int, str]:
    """Run a line until it has said something, and press Ctrl-C; a shell sends that to all processes of a command."""
    with subprocess.Popen(
        ["bash", "-c", line], cwd=home, env=environment, stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True,
    ) as process:  # fmt: skip
        assert process.stdout is not None
        said = process.stdout.readline()
        os.killpg(process.pid, signal.SIGINT)
        try:
            said += process.communicate(timeout=60)[0]
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            raise
    assert "Traceback" not in said, said
    return process.returncode, said


def test_links_and_pictures_of_every_page_are_there() -> None:
    for page in [*PAGES, *sorted((ROOT / "docs/commands").glob("*.md"))]:
        for target in re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text(encoding="utf-8")):
            assert (page.parent / target).exists(), (page.name, target)
