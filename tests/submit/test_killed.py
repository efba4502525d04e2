"""Killed at any moment, run again: nothing lost, nothing twice, nothing truncated that counts as sent."""

from __future__ import annotations

import os
import random
import re
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.conftest import ROOT
from tests.programs import needs
from tests.servers.moody import Moody
from tests.submit import batch
from tests.submit.outside import configure, own_https_agency, rows

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.conftest import Run
    from tests.servers import Server

AGENCIES = {
    "ftps": "shutterstock",
    "sftp": "adobe_stock",
    "ftp": "pond5",
    "https": "own",
    "ftps-proftpd": "shutterstock",
}
NAMES = [f"wave_{number}.jpg" for number in range(6)]
SIZE = 400_000
# Where servers write down what they took, and how they write a whole file.
LOGS = {
    "vsftpd.log": rf'OK UPLOAD: Client "[^"]+", "[^"]*/([^"/]+)", {SIZE} bytes',
    "transfers.log": rf" {SIZE} \S*/([^/\s]+) b _ i r \S+ ftps 0 \* c",
}


def start(folder: Path, agency: str, at: tuple[str, int] | None = None) -> subprocess.Popen[bytes]:
    """Start a run in a process of its own; `at` names the system call, and the how manyth, that it is killed at."""
    traced: list[str] = []
    if at is not None:
        inject = f"inject={at[0]}:signal=SIGKILL:when={at[1]}"
        traced = [needs("strace", "strace"), "-f", "-qq", "-o", os.devnull, "-e", f"trace={at[0]}", "-e", inject]
    return subprocess.Popen(
        [
            *traced,
            *(sys.executable, "-m", "tests.submit.killed", "submit", str(folder), "--agency", agency),
            *("--json", "--accept-new-host-key"),
        ],
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def kill_and_go_on(
    server: Server, agency: str, folder: Path, home: Path, stockctl: Callable[..., Run], at: float | tuple[str, int]
) -> None:
    """Kill a run `at` seconds after its first byte, or at a system call, run again, and look at what arrived."""
    paths = batch.files(folder, *NAMES, size=SIZE)
    if isinstance(at, tuple):
        first = start(folder, agency, at)
        first.wait(120)
    else:
        first = start(folder, agency)
        until = time.monotonic() + 20
        while server.arrived == 0 and first.poll() is None and time.monotonic() < until:
            time.sleep(0.002)
        time.sleep(at)
        first.kill()
        first.wait()
    killed_with = server.arrived
    written_down(agency, at, first.returncode, killed_with)
    for _ in range(3):
        run = stockctl("submit", folder, "--agency", agency, "--json", "--accept-new-host-key")
        if run.code == 0:
            break
    assert run.code == 0, run.out
    what = f"killed at {at}, with {killed_with} bytes over there"
    assert server.files == {path.name: path.read_bytes() for path in paths}, what
    sheets = sorted((home / "data/stockctl/outbox").rglob("*.csv"))
    listed = Counter(row[next(iter(row))] for sheet in sheets for row in rows(str(sheet)))
    assert listed == Counter(NAMES), what
    assert whole_uploads(server).get("twice", 0) == 0, what


def written_down(agency: str, at: float | tuple[str, int], code: int, arrived: int) -> None:
    """Write a kill down where a long run counts them."""
    if log := os.environ.get("STOCKCTL_TEST_KILLS"):
        call, when = at if isinstance(at, tuple) else ("the clock", round(at * 1000))
        how = "killed" if code == -signal.SIGKILL else "ended before"
        with Path(log).open("a", encoding="utf-8") as file:
            file.write(f"submit {agency}, {arrived} bytes over there\t{call}\t{when}\t{how}\n")


def whole_uploads(server: Server) -> Counter[str]:
    """Count the files that vsftpd or ProFTPD took whole more than once; other servers do not log it so."""
    twice: Counter[str] = Counter()
    for name, whole in LOGS.items():
        log = server.folder.parent / name
        if log.exists():
            names = re.findall(whole, log.read_text())
            assert names, "the log has another form"
            log.write_text("")
            twice += Counter("twice" for count in Counter(names).values() if count > 1)
    return twice


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("stockctl.submit.sending.send.LONGEST_PAUSE", 0.2)
    batch.install(monkeypatch)


@pytest.mark.parametrize(("kind", "draws"), [("ftps", 2), ("sftp", 1), ("ftp", 1), ("https", 1)])
def test_killed_at_random(
    kind: str,
    draws: int,
    serve: Callable[[str], Server],
    stockctl: Callable[..., Run],
    tmp_path: Path,
    home: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    draw(kind, draws, serve, stockctl, tmp_path, home, monkeypatch)


@pytest.mark.soak
@pytest.mark.parametrize("kind", list(AGENCIES))
def test_killed_at_a_hundred_random_moments(
    kind: str,
    serve: Callable[[str], Server],
    stockctl: Callable[..., Run],
    tmp_path: Path,
    home: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    draw(kind, int(os.environ.get("STOCKCTL_SOAK_DRAWS", "20")), serve, stockctl, tmp_path, home, monkeypatch)


@pytest.mark.soak
@pytest.mark.skipif(sys.platform != "linux", reason="strace is a program of Linux")
@pytest.mark.parametrize("kind", ["ftps", "sftp"])
def test_killed_at_system_calls(
    kind: str,
    serve: Callable[[str], Server],
    stockctl: Callable[..., Run],
    tmp_path: Path,
    home: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    counts = (1, 2, 4, 7, 12, 20, 30, 45, 65, 90)
    calls = [(call, when) for call in ("sendto", "write", "pwrite64", "fdatasync", "connect") for when in counts]
    draw(kind, len(calls), serve, stockctl, tmp_path, home, monkeypatch, calls)


def draw(
    kind: str,
    draws: int,
    serve: Callable[[str], Server],
    stockctl: Callable[..., Run],
    tmp_path: Path,
    home: Path,
    monkeypatch: pytest.MonkeyPatch,
    calls: list[tuple[str, int]] | None = None,
) -> None:
    """Kill as often as `draws` says, or at these calls, each time with an empty server and a new catalogue."""
    agency = AGENCIES[kind]
    if agency == "own":
        own_https_agency(home)
    for number in range(draws):
        server = serve(kind)
        configure(home, server, agency, monkeypatch, max_rate=4_000_000)
        monkeypatch.setenv("STOCKCTL_DB", str(home / f"{number}.db"))
        for sheet in (home / "data").rglob("*.csv"):
            sheet.unlink()
        at = calls[number] if calls else random.uniform(0, 0.8)  # noqa: S311 - a moment
        kill_and_go_on(server, agency, tmp_path / f"in{number}", home, stockctl, at)


def test_two_runs_do_not_send_one_file(
    serve: Callable[[str], Server],
    stockctl: Callable[..., Run],
    tmp_path: Path,
    home: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    server = serve("ftps")
    # Beside a catalogue whose name would be a pattern, the runs see each other, too.
    monkeypatch.setenv("STOCKCTL_DB", str(home / "cat[1].db"))
    configure(home, server, "shutterstock", monkeypatch, max_rate=1_000_000)
    # What a first run draws in must not let the other one finish meanwhile.
    stockctl("submit", "--status")
    paths = batch.files(tmp_path / "in", *NAMES, size=SIZE)
    other = start(tmp_path / "in", "shutterstock")
    until = time.monotonic() + 20
    while server.arrived == 0 and time.monotonic() < until:
        time.sleep(0.002)
    run = stockctl("submit", tmp_path / "in", "--agency", "shutterstock", "--json")
    other.wait()
    assert run.code == 0
    assert other.returncode == 0
    assert {file["state"] for file in run.json["files"]} == {"skipped"}
    assert any("another run" in file["why"][0] for file in run.json["files"])
    assert server.files == {path.name: path.read_bytes() for path in paths}
    sheets = list((home / "data").rglob("*.csv"))
    assert sum(len(rows(str(sheet))) for sheet in sheets) == len(NAMES)
    assert whole_uploads(server)["twice"] == 0
    assert [path.name for path in home.iterdir() if ".run-" in path.name] == []


def test_a_run_that_was_killed_holds_nothing_back(
    stockctl: Callable[..., Run], tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An agency that takes files in at once: what it took before the kill goes into the next sheet, once."""
    paths = batch.files(tmp_path / "in", *NAMES, size=SIZE)
    with Moody(tmp_path / "drop", takes_in=True) as moody:
        configure(home, moody.server, "pond5", monkeypatch, connections=1, max_rate=2_000_000)
        first = start(tmp_path / "in", "pond5")
        until = time.monotonic() + 20
        while len(moody.taken_in) < 2 and time.monotonic() < until:
            time.sleep(0.002)
        first.kill()
        first.wait()
        run = stockctl("submit", tmp_path / "in", "--agency", "pond5", "--json")
    assert run.code == 0, run.out
    whole = Counter(name for name, data in moody.taken_in if len(data) == SIZE)
    assert set(whole) == set(NAMES)
    assert dict(moody.taken_in)[NAMES[5]] == paths[5].read_bytes()
    assert run.json["sheet"]["rows"] == len(NAMES)


@pytest.mark.parametrize(("times", "size"), [(1, SIZE), (2, 5 * SIZE)])
def test_ctrl_c_ends_with_the_files_in_flight_and_a_second_one_aborts_them(
    times: int,
    size: int,
    serve: Callable[[str], Server],
    stockctl: Callable[..., Run],
    tmp_path: Path,
    home: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    server = serve("ftps")
    configure(home, server, "shutterstock", monkeypatch, connections=2, max_rate=800_000)
    paths = batch.files(tmp_path / "in", *NAMES, size=size)
    run = start(tmp_path / "in", "shutterstock")
    until = time.monotonic() + 20
    while server.arrived == 0 and time.monotonic() < until:
        time.sleep(0.002)
    for _ in range(times):
        run.send_signal(signal.SIGINT)
        time.sleep(0.6)
    assert run.wait(20) == 130
    whole = sum(len(data) == size for data in server.files.values())
    if times == 1:
        # Those in flight ended, whole; how many those were is the moment's chance.
        assert 0 < whole == len(server.files) < len(NAMES)
    else:
        assert whole == 0 < len(server.files)
    assert sum(len(rows(str(sheet))) for sheet in (home / "data").rglob("*.csv")) == whole
    configure(home, server, "shutterstock", monkeypatch)
    again = stockctl("submit", tmp_path / "in", "--agency", "shutterstock", "--json")
    assert again.code == 0
    assert server.files == {path.name: path.read_bytes() for path in paths}
