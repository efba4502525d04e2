"""Real servers on loopback, each started by a program of the machine, for the tests of uploading."""

from __future__ import annotations

import contextlib
import itertools
import os
import shutil
import signal
import socket
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

USER, PASSWORD = "contributor", "s3cret+Päss/wörd"

# Where `python -m tests.servers.unpack` puts what no package may install beside another.
UNPACKED = Path(os.environ.get("STOCKCTL_TEST_PROGRAMS", str(Path("~/.cache/stockctl-test-programs").expanduser())))
LIBRARIES = UNPACKED / "usr/lib/x86_64-linux-gnu"


def program(name: str, *, unpacked: bool = False) -> str:
    """Return where a program is; without it the test is skipped, in CI it fails."""
    folders = [UNPACKED / "usr/sbin"] if unpacked else [Path("/usr/sbin"), Path("/usr/bin")]
    found = next((str(folder / name) for folder in folders if (folder / name).exists()), None) or shutil.which(name)
    return found or missing(name)


def missing(what: str) -> str:
    """Skip for want of a program; in CI nothing may be missing."""
    if os.environ.get("CI"):
        pytest.fail(f"{what} is missing, and CI must have it")
    pytest.skip(f"{what} is not installed (see python -m tests.servers.unpack)")


_ports = itertools.count(20_000 + os.getpid() % 60 * 200)


def free_port() -> int:
    """Return a port of loopback that nobody listens on, below those that systems give to clients.

    Each process of a parallel run looks in another place, so that no two find the same.
    """
    while True:
        port = next(_ports)
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


@dataclass
class Server:
    """A running server: how to reach it, where its files land, how to stop and start it."""

    protocol: str
    port: int
    folder: Path
    command: Sequence[str]
    user: str = USER
    password: str = PASSWORD
    tls: str = ""
    ca_file: Path | None = None
    environment: Mapping[str, str] = field(default_factory=dict)
    host: str = "127.0.0.1"
    remote: str = ""
    log: Path | None = None
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it and wait until it answers."""
        where = self.log.open("ab") if self.log else None
        with where or contextlib.nullcontext():
            self.process = subprocess.Popen(
                list(self.command),
                stdin=subprocess.DEVNULL,
                stdout=where or subprocess.DEVNULL,
                stderr=where or subprocess.DEVNULL,
                env={**os.environ, **self.environment},
                start_new_session=True,
            )
        self.wait(self.answers)

    def answers(self) -> bool:
        with socket.socket() as probe:
            probe.settimeout(1)
            return probe.connect_ex((self.host, self.port)) == 0

    def wait(self, true: Callable[[], bool], seconds: float = 10) -> None:
        until = time.monotonic() + seconds
        while not true():
            assert time.monotonic() < until, f"{self.command[0]}: {self.log.read_text() if self.log else 'no answer'}"
            time.sleep(0.02)

    def stop(self, number: int = signal.SIGKILL) -> None:
        """Kill it and all that it started."""
        if self.process is not None:
            # A server's sessions leave its process group: each is ended by its own number.
            for pid in [self.process.pid, *_below(self.process.pid)]:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, number)
            self.process.wait()
            self.process = None

    @property
    def arrived(self) -> int:
        """How many bytes have arrived."""
        return sum(path.stat().st_size for path in self.folder.rglob("*") if path.is_file())

    @property
    def files(self) -> dict[str, bytes]:
        """What has arrived: name → bytes, sub-folders included."""
        return {
            str(path.relative_to(self.folder)): path.read_bytes()
            for path in sorted(self.folder.rglob("*"))
            if path.is_file()
        }

    def settings(self, agency: str, **more: object) -> str:
        """Return the settings that lead `agency` here, as TOML."""
        values: dict[str, object] = {"host": self.host, "port": self.port, "user": self.user}
        if self.tls:
            values["tls"] = self.tls
        if self.remote:
            values["folder"] = self.remote
        if self.ca_file:
            values["ca_file"] = str(self.ca_file)
        lines = [f"{key} = {_toml(value)}" for key, value in (values | more).items()]
        return "\n".join([f"[agencies.{agency}]", *lines, ""])


def _below(pid: int) -> list[int]:
    """Return the processes that a process started, and those that they started."""
    listed = subprocess.run(["ps", "-eo", "pid=,ppid="], capture_output=True, text=True, check=True).stdout
    pairs = [(int(child), int(parent)) for child, parent in (line.split() for line in listed.splitlines())]
    found, queue = [], [pid]
    while queue:
        children = [child for child, parent in pairs if parent == queue[0]]
        found += children
        queue = [*queue[1:], *children]
    return found


def _toml(value: object) -> str:
    return str(value) if isinstance(value, int) else f'"{value}"'
