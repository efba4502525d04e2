"""One conformance suite: what every transport must do, against a real server of each kind."""

from __future__ import annotations

import contextlib
import os
import threading
import time
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from stockctl.files.fingerprint import fingerprint
from stockctl.submit.transports import Door, Fault, Gate, TransferError, Transport, Upload, Watch
from stockctl.submit.transports.opening import open_transport
from tests.servers.proxy import Proxy
from tests.submit.doors import door, upload

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.servers import Server


@pytest.fixture
def transport(server: Server, tmp_path: Path) -> Iterator[Transport]:
    opened = open_transport(door(server, tmp_path))
    yield opened
    opened.close()


def test_a_file_arrives_whole_under_its_name(transport: Transport, server: Server, tmp_path: Path) -> None:
    file = upload(tmp_path / "wave_01.jpg", server)
    moved: list[int] = []
    transport.enter(file.folder)
    transport.send(file, Watch(moved.append))
    assert server.files == {"wave_01.jpg": file.source.read_bytes()}
    assert moved == sorted(moved)
    assert moved[-1] == file.size


def test_an_earlier_file_of_that_name_is_replaced(transport: Transport, server: Server, tmp_path: Path) -> None:
    for size in (300_000, 100):
        file = upload(tmp_path / "a.jpg", server, size)
        transport.send(file, Watch())
    assert server.files["a.jpg"] == file.source.read_bytes()


def test_many_files_go_over_one_connection(transport: Transport, server: Server, tmp_path: Path) -> None:
    for number in range(12):
        transport.send(upload(tmp_path / f"{number}.jpg", server, 5_000), Watch())
    assert len(server.files) == 12


def test_the_size_over_there(transport: Transport, server: Server, tmp_path: Path) -> None:
    file = upload(tmp_path / "a.jpg", server)
    transport.enter(file.folder)
    assert transport.size(file.folder, "a.jpg") is None
    transport.send(file, Watch())
    assert transport.size(file.folder, "a.jpg") == file.size
    transport.delete(file.folder, "a.jpg")
    transport.delete(file.folder, "a.jpg")
    assert transport.size(file.folder, "a.jpg") is None


def test_the_size_is_told_right_after_the_login(server: Server, tmp_path: Path) -> None:
    file = upload(tmp_path / "a.jpg", server)
    for _ in range(2):
        opened = open_transport(door(server, tmp_path))
        opened.enter(file.folder)
        there = opened.size(file.folder, "a.jpg")
        if there is None:
            opened.send(file, Watch())
        opened.close()
    assert there == file.size


def test_a_folder_is_listed_with_sizes(transport: Transport, server: Server, tmp_path: Path) -> None:
    for number in range(3):
        transport.send(upload(tmp_path / f"wave {number}.jpg", server, 1000 + number), Watch())
    (server.folder / "below").mkdir()
    listing = transport.listing(server.remote or "/")
    if server.protocol == "https":
        assert listing is None
    else:
        assert listing == {f"wave {number}.jpg": 1000 + number for number in range(3)}


def test_a_partial_file_is_gone_on_with(transport: Transport, server: Server, tmp_path: Path) -> None:
    if not transport.resumes:
        assert server.protocol == "https"
        return
    file = upload(tmp_path / "a.jpg", server, 1_000_000)
    partial = server.folder / "a.jpg"
    partial.write_bytes(file.source.read_bytes()[:400_000])
    partial.chmod(0o666)
    os.chown(partial, *_owner(server))
    moved: list[int] = []
    transport.send(file, Watch(moved.append), offset=400_000)
    assert server.files["a.jpg"] == file.source.read_bytes()
    assert min(moved) >= 400_000


def _owner(server: Server) -> tuple[int, int]:
    stat = server.folder.stat()
    return (65534, 65534) if os.getuid() == 0 and "proftpd" in str(server.command[0]) else (stat.st_uid, stat.st_gid)


def test_a_wrong_password(server: Server, tmp_path: Path) -> None:
    assert _fault_of(door(server, tmp_path, password="wrong"), server) is Fault.PASSWORD  # noqa: S106


def test_further_connections_speak_no_password_before_the_first_is_in(server: Server, tmp_path: Path) -> None:
    gate = Gate()
    opened = open_transport(door(server, tmp_path, password="wrong"))  # noqa: S106 - a wrong one
    others: list[BaseException | None] = []

    def wait_at_the_gate() -> None:
        try:
            opened.log_in(gate)
        except TransferError as error:
            others.append(error)

    waiting = threading.Thread(target=wait_at_the_gate)
    waiting.start()
    waiting.join(1.0)
    assert waiting.is_alive()
    gate.decide(open_=False)
    waiting.join(5)
    opened.close()
    # A password that the server had heard would have been refused as such.
    assert not any(isinstance(error, TransferError) and error.fault is Fault.PASSWORD for error in others)


def test_the_others_may_log_in_as_soon_as_the_password_was_taken(server: Server, tmp_path: Path) -> None:
    gate = Gate()
    opened = open_transport(door(server, tmp_path))
    # A folder that is not there ends the first connection's way after the password.
    with contextlib.suppress(TransferError):
        opened.enter(f"{server.remote}/nowhere", gate)
    opened.close()
    # HTTP has no login of its own.
    assert gate.is_open is (server.protocol != "https")


def test_a_wrong_password_opens_nothing(server: Server, tmp_path: Path) -> None:
    gate = Gate()
    opened = open_transport(door(server, tmp_path, password="wrong"))  # noqa: S106 - a wrong one
    with pytest.raises(TransferError):
        opened.enter(server.remote or "/", gate)
    opened.close()
    assert not gate.is_open


def test_a_host_that_the_first_connection_found_right_is_right_for_the_others(
    serve: Callable[[str], Server], tmp_path: Path
) -> None:
    server, gate = serve("sftp"), Gate()
    first = open_transport(door(server, tmp_path))
    first.enter("/", gate)
    first.close()
    other = door(server, tmp_path, known_hosts=tmp_path / "still empty", accept_new_host_key=False)
    for key, fine in ((gate.host_key, True), (b"another host's", False), (b"", False)):
        gate.host_key = key
        second = open_transport(other)
        with contextlib.nullcontext() if fine else pytest.raises(TransferError):
            second.log_in(gate)
        second.close()


def test_a_wrong_port(server: Server, tmp_path: Path) -> None:
    assert _fault_of(door(server, tmp_path, port=1), server) is Fault.REFUSED


def test_a_wrong_host(server: Server, tmp_path: Path) -> None:
    assert _fault_of(door(server, tmp_path, host="no-such-host.invalid"), server) is Fault.WRONG_HOST


def test_a_wrong_folder(server: Server, tmp_path: Path) -> None:
    file = upload(tmp_path / "a.jpg", server)
    wrong = replace(file, folder=f"{server.remote}/nowhere")
    opened = open_transport(door(server, tmp_path))
    try:
        if server.protocol == "https":
            # OPTIONS says nothing about folders; the first PUT does.
            opened.enter(wrong.folder)
        else:
            with pytest.raises(TransferError) as caught:
                opened.enter(wrong.folder)
            assert caught.value.fault is Fault.FOLDER
        with pytest.raises(TransferError) as caught:
            opened.send(wrong, Watch())
        # nginx answers 500 where it means 409; that is worth another try.
        assert caught.value.fault.passes is (server.protocol == "https")
    finally:
        opened.close()


def test_a_name_that_cannot_be_written_to_ends_nothing_else(
    transport: Transport, server: Server, tmp_path: Path
) -> None:
    (server.folder / "a.jpg").mkdir()
    (server.folder / "a.jpg/occupied").write_text("")
    transport.enter(server.remote or "/")
    for _ in range(3):
        with pytest.raises(TransferError) as caught:
            transport.send(upload(tmp_path / "a.jpg", server), Watch())
        assert not caught.value.fault.ends_all, caught.value
    transport.send(upload(tmp_path / "b.jpg", server), Watch())
    assert "b.jpg" in server.files


def test_a_full_disk_over_sftp_is_called_one(serve: Callable[[str], Server], tmp_path: Path) -> None:
    server = serve("sftp")
    (server.folder / "a.jpg").symlink_to("/dev/full")
    opened = open_transport(door(server, tmp_path))
    with pytest.raises(TransferError) as caught:
        opened.send(upload(tmp_path / "a.jpg", server), Watch())
    opened.close()
    assert "disk may be full" in caught.value.message
    assert caught.value.fault.passes


def test_an_untrusted_certificate(server: Server, tmp_path: Path) -> None:
    if not server.ca_file:
        assert server.protocol in {"ftp", "sftp"}
        return
    assert _fault_of(door(server, tmp_path, ca_file=""), server) is Fault.TLS


def test_a_file_that_changed_since_the_check_is_not_sent(transport: Transport, server: Server, tmp_path: Path) -> None:
    file = upload(tmp_path / "a.jpg", server)
    file.source.write_bytes(b"another picture")
    with pytest.raises(TransferError) as caught:
        transport.send(file, Watch())
    assert caught.value.fault is Fault.SOURCE
    assert server.files == {}


def test_a_file_that_vanished(transport: Transport, server: Server, tmp_path: Path) -> None:
    file = upload(tmp_path / "a.jpg", server)
    file.source.unlink()
    with pytest.raises(TransferError) as caught:
        transport.send(file, Watch())
    assert caught.value.fault is Fault.SOURCE
    assert "a.jpg" in caught.value.where


def test_a_file_that_changes_while_it_is_sent(transport: Transport, server: Server, tmp_path: Path) -> None:
    file = upload(tmp_path / "a.jpg", server, 3_000_000)

    def change(_: int) -> None:
        file.source.write_bytes(b"shorter")

    with pytest.raises(TransferError) as caught:
        transport.send(file, Watch(change))
    assert caught.value.fault is Fault.SOURCE


def test_stopping_aborts_the_file_in_flight(server: Server, tmp_path: Path) -> None:
    opened = open_transport(door(server, tmp_path, max_rate=200_000))
    file = upload(tmp_path / "a.jpg", server, 3_000_000)
    stop = threading.Event()
    try:
        with pytest.raises(TransferError) as caught:
            opened.send(file, Watch(lambda done: stop.set() if done else None, stop=stop))
    finally:
        opened.close()
    assert caught.value.fault is Fault.STOPPED


def test_a_silent_line_is_given_up(server: Server, tmp_path: Path) -> None:
    with Proxy(server.port, how="silent") as proxy:
        opened = open_transport(door(server, tmp_path, port=proxy.port, stall_seconds=1))
        try:
            opened.enter(server.remote or "/")
            proxy.silent.set()
            with pytest.raises(TransferError) as caught:
                opened.send(upload(tmp_path / "a.jpg", server), Watch())
        finally:
            opened.close()
    assert caught.value.fault.passes, caught.value


@pytest.mark.soak
def test_a_silent_line_is_noticed_within_35_seconds_with_the_limit_that_people_get(
    server: Server, tmp_path: Path
) -> None:
    """The line falls silent in the middle of a file: after the control connection and, with SFTP, in the data."""
    with Proxy(server.port, how="silent") as proxy:
        opened = open_transport(door(server, tmp_path, port=proxy.port, max_rate=400_000))
        silent_at: list[float] = []

        def fall_silent(done: int) -> None:
            if done > 300_000 and not silent_at:
                proxy.silent.set()
                silent_at.append(time.monotonic())

        try:
            opened.enter(server.remote or "/")
            with pytest.raises(TransferError) as caught:
                opened.send(upload(tmp_path / "a.jpg", server, 1_000_000), Watch(fall_silent))
            noticed = time.monotonic() - silent_at[0]
        finally:
            opened.close()
    assert caught.value.fault.passes, caught.value
    assert 25 < noticed <= 35, noticed


def _fault_of(wrong: Door, server: Server) -> Fault:
    opened = open_transport(wrong)
    try:
        with pytest.raises(TransferError) as caught:
            opened.enter(server.remote or "/")
    finally:
        opened.close()
    assert server.password not in str(caught.value)
    assert "wrong" not in caught.value.message or caught.value.fault is not Fault.PASSWORD
    return caught.value.fault


def test_the_folder_delivers_whole_files_only(tmp_path: Path) -> None:
    source = tmp_path / "a.jpg"
    source.write_bytes(os.urandom(100_000))
    box = tmp_path / "box"
    opened = open_transport(Door(protocol="folder", host="", port=None, user="", password="", folder=str(box)))
    file = Upload(source, fingerprint(source), "/", "a.jpg")
    opened.enter("/")
    opened.send(file, Watch())
    assert (box / "a.jpg").read_bytes() == source.read_bytes()
    assert opened.size("/", "a.jpg") == 100_000
    stop = threading.Event()
    stop.set()
    with pytest.raises(TransferError):
        opened.send(replace(file, name="b.jpg"), Watch(stop=stop))
    assert [path.name for path in box.iterdir()] == ["a.jpg"]
