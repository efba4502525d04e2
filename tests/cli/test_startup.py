"""The program itself: quick to start, exact about exit codes, a report for every bug."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from stockctl import __version__
from stockctl.cli import COMMANDS

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.conftest import Run

HEAVY = (
    *("numpy", "cv2", "PIL", "simplejpeg", "piexif", "keybert", "sklearn", "scipy", "tokenizers", "sqlite_utils"),
    *("httpx", "pycurl", "rich", "jinja2", "openpyxl", "pymediainfo", "sqlite3", "symspellpy"),
    *("onnxruntime", "torch", "simplemma"),
)


def test_help_imports_nothing_heavy() -> None:
    code = (
        "import sys\nfrom stockctl.cli import main\n"
        "try:\n    main(['--help'])\nexcept SystemExit:\n    pass\n"
        "print('LOADED', *sorted(set(name.partition('.')[0] for name in sys.modules)))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = set(done.stdout.partition("LOADED")[2].split())
    assert "typer" in loaded
    assert loaded.isdisjoint(HEAVY)


def test_the_list_of_commands_cuts_no_sentence_off(stockctl: Callable[..., Run]) -> None:
    listed = stockctl("--help").out.partition("Commands:")[2].partition("Topics")[0]
    assert "serves until Ctrl-C." in " ".join(listed.split())
    assert "..." not in listed
    for group in ("words", "db", "release", "campaign", "models", "vision", "config"):
        assert "..." not in stockctl(group, "--help").out.partition("Commands:")[2], group


def test_a_call_imports_the_command_that_is_called_alone() -> None:
    code = (
        "import sys\nfrom stockctl.cli import main\n"
        "try:\n    main(['earnings', '--help'])\nexcept SystemExit:\n    pass\n"
        "commands = ('stockctl.cli.stages.', 'stockctl.cli.keeping.')\n"
        "print('LOADED', *(name for name in sys.modules if name.startswith(commands)))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.partition("LOADED")[2].split() == ["stockctl.cli.stages.earnings"]


def test_a_command_on_a_catalogue_that_needs_no_change_does_without_sqlite_utils(program: Callable[..., Run]) -> None:
    assert program("status").code == 0
    again = program("status", PYTHONPROFILEIMPORTTIME="1")
    assert "stockctl.catalogue.sent.ledger" in again.err
    assert "sqlite_utils" not in again.err


def test_our_agencies_are_taken_up_without_reading_their_files_again(program: Callable[..., Run]) -> None:
    call = ("agencies", "alamy", "--json")
    first = program(*call, PYTHONDONTWRITEBYTECODE="")
    again = program(*call, PYTHONPROFILEIMPORTTIME="1")
    assert again.out == first.out
    assert "stockctl.agencies.load" in again.err
    assert "tomllib" not in again.err


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help(name: str, stockctl: Callable[..., Run]) -> None:
    run = stockctl(name, "--help")
    assert run.code == 0
    assert len(run.out.splitlines()) > 4


def test_version(stockctl: Callable[..., Run]) -> None:
    assert stockctl("--version").out == f"stockctl {__version__}\n"


@pytest.mark.parametrize("arguments", [["chek"], ["check", "--no-such-option"], ["check", "--workers", "0"]])
def test_a_wrong_call_exits_with_2(stockctl: Callable[..., Run], arguments: list[str]) -> None:
    run = stockctl(*arguments)
    assert run.code == 2
    assert run.out == ""


def test_a_bug_writes_a_report_and_exits_with_3(
    stockctl: Callable[..., Run], home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        msg = "the unexpected"
        raise ZeroDivisionError(msg)

    monkeypatch.setattr("stockctl.config.load_settings", fail)
    run = stockctl("check", home)
    assert run.code == 3
    (report,) = (home / "data").rglob("bug-*.txt")
    assert str(report) in run.err
    assert "the unexpected" in report.read_text()


def test_output_of_names_that_are_no_text_does_not_fail(program: Callable[..., Run], tmp_path: Path) -> None:
    odd = os.fsencode(tmp_path) + b"/caf\xe9.jpg"
    with open(odd, "wb") as file:  # noqa: PTH123 - a name that is no text
        file.write(b"no picture")
    run = program("check", tmp_path, "--json", PYTHONIOENCODING="utf-8")
    assert run.code == 1
    assert len(run.json["errors"]) == 1


# The stage that each command calls, and how much of the CPU time of `--help` it may take until then. Both are measured
# side by side, as a machine that is busy takes longer for both.
BEGINNINGS = {
    "desk": ("stockctl.desk.server", 1.6),
    "earnings": ("stockctl.earnings.run", 1.8),
    "submit": ("stockctl.submit.run", 2.1),
    "check": ("stockctl.check.run.pipeline", 2.1),
    "keyword": ("stockctl.keyword.run", 2.6),
}
_UNTIL = """
import importlib, importlib.util, sys, time
from stockctl.cli import main

class Watch:
    def find_spec(self, name, path, target=None):
        if name != {module!r}:
            return None
        sys.meta_path.remove(self)
        spec = importlib.util.find_spec(name)
        load = spec.loader.exec_module
        def loaded(module):
            load(module)
            def run(*_, **__):
                raise KeyboardInterrupt
            module.run = run
        spec.loader.exec_module = loaded
        return spec

sys.meta_path.insert(0, Watch())
try:
    main({arguments!r})
except SystemExit as ended:
    print("CPU", ended.code, time.process_time())
"""


def _cpu(module: str, arguments: list[str], code: int) -> float:
    done = subprocess.run(
        [sys.executable, "-c", _UNTIL.format(module=module, arguments=arguments)],
        capture_output=True,
        text=True,
        check=True,
    )
    ended, seconds = done.stdout.partition("CPU")[2].split()
    assert int(ended) == code, done.stdout + done.stderr
    return float(seconds)


@pytest.mark.parametrize("command", BEGINNINGS)
def test_a_command_begins_its_work_soon(home: Path, command: str) -> None:
    module, most = BEGINNINGS[command]
    (home / "a.jpg").write_bytes(b"")
    paths = [] if command in {"desk", "earnings"} else [str(home / "a.jpg")]
    call = [command, *paths, *(["--agency", "alamy"] if command == "submit" else [])]
    _cpu(module, call, 130)
    pairs = [(_cpu(module, call, 130), _cpu(module, ["--help"], 0)) for _ in range(3)]
    assert min(begun for begun, _ in pairs) <= most * min(helped for _, helped in pairs)
