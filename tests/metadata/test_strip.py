"""`stockctl keyword --strip-location` and `--allow`, from outside."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stockctl.metadata import read
from tests.metadata.hard.parts import exif_block
from tests.metadata.samples import encoded, put

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.conftest import Run


def test_the_position_goes_and_comes_back_with_undo(tmp_path: Path, stockctl: Callable[..., Run]) -> None:
    path = put(tmp_path / "a.jpg", encoded("JPEG", exif=exif_block()))
    old = path.read_bytes()
    run = stockctl("keyword", path, "--set", "sea", "--strip-location", "--json")
    assert run.code == 0, run.err
    assert not read(path).has_location
    assert stockctl("undo").code == 0
    assert path.read_bytes() == old
    assert read(path).has_location


def test_a_read_only_file_is_refused_unless_allowed(tmp_path: Path, stockctl: Callable[..., Run]) -> None:
    path = put(tmp_path / "a.jpg", encoded("JPEG"))
    path.chmod(0o444)
    run = stockctl("keyword", path, "--set", "sea", "--json")
    assert run.code == 1
    assert "read-only" in run.json["errors"][0]["error"]
    assert stockctl("keyword", path, "--set", "sea", "--allow", "read-only").code == 0
    assert read(path).record.keywords == ("sea",)
    assert stockctl("keyword", path, "--allow", "nothing").code == 2
