"""What undoing needs is on the disk before a file changes: the order of the calls, as strace sees it."""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING

import pytest

from tests.kills import Program
from tests.metadata.samples import encoded
from tests.pictures import patches, put

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
    assert program.kill(tmp_path / "log", "fsync", 2, "keyword", photo, "--set", "hill", trace=CALLS)
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
