"""Standard streams as a shell hands them over, and a catalogue that is damaged: exit 2 with words, or 141."""

from __future__ import annotations

import os
import random
import sqlite3
import stat
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from stockctl.cli.shell.bug import no_bug, report_bug
from tests.conftest import ROOT
from tests.pictures import patches, put

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.conftest import Run

PROGRAM = f"'{sys.executable}' -m stockctl"
posix = pytest.mark.skipif(os.name == "nt", reason="these are a POSIX shell's redirections")


def shell(line: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["bash", "-c", line], capture_output=True, text=True, check=False, cwd=ROOT, timeout=120)


@posix
@pytest.mark.usefixtures("home")
@pytest.mark.parametrize("command", ["agencies", "history --json", "--help"])
def test_stdout_that_is_full_closed_or_left(command: str) -> None:
    full = shell(f"{PROGRAM} {command} >/dev/full")
    assert (full.returncode, "no space left" in full.stderr, "hint:" in full.stderr) == (2, True, True)
    closed = shell(f"{PROGRAM} {command} >&-")
    assert (closed.returncode, "stdout is closed" in closed.stderr) == (2, True)
    left = shell(f"set -o pipefail; {{ sleep 0.1; {PROGRAM} {command}; }} | true")
    assert (left.returncode, left.stderr) == (141, "")


@posix
@pytest.mark.usefixtures("home")
def test_stderr_that_is_full_or_closed_ends_no_command(tmp_path: Path) -> None:
    for where in ("2>/dev/full", "2>&-", "2>&- <&-"):
        assert shell(f"{PROGRAM} agencies alamy {where}").returncode == 0
        assert shell(f"{PROGRAM} check '{tmp_path}/none' {where}").returncode == 2


@posix
@pytest.mark.parametrize("stdin", ["<&-", "</dev/null"])
def test_a_review_without_a_stdin_is_a_wrong_call(stdin: str, home: Path, tmp_path: Path) -> None:
    assert home.is_dir()
    photo = put(tmp_path / "a.jpg", patches(1))
    before = photo.read_bytes()
    run = shell(f"{PROGRAM} keyword '{photo}' --interactive {stdin}")
    assert run.returncode == 2
    assert "error:" in run.stderr
    assert "hint:" in run.stderr
    assert photo.read_bytes() == before


def test_a_damaged_catalogue_is_said_to_be_one(stockctl: Callable[..., Run], home: Path, tmp_path: Path) -> None:
    """Whatever byte of it is wrong: a command works, or says what is the matter; never a bug."""
    photo = put(tmp_path / "a.jpg", patches(1))
    for title in ("one", "two"):
        stockctl("keyword", photo, "--title", title, "--set", "tree, hill")
    stockctl("check", photo)
    catalogue = home / "catalogue.db"
    whole = catalogue.read_bytes()
    chance = random.Random(4)  # noqa: S311 - places, no secrets
    told = 0
    for number in range(6):
        data = bytearray(whole)
        page = chance.randrange(len(data) // 4096) * 4096
        data[page : page + 64] = chance.randbytes(64)
        catalogue.write_bytes(data if number else whole[: len(whole) // 2])
        for command in (("history",), ("check", photo), ("earnings",)):
            run = stockctl(*command)
            assert run.code in {0, 1, 2}, (number, command, run.err)
            told += run.code == 2 and "damaged" in run.err
    assert told


@pytest.mark.parametrize("content", [b"no database", b"SQLite format 3\0" + b"x" * 200])
def test_a_file_that_is_no_catalogue_is_left(content: bytes, stockctl: Callable[..., Run], tmp_path: Path) -> None:
    other = tmp_path / "other.db"
    other.write_bytes(content)
    other.chmod(0o644)
    run = stockctl("--db", other, "history")
    assert (run.code, "not a catalogue" in run.err, "hint:" in run.err) == (2, True, True)
    assert other.read_bytes() == content
    assert stat.S_IMODE(other.stat().st_mode) == 0o644
    assert stockctl("--db", tmp_path, "history").code == 2


def test_a_database_of_another_program_is_left(stockctl: Callable[..., Run], tmp_path: Path) -> None:
    other = tmp_path / "photos.lrcat"
    with sqlite3.connect(other) as made:
        made.execute("CREATE TABLE Adobe_images (id_local INTEGER)")
    made.close()
    other.chmod(0o644)
    before, rights = other.read_bytes(), other.stat().st_mode
    for command in (("history",), ("earnings",), ("status", tmp_path)):
        run = stockctl("--db", other, *command)
        assert (run.code, "another program" in run.err, "hint:" in run.err) == (2, True, True)
    assert (other.read_bytes(), other.stat().st_mode) == (before, rights)
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(other.name)] == [other.name]


def test_what_is_wrong_with_the_catalogue_is_found_behind_another_error(home: Path) -> None:
    catalogue = home / "mine.db"
    catalogue.write_bytes(b"nothing of the kind" * 100)
    found = no_bug(["--db", str(catalogue), "history"], KeyError("x"))
    assert found is not None
    assert str(catalogue) in str(found)
    assert no_bug(["history"], KeyError("x")) is None


@posix
def test_what_is_ours_is_for_this_person_alone(
    stockctl: Callable[..., Run], home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def rights(path: Path) -> int:
        return stat.S_IMODE(path.stat().st_mode)

    photo = put(tmp_path / "a.jpg", patches(1))
    catalogue = home / "new folder" / "catalogue.db"
    monkeypatch.setenv("STOCKCTL_DB", str(catalogue))
    assert stockctl("keyword", photo, "--set", "tree").code == 0
    assert rights(catalogue.parent) == 0o700
    assert {rights(path) for path in catalogue.parent.iterdir()} == {0o600}
    # One that an earlier version made for all to read; what was shared with a group stays shared.
    for old, new in ((0o644, 0o600), (0o660, 0o660)):
        catalogue.chmod(old)
        stockctl("history")
        assert rights(catalogue) == new
    try:
        raise KeyError("\udcff")  # noqa: TRY301 - as a name that is no text would
    except KeyError:
        report_bug(["check", "\udcff.jpg"])
    (report,) = (home / "data/stockctl/bugs").iterdir()
    assert [rights(path) for path in (report, report.parent, report.parent.parent)] == [0o600, 0o700, 0o700]
    stockctl("config", "init")
    assert rights(home / "stockctl.toml") == 0o600


NAME = b"caf\xe9 \xff.jpg"


@pytest.mark.skipif(sys.platform != "linux", reason="other systems take no such name")
def test_a_name_that_is_no_text_brings_no_command_down(stockctl: Callable[..., Run], tmp_path: Path) -> None:
    folder = tmp_path / "in"
    put(folder / "good.jpg", patches(1))
    odd = os.fsdecode(os.fsencode(folder) + b"/" + NAME)
    Path(odd).write_bytes(patches(2))
    (folder / "sub\udcff").mkdir()
    put(folder / "sub\udcff" / "x.jpg", patches(3))
    calls = [
        *(("check", folder, "--report", tmp_path / "r.html", "--csv", tmp_path / "r.csv"), ("check", odd)),
        *(("check", folder, "--json"), ("status", odd, folder), ("history",)),
        *(("keyword", folder, "--dry-run", "--set", "a"), ("keyword", odd, "--sheet", tmp_path / "s.csv")),
        *(("keyword", folder, "--sheet", tmp_path / "t.csv", "--set", "a"), ("keyword", "--apply", odd)),
        *(("keyword", folder / "good.jpg", "--copy-from", odd), ("keyword", folder, "--json", "--set", "b")),
        *(("keyword", folder, "--show"), ("keyword", folder, "--show", "--json")),
        *(("submit", folder, "--agency", "pond5", "--dry-run"), ("submit", odd, "--agency", "pond5")),
        *(("submit", folder, "--agency", "pond5", "--outbox", tmp_path / "out\udcff"),),
        *(("review", "--agency", "pond5", "accepted", odd), ("review", "--agency", "pond5", "--import", odd)),
        *(
            ("earnings", odd),
            ("earnings", odd, "--json"),
            ("earnings", "--map", odd, odd),
            ("earnings", "--rates", odd),
        ),
        *(("campaign", "check", odd, odd), ("campaign", "pay", odd, odd), ("release", "add", odd, "--person", "A")),
        *(("release", "link", "1", odd), ("exclusive", "alamy", folder), ("--db", f"{odd}.db", "history")),
        *(("words", "add", "\udcff"), ("undo", "--json"), ("check", odd, "--calibrate", odd)),
        *(("check", folder, "--report", f"{odd}.html"), ("keyword", folder, "--context", "x\udcff", "--dry-run")),
    ]
    for call in calls:
        run = stockctl(*call)
        assert run.code in {0, 1, 2}, (call, run.err)
