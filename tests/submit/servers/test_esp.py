"""Getty's API from outside: a server with the paths that its public clients know; the real one was never asked."""

from __future__ import annotations

import contextlib
import itertools
import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest

from stockctl.files.fingerprint import fingerprint
from stockctl.submit.transports import Api, Door, TransferError, Upload, Watch, getty
from stockctl.submit.transports.esp import EspTransport
from stockctl.submit.transports.folder import FolderTransport
from tests.pictures import put
from tests.servers import PASSWORD
from tests.servers.esp import SECRET, TOKEN, WEB_PASSWORD, Esp
from tests.submit import batch
from tests.submit.outside import states

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.conftest import Run

BATCHES = "/esp/submission/v1/submission_batches"
# What no API should answer, to whatever it was asked.
NONSENSE = {
    "too deep": b"[" * 100_000,
    "no number": b'{"access_token": "t", "expires_in": NaN, "id": NaN}',
    "a number beyond all": b'{"access_token": "t", "expires_in": 1' + b"0" * 400 + b', "id": 1e999}',
    "a list": b"[1, null, [], {}]",
    "a text": b'"all is well"',
    "a number": b"7",
    "nothing": b"null",
    "a token of two lines": b'{"access_token": "t\\r\\nX: y"}',
    "a token that is no header": '{"access_token": "t\u00f6ken"}'.encode(),
    "items that are none": b'{"access_token": "t", "items": 5, "keywords": [5], "id": 5}',
    "items in fields": b'{"access_token": "t", "items": {"id": 5}, "keywords": {"lake": {"id": 5}}, "id": {"a": []}}',
    "an id that is no address": b'{"access_token": "t", "id": "../\\u0000 \\ud800?#", "items": [{"file_name": "a"}]}',
}


@pytest.fixture(autouse=True)
def check(monkeypatch: pytest.MonkeyPatch) -> batch.Check:
    monkeypatch.setattr("stockctl.submit.sending.send.LONGEST_PAUSE", 0.01)
    monkeypatch.setattr("stockctl.submit.sending.worker.SETTLE_SECONDS", 0.01)
    return batch.install(monkeypatch)


@pytest.fixture
def esp(tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Esp]:
    with Esp(tmp_path / "esp") as running:
        (home / "stockctl.toml").write_text(running.settings())
        monkeypatch.setenv("STOCKCTL_ISTOCK_GETTY_PASSWORD", PASSWORD)
        monkeypatch.setenv("STOCKCTL_ISTOCK_GETTY_CLIENT_SECRET", SECRET)
        monkeypatch.setenv("STOCKCTL_ISTOCK_GETTY_UPLOAD_PASSWORD", WEB_PASSWORD)
        yield running


@pytest.fixture
def send(stockctl: Callable[..., Run], tmp_path: Path) -> Callable[..., Run]:
    return lambda *more: stockctl("submit", tmp_path / "in", "--agency", "istock_getty", "--json", *more)


def test_files_are_laid_in_the_web_folder_and_named_in_a_batch(
    esp: Esp, send: Callable[..., Run], check: batch.Check, tmp_path: Path
) -> None:
    paths = batch.files(tmp_path / "in", "wave 1.jpg", "news.jpg")
    check.said["news.jpg"] = batch.with_record(editorial=True)
    esp.vocabulary = {"wave": [{"term": "Wave - Water", "term_id": "60123"}], "sea": [{"term": "Sea"}, {"term": "C"}]}
    run = send()
    assert run.code == 0, run.out
    assert run.json["delivery"] == "https"
    assert states(run) == {"wave 1.jpg": "sent", "news.jpg": "sent"}
    assert esp.files == {"wave_1.jpg": paths[0].read_bytes(), "news.jpg": paths[1].read_bytes()}
    kinds = {one["submission_type"]: one["id"] for one in esp.batches.values()}
    assert set(kinds) == {"getty_creative_still", "getty_editorial_still"}
    (wave,) = esp.contributions[kinds["getty_creative_still"]]
    assert wave["file_name"] == "wave_1.jpg"
    assert wave["external_file_location"] == f"https://127.0.0.1:{esp.port}/stock/wave_1.jpg"
    assert wave["headline"] == batch.USUAL.title
    assert wave["caption"].startswith(batch.USUAL.description)
    assert wave["country_of_shoot"] == "Indonesia"
    words = {one["term"]: one for one in wave["keywords"]}
    assert words["Wave - Water"] == {"term": "Wave - Water", "term_id": "60123", "valid": True}
    assert words["sea"] == {"term": "sea", "valid": False}
    assert len(words) == len(batch.USUAL.keywords)
    # The texts are with the files: no sheet, and what a person still does.
    assert run.json["sheet"]["path"] is None
    assert run.json["sheet"]["delivered"] == "with the files"
    assert "esp.gettyimages.com" in run.json["sheet"]["next"]
    assert "never tested against the real service" in run.json["notes"][0]
    assert esp.tokens == 1
    again = send()
    assert set(states(again).values()) == {"skipped"}
    assert sum(map(len, esp.contributions.values())) == 2


def test_releases_go_with_their_batch_once(
    esp: Esp, send: Callable[..., Run], check: batch.Check, tmp_path: Path
) -> None:
    batch.files(tmp_path / "in", "a.jpg", "b.jpg", "c.jpg", "d.jpg")
    model, house = batch.files(tmp_path / "papers", "sari wijaya.pdf", "house.jpg", size=900)
    signed = {"kind": "model", "name": "Sari", "file": str(model), "expired": False}
    check.facts = {
        "a.jpg": {"releases": [signed, {"kind": "property", "name": "House", "file": str(house), "expired": False}]},
        "b.jpg": {"releases": [signed, signed | {"file": str(tmp_path / "old.pdf"), "expired": True}]},
        "c.jpg": {"releases": [signed | {"file": str(tmp_path / "gone.pdf")}]},
    }
    run = send()
    assert states(run) == {"a.jpg": "sent", "b.jpg": "sent", "c.jpg": "failed", "d.jpg": "sent"}
    assert "gone.pdf" in run.json["files"][2]["why"][0]
    assert "its release cannot be read" in run.json["files"][2]["why"][0]
    ((number, releases),) = esp.releases.items()
    assert [one["release_type"] for one in releases] == ["Model", "Property"]
    assert [esp.files[one["file_name"]] for one in releases] == [model.read_bytes(), house.read_bytes()]
    assert {one["file_name"] for one in esp.contributions[number]} == {"a.jpg", "b.jpg", "d.jpg"}
    assert "lay the releases to their pictures" in run.json["sheet"]["next"]


def test_a_dry_run_asks_nothing_and_shows_what_would_run(esp: Esp, send: Callable[..., Run], tmp_path: Path) -> None:
    batch.files(tmp_path / "in", "a.jpg", "film.mp4", "drawing.eps", "drawing.jpg")
    plan = send("--dry-run")
    assert esp.heard == []
    assert states(plan) == {"a.jpg": "planned", "film.mp4": "planned", "drawing.eps": "held", "drawing.jpg": "skipped"}
    (drawing,) = [file for file in plan.json["files"] if file["state"] == "held"]
    assert "API takes no batches of the type creative-illustration" in drawing["why"][0]
    assert "never tested" in plan.json["notes"][0]
    run = send()
    assert [file["remote"] for file in run.json["files"]] == [file["remote"] for file in plan.json["files"]]
    assert [file["folder"] for file in run.json["files"]] == [file["folder"] for file in plan.json["files"]]
    names = {one["submission_name"] for one in esp.batches.values()}
    assert names == {file["folder"].strip("/") for file in run.json["files"] if file["state"] == "sent"}


def test_a_busy_server_and_a_token_that_ended_are_no_failure(
    esp: Esp, send: Callable[..., Run], tmp_path: Path
) -> None:
    batch.files(tmp_path / "in", "a.jpg")
    esp.moods = {f"POST {BATCHES}": [503, 429], "GET /esp/submission/v1/keywords/getty": [401]}
    run = send()
    assert run.code == 0, run.out
    assert esp.tokens == 2
    assert sum(map(len, esp.contributions.values())) == 1


def test_what_was_named_before_a_crash_is_not_named_twice(
    esp: Esp, send: Callable[..., Run], tmp_path: Path, home: Path
) -> None:
    """The contribution was made, and the process died before it could write so."""
    batch.files(tmp_path / "in", "a.jpg")
    assert send().code == 0
    with sqlite3.connect(home / "catalogue.db") as catalogue:
        catalogue.execute("UPDATE uploads SET state = 'sending', sheet = NULL")
    run = send()
    assert states(run) == {"a.jpg": "sent"}
    assert sum(map(len, esp.contributions.values())) == 1
    assert esp.heard.count("PUT /stock/a.jpg") == 1


def test_a_refused_contribution_fails_and_can_be_tried_again(
    esp: Esp, send: Callable[..., Run], tmp_path: Path
) -> None:
    batch.files(tmp_path / "in", "a.jpg")
    assert send("--dry-run").code == 0
    esp.moods = {f"POST {BATCHES}/81420/contributions": [422]}
    run = send()
    assert states(run) == {"a.jpg": "failed"}
    assert "422" in run.json["files"][0]["why"][0]
    assert states(send("--retry-failed")) == {"a.jpg": "sent"}
    assert sum(map(len, esp.contributions.values())) == 1


@pytest.mark.parametrize(
    ("changes", "secret", "mood", "word"),
    [
        ({}, SECRET, {}, "ok"),
        ({"host": "no-such-host.invalid"}, SECRET, {}, "wrong-host"),
        ({"port": 1}, SECRET, {}, "refused"),
        ({"ca_file": ""}, SECRET, {}, "tls"),
        ({}, "wrong secret", {}, "password"),
        ({"upload_user": "nobody"}, SECRET, {}, "password"),
        ({}, SECRET, {f"GET {BATCHES}": [403]}, "not-qualified"),
        ({}, SECRET, {f"GET {BATCHES}": [404]}, "folder"),
    ],
)
def test_what_is_wrong_with_the_login(
    changes: dict[str, object],
    secret: str,
    mood: dict[str, list[int]],
    word: str,
    esp: Esp,
    stockctl: Callable[..., Run],
    home: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    esp.moods = mood
    (home / "stockctl.toml").write_text(esp.settings(**changes))
    monkeypatch.setenv("STOCKCTL_ISTOCK_GETTY_CLIENT_SECRET", secret)
    run = stockctl("submit", "--agency", "istock_getty", "--test-login", "--json")
    assert run.json["login"] == word, run.json
    assert bool(run.json["hint"]) is (word != "ok")
    assert ("never tested" in run.json["message"]) is (word == "ok")
    assert secret not in run.out


def test_no_secret_is_kept_or_shown(esp: Esp, send: Callable[..., Run], tmp_path: Path, home: Path) -> None:
    batch.files(tmp_path / "in", "a.jpg", "b.jpg")
    esp.moods = {f"POST {BATCHES}/81420/contributions": [422]}
    said = [run.out + run.err for run in (send(), send("--retry-failed"))]
    kept = [path.read_bytes() for path in Path(home).rglob("*") if path.is_file()]
    for secret in (SECRET, PASSWORD, WEB_PASSWORD, TOKEN):
        assert not any(secret in text for text in said)
        assert not any(secret.encode() in data for data in kept)


@pytest.mark.parametrize(
    ("changes", "without", "word"),
    [
        ({"upload_url": ""}, "", "upload_url"),
        ({"upload_url": "http://example.com/x"}, "", "https"),
        ({"user": ""}, "", "no user"),
        ({}, "STOCKCTL_ISTOCK_GETTY_CLIENT_SECRET", "client_secret_command"),
        ({}, "STOCKCTL_ISTOCK_GETTY_UPLOAD_PASSWORD", "upload_password_command"),
    ],
)
def test_settings_that_are_not_whole(
    changes: dict[str, object],
    without: str,
    word: str,
    esp: Esp,
    send: Callable[..., Run],
    home: Path,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    (tmp_path / "in").mkdir()
    (home / "stockctl.toml").write_text(esp.settings(**changes))
    if without:
        monkeypatch.delenv(without)
    run = send()
    assert run.code == 2
    assert word in run.err, run.err


def test_an_agency_without_an_api(stockctl: Callable[..., Run], home: Path, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (home / "stockctl.toml").write_text('[agencies.canva]\napi_key = "x"\nuser = "me"\n')
    run = stockctl("submit", tmp_path / "in", "--agency", "canva")
    assert run.code == 2
    assert "no API of Canva is known" in run.err


@pytest.mark.parametrize("said", NONSENSE.values(), ids=NONSENSE)
def test_whatever_the_api_answers_it_ends_in_a_fault_of_the_transfer(said: bytes, tmp_path: Path) -> None:
    web = "https://127.0.0.1:1/stock"
    api = EspTransport(Door("esp", "127.0.0.1", 1, "sari", "", api=Api("key", "secret", {"still": "s"}, web)))
    taken: list[bytes] = []

    def answered(request: httpx.Request) -> httpx.Response:
        taken.append(request.read())
        return httpx.Response(200, content=said)

    api._api._client = httpx.Client(base_url="https://127.0.0.1:1", transport=httpx.MockTransport(answered))
    api._web = FolderTransport(Door("folder", "", None, "", "", folder=str(tmp_path / "web")))  # type: ignore[assignment]
    file = put(tmp_path / "a.jpg", b"wave")
    upload = Upload(file, fingerprint(file), "/creative-still-1", "a.jpg", row={"keywords": "lake, alps", "title": "A"})
    steps: tuple[Callable[[], object], ...] = (
        api._api.log_in,
        lambda: api.send(upload, Watch()),
        lambda: api.size("/creative-still-1", "a.jpg"),
        lambda: api.listing("/creative-still-1"),
        lambda: api.delete("/creative-still-1", "a.jpg"),
    )
    for step in steps:
        with contextlib.suppress(TransferError):
            step()
    assert taken


def test_an_api_whose_list_goes_on_for_ever_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(getty, "_MOST_PAGES", 7)
    door = Door("esp", "127.0.0.1", 1, "sari", "", api=Api("key", "secret", {}, "https://127.0.0.1:1/stock"))
    asked, numbers = getty.GettyApi(door), itertools.count()

    def answered(_: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json={"access_token": "t", "items": [{"id": next(numbers)} for _ in range(100)]})

    asked._client = httpx.Client(base_url="https://127.0.0.1:1", transport=httpx.MockTransport(answered))
    with pytest.raises(TransferError, match="goes on for ever"):
        list(asked.batches())
