"""The book of folders that hold temporary files: kept by several threads at once."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from stockctl.files import temporary

if TYPE_CHECKING:
    from pathlib import Path


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
