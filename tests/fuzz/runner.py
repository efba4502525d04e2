"""Try spoilt files in a process of its own, and measure what each takes."""

from __future__ import annotations

import multiprocessing
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
    from multiprocessing.connection import Connection

# What one file may take: seconds of CPU, MB beside what the program itself needs, seconds by the wall.
CPU_S, MEMORY_MB, WALL_S = 10, 1500, 90
_STATUS, _REFS = Path("/proc/self/status"), Path("/proc/self/clear_refs")


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
            if self._wire.poll(WALL_S):
                found: str = self._wire.recv()
                return found
            why = f"hung for {WALL_S} s"
        except (EOFError, OSError):
            why = "crashed"
        self._process.kill()
        self._process.join()
        why += f" (exit code {self._process.exitcode})"
        self._process = None
        return why

    def close(self) -> None:
        """End the process."""
        if self._process is not None:
            self._wire.send(None)
            self._process.join(10)
            self._process.kill()


def run(names: list[str], *, first: int, rounds: int, until: float) -> list[tuple[Case, str]]:
    """Try `rounds` cases of each seed from `first` on, until a moment has come; return those that went wrong."""
    found: list[tuple[Case, str]] = []
    with tempfile.TemporaryDirectory(prefix="stockctl-fuzz-") as folder:
        worker = Worker(Path(folder))
        try:
            for number in range(first, first + rounds):
                for name in names:
                    if time.monotonic() > until:
                        return found
                    case = Case(name, number)
                    if wrong := worker.tried(case):
                        found.append((case, wrong))
                        print(f"--- {case.name} {case.number}\n{wrong}", flush=True)
        finally:
            worker.close()
    return found
