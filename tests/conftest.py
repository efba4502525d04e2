"""What every test has: a home of its own and the program to run in it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, settings

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).parents[1]

# How fast a machine draws is not what is tested. The same tests draw the same examples, wherever they run, as
# Hypothesis itself has it for CI; what runs long, and may find something new, draws afresh: STOCKCTL_TEST_DRAWS=fresh.
settings.register_profile(
    "unhurried",
    settings(),
    deadline=None,
    derandomize=os.environ.get("STOCKCTL_TEST_DRAWS") != "fresh",
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("unhurried")

# What long runs are told: how often to draw, and where to count the kills.
OF_TESTS = frozenset({"STOCKCTL_SOAK_DRAWS", "STOCKCTL_TEST_DRAWS", "STOCKCTL_TEST_KILLS"})

# Several threads for small matrices only wait for one another where tests run beside each other.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

# An hour: no soak test takes longer on two cores.
SOAK_LIMIT_S = 3600


def pytest_configure() -> None:
    """Give the children their signals back where whoever started the tests ignores them, as nohup and `&` do.

    An ignored signal is handed on to every program that is started; one that is
    handled is not. The handler does nothing, so the tests themselves go on
    ignoring it.
    """
    for name in ("SIGINT", "SIGQUIT", "SIGHUP"):
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) == signal.SIG_IGN:
            signal.signal(number, lambda *_: None)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Give the long runs the time that they need."""
    for item in items:
        if item.get_closest_marker("soak") and not item.get_closest_marker("timeout"):
            item.add_marker(pytest.mark.timeout(SOAK_LIMIT_S))


@dataclass(frozen=True)
class Run:
    """One run of the program: its exit code and what it printed."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> dict[str, Any]:
        document: dict[str, Any] = json.loads(self.out)
        return document


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty home: catalogue, settings and data folder of their own."""
    folder = tmp_path / "home"
    folder.mkdir()
    for name in [name for name in os.environ if name.startswith("STOCKCTL_") and name not in OF_TESTS]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(folder))
    monkeypatch.setenv("XDG_DATA_HOME", str(folder / "data"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(folder / "config"))
    monkeypatch.setenv("STOCKCTL_DB", str(folder / "catalogue.db"))
    monkeypatch.setenv("STOCKCTL_CONFIG", str(folder / "stockctl.toml"))
    return folder


@pytest.fixture
def stockctl(home: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Callable[..., Run]:
    """Run the program in this process and return what it did.

    It works here alone unless it is told `--workers N`: processes of a pool take longer to begin than a test's few
    pictures, and have tests of their own.
    """
    assert home.is_dir()
    monkeypatch.setattr(os, "cpu_count", lambda: 1)

    def run(*arguments: str | Path) -> Run:
        from stockctl.cli import main

        capfd.readouterr()
        code = 0
        try:
            main([str(argument) for argument in arguments])
        except SystemExit as exit_:
            code = int(exit_.code or 0)
        out, err = capfd.readouterr()
        return Run(code, out, err)

    return run


@pytest.fixture
def program(home: Path) -> Callable[..., Run]:
    """Run the program as a process of its own, as a shell would."""
    assert home.is_dir()

    def run(*arguments: str | Path, **environment: str) -> Run:
        done = subprocess.run(
            [sys.executable, "-m", "stockctl", *map(str, arguments)],
            capture_output=True,
            text=True,
            cwd=ROOT,
            env=os.environ | environment,
            timeout=300,
            check=False,
        )
        return Run(done.returncode, done.stdout, done.stderr)

    return run
