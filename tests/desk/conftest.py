"""A desk as a process of its own, and a client that was let in."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from tests.conftest import ROOT
from tests.desk import browsing
from tests.pictures import patches, put

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path


# One process is enough for a few small pictures, and starts in half the time of two.
LEAN = "[check]\nworkers = 1\n"


@dataclass
class Served:
    """A desk that runs: its process, its address with the token, and its port."""

    process: subprocess.Popen[str]
    address: str
    err: list[str] = field(default_factory=list)
    reader: threading.Thread | None = None
    cookie: dict[str, Any] = field(default_factory=dict)

    @property
    def base(self) -> str:
        return self.address.split("/?")[0]

    @property
    def port(self) -> int:
        return int(self.base.rsplit(":", 1)[1])

    def end(self, how: signal.Signals = signal.SIGTERM) -> int:
        if self.process.poll() is None:
            self.process.send_signal(how)
        return self.process.wait(20)


@dataclass
class Client:
    """Requests as a page of the desk makes them."""

    desk: Served
    http: httpx.Client
    token: str = ""

    def get(self, path: str, **more: Any) -> httpx.Response:
        return self.http.get(self.desk.base + path, **more)

    def read(self, path: str) -> dict[str, Any]:
        answer = self.get(path)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    def post(self, path: str, body: Any, **headers: str) -> httpx.Response:
        said = {"origin": self.desk.base, "x-desk-token": self.token, **headers}
        return self.http.post(self.desk.base + path, json=body, headers=said)

    def done(self, path: str, body: Any) -> dict[str, Any]:
        """Start a job and wait for its result."""
        job = self.post(path, body)
        assert job.status_code == 200, job.text
        last: dict[str, Any] = {}
        with self.http.stream("GET", f"{self.desk.base}/api/jobs/{job.json()['job']}/events", timeout=120) as stream:
            for line in stream.iter_lines():
                if line.startswith("data: "):
                    last = json.loads(line[6:])
        assert last["ended"], last
        assert not last["failed"], last
        result: dict[str, Any] = last["result"] or {}
        return result

    def settled(self) -> dict[str, Any]:
        """Wait until what goes on has ended, and return the files."""
        for _ in range(600):
            if not self.read("/api/jobs")["jobs"]:
                return self.read("/api/files")
            time.sleep(0.1)
        raise AssertionError("the desk does not come to rest")

    def files(self) -> list[dict[str, Any]]:
        """Return the files of the grid with their verdicts, once nothing goes on."""
        found = self.settled()
        return [file | found["verdicts"][file["verdict"]] for file in found["files"]]

    def ids(self) -> dict[str, str]:
        return {file["name"]: file["id"] for file in self.settled()["files"]}


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    """Three pictures, and a hostile name among them."""
    return filled(tmp_path / "photos")


def filled(folder: Path) -> Path:
    """Put the three pictures into a folder."""
    folder.mkdir()
    for number, name in enumerate(("beach.jpg", "temple.jpg", 'a<img src=x onerror=alert(1)>"&.jpg')):
        put(folder / name, patches(number + 1))
    return folder


@pytest.fixture
def empty(tmp_path: Path) -> Path:
    """A folder for desks that are only asked who they let in."""
    folder = tmp_path / "empty"
    folder.mkdir()
    return folder


@pytest.fixture
def serve(home: Path) -> Iterator[Callable[..., Served]]:
    """Start desks; all are ended at the end."""
    (home / "stockctl.toml").write_text(LEAN, encoding="utf-8")
    with starting(os.environ) as start:
        yield start


@pytest.fixture(scope="module")
def open_desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    """One desk for tests that only ask, and a client that was let in."""
    folder = tmp_path_factory.mktemp("desk")
    put(folder / "photos" / "beach.jpg", patches(1))
    with starting(of_its_own(folder)) as start, letting_in() as enter:
        client = enter(start(folder / "photos"))
        client.settled()
        yield client


def of_its_own(folder: Path) -> dict[str, str]:
    """Return an environment in which a desk sees nothing else."""
    places = {"HOME": "home", "XDG_DATA_HOME": "home", "XDG_CONFIG_HOME": "home"}
    environment = {name: value for name, value in os.environ.items() if not name.startswith("STOCKCTL_")}
    environment |= {name: str(folder / place) for name, place in places.items()}
    (folder / "c.toml").write_text(LEAN, encoding="utf-8")
    return environment | {"STOCKCTL_DB": str(folder / "c.db"), "STOCKCTL_CONFIG": str(folder / "c.toml")}


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    driver = browsing.start()
    yield driver
    driver.quit()


@pytest.fixture
def page(browser: Any) -> Iterator[browsing.Page]:
    """A tab that no desk knows yet."""
    browser.get("about:blank")
    browser.delete_all_cookies()
    browser.get_log("browser")
    page = browsing.Page(browser)
    yield page
    page.reset()
    for handle in browser.window_handles[1:]:
        browser.switch_to.window(handle)
        browser.close()
    browser.switch_to.window(browser.window_handles[0])
    # What a tab chose is its own, and goes with it.
    if browser.current_url.startswith("http"):
        page.js("sessionStorage.clear()")


@contextlib.contextmanager
def starting(environment: Mapping[str, str]) -> Iterator[Callable[..., Served]]:
    started: list[Served] = []

    def start(*arguments: str | Path) -> Served:
        process = subprocess.Popen(
            [sys.executable, "-m", "stockctl", "desk", "--no-open", *map(str, arguments)],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT, env=environment,
        )  # fmt: skip
        assert process.stdout is not None
        served = Served(process, process.stdout.readline().strip())
        stderr = process.stderr
        assert stderr is not None
        served.reader = threading.Thread(target=lambda: served.err.extend(stderr), daemon=True)
        served.reader.start()
        started.append(served)
        return served

    yield start
    for served in started:
        if served.process.poll() is None:
            served.process.kill()
            served.process.wait(20)
        if served.reader is not None:
            served.reader.join(20)
        for stream in (served.process.stdout, served.process.stderr):
            if stream is not None:
                stream.close()


@pytest.fixture
def enter() -> Iterator[Callable[[Served], Client]]:
    """Let a client in by the address that a desk printed."""
    with letting_in() as enter:
        yield enter


@contextlib.contextmanager
def letting_in() -> Iterator[Callable[[Served], Client]]:
    clients: list[httpx.Client] = []

    def let_in(desk: Served) -> Client:
        http = httpx.Client(follow_redirects=True, timeout=60)
        clients.append(http)
        page = http.get(desk.address)
        assert page.status_code == 200, page.text
        return Client(desk, http, page.text.split('name="desk-token" content="')[1].split('"')[0])

    yield let_in
    for http in clients:
        http.close()
