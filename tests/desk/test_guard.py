"""Who is let in: nobody but a page of the desk's own, opened by the address that it printed."""

from __future__ import annotations

import re
import signal
import socket
import sys
import time
from typing import TYPE_CHECKING

import httpx
import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.conftest import Run
    from tests.desk.conftest import Client, Served


def test_the_first_line_is_the_address_and_the_token_opens_once(serve: Callable[..., Served], empty: Path) -> None:
    desk = serve(empty)
    assert re.fullmatch(r"http://127\.0\.0\.1:\d+/\?token=[\w-]{40,}", desk.address), desk.err
    with httpx.Client() as http:
        first = http.get(desk.address)
        assert (first.status_code, first.headers["location"]) == (303, "/")
        cookie = first.headers["set-cookie"]
        assert "HttpOnly" in cookie
        assert "SameSite=strict" in cookie
        assert desk.address.rsplit("=", 1)[1] not in cookie
        assert http.get(f"{desk.base}/").status_code == 200
    # Who finds the address later (in a history, in a log) is not let in by it.
    assert httpx.get(desk.address).status_code == 403
    assert desk.end() == 0


@pytest.mark.parametrize("path", ["/", "/send", "/earnings", "/api/files", "/static/desk.css", "/thumb/x", "/nowhere"])
def test_nothing_is_answered_without_the_token_or_its_cookie(open_desk: Client, path: str) -> None:
    desk = open_desk.desk
    assert httpx.get(desk.base + path).status_code == 403
    assert httpx.get(f"{desk.base}{path}?token=wrong").status_code == 403
    assert httpx.get(desk.base + path, headers={"cookie": f"stockctl_desk_{desk.port}=wrong"}).status_code == 403
    assert httpx.post(desk.base + path).status_code == 403


@pytest.mark.parametrize(
    "host", ["evil.example:{port}", "evil.example", "127.0.0.1", "127.0.0.1:1", "localhost.evil.example:{port}", ""]
)
def test_another_host_is_refused_whatever_it_knows(open_desk: Client, host: str) -> None:
    client, desk = open_desk, open_desk.desk
    name = host.format(port=desk.port)
    assert client.get("/api/files", headers={"host": name}).status_code == 403
    assert client.post("/api/undo", {}, host=name).status_code == 403
    assert client.get("/api/files", headers={"host": f"localhost:{desk.port}"}).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "http://evil.example"},
        {"origin": "null"},
        {"origin": ""},
        {"origin": "http://127.0.0.1:1"},
        {"x-desk-token": ""},
        {"x-desk-token": "guessed"},
    ],
)
def test_what_changes_anything_needs_our_origin_and_the_pages_token(open_desk: Client, headers: dict[str, str]) -> None:
    client = open_desk
    ids = list(client.ids().values())
    body = {"ids": ids, "choices": {"editorial": "yes"}}
    assert client.post("/api/choose", body, **headers).status_code == 403
    assert client.get("/api/files", headers={"sec-fetch-site": "cross-site"}).status_code == 403
    assert client.post("/api/choose", body).status_code == 200


def test_every_answer_forbids_what_a_page_does_not_need(open_desk: Client) -> None:
    client = open_desk
    id_ = client.ids()["beach.jpg"]
    for path in ("/", f"/file/{id_}", "/send", "/earnings", "/plan", "/static/common.js", f"/thumb/{id_}", "/nowhere"):
        headers = client.get(path).headers
        policy = headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert "http:" not in policy
        assert headers["x-content-type-options"] == "nosniff"
        assert len(headers.get_list("content-security-policy")) == 1
    for path in ("/", f"/file/{id_}", "/send", "/earnings", "/plan"):
        page = client.get(path).text
        assert not re.search(r"<script(?![^>]*src=)|\son\w+=|<style|\sstyle=|javascript:", page), path
        assert not re.search(r"(?:src|href)=\"(?:https?:)?//", page), path


def test_only_loopback_is_bound(open_desk: Client) -> None:
    desk = open_desk.desk
    others = {info[4][0] for info in socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET)} - {"127.0.0.1"}
    for address in [*others, "127.0.0.2"]:
        with socket.socket() as probe:
            probe.settimeout(2)
            assert probe.connect_ex((str(address), desk.port)) != 0


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_quietly(serve: Callable[..., Served], empty: Path, how: signal.Signals) -> None:
    desk = serve(empty)
    assert httpx.get(desk.base).status_code == 403
    assert desk.end(how) == 0
    # As soon as the address stands there, too.
    assert serve(empty).end(how) == 0
    assert not [line for line in desk.err if "Traceback" in line]


def test_it_ends_at_once_while_pages_follow_its_work(
    serve: Callable[..., Served], enter: Callable[[Served], Client], empty: Path
) -> None:
    client = enter(serve(empty))
    job = client.post("/api/check", {}).json()["job"]
    with client.http.stream("GET", f"{client.desk.base}/api/jobs/{job}/events") as stream:
        assert next(stream.iter_lines()).startswith("data: ")
        begun = time.monotonic()
        assert client.desk.end() == 0
    assert time.monotonic() - begun < 10


def test_one_catalogue_has_one_desk(serve: Callable[..., Served], empty: Path, program: Callable[..., Run]) -> None:
    desk = serve(empty)
    second = program("desk", empty, "--no-open")
    assert second.code == 2
    assert "a desk is open on this catalogue already" in second.err
    # Other commands may run beside it.
    assert program("status", empty, "--json").code == 0
    if sys.platform != "win32":
        desk.process.kill()
        desk.process.wait(20)
        assert serve(empty).end() == 0


def test_a_port_that_is_taken_and_a_path_that_is_not_there_are_told(program: Callable[..., Run], empty: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        run = program("desk", empty, "--no-open", "--port", str(taken.getsockname()[1]))
    assert (run.code, "cannot be had" in run.err, "hint:" in run.err) == (2, True, True)
    run = program("desk", empty / "nowhere", "--no-open")
    assert (run.code, "no such file or folder" in run.err) == (2, True)


def test_a_body_that_is_too_large_or_no_json_is_refused(open_desk: Client) -> None:
    client = open_desk
    assert client.post("/api/choose", {"ids": ["x" * (1 << 20)]}).status_code == 413
    headers = {"origin": client.desk.base, "x-desk-token": client.token, "content-type": "application/json"}
    for body in (b"[]", b"{", b'{"ids": 1}', b'{"ids": ["../../etc/passwd"]}', b"[" * 100_000):
        answer = client.http.post(f"{client.desk.base}/api/choose", content=body, headers=headers)
        assert answer.status_code == 422, body[:20]
        assert answer.json()["error"]
