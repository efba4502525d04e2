"""Try spoilt files in a process of its own, and measure what each takes."""

from __future__ import annotations

import multiprocessing
import os
import random
import resource
import tempfile
import time
import traceback
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tests.fuzz.mutations import mutated
from tests.fuzz.seeds import seeds

if TYPE_CHECKING:
    from collections import Counter
    from multiprocessing.connection import Connection

# What one file may take: seconds of CPU, MB beside what the program itself needs.
CPU_S, MEMORY_MB = 10, 1500
# It hangs where its processes have computed for so long and are not done; or, whatever else the machine does, where
# so much time has gone by the wall: something waits for ever, and computes nothing.
HANG_CPU_S, HANG_WALL_S = 60, 900
# How often that is looked at, in seconds.
_LOOK_S = 2.0
_PROC = Path("/proc")
_STATUS, _REFS = _PROC / "self/status", _PROC / "self/clear_refs"


@dataclass(frozen=True)
class Case:
    """One spoilt file: the seed it was made of, and the number that its mutations go by."""

    name: str
    number: int

    def data(self) -> bytes:
        """Return the file; 0 is the seed itself."""
        seed = seeds()[self.name]
        source = random.Random(f"{self.name}/{self.number}")  # noqa: S311 - nothing secret: cases are to come again
        return mutated(seed, source) if self.number else seed


def peak_mb() -> int:
    """Return the most memory that this process held since `forget_peak`."""
    if _STATUS.exists():
        return next(int(line.split()[1]) for line in _STATUS.read_text().splitlines() if line.startswith("VmHWM")) >> 10
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10


def forget_peak() -> None:
    """Begin to measure memory anew."""
    if _REFS.exists():
        _REFS.write_text("5")


def cpu_s(pid: int) -> float:
    """Return the CPU time that a process and all that it started have taken, in seconds; 0 where that is not told."""
    try:
        # From behind the name, which may hold anything: see proc(5), the fields 14 to 17.
        told = (_PROC / f"{pid}/stat").read_text().rpartition(")")[2].split()
        children = [child for task in (_PROC / f"{pid}/task").glob("*/children") for child in task.read_text().split()]
    except OSError:
        return 0.0
    own = sum(map(int, told[11:15])) / os.sysconf("SC_CLK_TCK")
    return own + sum(cpu_s(int(child)) for child in children)


def tried(case: Case, folder: Path) -> str:
    """Do with a case what commands do; return what is wrong, or nothing."""
    from tests.fuzz.targets import target_of

    path = folder / f"case{Path(case.name).suffix}"
    for left in folder.glob("case*"):
        left.unlink()
    path.write_bytes(case.data())
    forget_peak()
    before = time.process_time()
    try:
        target_of(case.name)(path)
    except Exception:  # noqa: BLE001 - what is raised is what is looked for
        return traceback.format_exc(limit=-6)
    took, held = time.process_time() - before, peak_mb()
    if took > CPU_S:
        return f"took {took:.1f} s"
    return f"held {held} MB" if held > MEMORY_MB else ""


def serve(wire: Connection, folder: str) -> None:
    """Try the cases that come in, until None does."""
    from tests.fuzz.targets import settle

    settle(Path(folder) / "home")
    while (case := wire.recv()) is not None:
        wire.send(tried(case, Path(folder)))


class Worker:
    """A process that tries cases, and is started anew where one brings it down."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._process: multiprocessing.process.BaseProcess | None = None

    def tried(self, case: Case) -> str:
        """Return what is wrong with a case, a crash or a hang too."""
        if self._process is None:
            context = multiprocessing.get_context("spawn")
            self._wire, theirs = context.Pipe()
            self._process = context.Process(target=serve, args=(theirs, str(self.folder)), daemon=True)
            self._process.start()
            theirs.close()
        try:
            self._wire.send(case)
            why = self._waited_for(self._process.pid or 0)
            if not why:
                found: str = self._wire.recv()
                return found
        except (EOFError, OSError):
            why = "crashed"
        self._process.kill()
        self._process.join()
        why += f" (exit code {self._process.exitcode})"
        self._process = None
        return why

    def _waited_for(self, pid: int) -> str:
        """Return why no answer will come; nothing where one is there."""
        begun, spent = time.monotonic(), cpu_s(pid)
        while not self._wire.poll(_LOOK_S):
            if (took := cpu_s(pid) - spent) > HANG_CPU_S:
                return f"hung: {took:.0f} s of CPU time"
            if (waited := time.monotonic() - begun) > HANG_WALL_S:
                return f"hung: {waited:.0f} s, of which {took:.0f} s of CPU time"
        return ""

    def close(self) -> None:
        """End the process."""
        if self._process is not None:
            self._wire.send(None)
            self._process.join(10)
            self._process.kill()


def run(
    names: list[str], *, first: int, rounds: int, until: float, done: Counter[str] | None = None
) -> list[tuple[Case, str]]:
    """Try `rounds` cases of each seed from `first` on, until a moment has come; return those that went wrong.

    `done` is given how many cases of each seed were tried.
    """
    found: list[tuple[Case, str]] = []
    with tempfile.TemporaryDirectory(prefix="stockctl-fuzz-") as folder:
        worker = Worker(Path(folder))
        try:
            for number in range(first, first + rounds):
                for name in names:
                    if time.monotonic() > until:
                        return found
                    case = Case(name, number)
                    wrong = worker.tried(case)
                    if done is not None:
                        done[name] += 1
                    if wrong:
                        found.append((case, wrong))
                        print(f"--- {case.name} {case.number}\n{wrong}", flush=True)
        finally:
            worker.close()
    return found
