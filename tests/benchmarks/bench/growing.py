"""Start-up against an empty program, and how commands grow with what they are given."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import cv2
import numpy as np
import simplejpeg

from tests.benchmarks import statements
from tests.benchmarks.bench.peers import ROOT
from tests.benchmarks.bench.rows import Growth, Row, faster, in_turns

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.benchmarks.bench.form import Form

EMPTY = """
import typer
app = typer.Typer(add_completion=False, rich_markup_mode=None)
@app.command()
def nothing() -> None: ...
app()
"""
# Runs of a size are long where they have taken so much processor time, in seconds: then two have to do.
LONG_S = 60
COMMANDS = ("check", "keyword", "submit", "earnings", "review", "status", "plan", "campaign", "undo", "desk")


def start_up(form: Form, work: Path) -> Iterator[Row]:
    """Yield a row for each command: the processor time of its help, against a Typer program that does nothing."""
    empty = work / "empty.py"
    empty.write_text(EMPTY)
    peer = [sys.executable, str(empty), "--help"]
    environment = {"STOCKCTL_DB": str(work / "none.db"), "STOCKCTL_CONFIG": str(work / "none.toml")}
    statements.run(peer)
    for command in COMMANDS:
        asked = [sys.executable, "-m", "stockctl", command, "--help"]
        statements.run(asked, **environment)
        ours = partial(statements.run, asked, **environment)
        sides = in_turns(2 * form.rounds, lambda run=ours: run()[1], lambda: statements.run(peer)[1])  # type: ignore[misc]
        yield faster(f"start-{command}", f"start {command}", "an empty Typer program", sides, "processor time")


def growth(form: Form, work: Path) -> Iterator[Growth]:
    """Yield how imports and checks grow with what they are given."""
    yield rows_of_a_statement(form, work)
    yield from files_of_a_folder(form, work)


def rows_of_a_statement(form: Form, work: Path) -> Growth:
    """Return what an import takes by rows, beside a statement of ten rows."""
    with tempfile.TemporaryDirectory(dir=work) as name:
        folder = Path(name)

        def taken(rows: int) -> list[float]:
            statement, database = folder / f"{rows}.csv", folder / f"{rows}.db"
            statements.invent(statement, rows)
            environment = {"STOCKCTL_DB": str(database), "STOCKCTL_CONFIG": str(folder / "none.toml")}

            def once() -> tuple[float]:
                for path in folder.glob(f"{database.name}*"):
                    path.unlink()
                return (statements.run(statements.stockctl(statement), **environment)[1],)

            (found,) = several(form.rounds, once)
            return found

        nothing = taken(10)
        return Growth("grow-import", "import a statement, by rows", {rows: taken(rows) for rows in form.rows}, nothing)


TITLES = {"check": "check a folder for the first time", "again": "check it again", "status": "status of it"}


def files_of_a_folder(form: Form, work: Path) -> Iterator[Growth]:
    """Yield what a first check, a second one, and status take by files, beside one file."""
    taken = {count: checked(form, work, count) for count in (1, *form.files)}
    nothing = taken.pop(1)
    for place, (key, title) in enumerate(TITLES.items()):
        runs = {count: found[place] for count, found in taken.items()}
        yield Growth(f"grow-{key}", f"{title}, by files", runs, nothing[place])


def checked(form: Form, work: Path, count: int) -> list[list[float]]:
    """Return the runs of each command over so many files."""
    with tempfile.TemporaryDirectory(dir=work) as name:
        folder = Path(name) / "pictures"
        folder.mkdir()
        with ProcessPoolExecutor() as pool:
            list(pool.map(partial(draw, folder), range(count), chunksize=100))
        environment = {"STOCKCTL_DB": f"{name}/c.db", "STOCKCTL_CONFIG": f"{name}/none.toml"}
        check = [sys.executable, "-m", "stockctl", "check", str(folder), "--statistics"]
        status = [sys.executable, "-m", "stockctl", "status", str(folder)]

        def once() -> tuple[float, ...]:
            for path in Path(name).glob("c.db*"):
                path.unlink()
            return tuple(spent(command, environment) for command in (check, check, status))

        return several(form.rounds, once)


def draw(folder: Path, number: int) -> None:
    """Write the picture of a number."""
    (folder / f"{number:06}.jpg").write_bytes(varied(number))


def several(rounds: int, once: Callable[[], tuple[float, ...]]) -> list[list[float]]:
    """Return the figures of so many runs, by place; where runs are long, of two."""
    found = [once()]
    while len(found) < rounds and (len(found) < 2 or sum(map(sum, found)) < LONG_S):
        found.append(once())
    return [list(each) for each in zip(*found, strict=True)]


def varied(number: int) -> bytes:
    """Return a small JPEG that shows something else for each number."""
    random = np.random.default_rng(number)
    coarse = random.integers(0, 256, (9, 12, 3)).astype(np.float32)
    large = cv2.resize(coarse, (320, 240), interpolation=cv2.INTER_CUBIC)
    grain = random.integers(0, 8, (240, 320, 3), np.uint8)
    return bytes(simplejpeg.encode_jpeg(cv2.add(np.clip(large, 0, 255).astype(np.uint8), grain), quality=85))


def spent(command: list[str], environment: dict[str, str]) -> float:
    """Return the processor time of a command that may have findings."""
    probe = "import resource, subprocess, sys; done = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL); \
usage = resource.getrusage(resource.RUSAGE_CHILDREN); print(done.returncode, usage.ru_utime + usage.ru_stime)"
    done = subprocess.run(
        [sys.executable, "-c", probe, *command],
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
        env=os.environ | environment,
    )
    code, seconds = done.stdout.split()
    if code not in {"0", "1"}:
        sys.exit(f"{' '.join(command)} ended with {code}: {done.stderr}")
    return float(seconds)
