"""`stockctl login`: asks, tries, keeps; another host of the agency's is tried where the usual one is gone."""

from __future__ import annotations

import io
import json
import os
import pty
import select
import subprocess
import sys
import tomllib
import types
from typing import TYPE_CHECKING, Any

import pytest

from stockctl import passwords
from stockctl.config import load_settings
from stockctl.errors import SettingsError
from stockctl.submit.keeping import keep_settings
from tests.servers import PASSWORD, Server

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.conftest import Run


def at(home: Path, server: Server, agency: str) -> Path:
    """Lead an agency to a server of the tests, without a user."""
    path = home / "stockctl.toml"
    lines = [line for line in server.settings(agency).splitlines() if not line.startswith("user")]
    path.write_text("# mine\n" + "\n".join(lines) + "\n")
    return path


def keyring(monkeypatch: pytest.MonkeyPatch, *, works: bool) -> dict[str, str]:
    """Put a keyring in place of the package, which is an optional extra."""
    ring: dict[str, str] = {}
    module, errors, backends = (types.ModuleType(name) for name in ("keyring", "keyring.errors", "keyring.backends"))

    def put(service: str, user: str, secret: str) -> None:
        if not works:
            raise RuntimeError(secret)
        ring[f"{service} {user}"] = secret

    module.set_password = put  # type: ignore[attr-defined]
    module.get_password = lambda service, user: ring.get(f"{service} {user}")  # type: ignore[attr-defined]
    module.get_keyring = object  # type: ignore[attr-defined]
    backends.fail = types.SimpleNamespace(Keyring=type("Keyring", (), {}))  # type: ignore[attr-defined]
    for name, one in (("keyring", module), ("keyring.errors", errors), ("keyring.backends", backends)):
        monkeypatch.setitem(sys.modules, name, one)
    return ring


def typed(monkeypatch: pytest.MonkeyPatch, *lines: str) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("".join(f"{line}\n" for line in lines)))


def test_what_opens_the_door_is_kept_where_it_belongs(
    serve: Callable[[str], Server], stockctl: Callable[..., Run], home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = serve("ftps")
    path, ring = at(home, server, "shutterstock"), keyring(monkeypatch, works=True)
    typed(monkeypatch, server.user, PASSWORD)
    run = stockctl("login", "shutterstock", "--json")
    assert (run.code, run.json["login"], run.json["stored"]) == (0, "ok", "keyring"), run
    assert "takes files by FTPS" in run.err
    assert ring == {"stockctl shutterstock": PASSWORD}
    written = path.read_text()
    assert written.startswith("# mine\n")
    assert tomllib.loads(written)["agencies"]["shutterstock"]["user"] == server.user
    for text in (written, run.out, run.err, (home / "catalogue.db").read_bytes().decode("latin-1")):
        assert PASSWORD not in text
    monkeypatch.delenv("STOCKCTL_SHUTTERSTOCK_PASSWORD", raising=False)
    assert stockctl("submit", "--agency", "shutterstock", "--test-login", "--json").json["login"] == "ok"


def test_what_comes_before_the_keyring_is_told(
    serve: Callable[[str], Server], stockctl: Callable[..., Run], home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = serve("ftps")
    at(home, server, "shutterstock")
    keyring(monkeypatch, works=True)
    monkeypatch.setenv("STOCKCTL_SHUTTERSTOCK_PASSWORD", "an old one")
    typed(monkeypatch, server.user, PASSWORD)
    run = stockctl("login", "shutterstock", "--json")
    assert (run.code, "comes first" in run.json["hint"]) == (0, True)
    assert "an old one" not in run.out + run.err


def test_a_wrong_password_is_told_and_nothing_is_kept(
    serve: Callable[[str], Server], stockctl: Callable[..., Run], home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = serve("ftps")
    path, ring = at(home, server, "shutterstock"), keyring(monkeypatch, works=True)
    before = path.read_text()
    typed(monkeypatch, server.user, "wrong-one")
    run = stockctl("login", "shutterstock")
    assert (run.code, "password" in run.out, "hint: " in run.out) == (1, True, True)
    assert "wrong-one" not in run.out + run.err
    assert (path.read_text(), ring) == (before, {})


def test_without_a_keyring_the_variable_is_named(
    serve: Callable[[str], Server], stockctl: Callable[..., Run], home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = serve("ftps")
    path = at(home, server, "shutterstock")
    keyring(monkeypatch, works=False)
    typed(monkeypatch, server.user, PASSWORD)
    run = stockctl("login", "shutterstock", "--json")
    assert (run.code, run.json["stored"], run.json["variable"]) == (0, None, "STOCKCTL_SHUTTERSTOCK_PASSWORD")
    assert "STOCKCTL_SHUTTERSTOCK_PASSWORD" in run.json["hint"]
    assert PASSWORD not in run.out + run.err + path.read_text()


def test_a_command_that_prints_the_password_is_kept_and_the_password_is_not(
    serve: Callable[[str], Server], stockctl: Callable[..., Run], home: Path, tmp_path: Path
) -> None:
    server = serve("ftps")
    path, secret = at(home, server, "shutterstock"), tmp_path / "secret"
    secret.write_text(PASSWORD)
    run = stockctl("login", "shutterstock", "--user", server.user, "--password-command", f"cat '{secret}'", "--json")
    assert (run.code, run.json["stored"]) == (0, "command"), run
    kept = tomllib.loads(path.read_text())["agencies"]["shutterstock"]
    assert (kept["user"], kept["password_command"]) == (server.user, f"cat '{secret}'")
    assert stockctl("submit", "--agency", "shutterstock", "--test-login", "--json").json["login"] == "ok"


@pytest.mark.parametrize(
    ("agency", "lines", "what"),
    [
        ("canva", (), "no login for programs"),
        ("eyeem", (), "is closed"),
        ("nowhere", (), "unknown agency"),
        ("pond5", (), "no user was given"),
        ("pond5", ("me",), "no password was given"),
    ],
)
def test_what_cannot_be_logged_into(
    agency: str, lines: tuple[str, ...], what: str, stockctl: Callable[..., Run], monkeypatch: pytest.MonkeyPatch
) -> None:
    typed(monkeypatch, *lines)
    run = stockctl("login", agency)
    assert (run.code, what in run.err, "hint: " in run.err) == (2, True, True), run.err


def test_a_qualified_account_is_told_of_before_anything_is_typed(
    stockctl: Callable[..., Run], monkeypatch: pytest.MonkeyPatch
) -> None:
    typed(monkeypatch)
    assert "access: qualified accounts only" in stockctl("login", "adobe_stock").err


def test_what_is_typed_at_a_terminal_is_not_shown(serve: Callable[[str], Server], home: Path, tmp_path: Path) -> None:
    server = serve("ftps")
    at(home, server, "shutterstock")
    ours, theirs = pty.openpty()
    environment = os.environ | {"PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring"}
    shown = b""

    def wait_for(text: bytes) -> None:
        nonlocal shown
        while text not in shown and select.select([ours], [], [], 30)[0]:
            shown += os.read(ours, 1024)
        assert text in shown

    with (tmp_path / "out").open("wb") as out:
        command = [sys.executable, "-m", "stockctl", "login", "shutterstock", "--json"]
        process = subprocess.Popen(
            command, stdin=theirs, stdout=out, stderr=theirs, env=environment, start_new_session=True
        )
        wait_for(b"User: ")
        os.write(ours, server.user.encode() + b"\n")
        wait_for(b"Password: ")
        os.write(ours, PASSWORD.encode() + b"\n")
        assert process.wait(60) == 0
    while select.select([ours], [], [], 0)[0]:
        shown += os.read(ours, 1024)
    os.close(theirs)
    os.close(ours)
    assert PASSWORD.encode() not in shown
    assert json.loads((tmp_path / "out").read_bytes())["login"] == "ok"


def own_hosts(home: Path, usual: str, *others: str) -> None:
    (home / "agencies").mkdir(exist_ok=True)
    (home / "agencies/freepik.toml").write_text(f"[transport]\nhost = {usual!r}\nother_hosts = {list(others)!r}\n")


def test_another_host_is_tried_where_the_usual_one_is_gone(
    serve: Callable[[str], Server], stockctl: Callable[..., Run], home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = serve("sftp")
    own_hosts(home, "no-such-host.invalid", "also-none.invalid", "127.0.0.1")
    path = at(home, server, "freepik")
    path.write_text("".join(line for line in path.read_text().splitlines(keepends=True) if not line.startswith("host")))
    ring = keyring(monkeypatch, works=True)
    typed(monkeypatch, server.user, PASSWORD)
    run = stockctl("login", "freepik", "--accept-new-host-key", "--json")
    assert (run.code, run.json["login"]) == (0, "ok"), run
    assert "no-such-host.invalid is not there any more" in run.json["message"]
    assert (tomllib.loads(path.read_text())["agencies"]["freepik"]["host"], len(ring)) == ("127.0.0.1", 1)


def test_the_settings_keep_what_a_person_wrote(home: Path) -> None:
    path = home / "stockctl.toml"
    path.write_text("# top\n[agencies.pond5] # mine\nport = 21\n\n[check]\nfaces = true # yes\n")
    kept = keep_settings(load_settings(path), "pond5", {"user": 'me "x"'})
    assert kept.section("agencies.pond5") == {"port": 21, "user": 'me "x"'}
    assert (
        path.read_text()
        == '# top\n[agencies.pond5] # mine\nport = 21\nuser = "me \\"x\\""\n\n[check]\nfaces = true # yes\n'
    )
    keep_settings(load_settings(path), "alamy", {"user": "a"})
    assert path.read_text().endswith('faces = true # yes\n\n[agencies.alamy]\nuser = "a"\n')
    inline: dict[str, Any] = {"user": "b"}
    path.write_text("agencies = { pond5 = { port = 21 } }\n")
    with pytest.raises(SettingsError) as caught:
        keep_settings(load_settings(path), "pond5", inline)
    assert 'user = "b"' in caught.value.hint
    assert path.read_text() == "agencies = { pond5 = { port = 21 } }\n"


def test_a_password_is_shown_by_nothing_that_is_tried() -> None:
    from stockctl.submit.login import Trial

    assert "s3cret" not in repr(Trial("me", "s3cret"))
    assert passwords.store.__doc__
