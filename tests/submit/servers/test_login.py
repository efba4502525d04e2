"""`--test-login` tells apart what is wrong; passwords come from where they are kept, and stay there."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import types
from typing import TYPE_CHECKING, Any

import pytest

from stockctl import passwords
from stockctl.config import Settings
from stockctl.errors import SettingsError
from tests.servers import PASSWORD, Server, free_port
from tests.submit.outside import configure

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.conftest import Run


@pytest.mark.parametrize(
    ("kind", "changes", "word"),
    [
        ("ftps", {}, "ok"),
        ("ftps", {"host": "no-such-host.invalid"}, "wrong-host"),
        ("ftps", {"port": 1}, "refused"),
        ("ftps", {"user": "nobody-known"}, "password"),
        ("ftps", {"ca_file": ""}, "tls"),
        ("ftps", {"folder": "drop/nowhere"}, "folder"),
        ("ftp", {"tls": "explicit"}, "tls"),
        ("sftp", {}, "host-key"),
    ],
)
def test_what_is_wrong(
    kind: str,
    changes: dict[str, Any],
    word: str,
    serve: Callable[[str], Server],
    stockctl: Callable[..., Run],
    home: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    agency = {"sftp": "adobe_stock"}.get(kind, "shutterstock")
    configure(home, serve(kind), agency, monkeypatch, **changes)
    run = stockctl("submit", "--agency", agency, "--test-login", "--json")
    assert run.json["login"] == word, run.json
    assert run.code == (0 if word == "ok" else 1)
    assert run.json["message"]
    assert bool(run.json["hint"]) is (word != "ok")
    assert PASSWORD not in run.out


def test_an_account_that_does_not_qualify(
    serve: Callable[[str], Server], stockctl: Callable[..., Run], home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    configure(home, serve("sftp"), "adobe_stock", monkeypatch, user="me@example.com")
    run = stockctl("submit", "--agency", "adobe_stock", "--test-login", "--accept-new-host-key", "--json")
    assert run.json["login"] == "not-qualified", run.json
    configure(home, serve("sftp"), "adobe_stock", monkeypatch, user="123456")
    run = stockctl("submit", "--agency", "adobe_stock", "--test-login", "--json")
    assert run.json["login"] == "password"
    assert "portal" in run.json["hint"]


def test_another_protocol_on_that_port(
    serve: Callable[[str], Server], stockctl: Callable[..., Run], home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("stockctl.submit.account.STALL_SECONDS", 1.0)
    configure(home, serve("sftp"), "shutterstock", monkeypatch)
    run = stockctl("submit", "--agency", "shutterstock", "--test-login", "--json")
    assert run.json["login"] == "refused", run.json
    assert "`port`" in run.json["hint"]


@pytest.mark.parametrize(
    ("agency", "settings", "hint"),
    [
        ("canva", {}, "it has no upload door for programs"),
        ("pond5", {}, "set user in [agencies.pond5]"),
        ("pond5", {"user": "me"}, "STOCKCTL_POND5_PASSWORD"),
        ("pond5", {"user": "me", "delivery": "folder"}, "take delivery out"),
    ],
)
def test_where_there_is_no_login_it_says_why(
    agency: str, settings: dict[str, str], hint: str, stockctl: Callable[..., Run], home: Path
) -> None:
    lines = "".join(f'{key} = "{value}"\n' for key, value in settings.items())
    (home / "stockctl.toml").write_text(f"[agencies.{agency}]\n{lines}")
    run = stockctl("submit", "--agency", agency, "--test-login")
    assert run.code == 2
    assert hint in run.err.partition("hint: ")[2]


@pytest.mark.parametrize(
    ("key", "value", "said"),
    [
        ("port", 0, "from 1 to 65535"),
        ("port", 99_999, "from 1 to 65535"),
        ("connections", 0, "1 or more"),
        ("max_rate", -5, "0 or more"),
        ("host", "ftp://127.0.0.1/drop", "host is none"),
        ("ca_file", "/no/such/file.pem", "not there"),
    ],
)
def test_a_setting_that_means_nothing(
    key: str,
    value: object,
    said: str,
    stockctl: Callable[..., Run],
    home: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    configure(home, Server("ftp", 2121, tmp_path, (), tls="none"), "pond5", monkeypatch, **{key: value})
    run = stockctl("submit", "--agency", "pond5", "--test-login")
    assert run.code == 2
    assert said in run.err
    assert "[agencies.pond5]" in run.err


def test_a_file_of_known_hosts_that_cannot_be_written(
    serve: Callable[[str], Server], stockctl: Callable[..., Run], home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    configure(home, serve("sftp"), "adobe_stock", monkeypatch, known_hosts=home / "stockctl.toml/hosts")
    run = stockctl("submit", "--agency", "adobe_stock", "--test-login", "--json")
    assert run.json["login"] == "host-key"
    assert "cannot write the file of known hosts" in run.json["message"]


def test_a_port_that_answers_nothing(
    stockctl: Callable[..., Run], home: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("stockctl.submit.account.STALL_SECONDS", 1.0)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        server = Server("ftps", silent.getsockname()[1], tmp_path, ())
        configure(home, server, "shutterstock", monkeypatch)
        run = stockctl("submit", "--agency", "shutterstock", "--test-login", "--json")
    assert run.json["login"] == "refused", run.json


def settings(home: Path, command: str = "") -> Settings:
    section = {"password_command": command} if command else {}
    return Settings(home / "stockctl.toml", {"agencies": {"pond5": section}})


def test_the_environment_comes_first(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STOCKCTL_POND5_PASSWORD", "one")
    assert passwords.password(settings(home, "echo two"), "pond5") == "one"


def test_a_command_gives_the_password(home: Path) -> None:
    command = f"'{sys.executable}' -c \"print('two words')\""
    assert passwords.password(settings(home, command), "pond5") == "two words"


@pytest.mark.parametrize("code", ["print('s3cret'); raise SystemExit(3)", "pass"])
def test_a_command_that_fails_says_so_without_what_it_printed(code: str, home: Path) -> None:
    with pytest.raises(SettingsError) as caught:
        passwords.password(settings(home, f"'{sys.executable}' -c \"{code}\""), "pond5")
    assert "password_command" in caught.value.where
    assert "s3cret" not in f"{caught.value} {caught.value.hint}"


def test_a_command_that_is_not_there(home: Path) -> None:
    with pytest.raises(SettingsError, match="the command failed"):
        passwords.password(settings(home, "no-such-program-here"), "pond5")


def fake_keyring(monkeypatch: pytest.MonkeyPatch, found: str | None, *, headless: bool = False) -> None:
    """Put a keyring in place of the package, which is an optional extra."""
    keyring = types.ModuleType("keyring")
    errors = types.ModuleType("keyring.errors")
    backends = types.ModuleType("keyring.backends")

    class KeyringError(Exception):
        pass

    class Keyring:
        pass

    def get_password(service: str, user: str) -> str | None:
        assert (service, user) == ("stockctl", "pond5")
        if headless:
            raise KeyringError
        return found

    fail = types.SimpleNamespace(Keyring=Keyring)
    keyring.get_password = get_password  # type: ignore[attr-defined]
    keyring.get_keyring = lambda: Keyring() if headless else object()  # type: ignore[attr-defined]
    errors.KeyringError = KeyringError  # type: ignore[attr-defined]
    backends.fail = fail  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "keyring", keyring)
    monkeypatch.setitem(sys.modules, "keyring.errors", errors)
    monkeypatch.setitem(sys.modules, "keyring.backends", backends)


def test_the_keyring(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fake_keyring(monkeypatch, "from the ring")
    assert passwords.password(settings(home), "pond5") == "from the ring"


def test_a_machine_without_a_keyring_gets_a_clear_word(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fake_keyring(monkeypatch, None, headless=True)
    assert passwords.password(settings(home), "pond5") is None
    assert "this machine has no keyring" in passwords.ways("pond5")


@pytest.mark.parametrize("where", ["get_password", "get_keyring"])
def test_a_keyring_that_breaks_is_as_good_as_none(where: str, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A backend that was named and is not there, or that raises what it likes."""
    fake_keyring(monkeypatch, None)

    def broken(*_: str) -> None:
        raise RuntimeError("no bus for s3cret")

    monkeypatch.setattr(sys.modules["keyring"], "get_password", broken)
    monkeypatch.setattr(sys.modules["keyring"], where, broken)
    assert passwords.password(settings(home), "pond5") is None
    assert ("RuntimeError" in passwords.ways("pond5")) is (where == "get_keyring")
    assert "s3cret" not in passwords.ways("pond5")


def test_credentials_that_are_not_whole(stockctl: Callable[..., Run], home: Path, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (home / "stockctl.toml").write_text('[agencies.pond5]\nuser = "me"\ndelivery = "agency"\n')
    run = stockctl("submit", tmp_path / "in", "--agency", "pond5")
    assert run.code == 2
    assert "STOCKCTL_POND5_PASSWORD" in run.err
    (home / "stockctl.toml").write_text('[agencies.canva]\ndelivery = "agency"\n')
    assert "no upload door" in stockctl("submit", tmp_path / "in", "--agency", "canva").err
    (home / "stockctl.toml").write_text('[agencies.pond5]\ndelivery = "pigeon"\n')
    assert "'agency' or 'folder'" in stockctl("submit", tmp_path / "in", "--agency", "pond5").err


def test_no_process_shows_the_password(
    serve: Callable[[str], Server], home: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Look at the arguments of the running program, as another user of the machine could."""
    from tests.conftest import ROOT

    if not os.path.isdir("/proc/self"):  # noqa: PTH112 - the one place where arguments can be read
        pytest.skip("no /proc here")
    server = serve("ftps")
    configure(home, server, "shutterstock", monkeypatch, port=free_port())
    seen = []
    with socket.create_server(("127.0.0.1", 0)) as silent:
        configure(home, server, "shutterstock", monkeypatch, port=silent.getsockname()[1])
        silent.settimeout(20)
        run = subprocess.Popen(
            [sys.executable, "-m", "stockctl", "submit", "--agency", "shutterstock", "--test-login"],
            cwd=ROOT,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        client, _ = silent.accept()
        client.close()
        for process in os.listdir("/proc"):  # noqa: PTH208 - numbers only
            if process.isdigit():
                try:
                    with open(f"/proc/{process}/cmdline", "rb") as file:  # noqa: PTH123 - as any program would
                        seen.append(file.read())
                except OSError:
                    continue
        run.kill()
        run.wait()
    assert any(b"--test-login" in arguments for arguments in seen)
    assert not any(PASSWORD.encode() in arguments for arguments in seen)
    assert tmp_path.exists()
