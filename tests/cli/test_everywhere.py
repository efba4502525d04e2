"""What every command has, and what the program says of a call that is wrong."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from stockctl import __version__
from stockctl.cli import program as parser
from stockctl.cli.everywhere import commands
from stockctl.cli.topics import topics
from stockctl.report.moment import local
from tests.conftest import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.conftest import Run

ALL = dict(commands(parser()))
LEAVES = {words: command for words, command in ALL.items() if not hasattr(command, "commands")}


@pytest.mark.parametrize(
    ("call", "error", "hint"),
    [
        (["chek"], "no such command 'chek'", "did you mean check?"),
        (["check", "--agancy", "x"], "no such option: --agancy", "did you mean --agency?"),
        (["check", "--workers", "0"], "--workers: 0 is too small: 1 at least", "stockctl check --help"),
        (["undo", "x"], "BATCH: 'x' is no whole number", "stockctl undo --help"),
        (["login"], "AGENCY is missing", "stockctl agencies"),
        (["keyword", "--english", "fr"], "--english: 'fr' is not one of 'us', 'uk', 'both'", "keyword --help"),
        (["vision", "us"], "no such command 'us'", "did you mean use?"),
        (["help", "grond"], "grond: no such command or topic", "did you mean grounds?"),
        (["help", "noise"], "noise: this is a rule, no topic", "stockctl check --explain noise"),
    ],
)
def test_a_wrong_call_is_told_as_every_error_is(
    stockctl: Callable[..., Run], call: list[str], error: str, hint: str
) -> None:
    run = stockctl(*call)
    assert run.code == 2
    first, second = run.err.splitlines()
    assert first == f"error: {error}"
    assert second.startswith("hint: ")
    assert hint in second


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("sample_assets/fotos", "sample_assets/photos"),
        ("sample_assets/photo/desert", "sample_assets/photos/desert"),
        ("sample_assets/README.mk", "sample_assets/README.md"),
    ],
)
@pytest.mark.parametrize(
    "call", [["check"], ["status"], ["desk"], ["submit", "--agency", "alamy"], ["keyword", "x", "--copy-from"]]
)
def test_a_path_that_is_not_there_is_told_with_the_nearest(
    stockctl: Callable[..., Run], monkeypatch: pytest.MonkeyPatch, call: list[str], typed: str, meant: str
) -> None:
    monkeypatch.chdir(ROOT)
    run = stockctl(*call, typed)
    assert run.code in {1, 2}
    assert f"error: {typed}: no such file or folder\nhint: did you mean {meant}?" in run.err


def test_a_statement_that_is_not_there_is_told_with_the_nearest(program: Callable[..., Run]) -> None:
    run = program("earnings", "sample_assets/statements/mine-2025.csv")
    assert run.code == 2
    assert "did you mean sample_assets/statements/mine-2026.csv?" in run.err


def test_the_version_has_a_short_option(stockctl: Callable[..., Run]) -> None:
    assert stockctl("-V").out == f"stockctl {__version__}\n"


@pytest.mark.parametrize("words", LEAVES, ids=" ".join)
def test_every_command_can_be_quiet(words: tuple[str, ...], stockctl: Callable[..., Run]) -> None:
    assert re.search(r"(-q, --quiet|--quiet, -q)", stockctl(*words, "--help").out)


def test_quiet_leaves_out_notes_but_no_errors(home: Path, stockctl: Callable[..., Run]) -> None:
    from PIL import Image

    Image.new("RGB", (64, 48), "teal").save(home / "boat.jpg")
    (home / "words.csv").write_text("file,title,description,keywords\n", encoding="utf-8")
    call = ("keyword", home, "--apply", home / "words.csv")
    assert "has no row in the table" in stockctl(*call).err
    assert stockctl(*call, "--quiet").err == ""
    (home / "words.csv").write_text("file,title,description,keywords\nnone.jpg,a,b,c\n", encoding="utf-8")
    assert "none.jpg" in stockctl(*call, "-q").out


@pytest.mark.parametrize("topic", topics())
def test_every_topic_is_a_page(topic: str, stockctl: Callable[..., Run]) -> None:
    run = stockctl("help", topic)
    assert run.code == 0
    assert run.out.startswith("# ")
    assert 8 < len(run.out.splitlines()) < 60
    assert max(map(len, run.out.splitlines())) <= 92
    assert topic in stockctl("help").out
    assert stockctl("help", topic, "--json").json["text"] == run.out.strip()


def test_help_explains_commands_by_their_words(stockctl: Callable[..., Run]) -> None:
    for words in LEAVES:
        assert stockctl("help", *words).out == stockctl(*words, "--help").out


def test_topics_and_messages_name_commands_and_options_that_exist() -> None:
    """`stockctl WORDS --option` in a topic is a call that the parser takes."""
    for name, text in topics().items():
        for call in re.findall(r"`(?:stockctl )((?:[a-z][a-z-]* )*[a-z][a-z-]*)(.*?)`", " ".join(text.split())):
            words = tuple(call[0].split())
            known = next((words[:count] for count in (2, 1) if words[:count] in ALL), None)
            assert known, (name, call)
            options = {option for parameter in ALL[known].params for option in parameter.opts}
            assert set(re.findall(r"--[a-z-]+", call[1])) <= options | {"--help"}, (name, call)


def _complete(shell: str, line: str, **environment: str) -> str:
    words = line.split(" ")
    asked = {
        "_STOCKCTL_COMPLETE": f"complete_{shell}",
        "COMP_WORDS": "\n".join(words),
        "COMP_CWORD": str(len(words) - 1),
        "_TYPER_COMPLETE_ARGS": line,
        "_TYPER_COMPLETE_WORD_TO_COMPLETE": words[-1],
        "_TYPER_COMPLETE_FISH_ACTION": "get-args",
    }
    done = subprocess.run(
        [sys.executable, "-m", "stockctl"],
        env=os.environ | asked | environment,
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
    )
    assert done.stderr == ""
    return done.stdout


@pytest.mark.parametrize(
    ("line", "offered"),
    [
        ("stockctl sub", {"submit"}),
        ("stockctl check --agency shut", {"shutterstock"}),
        ("stockctl login al", {"alamy"}),
        ("stockctl check --ignore out-of", {"out-of-focus"}),
        ("stockctl keyword --preset ba", {"bali", "banda"}),
        ("stockctl vision use gem", {"gemini"}),
        ("stockctl help exit", {"exit-codes"}),
        ("stockctl undo --js", {"--json"}),
    ],
)
def test_a_shell_is_told_what_may_stand_there(home: Path, line: str, offered: set[str]) -> None:
    (home / "stockctl.toml").write_text("[presets.bali]\nlimit = 3\n[presets.banda]\nlimit = 3\n", encoding="utf-8")
    found = set(re.findall(r"[\w-]+", _complete("bash", line)))
    assert offered <= found
    assert "dreamstime" not in found


@pytest.mark.usefixtures("home")
@pytest.mark.parametrize("shell", ["zsh", "fish", "powershell"])
def test_every_shell_is_answered_with_what_a_name_is(shell: str) -> None:
    answer = _complete(shell, "stockctl check --agency shut")
    assert "shutterstock" in answer
    assert "Shutterstock" in answer


def test_completion_does_not_mind_broken_settings(home: Path) -> None:
    (home / "stockctl.toml").write_text("[presets\n", encoding="utf-8")
    assert "shutterstock" in _complete("bash", "stockctl check --agency shut")


def test_options_that_name_an_agency_a_rule_or_a_preset_complete_it() -> None:
    named = {"agency", "preset", "vision"}
    for words, command in LEAVES.items():
        for parameter in command.params:
            typed = isinstance(parameter.name, str) and parameter.name in named
            if typed or getattr(parameter, "metavar", "") == "RULE":
                assert parameter._custom_shell_complete is not None, (words, parameter.name)


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish", "powershell"])
def test_the_script_for_a_shell_asks_this_program(shell: str, stockctl: Callable[..., Run]) -> None:
    script = stockctl("completion", shell).out
    assert "_STOCKCTL_COMPLETE" in script
    assert f"complete_{shell}" in script
    assert f"stockctl completion {shell}" in stockctl("completion").out
    if shell == "bash":
        subprocess.run(["bash", "-n"], input=script, text=True, check=True)


def test_bash_completes_by_the_script(home: Path, stockctl: Callable[..., Run]) -> None:
    script = stockctl("completion", "bash").out
    (home / "bin").mkdir()
    (home / "bin/stockctl").write_text(f'#!/bin/sh\nexec {sys.executable} -m stockctl "$@"\n', encoding="utf-8")
    (home / "bin/stockctl").chmod(0o755)
    ask = (
        f"{script}\nCOMP_WORDS=(stockctl check --agency shut) COMP_CWORD=3\n"
        '_stockctl_completion stockctl\necho "${COMPREPLY[@]}"\n'
    )
    done = subprocess.run(
        ["bash", "--norc", "-c", ask],
        env=os.environ | {"PATH": f"{home / 'bin'}:{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
    )
    assert done.stdout == "shutterstock\n"


def test_moments_are_told_by_the_clock_on_the_wall(program: Callable[..., Run], home: Path) -> None:
    from PIL import Image

    Image.new("RGB", (64, 48), "teal").save(home / "boat.jpg")
    assert program("keyword", home, "--set", "boat").code == 0
    at = program("history", "--json").json["batches"][0]["at"]
    assert at.endswith("+00:00")
    here, there = (program("history", TZ=zone).out for zone in ("Asia/Jakarta", "UTC"))
    assert f"{at[:10]} {at[11:16]}" in there
    assert here != there


def test_a_moment_with_a_zone_is_local(monkeypatch: pytest.MonkeyPatch) -> None:
    import time

    monkeypatch.setenv("TZ", "Asia/Jakarta")
    time.tzset()
    try:
        assert local("2026-11-29T20:30:00+00:00") == "2026-11-30 03:30"
    finally:
        monkeypatch.undo()
        time.tzset()
