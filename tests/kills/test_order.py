"""What is needed afterwards is on the disk before a file changes or leaves: the calls in order, as strace sees them."""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING

import pytest

from tests.kills import Program
from tests.metadata.samples import encoded
from tests.pictures import patches, put
from tests.servers import PASSWORD
from tests.servers.moody import Moody
from tests.submit.outside import configure

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="strace is a program of Linux")

CALLS = "rename,renameat2,link,linkat,ftruncate,write,pwrite64,fsync,fdatasync"


@pytest.fixture
def program(home: Path) -> Program:
    """The program in the test's home."""
    return Program({"STOCKCTL_DB": str(home / "catalogue.db")})


def steps(lines: Sequence[str], photos: Path) -> list[str]:
    """Return what matters of a trace: `record` written, `forced` to disk, a picture `changed`, its folder `synced`."""
    found = []
    for line in lines:
        call = re.match(r"(?:\d+ +)?(\w+)\((.*)", line)
        if call is None or "= -1" in line:
            continue
        name, rest = call[1], call[2]
        if "catalogue.db-wal>" in rest and re.search(r", 32, 0\) += 32$", rest):
            continue  # the log's head, which is forced to disk whenever a log begins
        if "catalogue.db-wal>" in rest and name in {"pwrite64", "write"}:
            found.append("record")
        elif "catalogue.db-wal>" in rest and name in {"fsync", "fdatasync"}:
            found.append("forced")
        elif (name in {"rename", "renameat2", "link", "linkat"} and str(photos) in rest) or (
            name in {"write", "pwrite64", "ftruncate"} and re.match(rf"\d+<{re.escape(str(photos))}/[^.]", rest)
        ):
            found.append("changed")
        elif name == "fsync" and f"<{photos}>" in rest:
            found.append("synced")
    return found


def check(order: list[str], changes: int) -> None:
    """Before a file changes, the record of it was written and forced, and every change is followed by its folder's."""
    assert order.count("changed") >= changes
    first = order.index("changed")
    before = order[:first]
    assert "record" in before
    assert "forced" in before[before.index("record") :], order
    assert "synced" in order[first:]


def test_the_record_is_on_the_disk_before_a_file_changes(program: Program, tmp_path: Path) -> None:
    photos = tmp_path / "photos"
    for number in range(38):
        put(photos / f"{number:02}.jpg", patches(number, 60, 40))
    put(photos / "in-place.tif", encoded("TIFF"))
    put(photos / "sidecar.gif", encoded("GIF"))
    program.run("history")
    made = steps(program.traced(tmp_path / "log", CALLS, "keyword", photos, "--set", "hill, tree"), photos)
    check(made, 40)
    # One forcing serves many files: 40 of them, of which two are recorded for themselves.
    until_last = made[: len(made) - made[::-1].index("changed")]
    assert until_last.count("forced") <= 5
    undone = steps(program.traced(tmp_path / "log", CALLS, "undo"), photos)
    check(undone, 40)


def test_what_was_forced_to_disk_is_enough_to_undo(program: Program, home: Path, tmp_path: Path) -> None:
    """As if the power went when the photo took its place: the catalogue's log has what was forced, and no more."""
    photo = put(tmp_path / "photos/a.jpg", patches(1))
    before = photo.read_bytes()
    program.run("history")
    # The first is the new file's own, the second its folder's.
    assert program.killed_in_a_trace(tmp_path / "log", "fsync", 2, CALLS, "keyword", photo, "--set", "hill")
    assert photo.read_bytes() != before
    wal = home / "catalogue.db-wal"
    wal.write_bytes(wal.read_bytes()[: forced((tmp_path / "log").read_text(errors="replace"))])
    (home / "catalogue.db-shm").unlink()
    run = program.run("undo", "--json")
    assert [file["state"] for file in run.json["files"]] == ["restored"]
    assert photo.read_bytes() == before


def forced(trace: str) -> int:
    """Return how many bytes of the catalogue's log were on the disk at the end of a trace."""
    written = kept = 0
    for line in trace.splitlines():
        if "catalogue.db-wal>" in line:
            place = re.search(r", (\d+), (\d+)\) += \1$", line)
            if place:
                written = max(written, int(place[1]) + int(place[2]))
            elif "sync(" in line:
                kept = written
    return kept


def sending_steps(lines: Sequence[str], leaves: str) -> list[str]:
    """Return what matters of a trace of an upload: `record` written, `forced` to disk, a file that `left`."""
    found = []
    for line in lines:
        call = re.match(r"(?:\d+ +)?(\w+)\((.*)", line)
        if call is None or "= -1" in line:
            continue
        name, rest = call[1], call[2]
        if "catalogue.db-wal>" in rest and not re.search(r", 32, 0\) += 32$", rest):
            found.append("forced" if name in {"fsync", "fdatasync"} else "record")
        elif re.search(leaves, line):
            found.append("left")
    return found


def check_sending(order: list[str], files: int) -> None:
    """Before a file leaves, what is about to be done was written and forced; so it is before the next one leaves."""
    assert order.count("left") == files
    rest = order
    for _ in range(files):
        at = rest.index("left")
        before, rest = rest[:at], rest[at + 1 :]
        assert "record" in before, order
        # Everything that was written of it is on the disk, not the first part alone.
        last = len(before) - 1 - before[::-1].index("record")
        assert "forced" in before[last:], order
    # And what came of it is written.
    assert "record" in rest


def test_what_is_about_to_be_sent_is_on_the_disk_before_it_leaves(
    program: Program, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    photos = tmp_path / "photos"
    for number in range(3):
        put(photos / f"{number}.jpg", patches(number, 60, 40))
    program.run("history")
    calls = "link,linkat,rename,renameat2,write,pwrite64,fsync,fdatasync"
    command = ("submit", photos, "--agency", "pond5")
    # Into the outbox: a file has its name there last.
    lines = program.traced(tmp_path / "log", calls, *command, "--outbox", tmp_path / "box")
    check_sending(sending_steps(lines, r"(?:rename|link)\w*\(.*/box/.*\d\.jpg\""), 3)
    # To a server, one by one: it is told which file comes.
    with Moody(tmp_path / "drop") as moody:
        configure(home, moody.server, "pond5", monkeypatch, connections=1)
        sender = Program(
            {
                "STOCKCTL_DB": str(home / "catalogue.db"),
                "STOCKCTL_CONFIG": str(home / "stockctl.toml"),
                "STOCKCTL_POND5_PASSWORD": PASSWORD,
            }
        )
        lines = sender.traced(tmp_path / "log", f"sendto,{calls}", *command, "--again")
    assert len(list((tmp_path / "drop").iterdir())) == 3
    check_sending(sending_steps(lines, r"sendto\(.*\"STOR "), 3)
