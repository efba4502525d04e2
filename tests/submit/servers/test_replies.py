"""What servers answer beside "all is well", and what becomes of the files."""

from __future__ import annotations

import sqlite3
import threading
import time
from typing import TYPE_CHECKING

import pytest

from tests.servers.moody import Moody
from tests.servers.nginx import nginx
from tests.submit import batch
from tests.submit.outside import own_https_agency, states

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.conftest import Run
    from tests.servers import Server


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


def test_a_refusal_over_https_is_no_success(send: Callable[..., Run], home: Path, tmp_path: Path, ground: Path) -> None:
    own_https_agency(home)
    server = nginx(ground)
    (server.folder / "a.jpg").mkdir()
    (server.folder / "a.jpg/occupied").write_text("")
    server.start()
    try:
        batch.files(tmp_path / "in", "a.jpg")
        run = send(server, agency="own")
    finally:
        server.stop()
    assert run.code == 1
    assert states(run) == {"a.jpg": "failed"}
    assert "the server answered 409" in run.json["files"][0]["why"][0]


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
    with Moody(tmp_path / "drop", {"APPE": ["550 no APPE here"]}) as moody:
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
    monkeypatch.setattr("stockctl.submit.sending.worker.SETTLE_SECONDS", 2.0)
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


def test_a_file_for_which_the_server_shuts_its_data_connection_fails_alone(
    serve: Callable[[str], Server], send: Callable[..., Run], tmp_path: Path
) -> None:
    """ProFTPD may refuse a name in the middle of the data connection's hello; that is no fault of its TLS."""
    server = serve("ftps-proftpd")
    batch.files(tmp_path / "in", *(f"{number}.jpg" for number in range(6)))
    (server.folder / "2.jpg").mkdir()
    run = send(server)
    assert states(run) == {f"{number}.jpg": "failed" if number == 2 else "sent" for number in range(6)}, run.json
    (server.folder / "2.jpg").rmdir()
    assert states(send(server, "--retry-failed"))["2.jpg"] == "sent"


def test_a_server_that_loses_the_last_byte_and_confirms_gets_it_again(send: Callable[..., Run], tmp_path: Path) -> None:
    paths = batch.files(tmp_path / "in", "a.jpg", "b.jpg")
    with Moody(tmp_path / "drop", loses_last=1) as moody:
        run = send(moody.server, connections=1)
    assert states(run) == {"a.jpg": "sent", "b.jpg": "sent"}
    assert [(moody.folder / path.name).read_bytes() for path in paths] == [path.read_bytes() for path in paths]


def test_a_server_that_always_loses_the_last_byte_has_not_got_it(send: Callable[..., Run], tmp_path: Path) -> None:
    batch.files(tmp_path / "in", "a.jpg")
    with Moody(tmp_path / "drop", loses_last=99) as moody:
        run = send(moody.server)
    assert states(run) == {"a.jpg": "failed"}
    assert "holds" in run.json["files"][0]["why"][0]
    assert run.json["sheet"]["rows"] == 0


def test_a_server_that_renames_what_arrives_has_taken_it_in(send: Callable[..., Run], tmp_path: Path) -> None:
    batch.files(tmp_path / "in", "a.jpg", "b.jpg")
    with Moody(tmp_path / "drop", renames=1) as moody:
        assert set(states(send(moody.server)).values()) == {"sent"}
        assert set(states(send(moody.server)).values()) == {"skipped"}
    assert len(list(moody.folder.iterdir())) == 2


def test_a_quota_that_is_reached_in_the_middle_of_a_file(send: Callable[..., Run], tmp_path: Path) -> None:
    batch.files(tmp_path / "in", "a.jpg", "b.jpg", size=200_000)
    with Moody(tmp_path / "drop", full_after=50_000, full_disk="552 Quota exceeded.") as moody:
        run = send(moody.server, connections=1)
        assert set(states(run).values()) == {"failed"}
        assert "552 Quota exceeded" in run.json["files"][0]["why"][0]
        # Not tried again: the answer would be the same.
        assert sum(heard.startswith("STOR a") for heard in moody.heard) == 1
        moody.full_after = None
        assert set(states(send(moody.server)).values()) == {"sent"}
    assert {path.stat().st_size for path in moody.folder.iterdir()} == {200_000}


def test_the_same_word_for_many_files_is_told_once(
    send: Callable[..., Run], stockctl: Callable[..., Run], tmp_path: Path
) -> None:
    batch.files(tmp_path / "in", *(f"{number}.jpg" for number in range(6)))
    with Moody(tmp_path / "drop", {"STOR": ["550 Permission denied."] * 20}) as moody:
        assert send(moody.server, connections=1).code == 1
        shown = stockctl("submit", tmp_path / "in", "--agency", "pond5")
    assert shown.out.count("550 Permission denied") == 1
    assert "3 files: " in shown.out
    assert all(f"{number}.jpg" in shown.out for number in range(6))
    standing = stockctl("submit", "--status", "--agency", "pond5")
    assert standing.out.count("550 Permission denied") == 1
