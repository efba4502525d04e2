"""A model on this machine: fetched from a real server with its faults, run by the real runtime, and its words used."""

from __future__ import annotations

import functools
import hashlib
import io
import json
import threading
import time
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from PIL import Image

from stockctl.config import Settings
from stockctl.errors import RemoteError, UsageError
from stockctl.keyword.clip import models
from stockctl.keyword.clip.fetching import fetch
from stockctl.keyword.clip.models import Model, Part, Store
from stockctl.keyword.clip.towers import Preparation, load
from stockctl.metadata import read
from tests.keyword.onnx import COLOURS, write_model
from tests.pictures import put

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.conftest import Run

    Program = Callable[..., Run]


class Server(ThreadingHTTPServer):
    """Serves a folder; `faults` says what goes wrong with a path, one entry per request."""

    daemon_threads = True

    def __init__(self, folder: Path) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.folder = folder
        self.faults: dict[str, list[str]] = {}
        self.requests: list[tuple[str, str]] = []
        self.ranges = True

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/m/"


class Handler(BaseHTTPRequestHandler):
    server: Server
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        asked = self.headers.get("Range", "")
        name = self.path.removeprefix("/moved").removeprefix("/m/")
        self.server.requests.append((self.path, asked))
        faults = self.server.faults.get(name, [])
        fault = faults.pop(0) if faults else ""
        if fault.isdecimal():
            self.send_error(int(fault))
            return
        if fault.startswith("redirect"):
            self.send_response(302)
            self.send_header("Location", fault.removeprefix("redirect ") if " " in fault else f"/moved{self.path}")
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        data = (self.server.folder / name).read_bytes()
        if fault == "other":
            data = data[:-1] + bytes([data[-1] ^ 1])
        start = int(asked.removeprefix("bytes=").rstrip("-")) if asked and self.server.ranges else 0
        self.send_response(206 if start else 200)
        self.send_header("Content-Length", str(len(data) - start))
        self.end_headers()
        if fault == "slow":
            time.sleep(1.0)
        self.wfile.write(data[start : start + (len(data) - start) // 2] if fault == "cut" else data[start:])
        self.close_connection = fault in {"cut", "slow"}

    def log_message(self, *_arguments: object) -> None:
        pass


@pytest.fixture
def server(tmp_path: Path, home: Path) -> Iterator[Server]:
    write_model(tmp_path / "hub")
    running = Server(tmp_path / "hub")
    thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    (home / "stockctl.toml").write_text(
        f'[models.tiny]\nurl = "{running.url}"\nscale = 10.0\npad = 0\ntokens = 12\n'
        '[vision.here]\nkind = "clip"\nmodel = "tiny"\n'
    )
    yield running
    running.shutdown()
    running.server_close()
    thread.join()


def pinned(server: Server) -> Model:
    """The model of the settings with the hashes and sizes that the files really have."""
    parts = {
        part: Part(path, len(data), hashlib.sha256(data).hexdigest())
        for part, path in models.PARTS.items()
        if (data := (server.folder / path).read_bytes())
    }
    return Model("tiny", server.url, files=parts, scale=10.0, pad=0, tokens=12)


IMAGE = "onnx/vision_model_quantized.onnx"
get = functools.partial(fetch, sleep=lambda _seconds: None)


@pytest.mark.parametrize("fault", ["", "cut", "500", "503", "redirect", "slow", "429"])
def test_a_model_is_fetched_through_what_servers_do(server: Server, tmp_path: Path, fault: str) -> None:
    model, store = pinned(server), Store(tmp_path / "c.db.models")
    server.faults[IMAGE] = [fault, fault] if fault not in {"", "redirect"} else [fault]
    done = get(model, store, silence_s=0.3)
    assert [each.part for each in done] == list(models.PARTS)
    assert store.state(model) == models.READY
    assert store.path(model, "image").read_bytes() == (server.folder / IMAGE).read_bytes()
    assert not list(store.folder.rglob("*.part"))
    if fault == "cut":
        assert [asked for path, asked in server.requests if path.endswith(IMAGE)][1].startswith("bytes=")
    asked = len(server.requests)
    assert [each.bytes for each in get(model, store)] == [0, 0, 0, 0]
    assert len(server.requests) == asked


@pytest.mark.parametrize(
    "address", ["http://example.invalid/m", "http://localhost:1/m", "//127.0.0.1:1/m", "ftp://a/b"]
)
def test_no_redirect_to_plain_http_is_followed(server: Server, tmp_path: Path, address: str) -> None:
    model, store = pinned(server), Store(tmp_path / "c.db.models")
    server.faults[IMAGE] = [f"redirect {address}"]
    with pytest.raises(RemoteError, match="not https"):
        get(model, store)
    assert store.state(model) != models.READY


def test_redirects_without_end_are_no_bug(server: Server, tmp_path: Path) -> None:
    model, store = pinned(server), Store(tmp_path / "c.db.models")
    server.faults[IMAGE] = ["redirect"] * 200
    with pytest.raises(RemoteError, match="could not be fetched"):
        get(model, store)


def test_what_was_cut_off_goes_on_in_the_next_run(server: Server, tmp_path: Path) -> None:
    model, store = pinned(server), Store(tmp_path / "c.db.models")
    server.faults[IMAGE] = ["cut"] * 4
    with pytest.raises(RemoteError, match="could not be fetched"):
        get(model, store)
    assert store.state(model) == models.PARTIAL
    get(model, store)
    assert [asked for path, asked in server.requests if path.endswith(IMAGE)][-1] != ""
    assert store.state(model) == models.READY


def test_a_server_without_ranges_is_asked_for_the_whole(server: Server, tmp_path: Path) -> None:
    model, store = pinned(server), Store(tmp_path / "c.db.models")
    server.ranges, server.faults[IMAGE] = False, ["cut"]
    get(model, store)
    assert store.path(model, "image").read_bytes() == (server.folder / IMAGE).read_bytes()


@pytest.mark.parametrize(("fault", "text"), [("404", "answered 404"), ("other", "not the file that is pinned")])
def test_what_is_not_the_pinned_file_is_refused(server: Server, tmp_path: Path, fault: str, text: str) -> None:
    model, store = pinned(server), Store(tmp_path / "c.db.models")
    server.faults[IMAGE] = [fault]
    with pytest.raises(RemoteError, match=text):
        get(model, store)
    assert not store.path(model, "image").exists()
    assert not list(store.folder.rglob("*.part"))


def test_another_size_is_refused_before_it_is_fetched(server: Server, tmp_path: Path) -> None:
    model = pinned(server)
    model = replace(model, files={**model.files, "image": replace(model.files["image"], bytes=7)})
    with pytest.raises(RemoteError, match="the file that is pinned has 7"):
        get(model, Store(tmp_path / "c.db.models"))


def test_http_is_trusted_only_with_a_hash(tmp_path: Path) -> None:
    model = Model("x", "http://models.invalid/", files={"image": Part("a.onnx")})
    with pytest.raises(UsageError, match="no hash is known"):
        get(model, Store(tmp_path))
    with pytest.raises(UsageError, match="no address"):
        get(replace(model, url="file:///etc/"), Store(tmp_path))


def test_every_shipped_model_is_whole() -> None:
    for name, model in models.known(Settings(Path("none.toml"))).items():
        assert set(model.files) == set(models.PARTS), name
        assert all(part.bytes and len(part.sha256) == 64 for part in model.files.values())
        assert "/resolve/" in model.url
        assert "/main/" not in model.url


def test_a_model_of_ones_own_is_pinned_at_the_first_fetch(stockctl: Program, server: Server, home: Path) -> None:
    listed = stockctl("models", "list", "--json").json["models"]
    assert {model["name"]: model["state"] for model in listed} == {
        "clip-vit-b32": "absent", "siglip-base": "absent", "tiny": "absent",
    }  # fmt: skip
    run = stockctl("models", "fetch", "tiny")
    assert run.code == 0, run.err
    assert "no hash was known; trusted now, and pinned" in run.out
    assert (home / "catalogue.db.models" / "tiny" / "image.onnx").is_file()
    assert stockctl("models", "fetch", "tiny", "--json").json["model"]["state"] == "ready"
    # Another file at the same address is another model.
    (home / "catalogue.db.models" / "tiny" / "image.onnx").unlink()
    (server.folder / IMAGE).write_bytes(b"something else")
    refused = stockctl("models", "fetch", "tiny")
    assert refused.code == 1
    assert "not the file that is pinned" in refused.err
    other = "image=" + "0" * 64
    assert "pinned to another hash" in stockctl("models", "fetch", "tiny", "--sha256", other).err
    assert stockctl("models", "fetch", "tiny", "--sha256", "image=12").code == 2
    assert stockctl("models", "remove", "tiny", "--json").json["removed"]
    assert not (home / "catalogue.db.models" / "tiny").exists()
    unknown = stockctl("models", "fetch", "large")
    assert unknown.code == 2
    assert "known: clip-vit-b32" in unknown.err


def test_a_model_that_is_not_there_is_said_and_the_rest_goes_on(stockctl: Program, server: Server, red: Path) -> None:
    assert server.url
    run = stockctl("keyword", red, "--vision", "here", "--title", "Roof tiles", "--json")
    assert (run.code, run.json["vision"]["failed"]) == (1, 1)
    assert "hint: " in run.err
    assert read(red).record.title == "Roof tiles"


def test_pictures_are_prepared_as_the_models_own_file_says(tmp_path: Path) -> None:
    write_model(tmp_path / "m")
    prepare = Preparation.read(tmp_path / "m" / "preprocessor_config.json")
    picture = Image.new("RGB", (40, 20), (0, 0, 0))
    picture.paste((255, 255, 255), (10, 0, 30, 20))
    made = prepare(picture)
    assert made.shape == (3, 8, 8)
    # The middle square is white: (1 − ¼) ÷ ½.
    assert made[:, :, 1:-1].min() == pytest.approx(1.5, abs=0.1)
    (tmp_path / "siglip.json").write_text(
        json.dumps({"size": {"height": 6, "width": 4}, "image_mean": [0.5] * 3, "image_std": [0.5] * 3, "resample": 2})
    )
    assert Preparation.read(tmp_path / "siglip.json")(picture).shape == (3, 6, 4)


def coloured(colour: tuple[int, int, int], seed: int = 0) -> bytes:
    noise = np.random.default_rng(seed).integers(0, 30, (300, 400, 3))
    buffer = io.BytesIO()
    Image.fromarray(np.clip(noise + np.array(colour), 0, 255).astype(np.uint8)).save(buffer, "JPEG")
    return buffer.getvalue()


@pytest.fixture
def red(tmp_path: Path) -> Path:
    return put(tmp_path / "DCIM" / "DSC_0001.jpg", coloured((220, 10, 10)))


def ready(server: Server, home: Path) -> tuple[Model, Store]:
    pytest.importorskip("onnxruntime")
    model, store = pinned(server), Store.beside(home / "catalogue.db")
    get(model, store)
    return model, store


def test_the_towers_meet_where_picture_and_word_belong_together(server: Server, home: Path) -> None:
    model, store = ready(server, home)
    towers = load(model, store)
    names = list(COLOURS)
    words = towers.words(names)
    np.testing.assert_allclose(np.linalg.norm(words, axis=1), 1, rtol=1e-5)
    for colour, expected in (((220, 10, 10), "red"), ((10, 200, 10), "green"), ((220, 210, 10), "yellow")):
        with Image.open(io.BytesIO(coloured(colour))) as image:
            seen = towers.see(image.convert("RGB"))
        assert np.linalg.norm(seen) == pytest.approx(1, rel=1e-5)
        likely = towers.likelihoods(seen, words)
        assert names[int(likely.argmax())] == expected
        assert likely.sum() == pytest.approx(1, rel=1e-4)
    single = replace(towers, model=replace(model, scoring="sigmoid", scale=20.0, bias=-10.0))
    likely = single.likelihoods(words[0], words)
    assert likely[0] > 0.99
    assert likely[1] < 0.01
    # A text of any length has the same vector alone and among others.
    np.testing.assert_allclose(towers.words(["red"])[0], words[0], rtol=1e-5)


def test_what_it_sees_is_offered_and_seen_once(stockctl: Program, server: Server, home: Path, red: Path) -> None:
    ready(server, home)
    blue = put(red.parent / "DSC_0002.jpg", coloured((10, 10, 220), 1))
    run = stockctl("keyword", red.parent, "--vision", "here", "--dry-run", "--json")
    assert run.code == 0, run.err
    words: dict[str, Any] = {
        Path(asset["path"]).name: [
            entry["word"] for entry in (*asset["keywords"], *asset["offered"]) if entry["source"] == "vision"
        ]
        for asset in run.json["assets"]
    }
    # Words that the little model does not know weigh nothing: "blue sky" is as near as "blue".
    assert "red" in words[red.name]
    assert "blue" not in words[red.name]
    assert "blue" in words[blue.name]
    assert "red" not in words[blue.name]
    assert run.json["vision"] | {"cost": None} == {
        "name": "here", "model": "tiny", "asked": 2, "cached": 0, "failed": 0, "tokens_in": 0, "tokens_out": 0,
        "cost": None,
    }  # fmt: skip
    again = stockctl("keyword", red.parent, "--vision", "here", "--dry-run", "--json").json
    assert (again["vision"]["asked"], again["vision"]["cached"]) == (0, 2)
    assert [asset["offered"] for asset in again["assets"]] == [asset["offered"] for asset in run.json["assets"]]


def test_the_persons_own_words_are_asked_about_as_they_write_them(
    stockctl: Program, server: Server, home: Path, red: Path
) -> None:
    ready(server, home)
    other = put(red.parent / "roof.jpg", coloured((10, 220, 10), 2))
    stockctl("keyword", other, "--title", "Roof", "--set", "Red, tiles")
    (asset,) = stockctl("keyword", red, "--vision", "here", "--dry-run", "--json").json["assets"]
    seen = [entry["word"] for entry in (*asset["keywords"], *asset["offered"]) if "seen by" in entry["reason"]]
    assert "Red" in seen
    assert "red" not in seen


def test_a_broken_model_is_said_and_not_a_bug(stockctl: Program, server: Server, home: Path, red: Path) -> None:
    _, store = ready(server, home)
    (store.folder / "tiny" / "image.onnx").write_bytes(b"no model")
    run = stockctl("keyword", red, "--vision", "here", "--title", "Roof", "--json")
    assert run.code == 1, run.err
    assert "cannot be loaded" in run.err
