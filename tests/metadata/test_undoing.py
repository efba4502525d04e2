"""A batch of many files taken back: several at once, told of in portions, stopped by Ctrl-C and gone on with."""

from __future__ import annotations

import signal
import threading
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from stockctl.catalogue import history as tables
from stockctl.catalogue import open_catalogue
from stockctl.config import catalogue_path
from stockctl.files.writing import append
from stockctl.metadata import read
from stockctl.metadata.changes import history, restoring, undoing
from tests.metadata.samples import FULL, encoded
from tests.pictures import put

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from stockctl.catalogue.history import Kept
    from stockctl.metadata.changes.restoring import Undone
    from tests.conftest import Run

pytestmark = pytest.mark.usefixtures("home")
COUNT = 24


@pytest.fixture
def written(home: Path, tmp_path: Path) -> dict[Path, bytes]:  # noqa: ARG001 - the catalogue lies there
    """Files that one batch changed, with what stood there before."""
    paths = [put(tmp_path / "in" / f"{n:02}.jpg", encoded("JPEG", quality=60 + n)) for n in range(COUNT)]
    before = {path: path.read_bytes() for path in paths}
    with open_catalogue(catalogue_path()) as catalogue, history.batch(catalogue, of="keyword") as batch:
        for path in paths:
            batch.write(path, FULL)
    return before


@pytest.fixture
def interruptible() -> Iterator[None]:
    """Have Ctrl-C raise in the main thread; whoever started the tests may ignore it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def slowed(monkeypatch: pytest.MonkeyPatch, at: Callable[[int], object]) -> None:
    """Have each file take a moment, and `at` called in its thread with how many were begun."""
    begun, restore = iter(range(1, 1_000)), restoring.restore

    def slowly(change: Kept) -> Undone | None:
        at(next(begun))
        time.sleep(0.05)
        return restore(change)

    monkeypatch.setattr(undoing, "restore", slowly)


def ctrl_c() -> None:
    """Press it: a signal that a thread raises for itself does not wake the main one."""
    signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)


def states() -> list[str]:
    with open_catalogue(catalogue_path()) as catalogue:
        return [state for _, state in tables.changes_of(catalogue, 1)]


def test_files_are_taken_back_several_at_once(
    written: dict[Path, bytes], stockctl: Callable[..., Run], monkeypatch: pytest.MonkeyPatch
) -> None:
    three = threading.Barrier(3, timeout=30)
    slowed(monkeypatch, lambda _: three.wait() and None)
    run = stockctl("undo", "--json")
    assert [(file["path"], file["state"]) for file in run.json["files"]] == [(str(p), "restored") for p in written]
    assert {path: path.read_bytes() for path in written} == written


@pytest.mark.usefixtures("interruptible")
def test_ctrl_c_leaves_each_file_whole_says_how_far_it_came_and_is_gone_on_with(
    written: dict[Path, bytes], stockctl: Callable[..., Run], monkeypatch: pytest.MonkeyPatch
) -> None:
    changed = {path: path.read_bytes() for path in written}
    monkeypatch.setattr(undoing, "TOGETHER", 8)
    with monkeypatch.context() as patch:
        slowed(patch, lambda number: ctrl_c() if number == 5 else None)
        run = stockctl("undo", "--json")

    assert run.code == 130
    assert "to go on: stockctl undo 1" in run.err
    restored = {file["path"] for file in run.json["files"] if file["state"] == "restored"}
    assert 5 <= len(restored) < COUNT
    assert run.json["left"] == COUNT - len(restored)
    for path in written:
        assert path.read_bytes() == (written if str(path) in restored else changed)[path]
    assert sorted(set(states())) == [tables.DONE, tables.RESTORED]
    assert stockctl("history", "--json").json["batches"][0]["undone"] is False

    again = stockctl("undo")
    assert again.code == 0
    assert f"{COUNT} of {COUNT} files restored" in again.out
    assert {path: path.read_bytes() for path in written} == written


@pytest.mark.usefixtures("interruptible")
def test_a_second_ctrl_c_waits_for_nothing(
    written: dict[Path, bytes], monkeypatch: pytest.MonkeyPatch, stockctl: Callable[..., Run]
) -> None:
    heard: list[None] = []
    monkeypatch.setattr(undoing, "interrupted", lambda: heard.append(None))

    def twice(number: int) -> None:
        if number in {2, 3}:
            # Two signals at one moment are one.
            time.sleep(0.5 if number == 2 else 1.5)
            ctrl_c()

    with monkeypatch.context() as patch:
        slowed(patch, twice)
        assert stockctl("undo").code == 130
    assert heard == [None]
    assert stockctl("undo").code == 0
    assert {path: path.read_bytes() for path in written} == written


def test_restored_files_are_told_of_in_portions_and_again_by_the_next_where_that_failed(
    written: dict[Path, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(undoing, "_TOLD", 10)
    told: list[list[Path]] = []

    def failing(paths: Sequence[Path]) -> None:
        if told:
            raise RuntimeError("the power went")
        told.append(list(paths))

    with open_catalogue(catalogue_path()) as catalogue:
        with pytest.raises(RuntimeError, match="the power"):
            undoing.undo(catalogue, told=failing)
        assert list(map(len, told)) == [10]
        undoing.undo(catalogue, told=lambda paths: told.append(list(paths)))
    assert list(map(len, told)) == [10, 10, 4]
    assert sorted(path for paths in told for path in paths) == list(written)


def test_a_file_that_one_batch_changed_twice_goes_back_by_both_steps(
    tmp_path: Path, stockctl: Callable[..., Run], monkeypatch: pytest.MonkeyPatch
) -> None:
    paths = [put(tmp_path / name, encoded("JPEG")) for name in ("a.jpg", "b.jpg")]
    before = [path.read_bytes() for path in paths]
    with open_catalogue(catalogue_path()) as catalogue, history.batch(catalogue, of="keyword") as batch:
        for title in ("one", "two", "three"):
            for path in paths:
                batch.write(path, replace(read(path).record, title=title))
    slowed(monkeypatch, lambda _: None)
    run = stockctl("undo", "--json")
    assert [file["state"] for file in run.json["files"]] == ["restored"] * 6
    assert [path.read_bytes() for path in paths] == before


@pytest.mark.usefixtures("written")
def test_what_a_second_undo_restored_meanwhile_stays_restored(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two commands take back one batch at once: the slower one finds a file changed, and nothing is counted as lost."""

    def overtaken(change: Kept) -> Undone | None:
        with open_catalogue(catalogue_path()) as other:
            tables.restored(other, [change.id])
        return restoring.Undone(Path(change.path), restoring.CHANGED_SINCE)

    with open_catalogue(catalogue_path()) as catalogue:
        monkeypatch.setattr(undoing, "restore", overtaken)
        undoing.undo(catalogue)
        assert {state for _, state in tables.changes_of(catalogue, 1)} == {tables.RESTORED}
        batch = tables.batch(catalogue, 1)
        assert batch is not None
        assert batch.kept


def test_of_a_try_that_was_killed_at_its_first_write_only_the_time_is_left(
    tmp_path: Path, stockctl: Callable[..., Run], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The system gives a file that is changed in place a new time before it takes the first byte."""
    monkeypatch.setattr(append, "LARGE", 4096)
    path = put(tmp_path / "a.tif", encoded("TIFF"))
    before, stamp = path.read_bytes(), path.stat().st_mtime_ns
    with open_catalogue(catalogue_path()) as catalogue, history.batch(catalogue, of="keyword") as batch:
        batch.write(path, FULL)
        assert path.read_bytes()[16 : len(before)] == before[16:], "it was changed in place"
        tables.take_back(catalogue, [one for one, _ in tables.changes_of(catalogue, 1)])
    path.touch()
    assert [file["state"] for file in stockctl("undo", "--json").json["files"]] == ["restored"]
    assert (path.read_bytes(), path.stat().st_mtime_ns) == (before, stamp)
