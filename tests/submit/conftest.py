"""The servers of these tests: each is started once for each worker, and gets an empty folder for each test."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from tests.servers.nginx import nginx
from tests.servers.proftpd import proftpd
from tests.servers.sshd import sshd
from tests.servers.vsftpd import vsftpd

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.servers import Server

MAKERS: dict[str, Callable[[Path], Server]] = {
    "ftp": lambda folder: vsftpd(folder, tls=False),
    "ftps": vsftpd,
    "ftps-proftpd": proftpd,
    "sftp": sshd,
    "https": nginx,
}


@pytest.fixture(scope="session")
def running() -> Iterator[dict[str, Server]]:
    servers: dict[str, Server] = {}
    yield servers
    for server in servers.values():
        server.stop()


@pytest.fixture
def serve(running: dict[str, Server], tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Server]:
    """Return a function that gives a running server of a kind, with an empty folder."""

    def give(kind: str) -> Server:
        if kind not in running:
            folder = tmp_path_factory.mktemp(kind)
            # The servers drop their rights: every folder above must let them through.
            for above in [folder, *folder.parents][:-2]:
                above.chmod(above.stat().st_mode | 0o055)
            server = MAKERS[kind](folder)
            server.start()
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
