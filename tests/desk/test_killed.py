"""The desk killed in mid-save and in mid-upload: nothing is half-written, nothing is lost, all can be taken back."""

from __future__ import annotations

import contextlib
import json
import os
import random
import re
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest

from tests.desk.conftest import LEAN
from tests.kills import CALLS, moments
from tests.pictures import jpeg, patches, put
from tests.programs import needs
from tests.servers.moody import Moody

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.conftest import Run
    from tests.desk.conftest import Client, Served

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs SIGKILL")
WORDS = ["beach", "sea", "sand", "wave", "sky", "travel", "summer", "coast"]
COUNT = 4
# How a desk is killed, beside the names of calls.
DONE, BY_TIME = "files done", "the clock"


def _killed_after(client: Client, path: str, body: object, done: int) -> None:
    """Start a job, and kill the desk as soon as so much of it is done."""
    job = client.post(path, body).json()["job"]
    with client.http.stream("GET", f"{client.desk.base}/api/jobs/{job}/events", timeout=60) as stream:
        for line in stream.iter_lines():
            if line.startswith("data: ") and (json.loads(line[6:])["done"] >= done or json.loads(line[6:])["ended"]):
                break
        client.desk.end(signal.SIGKILL)


def _ended(client: Client, path: str, body: object) -> None:
    """Start a job, and wait until it or the desk has ended."""
    with contextlib.suppress(httpx.TransportError, json.JSONDecodeError):
        client.done(path, body)


@contextlib.contextmanager
def _traced(desk: Served, log: Path, which: str, *more: str) -> Iterator[None]:
    """Have strace write down these calls of a desk, of all its threads, for a block."""
    strace = needs("strace", "strace")
    command = [strace, "-f", "-qq", "-o", str(log), "-e", f"trace={which}", *more, "-p", str(desk.process.pid)]
    with subprocess.Popen(command, stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as watching:
        tasks = Path(f"/proc/{desk.process.pid}/task")
        while any("TracerPid:\t0\n" in (task / "status").read_text() for task in tasks.iterdir()):
            assert watching.poll() is None, "strace cannot watch the desk"
            time.sleep(0.002)
        try:
            yield
        finally:
            watching.terminate()
            # Of a desk that was killed it may wait for a thread that will never tell of its end.
            with contextlib.suppress(subprocess.TimeoutExpired):
                watching.wait(2)
            watching.kill()


class Saving:
    """A folder whose words are drafted on a desk, to be saved again and again."""

    def __init__(
        self,
        folder: Path,
        serve: Callable[..., Served],
        enter: Callable[[Served], Client],
        stockctl: Callable[..., Run],
    ) -> None:
        for number in range(COUNT):
            put(folder / f"beach-{number}.jpg", patches(number))
        self.folder, self.serve, self.enter, self.stockctl = folder, serve, enter, stockctl
        self.log = folder.with_name("calls.log")
        self.before = self.files()
        self.draft()

    def files(self) -> dict[str, bytes]:
        return {path.name: path.read_bytes() for path in self.folder.iterdir()}

    def draft(self) -> None:
        """Open a desk, and type words for every picture."""
        self.client = self.enter(self.serve(self.folder))
        self.ids = self.client.ids()
        for name, id_ in self.ids.items():
            typed = {"title": _title(name), "description": "", "keywords": WORDS, "offered": []}
            assert self.client.post(f"/api/keep/{id_}", typed).status_code == 200

    @property
    def body(self) -> dict[str, list[str]]:
        return {"ids": list(self.ids.values())}

    def counts(self) -> Counter[str]:
        """Save, take it back, and return how often a save makes each call."""
        with _traced(self.client.desk, self.log, ",".join(CALLS)):
            self.whole()
        self.taken_back()
        self.client.desk.end()
        self.draft()
        return Counter(re.findall(r"^\d+ +(\w+)\(", self.log.read_text(errors="replace"), re.MULTILINE))

    def killed(self, how: str, when: float) -> bool:
        """Kill the desk in mid-save: as so many files are done, at a call, or so many seconds after it began."""
        desk = self.client.desk
        if how == DONE:
            _killed_after(self.client, "/api/save", self.body, int(when))
        elif how == BY_TIME:
            killer = threading.Timer(when, desk.process.kill)
            killer.start()
            _ended(self.client, "/api/save", self.body)
            killer.join()
        else:
            inject = ("-e", f"inject={how}:signal=SIGKILL:when={int(when)}")
            with _traced(desk, self.log, how, *inject):
                _ended(self.client, "/api/save", self.body)
        was = desk.process.poll() == -signal.SIGKILL or desk.end(signal.SIGKILL) != -signal.SIGKILL
        if log := os.environ.get("STOCKCTL_TEST_KILLS"):
            changed = sum(data != self.before.get(name) for name, data in self.files().items())
            with Path(log).open("a", encoding="utf-8") as file:
                file.write(f"desk save, {changed} of {COUNT} changed\t{how}\t{when}\t{'killed' if was else 'ended'}\n")
        return was

    def goes_on(self, what: object) -> None:
        """Each file is as it was, or says all of its words; no other lies about; what was typed stands in the draft."""
        shown = self.stockctl("keyword", self.folder, "--dry-run", "--json").json
        assert shown["errors"] == [], what
        now = self.files()
        assert sorted(now) == sorted(self.before), what
        self.client = self.enter(self.serve(self.folder))
        self.ids = self.client.ids()
        for name, id_ in self.ids.items():
            found = self.client.read(f"/api/words/{id_}")
            assert (found["title"], [word["word"] for word in found["keywords"]]) == (_title(name), WORDS), (what, name)
            if now[name] != self.before[name]:
                assert found["stands"] == [_title(name), found["stands"][1], WORDS], (what, name)

    def whole(self) -> None:
        """Save to the end."""
        done = self.client.done("/api/save", self.body)
        assert (done["saved"], done["errors"]) == (COUNT, [])

    def taken_back(self) -> None:
        """Take back every batch: all is as it was, byte for byte."""
        while any(not batch["undone"] for batch in self.stockctl("history", "--json").json["batches"]):
            assert self.stockctl("undo", "--json").code == 0
        assert self.files() == self.before


def _title(name: str) -> str:
    return f"A calm {name[:-4]} at dawn"


@pytest.fixture
def saving(
    tmp_path: Path, serve: Callable[..., Served], enter: Callable[[Served], Client], stockctl: Callable[..., Run]
) -> Saving:
    return Saving(tmp_path / "photos", serve, enter, stockctl)


def test_a_save_is_killed_at_several_moments(saving: Saving) -> None:
    saving.killed(DONE, 1)
    saving.goes_on("one is done")
    if sys.platform == "linux":
        call = random.choice(["renameat2", "fsync", "fdatasync", "pwrite64", "unlink"])  # noqa: S311 - a moment
        saving.killed(call, 2)
        saving.goes_on(call)
    saving.whole()
    saving.taken_back()


def test_a_file_that_was_saved_as_the_desk_was_killed_keeps_its_draft(
    serve: Callable[..., Served], enter: Callable[[Served], Client], tmp_path: Path, stockctl: Callable[..., Run]
) -> None:
    """The kill came between the writing and its note: what was typed stands, and no word comes beside it."""
    path = put(tmp_path / "photos" / "beach.jpg", patches(1))
    client = enter(serve(path.parent))
    (id_,) = client.ids().values()
    typed = {"title": "A calm beach at dawn", "description": "", "keywords": WORDS, "offered": ["surf"]}
    assert client.post(f"/api/keep/{id_}", typed).status_code == 200
    # Written by somebody else, the file says the same as after such a kill.
    words = ("--title", typed["title"], "--set", ",".join(WORDS))
    assert stockctl("keyword", path, *map(str, words)).code == 0
    found = client.read(f"/api/words/{id_}")
    assert [word["word"] for word in found["keywords"]] == WORDS
    assert "surf" in [word["word"] for word in found["offered"]]


@pytest.mark.soak
@pytest.mark.skipif(sys.platform != "linux", reason="strace is a program of Linux")
@pytest.mark.parametrize("by", ["system call", "time"])
def test_a_save_is_killed_at_many_moments(saving: Saving, by: str) -> None:
    draws = int(os.environ.get("STOCKCTL_SOAK_DRAWS", "20"))
    if by == "time":
        begun = time.monotonic()
        saving.whole()
        long = time.monotonic() - begun
        saving.taken_back()
        saving.client.desk.end()
        saving.draft()
        chosen: list[tuple[str, float]] = [(BY_TIME, random.uniform(0, long)) for _ in range(draws)]  # noqa: S311
    else:
        found = list(moments(saving.counts(), draws))
        chosen = [(call, when) for call, when in random.sample(found, min(draws, len(found)))]
    for how, when in chosen:
        saving.killed(how, when)
        saving.goes_on((how, when))
        saving.whole()
        saving.taken_back()
        saving.client.desk.end()
        saving.draft()


def test_an_upload_is_killed_and_goes_on(
    serve: Callable[..., Served], enter: Callable[[Served], Client], tmp_path: Path, home: Path,
    stockctl: Callable[..., Run], monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    folder = tmp_path / "photos"
    for number in range(3):
        path = put(folder / f"harbour-{number}.jpg", jpeg(seed=number))
        words = ",".join(WORDS)
        assert stockctl("keyword", path, "--title", f"Fishing boats in harbour {number}", "--set", words).code == 0
    with Moody(tmp_path / "drop") as moody:
        settings = moody.server.settings("shutterstock", max_rate=3_000_000)
        (home / "stockctl.toml").write_text(LEAN + settings, encoding="utf-8")
        monkeypatch.setenv("STOCKCTL_SHUTTERSTOCK_PASSWORD", moody.server.password)
        client = enter(serve(folder))
        body = {"ids": list(client.ids().values()), "agency": "shutterstock", "prepare": False}
        plan = client.post("/api/plan", body).json()
        assert {file["state"] for file in plan["files"]} == {"planned"}
        _killed_after(client, "/api/send", body, 200_000)
        client = enter(serve(folder))
        client.ids()
        done = client.done("/api/send", body)
        assert {file["state"] for file in done["files"]} == {"sent"}, done
        sent = {path.name.replace("_", "-"): path.read_bytes() for path in (tmp_path / "drop").rglob("*.jpg")}
        assert sent == {path.name: path.read_bytes() for path in folder.iterdir()}
        # Each was sent once: the ledger knows it, whoever asks.
        again = client.post("/api/plan", body).json()
        assert {file["state"] for file in again["files"]} == {"skipped"}
        assert stockctl("submit", "--status", "--agency", "shutterstock", "--json").json["status"][0]["sent"] == 3
        assert {tuple(file["sent"]) for file in client.files()} == {("shutterstock",)}
