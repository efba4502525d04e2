"""Servers that take fewer connections than we would open: all files arrive in one run, and the number is remembered."""

from __future__ import annotations

import re
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.servers.moody import Moody
from tests.servers.sshd import sshd
from tests.servers.vsftpd import vsftpd
from tests.submit import batch
from tests.submit.outside import states

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.conftest import Run
    from tests.servers import Server

FILES = [f"{number}.jpg" for number in range(8)]


def all_sent(run: Run, folder: Path, paths: list[Path]) -> None:
    assert run.code == 0, run.err
    assert states(run) == dict.fromkeys((path.name for path in paths), "sent")
    assert {path.name: (folder / path.name).read_bytes() for path in paths} == {
        path.name: path.read_bytes() for path in paths
    }


FULL = {
    "pyftpdlib": "421 Too many connections from the same IP address.",
    "proftpd": "530 Sorry, the maximum number of clients (2) for this user are already connected.",
    "silent": "",
}


@pytest.mark.parametrize("places", [1, 2, 3])
@pytest.mark.parametrize("manner", list(FULL))
def test_a_server_with_few_places(manner: str, places: int, send: Callable[..., Run], tmp_path: Path) -> None:
    paths = batch.files(tmp_path / "in", *FILES)
    with Moody(tmp_path / "drop", places=places, full=FULL[manner]) as moody:
        run = send(moody.server)
        all_sent(run, moody.folder, paths)
        assert moody.most_inside <= places


def test_what_is_found_is_told_once_and_remembered(send: Callable[..., Run], tmp_path: Path) -> None:
    paths = batch.files(tmp_path / "in", *FILES)
    with Moody(tmp_path / "drop", places=2) as moody:
        first = send(moody.server)
        all_sent(first, moody.folder, paths)
        (note,) = [note for note in first.json["notes"] if "connections" in note]
        assert "Pond5" in note
        assert "2 connections" in note
        heard = sum(line.startswith("USER") for line in moody.heard)
        again = send(moody.server, "--again")
        assert again.code == 0, again.err
        assert not [note for note in again.json["notes"] if "connections" in note]
        assert sum(line.startswith("USER") for line in moody.heard) == heard + 2
        # The person's own number counts.
        more = send(moody.server, "--again", connections=3)
        assert more.code == 0, more.err
        assert [note for note in more.json["notes"] if "connections" in note]


def test_nobody_waits_at_the_door_when_the_work_is_done(send: Callable[..., Run], tmp_path: Path) -> None:
    batch.files(tmp_path / "in", *FILES)
    with Moody(tmp_path / "drop", places=1, full="") as moody:
        before = time.monotonic()
        assert send(moody.server).code == 0
        assert time.monotonic() - before < 20


def test_one_wrong_password_is_no_want_of_places(send: Callable[..., Run], tmp_path: Path) -> None:
    batch.files(tmp_path / "in", *FILES)
    with Moody(tmp_path / "drop", {"PASS": ["530 Login incorrect."] * 9}, places=2) as moody:
        run = send(moody.server)
        assert sum(heard.startswith("PASS") for heard in moody.heard) == 1
    assert run.code == 1
    assert not [note for note in run.json["notes"] if "connections" in note]


@pytest.mark.parametrize("more", ["max_per_ip=1", "max_per_ip=2", "max_clients=3"])
def test_vsftpd_with_few_places(more: str, send: Callable[..., Run], ground: Path, tmp_path: Path) -> None:
    paths = batch.files(tmp_path / "in", *FILES)
    server = vsftpd(ground / "server", more=more)
    served(server, send, paths)


@pytest.mark.parametrize("more", ["PerSourceMaxStartups 1", "MaxStartups 1:100:1", "MaxSessions 1"])
def test_openssh_with_few_places(more: str, send: Callable[..., Run], ground: Path, tmp_path: Path) -> None:
    paths = batch.files(tmp_path / "in", *FILES)
    server = sshd(ground / "server")
    settings = Path(server.command[-1])
    word = more.split(maxsplit=1)[0]
    kept = [line for line in settings.read_text().splitlines() if not re.match(rf"{word}\b", line)]
    settings.write_text("\n".join([*kept, more, ""]))
    served(server, send, paths)


def served(server: Server, send: Callable[..., Run], paths: list[Path]) -> None:
    server.start()
    try:
        all_sent(send(server), server.folder, paths)
    finally:
        server.stop()
