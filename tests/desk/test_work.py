"""Work at the desk by its requests: words kept and saved, taken back, copied, sent; a statement dropped."""

from __future__ import annotations

import json
import signal
import sys
import time
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from stockctl.catalogue import open_catalogue
from stockctl.catalogue.words import drafts
from tests.desk.conftest import filled, letting_in, of_its_own, starting
from tests.earnings.samples import sale, table

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.conftest import Run
    from tests.desk.conftest import Client, Served

HOSTILE = 'a<img src=x onerror=alert(1)>"&.jpg'
WORDS = ["beach", "sea", "sand", "wave", "sky", "travel", "summer", "coast"]


@pytest.fixture(scope="module")
def album(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The pictures of the desk that several tests share: none of them writes to a file."""
    return filled(tmp_path_factory.mktemp("shared") / "photos")


@pytest.fixture(scope="module")
def shared(album: Path) -> Iterator[Client]:
    """One desk for tests that leave each other's words alone."""
    with starting(of_its_own(album.parent)) as start, letting_in() as enter:
        yield enter(start(album))


@pytest.fixture
def client(serve: Callable[..., Served], enter: Callable[[Served], Client], photos: Path) -> Client:
    return enter(serve(photos))


def test_the_grid_has_every_file_with_its_verdicts_and_small_picture(shared: Client, album: Path) -> None:
    files = shared.files()
    assert [file["name"] for file in files] == sorted(path.name for path in album.iterdir())
    assert {file["texts"] for file in files} == {"missing"}
    assert all(file["picture"] in {"ready", "warning", "blocked"} and file["verdict"] for file in files)
    for file in files:
        small = shared.get(f"/thumb/{file['id']}")
        assert (small.status_code, small.headers["content-type"], small.content[:2]) == (200, "image/jpeg", b"\xff\xd8")
        assert shared.get(f"/picture/{file['id']}").status_code == 200
        assert shared.get(f"/full/{file['id']}").content == (album / file["name"]).read_bytes()
    # What has not changed is not sent again.
    version = shared.settled()["version"]
    again = shared.read(f"/api/files?version={version}")
    assert (again["files"], again["whole"], again["version"]) == ([], False, version)


def test_a_picture_is_asked_for_by_id_never_by_path(shared: Client, album: Path) -> None:
    shared.settled()
    for name in (str(album / "beach.jpg"), "..%2f..%2fetc%2fpasswd", "beach.jpg", "0" * 20):
        assert shared.get(f"/full/{name}").status_code == 404


def test_words_are_kept_as_they_are_typed_and_saved_as_one_batch(
    client: Client, photos: Path, stockctl: Callable[..., Run]
) -> None:
    ids = client.ids()
    before = {path: path.read_bytes() for path in photos.iterdir()}
    for name in ("beach.jpg", "temple.jpg"):
        draft = {"title": f"A calm {name[:-4]} at dawn", "description": "", "keywords": WORDS, "offered": []}
        forms = client.post(f"/api/keep/{ids[name]}", draft).json()["forms"]
        assert {form["agency"] for form in forms} == {"adobe_stock", "shutterstock"}
    assert {path: path.read_bytes() for path in photos.iterdir()} == before
    done = client.done("/api/save", {"ids": [ids["beach.jpg"], ids["temple.jpg"]]})
    assert (done["saved"], done["changed"], done["errors"]) == (2, 2, [])
    shown = stockctl("keyword", photos / "beach.jpg", "--dry-run", "--json").json["assets"][0]
    assert shown["title"] == "A calm beach at dawn"
    assert [word["word"] for word in shown["keywords"]][:8] == WORDS
    (batch, *_) = stockctl("history", "--json").json["batches"]
    assert (batch["batch"], batch["files"], batch["undone"]) == (done["batch"], 2, False)
    # Undo on the page is the terminal's.
    back = client.done("/api/undo", {})
    assert [file["state"] for file in back["files"]] == ["restored", "restored"]
    assert {path: path.read_bytes() for path in photos.iterdir()} == before
    assert stockctl("history", "--json").json["batches"][0]["undone"]


def test_a_file_is_saved_again_and_again_but_never_over_another_program(
    client: Client, photos: Path, stockctl: Callable[..., Run]
) -> None:
    """What the desk wrote itself is no other program's; what another one wrote is kept, told, and shown next."""
    ids = client.ids()
    draft = {"title": "A calm beach at dawn", "description": "", "keywords": WORDS, "offered": []}

    def save(title: str) -> dict[str, Any]:
        client.post(f"/api/keep/{ids['beach.jpg']}", {**draft, "title": title})
        done: dict[str, Any] = client.done("/api/save", {"ids": [ids["beach.jpg"]]})
        return done

    for title in ("A calm beach at dawn", "A calm beach at noon", "A calm beach at dusk"):
        assert save(title)["errors"] == []
    assert stockctl("keyword", photos / "beach.jpg", "--title", "Said elsewhere", "--add", "harbour").code == 0
    (problem,) = save("A calm beach at night")["errors"]
    assert "another program changed" in problem["error"]
    shown = stockctl("keyword", photos / "beach.jpg", "--dry-run", "--json").json["assets"][0]
    assert shown["title"] == "Said elsewhere"
    assert save("A calm beach at night")["errors"] == []


def test_a_draft_of_the_desk_is_the_terminals(client: Client, home: Path) -> None:
    id_ = client.ids()["beach.jpg"]
    client.post(f"/api/keep/{id_}", {"title": "Half done", "description": "", "keywords": ["beach"], "offered": []})
    media_id = next(iter(client.read("/api/files")["files"]))["id"]
    assert media_id
    with open_catalogue(home / "catalogue.db") as catalogue:
        (row,) = catalogue.rows("SELECT media_id FROM drafts")
        kept = drafts.kept(catalogue, row["media_id"])
    assert kept is not None
    assert json.loads(kept.draft)[0] == "Half done"
    assert client.read(f"/api/words/{id_}")["title"] == "Half done"


def test_a_desk_that_is_killed_loses_nothing(
    serve: Callable[..., Served], enter: Callable[[Served], Client], photos: Path
) -> None:
    client = enter(serve(photos))
    id_ = client.ids()["beach.jpg"]
    client.post(f"/api/keep/{id_}", {"title": "Kept", "description": "", "keywords": WORDS, "offered": []})
    if sys.platform != "win32":
        client.desk.end(signal.SIGKILL)
    else:
        client.desk.process.kill()
    again = enter(serve(photos))
    found = again.read(f"/api/words/{again.ids()['beach.jpg']}")
    assert (found["title"], [word["word"] for word in found["keywords"]]) == ("Kept", WORDS)


def test_words_are_copied_replaced_and_banned(shared: Client) -> None:
    ids = shared.ids()
    beach, temple = ids["beach.jpg"], ids["temple.jpg"]
    shared.post(f"/api/keep/{beach}", {"title": "Bali beach", "description": "", "keywords": WORDS, "offered": []})
    body = {"from": beach, "ids": [beach, temple], "fields": ["title", "keywords"]}
    assert shared.post("/api/copy", body).json() == {"changed": 1, "errors": []}
    assert shared.read(f"/api/words/{temple}")["title"] == "Bali beach"
    body = {"ids": [beach, temple], "old": "beach", "new": "shore"}
    assert shared.post("/api/replace", body).json() == {"changed": 2, "errors": []}
    found = shared.read(f"/api/words/{temple}")
    assert found["title"] == "Bali shore"
    assert found["keywords"][0]["word"] == "shore"
    assert shared.post("/api/add", {"ids": [temple], "words": "temple, stone"}).json()["changed"] == 1
    assert [word["word"] for word in shared.read(f"/api/words/{temple}")["keywords"]][-2:] == ["temple", "stone"]
    assert shared.post("/api/ban", {"word": "sunset"}).json() == {"word": "sunset"}
    for path, wrong in (("/api/copy", {"from": beach, "ids": [temple], "fields": ["path"]}),
                        ("/api/replace", {"ids": [beach], "old": " ", "new": "x"}),
                        ("/api/choose", {"ids": [beach], "choices": {"media_id": "x"}})):  # fmt: skip
        assert shared.post(path, wrong).status_code == 422, path


def test_a_choice_and_a_waiver_count_at_once(shared: Client) -> None:
    file = shared.files()[1]
    rule = file["rules"][0]
    shared.post("/api/waive", {"ids": [file["id"]], "rule": rule})
    after = next(one for one in shared.files() if one["id"] == file["id"])
    assert rule not in after["rules"]
    shared.post("/api/choose", {"ids": [file["id"]], "choices": {"editorial": "yes", "category.adobe_stock": "11"}})
    choices = shared.read(f"/api/words/{file['id']}")["choices"]
    assert (choices["editorial"], choices["category.adobe_stock"]) == ("yes", "11")


def test_hostile_texts_are_texts(shared: Client, album: Path) -> None:
    id_ = shared.ids()[HOSTILE]
    page = shared.get(f"/file/{id_}").text
    assert "<img src=x" not in page
    assert "&lt;img src=x onerror=alert(1)&gt;" in page
    said = {
        "title": "a\u202eb\x1b[2J\x00 <script>x</script>",
        "description": "",
        "keywords": ["\x07bell", "ok"],
        "offered": [],
    }
    assert shared.post(f"/api/keep/{id_}", said).status_code == 200
    kept = shared.read(f"/api/words/{id_}")
    assert all(letter.isprintable() for letter in kept["title"])
    assert [word["word"] for word in kept["keywords"]] == ["bell", "ok"]
    assert (album / HOSTILE).is_file()


def test_the_plan_is_that_of_the_dry_run_and_a_batch_is_prepared(
    client: Client, stockctl: Callable[..., Run], photos: Path
) -> None:
    ids = client.ids()
    for name in ("beach.jpg", "temple.jpg"):
        said = {"title": f"A calm {name[:-4]} by the sea at dawn", "description": "", "keywords": WORDS, "offered": []}
        client.post(f"/api/keep/{ids[name]}", said)
    client.done("/api/save", {"ids": [ids["beach.jpg"], ids["temple.jpg"]]})
    plan = client.post("/api/plan", {"ids": list(ids.values()), "agency": "shutterstock", "prepare": True}).json()
    dry = stockctl("submit", photos, "--agency", "shutterstock", "--dry-run", "--json").json
    key = {file["path"]: (file["state"], file["why"]) for file in dry["files"]}
    assert {file["path"]: (file["state"], file["why"]) for file in plan["files"]} == key
    done = client.done("/api/send", {"ids": list(ids.values()), "agency": "shutterstock", "prepare": True})
    states = {file["id"]: file["state"] for file in done["files"]}
    assert set(states.values()) <= {"prepared", "sent", "held"}
    assert client.post("/api/plan", {"ids": [], "agency": "shutterstock"}).status_code == 422
    assert client.post("/api/plan", {"ids": list(ids.values()), "agency": "nobody"}).status_code == 422


def test_a_dropped_statement_is_imported(client: Client, stockctl: Callable[..., Run], home: Path) -> None:
    head = ("date", "agency", "asset", "file", "kind", "licence", "amount", "currency")
    text = table([head, sale("2026-05-01"), sale("2026-05-02", "0.25")])
    headers = {"origin": client.desk.base, "x-desk-token": client.token, "x-file-name": "../../../tmp/p\x00.csv"}
    headers["x-file-name"] = "../../../p.csv"
    answer = client.http.post(f"{client.desk.base}/api/statement", content=text.encode(), headers=headers)
    assert answer.status_code == 200, answer.text
    (one,) = answer.json()["imported"]
    assert (one["file"], one["new"]) == ("p.csv", 2)
    assert "0.35" in client.get("/earnings?year=2026").text
    report = stockctl("earnings", "--year", "2026", "--json").json
    assert report["totals"][0]["amount"] == "0.35"
    # Nothing of it is left beside the catalogue.
    assert not [path.name for path in home.iterdir() if path.is_dir() and any(path.glob("*.csv"))]


def test_what_a_killed_desk_was_given_goes_with_the_next_command(
    client: Client, stockctl: Callable[..., Run], home: Path
) -> None:
    """The desk is killed while a statement comes in."""
    headers = {"origin": client.desk.base, "x-desk-token": client.token, "x-file-name": "p.csv"}

    def left() -> list[Path]:
        return [path for path in home.rglob("p.csv") if path.stat().st_size]

    def text() -> Iterator[bytes]:
        yield b"date,agency\n" * 100_000
        end = time.monotonic() + 30
        while not left() and time.monotonic() < end:
            yield b"2026-05-01,alamy\n" * 10_000
        client.desk.process.kill()
        client.desk.process.wait(20)
        yield b"2026-05-01,alamy\n" * 1_000_000

    with pytest.raises(httpx.TransportError):
        client.http.post(f"{client.desk.base}/api/statement", content=text(), headers=headers)
    assert left()
    assert stockctl("agencies", "alamy").code == 0
    assert not left()
    assert not [path.name for path in home.iterdir() if path.is_dir()]


def test_a_job_that_fails_says_why(shared: Client) -> None:
    ids = shared.ids()
    job = shared.post("/api/undo", {"batch": 99}).json()
    with shared.http.stream("GET", f"{shared.desk.base}/api/jobs/{job['job']}/events") as stream:
        last = [json.loads(line[6:]) for line in stream.iter_lines() if line.startswith("data: ")][-1]
    assert last["ended"]
    assert "there is no batch 99" in last["failed"]
    assert ids
