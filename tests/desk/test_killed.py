"""The desk killed in mid-save and in mid-upload: nothing is half-written, nothing is lost, all can be taken back."""

from __future__ import annotations

import json
import signal
import sys
from typing import TYPE_CHECKING

import pytest

from tests.desk.conftest import LEAN
from tests.pictures import jpeg, patches, put
from tests.servers.moody import Moody

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.conftest import Run
    from tests.desk.conftest import Client, Served

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs SIGKILL")
WORDS = ["beach", "sea", "sand", "wave", "sky", "travel", "summer", "coast"]
COUNT = 8


def _killed_after(client: Client, path: str, body: object, done: int) -> None:
    """Start a job, and kill the desk as soon as so much of it is done."""
    job = client.post(path, body).json()["job"]
    with client.http.stream("GET", f"{client.desk.base}/api/jobs/{job}/events", timeout=60) as stream:
        for line in stream.iter_lines():
            if line.startswith("data: ") and (json.loads(line[6:])["done"] >= done or json.loads(line[6:])["ended"]):
                break
        client.desk.end(signal.SIGKILL)


def test_a_save_is_killed_at_several_moments(
    serve: Callable[..., Served], enter: Callable[[Served], Client], tmp_path: Path, stockctl: Callable[..., Run]
) -> None:
    folder = tmp_path / "photos"
    for number in range(COUNT):
        put(folder / f"beach-{number}.jpg", patches(number))
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    client = enter(serve(folder))
    ids = client.ids()
    for name, id_ in ids.items():
        draft = {"title": f"A calm {name[:-4]} at dawn", "description": "", "keywords": WORDS, "offered": []}
        assert client.post(f"/api/keep/{id_}", draft).status_code == 200
    for moment in (1, COUNT - 2):
        _killed_after(client, "/api/save", {"ids": list(ids.values())}, moment)
        # Each file is as it was, or says all of its words; no other file lies about.
        assert sorted(path.name for path in folder.iterdir()) == sorted(before)
        shown = stockctl("keyword", folder, "--dry-run", "--json").json
        assert shown["errors"] == []
        client = enter(serve(folder))
        for name, id_ in ids.items():
            # Saved or not, what was typed stands in the draft.
            found = client.read(f"/api/words/{id_}")
            assert (found["title"], [word["word"] for word in found["keywords"]]) == (
                f"A calm {name[:-4]} at dawn",
                WORDS,
            )
            if (folder / name).read_bytes() != before[name]:
                assert found["stands"] == [f"A calm {name[:-4]} at dawn", found["stands"][1], WORDS]
    done = client.done("/api/save", {"ids": list(ids.values())})
    assert (done["saved"], done["errors"]) == (COUNT, [])
    while any(not batch["undone"] for batch in stockctl("history", "--json").json["batches"]):
        assert stockctl("undo", "--json").code == 0
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_an_upload_is_killed_and_goes_on(
    serve: Callable[..., Served], enter: Callable[[Served], Client], tmp_path: Path, home: Path,
    stockctl: Callable[..., Run], monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    folder = tmp_path / "photos"
    for number in range(3):
        path = put(folder / f"harbour-{number}.jpg", jpeg(seed=number))
        words = ",".join(WORDS)
        assert stockctl("keyword", path, "--title", f"Fishing boats in harbour {number}", "--set", words).code == 0
    with Moody(tmp_path / "drop") as moody:
        settings = moody.server.settings("shutterstock", max_rate=3_000_000)
        (home / "stockctl.toml").write_text(LEAN + settings, encoding="utf-8")
        monkeypatch.setenv("STOCKCTL_SHUTTERSTOCK_PASSWORD", moody.server.password)
        client = enter(serve(folder))
        body = {"ids": list(client.ids().values()), "agency": "shutterstock", "prepare": False}
        plan = client.post("/api/plan", body).json()
        assert {file["state"] for file in plan["files"]} == {"planned"}
        _killed_after(client, "/api/send", body, 200_000)
        client = enter(serve(folder))
        client.ids()
        done = client.done("/api/send", body)
        assert {file["state"] for file in done["files"]} == {"sent"}, done
        sent = {path.name.replace("_", "-"): path.read_bytes() for path in (tmp_path / "drop").rglob("*.jpg")}
        assert sent == {path.name: path.read_bytes() for path in folder.iterdir()}
        # Each was sent once: the ledger knows it, whoever asks.
        again = client.post("/api/plan", body).json()
        assert {file["state"] for file in again["files"]} == {"skipped"}
        assert stockctl("submit", "--status", "--agency", "shutterstock", "--json").json["status"][0]["sent"] == 3
        assert {tuple(file["sent"]) for file in client.files()} == {("shutterstock",)}
