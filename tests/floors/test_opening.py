"""Only regular files are opened: a pipe, a socket or a device is told, and holds nothing up."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import stat
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from stockctl.files.opening import NotRegularError, again, open_bytes, open_regular, read_bytes
from stockctl.files.source import OpenFile
from tests.conftest import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator

GOOD = ROOT / "sample_assets"
pytestmark = pytest.mark.skipif(os.name == "nt", reason="Windows has no pipes and sockets among its files")


@contextlib.contextmanager
def bound(path: Path) -> Iterator[None]:
    """Let a socket stand under a name, which may be longer than sockets allow."""
    before = Path.cwd()
    os.chdir(path.parent)
    with socket.socket(socket.AF_UNIX) as one:
        one.bind(path.name)
        os.chdir(before)
        yield


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """A good picture among things that are no files."""
    made = tmp_path / "shoot"
    made.mkdir()
    shutil.copy(next(GOOD.rglob("*.jpg")), made / "good.jpg")
    os.mkfifo(made / "pipe.jpg")
    os.mkfifo(made / "pipe.mp4")
    (made / "device.jpg").symlink_to("/dev/zero")
    with bound(made / "socket.jpg"):
        yield made


def program(home: Path, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """Run the program in a process of its own: a test that hangs would end nothing."""
    return subprocess.run(
        [sys.executable, "-m", "stockctl", *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        cwd=home,
        stdin=subprocess.DEVNULL,
    )


@pytest.mark.parametrize(
    "command",
    [
        ("check", "--json", "--workers", "1"),
        ("keyword", "--json", "--dry-run"),
        ("submit", "--json", "--dry-run", "--agency", "dreamstime"),
    ],
    ids=lambda command: command[0],
)
def test_what_is_no_file_is_an_error_of_its_own_and_the_rest_goes_on(
    home: Path, folder: Path, command: tuple[str, ...]
) -> None:
    import json

    done = program(home, *command, folder)
    assert done.returncode == 1, done.stderr
    document = json.loads(done.stdout)
    told = {Path(error["path"]).name: error["error"] for error in document["errors"]}
    assert {"pipe.jpg", "pipe.mp4", "device.jpg", "socket.jpg"} <= told.keys()
    assert "pipe" in told["pipe.jpg"]
    assert "socket" in told["socket.jpg"]
    assert "device" in told["device.jpg"]
    rest = [*document.get("assets", ()), *document.get("files", ())]
    assert any(Path(each["path"]).name == "good.jpg" for each in rest)


@pytest.mark.parametrize(
    "command",
    [
        ("keyword", "--apply", "PIPE"),
        ("earnings", "PIPE"),
        ("earnings", "STATEMENT", "--map", "PIPE"),
        ("review", "--agency", "dreamstime", "--import", "PIPE"),
        ("campaign", "check", "PIPE", "GOOD", "--caption", "a"),
        ("campaign", "check", "BRIEF", "PIPE", "--caption", "a"),
        ("campaign", "check", "BRIEF", "GOOD", "--caption", "@PIPE"),
        ("campaign", "pay", "BRIEF", "PIPE"),
    ],
    ids=" ".join,
)
def test_no_command_waits_for_a_pipe(home: Path, tmp_path: Path, command: tuple[str, ...]) -> None:
    pipe, statement = tmp_path / "pipe.csv", tmp_path / "mine.csv"
    os.mkfifo(pipe)
    statement.write_text("date,agency,asset\n", encoding="utf-8")
    brief = next((GOOD / "briefs").glob("*.toml"))
    names = {"PIPE": pipe, "STATEMENT": statement, "BRIEF": brief, "GOOD": next(GOOD.rglob("*.jpg"))}
    names |= {"@PIPE": f"@{pipe}"}  # type: ignore[dict-item]
    done = program(home, *(names.get(word, word) for word in command))
    assert done.returncode in {1, 2}, done.stderr
    assert stat.S_ISFIFO(pipe.lstat().st_mode)


def test_what_takes_a_files_place_before_it_is_opened_is_not_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place, pipe = tmp_path / "a.jpg", tmp_path / "pipe"
    place.write_bytes(b"a picture")
    os.mkfifo(pipe)
    real = os.open

    def late(path: str, *arguments: int) -> int:
        if Path(path) == place:
            pipe.replace(place)
        return real(path, *arguments)

    monkeypatch.setattr(os, "open", late)
    with pytest.raises(NotRegularError, match="pipe"):
        open_regular(place)


def test_a_library_opens_the_very_file_that_is_open_here(tmp_path: Path) -> None:
    path, other = tmp_path / "a.mp4", tmp_path / "b.mp4"
    path.write_bytes(b"this one")
    other.write_bytes(b"another!")
    with open_bytes(path) as file:
        other.replace(path)
        name = again(file, path)
        assert Path(name).read_bytes() == (b"this one" if name.startswith("/proc") else b"another!")


def test_a_folder_and_a_text_of_no_size_are_told(tmp_path: Path) -> None:
    with pytest.raises(IsADirectoryError):
        open_regular(tmp_path)
    large = tmp_path / "large.csv"
    with large.open("wb") as file:
        file.truncate(3 << 20)
    with pytest.raises(OSError, match="larger than 2 MB"):
        read_bytes(large, 2 << 20)
    assert OpenFile(large).size == 3 << 20
