"""What runs on this machine is found on loopback, told where nobody is there, asked about once where somebody is."""

from __future__ import annotations

import json
import threading
import time
import tomllib
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from stockctl.agencies import load
from stockctl.cli import asking
from stockctl.config import Settings
from stockctl.errors import SettingsError
from stockctl.vision.sources import local, services, setting
from stockctl.vision.sources.presets import presets
from tests.pictures import jpeg, put
from tests.vision.serving import GOOD, reply

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.conftest import Run

    Program = Callable[..., Run]


class Ollama(BaseHTTPRequestHandler):
    """Speaks as much of Ollama's own protocol as tells its models, and OpenAI's for the rest."""

    def do_GET(self) -> None:
        models = [{"name": name} for name in ("llama3:8b", "qwen2.5vl:7b", "llava:7b")]
        self.answer({"models": models} if self.path == "/api/tags" else None)

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.path == "/api/show":
            self.answer({"capabilities": ["completion", *(["vision"] if asked["model"] != "llama3:8b" else [])]})
        else:
            self.server.asked.append(asked["model"])  # type: ignore[attr-defined]
            self.answer(json.loads(reply(json.dumps(GOOD))))

    def answer(self, document: Any) -> None:
        data = json.dumps(document).encode()
        self.send_response(200 if document is not None else 404)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_arguments: object) -> None:
        pass


class Elsewhere:
    """Ports of this machine that answer nothing we look for: the other presets' are in use where tests run, perhaps."""

    def __init__(self, home: Path, port: int) -> None:
        dead = "http://127.0.0.1:9/v1"
        sections = [f'[vision.{name}]\nurl = "{dead}"\n' for name in ("lmstudio", "llamacpp", "koboldcpp")]
        self.file = home / "stockctl.toml"
        self.file.write_text(f'# mine\n[vision.ollama]\nurl = "http://127.0.0.1:{port}/v1"\n' + "".join(sections))


@pytest.fixture
def ollama(home: Path) -> Iterator[ThreadingHTTPServer]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Ollama)
    server.asked = []  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    Elsewhere(home, server.server_address[1])
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    return put(tmp_path / "DCIM" / "DSC_0001.jpg", jpeg(320, 240))


def test_models_that_see_are_found_by_what_the_server_says(ollama: ThreadingHTTPServer, home: Path) -> None:
    assert ollama.server_address
    settings = Settings(home / "s.toml", tomllib.loads((home / "stockctl.toml").read_text()))
    (found,) = local.find([services.service(name, settings) for name in ("ollama", "lmstudio")], 5)
    assert found.sees == ("qwen2.5vl:7b", "llava:7b")
    assert len(found.models) == 3


def test_a_models_name_that_is_none_is_left_out(home: Path) -> None:
    from tests.vision.serving import Server, running

    class Evil(Server):
        models = ("seer", "\x1b[31mllava", "vision\u202e", "v" * 500, "")

    with running(Evil) as server:
        settings = Settings(home / "s.toml", {"vision": {"a": {"url": server.url}}})
        (found,) = local.find([services.service("a", settings)], 5)
    assert found.models == ("seer",)


def test_only_loopback_is_asked_and_only_for_a_moment(home: Path) -> None:
    import socket

    with socket.create_server(("127.0.0.1", 0)) as silent:
        sections = {"a": {"url": "https://api.invalid/v1", "model": "m"},
                    "b": {"url": f"http://127.0.0.1:{silent.getsockname()[1]}/v1"}}  # fmt: skip
        settings = Settings(home / "s.toml", {"vision": sections})
        begun = time.monotonic()
        assert local.find([services.service(name, settings) for name in sections]) == []
        assert time.monotonic() - begun < 1


def test_without_a_terminal_a_find_is_only_told(stockctl: Program, ollama: Any, photo: Path) -> None:
    run = stockctl("keyword", photo, "--json")
    assert (run.code, run.json["vision"], ollama.asked) == (0, None, [])
    assert "Ollama runs here with qwen2.5vl:7b" in run.err
    assert "stockctl vision use ollama" in run.err


def test_a_picture_that_has_its_words_makes_nobody_look(stockctl: Program, ollama: Any, photo: Path) -> None:
    words = ",".join(f"word{letter}" for letter in "abcdefghijklmnopqrstuvwxyzabcdefgh"[:26]) + ",one,two,three,four"
    run = stockctl("keyword", photo, "--title", "Roof tiles in the rain", "--add", words)
    assert "Ollama" not in run.err
    assert stockctl("keyword", photo, "--set", "roof").err.count("Ollama") == 0
    assert ollama.asked == []


@pytest.mark.parametrize(
    ("answer", "asked", "setting_"),
    [("yes", 1, None), ("always", 1, "ollama"), ("never", 0, "none"), ("", 0, None)],
)
def test_on_a_terminal_the_person_is_asked_once_and_the_answer_is_kept(
    stockctl: Program, ollama: Any, photo: Path, home: Path, monkeypatch: pytest.MonkeyPatch,
    answer: str, asked: int, setting_: str | None,
) -> None:  # fmt: skip
    heard: list[str] = []

    def choose(what: str) -> str:
        heard.append(what)
        return answer

    monkeypatch.setattr("stockctl.cli.stages.keyword_options.chooser", lambda: choose)
    put(photo.with_name("DSC_0002.jpg"), jpeg(320, 240, seed=2))
    assert stockctl("keyword", photo.parent).code == 0
    assert (len(heard), len(ollama.asked)) == (1, 2 * asked)
    text = (home / "stockctl.toml").read_text()
    assert text.startswith("# mine\n")
    assert tomllib.loads(text).get("keyword", {}).get("vision") == setting_
    stockctl("keyword", photo.parent)
    assert len(heard) == (1 if setting_ else 2 if not asked else 1)


def test_nobody_is_asked_where_nobody_sits() -> None:
    assert asking.chooser() is None


def test_what_was_seen_stays_when_nobody_looks_again(stockctl: Program, ollama: Any, photo: Path) -> None:
    stockctl("keyword", photo, "--vision", "ollama")
    ollama.shutdown()
    words = [entry["word"] for entry in stockctl("keyword", photo, "--json").json["assets"][0]["keywords"]]
    assert "lighthouse" in words
    assert stockctl("keyword", photo, "--json").json["assets"][0]["changed"] is False


def test_the_list_says_what_is_here_and_what_each_costs(
    stockctl: Program, ollama: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert ollama.asked == []
    for preset in presets().values():
        for variable in preset.key:
            monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("GEMINI_API_KEY", "geheim")
    run = stockctl("vision", "--json")
    found = {source["name"]: source for source in run.json["sources"]}
    assert {"name", "kind", "url", "model", "sees", "state", "in_use"} <= found["ollama"].keys()
    assert (found["ollama"]["state"], found["ollama"]["model"], found["ollama"]["sees"]) == (
        "ready",
        "qwen2.5vl:7b",
        True,
    )
    assert (found["lmstudio"]["state"], found["openai"]["state"], found["gemini"]["state"]) == (
        "not-running",
        "no-key",
        "ready",
    )
    assert (found["clip"]["kind"], found["clip"]["state"]) == ("clip", "no-model")
    assert set(presets()) <= found.keys()
    assert "geheim" not in run.out
    text = stockctl("vision").out
    assert "for a million tokens" in text
    assert "stockctl vision use ollama" in text


def test_use_tries_a_picture_and_writes_the_setting(stockctl: Program, ollama: Any, home: Path, photo: Path) -> None:
    run = stockctl("vision", "use", "ollama", "--model", "llava:7b", "--json")
    assert run.code == 0, run.err
    assert ollama.asked == ["llava:7b"]
    written = tomllib.loads((home / "stockctl.toml").read_text())
    assert written["keyword"]["vision"] == "ollama"
    assert written["vision"]["ollama"]["model"] == "llava:7b"
    assert run.json["trial"]["answer"]["title"] == GOOD["title"]
    assert stockctl("keyword", photo, "--json").json["vision"]["asked"] == 1
    assert {s["name"]: s["in_use"] for s in stockctl("vision", "--json").json["sources"]}["ollama"] is True


def test_use_writes_nothing_where_the_trial_fails(stockctl: Program, home: Path) -> None:
    file = home / "stockctl.toml"
    file.write_text('[vision.x]\nurl = "http://127.0.0.1:9/v1"\nmodel = "m"\n')
    before = file.read_text()
    run = stockctl("vision", "use", "x")
    assert (run.code, file.read_text()) == (1, before)
    assert "cannot be reached" in run.err
    assert stockctl("vision", "use", "nobody").code == 2
    clip = stockctl("vision", "use", "clip")
    assert (clip.code, file.read_text()) == (2, before)
    assert "stockctl models fetch clip-vit-b32" in clip.err
    assert stockctl("vision", "use", "none").code == 0
    assert tomllib.loads(file.read_text())["keyword"]["vision"] == "none"


def test_test_shows_question_answer_tokens_and_time(
    stockctl: Program, ollama: Any, photo: Path, tmp_path: Path
) -> None:
    before = photo.read_bytes()
    run = stockctl("vision", "test", photo, "--vision", "ollama", "--json")
    found = run.json["test"]
    assert (run.code, found["tokens_in"], found["answer"]["title"]) == (0, 900, GOOD["title"])
    assert "keywords: 30" in found["prompt"]
    assert photo.read_bytes() == before
    own = tmp_path / "prompt.txt"
    own.write_text("Say {want} words in {language}. {context}")
    assert stockctl("vision", "test", photo, "--vision", "ollama", "--prompt", own, "--json").json["test"][
        "prompt"
    ] == ("Say 30 words in English.")
    text = stockctl("vision", "test", photo, "--vision", "ollama").out
    assert "900 + 100 tokens" in text
    assert len(ollama.asked) == 3


def test_a_prompt_with_a_place_that_means_nothing_is_refused(stockctl: Program, photo: Path, tmp_path: Path) -> None:
    own = tmp_path / "prompt.txt"
    own.write_text("Say\n{wants} words")
    run = stockctl("keyword", photo, "--vision", "ollama", "--prompt", own)
    assert run.code == 2
    assert f"{own}:2" in run.err
    assert "{want}" in run.err
    shipped = stockctl("vision", "prompt").out
    own.write_text(shipped)
    assert "{keywords}" not in shipped
    assert "{want}" in shipped


def test_the_question_says_what_is_known(stockctl: Program, ollama: Any, photo: Path, home: Path) -> None:
    sent: list[str] = []
    original = Ollama.do_POST

    def record(self: Ollama) -> None:
        length = int(self.headers["Content-Length"])
        body = self.rfile.read(length)
        if self.path.endswith("completions"):
            sent.append(json.loads(body)["messages"][0]["content"][0]["text"])
        import io

        self.rfile = io.BytesIO(body)
        original(self)

    ollama.RequestHandlerClass = type("Recording", (Ollama,), {"do_POST": record})
    assert home.is_dir()
    stockctl("words", "ban", "tropical")
    run = stockctl("keyword", photo, "--vision", "ollama", "--context", "Harbour of Gdansk", "--add", "crane,port",
                   "--want", "42", "--english", "uk", "--agency", "dreamstime")  # fmt: skip
    assert run.code in {0, 1}
    (text,) = sent
    for said in (
        "Harbour of Gdansk",
        "crane, port",
        "keywords: 42",
        "British English",
        "tropical",
        "dreamstime",
        "photographs",
    ):
        assert said in text


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", '[keyword]\nvision = "a"\n'),
        ("# c\n[check]\nworkers = 2\n", '# c\n[check]\nworkers = 2\n\n[keyword]\nvision = "a"\n'),
        ("[keyword]\nlimit = 40 # few\n\n[check]\n", '[keyword]\nvision = "a"\nlimit = 40 # few\n\n[check]\n'),
        ('[ keyword ] # mine\n  vision = "b" # old\nlimit = 4\n', '[ keyword ] # mine\nvision = "a"\nlimit = 4\n'),
        ('# [keyword]\n# vision = "x"\n', '# [keyword]\n# vision = "x"\n\n[keyword]\nvision = "a"\n'),
        ("[keyword]\r\nlimit = 4\r\n", '[keyword]\r\nvision = "a"\r\nlimit = 4\r\n'),
    ],
)
def test_a_setting_is_written_and_every_other_line_stays(home: Path, before: str, after: str) -> None:
    file = home / "stockctl.toml"
    file.write_bytes(before.encode())
    setting.put(file, "keyword", {"vision": "a"})
    assert file.read_bytes().decode() == after


def test_a_settings_file_that_cannot_be_edited_is_left_as_it_is(home: Path) -> None:
    file = home / "stockctl.toml"
    for text in ("keyword = 3\n", "[keyword\n"):
        file.write_text(text)
        with pytest.raises(SettingsError):
            setting.put(file, "keyword", {"vision": "a"})
        assert file.read_text() == text
    file.write_text("keyword.limit = 4\n")
    with pytest.raises(SettingsError, match="cannot set"):
        setting.put(file, "keyword", {"vision": "a"})
    assert file.read_text() == "keyword.limit = 4\n"


@pytest.mark.parametrize("preset", presets().values(), ids=presets())
def test_every_preset_is_whole(preset: Any) -> None:
    assert preset.title
    assert preset.source.startswith("https://")
    assert preset.confidence in {"official", "third-party", "memory"}
    assert preset.checked.isoformat() >= "2026-11-28"
    assert preset.local == preset.url.startswith("http://127.0.0.1:")
    assert preset.local == (not preset.key)
    assert bool(preset.model) != preset.local
    assert bool(preset.start) == preset.local
    service = services.service(preset.name, Settings(Path("none.toml")))
    assert (service.protocol in {"openai", "anthropic"}, service.kind) == (True, "local" if preset.local else "cloud")
    assert bool(preset.price_in) == bool(preset.price_out)


def test_every_theme_names_categories_that_the_agencies_have(home: Path) -> None:
    from stockctl.vision.answers.categories import _themes

    agencies = load(home)
    for theme, (words, named) in _themes().items():
        assert len(words) > 10
        for agency, name in named.items():
            assert name in {category.name for category in agencies[agency].categories()}, (theme, agency)
