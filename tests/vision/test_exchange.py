"""Bounds on bytes, time and hosts, against servers that keep to none; and a protocol that is not OpenAI's."""

from __future__ import annotations

import contextlib
import json
import socket
import threading
import time
from typing import TYPE_CHECKING, Any

import pytest

from stockctl.errors import RemoteError
from stockctl.vision.asking.exchange import BrokenOffError, Exchange, TooLongError
from stockctl.vision.asking.line import ServerDownError
from tests.pictures import jpeg, put
from tests.vision.serving import GOOD, reply, running

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.conftest import Run

    Program = Callable[..., Run]


@contextlib.contextmanager
def saying(*parts: bytes, every_s: float = 0.0, forever: bytes = b"") -> Iterator[str]:
    """Serve raw bytes to whoever connects, with a pause after each part; give the address."""
    listener = socket.create_server(("127.0.0.1", 0))
    over = threading.Event()

    def serve() -> None:
        with contextlib.suppress(OSError):
            while not over.is_set():
                connection, _ = listener.accept()
                with connection, contextlib.suppress(OSError):
                    connection.recv(65_536)
                    for part in parts:
                        connection.sendall(part)
                        time.sleep(every_s)
                    while forever and not over.is_set():
                        connection.sendall(forever)
                        time.sleep(every_s)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/v1/chat/completions"
    finally:
        over.set()
        listener.close()


HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"


@pytest.mark.parametrize(
    ("parts", "forever"),
    [
        ((HEAD + b"Transfer-Encoding: chunked\r\n\r\n",), b"1\r\n \r\n"),
        ((HEAD + b"Content-Length: 5000\r\n\r\n",), b" "),
        ((b"HTTP/1.1 200 OK\r\n",), b"X-More: 1\r\n"),
        ((), b""),
    ],
    ids=["a byte now and then", "of a known length", "headers without an end", "nothing at all"],
)
def test_an_answer_has_a_time(parts: tuple[bytes, ...], forever: bytes) -> None:
    begun = time.monotonic()
    with saying(*parts, every_s=0.05 if forever else 3, forever=forever) as url, Exchange(url, 0.6) as exchange:
        with pytest.raises((TooLongError, BrokenOffError)) as raised:
            exchange.post({}, {})
        assert time.monotonic() - begun < 2.5
        if forever:
            assert isinstance(raised.value, TooLongError)


def test_an_answer_has_a_size() -> None:
    begun = time.monotonic()
    chunk = b"%x\r\n%s\r\n" % (1 << 18, b" " * (1 << 18))
    with saying(HEAD + b"Transfer-Encoding: chunked\r\n\r\n", forever=chunk) as url, Exchange(url, 30) as exchange:
        with pytest.raises(RemoteError, match="too large"):
            exchange.post({}, {})
        assert time.monotonic() - begun < 10


def test_a_redirect_to_another_host_goes_without_the_key_and_stays_on_this_machine() -> None:
    with running() as first, running() as second:
        first.script = [(307, {"Location": "http://[::1"}, "")]
        with Exchange(f"{first.url}/chat/completions", 5) as exchange, pytest.raises((ServerDownError, BrokenOffError)):
            exchange.post({}, {})
        for status in (307, 308, 302):
            first.script = [(status, {"Location": f"{second.url}/chat/completions"}, "")]
            with Exchange(f"{first.url}/chat/completions", 5) as exchange:
                answer = exchange.post({"Authorization": "Bearer geheim", "x-api-key": "geheim"}, {"model": "m"})
            assert answer.status == 200
            assert first.headers[-1]["Authorization"] == "Bearer geheim"
            assert not {"authorization", "x-api-key"} & {name.lower() for name in second.headers[-1]}
        for target in ("http://192.0.2.1/v1", "https://api.invalid/v1", "file:///etc/passwd", "//192.0.2.1/x"):
            first.script = [(307, {"Location": target}, "")]
            with (
                Exchange(f"{first.url}/chat/completions", 5) as exchange,
                pytest.raises(ServerDownError, match="sends us on"),
            ):
                exchange.post({"Authorization": "Bearer geheim"}, {})


def test_a_redirect_on_the_same_host_keeps_the_key_and_circles_end() -> None:
    with running() as server:
        server.script = [(307, {"Location": "/v1/elsewhere"}, ""), GOOD]
        with Exchange(f"{server.url}/chat/completions", 5) as exchange:
            assert exchange.post({"Authorization": "Bearer k"}, {}).status == 200
        assert server.headers[1]["Authorization"] == "Bearer k"
        server.script = [(307, {"Location": "/v1/again"}, "")]
        with Exchange(f"{server.url}/chat/completions", 5) as exchange, pytest.raises(ServerDownError, match="circles"):
            exchange.post({}, {})


def settings(home: Path, text: str) -> None:
    (home / "stockctl.toml").write_text(text, encoding="utf-8")


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    return put(tmp_path / "DCIM" / "DSC_0001.jpg", jpeg(640, 420))


def anthropic(_body: Any) -> tuple[int, dict[str, str], str]:
    content = [{"type": "tool_use", "id": "t", "name": "picture", "input": GOOD}]
    usage = {"input_tokens": 1200, "output_tokens": 90}
    return 200, {}, json.dumps({"type": "message", "content": content, "stop_reason": "tool_use", "usage": usage})


def test_anthropics_own_protocol_is_a_preset(
    stockctl: Program, home: Path, photo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ANTHROPIC_API_KEY", "geheim-1")
    with running() as server:
        server.script = [(529, {}, '{"error": {"type": "overloaded_error"}}'), anthropic]
        settings(home, f'[vision.anthropic]\nurl = "{server.url}"\n')
        run = stockctl("keyword", photo, "--vision", "anthropic", "--json")
        assert run.code == 0, run.err
        sent, headers = server.requests[-1], {name.lower(): value for name, value in server.headers[-1].items()}
        assert (headers["x-api-key"], headers["anthropic-version"]) == ("geheim-1", "2023-06-01")
        assert "authorization" not in headers
        assert server.paths[-1] == "/v1/messages"
        image, text = sent["messages"][0]["content"]
        assert (image["source"]["media_type"], text["type"], sent["max_tokens"] > 0) == ("image/jpeg", "text", True)
        assert run.json["vision"]["tokens_in"] == 1200
        assert run.json["vision"]["cost"] == "0.00165"
        assert run.json["assets"][0]["title"] == GOOD["title"]
        assert b"geheim" not in b"".join(path.read_bytes() for path in home.rglob("*") if path.is_file())


def test_a_stream_of_anthropics_events_is_read(stockctl: Program, home: Path, photo: Path) -> None:
    text = json.dumps(GOOD)
    events: list[dict[str, Any]] = [
        {"type": "message_start", "message": {"content": [], "usage": {"input_tokens": 1200, "output_tokens": 1}}},
        {"type": "content_block_start", "content_block": {"type": "text", "text": ""}},
        *({"type": "content_block_delta", "delta": {"type": "text_delta", "text": text[at : at + 20]}}
          for at in range(0, len(text), 20)),
        {"type": "message_delta", "delta": {"stop_reason": "end_turn"}, "usage": {"output_tokens": 90}},
    ]  # fmt: skip
    body = "".join(f"event: {event['type']}\ndata: {json.dumps(event)}\n\n" for event in events)
    with running() as server:
        server.script = [(200, {"Content-Type": "text/event-stream"}, body)]
        settings(home, f'[vision.a]\nurl = "{server.url}"\nmodel = "m"\nprotocol = "anthropic"\n')
        found = stockctl("keyword", photo, "--vision", "a", "--json").json
    assert (found["vision"]["tokens_in"], found["vision"]["tokens_out"]) == (1200, 90)
    assert found["assets"][0]["title"] == GOOD["title"]


def test_keys_take_turns_and_one_that_is_refused_gives_way(
    stockctl: Program, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for seed in range(4):
        put(tmp_path / "DCIM" / f"DSC_{seed}.jpg", jpeg(320, 240, seed=seed))
    monkeypatch.setenv("KEY_A", "first")
    monkeypatch.setenv("KEY_B", "second")
    with running() as server:
        settings(home, f'[vision.a]\nurl = "{server.url}"\nmodel = "m"\nkey_env = ["KEY_A", "KEY_B", "KEY_C"]\n')
        assert stockctl("keyword", tmp_path / "DCIM", "--vision", "a").code == 0
        used = [headers["Authorization"] for headers in server.headers]
        assert sorted(used) == ["Bearer first"] * 2 + ["Bearer second"] * 2
        server.headers.clear()
        server.script = [(401, {}, "Incorrect API key"), GOOD]
        settings(home, f'[vision.b]\nurl = "{server.url}"\nmodel = "n"\nkey_env = ["KEY_A", "KEY_B"]\n')
        assert stockctl("keyword", tmp_path / "DCIM", "--vision", "b").code == 0
        assert len(server.headers) == 5
        assert {headers["Authorization"] for headers in server.headers[1:]} == {"Bearer second"}


def test_the_key_of_a_command_is_used_and_never_shown(stockctl: Program, home: Path, photo: Path) -> None:
    with running() as server:
        settings(home, f'[vision.a]\nurl = "{server.url}"\nmodel = "m"\nkey_command = "echo geheim-2"\n')
        server.script = [(401, {}, "no"), (401, {}, "no")]
        run = stockctl("keyword", photo, "--vision", "a")
        assert server.headers[0]["Authorization"] == "Bearer geheim-2"
    assert run.code == 1
    assert "geheim" not in run.out + run.err


@pytest.mark.parametrize(
    ("status", "text", "said"),
    [
        (401, "Incorrect API key provided", "refuses the key"),
        (402, "insufficient credits", "wants to be paid first"),
        (403, "forbidden", "will not answer"),
        (404, "model 'm' not found", "will not answer"),
        (400, '{"error": {"message": "API key not valid. Please pass a valid API key."}}', "refuses the key"),
        (400, "this model does not support image input", "does not see pictures"),
        (429, '{"error": {"code": "insufficient_quota", "message": "check your plan and billing"}}', "paid first"),
        (429, '{"error": {"message": "Quota exceeded: 250 requests per day"}}', "lets nothing through"),
    ],
)
def test_what_no_second_try_mends_ends_the_run_at_once(
    stockctl: Program, home: Path, tmp_path: Path, status: int, text: str, said: str
) -> None:
    for seed in range(3):
        put(tmp_path / "DCIM" / f"DSC_{seed}.jpg", jpeg(320, 240, seed=seed))
    with running() as server:
        server.script = [(status, {}, text)]
        settings(home, f'[vision.a]\nurl = "{server.url}"\nmodel = "m"\n')
        run = stockctl("keyword", tmp_path / "DCIM", "--vision", "a", "--json")
        assert len(server.requests) == 1
    assert (run.code, run.json["vision"]["failed"]) == (1, 3)
    assert said in run.err
    assert "3 of 3 pictures were not looked at" in run.err


def test_an_error_in_a_good_answers_clothes_is_an_error(stockctl: Program, home: Path, photo: Path) -> None:
    limited = json.dumps({"error": {"code": 429, "message": "Rate limit, retry in 0.1s"}})
    with running() as server:
        server.script = [(200, {}, limited), (200, {}, json.dumps({"error": {"code": 502, "message": "oh"}})), GOOD]
        settings(home, f'[vision.a]\nurl = "{server.url}"\nmodel = "m"\n')
        assert stockctl("keyword", photo, "--vision", "a").code == 0
        assert len(server.requests) == 3


def test_tokens_of_useless_answers_are_paid_for_in_the_report(stockctl: Program, home: Path, photo: Path) -> None:
    with running() as server:
        server.script = [reply("nothing"), reply("nothing"), reply("nothing")]
        settings(home, f'[vision.a]\nurl = "{server.url}"\nmodel = "m"\nprice_in = 1\nprice_out = 10\n')
        run = stockctl("keyword", photo, "--vision", "a", "--json")
    used = run.json["vision"]
    assert (run.code, used["failed"], used["tokens_in"], used["tokens_out"], used["cost"]) == (
        1,
        1,
        2700,
        300,
        "0.0057",
    )


def test_nothing_that_a_server_sends_reaches_the_terminal_raw(stockctl: Program, home: Path, photo: Path) -> None:
    evil = "\x1b]0;owned\x07\x1b[31mred\u202etxet\x00"
    with running() as server:
        settings(home, f'[vision.a]\nurl = "{server.url}"\nmodel = "m"\n')
        scripts: list[list[Any]] = [
            [(404, {}, evil)],
            [(200, {}, json.dumps({"error": {"code": 404, "message": evil}}))],
            [reply(f"I'm sorry, I can't help {evil}")],
        ]
        for script in scripts:
            server.script = list(script)
            run = stockctl("keyword", photo, "--vision", "a", "-v")
            assert run.code == 1
            assert not {"\x1b", "\x07", "\u202e", "\x00"} & set(run.out + run.err)


def test_a_server_that_is_several_pictures_behind_ends_the_run(stockctl: Program, home: Path, tmp_path: Path) -> None:
    for seed in range(9):
        put(tmp_path / "DCIM" / f"DSC_{seed}.jpg", jpeg(160, 120, seed=seed))
    with running() as server:
        server.script = [(500, {}, "boom")]
        settings(home, f'[vision.a]\nurl = "{server.url}"\nmodel = "m"\n')
        run = stockctl("keyword", tmp_path / "DCIM", "--vision", "a", "--json")
        assert len(server.requests) == 5 * 6
    assert run.json["vision"]["failed"] == 9
    assert "failed 5 times in a row" in run.err
