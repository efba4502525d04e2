"""Whom a password and pictures are given to: host keys, certificates, plain FTP."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from tests.servers.moody import Moody
from tests.servers.sshd import new_host_key, sshd
from tests.servers.vsftpd import vsftpd
from tests.submit import batch
from tests.submit.outside import configure, states

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.conftest import Run
    from tests.servers import Server


def test_a_changed_host_key_is_refused_always(send: Callable[..., Run], tmp_path: Path, ground: Path) -> None:
    folder = ground
    server = sshd(folder)
    server.start()
    try:
        batch.files(tmp_path / "in", "a.jpg")
        assert states(send(server)) == {"a.jpg": "sent"}
        server.stop()
        new_host_key(folder)
        server.start()
        batch.files(tmp_path / "in", "b.jpg")
        run = send(server)
    finally:
        server.stop()
    assert states(run) == {"a.jpg": "skipped", "b.jpg": "failed"}
    assert "not the one it had before" in run.json["errors"][0]["error"]
    assert set(server.files) == {"a.jpg"}


def test_an_expired_certificate_is_refused(send: Callable[..., Run], tmp_path: Path, ground: Path) -> None:
    server = vsftpd(ground, expired=True)
    server.start()
    try:
        batch.files(tmp_path / "in", "a.jpg")
        run = send(server)
    finally:
        server.stop()
    assert states(run) == {"a.jpg": "failed"}
    assert "expired" in run.json["errors"][0]["error"]
    assert server.files == {}


def test_a_server_without_tls_gets_no_password(send: Callable[..., Run], tmp_path: Path) -> None:
    batch.files(tmp_path / "in", "a.jpg")
    with Moody(tmp_path / "drop") as moody:
        run = send(moody.server, agency="shutterstock", tls="explicit")
    assert states(run) == {"a.jpg": "failed"}
    assert not any(heard.startswith(("USER", "PASS")) for heard in moody.heard)


@pytest.mark.parametrize("agency", ["alamy", "dreamstime", "depositphotos", "123rf", "pond5"])
def test_no_password_goes_in_clear_unasked(
    agency: str, send: Callable[..., Run], stockctl: Callable[..., Run], tmp_path: Path, home: Path
) -> None:
    """Agencies whose pages speak of plain FTP only: the server refuses AUTH, and hears no more of us."""
    batch.files(tmp_path / "in", "a.jpg")
    with Moody(tmp_path / "drop") as moody:
        run = send(replace(moody.server, tls=""), agency=agency)
        assert states(run) == {"a.jpg": "failed"}
        login = stockctl("submit", "--agency", agency, "--test-login", "--json")
        assert (login.code, login.json["login"]) == (1, "tls")
        assert "no encryption" in login.json["message"]
        assert 'tls = "none"' in login.json["hint"]
        assert not any(heard.startswith(("USER", "PASS")) for heard in moody.heard)
        assert any(heard.startswith("AUTH") for heard in moody.heard)
        for wrong in ("try", "maybe"):
            (home / "stockctl.toml").write_text(replace(moody.server, tls=wrong).settings(agency))
            assert stockctl("submit", "--agency", agency, "--test-login").code == 2
        (home / "stockctl.toml").write_text(moody.server.settings(agency, folder="/"))
        login = stockctl("submit", "--agency", agency, "--test-login", "--json")
        assert (login.code, login.json["login"]) == (0, "ok")
        assert "in clear" in login.json["message"]


def test_a_login_says_what_the_server_offers(
    serve: Callable[[str], Server], stockctl: Callable[..., Run], home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = serve("ftps")
    configure(home, server, "pond5", monkeypatch)
    assert "encrypted (TLS)" in stockctl("submit", "--agency", "pond5", "--test-login").out


def test_plain_ftp_warns(send: Callable[..., Run], tmp_path: Path) -> None:
    batch.files(tmp_path / "in", "a.jpg")
    with Moody(tmp_path / "drop") as moody:
        run = send(moody.server)
    assert run.json["delivery"] == "ftp"
    assert "unencrypted" in run.json["notes"][0]
    assert "unencrypted" in run.err
