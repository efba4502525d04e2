"""`stockctl history` and `stockctl undo`, from outside."""

from __future__ import annotations

import errno
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from stockctl.catalogue import open_catalogue
from stockctl.config import catalogue_path
from stockctl.files.writing import exchange
from stockctl.metadata import read
from stockctl.metadata.changes import history
from tests.metadata.samples import FULL, encoded, put

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from stockctl.metadata import Record
    from tests.conftest import Run

pytestmark = pytest.mark.usefixtures("home")


def write(*paths: Path, record: Record = FULL, keep_mb: int | None = None, sidecar: bool = False) -> None:
    with (
        open_catalogue(catalogue_path()) as catalogue,
        history.batch(catalogue, of="keyword", command="test", keep_mb=keep_mb) as batch,
    ):
        for path in paths:
            batch.write(path, record, sidecar=sidecar)


def test_a_batch_is_listed_and_undone_byte_for_byte(tmp_path: Path, stockctl: Callable[..., Run]) -> None:
    paths = [put(tmp_path / f"{n}.jpg", encoded("JPEG", quality=80 + n)) for n in range(3)]
    before = [path.read_bytes() for path in paths]
    stamps = [path.stat().st_mtime_ns for path in paths]
    write(*paths)
    assert [path.read_bytes() for path in paths] != before
    listed = stockctl("history", "--json").json["batches"]
    assert [(row["batch"], row["of"], row["files"], row["undone"]) for row in listed] == [(1, "keyword", 3, False)]

    run = stockctl("undo", "--json")

    assert run.code == 0
    assert run.json["batch"] == 1
    assert [(file["path"], file["state"]) for file in run.json["files"]] == [(str(path), "restored") for path in paths]
    assert [path.read_bytes() for path in paths] == before
    assert [path.stat().st_mtime_ns for path in paths] == stamps
    assert stockctl("history", "--json").json["batches"][0]["undone"] is True
    again = stockctl("undo")
    assert (again.code, "nothing to undo" in again.err) == (2, True)


def test_batches_are_taken_back_one_after_the_other(tmp_path: Path, stockctl: Callable[..., Run]) -> None:
    path = put(tmp_path / "a.jpg", encoded("JPEG"))
    states = [path.read_bytes()]
    for title in ("one", "two", "three"):
        write(path, record=replace(read(path).record, title=title))
        states.append(path.read_bytes())
    for state in reversed(states[:-1]):
        assert stockctl("undo").code == 0
        assert path.read_bytes() == state


def test_an_earlier_batch_waits_for_the_later_one_of_the_same_file(
    tmp_path: Path, stockctl: Callable[..., Run]
) -> None:
    one, two = (put(tmp_path / name, encoded("JPEG")) for name in ("1.jpg", "2.jpg"))
    old = one.read_bytes()
    write(one, two, record=replace(FULL, title="first"))
    write(two, record=replace(FULL, title="second"))
    write(one, record=replace(FULL, title="third"))
    run = stockctl("undo", "1", "--json")
    assert run.code == 1
    assert [file["state"] for file in run.json["files"]] == ["changed-since", "changed-since"]
    assert [file["why"].rpartition(": ")[2] for file in run.json["files"]] == ["undo 3 first", "undo 2 first"]
    assert "stockctl undo 3, then: stockctl undo 1" in run.err
    assert stockctl("undo", "3").code == 0
    assert stockctl("undo", "2").code == 0
    # It was not counted as undone, and is the next one.
    assert stockctl("undo", "--json").json["batch"] == 1
    assert one.read_bytes() == two.read_bytes() == old


def test_what_the_system_refuses_is_tried_again_by_the_next_undo(
    tmp_path: Path, stockctl: Callable[..., Run], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = put(tmp_path / "a.jpg", encoded("JPEG"))
    old = path.read_bytes()
    write(path)

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(exchange, "exchange", full)
        run = stockctl("undo", "--json")
    assert (run.code, run.json["files"][0]["state"]) == (1, "failed")
    assert "no space left" in run.json["files"][0]["why"]
    assert stockctl("undo", "--json").json["files"][0]["state"] == "restored"
    assert path.read_bytes() == old


def test_a_file_that_stands_as_before_is_restored(tmp_path: Path, stockctl: Callable[..., Run]) -> None:
    """A person put it back from a copy of their own, or took away the sidecar that was made."""
    path, other = (put(tmp_path / name, encoded("JPEG")) for name in ("a.jpg", "b.jpg"))
    old = path.read_bytes()
    write(path)
    write(other, sidecar=True)
    path.write_bytes(old)
    (tmp_path / "b.xmp").unlink()
    for _ in range(2):
        assert [file["state"] for file in stockctl("undo", "--json").json["files"]] == ["restored"]
    assert path.read_bytes() == old


def test_files_that_were_changed_or_moved_since_are_told_and_left(tmp_path: Path, stockctl: Callable[..., Run]) -> None:
    one, two, three = (put(tmp_path / name, encoded("JPEG")) for name in ("1.jpg", "2.jpg", "3.jpg"))
    old = three.read_bytes()
    write(one, two, three)
    data = bytearray(one.read_bytes())
    data[-10] ^= 1
    one.write_bytes(data)
    two.unlink()

    run = stockctl("undo", "--json")

    assert run.code == 1
    assert [file["state"] for file in run.json["files"]] == ["changed-since", "missing", "restored"]
    assert one.read_bytes() == data
    assert three.read_bytes() == old


def test_a_sidecar_that_was_made_is_removed_by_undo(tmp_path: Path, stockctl: Callable[..., Run]) -> None:
    path = put(tmp_path / "a.jpg", encoded("JPEG"))
    write(path, sidecar=True)
    assert read(path).record == FULL
    assert stockctl("undo").code == 0
    assert sorted(entry.name for entry in tmp_path.iterdir() if entry.is_file()) == ["a.jpg"]


def test_the_oldest_batches_lose_their_bytes_first(tmp_path: Path, stockctl: Callable[..., Run]) -> None:
    path = put(tmp_path / "a.jpg", encoded("JPEG"))
    write(path)
    write(path, record=replace(FULL, title="other"), keep_mb=0)
    rows = stockctl("history", "--json").json["batches"]
    assert [(row["batch"], row["kept"]) for row in rows] == [(2, True), (1, False)]
    run = stockctl("undo", "1")
    assert (run.code, "no longer kept" in run.err) == (2, True)
    assert stockctl("undo").code == 0


def test_an_unknown_batch_is_a_wrong_call(stockctl: Callable[..., Run]) -> None:
    assert stockctl("undo", "77").code == 2
    assert stockctl("history", "--json").json == {"command": "history", "batches": []}


def test_a_change_that_was_killed_before_the_rename_counts_as_restored(
    tmp_path: Path, stockctl: Callable[..., Run], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = put(tmp_path / "a.jpg", encoded("JPEG"))
    old = path.read_bytes()

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(exchange, "exchange", killed)
        with pytest.raises(KeyboardInterrupt):
            write(path)
    assert path.read_bytes() == old
    assert stockctl("undo", "--json").json["files"][0]["state"] == "restored"
    assert path.read_bytes() == old
    assert sorted(entry.name for entry in tmp_path.iterdir() if entry.is_file()) == ["a.jpg"]
