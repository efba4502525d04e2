"""Lines that break, or lead another way than straight, and what becomes of the files."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

import pytest

from tests.servers.moody import Moody
from tests.servers.proxy import Proxy
from tests.servers.sshd import sshd
from tests.servers.tunnel import Tunnel
from tests.servers.vsftpd import vsftpd
from tests.submit import batch
from tests.submit.outside import rows, states

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from stockctl.submit.transports import Gate
    from tests.conftest import Run
    from tests.servers import Server


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
    monkeypatch.setattr("stockctl.submit.sending.send.LONGEST_PAUSE", 1.0)
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


def test_a_file_removed_before_its_turn_fails_alone(
    send: Callable[..., Run], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone, _ = batch.files(tmp_path / "in", "a.jpg", "b.jpg")
    from stockctl.submit.sending.worker import Worker

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


@pytest.mark.parametrize("kind", ["ftps", "sftp"])
def test_a_proxy_of_the_usual_variables_is_asked_for_a_tunnel(
    kind: str, serve: Callable[[str], Server], send: Callable[..., Run], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = serve(kind)
    batch.files(tmp_path / "in", "a.jpg")
    with Tunnel() as tunnel:
        monkeypatch.setenv("all_proxy", f"http://127.0.0.1:{tunnel.port}")
        run = send(server)
        asked = len(tunnel.asked)
        monkeypatch.setenv("no_proxy", "127.0.0.1")
        batch.files(tmp_path / "in", "b.jpg")
        past = send(server)
    assert states(run) == {"a.jpg": "sent"}, run.json
    assert tunnel.asked[0] == f"127.0.0.1:{server.port}"
    assert asked == (1 if kind == "sftp" else 2)
    assert states(past)["b.jpg"] == "sent"
    assert len(tunnel.asked) == asked


@pytest.mark.parametrize("kind", ["ftps", "sftp"])
def test_a_proxy_that_refuses_is_named_as_what_refuses(
    kind: str, serve: Callable[[str], Server], send: Callable[..., Run], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch.files(tmp_path / "in", "a.jpg")
    with Tunnel(b"407 Proxy Authentication Required") as tunnel:
        for proxy in (f"http://127.0.0.1:{tunnel.port}", "http://127.0.0.1:1", "http://no-such-proxy.invalid:80"):
            monkeypatch.setenv("all_proxy", proxy)
            run = send(serve(kind))
            assert states(run) == {"a.jpg": "failed"}
            assert "proxy that the environment names" in run.json["errors"][0]["hint"], proxy
        assert len(tunnel.asked) == 1


def test_one_file_has_the_whole_rate(send: Callable[..., Run], tmp_path: Path) -> None:
    batch.files(tmp_path / "in", "a.jpg", size=300_000)
    with Moody(tmp_path / "drop") as moody:
        before = time.monotonic()
        run = send(moody.server, max_rate=200_000, connections=4)
        seconds = time.monotonic() - before
    assert run.code == 0
    # A quarter of the rate would take six seconds.
    assert 1.0 < seconds < 4.0
