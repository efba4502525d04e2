"""What goes wrong on the line, and what becomes of the files: the fault table of the transports, from outside."""

from __future__ import annotations

import contextlib
import socket
import socketserver
import sqlite3
import threading
import time
from typing import TYPE_CHECKING, ClassVar

import pytest

from tests.servers import PASSWORD, Server
from tests.servers.moody import Moody
from tests.servers.nginx import nginx
from tests.servers.proxy import Proxy
from tests.servers.sshd import new_host_key, sshd
from tests.servers.vsftpd import vsftpd
from tests.submit import batch
from tests.submit.test_submit import configure, rows, states

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from stockctl.submit.transports import Gate
    from tests.conftest import Run


@pytest.fixture(autouse=True)
def check(monkeypatch: pytest.MonkeyPatch) -> batch.Check:
    """The stand-in for the check, and no waiting between tries."""
    monkeypatch.setattr("stockctl.submit.send.LONGEST_PAUSE", 0.01)
    monkeypatch.setattr("stockctl.submit.worker.SETTLE_SECONDS", 0.2)
    monkeypatch.setattr("stockctl.submit.account.STALL_SECONDS", 2.0)
    return batch.install(monkeypatch)


@pytest.fixture
def send(
    stockctl: Callable[..., Run], home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Run]:
    """Send the folder `in` to a server; more settings by keyword."""

    def run(server: Server, *options: str, agency: str = "", **more: object) -> Run:
        name = agency or {"ftp": "pond5", "ftps": "shutterstock", "sftp": "adobe_stock"}[server.protocol]
        configure(home, server, name, monkeypatch, **more)
        more_options = ["--accept-new-host-key"] if server.protocol == "sftp" else []
        return stockctl("submit", tmp_path / "in", "--agency", name, "--json", *options, *more_options)

    return run


def test_421_at_the_door_is_tried_again(send: Callable[..., Run], tmp_path: Path) -> None:
    (path,) = batch.files(tmp_path / "in", "a.jpg")
    with Moody(tmp_path / "drop", {"HELLO": ["421 too many connections"] * 2}) as moody:
        run = send(moody.server)
    assert run.code == 0, run.err
    assert (moody.folder / "a.jpg").read_bytes() == path.read_bytes()


def test_421_in_the_middle_is_tried_again(send: Callable[..., Run], tmp_path: Path) -> None:
    paths = batch.files(tmp_path / "in", "a.jpg", "b.jpg")
    with Moody(tmp_path / "drop", {"STOR": ["as usual", "421 closing"]}) as moody:
        run = send(moody.server, connections=1)
    assert run.code == 0, run.err
    assert [(moody.folder / path.name).read_bytes() for path in paths] == [path.read_bytes() for path in paths]


def test_530_is_tried_once_even_with_four_connections(send: Callable[..., Run], tmp_path: Path) -> None:
    batch.files(tmp_path / "in", *(f"{number}.jpg" for number in range(8)))
    with Moody(tmp_path / "drop", {"PASS": ["530 Login incorrect."] * 9}) as moody:
        run = send(moody.server)
    assert run.code == 1
    assert sum(heard.startswith("PASS") for heard in moody.heard) == 1
    assert set(states(run).values()) == {"failed"}
    assert "530" in run.json["errors"][0]["error"]
    assert "accounts" in run.json["errors"][0]["hint"]


@pytest.mark.parametrize("reply", ["550 not this file", "552 over quota", "553 name not allowed"])
def test_a_refused_file_is_not_tried_again_and_the_rest_goes_on(
    reply: str, send: Callable[..., Run], tmp_path: Path
) -> None:
    batch.files(tmp_path / "in", "a.jpg", "b.jpg")
    with Moody(tmp_path / "drop", {"STOR": [reply]}) as moody:
        run = send(moody.server, connections=1)
        assert run.code == 1
        assert states(run) == {"a.jpg": "failed", "b.jpg": "sent"}
        assert reply in run.json["files"][0]["why"][0]
        assert sum(heard.startswith("STOR a") for heard in moody.heard) == 1
        assert run.json["sheet"]["rows"] == 1
        retried = send(moody.server, "--retry-failed")
    assert states(retried) == {"a.jpg": "sent", "b.jpg": "skipped"}


def test_a_full_disk_at_the_server_stops_the_agency_after_three_files(send: Callable[..., Run], tmp_path: Path) -> None:
    batch.files(tmp_path / "in", *(f"{number}.jpg" for number in range(6)), size=200_000)
    with Moody(tmp_path / "drop", full_after=50_000) as moody:
        run = send(moody.server, connections=1)
        assert run.code == 1
        assert list(states(run).values()) == ["failed"] * 3 + ["held"] * 3
        assert "three" in run.json["files"][3]["why"][0] or "3 files" in run.json["files"][3]["why"][0]
        assert run.json["sheet"]["rows"] == 0
        moody.full_after = None
        again = send(moody.server)
    assert set(states(again).values()) == {"sent"}
    assert again.json["sheet"]["rows"] == 6
    assert {path.name for path in moody.folder.iterdir()} == {f"{number}.jpg" for number in range(6)}


def test_a_500_over_https_is_no_success(
    home: Path, tmp_path: Path, ground: Path, stockctl: Callable[..., Run], monkeypatch: pytest.MonkeyPatch
) -> None:
    own_https_agency(home)
    server = nginx(ground)
    (server.folder / "a.jpg").mkdir()
    (server.folder / "a.jpg/occupied").write_text("")
    server.start()
    try:
        configure(home, server, "own", monkeypatch)
        batch.files(tmp_path / "in", "a.jpg")
        run = stockctl("submit", tmp_path / "in", "--agency", "own", "--json")
    finally:
        server.stop()
    assert run.code == 1
    assert states(run) == {"a.jpg": "failed"}


def test_a_server_without_size_confirms_all_the_same(send: Callable[..., Run], tmp_path: Path) -> None:
    batch.files(tmp_path / "in", "a.jpg")
    with Moody(tmp_path / "drop", size="none") as moody:
        run = send(moody.server)
    assert states(run) == {"a.jpg": "sent"}
    assert run.json["sheet"]["rows"] == 1


def test_an_agency_that_takes_files_in_at_once(send: Callable[..., Run], tmp_path: Path) -> None:
    paths = batch.files(tmp_path / "in", "a.jpg", "b.jpg", "c.jpg")
    with Moody(tmp_path / "drop", takes_in=True) as moody:
        run = send(moody.server)
        assert set(states(run).values()) == {"sent"}
        assert set(states(send(moody.server)).values()) == {"skipped"}
    assert sorted(moody.taken_in) == [(path.name, path.read_bytes()) for path in paths]
    assert run.json["sheet"]["rows"] == 3


def test_a_server_that_cannot_go_on_with_a_partial_file_gets_all_of_it(
    send: Callable[..., Run], tmp_path: Path
) -> None:
    (path,) = batch.files(tmp_path / "in", "a.jpg", size=2_000_000)
    with (
        Moody(tmp_path / "drop", {"APPE": ["550 no APPE here"]}) as moody,
        Proxy(moody.port, after=10**9) as proxy,
    ):
        assert proxy.seen == 0
        moody.moods["STOR"] = ["as usual"]
        cut = threading.Thread(target=_cut_after, args=(moody, 500_000))
        cut.start()
        run = send(moody.server, connections=1)
        cut.join()
    assert run.code == 0, run.json
    assert (moody.folder / "a.jpg").read_bytes() == path.read_bytes()


def _cut_after(moody: Moody, count: int) -> None:
    """Make the server fail once, when so many bytes have come."""
    moody.full_after = count
    until = time.monotonic() + 10
    while not any(heard.startswith("SIZE") for heard in moody.heard) and time.monotonic() < until:
        time.sleep(0.001)
    moody.full_after = None


def test_a_server_that_lists_nothing_is_asked_file_by_file(
    send: Callable[..., Run], tmp_path: Path, home: Path
) -> None:
    """Neither MLSD nor LIST: the sizes are asked for one by one, and every file is verified."""
    names = [f"{number}.jpg" for number in range(6)]
    batch.files(tmp_path / "in", *names)
    with Moody(tmp_path / "drop") as moody:
        run = send(moody.server, connections=1)
    assert run.code == 0, run.json
    assert {heard.partition(" ")[0] for heard in moody.heard} >= {"MLSD", "LIST", "SIZE"}
    assert sum(heard.startswith("MLSD") for heard in moody.heard) == 1
    with sqlite3.connect(home / "catalogue.db") as catalogue:
        assert catalogue.execute("SELECT DISTINCT state FROM uploads").fetchall() == [("verified",)]


def test_a_size_that_still_grows_is_waited_for(
    send: Callable[..., Run], tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A run was killed, and its server goes on writing what it had received."""
    monkeypatch.setattr("stockctl.submit.worker.SETTLE_SECONDS", 2.0)
    (path,) = batch.files(tmp_path / "in", "a.jpg", size=50_000)
    data = path.read_bytes()
    with Moody(tmp_path / "drop") as moody:
        assert send(moody.server).code == 0
        with sqlite3.connect(home / "catalogue.db") as catalogue:
            catalogue.execute("UPDATE uploads SET state = 'sending', sheet = NULL")
        there = moody.folder / "a.jpg"
        there.write_bytes(b"")
        writer = threading.Timer(0.5, there.write_bytes, [data])
        heard = len(moody.heard)
        writer.start()
        run = send(moody.server)
        writer.join()
    assert states(run) == {"a.jpg": "sent"}
    assert not [one for one in moody.heard[heard:] if one.startswith(("DELE", "STOR", "APPE"))]
    assert there.read_bytes() == data


@pytest.mark.parametrize("kind", ["ftps", "sftp"])
def test_a_line_that_is_cut_twice_costs_nothing(
    kind: str, serve: Callable[[str], Server], send: Callable[..., Run], tmp_path: Path
) -> None:
    server = serve(kind)
    paths = batch.files(tmp_path / "in", "a.jpg", "b.jpg", "c.jpg", size=1_500_000)
    with Proxy(server.port, after=1_000_000, times=2) as proxy:
        if server.protocol in {"ftp", "ftps"}:
            # Data connections go past the proxy: it spoils the control connection.
            proxy.after = 60
        run = send(server, port=proxy.port)
    assert run.code == 0, run.json
    assert server.files == {path.name: path.read_bytes() for path in paths}
    assert [row[next(iter(row))] for row in rows(run.json["sheet"]["path"])] == ["a.jpg", "b.jpg", "c.jpg"]


@pytest.mark.parametrize("make", [vsftpd, sshd], ids=["ftps", "sftp"])
def test_a_large_file_is_gone_on_with_after_the_server_was_killed(
    make: Callable[[Path], Server],
    send: Callable[..., Run],
    tmp_path: Path,
    ground: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("stockctl.submit.send.LONGEST_PAUSE", 1.0)
    server = make(ground)
    (path,) = batch.files(tmp_path / "in", "a.jpg", size=40_000_000)
    server.start()
    try:

        def kill_once() -> None:
            server.wait(lambda: server.arrived > 5_000_000)
            server.stop()
            server.start()

        killer = threading.Thread(target=kill_once)
        killer.start()
        run = send(server, max_rate=60_000_000)
        killer.join()
    finally:
        server.stop()
    assert run.code == 0, run.json
    assert server.files == {"a.jpg": path.read_bytes()}
    assert run.json["files"][0]["resumed_at"] > 0


def test_a_changed_host_key_is_refused_always(send: Callable[..., Run], tmp_path: Path, ground: Path) -> None:
    folder = ground
    server = sshd(folder)
    server.start()
    try:
        batch.files(tmp_path / "in", "a.jpg")
        assert states(send(server)) == {"a.jpg": "sent"}
        server.stop()
        new_host_key(folder)
        server.start()
        batch.files(tmp_path / "in", "b.jpg")
        run = send(server)
    finally:
        server.stop()
    assert states(run) == {"a.jpg": "skipped", "b.jpg": "failed"}
    assert "not the one it had before" in run.json["errors"][0]["error"]
    assert set(server.files) == {"a.jpg"}


def test_an_expired_certificate_is_refused(send: Callable[..., Run], tmp_path: Path, ground: Path) -> None:
    server = vsftpd(ground, expired=True)
    server.start()
    try:
        batch.files(tmp_path / "in", "a.jpg")
        run = send(server)
    finally:
        server.stop()
    assert states(run) == {"a.jpg": "failed"}
    assert "expired" in run.json["errors"][0]["error"]
    assert server.files == {}


def test_a_server_without_tls_gets_no_password(send: Callable[..., Run], tmp_path: Path) -> None:
    batch.files(tmp_path / "in", "a.jpg")
    with Moody(tmp_path / "drop") as moody:
        run = send(moody.server, agency="shutterstock", tls="explicit")
    assert states(run) == {"a.jpg": "failed"}
    assert not any(heard.startswith(("USER", "PASS")) for heard in moody.heard)


def test_plain_ftp_warns(send: Callable[..., Run], tmp_path: Path) -> None:
    batch.files(tmp_path / "in", "a.jpg")
    with Moody(tmp_path / "drop") as moody:
        run = send(moody.server)
    assert run.json["delivery"] == "ftp"
    assert "unencrypted" in run.json["notes"][0]
    assert "unencrypted" in run.err


def test_a_file_removed_before_its_turn_fails_alone(
    send: Callable[..., Run], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone, _ = batch.files(tmp_path / "in", "a.jpg", "b.jpg")
    from stockctl.submit.worker import Worker

    enter = Worker.enter

    def remove(self: Worker, gate: Gate) -> None:
        gone.unlink()
        enter(self, gate)

    monkeypatch.setattr(Worker, "enter", remove)
    with Moody(tmp_path / "drop") as moody:
        run = send(moody.server)
    assert states(run) == {"a.jpg": "failed", "b.jpg": "sent"}
    assert "no such file" in run.json["files"][0]["why"][0]


def test_the_rate_is_limited(send: Callable[..., Run], tmp_path: Path) -> None:
    batch.files(tmp_path / "in", "a.jpg", "b.jpg", size=150_000)
    with Moody(tmp_path / "drop") as moody:
        before = time.monotonic()
        run = send(moody.server, max_rate=200_000)
    assert run.code == 0
    assert time.monotonic() - before > 1.0


def test_ipv6(serve: Callable[[str], Server], send: Callable[..., Run], tmp_path: Path) -> None:
    assert PASSWORD
    server = serve("sftp")
    batch.files(tmp_path / "in", "a.jpg")
    config = server.folder.parent / "sshd_config"
    text = config.read_text()
    if "::1" not in text:
        server.stop()
        config.write_text(text + "\nListenAddress ::1\n")
        server.start()
    run = send(server, host="::1")
    assert states(run) == {"a.jpg": "sent"}, run.json


def own_https_agency(home: Path) -> None:
    """Describe an agency of the person's own that takes files by HTTPS."""
    (home / "agencies").mkdir()
    (home / "agencies/own.toml").write_text(
        'name = "own"\ntitle = "Own"\n'
        "[accepts]\nphoto = true\n"
        '[sheet]\ncolumns = [["name", "upload_name"], ["title", "title"]]\n'
        '[transport]\nprotocol = "https"\nhost = "localhost"\n'
    )


class Tunnel(socketserver.StreamRequestHandler):
    """A proxy that only knows CONNECT, and notes where it was asked to lead."""

    asked: ClassVar[list[str]] = []

    def handle(self) -> None:
        target = self.rfile.readline().decode().split()[1]
        while self.rfile.readline().strip():
            pass
        self.asked.append(target)
        host, _, port = target.rpartition(":")
        with socket.create_connection((host, int(port)), 5) as server:
            self.wfile.write(b"HTTP/1.1 200 go on\r\n\r\n")
            back = threading.Thread(target=self._pipe, args=(server, self.request), daemon=True)
            back.start()
            self._pipe(self.request, server)
            back.join()

    @staticmethod
    def _pipe(source: socket.socket, target: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                target.sendall(data)
            target.shutdown(socket.SHUT_WR)


@pytest.mark.parametrize("kind", ["ftps", "sftp"])
def test_a_proxy_of_the_usual_variables_is_asked_for_a_tunnel(
    kind: str, serve: Callable[[str], Server], send: Callable[..., Run], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = serve(kind)
    batch.files(tmp_path / "in", "a.jpg")
    Tunnel.asked.clear()
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Tunnel) as proxy:
        proxy.daemon_threads = True
        threading.Thread(target=proxy.serve_forever, args=(0.05,), daemon=True).start()
        monkeypatch.setenv("all_proxy", f"http://127.0.0.1:{proxy.server_address[1]}")
        run = send(server)
        proxy.shutdown()
    assert states(run) == {"a.jpg": "sent"}, run.json
    assert Tunnel.asked[0] == f"127.0.0.1:{server.port}"
    assert len(Tunnel.asked) == (1 if kind == "sftp" else 2)
