"""A disk of the person's own that stops answering in mid-upload: it is named, and Ctrl-C ends the run all the same."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from typing import TYPE_CHECKING

import pytest

from stockctl.catalogue import open_catalogue
from tests.conftest import ROOT
from tests.pictures import jpeg, put
from tests.servers import stalling
from tests.servers.moody import Moody
from tests.submit import batch
from tests.submit.outside import configure

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.conftest import Run

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals are POSIX's")

# The program with less patience; where it is told so, a file's second read never comes back.
_PROGRAM = """
import sys, threading
import pytest
from stockctl.report import waiting
from stockctl.submit.transports import curl, folder
from tests.submit import batch
waiting.FIRST_S = 1.0
class Stuck:
    def __init__(self, file):
        self.file, self.reads = file, 0
    def __getattr__(self, name):
        return getattr(self.file, name)
    def __enter__(self):
        return self
    def __exit__(self, *_):
        self.file.close()
    def read(self, count):
        self.reads += 1
        if self.reads > 1 and self.file.name.endswith("b.jpg"):
            threading.Event().wait()
        return self.file.read(count)
with pytest.MonkeyPatch.context() as patch:
    if sys.argv[1] == "stuck":
        batch.install(patch)
        for module in (curl, folder):
            patch.setattr(module, "open_bytes", lambda path, opened=module.open_bytes: Stuck(opened(path)))
    from stockctl.cli import main
    main(sys.argv[2:])
"""


def ended_by_ctrl_c(home: Path, where: str, *command: str | Path, waits_for: Path) -> str:
    """Run a command until it says that it waits for a file, press Ctrl-C, and return all that it said."""
    script = home / "program.py"
    script.write_text(_PROGRAM, encoding="utf-8")
    with subprocess.Popen(
        [sys.executable, str(script), where, *map(str, command)],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT, env=os.environ | {"PYTHONPATH": str(ROOT)},
    ) as process:  # fmt: skip
        assert process.stderr is not None
        guard = threading.Timer(60, process.kill)
        guard.start()
        said = ""
        for line in process.stderr:
            said += line
            if line.startswith(f"waiting for {waits_for} since "):
                process.send_signal(signal.SIGINT)
        guard.cancel()
    assert process.returncode == 130, said
    return said


@pytest.mark.parametrize("agency", ["pond5", "shutterstock"], ids=["upload", "outbox"])
def test_a_read_that_does_not_come_back_is_named(
    agency: str, home: Path, tmp_path: Path, stockctl: Callable[..., Run], monkeypatch: pytest.MonkeyPatch
) -> None:
    a, b = batch.files(tmp_path / "in", "a.jpg", "b.jpg", size=6_000_000)
    command = ("submit", tmp_path / "in", "--agency", agency, "--json", "--outbox", tmp_path / "box")
    with Moody(tmp_path / "drop") as moody:
        configure(home, moody.server, "pond5", monkeypatch, connections=1)
        said = ended_by_ctrl_c(home, "stuck", *command, waits_for=b)
        assert f"stopped: {b} does not answer; it was left as it is" in said
        # What had gone is not sent again, and what stood still goes on.
        batch.install(monkeypatch)
        again = stockctl(*command)
    assert again.code == 0, again.out
    place = tmp_path / "drop" if agency == "pond5" else tmp_path / "box" / "shutterstock"
    assert [(place / path.name).read_bytes() for path in (a, b)] == [a.read_bytes(), b.read_bytes()]
    assert {file["state"] for file in again.json["files"]} <= {"sent", "prepared", "skipped"}


@pytest.mark.soak
@pytest.mark.skipif(not stalling.available(), reason="a file system is mounted by root, where there is FUSE")
def test_a_network_folder_that_stalls_in_mid_upload_is_named(
    home: Path, tmp_path: Path, stockctl: Callable[..., Run], monkeypatch: pytest.MonkeyPatch
) -> None:
    words = "beach,sea,sand,wave,sky,travel,summer,coast"
    files = {}
    for number, name in enumerate(("a.jpg", "b.jpg")):
        path = put(tmp_path / "made" / name, jpeg(seed=number))
        assert stockctl("keyword", path, "--title", f"Fishing boats in harbour {number}", "--set", words).code == 0
        files[name] = path.read_bytes()
    share = tmp_path / "share"
    with stalling.Stalling(share, files, frozenset()) as disk, Moody(tmp_path / "drop") as moody:
        configure(home, moody.server, "shutterstock", monkeypatch, connections=1, tls="none")
        command = ("submit", share, "--agency", "shutterstock", "--json")
        # Checked while the disk answers.
        assert {file["state"] for file in stockctl(*command, "--dry-run").json["files"]} == {"planned"}
        disk.stall("b.jpg")
        ended_by_ctrl_c(home, "as it is", *command, waits_for=share / "b.jpg")
    with open_catalogue(home / "catalogue.db") as catalogue:
        states = dict(catalogue.connection.execute("SELECT remote, state FROM uploads").fetchall())
    assert states["b.jpg"] == "sending"
