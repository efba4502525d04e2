"""Who is let in: nobody but a page of the desk's own, opened by the address that it printed."""

from __future__ import annotations

import contextlib
import re
import signal
import socket
import sys
import time
from typing import TYPE_CHECKING

import httpx
import pytest

from stockctl.desk import server

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


def test_ctrl_c_ends_the_desk_although_its_exception_was_lost_before_it_served() -> None:
    uvicorn = pytest.importorskip("uvicorn")
    asked = server._Asked()
    # As where an import's lock or a finaliser was being called.
    with contextlib.suppress(SystemExit):
        asked.leave(signal.SIGINT, None)
    for was_asked in (asked, server._Asked()):
        served = server._server(uvicorn.Config("none"), was_asked)
        with served.capture_signals():
            assert served.should_exit == was_asked.to_leave


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


@pytest.mark.parametrize("path", ["/api/statement", "/api/paper?kind=model&name=x"])
def test_a_file_cannot_be_dropped_by_another_page(open_desk: Client, path: str) -> None:
    client = open_desk
    for headers in (
        {"origin": "http://evil.example", "x-desk-token": client.token},
        {"origin": client.desk.base, "x-desk-token": "guessed"},
        {"x-desk-token": client.token},
    ):
        assert client.http.post(client.desk.base + path, content=b"x", headers=headers).status_code == 403
    assert httpx.post(client.desk.base + path, content=b"x").status_code == 403


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECT-ISH"])
def test_other_methods_change_nothing(open_desk: Client, method: str) -> None:
    client = open_desk
    answer = client.http.request(method, f"{client.desk.base}/api/undo")
    assert answer.status_code in {400, 403, 405}
    headers = {"origin": client.desk.base, "x-desk-token": client.token}
    assert client.http.request(method, f"{client.desk.base}/api/undo", headers=headers).status_code in {400, 405}


def test_names_from_pages_lead_to_no_other_file(open_desk: Client) -> None:
    client = open_desk
    for path in (
        "/static/../app.py", "/static/..%2fapp.py", "/static/%2e%2e/guard.py", "/static//etc/passwd", "/thumb/..%2f..",
        "/picture/%00", "/full/" + "a" * 5000, "/file/%ff%fe", "/api/words/nobody", "/api/jobs/99999/events",
    ):  # fmt: skip
        assert client.get(path).status_code in {400, 404}, path


def test_a_paper_stays_within_its_folder(open_desk: Client) -> None:
    client = open_desk
    headers = {"origin": client.desk.base, "x-desk-token": client.token, "x-file-name": "..\\..\\../../evil/.rc.pdf"}
    before = {one["paper"] for one in client.read("/api/releases")["releases"]}
    made = client.http.post(
        f"{client.desk.base}/api/paper?kind=model&name=Ani&expires=2031-01-31", content=b"%PDF-1.7 x", headers=headers
    )
    assert made.status_code == 200, made.text
    assert made.json()["paper"] == "rc.pdf"
    assert {one["paper"] for one in client.read("/api/releases")["releases"]} == before | {"rc.pdf"}
    for query, content in (
        ("kind=model&name=", b"%PDF-"),
        ("kind=other&name=Ani", b"%PDF-"),
        ("kind=property&name=House&minor=yes", b"%PDF-"),
        ("kind=model&name=Ani&expires=soon", b"%PDF-"),
        ("kind=model&name=Ani", b"<script>"),
        ("kind=model&name=Ani", b""),
    ):
        answer = client.http.post(f"{client.desk.base}/api/paper?{query}", content=content, headers=headers)
        assert (answer.status_code, bool(answer.json()["error"])) == (422, True), query


def test_what_is_no_number_or_list_is_told(open_desk: Client) -> None:
    client = open_desk
    ids = list(client.ids().values())
    for path, body in (
        ("undo", {"batch": "1"}), ("undo", {"batch": True}), ("undo", {"batch": -1}), ("undo", {"batch": 1 << 70}),
        ("save", {"ids": ids, "revision": 5, "shown": ids[0]}), ("save", {"ids": [{}]}),
        ("release", {"ids": ids, "release": 99}), ("copy", {"from": ids[0], "ids": ids, "fields": [1]}),
        ("copy", {"from": "nobody", "ids": ids, "fields": ["title"]}), ("waive", {"ids": ids, "rule": "no-such-rule"}),
        ("add", {"ids": ids, "words": ["x"]}), ("choose", {"ids": ids, "choices": {"category.x": 5}}),
        ("send", {"ids": ids, "agency": 5}), ("look", {"ids": ids, "source": {}}), ("plan", {"ids": ids}),
    ):  # fmt: skip
        answer = client.post(f"/api/{path}", body)
        assert answer.status_code in {409, 422}, (path, body, answer.status_code)
        assert answer.json()["error"], (path, body)
    said = {"title": ["x"], "description": "", "keywords": "x", "offered": []}
    assert client.post(f"/api/keep/{ids[0]}", said).status_code == 422
    assert client.post("/api/stop", {"job": 12345}).status_code == 200
