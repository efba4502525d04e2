"""A large TIFF is appended to in place; the pointer is the last write."""

from __future__ import annotations

import errno
import fcntl
import os
from typing import TYPE_CHECKING, Any

import pytest

from stockctl.catalogue import open_catalogue
from stockctl.config import catalogue_path
from stockctl.errors import ChangedError, RefusedError
from stockctl.files.writing import append
from stockctl.metadata import read
from stockctl.metadata.changes import history, undoing
from stockctl.metadata.writing import Change, perform, prepare
from tests.metadata.samples import FULL, encoded, put

if TYPE_CHECKING:
    from pathlib import Path

SMALL = 4096


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A TIFF that counts as large."""
    monkeypatch.setattr(append, "LARGE", SMALL)
    return put(tmp_path / "a.tif", encoded("TIFF"))


def test_the_file_grows_in_place_and_shrinks_again(home: Path, path: Path) -> None:
    assert home.is_dir()
    old, stat = path.read_bytes(), path.stat()
    with open_catalogue(catalogue_path()) as catalogue:
        with history.batch(catalogue, of="keyword") as batch:
            batch.write(path, FULL)
        assert read(path).record == FULL
        assert path.stat().st_ino == stat.st_ino
        assert path.stat().st_mtime_ns == stat.st_mtime_ns
        assert path.read_bytes()[8 : len(old)] == old[8:]
        undoing.undo(catalogue)
    assert path.read_bytes() == old
    assert path.stat().st_ino == stat.st_ino


def test_a_full_disk_or_a_wrong_reading_cuts_the_new_bytes_off_again(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = path.read_bytes()
    change = prepare(path, FULL)
    assert isinstance(change, Change)
    real = os.write

    def full(descriptor: int, data: Any) -> int:
        if len(data) < 1000:
            raise OSError(errno.ENOSPC, "No space left on device")
        return real(descriptor, data[:1000])

    with monkeypatch.context() as patch:
        patch.setattr(os, "write", full)
        with pytest.raises(RefusedError, match="no space left"):
            perform(change)
    assert path.read_bytes() == old

    def wrong(_: object) -> None:
        raise RefusedError("wrong")

    assert change.before is not None
    with pytest.raises(RefusedError, match="wrong"):
        append.append(path, change.splices, change.before, wrong)
    assert path.read_bytes() == old


def test_what_another_program_writes_meanwhile_is_not_cut_off(path: Path) -> None:
    old, change = path.read_bytes(), prepare(path, FULL)
    assert isinstance(change, Change)
    assert change.before is not None

    def meanwhile(_: object) -> None:
        with path.open("ab") as file:
            file.write(b"theirs")

    with pytest.raises(ChangedError, match="another program"):
        append.append(path, change.splices, change.before, meanwhile)
    assert path.read_bytes() == old + change.splices[1].data + b"theirs"


def test_the_next_write_takes_away_what_a_killed_process_appended(
    home: Path, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert home.is_dir()
    old, other = path.read_bytes(), put(path.with_name("b.jpg"), encoded("JPEG"))
    with open_catalogue(catalogue_path()) as catalogue:
        with monkeypatch.context() as patch:
            patch.setattr(append, "_point", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
            patch.setattr(os, "ftruncate", lambda *_: None)
            with pytest.raises(KeyboardInterrupt), history.batch(catalogue, of="keyword") as batch:
                batch.write(path, FULL)
        dead = path.read_bytes()
        assert dead.startswith(old)
        assert len(dead) > len(old)
        with path.open("rb") as held:  # as another process does that is still at it
            fcntl.flock(held, fcntl.LOCK_EX)
            with history.batch(catalogue, of="keyword") as batch:
                batch.write(other, FULL)
        assert path.read_bytes() == dead
        with history.batch(catalogue, of="keyword") as batch:
            batch.write(path, FULL)
        assert read(path).record == FULL
        undoing.undo(catalogue)
    assert path.read_bytes() == old


def test_bytes_that_a_killed_process_appended_are_taken_away_by_undo(
    home: Path, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert home.is_dir()
    old = path.read_bytes()
    with open_catalogue(catalogue_path()) as catalogue:
        with monkeypatch.context() as patch:
            # As if the power went before the pointer was written, and the bytes could not be cut off.
            patch.setattr(append, "_point", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
            with pytest.raises(KeyboardInterrupt), history.batch(catalogue, of="keyword") as batch:
                batch.write(path, FULL)
        assert len(path.read_bytes()) > len(old)
        assert read(path).record != FULL
        assert [file.state for file in undoing.undo(catalogue).files] == ["restored"]
    assert path.read_bytes() == old
