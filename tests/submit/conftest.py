"""The servers of these tests: each is started once for each worker, and gets an empty folder for each test."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.servers.nginx import nginx
from tests.servers.proftpd import proftpd
from tests.servers.sshd import sshd
from tests.servers.vsftpd import vsftpd
from tests.submit import batch
from tests.submit.outside import configure

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.conftest import Run
    from tests.servers import Server

MAKERS: dict[str, Callable[[Path], Server]] = {
    "ftp": lambda folder: vsftpd(folder, tls=False),
    "ftps": vsftpd,
    "ftps-proftpd": proftpd,
    "sftp": sshd,
    "https": nginx,
}


@pytest.fixture
def check(monkeypatch: pytest.MonkeyPatch) -> batch.Check:
    """The stand-in for the check."""
    return batch.install(monkeypatch)


@pytest.fixture
def send(
    check: batch.Check, stockctl: Callable[..., Run], home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Run]:
    """Send the folder `in` to a server, with little patience; more settings by keyword."""
    assert check
    monkeypatch.setattr("stockctl.submit.sending.send.LONGEST_PAUSE", 0.01)
    monkeypatch.setattr("stockctl.submit.sending.worker.SETTLE_SECONDS", 0.2)
    monkeypatch.setattr("stockctl.submit.account.STALL_SECONDS", 2.0)

    def run(server: Server, *options: str, agency: str = "", **more: object) -> Run:
        name = agency or {"ftp": "pond5", "ftps": "shutterstock", "sftp": "adobe_stock"}[server.protocol]
        configure(home, server, name, monkeypatch, **more)
        more_options = ["--accept-new-host-key"] if server.protocol == "sftp" else []
        return stockctl("submit", tmp_path / "in", "--agency", name, "--json", *options, *more_options)

    return run


@pytest.fixture(scope="session")
def running() -> Iterator[dict[str, Server]]:
    servers: dict[str, Server] = {}
    yield servers
    for server in servers.values():
        server.stop()
        shutil.rmtree(server.folder.parent)


@pytest.fixture
def ground() -> Iterator[Path]:
    """A folder for a server of the test's own, to be stopped by the test."""
    folder = open_folder()
    yield folder
    shutil.rmtree(folder)


def open_folder() -> Path:
    """Make a folder that servers can enter after they dropped their rights.

    Not below pytest's own, whose doors every new run of the same user shuts.
    """
    folder = Path(tempfile.mkdtemp(prefix="stockctl-server-"))
    folder.chmod(0o755)
    return folder


@pytest.fixture
def serve(running: dict[str, Server]) -> Callable[[str], Server]:
    """Return a function that gives a running server of a kind, with an empty folder."""

    def give(kind: str) -> Server:
        if kind not in running:
            folder = open_folder()
            try:
                server = MAKERS[kind](folder)
                server.start()
            except BaseException:
                # Skipped where its program is not installed, among others.
                shutil.rmtree(folder)
                raise
            running[kind] = server
        server = running[kind]
        for path in server.folder.iterdir():
            shutil.rmtree(path) if path.is_dir() else path.unlink()
        return server

    return give


@pytest.fixture(params=list(MAKERS))
def server(request: pytest.FixtureRequest, serve: Callable[[str], Server]) -> Server:
    """Each server in turn."""
    return serve(request.param)
