"""`stockctl submit` from outside: folder delivery, real uploads, the sheet, the ledger's memory."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from stockctl.submit import packing
from stockctl.submit.sending.lease import lease, living
from tests.pictures import patches, put
from tests.servers import PASSWORD, Server
from tests.submit import batch
from tests.submit.outside import configure, rows, states

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.conftest import Run

AGENCY_OF = {"ftps": "shutterstock", "ftps-proftpd": "shutterstock", "sftp": "adobe_stock", "ftp": "pond5"}


def test_without_credentials_the_batch_is_prepared_in_the_outbox(
    stockctl: Callable[..., Run], check: batch.Check, tmp_path: Path
) -> None:
    wave, dusk = batch.files(tmp_path / "in", "Wave, big (1).JPG", "dusk.jpg")
    run = stockctl("submit", tmp_path / "in", "--agency", "shutterstock", "--outbox", tmp_path / "box", "--json")
    assert run.code == 0, run.err
    report = run.json
    assert report["command"] == "submit"
    assert report["delivery"] == "folder"
    assert report["agency"] == "shutterstock"
    assert report["dry_run"] is False
    assert [file["remote"] for file in report["files"]] == ["Wave_big_1.jpg", "dusk.jpg"]
    assert [file["state"] for file in report["files"]] == ["prepared", "prepared"]
    # In the order in which they are done: said is that it was uploaded last.
    assert report["sheet"]["next"].endswith("--mark-sent")
    box = Path(report["sheet"]["path"]).parent
    assert (box / "Wave_big_1.jpg").read_bytes() == wave.read_bytes()
    assert (box / "dusk.jpg").read_bytes() == dusk.read_bytes()
    written = rows(report["sheet"]["path"])
    assert report["sheet"]["rows"] == 2
    assert [row["Filename"] for row in written] == ["Wave_big_1.jpg", "dusk.jpg"]
    assert list(written[0]) == [
        *("Filename", "Description", "Keywords", "Categories", "Illustration", "Mature Content", "Editorial")
    ]
    assert written[0]["Keywords"] == "wave,sea,dusk,bali,beach,surf,ocean"
    assert written[0]["Editorial"] == "No"
    assert report["sheet"]["delivered"] == "by hand"
    assert "Categories (2 files)" in report["sheet"]["next"]
    assert report["quota"] == {
        "used": 2,
        "limit": 500,
        "window_days": 7,
        "kinds": ["illustration", "photo", "vector"],
        "free_at": None,
    }
    assert check.calls == 1


def test_a_second_run_sends_nothing(stockctl: Callable[..., Run], check: batch.Check, tmp_path: Path) -> None:
    batch.files(tmp_path / "in", "a.jpg")
    box = tmp_path / "box"
    stockctl("submit", tmp_path / "in", "--agency", "shutterstock", "--outbox", box)
    run = stockctl("submit", tmp_path / "in", "--agency", "shutterstock", "--outbox", box, "--json")
    assert run.code == 0
    assert states(run) == {"a.jpg": "skipped"}
    assert run.json["files"][0]["why"][0].startswith("prepared before, on ")
    assert run.json["sheet"]["path"] is None
    assert len(list(box.rglob("*.csv"))) == 1
    assert check.calls == 2


def test_a_renamed_copy_is_the_same_picture(stockctl: Callable[..., Run], check: batch.Check, tmp_path: Path) -> None:
    (path,) = batch.files(tmp_path / "in", "a.jpg")
    stockctl("submit", path, "--agency", "pond5", "--outbox", tmp_path / "box")
    path.rename(tmp_path / "in/renamed.jpg")
    run = stockctl("submit", tmp_path / "in", "--agency", "pond5", "--outbox", tmp_path / "box", "--json")
    assert states(run) == {"renamed.jpg": "skipped"}
    again = stockctl("submit", tmp_path / "in", "--agency", "pond5", "--outbox", tmp_path / "box", "--again", "--json")
    assert states(again) == {"renamed.jpg": "prepared"}
    assert check.calls == 3


def test_a_dry_run_shows_the_plan_and_touches_nothing(
    stockctl: Callable[..., Run], check: batch.Check, tmp_path: Path, home: Path
) -> None:
    batch.files(tmp_path / "in", "a.jpg", "b.jpg")
    check.held["b.jpg"] = ("too-few-keywords: 3, needs 7",)
    before = {path for path in tmp_path.rglob("*") if "catalogue.db" not in path.name}
    plan = stockctl("submit", tmp_path / "in", "--agency", "shutterstock", "--dry-run", "--json")
    assert plan.code == 1
    assert states(plan) == {"a.jpg": "planned", "b.jpg": "held"}
    assert plan.json["files"][1]["why"] == ["too-few-keywords: 3, needs 7"]
    assert plan.json["dry_run"] is True
    assert plan.json["sheet"]["rows"] == 1
    assert {path for path in tmp_path.rglob("*") if "catalogue.db" not in path.name} == before
    ran = stockctl("submit", tmp_path / "in", "--agency", "shutterstock", "--json")
    assert [file["remote"] for file in ran.json["files"]] == [file["remote"] for file in plan.json["files"]]
    assert ran.json["sheet"]["path"] == plan.json["sheet"]["path"]
    assert str(home) in ran.json["sheet"]["path"]


@pytest.mark.parametrize("kind", list(AGENCY_OF))
def test_files_go_through_the_agencys_own_door(
    kind: str,
    serve: Callable[[str], Server],
    stockctl: Callable[..., Run],
    check: batch.Check,
    tmp_path: Path,
    home: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    server, agency = serve(kind), AGENCY_OF[kind]
    configure(home, server, agency, monkeypatch)
    paths = batch.files(tmp_path / "in", *(f"wave_{number:02}.jpg" for number in range(10)))
    options = ["--accept-new-host-key"] if kind == "sftp" else []
    run = stockctl("submit", tmp_path / "in", "--agency", agency, "--json", *options)
    assert run.code == 0, run.err
    assert run.json["delivery"] == server.protocol
    assert server.files == {path.name: path.read_bytes() for path in paths}
    assert [row[next(iter(row))] for row in rows(run.json["sheet"]["path"])] == [path.name for path in paths]
    assert check.calls == 1
    again = stockctl("submit", tmp_path / "in", "--agency", agency, "--json")
    assert set(states(again).values()) == {"skipped"}
    status = stockctl("submit", "--status", "--json", "--agency", agency)
    assert status.json["status"][0]["sent"] == 10
    assert status.json["status"][0]["failed"] == 0


@pytest.mark.parametrize("kind", ["ftps", "ftps-proftpd"])
def test_sixty_files_over_one_connection_to_a_server_that_requires_session_reuse(
    kind: str,
    serve: Callable[[str], Server],
    stockctl: Callable[..., Run],
    check: batch.Check,
    tmp_path: Path,
    home: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    server = serve(kind)
    configure(home, server, "shutterstock", monkeypatch, connections=1)
    paths = batch.files(tmp_path / "in", *(f"wave_{number:02}.jpg" for number in range(60)))
    run = stockctl("submit", tmp_path / "in", "--agency", "shutterstock", "--json")
    assert run.code == 0, run.err
    assert set(states(run).values()) == {"sent"}
    assert server.files == {path.name: path.read_bytes() for path in paths}
    assert check.calls == 1


def test_an_unknown_host_key_is_refused_and_accepted_when_told(
    serve: Callable[[str], Server],
    stockctl: Callable[..., Run],
    check: batch.Check,
    tmp_path: Path,
    home: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    server = serve("sftp")
    configure(home, server, "adobe_stock", monkeypatch)
    batch.files(tmp_path / "in", "a.jpg")
    run = stockctl("submit", tmp_path / "in", "--agency", "adobe_stock", "--json")
    assert run.code == 1
    assert states(run) == {"a.jpg": "failed"}
    assert "SHA256:" in run.json["errors"][0]["error"]
    assert "--accept-new-host-key" in run.json["errors"][0]["hint"]
    assert server.files == {}
    accepted = stockctl("submit", tmp_path / "in", "--agency", "adobe_stock", "--accept-new-host-key", "--json")
    assert states(accepted) == {"a.jpg": "sent"}
    assert stockctl("submit", "--agency", "adobe_stock", "--test-login", "--json").json["login"] == "ok"
    assert check.calls == 2


def test_marked_as_sent_by_hand(stockctl: Callable[..., Run], check: batch.Check, tmp_path: Path) -> None:
    (path,) = batch.files(tmp_path / "in", "a.jpg")
    run = stockctl("submit", path, "--agency", "canva", "--mark-sent", "--json")
    assert run.code == 0, run.err
    assert states(run) == {"a.jpg": "sent"}
    assert run.json["sheet"]["rows"] == 0
    assert states(stockctl("submit", path, "--agency", "canva", "--json")) == {"a.jpg": "skipped"}
    assert check.calls == 2


def test_status_of_all_agencies(stockctl: Callable[..., Run]) -> None:
    status = stockctl("submit", "--status", "--json").json["status"]
    named = {entry["agency"]: entry for entry in status}
    assert named["shutterstock"]["quota"]["limit"] == 500
    assert named["adobe_stock"] | {"owed_rows": 0, "failures": []} == {
        "agency": "adobe_stock",
        "sent": 0,
        "prepared": 0,
        "waiting": 0,
        "failed": 0,
        "quota": None,
        "owed_rows": 0,
        "failures": [],
    }
    assert "eyeem" not in named


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (["submit", "."], "--agency"),
        (["submit", ".", "--agency", "shuterstock"], "did you mean shutterstock"),
        (["submit", ".", "--agency", "eyeem"], "closed"),
        (["submit", ".", "--agency", "pond5", "--again", "--mark-sent"], "exclude each other"),
        (["submit", "--agency", "pond5", "--mark-sent"], "nothing is prepared"),
        (["submit", "--agency", "pond5", "--test-login"], "no login to test"),
    ],
)
def test_wrong_calls(arguments: list[str], word: str, stockctl: Callable[..., Run], check: batch.Check) -> None:
    run = stockctl(*arguments)
    assert run.code == 2
    assert word in run.err
    assert check.calls == 0


def test_the_password_is_nowhere(
    serve: Callable[[str], Server],
    stockctl: Callable[..., Run],
    check: batch.Check,
    tmp_path: Path,
    home: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    server = serve("ftps")
    configure(home, server, "shutterstock", monkeypatch)
    batch.files(tmp_path / "in", "a.jpg")
    fine = stockctl("submit", tmp_path / "in", "--agency", "shutterstock", "--json")
    wrong = "an0ther-Wröng"
    monkeypatch.setenv("STOCKCTL_SHUTTERSTOCK_PASSWORD", wrong)
    batch.files(tmp_path / "in", "b.jpg")
    refused = stockctl("submit", tmp_path / "in", "--agency", "shutterstock", "--json")
    login = stockctl("submit", "--agency", "shutterstock", "--test-login")
    assert (fine.code, refused.code, login.code) == (0, 1, 1)
    for secret in (PASSWORD, wrong):
        for run in (fine, refused, login):
            assert secret not in run.out + run.err
        for path in tmp_path.rglob("*"):
            if path.is_file():
                assert secret.encode() not in path.read_bytes(), path
    arguments = Path(f"/proc/{os.getpid()}/cmdline")
    if arguments.exists():
        assert PASSWORD.encode() not in arguments.read_bytes()
    assert check.calls == 2


def test_what_stands_in_the_outbox_gives_way_to_the_same_picture_only(
    stockctl: Callable[..., Run], check: batch.Check, tmp_path: Path
) -> None:
    """A person's own folder may bear an agency's name, and be named as the outbox."""
    assert check
    photo = put(tmp_path / "in/hill.jpg", patches(1))
    call = ("submit", tmp_path / "in", "--agency", "pond5", "--outbox", tmp_path / "box", "--json")
    theirs = put(tmp_path / "box/pond5/hill.jpg", patches(2))
    before = theirs.read_bytes()
    for _ in range(2):
        run = stockctl(*call)
        assert states(run) == {"hill.jpg": "failed"}
        assert "not this picture" in run.json["files"][0]["why"][0]
        assert theirs.read_bytes() == before
    theirs.unlink()
    assert stockctl(*call).code == 0
    assert theirs.read_bytes() == photo.read_bytes()
    stockctl("keyword", photo, "--set", "another, word")
    assert theirs.read_bytes() != photo.read_bytes()
    assert stockctl(*call, "--again").code == 0
    assert theirs.read_bytes() == photo.read_bytes()
    assert sorted(path.name for path in theirs.parent.iterdir() if path.suffix != ".csv") == ["hill.jpg"]


@pytest.mark.parametrize("name", ["cat[1].db", "100%d.db", "a*b?.db", "{x}.db", 'it\'s "mine".db'])
def test_no_catalogue_s_name_is_a_pattern(name: str, tmp_path: Path) -> None:
    """Two runs that do not see each other would both send every picture."""
    catalogue = tmp_path / name
    (tmp_path / f"{name}.zip-abc-gone").write_bytes(b"")
    with lease(catalogue) as mine, lease(catalogue) as other:
        assert living(catalogue) == {mine, other}
        packing.sweep(catalogue, living(catalogue))
    assert living(catalogue) == set()
    assert list(tmp_path.iterdir()) == []
