"""Walking folders: sorted, hidden files left out, problems told."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

import pytest

from stockctl.errors import UsageError
from stockctl.files.walk import walk

if TYPE_CHECKING:
    from pathlib import Path


def fill(folder: Path, *names: str) -> None:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()


def test_a_walk_is_sorted_goes_down_and_leaves_out_what_is_hidden(tmp_path: Path) -> None:
    fill(tmp_path, "b.jpg", "a.JPG", "sub/c.tif", ".hidden/d.jpg", ".e.jpg", "f.nef", "g.xmp", "h.xmp")
    found = walk([tmp_path])
    assert [str(path.relative_to(tmp_path)) for path in found.files] == ["a.JPG", "b.jpg", "sub/c.tif"]
    assert found.skipped == {".nef": 1, ".xmp": 2}


def test_links_to_folders_are_not_followed_and_links_to_files_are(tmp_path: Path) -> None:
    fill(tmp_path, "real/a.jpg", "shoot/b.jpg")
    (tmp_path / "shoot" / "loop").symlink_to(tmp_path / "shoot")
    (tmp_path / "shoot" / "other").symlink_to(tmp_path / "real")
    (tmp_path / "shoot" / "link.jpg").symlink_to(tmp_path / "real" / "a.jpg")
    assert [path.name for path in walk([tmp_path / "shoot"]).files] == ["b.jpg", "link.jpg"]


def test_a_named_file_is_taken_whatever_its_suffix_and_only_once(tmp_path: Path) -> None:
    fill(tmp_path, "raw.nef", "a.jpg")
    found = walk([tmp_path / "raw.nef", tmp_path, tmp_path / "a.jpg"])
    assert [path.name for path in found.files] == ["raw.nef", "a.jpg"]


def test_a_missing_path_among_others_is_an_error_of_its_own(tmp_path: Path) -> None:
    fill(tmp_path, "a.jpg")
    found = walk([tmp_path / "nowhere", tmp_path])
    assert [path.name for path in found.files] == ["a.jpg"]
    assert [error.where for error in found.errors] == [str(tmp_path / "nowhere")]


def test_only_missing_paths_are_a_wrong_call(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as caught:
        walk([tmp_path / "nowhere", tmp_path / "neither"])
    assert "nowhere" in str(caught.value)
    assert caught.value.exit_code == 2


def test_an_empty_folder_is_empty(tmp_path: Path) -> None:
    assert walk([tmp_path]).files == ()


def test_a_folder_that_may_not_be_opened_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(tmp_path, "shut/a.jpg", "b.jpg")
    scandir = os.scandir

    def guarded(path: str) -> object:
        if str(path).endswith("shut"):
            raise PermissionError(13, "Permission denied", path)
        return scandir(path)

    # Root, as which tests may run, may look into every folder.
    monkeypatch.setattr(os, "scandir", guarded)
    found = walk([tmp_path])
    assert [path.name for path in found.files] == ["b.jpg"]
    assert "chmod" in found.errors[0].hint


@pytest.mark.soak
def test_a_folder_of_100_000_files_is_listed_in_seconds(tmp_path: Path) -> None:
    for number in range(100_000):
        (tmp_path / f"{number:06}.jpg").touch()
    before = time.process_time()
    found = walk([tmp_path])
    assert len(found.files) == 100_000
    assert time.process_time() - before < 10
