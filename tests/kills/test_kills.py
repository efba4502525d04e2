"""Killed at a system call, and the same command again: nothing of a person's is lost, nothing counts twice."""

from __future__ import annotations

import csv
import random
import shutil
import sqlite3
import sys
import time
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from stockctl.catalogue.refusals import damage
from stockctl.metadata import read
from tests.kills import Program, left_behind, moments
from tests.metadata.samples import encoded
from tests.pictures import patches, put

if TYPE_CHECKING:
    from collections.abc import Iterator

Moments = list[tuple[str, int]]

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="strace and seccomp are Linux's")

STATEMENTS = sorted((Path(__file__).parents[2] / "sample_assets/statements").glob("2026_1*_earnings_by_month.csv"))
# So many moments of each call in a long run, and so many by the clock.
EACH = 12
SQLITES = frozenset({"ftruncate", "pwrite64", "fdatasync", "write"})
BY_TIME = "the clock"


@dataclass(frozen=True)
class World:
    """A home with a catalogue and a folder of pictures, in the state before a command, to be had anew for each kill."""

    root: Path

    @property
    def program(self) -> Program:
        return Program(
            {
                "HOME": str(self.root),
                "XDG_DATA_HOME": str(self.root / "data"),
                "XDG_CONFIG_HOME": str(self.root / "config"),
                "STOCKCTL_DB": str(self.root / "catalogue.db"),
                "STOCKCTL_CONFIG": str(self.root / "stockctl.toml"),
            }
        )

    @property
    def photos(self) -> Path:
        return self.root / "photos"

    def files(self) -> dict[str, bytes]:
        return {path.name: path.read_bytes() for path in sorted(self.photos.iterdir())}

    def times(self) -> dict[str, int]:
        return {path.name: path.stat().st_mtime_ns for path in self.photos.iterdir()}

    def decisions(self) -> int:
        connection = sqlite3.connect(self.root / "catalogue.db")
        try:
            (found,) = connection.execute("SELECT count(*) FROM decisions").fetchone()
        finally:
            connection.close()
        return int(found)


@pytest.fixture
def world(tmp_path: Path) -> World:
    """A world with a photo, a TIFF that is changed in place, a PNG, and a clip's worth of sidecar."""
    made = World(tmp_path / "world")
    put(made.photos / "a.jpg", patches(1))
    put(made.photos / "b.tif", encoded("TIFF"))
    put(made.photos / "c.png", encoded("PNG"))
    put(made.photos / "d.gif", encoded("GIF"))  # not embedded into: it gets a sidecar
    made.program.run("history")
    return made


def killed(world: World, command: tuple[str | Path, ...], few: Moments | None) -> Iterator[tuple[World, str]]:
    """Give a new world for each kill of a command, as the kill left it, and how it was killed."""
    before = world.root.with_name("before")
    shutil.move(world.root, before)
    chosen = few
    if chosen is None:
        shutil.copytree(before, world.root)
        chosen = list(moments(world.program.calls(*command), EACH))
        shutil.rmtree(world.root)
        shutil.copytree(before, world.root)
        started = time.monotonic()
        world.program.kill_after(60, *command)
        whole = time.monotonic() - started
        shutil.rmtree(world.root)
        # And by the clock, in ms after the start: most of that is spent in drawing the program in.
        chosen += [(BY_TIME, round(random.uniform(0.3, 1) * whole * 1000)) for _ in range(EACH)]  # noqa: S311 - moments
    for call, when in chosen:
        shutil.copytree(before, world.root)
        if call == BY_TIME:
            was_killed = world.program.kill_after(when / 1000, *command)
        else:
            was_killed = world.program.kill(call, when, *command)
        # How often SQLite writes and forces to disk is its own affair.
        assert was_killed or few is None or call in SQLITES, f"{call} is not made {when} times"
        # A command that has nothing to do with it takes away what is left.
        assert world.program.run("agencies", "alamy").code == 0
        assert left_behind(world.root) == [], (call, when)
        yield world, f"killed at {call} number {when}"
        shutil.rmtree(world.root)


def some(*always: tuple[str, int], more: Moments) -> Moments:
    """Return these moments and one drawn of some more."""
    return [*always, random.choice(more)]  # noqa: S311 - a moment


UNDO = [
    ("fsync", 1),
    ("fsync", 2),
    ("fsync", 4),
    ("ftruncate", 2),
    ("unlink", 1),
    ("rename", 1),
    ("pwrite64", 9),
    ("fdatasync", 2),
]


@pytest.mark.parametrize(
    "few", [some(("renameat2", 1), more=UNDO), pytest.param(None, marks=pytest.mark.soak)],
    ids=["few", "all"],
)  # fmt: skip
def test_undo(world: World, few: Moments | None) -> None:
    files, times = world.files(), world.times()
    assert world.program.run("keyword", world.photos, "--set", "lighthouse, fog").code == 0
    assert len(world.files()) == len(files) + 1
    for after, how in killed(world, ("undo",), few):
        again = after.program.run("undo", "--json")
        if again.code == 0:
            assert [file["state"] for file in again.json["files"]] == ["restored"] * 4, how
        else:
            assert "nothing to undo" in again.err, (how, again.out, again.err)
        assert after.files() == files, how
        assert after.times() == times, how
        assert "nothing to undo" in after.program.run("undo").err, how


@pytest.mark.parametrize(
    "few",
    [
        some(more=[("renameat2", 1), ("fdatasync", 1), ("fsync", 1), ("write", 3), ("pwrite64", 5), ("link", 1)]),
        pytest.param(None, marks=pytest.mark.soak),
    ],
    ids=["few", "all"],
)
@pytest.mark.parametrize("by_table", [False, True], ids=["keyword", "apply"])
def test_keyword(world: World, few: Moments | None, by_table: bool) -> None:  # noqa: FBT001
    files, times = world.files(), world.times()
    wanted = ("lighthouse", "fog")
    command: tuple[str | Path, ...] = ("keyword", world.photos, "--set", "lighthouse, fog")
    if by_table:
        sheet = world.root / "words.csv"
        rows = "\n".join(f'{world.photos / name},T,D,"lighthouse, fog"' for name in files)
        sheet.write_text(f"file,title,description,keywords\n{rows}\n", encoding="utf-8")
        command = ("keyword", "--apply", sheet)
    for after, how in killed(world, command, few):
        for name, data in files.items():
            now = (after.photos / name).read_bytes()
            # Of a file that is changed in place bytes may stand behind the end, which nothing leads to.
            old = now[: len(data)] == data if name == "b.tif" else now == data
            assert old or read(after.photos / name).record.keywords == wanted, (how, name)
        undone = after.program.run("undo", "--json")
        assert undone.code == 0 or "nothing to undo" in undone.err, (how, undone.out, undone.err)
        assert after.files() == files, how
        assert after.times() == times, how
        assert after.program.run(*command).code == 0
        assert all(read(after.photos / name).record.keywords == wanted for name in files), how
        assert after.program.run("undo").code == 0
        assert after.files() == files, how


AFTER_BEGIN = [("pwrite64", 6), ("fdatasync", 1), ("pwrite64", 12)]
drawn = pytest.mark.parametrize(
    "few", [some(more=AFTER_BEGIN), pytest.param(None, marks=pytest.mark.soak)], ids=["few", "all"]
)


@pytest.mark.parametrize(
    "few", [some(more=AFTER_BEGIN), pytest.param(None, marks=pytest.mark.soak)], ids=["few", "all"]
)
def test_earnings(world: World, tmp_path: Path, few: Moments | None) -> None:
    command: tuple[str | Path, ...] = ("earnings", *STATEMENTS, "--year", "2026", "--csv", world.root / "out.csv")
    whole = replace(world, root=tmp_path / "whole")
    shutil.copytree(world.root, whole.root)
    expected = whole.program.run("earnings", *STATEMENTS, "--year", "2026", "--json").json["totals"]
    for after, how in killed(world, command, few):
        again = after.program.run("earnings", *STATEMENTS, "--year", "2026", "--json")
        assert again.json["totals"] == expected, how
        assert after.program.run(*command).code == 0


@pytest.mark.parametrize(
    "few", [some(more=AFTER_BEGIN[:2]), pytest.param(None, marks=pytest.mark.soak)], ids=["few", "all"]
)
def test_review(world: World, few: Moments | None) -> None:
    decisions = world.root / "decisions.csv"
    names = list(world.files())
    lines = "\n".join(f"{world.photos / name},rejected,out of focus,2026-05-0{n + 1}" for n, name in enumerate(names))
    decisions.write_text(f"file,decision,reason,day\n{lines}\n", encoding="utf-8")
    command = ("review", "--agency", "alamy", "--import", decisions, "--json")
    for after, how in killed(world, command, few):
        assert len(after.program.run(*command).json["recorded"]) == len(names), how
        assert after.decisions() == len(names), how


@pytest.mark.parametrize(
    "few", [[("rename", 1), ("fsync", 1)], pytest.param(None, marks=pytest.mark.soak)], ids=["few", "all"]
)
def test_a_backup_before_a_migration(world: World, few: Moments | None) -> None:
    """The copy that the hint names is whole, or is not there."""
    path = world.root / "catalogue.db"
    connection = sqlite3.connect(path)
    connection.execute("DROP TABLE written")
    connection.execute("DELETE FROM _sqlite_migrations WHERE migration_set = 'written'")
    connection.execute("INSERT INTO batches (of, command, at) VALUES ('keyword', 'mine', '2026-01-02')")
    connection.commit()
    connection.close()
    for old in world.root.glob("*.backup-*"):
        old.unlink()
    for after, how in killed(world, ("history",), few):
        kept = [path for path in after.root.iterdir() if ".backup-" in path.name]
        assert all(damage(path, untouched=True) == "" for path in kept), how
        assert "1" in after.program.run("history").out, how
        assert not [path for path in after.root.iterdir() if path.name.endswith("-journal")], how


@pytest.mark.parametrize(
    "few",
    [some(("link", 1), more=[("fsync", 1), ("pwrite64", 9), ("unlink", 1), ("write", 4)]),
     pytest.param(None, marks=pytest.mark.soak)],
    ids=["few", "all"],
)  # fmt: skip
def test_submit(world: World, few: Moments | None) -> None:
    files = world.files()
    command = ("submit", world.photos, "--agency", "pond5", "--outbox", world.root / "box", "--json")
    for after, how in killed(world, command, few):
        again = after.program.run(*command)
        assert again.code == 0, (how, again.out, again.err)
        box = after.root / "box/pond5"
        sheets = sorted(box.glob("*.csv"))
        prepared = [path.read_bytes() for path in box.iterdir() if path not in sheets]
        assert sorted(prepared) == sorted(files.values()), how
        listed: Counter[str] = Counter()
        for sheet in sheets:
            with sheet.open(encoding="utf-8-sig", newline="") as file:
                listed.update(next(iter(row.values())) for row in csv.DictReader(file))
        assert set(listed.values()) == {1}, how
        assert len(listed) == len(files), how
