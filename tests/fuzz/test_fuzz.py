"""A short draw of spoilt files in each run of the tests, half an hour of them in the long one."""

from __future__ import annotations

import itertools
import json
import multiprocessing
import os
import random
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

from stockctl.check.run.inspect import inspect
from stockctl.media.identify import SUFFIXES
from tests.fuzz import runner, targets
from tests.fuzz.mutations import mutated
from tests.fuzz.runner import Case, run, tried
from tests.fuzz.seeds import seeds
from tests.pictures import jpeg, put

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.conftest import Run


def test_a_short_draw_of_spoilt_files_takes_nothing_down() -> None:
    found = run(sorted(seeds()), first=1, rounds=1, until=time.monotonic() + 120)
    assert not found


@pytest.mark.soak
def test_half_an_hour_of_spoilt_files_takes_nothing_down() -> None:
    first = random.randrange(1 << 30)  # noqa: S311 - other cases each time; those that go wrong are told by number
    found = run(sorted(seeds()), first=first, rounds=1 << 30, until=time.monotonic() + 1800)
    assert not found


def test_the_tool_tells_what_goes_wrong(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    case = Case("plain.svg", 0)
    assert not tried(case, tmp_path)

    def fails(_: Path) -> None:
        raise RuntimeError("Decoding of color planes failed")

    def hoards(_: Path) -> None:
        assert bytearray(300 << 20)

    monkeypatch.setattr(targets, "target_of", lambda _: fails)
    assert "color planes" in tried(case, tmp_path)
    monkeypatch.setattr(targets, "target_of", lambda _: hoards)
    monkeypatch.setattr(runner, "MEMORY_MB", 290)
    assert "held" in tried(case, tmp_path)
    monkeypatch.setattr(runner, "CPU_S", -1)
    assert "took" in tried(case, tmp_path)


@pytest.mark.skipif(sys.platform != "linux", reason="the CPU time of another process is read from /proc")
def test_a_case_hangs_by_what_it_computes_and_not_by_the_clock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # What computes may be a process of the process that tries the case: a decoder apart.
    inner = "import subprocess, sys; subprocess.run([sys.executable, '-c', 'while 1: pass'])"
    busy = subprocess.Popen([sys.executable, "-c", inner], start_new_session=True)
    waiting = subprocess.Popen(["sleep", "600"])
    worker = runner.Worker(tmp_path)
    worker._wire, theirs = multiprocessing.Pipe()
    monkeypatch.setattr(runner, "HANG_CPU_S", 0.2)
    monkeypatch.setattr(runner, "_LOOK_S", 0.05)
    # A machine that does much else: every look at the clock is a hundred seconds later.
    monkeypatch.setattr(time, "monotonic", itertools.count(0, 100).__next__)
    try:
        monkeypatch.setattr(runner, "HANG_WALL_S", 1 << 30)
        assert worker._waited_for(busy.pid).endswith("s of CPU time")
        monkeypatch.setattr(runner, "HANG_WALL_S", 900)
        assert worker._waited_for(waiting.pid).endswith("s, of which 0 s of CPU time")
        theirs.send("")
        assert not worker._waited_for(busy.pid)
    finally:
        os.killpg(busy.pid, signal.SIGKILL)
        waiting.kill()
        for process in (busy, waiting):
            process.wait()


def test_there_is_a_seed_of_every_format_that_is_opened() -> None:
    # Nothing here writes HEIC, JPEG XL and these films; what reads HEIC reads AVIF.
    suffixes = {name[name.rfind(".") :] for name in seeds()}
    formats = {SUFFIXES[suffix] for suffix in suffixes & SUFFIXES.keys()}
    assert formats >= set(SUFFIXES.values()) - {"heic", "jxl", "mpg", "webm", "wmv", "mxf", "m4a"}


@pytest.mark.parametrize(
    "command",
    [
        ("check", "--workers", "1", "--json"),
        ("keyword", "--json", "--vision", "none"),
        ("submit", "--dry-run", "--json", "--agency", "dreamstime"),
    ],
    ids=lambda command: command[0],
)
def test_good_pictures_are_judged_among_spoilt_ones_of_every_format(
    command: tuple[str, ...], stockctl: Callable[..., Run], tmp_path: Path
) -> None:
    folder = tmp_path / "shoot"
    pictures = [name for name in seeds() if name[name.rfind(".") :] in SUFFIXES]
    for number, name in enumerate(pictures):
        data = mutated(seeds()[name], random.Random(name))  # noqa: S311 - the same files each time
        put(folder / f"{number:03}-spoilt-{name}", data)
    good = [put(folder / f"{number:03}-good.jpg", jpeg(1600, 1100, number % 2)) for number in range(0, 100, 40)]
    done = stockctl(*command, folder)
    assert done.code == 1, done.err
    document = done.json
    listed = [*document.get("assets", ()), *document.get("files", ())]
    there = {each["path"] for each in listed}
    assert {str(path) for path in good} <= there
    told = there | {error["path"] for error in document["errors"]}
    assert {str(path) for path in folder.iterdir() if path.suffix != ".xmp"} <= told | {None}


@pytest.mark.parametrize("message", ["Decoding of color planes failed", "Invalid image grid"])
def test_a_decoder_that_raises_ends_nothing(
    message: str, stockctl: Callable[..., Run], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # One that is looked at in this process: an AVIF's decoder runs in one that can be given up.
    put(tmp_path / "a.bmp", seeds()["plain.bmp"])
    put(tmp_path / "b.jpg", jpeg(1000, 700))

    def fails(*_: object, **__: object) -> None:
        raise RuntimeError(message)

    monkeypatch.setattr("PIL.ImageFile.ImageFile.load", fails)
    done = stockctl("check", tmp_path, "--workers", "1", "--json")
    assert done.code == 1
    by_name = {asset["path"].rpartition("/")[2]: asset for asset in done.json["assets"]}
    assert any(message in finding["message"] for finding in by_name["a.bmp"]["findings"])
    assert "b.jpg" in by_name


def test_a_decoder_of_avif_that_raises_is_its_file_s_problem(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object, **__: object) -> None:
        raise RuntimeError("Invalid image grid")

    monkeypatch.setattr("PIL.AvifImagePlugin.AvifImageFile.load", fails)
    found = inspect(put(tmp_path / "a.avif", seeds()["plain.avif"]))
    assert "Invalid image grid" in json.dumps(found.facts)


def test_nothing_is_written_for_a_picture_that_cannot_be_read(stockctl: Callable[..., Run], tmp_path: Path) -> None:
    whole = seeds()["plain.avif"]
    at = whole.index(b"mdat") + 4
    broken = put(tmp_path / "a.avif", whole[:at] + bytes(len(whole) - at))
    good = put(tmp_path / "b.avif", whole)
    done = stockctl("keyword", tmp_path, "--add", "lake", "--json", "--vision", "none")
    assert done.code == 1
    assert [error["path"] for error in done.json["errors"]] == [str(broken)]
    assert [asset["path"] for asset in done.json["assets"] if asset["changed"]] == [str(good)]
    assert not broken.with_suffix(".xmp").exists()


# What was found once, each as the file that did it, made small.
FOUND = {
    # A day with sales, and again without any: April 16.
    "statement.tsv": b"April 16, 2026\t$0.35\t1\nApril 16, 2026\t$0.00\t0\nApril 17, 2026\t$0.35\t1\n",
    "statement.csv": b"Date,File ID,Earnings\n2026-03-01,1234567,$" + b"9" * 4800 + b"\n",
    "decisions.csv": b"file,decision,reason,day\na" + b"." * 400 + b"jpg,rejected,noise,2026-03-01\n",
    "agency.toml": b'[facts]\ntitle = "Mine"\n[limits]\n"meta.keywords_max" = ' + b"9" * 4772 + b"\n",
    "settings.toml": b"[check]\nworkers = " + b"[" * 5000 + b"]" * 5000,
    "packed.eps": b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\n%%EndComments\n0.0.0 1 moveto\n%%EOF\n",
}


@pytest.mark.parametrize("name", FOUND)
def test_what_was_found_is_mended(name: str, tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STOCKCTL_CONFIG", str(home / "stockctl.toml"))
    targets.target_of(name)(put(tmp_path / name, FOUND[name]))
