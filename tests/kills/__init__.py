"""Kill the program at a system call that it makes, as power, an impatient person or the kernel would, and look."""

from __future__ import annotations

import contextlib
import io
import os
import re
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from stockctl.cli import main
from stockctl.files import append
from tests.conftest import ROOT, Run
from tests.programs import needs
from tests.submit import batch

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

# Every call by which bytes, names or times on a disk change, or are forced to it.
CALLS = (
    *("rename", "renameat2", "link", "linkat", "unlink", "unlinkat", "mkdir"),
    *("fsync", "fdatasync", "ftruncate", "write", "pwrite64", "copy_file_range", "utimensat", "fchmod"),
)


@dataclass(frozen=True)
class Program:
    """The program in a process of its own; `environment` leads it to a home."""

    environment: dict[str, str]

    def command(self, *arguments: str | Path) -> list[str]:
        return [sys.executable, "-m", "tests.kills", *map(str, arguments)]

    def run(self, *arguments: str | Path) -> Run:
        """Run it to its end, in this process: only what is killed needs one of its own."""
        out, err, code = io.StringIO(), io.StringIO(), 0
        with pytest.MonkeyPatch.context() as patch, contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            for name, value in self.environment.items():
                patch.setenv(name, value)
            try:
                inside(patch, [str(argument) for argument in arguments])
            except SystemExit as exit_:
                code = int(exit_.code or 0)
        return Run(code, out.getvalue(), err.getvalue())

    def traced(self, log: Path, calls: str, *arguments: str | Path) -> list[str]:
        """Run it to its end and return the lines that strace writes of these calls, with the names of open files."""
        self._strace(log, calls, [], *arguments)
        return log.read_text(errors="replace").splitlines()

    def calls(self, log: Path, *arguments: str | Path) -> Counter[str]:
        """Run it to its end and count its calls."""
        lines = self.traced(log, ",".join(CALLS), *arguments)
        return Counter(found[1] for line in lines if (found := re.match(r"(?:\d+ +)?(\w+)\(", line)))

    def kill(self, log: Path, call: str, when: int, *arguments: str | Path, trace: str = "") -> bool:
        """Kill it as it makes a call for the `when`th time; return whether it came to that. `trace`: what is logged."""
        code = self._strace(log, trace or call, ["-e", f"inject={call}:signal=SIGKILL:when={when}"], *arguments)
        return code in {-9, 137}

    def kill_after(self, seconds: float, *arguments: str | Path) -> bool:
        """Kill it so many seconds after its start; return whether it had not ended by then."""
        started = subprocess.Popen(
            self.command(*arguments),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=self._environment,
            cwd=ROOT,
        )
        try:
            started.wait(seconds)
        except subprocess.TimeoutExpired:
            started.kill()
            started.wait()
            return True
        return False

    def _strace(self, log: Path, calls: str, more: list[str], *arguments: str | Path) -> int:
        strace = needs("strace", "strace")
        command = [strace, "-f", "-y", "-qq", "-o", str(log), "-e", f"trace={calls}", *more]
        done = subprocess.run(
            [*command, *self.command(*arguments)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=self._environment,
            check=False,
            cwd=ROOT,
        )
        return done.returncode

    @property
    def _environment(self) -> dict[str, str]:
        return os.environ | self.environment | {"PYTHONDONTWRITEBYTECODE": "1"}


def inside(patch: pytest.MonkeyPatch, arguments: list[str]) -> None:
    """Run the program with small files counted as large, and the stand-in for the check."""
    patch.setattr(append, "LARGE", 4096)
    batch.install(patch)
    main(arguments)


def moments(counts: Counter[str], most: int) -> Iterator[tuple[str, int]]:
    """Give at most so many moments of each call, spread over all of them."""
    for call in CALLS:
        count = counts[call]
        chosen = (
            range(1, count + 1) if count <= most else [round(1 + n * (count - 1) / (most - 1)) for n in range(most)]
        )
        yield from ((call, when) for when in dict.fromkeys(chosen))


def left_behind(folder: Path) -> list[str]:
    """Return what a killed command left that the next one should have taken away."""
    return [str(path) for path in folder.rglob("*") if re.search(r"\.stockctl-tmp|\.work-|\.part$", path.name)]
