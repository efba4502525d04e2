"""Servers and names that would command the terminal: real servers' banners, every reply, progress bars."""

from __future__ import annotations

import os
import re
import select
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

from tests.conftest import ROOT
from tests.pictures import jpeg, put
from tests.servers.moody import Moody
from tests.servers.sshd import sshd
from tests.servers.vsftpd import vsftpd
from tests.submit import batch
from tests.submit.outside import configure

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.conftest import Run

CLEAR, TITLE, TURN, CSI = "\x1b[2J\x1b[1;31m", "\x1b]0;owned\x07", "\u202e", "\x9b2J"
HOSTILE = f"wel{CLEAR}co{TITLE}me{TURN}{CSI}\u200b"


def bare(text: str) -> bool:
    """Whether nothing in a text moves the cursor or hides a part."""
    return not set(text) & set("\x1b\x9b\u202e\u200b\u2028\r\x07\x08")


def check_bare(*runs: Run) -> None:
    for run in runs:
        assert run.out + run.err
        assert bare(run.out), run.out
        assert bare(run.err), run.err


def test_a_banner_of_a_real_ftp_server(
    ground: Path, stockctl: Callable[..., Run], home: Path, monkeypatch: pytest.MonkeyPatch, check: batch.Check
) -> None:
    assert check
    server = vsftpd(ground, tls=False, more=f"ftpd_banner={HOSTILE}")
    server.start()
    try:
        configure(home, server, "pond5", monkeypatch)
        check_bare(
            stockctl("submit", "--agency", "pond5", "--test-login"),
            stockctl("submit", "--agency", "pond5", "--test-login", "--json"),
        )
        configure(home, server, "pond5", monkeypatch, user="nobody-known")
        check_bare(stockctl("submit", "--agency", "pond5", "--test-login"))
        configure(home, server, "pond5", monkeypatch, folder=f"drop/no{CLEAR}where".encode("unicode_escape").decode())
        check_bare(stockctl("submit", "--agency", "pond5", "--test-login"))
    finally:
        server.stop()


def test_a_banner_of_a_real_ssh_server(
    ground: Path, stockctl: Callable[..., Run], home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = sshd(ground)
    (ground / "banner").write_text(f"{HOSTILE}\n{HOSTILE}\n", encoding="utf-8")
    with (ground / "sshd_config").open("a") as settings:
        settings.write(f"Banner {ground}/banner\nVersionAddendum none\n")
    server.start()
    try:
        configure(home, server, "adobe_stock", monkeypatch)
        command = ("submit", "--agency", "adobe_stock", "--test-login")
        check_bare(stockctl(*command), stockctl(*command, "--accept-new-host-key"), stockctl(*command, "--json"))
        monkeypatch.setenv("STOCKCTL_ADOBE_STOCK_PASSWORD", "wrong")
        check_bare(stockctl(*command))
    finally:
        server.stop()


@pytest.mark.parametrize("word", ["HELLO", "USER", "PASS", "PWD", "TYPE", "CWD", "EPSV", "STOR", "SIZE", "MLSD"])
@pytest.mark.parametrize("code", ["", "550 "], ids=["as it likes", "refused"])
def test_every_reply_of_a_hostile_server(
    word: str,
    code: str,
    send: Callable[..., Run],
    stockctl: Callable[..., Run],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # A server that takes no data is waited for again and again.
    monkeypatch.setattr("stockctl.submit.account.STALL_SECONDS", 1.0)
    usual = {"HELLO": "220", "USER": "331", "PASS": "230", "PWD": "257", "CWD": "250", "SIZE": "213", "EPSV": "229"}
    reply = f'{code or usual.get(word, "200") + " "}{HOSTILE} "/{CLEAR}"'
    batch.files(tmp_path / "in", "a.jpg", "b.jpg")
    with Moody(tmp_path / "drop", {word: [reply] * 20}) as moody:
        run = send(moody.server, connections=1)
        check_bare(run)
        check_bare(
            stockctl("submit", tmp_path / "in", "--agency", "pond5", "--retry-failed"),
            stockctl("submit", "--agency", "pond5", "--test-login"),
            stockctl("submit", "--status"),
        )


def drawn(command: list[str], environment: dict[str, str]) -> str:
    """Run a program on a terminal of its own and return all that it draws there."""
    import pty

    master, slave = pty.openpty()
    process = subprocess.Popen(
        command,
        stdin=slave,
        stdout=slave,
        stderr=slave,
        cwd=ROOT,
        env=os.environ | environment | {"TERM": "xterm-256color", "COLUMNS": "200"},
    )
    os.close(slave)
    data = b""
    end = time.monotonic() + 120
    try:
        while time.monotonic() < end:
            if select.select([master], [], [], 0.2)[0]:
                try:
                    piece = os.read(master, 65536)
                except OSError:
                    break
                if not piece:
                    break
                data += piece
        assert process.wait(10) in {0, 1}, data.decode("utf-8", "replace")
    finally:
        process.kill()
        os.close(master)
    return data.decode("utf-8", "replace")


def strangers(text: str) -> list[str]:
    """Return what in a terminal's stream is none of a progress bar's own: it moves the cursor, colours and erases."""
    ours = re.sub(r"\x1b\[[0-9;?]*[ABCDGHJKmhl]|\r", "", text.replace(CLEAR, "\x1b!"))
    return re.findall(r"[\x1b\x9b\x07\x08\u202e\u200b].{0,20}", ours)


@pytest.fixture
def shoot(tmp_path: Path) -> Path:
    """Pictures whose names would command the terminal, or are rich's markup."""
    folder = tmp_path / "in"
    for number, name in enumerate((f"a{CLEAR}{TITLE}", f"b{TURN}{CSI}", "c[red]", "d[/bold]", "e[link=x]f")):
        put(folder / f"{name}.jpg", jpeg(1000, 700, seed=number))
    return folder


@pytest.mark.skipif(sys.platform == "win32", reason="pseudo-terminals are POSIX")
@pytest.mark.parametrize(
    "command", [("check", "--workers", "1"), ("keyword", "--dry-run", "--vision", "none")], ids=lambda one: one[0]
)
def test_names_in_a_progress_bar(command: tuple[str, ...], home: Path, shoot: Path) -> None:
    assert home.is_dir()
    text = drawn([sys.executable, "-m", "stockctl", *command, str(shoot)], {})
    assert "c[red].jpg" in text
    assert not strangers(text)


@pytest.mark.skipif(sys.platform == "win32", reason="pseudo-terminals are POSIX")
def test_names_in_the_bars_of_an_upload(
    home: Path, shoot: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each file in flight has a bar with its name; the server's words come between."""
    with Moody(tmp_path / "drop", {"HELLO": [f"220 {HOSTILE}"] * 9, "STOR": [f"550 {HOSTILE}", "as usual"]}) as moody:
        configure(home, moody.server, "pond5", monkeypatch)
        text = drawn([sys.executable, "-m", "tests.kills", "submit", str(shoot), "--agency", "pond5"], {})
    assert len(list((tmp_path / "drop").iterdir())) == 4
    assert "Traceback" not in text
    assert not strangers(text)
