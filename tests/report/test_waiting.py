"""A file that does not answer is named, and Ctrl-C ends the program all the same."""

from __future__ import annotations

import itertools
import os
import signal
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

from stockctl.check.run import pool
from stockctl.report import waiting
from tests.conftest import ROOT


def test_what_takes_long_is_named_less_and_less_often(monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    told = waiting.Told(said.append)
    monkeypatch.setattr(time, "monotonic", itertools.count(0.0, 10.0).__next__)
    for _ in range(20):
        told.look([(1, Path("slow.jpg"), 0.0)])
    assert [text.partition(":")[0] for text in said] == [
        f"waiting for slow.jpg since {seconds} s" for seconds in (30, 60, 120)
    ]
    # Another file begins anew.
    told.look([(2, Path("next.jpg"), 195.0)])
    assert len(said) == 3


@dataclass(frozen=True)
class Done:
    path: Path


def work(path: Path, seconds: float) -> Done:
    time.sleep(seconds)
    return Done(path)


def test_the_file_that_a_process_is_at_for_long_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(waiting, "FIRST_S", 0.3)
    monkeypatch.setattr(pool, "LOOK_S", 0.1)
    tasks = {Path("slow.jpg"): 2.0} | {Path(f"{number}.jpg"): 0.0 for number in range(3)}
    assert {done.path for done in pool.each(work, tasks, 2, Done)} == set(tasks)
    assert "waiting for slow.jpg since " in capsys.readouterr().err


_STUCK = """
import ctypes, signal, sys, threading, time
from pathlib import Path
from stockctl.report import waiting
waiting.FIRST_S = 0.5
# As where the kernel waits for a disk: nothing of this process hears a signal.
def stuck():
    with waiting.waiting_for(Path("gone.jpg")):
        time.sleep(600)
if sys.argv[1] == "here":
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    stuck()
done = threading.Event()
try:
    threading.Thread(target=stuck).start()
    done.wait()
except KeyboardInterrupt:
    waiting.interrupted()
    done.wait()
"""


@pytest.mark.skipif(sys.platform == "win32", reason="signals are POSIX's")
@pytest.mark.parametrize("where", ["here", "thread"])
def test_ctrl_c_ends_a_program_that_waits_for_a_disk(where: str) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", _STUCK, where], cwd=ROOT, stderr=subprocess.PIPE, text=True, env=os.environ
    ) as process:
        assert process.stderr is not None
        guard = threading.Timer(60, process.kill)
        guard.start()
        assert process.stderr.readline().startswith("waiting for gone.jpg since ")
        process.send_signal(signal.SIGINT)
        assert process.stderr.read().endswith("stopped: gone.jpg does not answer; it was left as it is\n")
        guard.cancel()
    assert process.returncode == 130
