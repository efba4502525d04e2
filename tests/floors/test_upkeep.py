"""`stockctl db`: faults are told and mended where that can be, copies are whole, and room comes back."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import stat
import threading
import time
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from stockctl.catalogue import FAMILIES, open_catalogue
from stockctl.catalogue import migrations as migrations_module
from stockctl.catalogue.upkeep import compacting, copying, examining, patience
from stockctl.catalogue.upkeep.invariants import invariants
from stockctl.errors import CatalogueLockedError
from tests.benchmarks import career
from tests.pictures import patches, put

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.conftest import Run


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A catalogue with some rows in each table that a small career has, and sales."""
    folder = tmp_path_factory.mktemp("filled")
    path = folder / "catalogue.db"
    from stockctl.check.run import pipeline
    from stockctl.config import Settings
    from stockctl.earnings.booking.importing import import_statement

    put(folder / "known.jpg", patches(1))
    with open_catalogue(path) as catalogue:
        pipeline.run(catalogue, Settings(folder / "none.toml"), [folder / "known.jpg"], workers=1)
        career.fill(catalogue, 60)
        career.invent_sales(folder / "sales.csv", 60, 300)
        import_statement(catalogue, folder / "sales.csv")
    return path


@pytest.fixture
def path(filled: Path, home: Path) -> Path:
    assert not list(filled.parent.glob("*-wal"))
    return Path(shutil.copy(filled, home / "catalogue.db"))


def test_a_sound_catalogue_is_sound_and_nothing_is_left_out(path: Path, stockctl: Callable[..., Run]) -> None:
    before = path.read_bytes()
    run = stockctl("db", "check", "--json")
    assert run.code == 0
    assert run.json["command"] == "db"
    assert run.json["sound"] is True
    assert run.json["faults"] == []
    assert run.json["notes"] == []
    assert path.read_bytes() == before
    assert "sound" in stockctl("db", "check").out


# How to break each invariant, for what no foreign key and no rule of a column holds off.
BREAKS = {
    "text-of-files": "UPDATE files SET facts = '{' WHERE rowid = 3",
    "text-of-verdicts": "UPDATE verdicts SET findings = '['",
    "sums-of-batches": "UPDATE batches SET files = files + 1 WHERE batch = 1",
    "states-of-uploads": "UPDATE uploads SET state = 'lost' WHERE rowid = 1",
    "sums-of-uploads": "UPDATE upload_counts SET pictures = pictures + 5",
    "days-of-decisions": "UPDATE decisions SET day = 'yesterday' WHERE id = 1",
    "sales-of-nothing": "DELETE FROM sold WHERE id = 2",
    "amounts-of-sales": "UPDATE sales SET amount = amount + 0.5 WHERE n = 1",
    "days-of-sales": "UPDATE units SET day = '2026-13-45' WHERE id = 1",
    "names-of-sold-files": "UPDATE sold SET shown = 0 WHERE id = 4",
    "sums-of-day-totals": "UPDATE day_totals SET amount = amount + 10000",
    "sums-of-asset-totals": "DELETE FROM asset_totals WHERE sold = 1",
    "text-of-worked_out": "INSERT INTO worked_out (question, rows) VALUES ('q', 'not JSON')",
    "sizes-of-year-sums": "INSERT OR REPLACE INTO year_sums SELECT year, currency, x'00' FROM asset_totals",
    "sizes-of-month-sums": "UPDATE month_sums SET sums = x'00' WHERE currency <> ''",
    "sizes-of-sold-files": "INSERT OR REPLACE INTO sold_files VALUES (0, x'00')",
    "sums-of-linked-sold": "UPDATE linked_sold SET files = files + 1",
    "sizes-of-month-words": "INSERT OR REPLACE INTO month_words VALUES ('2026-01', x'00')",
    "sizes-of-arrived-files": "INSERT OR REPLACE INTO arrived_files VALUES (0, x'00')",
    "sizes-of-hashes": "UPDATE hashes SET fine = x'00' WHERE id = 1",
    "packs-of-hashes": "INSERT INTO packs VALUES (9, 'v', x'00', x'00')",
    "numbers-in-packs": "INSERT INTO packs SELECT 9, version, zeroblob(8), zeroblob(32) FROM hashes LIMIT 1",
    "text-of-works": "UPDATE works SET keywords = 'x' WHERE rowid = 1",
    "text-of-answers": "INSERT INTO answers VALUES ('m', 'model', 'q', '{', 0, 0, '')",
}


def test_every_invariant_has_a_case() -> None:
    assert sorted(BREAKS) == sorted(one.name for one in invariants())


@pytest.mark.parametrize("name", BREAKS)
def test_what_does_not_hold_is_told_and_mended_where_it_can_be(
    path: Path, stockctl: Callable[..., Run], name: str
) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(BREAKS[name])
    run = stockctl("db", "check", "--json")
    assert run.code == 1
    fault = next(fault for fault in run.json["faults"] if fault["what"] == name)
    assert fault["count"] >= 1
    assert fault["hint"]
    before = path.read_bytes()
    mended = stockctl("db", "check", "--mend", "--json")
    if fault["mendable"]:
        assert name in mended.json["mended"]
        assert name not in [left["what"] for left in mended.json["faults"]]
        (copy,) = path.parent.glob("catalogue.db.backup-*")
        assert stat.S_IMODE(copy.stat().st_mode) == 0o600
        assert examining.examine(copy).faults
    else:
        assert mended.code == 1
        assert mended.json["mended"] == []
        assert "nothing was mended" in " ".join(mended.json["notes"])
        assert path.read_bytes() == before


def test_what_belongs_to_nothing_is_told(path: Path, stockctl: Callable[..., Run]) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("DELETE FROM assets WHERE rowid < 4")
    run = stockctl("db", "check", "--json")
    assert [(fault["what"], fault["count"]) for fault in run.json["faults"]] == [("foreign-keys", 3)]


def test_tables_and_triggers_that_are_not_as_we_make_them_are_told(path: Path, stockctl: Callable[..., Run]) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("DROP TABLE drafts")
        connection.execute("DROP INDEX works_name")
        connection.execute("DROP TRIGGER uploads_counted_insert")
        connection.execute("ALTER TABLE releases DROP COLUMN guardian")
        connection.execute("CREATE TRIGGER evil AFTER INSERT ON files BEGIN DELETE FROM works; END")
        connection.execute("CREATE TABLE a_persons_own (a)")
    messages = [fault["message"] for fault in stockctl("db", "check", "--json").json["faults"]]
    for word in (
        "table drafts is missing",
        "index works_name of works is missing",
        "trigger evil of files is none",
        "column guardian of releases is missing",
    ):
        assert any(word in message for message in messages), word
    assert not any("a_persons_own" in message for message in messages)


def test_a_function_that_a_hostile_schema_calls_is_not_run(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("DROP VIEW sale_rows")
        connection.execute("CREATE VIEW sale_rows AS SELECT load_extension('/tmp/evil.so')")
    assert examining.examine(path).path == path


@pytest.mark.parametrize("place", [0.3, 0.6, 0.9])
def test_a_damaged_file_is_told_with_the_newest_whole_backup(
    path: Path, stockctl: Callable[..., Run], place: float
) -> None:
    older = copying_of(path)
    newer = path.with_name("catalogue.db.backup-99999999T000000Z")
    newer.write_bytes(older.read_bytes()[:5000])  # the newest is broken off
    content = bytearray(path.read_bytes())
    at = int(len(content) * place) // 4096 * 4096
    content[at : at + 9000] = os.urandom(9000)
    path.write_bytes(content)
    run = stockctl("db", "check", "--json")
    assert run.code == 1
    assert run.json["sound"] is False
    assert run.json["faults"][0]["what"] == "damage"
    assert older.name in run.json["faults"][0]["hint"]
    for command in ("backup", "compact"):
        done = stockctl("db", command)
        assert done.code == 2, done.err
        assert "damaged" in done.err
        assert path.read_bytes() == content
    assert len(list(path.parent.glob("*.backup-*"))) == 2
    assert not list(path.parent.glob(".*stockctl-tmp"))


def copying_of(path: Path) -> Path:
    with open_catalogue(path) as catalogue:
        return copying.back_up(catalogue)


@pytest.mark.parametrize("size", [1, 99, 100, 4095, 20_000])
def test_a_file_that_breaks_off_is_told(path: Path, stockctl: Callable[..., Run], size: int) -> None:
    path.write_bytes(path.read_bytes()[:size])
    run = stockctl("db", "check")
    assert run.code in {1, 2}
    assert "Traceback" not in run.err
    assert "damaged" in run.out + run.err or "no catalogue" in run.err


def test_what_is_no_catalogue_is_refused_and_left_alone(
    tmp_path: Path, stockctl: Callable[..., Run], home: Path
) -> None:
    theirs = tmp_path / "theirs.db"
    with closing(sqlite3.connect(theirs)) as connection, connection:
        connection.execute("CREATE TABLE t (a)")
    put(tmp_path / "photo.jpg", patches(1))
    (tmp_path / "empty.db").touch()
    for name, words in (
        ("theirs.db", "another program"),
        ("photo.jpg", "no catalogue"),
        ("none.db", "no catalogue yet"),
    ):
        before = (tmp_path / name).read_bytes() if (tmp_path / name).exists() else None
        for command in ("check", "backup", "compact"):
            run = stockctl("--db", tmp_path / name, "db", command)
            assert run.code == 2, (name, command)
            assert words in run.err or "not a catalogue" in run.err, (name, command)
            assert "hint:" in run.err
        assert ((tmp_path / name).read_bytes() if (tmp_path / name).exists() else None) == before
    assert stockctl("--db", tmp_path, "db", "check").code == 2
    assert not list(home.glob("catalogue.db*"))


def test_an_older_catalogue_is_examined_as_far_as_it_goes(home: Path, stockctl: Callable[..., Run]) -> None:
    path = home / "catalogue.db"
    from stockctl.catalogue import migrations

    families = [__import__(f"stockctl.catalogue.{name}", fromlist=["x"]).migrations for name in FAMILIES]
    first = []
    for family in families:
        cut = migrations.Migrations(family.family)
        cut.steps = dict(list(family.steps.items())[:1])
        first.append(cut)
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        migrations.apply(connection, first)
    run = stockctl("db", "check", "--json")
    assert run.code == 0
    assert any("older stockctl" in note for note in run.json["notes"])
    assert run.json["faults"] == []


@pytest.mark.parametrize("large", [0, copying.LARGE], ids=["as it lies", "by pages"])
def test_a_copy_is_whole_and_private_while_another_command_writes(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, large: int
) -> None:
    monkeypatch.setattr(copying, "LARGE", large)
    stop = threading.Event()

    def write() -> None:
        with open_catalogue(path) as catalogue:
            number = 0
            while not stop.is_set():
                number += 1
                with catalogue.transaction() as connection:
                    connection.execute("INSERT INTO assets VALUES (?, 'photo', 'jpeg', '')", (f"new {number}",))
                    connection.execute("INSERT INTO choices VALUES (?, 'x', 'y', '')", (f"new {number}",))

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for number in range(5):
            with open_catalogue(path) as catalogue:
                copying.copy(catalogue, tmp_path / f"{number}.db")
    finally:
        stop.set()
        writer.join()
    for number in range(5):
        copy = tmp_path / f"{number}.db"
        assert stat.S_IMODE(copy.stat().st_mode) == 0o600
        assert not examining.examine(copy).faults
        with closing(sqlite3.connect(copy)) as connection:
            ours = connection.execute("SELECT count(*) FROM assets WHERE media_id LIKE 'new %'").fetchone()
            assert ours == connection.execute("SELECT count(*) FROM choices WHERE name = 'x'").fetchone()


@pytest.mark.skipif(not hasattr(os, "copy_file_range"), reason="only Linux copies within the system")
def test_a_large_catalogue_is_copied_as_it_lies_and_written_to_meanwhile(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(copying, "LARGE", 0)
    monkeypatch.setattr(copying, "_by_pages", None)
    slow = copying._COPIER.replace("os.fdatasync(", "__import__('time').sleep(0.3); os.fdatasync(")
    monkeypatch.setattr(copying, "_COPIER", slow)
    with open_catalogue(path) as catalogue, open_catalogue(path) as other:
        before = catalogue.rows("SELECT count(*) FROM assets")[0][0]
        written: list[int] = []

        def write(_done: int, _of: int) -> None:
            if not written:
                other.connection.execute("INSERT INTO assets VALUES ('meanwhile', 'photo', 'jpeg', '')")
                # Not even now does it go into the file.
                written.append(other.connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()[2])

        copying.copy(catalogue, tmp_path / "copy.db", write)
        assert catalogue.rows("SELECT count(*) FROM assets")[0][0] == before + 1
    assert written == [0]
    with open_catalogue(tmp_path / "copy.db") as copied:
        assert copied.rows("SELECT count(*) FROM assets")[0][0] == before
    assert not examining.examine(tmp_path / "copy.db").faults


@pytest.mark.skipif(not hasattr(os, "copy_file_range"), reason="only Linux copies within the system")
def test_ctrl_c_ends_a_copy_at_once(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(copying, "LARGE", 0)
    monkeypatch.setattr(copying, "_COPIER", "import time; time.sleep(60)")
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    began = time.monotonic()
    try:
        threading.Timer(0.3, signal.raise_signal, [signal.SIGINT]).start()
        with open_catalogue(path) as catalogue, pytest.raises(KeyboardInterrupt):
            copying.back_up(catalogue)
    finally:
        signal.signal(signal.SIGINT, before)
    assert time.monotonic() - began < 20
    assert not list(path.parent.glob("*backup*"))


def test_a_copy_can_be_put_in_the_place_of_the_catalogue(path: Path, stockctl: Callable[..., Run]) -> None:
    run = stockctl("db", "backup", "--to", path.parent / "copy", "--json")
    assert run.code == 0
    copy = Path(run.json["path"])
    assert copy.stat().st_size == run.json["bytes"]
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    history = stockctl("history", "--json").json
    path.unlink()
    copy.rename(path)
    assert stockctl("history", "--json").json == history


def test_no_room_for_a_copy_leaves_nothing(
    path: Path, stockctl: Callable[..., Run], monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = shutil.disk_usage(path.parent)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage._replace(free=1000))
    for command in (["db", "backup"], ["db", "backup", "--to", str(path.parent / "copy")], ["db", "compact"]):
        run = stockctl(*command)
        assert run.code == 2
        assert "MB free" in run.err
        assert "hint: make room" in run.err
    assert [one.name for one in path.parent.iterdir() if one.name.startswith(("copy", "catalogue.db.b", "."))] == []


def test_room_comes_back_and_is_told(path: Path, stockctl: Callable[..., Run]) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("INSERT INTO searches (key, found) VALUES ('x', zeroblob(9000000))")
        connection.execute("DELETE FROM searches")
    told = stockctl("db", "check", "--json").json
    assert told["free"] > 8_000_000
    run = stockctl("db", "compact", "--json")
    assert run.code == 0
    assert run.json["saved"] == run.json["before"] - run.json["after"] > 8_000_000
    assert run.json["after"] == path.stat().st_size
    assert stockctl("db", "check", "--json").json["sound"]


def test_a_catalogue_that_another_command_writes_to_is_not_compacted(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("stockctl.catalogue.BUSY_TIMEOUT_MS", 50)
    with closing(sqlite3.connect(path, isolation_level=None)) as other, open_catalogue(path) as catalogue:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(CatalogueLockedError):
            compacting.compact(catalogue)


def test_a_reader_is_waited_for_by_the_room_alone(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("stockctl.catalogue.BUSY_TIMEOUT_MS", 50)
    with open_catalogue(path) as reader, open_catalogue(path) as catalogue:
        reader.connection.execute("BEGIN")
        reader.rows("SELECT count(*) FROM assets")
        assert compacting.compact(catalogue).waits
        assert reader.rows("SELECT count(*) FROM assets")[0][0] == 61


def test_ctrl_c_ends_a_long_statement(path: Path) -> None:
    # Datasette, where another test loads it, has what callbacks raise told on stderr.
    sqlite3.enable_callback_tracebacks(False)  # noqa: FBT003 - by place alone
    # Whoever started the tests may ignore it.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        _interrupted(path)
    finally:
        signal.signal(signal.SIGINT, before)


def _interrupted(path: Path) -> None:
    with open_catalogue(path) as catalogue:
        long = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"

        threading.Timer(0.5, signal.raise_signal, [signal.SIGINT]).start()
        with pytest.raises(KeyboardInterrupt), examining.interruptible(catalogue.connection):
            catalogue.connection.execute(long).fetchone()


def test_who_waits_for_an_examination_is_told_and_ctrl_c_ends_it(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(migrations_module, "_FIRST_S", 0.0)
    monkeypatch.setattr(migrations_module, "_EVERY_S", 0.0)
    monkeypatch.setattr(patience, "_LOOK_S", 0.001)
    told: list[str] = []
    assert not examining.examine(path, tell=told.append).faults
    assert "examining the catalogue (" in told[0]
    # What SQLite does without asking anybody.
    long = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with closing(sqlite3.connect(path, check_same_thread=False)) as connection:
            waiting = migrations_module.Waiting(told.append, "something long")
            threading.Timer(0.4, signal.raise_signal, [signal.SIGINT]).start()
            with pytest.raises(KeyboardInterrupt):
                patience.watched(connection, waiting, lambda: connection.execute(long).fetchone())
            # The connection serves on.
            assert connection.execute("SELECT 1").fetchone() == (1,)
    finally:
        signal.signal(signal.SIGINT, before)
    assert "something long" in told[-1]


def test_the_path_is_told_also_where_nothing_is(home: Path, stockctl: Callable[..., Run]) -> None:
    run = stockctl("db", "path", "--json")
    assert run.json == {"command": "db", "path": str(home / "catalogue.db"), "exists": False, "bytes": 0}
    assert not (home / "catalogue.db").exists()
    assert stockctl("db", "path").out.strip() == str(home / "catalogue.db")


def test_the_catalogue_is_never_the_place_of_its_own_copy(path: Path, stockctl: Callable[..., Run]) -> None:
    before = path.read_bytes()
    for name in ("catalogue.db", "catalogue.db-wal", "catalogue.db.backup-mine"):
        assert stockctl("db", "backup", "--to", path.parent / name, "--force").code == 2
    assert path.read_bytes() == before
