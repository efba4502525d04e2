"""However the suite is started, it ends: children hear Ctrl-C, and a test that hangs is one failure."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def _pytest(*arguments: str, ignored: bool = False, seconds: float = 300) -> subprocess.CompletedProcess[str]:
    """Run pytest as a process of its own; `ignored`: as nohup and `&` start it."""
    before = signal.getsignal(signal.SIGINT)
    if ignored:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        process = subprocess.Popen(
            [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            cwd=ROOT,
            env={name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")},
        )
    finally:
        signal.signal(signal.SIGINT, before)
    try:
        out, _ = process.communicate(timeout=seconds)
    finally:
        process.kill()
    return subprocess.CompletedProcess(process.args, process.returncode, out, "")


@pytest.mark.skipif(sys.platform == "win32", reason="pseudo-terminals are POSIX")
def test_children_hear_ctrl_c_also_where_the_suite_was_started_with_it_ignored() -> None:
    done = _pytest("tests/keyword/test_interactive.py", "-k", "ctrl_c", "--timeout=60", ignored=True)
    assert done.returncode == 0, done.stdout[-2000:]


@pytest.mark.skipif(not hasattr(signal, "SIGALRM"), reason="the time limit is an alarm")
@pytest.mark.parametrize("spread", [(), ("-n", "1")], ids=["here", "xdist"])
def test_a_test_that_hangs_is_one_failure_and_the_rest_goes_on(tmp_path: Path, spread: tuple[str, ...]) -> None:
    (tmp_path / "test_hanging.py").write_text(
        "import os\ndef test_hangs() -> None:\n    os.read(os.pipe()[0], 1)\ndef test_after() -> None:\n    pass\n",
        encoding="utf-8",
    )
    began = time.monotonic()
    config = str(ROOT / "pyproject.toml")
    done = _pytest("-c", config, str(tmp_path), "-o", "timeout=2", f"--rootdir={tmp_path}", *spread, seconds=60)
    assert done.returncode == 1
    assert "1 failed, 1 passed" in done.stdout, done.stdout[-2000:]
    assert time.monotonic() - began < 60


def test_every_test_has_a_time_limit() -> None:
    done = _pytest("tests/suite", "--collect-only", "-v")
    assert "timeout: 600.0s" in done.stdout, done.stdout[-2000:]
