"""Every command that writes: killed, without room, twice at once, under a clock that went back. None is left out."""

from __future__ import annotations

import json
import random
import shutil
import sqlite3
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from stockctl.catalogue.refusals import damage
from stockctl.cli import program
from tests.conftest import ROOT
from tests.kills import left_behind, moments
from tests.kills.test_kills import EACH, STATEMENTS, World
from tests.metadata.samples import encoded
from tests.pictures import patches, put

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="strace and seccomp are Linux's")

# Commands that change nothing of a person's, or that wait for one or for a server of somebody else's.
READING = {
    *("plan", "status", "history", "agencies", "completion", "help", "presets"),
    *("campaign check", "campaign list", "campaign platforms", "release list", "words list"),
    *("models list", "config path", "config show", "db path", "db check", "vision prompt"),
}
ELSEWHERE = {
    "desk": "tests/desk kills it while it is given a statement",
    "login": "it asks a person and writes into the system's keyring",
    "vision use": "it asks a model that runs; it writes the settings as `config init` does",
    "vision test": "it asks a model that runs, and writes nothing",
    "models fetch": "tests/keyword/words/test_clip.py breaks it off",
    "models remove": "there is none to remove without a fetch",
}
BRIEF = min((ROOT / "sample_assets" / "briefs").glob("*.toml"))
POSTS = BRIEF.with_suffix(".posts.csv")

# Each with what is done before it, if anything; `{}` is the world's folder.
WRITING: dict[str, tuple[tuple[str, ...], tuple[str, ...] | None]] = {
    "check": (("check", "{}/photos", "--workers", "1", "--csv", "{}/out.csv", "--json"), None),
    "keyword": (("keyword", "{}/photos", "--set", "lighthouse, fog", "--json"), None),
    "undo": (("undo", "--json"), ("keyword", "{}/photos", "--set", "lighthouse, fog")),
    "submit": (("submit", "{}/photos", "--agency", "pond5", "--outbox", "{}/box", "--json"), None),
    "review": (("review", "--agency", "alamy", "rejected", "{}/photos", "--reason", "noise", "--json"), None),
    "earnings": (("earnings", str(STATEMENTS[0]), "--year", "2026", "--csv", "{}/out.csv", "--json"), None),
    "exclusive": (("exclusive", "alamy", "{}/photos/a.jpg", "--json"), None),
    "campaign pay": (("campaign", "pay", str(BRIEF), str(POSTS), "--json"), None),
    "campaign drop": (
        ("campaign", "drop", str(BRIEF), "{}/photos/a.jpg", "--json"),
        ("campaign", "check", str(BRIEF), "{}/photos/a.jpg", "--caption", "x"),
    ),
    "release add": (("release", "add", "{}/release.jpg", "--person", "Ann", "--json"), None),
    "release link": (
        ("release", "link", "Ann", "{}/photos/a.jpg", "--json"),
        ("release", "add", "{}/release.jpg", "--person", "Ann"),
    ),
    "release unlink": (
        ("release", "unlink", "Ann", "{}/photos/a.jpg", "--json"),
        ("release", "add", "{}/release.jpg", "--person", "Ann"),
    ),
    "words ban": (("words", "ban", "qwerty", "--json"), None),
    "words allow": (("words", "allow", "qwerty", "--json"), None),
    "words add": (("words", "add", "qwerty", "--json"), None),
    "words remove": (("words", "remove", "qwerty", "--json"), ("words", "ban", "qwerty")),
    "config init": (("config", "init"), None),
    "db backup": (("db", "backup", "--to", "{}/copy.db"), None),
    "db compact": (("db", "compact", "--json"), None),
}


def commands() -> Iterator[str]:
    """Give the name of every command of the program."""

    def walk(command: Any, name: tuple[str, ...]) -> Iterator[str]:
        inner = getattr(command, "commands", None)
        if inner is None:
            yield " ".join(name)
        else:
            for word, each in inner.items():
                yield from walk(each, (*name, word))

    return walk(program(), ())


def test_every_command_is_tried_or_writes_nothing() -> None:
    told = [*READING, *ELSEWHERE, *WRITING]
    assert len(told) == len(set(told))
    assert set(commands()) == set(told)


def of(world: World, words: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(word.replace("{}", str(world.root)) for word in words)


@pytest.fixture(scope="session")
def before(tmp_path_factory: pytest.TempPathFactory) -> World:
    """A world as it is before any command; each test has a copy of it."""
    made = World(tmp_path_factory.mktemp("every") / "world")
    put(made.photos / "a.jpg", patches(1))
    put(made.photos / "b.tif", encoded("TIFF"))
    put(made.photos / "d.gif", encoded("GIF"))
    put(made.root / "release.jpg", patches(3))
    assert made.program.run("history").code == 0
    return made


@pytest.fixture
def world(before: World, tmp_path: Path) -> World:
    shutil.copytree(before.root, tmp_path / "world")
    return World(tmp_path / "world")


# In a short run a few commands are drawn, in a long one all are tried: as a parameter, a list of names.
SOME = 6
every = pytest.mark.parametrize(
    "names", [None, *(pytest.param([name], marks=pytest.mark.soak) for name in WRITING)],
    ids=["some", *WRITING],
)  # fmt: skip


def worlds(names: list[str] | None, before: World, folder: Path) -> Iterator[tuple[str, World]]:
    """Give a world for each of the commands that are to be tried."""
    for name in names or random.sample(list(WRITING), SOME):
        root = folder / name.replace(" ", "-") / "world"
        shutil.copytree(before.root, root)
        yield name, World(root)


def prepared(world: World, name: str) -> tuple[tuple[str, ...], dict[str, set[bytes]]]:
    """Bring a world to where a command is given; return the command, and what each file may be: as before, or after."""
    command, first = WRITING[name]
    if first is not None:
        assert world.program.run(*of(world, first)).code in {0, 1}
    before = world.files()
    done = world.root.with_name("done")
    shutil.copytree(world.root, done)
    shutil.move(world.root, world.root.with_name("aside"))
    shutil.copytree(done, world.root)
    run = world.program.run(*of(world, command))
    assert run.code in {0, 1}, (name, run.out, run.err)
    after = world.files()
    shutil.rmtree(world.root)
    shutil.rmtree(done)
    shutil.move(world.root.with_name("aside"), world.root)
    may = {file: {before[file]} if file in before else set() for file in {*before, *after}}
    for file, data in after.items():
        may[file].add(data)
    return of(world, command), may


def sound(world: World, may: dict[str, set[bytes]], how: object) -> None:
    """Nothing of a person's is lost or half written, nothing is left behind, and the catalogue is whole."""
    assert world.program.run("agencies", "alamy").code == 0
    assert left_behind(world.root) == [], how
    assert damage(world.root / "catalogue.db") == "", how
    for name, data in world.files().items():
        whole = {one[: len(one)] for one in may[name]}
        # Of a file that is changed in place bytes may stand behind the end, which nothing leads to.
        assert data in whole or (name == "b.tif" and any(data[: len(one)] == one for one in whole)), (how, name)


def again(world: World, name: str, command: tuple[str, ...], may: dict[str, set[bytes]], how: object) -> None:
    """The same command goes on from there, and ends as if nothing had been."""
    run = world.program.run(*command)
    done = name == "undo" and "nothing to undo" in run.err
    refused = name in {"config init", "db backup"} and run.code == 2
    assert run.code in {0, 1} or done or refused, (how, run.out, run.err)
    assert "another program changed" not in run.out + run.err, how
    sound(world, may, how)


def drawn(world: World, command: tuple[str, ...], most: int) -> list[tuple[str, int]]:
    """Return moments to kill a command at: a few drawn of all that there are, or many of each call."""
    kept = world.root.with_name("kept")
    shutil.copytree(world.root, kept)
    counts = world.program.calls(*command)
    shutil.rmtree(world.root)
    shutil.move(kept, world.root)
    found = list(moments(counts, max(most, 2)))
    return found if most == EACH else random.sample(found, min(most, len(found)))


@every
def test_killed(names: list[str] | None, before: World, tmp_path: Path) -> None:
    for name, world in worlds(names, before, tmp_path):
        command, may = prepared(world, name)
        for call, when in drawn(world, command, EACH if names else 1):
            shutil.copytree(world.root, world.root.with_name("saved"))
            world.program.kill(call, when, *command)
            sound(world, may, (name, call, when))
            again(world, name, command, may, (name, call, when))
            shutil.rmtree(world.root)
            shutil.move(world.root.with_name("saved"), world.root)


@every
def test_where_files_may_grow_no_further(names: list[str] | None, before: World, tmp_path: Path) -> None:
    """A limit on the size of files stands for a disk that is full, at whatever a command writes first."""
    for name, world in worlds(names, before, tmp_path):
        command, may = prepared(world, name)
        child = world.program.start(*command, largest=24 << 10)
        child.let_go()
        out, err = child.said()
        assert child.returncode in {0, 1, 2}, (name, out, err)
        assert "Traceback" not in err, name
        assert "this is a bug" not in err, name
        if child.returncode == 2:
            assert "error: " in err, name
        sound(world, may, name)
        again(world, name, command, may, name)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of three megabytes."""
    place = tmp_path / "disk"
    place.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=3m", "none", str(place)], check=False, capture_output=True
    )
    if mounted.returncode:
        pytest.skip("no file system can be mounted here: it takes the rights of root")
    yield place
    subprocess.run(["umount", str(place)], check=True)


@pytest.mark.soak
@pytest.mark.parametrize("name", WRITING)
def test_on_a_full_disk(name: str, world: World, small_disk: Path) -> None:
    shutil.copytree(world.root, small_disk / "world")
    there = World(small_disk / "world")
    command, first = WRITING[name]
    if first is not None:
        assert there.program.run(*of(there, first)).code in {0, 1}
    before = there.files()
    filler = small_disk / "filler"
    with filler.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(bytes(4096))
        except OSError:
            pass
    child = there.program.start(*of(there, command))
    child.let_go()
    out, err = child.said()
    assert child.returncode in {0, 1, 2}, (out, err)
    assert "Traceback" not in err
    assert "this is a bug" not in err
    for file_name, data in before.items():
        now = (there.photos / file_name).read_bytes()
        assert now == data or child.returncode == 0 or now[: len(data)] == data, file_name
    filler.unlink()
    assert damage(there.root / "catalogue.db") == ""
    assert there.program.run(*of(there, command)).code in {0, 1, 2}


PAIRS = sorted({tuple(sorted(pair)) for pair in zip(WRITING, [*list(WRITING)[1:], *list(WRITING)[:1]], strict=True)})


def at_once(world: World, pair: tuple[str, str]) -> None:
    """Run two commands at the same time; both end, and leave all whole."""
    first, may = prepared(world, pair[0])
    second, _ = (first, may) if pair[0] == pair[1] else prepared(world, pair[1])
    both = [world.program.start(*command) for command in (first, second)]
    for child in both:
        child.let_go()
    for child in both:
        out, err = child.said()
        assert child.returncode in {0, 1, 2}, (pair, out, err)
        assert "Traceback" not in err, pair
        assert "this is a bug" not in err, (pair, err)
    if pair[0] == pair[1]:
        sound(world, may, pair)
    assert damage(world.root / "catalogue.db") == "", pair
    assert left_behind(world.root) == [], pair


@every
def test_two_at_once(names: list[str] | None, before: World, tmp_path: Path) -> None:
    for name, world in worlds(names, before, tmp_path):
        at_once(world, (name, name))


@pytest.mark.soak
@pytest.mark.parametrize("pair", PAIRS)
def test_two_of_a_pair_at_once(pair: tuple[str, str], world: World) -> None:
    at_once(world, pair)


def clocked(world: World, seconds: int, *command: str | Path) -> dict[str, Any]:
    child = world.program.start(*command, "--json", shifted_s=seconds)
    child.let_go()
    out, err = child.said()
    assert child.returncode in {0, 1}, err
    found: dict[str, Any] = json.loads(out)
    return found


def test_a_clock_that_went_back_changes_no_order(world: World) -> None:
    """Batches go by their numbers, a run by its process, an upload by its state: the clock only dates them."""
    photo, day = world.photos / "a.jpg", 86_400
    before = photo.read_bytes()
    clocked(world, 0, "keyword", photo, "--set", "fog")
    middle = photo.read_bytes()
    clocked(world, -400 * day, "keyword", photo, "--set", "lighthouse")
    batches = clocked(world, -400 * day, "history")["batches"]
    assert [batch["batch"] for batch in batches] == [2, 1]
    assert batches[0]["at"] < batches[1]["at"]
    # The last batch is the last that was made, not the one of the latest date.
    assert clocked(world, -800 * day, "undo")["batch"] == 2
    assert photo.read_bytes() == middle
    assert clocked(world, 0, "undo")["batch"] == 1
    assert photo.read_bytes() == before
    box = ("--agency", "pond5", "--outbox", world.root / "box")
    sent = clocked(world, 400 * day, "submit", world.photos, *box)
    assert {file["state"] for file in sent["files"]} == {"prepared"}
    # Nothing goes twice, though the first time lies ahead.
    back = clocked(world, 0, "submit", world.photos, *box)
    assert {file["state"] for file in back["files"]} == {"skipped"}
    standing = clocked(world, 0, "submit", "--status", "--agency", "pond5")["status"][0]
    assert standing["waiting"] == 0
    decided = clocked(world, 400 * day, "review", "--agency", "pond5", "rejected", photo)
    decided = clocked(world, 0, "review", "--agency", "pond5", "accepted", photo)
    assert len(decided["recorded"]) == 1
    connection = sqlite3.connect(world.root / "catalogue.db")
    try:
        assert connection.execute("SELECT count(*) FROM sendings").fetchone() == (len(sent["files"]),)
    finally:
        connection.close()
