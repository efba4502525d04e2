"""Several files are written at once: what the ledger says, the order, and an undo are as if it were one by one."""

from __future__ import annotations

import hashlib
import signal
import threading
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from stockctl.catalogue import open_catalogue
from stockctl.errors import RefusedError
from stockctl.files.writing import append
from stockctl.keyword import carrying, run
from stockctl.metadata import Record, read, writing
from stockctl.metadata.changes import history
from stockctl.report import waiting
from tests.metadata.samples import encoded
from tests.pictures import jpeg, put

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from stockctl.metadata.writing import Change
    from tests.conftest import Run

    Program = Callable[..., Run]

SET = ("--title", "Boats on a lake", "--set", "boat,lake,water", "--json")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for seed in range(8):
        put(tmp_path / "in" / f"DSC_{seed}.jpg", jpeg(320, 200, seed=seed))
    return tmp_path / "in"


def sums(folder: Path) -> dict[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(folder.iterdir())}


def failing(monkeypatch: pytest.MonkeyPatch, *names: str) -> None:
    """Let another program change these files just before they are replaced."""
    perform = writing.perform

    def or_not(change: Change, **options: Any) -> Any:
        if change.path.name in names:
            raise RefusedError("another program changed the file", where=str(change.path))
        return perform(change, **options)

    monkeypatch.setattr(writing, "perform", or_not)


@pytest.mark.parametrize("bad", [("DSC_0.jpg",), ("DSC_3.jpg", "DSC_4.jpg"), ("DSC_7.jpg",)])
def test_a_file_that_fails_stops_no_other(
    stockctl: Program, folder: Path, monkeypatch: pytest.MonkeyPatch, bad: tuple[str, ...]
) -> None:
    before = sums(folder)
    failing(monkeypatch, *bad)
    run = stockctl("keyword", folder, *SET)
    assert run.code == 1
    assert [entry["path"] for entry in run.json["errors"]] == [str(folder / name) for name in bad]
    done = [asset["path"] for asset in run.json["assets"]]
    assert done == sorted(str(folder / name) for name in before if name not in bad)
    assert {name for name, found in sums(folder).items() if found == before[name]} == set(bad)
    (batch,) = stockctl("history", "--json").json["batches"]
    assert batch["files"] == len(before) - len(bad)
    assert stockctl("undo").code == 0
    assert sums(folder) == before


def test_where_the_first_file_fails_alone_the_next_still_has_a_batch(
    stockctl: Program, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    failing(monkeypatch, *(f"DSC_{seed}.jpg" for seed in range(6)))
    run = stockctl("keyword", folder, *SET)
    assert (run.code, len(run.json["errors"]), len(run.json["assets"])) == (1, 6, 2)
    (batch,) = stockctl("history", "--json").json["batches"]
    assert (batch["batch"], batch["files"]) == (run.json["batch"], 2)


def test_a_batch_that_was_given_up_with_its_only_file_begins_anew(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    failing(monkeypatch, "DSC_0.jpg")
    record = Record(title="Boats on a lake")
    with open_catalogue(tmp_path / "c.db") as catalogue:
        with history.batch(catalogue, of="keyword") as batch:
            with pytest.raises(RefusedError):
                batch.write(folder / "DSC_0.jpg", record)
            assert history.batches(catalogue) == []
            assert batch.write(folder / "DSC_1.jpg", record).changed
        (kept,) = history.batches(catalogue)
        assert (kept.batch, kept.files) == (batch.number, 1)


def test_what_was_written_when_a_person_stopped_it_can_be_undone(
    stockctl: Program, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = sums(folder)
    prepare = writing.prepare

    def stopped(path: Path, *rest: Any) -> Any:
        if path.name == "DSC_5.jpg":
            raise KeyboardInterrupt
        return prepare(path, *rest)

    monkeypatch.setattr(writing, "prepare", stopped)
    # Those that wait to be written down together are let go; those that were written down come to their end.
    monkeypatch.setattr(history, "TOGETHER", 2)
    assert stockctl("keyword", folder, *SET).code == 130
    changed = {name for name, found in sums(folder).items() if found != before[name]}
    assert changed == {f"DSC_{seed}.jpg" for seed in range(4)}
    files = stockctl("undo", "--json").json["files"]
    assert [entry["state"] for entry in files] == ["restored"] * 4
    assert sums(folder) == before


def test_a_file_whose_disk_does_not_answer_is_named_and_left_by_a_second_ctrl_c(
    stockctl: Program, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    perform, named, left = writing.perform, set[str](), list[int]()

    presses = iter(range(100))

    def slowly(change: Change) -> Any:
        named.update(one.path.name for one in list(waiting._reads.values()))
        number = next(presses)
        time.sleep(0.3 + 0.7 * number)
        if number < 2:
            signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)
        time.sleep(0.5)
        return perform(change)

    monkeypatch.setattr(writing, "perform", slowly)
    monkeypatch.setattr(history, "TOGETHER", 2)
    monkeypatch.setattr(carrying, "interrupted", lambda: left.append(1))
    # Whoever started the tests may ignore it.
    heard = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        assert stockctl("keyword", folder, *SET).code == 130
    finally:
        signal.signal(signal.SIGINT, heard)
    assert left == [1]
    assert named >= {"DSC_0.jpg", "DSC_1.jpg"}


def test_two_names_of_one_file_are_written_one_after_the_other(stockctl: Program, folder: Path) -> None:
    before = sums(folder)
    for seed in range(3):
        (folder / f"DSC_0-{seed}.jpg").symlink_to(folder / "DSC_0.jpg")
    run = stockctl("keyword", folder, "--add", "boat", "--json")
    assert run.code == 0, run.err
    names = {asset["path"].rsplit("/", 1)[-1]: asset["changed"] for asset in run.json["assets"]}
    assert sum(names[name] for name in names if name.startswith("DSC_0")) == 1
    for seed in range(3):
        (folder / f"DSC_0-{seed}.jpg").unlink()
    stockctl("undo")
    assert sums(folder) == before


@pytest.mark.parametrize("how", ["in the file", "beside it"])
def test_what_another_program_says_while_words_are_looked_for_is_kept(
    stockctl: Program, folder: Path, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    """Minutes may go by between the reading of a picture and the writing of it, where a model looks at it."""
    photo = folder / "DSC_1.jpg"
    record = replace(read(photo).record, title="Said elsewhere meanwhile")
    carry_out = carrying.carry_out

    def late(*given: Any) -> Any:
        with open_catalogue(folder.parent / "theirs.db") as theirs, history.batch(theirs, of="theirs") as batch:
            batch.write(photo, record, sidecar=how == "beside it")
        monkeypatch.undo()
        return carry_out(*given)

    monkeypatch.setattr(run, "carry_out", late)
    done = stockctl("keyword", folder, *SET, "--json")
    assert done.code == 1
    assert [error["path"] for error in done.json["errors"]] == [str(photo)]
    assert "another program changed the file" in done.json["errors"][0]["error"]
    assert read(photo).record.title == "Said elsewhere meanwhile"
    assert len(done.json["assets"]) == len(list(folder.glob("*.jpg"))) - 1
    assert stockctl("keyword", photo, "--add", "harbour").code == 0
    assert read(photo).record.title == "Said elsewhere meanwhile"


@pytest.mark.parametrize("by", ["words", "table"])
def test_a_large_file_that_a_killed_run_was_appending_to_is_written_by_the_next(
    by: str, tmp_path: Path, stockctl: Program, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(append, "LARGE", 4096)
    photo = put(tmp_path / "in" / "b.tif", encoded("TIFF"))
    before = photo.read_bytes()

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with (
        monkeypatch.context() as patch,
        open_catalogue(home / "catalogue.db") as catalogue,
        history.batch(catalogue, of="keyword") as batch,
    ):
        patch.setattr(append, "_point", killed)
        with pytest.raises(KeyboardInterrupt):
            batch.write(photo, Record(keywords=("boat", "lake")))
    half_way = photo.read_bytes()
    assert before == half_way[: len(before)] != half_way
    words = ("--set", "boat,lake")
    assert stockctl("keyword", photo, *words, "--dry-run").code == 0
    assert photo.read_bytes() == half_way
    table = put(tmp_path / "words.csv", f'file,title,description,keywords\n{photo},,,"boat, lake"\n'.encode())
    run_ = stockctl("keyword", *((photo, *words) if by == "words" else ("--apply", table)), "--json")
    assert run_.code == 0, run_.out
    assert read(photo).record.keywords == ("boat", "lake")
    assert stockctl("undo").code == 0
    assert photo.read_bytes() == before
