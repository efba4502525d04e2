"""Kill the program at a system call that it makes, as power, an impatient person or the kernel would, and look."""

from __future__ import annotations

import contextlib
import io
import os
import re
import signal
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from stockctl.cli import main
from stockctl.files.writing import append
from tests.conftest import Run
from tests.kills import calls, nursery
from tests.programs import needs
from tests.submit import batch

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Iterator, Sequence

    from tests.kills.nursery import Child

CALLS = tuple(calls.HERE)


@dataclass(frozen=True)
class Program:
    """The program in a process of its own; `environment` leads it to a home."""

    environment: dict[str, str]

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

    def calls(self, *arguments: str | Path) -> Counter[str]:
        """Run it to its end and count its calls."""
        child = self.start(*arguments, counted=True)
        counts = child.counted()
        child.said()
        return counts

    def kill(self, call: str, when: int, *arguments: str | Path) -> bool:
        """Kill it as it makes a call for the `when`th time; return whether it came to that."""
        child = self.start(*arguments, counted=True)
        child.counted(call, when)
        child.said()
        return _counted(child, call, when, arguments)

    def killed_in_a_trace(self, log: Path, call: str, when: int, calls: str, *arguments: str | Path) -> bool:
        """Kill it as `kill` does, and log these calls."""
        inject = ["-e", f"inject={call}:signal=SIGKILL:when={when}"]
        return self._strace(log, calls, inject, *arguments) == -signal.SIGKILL

    def kill_after(self, seconds: float, *arguments: str | Path) -> bool:
        """Kill it so many seconds after its start; return whether it had not ended by then."""
        child = self.start(*arguments)
        child.let_go()
        if not child.ends_within(seconds):
            os.kill(child.pid, signal.SIGKILL)
        child.said()
        return _counted(child, "the clock", round(seconds * 1000), arguments)

    def start(self, *arguments: str | Path, largest: int = 0, counted: bool = False, shifted_s: int = 0) -> Child:
        """Have a process for it that begins when it is let go."""
        words = [str(argument) for argument in arguments]
        return nursery.start(words, self.environment, largest=largest, counted=counted, shifted_s=shifted_s)

    def _strace(self, log: Path, calls: str, more: list[str], *arguments: str | Path) -> int:
        strace = needs("strace", "strace")
        child = self.start(*arguments)
        child.traced([strace, "-f", "-y", "-qq", "-o", str(log), "-e", f"trace={calls}", *more])
        child.said()
        return child.returncode or 0


def _counted(child: Child, call: str, when: int, arguments: Sequence[str | Path]) -> bool:
    """Return whether it was killed, and write that down where a long run counts its kills."""
    was_killed = child.returncode == -signal.SIGKILL
    if log := os.environ.get("STOCKCTL_TEST_KILLS"):
        words = " ".join(str(argument) for argument in arguments if not str(argument).startswith("/"))
        with Path(log).open("a", encoding="utf-8") as file:
            file.write(f"{words}\t{call}\t{when}\t{'killed' if was_killed else 'ended before'}\n")
    return was_killed


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
