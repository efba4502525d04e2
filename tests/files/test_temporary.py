"""The book of folders that hold temporary files: kept by several threads at once."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from stockctl.files.writing import temporary
from stockctl.files.writing.temporary import scratch_folder
from tests.conftest import ROOT

if TYPE_CHECKING:
    import pytest


def test_many_threads_write_many_folders_down_and_none_waits_for_another_for_ever(tmp_path: Path) -> None:
    folders = [tmp_path / f"folder {number}" for number in range(60)]
    together = threading.Barrier(12)

    def work(own: list[Path]) -> None:
        together.wait(30)
        for folder in own:
            temporary.temporary_for(folder / "photo.jpg")

    for turn in range(20):
        with temporary.book(tmp_path / f"{turn}.db"):
            threads = [threading.Thread(target=work, args=(folders[start::12],), daemon=True) for start in range(12)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join(30)
            assert not any(thread.is_alive() for thread in threads)
            (book,) = [path for path in tmp_path.iterdir() if path.is_file()]
            noted = book.read_bytes().split(b"\0")
            assert {str(folder).encode() for folder in folders} == set(filter(None, noted))
        assert not [path for path in tmp_path.iterdir() if path.is_file()]


def leaves(path: Path) -> Done:
    """Begin with a drawing, as in a process of a pool, and be killed."""
    with scratch_folder() as room:
        (room / "drawn.svg").touch()
        path.write_text(str(room), encoding="utf-8")
        os._exit(9)


@dataclass(frozen=True)
class Done:
    path: Path


_KILLED = """
import sys
from pathlib import Path
from stockctl.check.run import pool
from stockctl.files.writing import temporary
from tests.files.test_temporary import Done, leaves
if __name__ == "__main__":
    with temporary.book(Path(sys.argv[1])):
        told = Path(sys.argv[2])
        with pool.open_pool(1) as processes:
            processes.submit(leaves, told).exception()
        import os
        os._exit(9)
"""


def test_what_a_process_of_a_killed_command_left_goes_with_the_next_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A vector's drawing, in the system's folder for temporary files, by a process of the pool."""
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setenv("TMPDIR", str(scratch))
    script = tmp_path / "script.py"
    script.write_text(_KILLED, encoding="utf-8")
    subprocess.run(
        [sys.executable, str(script), str(tmp_path / "c.db"), str(tmp_path / "told")],
        env=os.environ | {"PYTHONPATH": str(ROOT)}, check=False,
    )  # fmt: skip
    assert Path((tmp_path / "told").read_text(encoding="utf-8")).is_dir()
    with temporary.book(tmp_path / "c.db"):
        assert not list(scratch.glob(".*stockctl-tmp"))
    assert not list(tmp_path.glob("c.db*"))
