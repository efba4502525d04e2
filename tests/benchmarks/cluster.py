"""Measure `check` on a Dask cluster of this machine against its own pool: wall-clock, CPU, and what a file costs more.

    python tests/benchmarks/cluster.py [--files 60] [--width 2600] [--workers 1,2,4] [--sent] [--json]

A scheduler and worker processes of one thread each are started on loopback; each
run has a catalogue of its own. `client` is the CPU of the command itself, `all`
with that of the scheduler and its workers; what a file costs more in CPU than in
this process alone is the overhead. With --sent workers do not see the files and
get them sent. More workers than cores cannot be faster; what they cost more is seen.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from tests.pictures import jpeg  # noqa: E402 - found once the root is on the path

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

# A worker that is to see no file of ours: what it is asked about is gone from its point of view.
BLIND = "import stockctl.machines.far as far; far._is_same = lambda *_: False\n"


@contextlib.contextmanager
def cluster(folder: Path, workers: int, *, blind: bool) -> Iterator[tuple[str, Callable[[], float]]]:
    """Start a scheduler with worker processes; give its address as `--executor` takes it, and what tells their CPU."""
    told = folder / "scheduler.json"
    # As Dask's nanny has it; without it two workers spend half their time on threads that wait for one another.
    environment = os.environ | {"PYTHONPATH": str(ROOT), "OPENBLAS_NUM_THREADS": "1"}
    (folder / "blind.py").write_text(BLIND, encoding="utf-8")
    common = ["--scheduler-file", str(told), "--no-dashboard"]
    calls = [["dask_scheduler", "--host", "127.0.0.1", "--port", "0", *common]]
    one = ["dask_worker", "--nthreads", "1", "--no-nanny", "--local-directory", str(folder), *common]
    calls += [[*one, *(["--preload", str(folder / "blind.py")] if blind else [])]] * workers
    started = []
    try:
        for name, *arguments in calls:
            command = [sys.executable, "-m", f"distributed.cli.{name}", *arguments]
            with (folder / "log").open("ab") as log:
                started.append(subprocess.Popen(command, cwd=folder, env=environment, stdout=log, stderr=log))
            while not (told.exists() and told.stat().st_size):
                time.sleep(0.05)
        address = json.loads(told.read_text(encoding="utf-8"))["address"].replace("tcp", "dask")
        yield address, lambda: sum(cpu_of(one.pid) for one in started)
    finally:
        for process in reversed(started):
            process.kill()
            process.wait()


def cpu_of(process: int) -> float:
    """Return the CPU seconds that a process has taken (Linux)."""
    fields = Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def check(pictures: Path, home: Path, *arguments: str) -> tuple[str, dict[str, float]]:
    """Check the pictures with a new catalogue; return what was printed, seconds of clock and of the command's CPU."""
    environment = os.environ | {
        "STOCKCTL_DB": str(home / f"{time.time_ns()}.db"),
        "STOCKCTL_CONFIG": str(home / "no.toml"),
    }
    command = [sys.executable, "-m", "stockctl", "check", str(pictures), "--json", *arguments]
    before, begun = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    wall, after = time.perf_counter() - begun, resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode not in {0, 1}:
        sys.exit(done.stderr)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return done.stdout, {"wall_s": round(wall, 2), "cpu_s": round(cpu, 2)}


def main() -> None:
    """Make pictures, run, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--files", type=int, default=60, help="pictures (default 60)")
    parser.add_argument("--width", type=int, default=2600, help="their width in pixels (default 2600: 4.4 megapixels)")
    parser.add_argument("--workers", default="1,2,4", help="numbers of worker processes (default 1,2,4)")
    parser.add_argument("--sent", action="store_true", help="the workers do not see the files")
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    options = parser.parse_args()
    found: dict[str, Any] = {"files": options.files, "width": options.width, "sent": options.sent, "runs": []}
    with tempfile.TemporaryDirectory() as scratch:
        home, pictures = Path(scratch), Path(scratch) / "pictures"
        pictures.mkdir()
        for number in range(options.files):
            data = jpeg(options.width, options.width * 17 // 26, seed=number)
            (pictures / f"{number}.jpg").write_bytes(data)
        wanted = ""
        for count in (1, 2):
            printed, cost = check(pictures, home, "--workers", str(count))
            wanted = wanted or printed
            cost["all_cpu_s"] = cost["cpu_s"]
            found["runs"].append({"where": "local", "workers": count, **cost, "equal": printed == wanted})
        for count in map(int, options.workers.split(",")):
            folder = home / f"dask-{count}"
            folder.mkdir()
            with cluster(folder, count, blind=options.sent) as (place, cpu):
                check(pictures, home, "--executor", place)  # the workers load what they need
                before = cpu()
                printed, cost = check(pictures, home, "--executor", place)
                cost["all_cpu_s"] = round(cost["cpu_s"] + cpu() - before, 2)
            found["runs"].append({"where": "dask", "workers": count, **cost, "equal": printed == wanted})
    if options.json:
        print(json.dumps(found, indent=1))
        return
    heads = (
        f"{'where':<8}{'workers':>8}{'wall s':>9}{'s/file':>9}{'client CPU s':>14}{'all CPU s':>11}{'more/file':>11}"
    )
    print(f"{heads}  equal")
    alone = found["runs"][0]["all_cpu_s"]
    for run in found["runs"]:
        each = run["wall_s"] / options.files
        more = f"{1000 * (run['all_cpu_s'] - alone) / options.files:.1f} ms"
        numbers = f"{run['workers']:>8}{run['wall_s']:>9.2f}{each:>9.3f}{run['cpu_s']:>14.2f}"
        numbers += f"{run['all_cpu_s']:>11.2f}{more:>11}"
        print(f"{run['where']:<8}{numbers}  {run['equal']}")


if __name__ == "__main__":
    main()
