"""The catalogue: opened by two at once, backed up before it changes, plain about what is wrong."""

from __future__ import annotations

import multiprocessing
import sqlite3
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

import stockctl.catalogue
from stockctl.catalogue import migrations as migrations_module
from stockctl.catalogue import open_catalogue
from stockctl.catalogue.migrations import Migrations
from stockctl.catalogue.seen import assets
from stockctl.errors import CatalogueError, CatalogueLockedError
from stockctl.files.fingerprint import Fingerprint

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from sqlite_utils import Database

    from stockctl.catalogue import Catalogue
    from tests.conftest import Run

FACTS = '{"kind": "photo", "format": "jpeg"}'


def seen(path: Path, media_id: str = "m1") -> assets.Seen:
    return assets.Seen(str(path), media_id, "f" * 64, Fingerprint(1, 2, 3), "1", FACTS)


def tables(catalogue: Catalogue) -> set[str]:
    return {row["name"] for row in catalogue.rows("SELECT name FROM sqlite_master WHERE type = 'table'")}


def _write_many(path: Path, prefix: str) -> None:
    with open_catalogue(path) as catalogue:
        for number in range(50):
            assets.record(catalogue, [seen(path.parent / f"{prefix}{number}.jpg", f"{prefix}{number}")])


def test_two_commands_open_a_new_catalogue_at_once_and_lose_nothing(tmp_path: Path) -> None:
    path = tmp_path / "catalogue.db"
    spawn = multiprocessing.get_context("spawn")
    processes = [spawn.Process(target=_write_many, args=(path, prefix)) for prefix in "abc"]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
        assert process.exitcode == 0
    with open_catalogue(path) as catalogue:
        assert len(assets.everything(catalogue)) == 150
        assert catalogue.rows("PRAGMA journal_mode")[0][0] == "wal"


def test_a_migration_backs_up_what_stood_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "catalogue.db"
    with open_catalogue(path) as catalogue:
        assets.record(catalogue, [seen(tmp_path / "a.jpg")])
    assert not list(tmp_path.glob("*.backup-*"))
    extended = Migrations("assets")
    for step in assets.migrations.steps.values():
        extended(step)

    @extended
    def m999_drop_all(db: Database) -> None:
        db.table("files").drop()

    monkeypatch.setattr(assets, "migrations", extended)
    with open_catalogue(path) as catalogue:
        assert "files" not in tables(catalogue)
    (backup,) = tmp_path.glob("catalogue.db.backup-*")
    connection = sqlite3.connect(backup)
    assert connection.execute("SELECT count(*) FROM files").fetchone() == (1,)
    connection.close()


def test_who_waits_is_told_how_far_a_catalogue_is_brought_up_to_date(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "catalogue.db"
    told: list[str] = []
    monkeypatch.setattr(migrations_module, "_FIRST_S", 3600.0)
    open_catalogue(path, told.append).close()
    assert told == []
    with sqlite3.connect(path) as connection:
        connection.execute("DELETE FROM _sqlite_migrations WHERE migration_set = 'vocabulary' AND name LIKE 'm004%'")
        connection.execute("DROP INDEX offers_by_source")
    connection.close()
    monkeypatch.setattr(migrations_module, "_FIRST_S", 0.0)
    monkeypatch.setattr(migrations_module, "_EVERY_S", 0.0)
    open_catalogue(path, told.append).close()
    assert "first a backup beside it, which is examined" in told[0]
    assert any("up to date: tables of vocabulary (" in line for line in told)
    assert told[-1] == "the catalogue is up to date"
    heard = len(told)
    open_catalogue(path, told.append).close()
    assert len(told) == heard


def test_a_long_step_of_a_migration_is_told_while_it_runs_and_hears_ctrl_c(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Datasette, where another test loads it, has what callbacks raise told on stderr.
    sqlite3.enable_callback_tracebacks(False)  # noqa: FBT003 - by place alone
    path = tmp_path / "catalogue.db"
    open_catalogue(path).close()
    monkeypatch.setattr(migrations_module, "_FIRST_S", 0.0)
    monkeypatch.setattr(migrations_module, "_EVERY_S", 0.0)
    steps = Migrations("slow")

    @steps
    def m001_for_ever(db: Database) -> None:
        """Count without end."""
        db.execute("WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n")

    monkeypatch.setattr(assets, "migrations", steps)
    told: list[str] = []

    def tell(text: str) -> None:
        told.append(text)
        if len(told) > 10:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        open_catalogue(path, tell)
    assert "tables of slow (1 of" in told[-1]
    monkeypatch.undo()
    open_catalogue(path, told.append).close()
    assert "m001_for_ever" not in path.read_bytes().decode("latin-1")


def test_a_failed_migration_leaves_the_catalogue_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "catalogue.db"
    broken = Migrations("assets")

    @broken
    def m001_half(db: Database) -> None:
        db.table("half").create({"id": int})
        msg = "no"
        raise ZeroDivisionError(msg)

    monkeypatch.setattr(assets, "migrations", broken)
    with pytest.raises(ZeroDivisionError):
        open_catalogue(path)
    monkeypatch.undo()
    with open_catalogue(path) as catalogue:
        assert "half" not in tables(catalogue)
        assert "files" in tables(catalogue)


def test_a_locked_catalogue_is_said_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "catalogue.db"
    open_catalogue(path).close()
    monkeypatch.setattr(stockctl.catalogue, "BUSY_TIMEOUT_MS", 50)
    holder = sqlite3.connect(path, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    with open_catalogue(path) as catalogue, pytest.raises(CatalogueLockedError) as caught:
        assets.record(catalogue, [seen(tmp_path / "a.jpg")])
    assert "another command" in caught.value.message
    assert caught.value.hint
    holder.execute("ROLLBACK")
    holder.close()


@pytest.mark.parametrize("content", [b"not a database at all, but long enough to be read", b"\xff\xd8\xff" * 900])
def test_a_file_that_is_no_catalogue_is_refused_and_left_alone(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "photo.jpg"
    path.write_bytes(content)
    with pytest.raises(CatalogueError) as caught:
        open_catalogue(path)
    assert caught.value.where == str(path)
    assert path.read_bytes() == content


def test_a_killed_write_leaves_the_old_state(tmp_path: Path) -> None:
    path = tmp_path / "catalogue.db"
    with open_catalogue(path) as catalogue:
        assets.record(catalogue, [seen(tmp_path / "a.jpg")])
    script = (
        "import os, sys; from pathlib import Path; from stockctl.catalogue import open_catalogue\n"
        "catalogue = open_catalogue(Path(sys.argv[1]))\n"
        "with catalogue.transaction() as connection:\n"
        "    connection.execute('DELETE FROM files')\n"
        "    os.kill(os.getpid(), 9)\n"
    )
    subprocess.run([sys.executable, "-c", script, str(path)], check=False)
    with open_catalogue(path) as catalogue:
        assert len(assets.everything(catalogue)) == 1


def test_a_moved_file_takes_its_row_along(tmp_path: Path) -> None:
    old, new = tmp_path / "old.jpg", tmp_path / "new.jpg"
    with open_catalogue(tmp_path / "catalogue.db") as catalogue:
        assets.record(catalogue, [seen(old)])
        new.touch()
        assets.record(catalogue, [seen(new)])
        assert assets.paths_of(catalogue, "m1") == [str(new)]


def test_a_copy_stands_beside_its_original(tmp_path: Path) -> None:
    one, two = tmp_path / "one.jpg", tmp_path / "two.jpg"
    one.touch()
    two.touch()
    with open_catalogue(tmp_path / "catalogue.db") as catalogue:
        assets.record(catalogue, [seen(one), seen(two)])
        assert sorted(assets.paths_of(catalogue, "m1")) == [str(one), str(two)]


@pytest.mark.parametrize("command", [("history",), ("check", "."), ("models", "list"), ("status", ".", "--json")])
def test_a_mistyped_folder_of_a_catalogue_is_not_made(
    command: tuple[str, ...], stockctl: Callable[..., Run], tmp_path: Path
) -> None:
    (tmp_path / "pictures").mkdir()
    run = stockctl("--db", tmp_path / "pictuers" / "deep" / "x.db", *command)
    assert (run.code, run.out) == (2, "")
    assert "there is no folder" in run.err
    assert f"did you mean {tmp_path / 'pictures'}?" in run.err
    assert not (tmp_path / "pictuers").exists()
    assert stockctl("--db", tmp_path / "pictures" / "x.db", "history").code == 0
    assert (tmp_path / "pictures" / "x.db").is_file()


def test_a_folder_that_is_made_for_the_catalogue_is_told(
    stockctl: Callable[..., Run], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STOCKCTL_DB", str(tmp_path / "new" / "x.db"))
    first, second = (stockctl("history", "--json") for _ in range(2))
    assert (first.code, second.code, second.err) == (0, 0, "")
    assert first.json == second.json
    assert f"the folder {tmp_path / 'new'} was made for the catalogue" in first.err
