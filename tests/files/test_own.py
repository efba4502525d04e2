"""Files of the program's own, and the book by which the next command finds what a killed one left."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from stockctl.files.own import create_private, keep_private, make_own_folder, write_own
from stockctl.files.writing import temporary
from tests.conftest import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.conftest import Run

posix = pytest.mark.skipif(os.name == "nt", reason="rights and links are those of POSIX")


def rights(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@posix
def test_what_is_made_is_for_this_person_alone_and_what_stands_keeps_its_rights(tmp_path: Path) -> None:
    path = tmp_path / "new/folder/own.toml"
    with write_own(path) as file:
        file.write("1")
    assert (rights(path), rights(path.parent), rights(path.parent.parent)) == (0o600, 0o700, 0o700)
    path.chmod(0o640)
    with write_own(path) as file:
        file.write("2")
    assert (rights(path), path.read_text()) == (0o640, "2")
    create_private(path)
    assert path.read_text() == "2"
    path.chmod(0o644)
    keep_private(path)
    assert rights(path) == 0o600
    make_own_folder(tmp_path)


@posix
def test_settings_that_lie_behind_a_link_stay_there(tmp_path: Path) -> None:
    (tmp_path / "dotfiles").mkdir()
    real = tmp_path / "dotfiles/stockctl.toml"
    real.write_text("old")
    link = tmp_path / "stockctl.toml"
    link.symlink_to(real)
    with write_own(link) as file:
        file.write("new")
    assert link.is_symlink()
    assert real.read_text() == "new"


DIES = """
import os, sys
from pathlib import Path
from stockctl.files.writing import temporary
with temporary.book(Path(sys.argv[1])):
    for name in sys.argv[2:]:
        temporary.temporary_for(Path(name)).write_bytes(b"half")
    temporary.temporary_for(Path(sys.argv[2])).mkdir()
    (Path(sys.argv[2]).parent / "mine.txt").write_bytes(b"")
    print(len(list(Path(sys.argv[1]).parent.glob("*.work-*"))), flush=True)
    os.kill(os.getpid(), 9) if os.name != "nt" else os._exit(1)
"""


@pytest.mark.parametrize("name", ["catalogue.db", "cat[1]*.db"])
def test_what_a_killed_command_left_goes_with_the_next_one_of_any_kind(
    name: str, stockctl: Callable[..., Run], tmp_path: Path
) -> None:
    (tmp_path / "one").mkdir()
    (tmp_path / "two [x]").mkdir()
    home = tmp_path / "kept"
    home.mkdir()
    places = [str(tmp_path / "one/a.jpg"), str(tmp_path / "two [x]/b.csv")]
    done = subprocess.run(
        [sys.executable, "-c", DIES, str(home / name), *places], capture_output=True, text=True, cwd=ROOT, check=False
    )
    assert done.stdout == "1\n", done.stderr
    assert len(list((tmp_path / "one").iterdir())) == 3
    # One that lives keeps what it has.
    with temporary.book(home / name):
        living = temporary.temporary_for(tmp_path / "one/c.jpg")
        living.write_bytes(b"half")
        assert stockctl("--db", home / name, "agencies", "alamy").code == 0
        assert living.exists()
        living.unlink()
    assert [path.name for path in (tmp_path / "one").iterdir()] == ["mine.txt"]
    assert list((tmp_path / "two [x]").iterdir()) == []
    assert not [path.name for path in home.iterdir() if ".work-" in path.name]
