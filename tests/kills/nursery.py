"""A process that has the program's modules loaded, and has a child of it for each command: killed, it costs little.

It reads requests as lines of JSON from a socket, and answers each with a line:
`start` forks a child, which stops itself before the command begins, and gives
its number; `wait` gives how a child ended.
"""

from __future__ import annotations

import atexit
import contextlib
import ctypes
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from tests.conftest import ROOT
from tests.kills import calls

if TYPE_CHECKING:
    from collections import Counter

_PR_SET_PTRACER, _ANYBODY = 0x59616D61, ctypes.c_ulong(-1)
# What the commands draw in by themselves, and would draw in anew for every child.
_MODULES = (
    *(
        "stockctl.check.run.pipeline",
        "stockctl.media.decoding.decode",
        "stockctl.check.contents",
        "stockctl.check.similar.pairs",
        "stockctl.keyword.run",
    ),
    *("stockctl.submit.run", "stockctl.earnings.run", "stockctl.campaign.run", "stockctl.review.run", "rich.console"),
)


# The clock takes its place before any module takes the names over.
_BEGIN = "from tests import clock; clock.install(); from tests.kills.nursery import serve; serve({})"


@dataclass
class Child:
    """A command in a process of its own; it begins when it is `let_go`."""

    pid: int
    out: IO[str]
    err: IO[str]
    listening: calls.Listening | None = None
    returncode: int | None = field(default=None)

    def let_go(self) -> None:
        """Let the command begin, and have it stopped until then."""
        while _state(self.pid) not in {"T", "t", "Z"}:
            time.sleep(0.001)
        os.kill(self.pid, signal.SIGCONT)

    def counted(self, call: str = "", when: int = 0) -> Counter[str]:
        """Let it go and return how often it makes each call; kill it before it makes `call` for the `when`th time."""
        if self.listening is None:
            raise ValueError("it was not started to be counted")
        counts = self.listening.watch(self.pid, self.let_go, call, when)
        self.wait()
        return counts

    def traced(self, strace: list[str]) -> None:
        """Have strace watch it from before it begins; it ends when the child does."""
        while _state(self.pid) != "T":
            time.sleep(0.001)
        with subprocess.Popen(
            [*strace, "-p", str(self.pid)], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
        ) as watching:
            while "TracerPid:\t0\n" in _status(self.pid):
                if watching.poll() is not None:
                    os.kill(self.pid, signal.SIGKILL)
                    raise RuntimeError(f"strace: {watching.stderr.read() if watching.stderr else ''!r}")
                time.sleep(0.001)
            os.kill(self.pid, signal.SIGCONT)
            self.wait()

    def wait(self) -> int:
        """Return its exit code once it has ended; below zero the signal that killed it, as `subprocess` has it."""
        if self.returncode is None:
            self.returncode = _nursery().asked({"wait": self.pid})
        return self.returncode

    def ends_within(self, seconds: float) -> bool:
        """Whether it ends by itself within so many seconds."""
        until = time.monotonic() + seconds
        while _state(self.pid) not in {"Z", ""}:
            if time.monotonic() > until:
                return False
            time.sleep(0.001)
        return True

    def said(self) -> tuple[str, str]:
        """Return what it printed, once it has ended."""
        self.wait()
        texts = []
        for file in (self.out, self.err):
            file.seek(0)
            texts.append(file.read())
            file.close()
        return texts[0], texts[1]


def start(
    arguments: list[str], environment: dict[str, str], *, largest: int = 0, counted: bool = False, shifted_s: int = 0
) -> Child:
    """Have a child for a command; its files grow no further than `largest` bytes, where that is given.

    `counted` has the kernel ask about its calls, see `Child.counted`; `shifted_s`
    is how wrong its clock is.
    """
    listening = calls.Listening() if counted else None
    out, err = (tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") for _ in "oe")  # noqa: SIM115 - closed when read
    paths = [f"/proc/{os.getpid()}/fd/{file.fileno()}" for file in (out, err)]
    asked = {
        "start": arguments,
        "environment": environment,
        "largest": largest,
        "shifted_s": shifted_s,
        "paths": paths,
        "asked_about": listening.place if listening else "",
    }
    return Child(_nursery().asked(asked), out, err, listening)


def _status(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    except OSError:
        return ""


def _state(pid: int) -> str:
    return next((line.split()[1] for line in _status(pid).splitlines() if line.startswith("State:")), "")


class _Nursery:
    def __init__(self) -> None:
        ours, theirs = socket.socketpair()
        self._process = subprocess.Popen(
            [sys.executable, "-c", _BEGIN.format(theirs.fileno())],
            pass_fds=[theirs.fileno()],
            stdin=subprocess.DEVNULL,
            cwd=ROOT,
            # A child of a process with threads may hang.
            env=os.environ | {"PYTHONDONTWRITEBYTECODE": "1", "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"},
        )
        theirs.close()
        self._wire = ours.makefile("rw", encoding="utf-8")
        ours.close()
        atexit.register(self._close)

    def asked(self, request: dict[str, Any]) -> int:
        self._wire.write(json.dumps(request) + "\n")
        self._wire.flush()
        return int(self._wire.readline())

    def _close(self) -> None:
        with contextlib.suppress(OSError):
            self._wire.close()
        self._process.wait(10)


@cache
def _nursery() -> _Nursery:
    return _Nursery()


def serve(descriptor: int) -> None:
    """Be the process that has the children."""
    import importlib

    for name in _MODULES:
        importlib.import_module(name)
    import cv2

    from stockctl.words import lemma

    cv2.setNumThreads(1)
    # The dictionary of forms takes a second to load.
    lemma.key("photographs")
    with socket.socket(fileno=descriptor) as wire, wire.makefile("rw", encoding="utf-8") as lines:
        while line := lines.readline():
            request = json.loads(line)
            if "wait" in request:
                _, status = os.waitpid(request["wait"], 0)
                answer = os.waitstatus_to_exitcode(status)
            else:
                answer = os.fork()
                if not answer:
                    os.close(descriptor)
                    _be_child(request)
            lines.write(f"{answer}\n")
            lines.flush()


def _be_child(request: dict[str, Any]) -> None:
    """Run the command and end; it never returns."""
    code = 70
    try:
        from tests import clock
        from tests.kills import inside

        clock.shift(request["shifted_s"])

        for number, path in enumerate(request["paths"], 1):
            os.dup2(os.open(path, os.O_WRONLY | os.O_APPEND), number)
        os.environ.update(request["environment"])
        # Where only descendants may be watched (Yama), strace is none.
        ctypes.CDLL(None).prctl(_PR_SET_PTRACER, _ANYBODY, 0, 0, 0)
        if request["largest"]:
            import resource

            resource.setrlimit(resource.RLIMIT_FSIZE, (request["largest"], request["largest"]))
        if request["asked_about"]:
            calls.asked_about(request["asked_about"])
        os.kill(os.getpid(), signal.SIGSTOP)
        import pytest

        with pytest.MonkeyPatch.context() as patch:
            inside(patch, request["start"])
    except SystemExit as left:
        code = int(left.code or 0)
    except BaseException:  # noqa: BLE001 - it is told on stderr
        import traceback

        traceback.print_exc()
    finally:
        for stream in (sys.stdout, sys.stderr):
            with contextlib.suppress(OSError, ValueError):
                stream.flush()
        os._exit(code)
