"""The vision source against a real HTTP server that speaks the protocol, with its known faults."""

from __future__ import annotations

import base64
import io
import json
import threading
import time
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image

from stockctl.config import Settings
from stockctl.metadata import read
from stockctl.vision.answers import answer
from stockctl.vision.answers.answer import Bounds, NoAnswerError
from stockctl.vision.sources.services import service
from tests.pictures import jpeg, put
from tests.vision.serving import BROKEN, GOOD, PAST, Server, reply

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.conftest import Run

    Program = Callable[..., Run]


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    return put(tmp_path / "DCIM" / "DSC_0001.jpg", jpeg(1600, 1000))


def asked(stockctl: Program, path: Path, *more: str) -> dict[str, Any]:
    run = stockctl("keyword", path, "--vision", "local", "--json", *more)
    assert run.code == 0, run.err
    return run.json


def words(asset: dict[str, Any]) -> list[str]:
    return [entry["word"] for entry in asset["keywords"] if entry["source"] == "vision"]


def test_the_answer_is_embedded_and_paid_for_once(stockctl: Program, server: Server, photo: Path) -> None:
    found = asked(stockctl, photo)
    (asset,) = found["assets"]
    assert asset["title"] == GOOD["title"]
    assert asset["description"] == GOOD["description"]
    assert words(asset) == ["lighthouse", "fog", "rocky shore", "sea", "coast"]
    assert {"word": "nikon", "why": "trademark"} in asset["rejected"]
    assert read(photo).record.title == GOOD["title"]
    assert found["vision"] == {
        "name": "local", "model": "seer", "asked": 1, "cached": 0, "failed": 0, "tokens_in": 900, "tokens_out": 100,
        "cost": "0.000195",
    }  # fmt: skip
    again = asked(stockctl, photo)
    assert (again["vision"]["asked"], again["vision"]["cached"]) == (0, 1)
    assert len(server.requests) == 1


def test_the_picture_goes_as_a_small_jpeg(stockctl: Program, server: Server, photo: Path) -> None:
    asked(stockctl, photo, "--dry-run")
    text, picture = server.requests[0]["messages"][0]["content"]
    assert text["type"] == "text"
    head, _, data = picture["image_url"]["url"].partition(",")
    assert head == "data:image/jpeg;base64"
    with Image.open(io.BytesIO(base64.b64decode(data))) as sent:
        assert max(sent.size) == 768
    assert server.requests[0]["response_format"]["type"] == "json_schema"


def test_a_refusal_is_asked_once_and_told_each_time(stockctl: Program, server: Server, photo: Path) -> None:
    server.script = [reply("I'm sorry, but I can't help with identifying people.")]
    for _ in range(2):
        run = stockctl("keyword", photo, "--vision", "local", "--json")
        assert (run.code, run.json["vision"]["failed"]) == (1, 1)
        assert "the model declines: I'm sorry, but I can't help" in run.err
        assert words(run.json["assets"][0]) == []
    assert len(server.requests) == 1


def test_as_many_words_as_are_wanted_are_embedded_and_the_rest_offered(
    stockctl: Program, server: Server, photo: Path
) -> None:
    many = [
        "rice",
        "terrace",
        "valley",
        "farmer",
        "palm tree",
        "irrigation",
        "field",
        "hill",
        "cloud",
        "path",
        "hut",
        "mist",
    ]
    server.script = [{**GOOD, "keywords": many}]
    (asset,) = asked(stockctl, photo, "--want", "8", "--add", "ubud,paddy")["assets"]
    assert [entry["word"] for entry in asset["keywords"]][:2] == ["ubud", "paddy"]
    assert words(asset) == many[:6]
    assert {entry["ground"] for entry in asset["keywords"][2:]} == {"seen"}
    assert {"hut", "mist"} <= {entry["word"] for entry in asset["offered"]}
    (asset,) = asked(stockctl, photo, "--want", "40")["assets"]
    assert set(words(asset)) == set(many)
    assert len(server.requests) == 1


def slow(_body: object) -> dict[str, Any]:
    time.sleep(1.5)
    return GOOD


FENCED = reply(f"<think>Hm, {{fog}}.</think>Here it is:\n```json\n{json.dumps(GOOD)}\n```")


@pytest.mark.parametrize(
    ("script", "requests"),
    [
        ([FENCED], 1),
        ([reply("A lighthouse in fog."), GOOD], 2),
        ([reply("[1, 2]"), reply('{"title": "x"}'), GOOD], 3),
        ([(429, {"Retry-After": "0"}, "slow down"), GOOD], 2),
        ([(500, {"Retry-After": "0"}, "oh"), (503, {"Retry-After": "0"}, "oh"), GOOD], 3),
        ([(200, {}, "<html>gateway</html>"), GOOD], 2),
        ([reply(json.dumps(GOOD)[:90], "length"), GOOD], 2),
        ([(400, {}, "Unsupported parameter: 'max_tokens'"), GOOD], 2),
        ([slow, GOOD], 2),
        ([BROKEN, BROKEN, GOOD], 3),
        ([(429, {"Retry-After": PAST}, "slow down"), GOOD], 2),
    ],
    ids=[
        "fenced",
        "prose",
        "wrong-form",
        "429",
        "5xx",
        "no-json",
        "cut",
        "field-refused",
        "slow",
        "broken-off",
        "429-date",
    ],
)
def test_known_faults_are_put_up_with(
    stockctl: Program, server: Server, photo: Path, script: list[Any], requests: int
) -> None:
    server.script = list(script)
    (asset,) = asked(stockctl, photo)["assets"]
    assert words(asset) == ["lighthouse", "fog", "rocky shore", "sea", "coast"]
    assert len(server.requests) == requests


def test_what_a_server_refuses_or_ignores_is_left_out_the_next_time(
    stockctl: Program, server: Server, photo: Path
) -> None:
    server.script = [reply("Just words."), (400, {}, "max_tokens is not supported"), GOOD]
    asked(stockctl, photo)
    assert "response_format" not in server.requests[1]
    assert {"response_format", "max_tokens"}.isdisjoint(server.requests[2])


def test_a_cut_answer_is_asked_for_with_more_room(stockctl: Program, server: Server, photo: Path) -> None:
    server.script = [reply('{"title": "Ligh', "length"), GOOD]
    asked(stockctl, photo)
    assert server.requests[1]["max_tokens"] == 2 * server.requests[0]["max_tokens"]


def test_one_picture_that_fails_does_not_stop_the_others(stockctl: Program, server: Server, tmp_path: Path) -> None:
    folder = tmp_path / "DCIM"
    for seed in range(3):
        put(folder / f"DSC_{seed}.jpg", jpeg(640, 420, seed=seed))
    server.script = [(400, {}, "cannot decode this picture"), GOOD]
    run = stockctl("keyword", folder, "--vision", "local", "--json")
    assert run.code == 1
    assert (run.json["vision"]["asked"], run.json["vision"]["failed"]) == (3, 1)
    assert "answered 400: cannot decode this picture" in run.err
    assert [bool(words(asset)) for asset in run.json["assets"]] == [False, True, True]


def test_a_server_that_goes_down_in_mid_batch_loses_nothing(stockctl: Program, server: Server, tmp_path: Path) -> None:
    folder = tmp_path / "DCIM"
    for seed in range(4):
        put(folder / f"DSC_{seed}.jpg", jpeg(640, 420, seed=seed))

    def go_down(_body: object) -> dict[str, Any]:
        server.socket.close()
        threading.Thread(target=server.shutdown).start()
        return GOOD

    server.script = [GOOD, go_down]
    run = stockctl("keyword", folder, "--vision", "local", "--json")
    assert (run.code, run.json["vision"]["failed"]) == (1, 2)
    looked_at = [bool(words(asset)) for asset in run.json["assets"]]
    assert looked_at == [True, True, False, False]
    assert "2 of 4 pictures were not looked at" in run.err
    assert read(folder / "DSC_0.jpg").record.title == GOOD["title"]


def test_a_remote_server_is_asked_four_at_a_time_and_a_local_one_once(
    stockctl: Program, server: Server, tmp_path: Path, home: Path
) -> None:
    sections = {"a": {"url": "https://api.invalid/v1", "model": "m"}, "b": {"url": server.url, "model": "m"}}
    settings = Settings(home / "s.toml", {"vision": sections})
    assert [service(name, settings).connections for name in ("a", "b")] == [4, 1]
    at_once: list[int] = []
    running: list[int] = []

    def answer(_body: object) -> dict[str, Any]:
        running.append(1)
        at_once.append(len(running))
        time.sleep(0.1)
        running.pop()
        return GOOD

    server.script = [answer]
    folder = tmp_path / "DCIM"
    for seed in range(6):
        put(folder / f"DSC_{seed}.jpg", jpeg(640, 420, seed=seed))
    asked(stockctl, folder, "--dry-run")
    assert max(at_once) == 1
    (home / "stockctl.toml").write_text(
        f'[vision.local]\nurl = "{server.url}"\nmodel = "other"\nconnections = 3\ntimeout = 5.0\n'
    )
    at_once.clear()
    asked(stockctl, folder, "--dry-run")
    assert 2 <= max(at_once) <= 3


def test_no_key_and_no_source_are_told_before_anything_is_done(
    stockctl: Program, server: Server, photo: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    unknown = stockctl("keyword", photo, "--vision", "remote")
    assert unknown.code == 2
    assert "configured: local" in unknown.err
    (home / "stockctl.toml").write_text(f'[vision.local]\nurl = "{server.url}"\nmodel = "seer"\nkey_env = "SEER_KEY"\n')
    assert "SEER_KEY is not set" in stockctl("keyword", photo, "--vision", "local").err
    monkeypatch.setenv("SEER_KEY", "geheim-123")
    asked(stockctl, photo)
    assert server.headers[0]["Authorization"] == "Bearer geheim-123"
    assert b"geheim" not in b"".join(path.read_bytes() for path in home.rglob("*") if path.is_file())


def test_nothing_is_asked_unless_the_person_says_so(stockctl: Program, server: Server, photo: Path) -> None:
    stockctl("keyword", photo)
    stockctl("keyword", photo, "--vision", "none")
    assert server.requests == []


@pytest.mark.parametrize(
    "content", ["", "null", "{}", '{"title": 3, "keywords": []}', '{"title": "x", "keywords": [1, null]}', "{'title'"]
)
def test_an_answer_in_another_form_is_no_answer(content: str) -> None:
    with pytest.raises(NoAnswerError, match="answer"):
        answer.read([content], Bounds())


def test_a_context_of_a_whole_shoot_gives_way_to_what_was_seen_in_each(
    stockctl: Program, server: Server, tmp_path: Path
) -> None:
    folder = tmp_path / "DCIM"
    for n in range(3):
        put(folder / f"DSC_{n}.jpg", jpeg(640, 400, seed=n))
    said = "Stormy autumn day at the coast of Cornwall"
    server.script = [{**GOOD, "title": f"Lighthouse seen from place {n} on the cliff"} for n in range(3)]
    first = asked(stockctl, folder, "--context", said)["assets"]
    assert len({asset["title"] for asset in first}) == 3
    assert {asset["title_ground"] for asset in first} == {"seen"}
    assert all("cornwall" in {entry["word"] for entry in asset["keywords"]} for asset in first)
    # Nor does it come back when one of them is looked at alone, or when nobody looks.
    again = asked(stockctl, folder / "DSC_0.jpg")["assets"]
    assert again[0]["title"] == first[0]["title"]
    run = stockctl("keyword", folder, "--vision", "none", "--json")
    assert [asset["title"] for asset in run.json["assets"]] == [asset["title"] for asset in first]
    # A person's own title stays, and of one picture alone the context is its text.
    stockctl("keyword", folder / "DSC_1.jpg", "--title", "Mine", "--vision", "local")
    alone = put(tmp_path / "other" / "DSC_9.jpg", jpeg(640, 400, seed=9))
    assert asked(stockctl, folder)["assets"][1]["title"] == "Mine"
    assert asked(stockctl, alone, "--context", said)["assets"][0]["title"] == said
