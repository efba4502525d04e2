"""Measure what each command costs on the catalogue of a whole career: CPU seconds and peak memory.

    python tests/benchmarks/scale.py [--assets 10000] [--sales N] [--uploads N] [--times N]
        [--only WORD] [--folder FOLDER] [--json]

The catalogue is invented (see career.py), ten uploads and ten sales for each
asset where nothing else is said. Sales come in through a statement, as a person's do. A few pictures are real:
one that the catalogue knows, and new ones. Each command is a process of its
own; beside it stands the same command on a catalogue that knows the one picture
alone, so that what the catalogue's size adds can be told from the start-up and
from the work on the picture. With --folder the catalogue is kept, and taken
again the next time. With --times every picture is written so many times under other
names (see grow.py): --assets 100000 --times 10 makes a million assets with ten
million sales, in a file of 17 GB.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from stockctl.catalogue import open_catalogue  # noqa: E402 - found once the root is on the path
from tests.benchmarks import career  # noqa: E402
from tests.benchmarks.grow import grow  # noqa: E402
from tests.pictures import jpeg  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable


@dataclass(frozen=True)
class Home:
    """A catalogue with all that a run of the program needs beside it."""

    folder: Path

    @property
    def catalogue(self) -> Path:
        """The catalogue's file."""
        return self.folder / "catalogue.db"

    @property
    def known(self) -> Path:
        """The picture that the catalogue knows."""
        return self.folder / "pictures" / "known.jpg"

    def environment(self) -> dict[str, str]:
        """Return the environment in which the program sees nothing else."""
        places = {"HOME": "home", "XDG_DATA_HOME": "home", "XDG_CONFIG_HOME": "home", "STOCKCTL_CONFIG": "none.toml"}
        return (
            os.environ
            | {name: str(self.folder / place) for name, place in places.items()}
            | {"STOCKCTL_DB": str(self.catalogue)}
        )


@dataclass(frozen=True)
class Cost:
    """What a process took: CPU seconds of it and its children, and its largest resident memory in MB."""

    cpu_s: float
    rss_mb: float
    code: int


# Runs a program and says what it took. A process begins with its parent's peak of memory: this parent is small.
PROBE = """
import os, sys
child = os.posix_spawn(sys.argv[2], sys.argv[2:], os.environ)
_, status, usage = os.wait4(child, 0)
with open(sys.argv[1], "w") as file:
    print(os.waitstatus_to_exitcode(status), usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, file=file)
"""


# Opens the desk, asks for its first page and all that this shows, and says what the desk had taken by then (Linux).
DESK_PROBE = """
import http.cookiejar, os, signal, subprocess, sys, urllib.request
desk = subprocess.Popen(sys.argv[2:], stdout=subprocess.PIPE, text=True)
address = desk.stdout.readline().strip()
opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))
for url in (address, address.split("/?")[0] + "/api/files"):
    opener.open(url).read()
fields = open(f"/proc/{desk.pid}/stat").read().rsplit(")", 1)[1].split()
memory = open(f"/proc/{desk.pid}/status").read().split("VmHWM:")[1].split()[0]
desk.send_signal(signal.SIGTERM)
with open(sys.argv[1], "w") as file:
    print(desk.wait(), (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK"), int(memory) / 1024, file=file)
"""


def run(home: Home, arguments: Iterable[str | Path]) -> Cost:
    """Run the program once; a desk until its first page is there."""
    command = [sys.executable, "-m", "stockctl", *map(str, arguments)]
    told = home.folder / "cost.txt"
    probe = [sys.executable, "-I", "-S", "-c", DESK_PROBE if "desk" in command else PROBE, str(told), *command]
    done = subprocess.run(probe, env=home.environment(), capture_output=True, cwd=ROOT, check=True)
    code, cpu, rss = told.read_text(encoding="ascii").split()
    if int(code) not in {0, 1}:
        sys.exit(f"{' '.join(command)}\nended with {code}:\n{done.stderr.decode(errors='replace')}")
    return Cost(float(cpu), float(rss), int(code))


def begin(folder: Path) -> Home:
    """Make a catalogue that knows one picture, with title, keywords and a place in the earlier work."""
    home = Home(folder)
    home.known.parent.mkdir(parents=True)
    picture(home.known, 0)
    run(home, ["check", home.known, "--json"])
    run(home, ["keyword", home.known, "--title", "Terraced rice fields at sunrise", "--add", "rice, sunrise, asia"])
    run(home, ["check", home.known, "--json"])
    return home


def picture(path: Path, seed: int) -> Path:
    """Write a picture of 4.4 megapixels as a camera would."""
    path.write_bytes(jpeg(seed=seed))
    return path


def fill(home: Home, assets: int, sales: int, uploads: int, times: int) -> None:
    """Invent a career, and import its sales; make it so many times as large."""
    with open_catalogue(home.catalogue) as catalogue:
        catalogue.connection.execute("PRAGMA synchronous = OFF")
        catalogue.connection.execute("PRAGMA cache_size = -1000000")
        career.fill(catalogue, assets, uploads)
    statement = home.folder / "sales.csv"
    career.invent_sales(statement, assets, sales)
    run(home, ["earnings", statement, "--json"])
    statement.unlink()
    if times > 1:
        grow(home.catalogue, times)
        with open_catalogue(home.catalogue) as catalogue:
            career.learn(catalogue)


@dataclass
class Command:
    """One line of the table: its name, and its arguments, made anew for each run."""

    name: str
    arguments: Callable[[Home], list[str | Path]]


def commands() -> list[Command]:
    """Return what is measured: every command, asked about one file or for a summary."""
    fresh = iter(range(1, 1_000_000))

    def new(home: Home) -> Path:
        return picture(home.folder / "pictures" / f"new-{next(fresh)}.jpg", 1 + next(fresh) % 7)

    def statement(home: Home) -> Path:
        path = home.folder / f"few-{next(fresh)}.csv"
        career.invent_sales(path, 500, 5, first=date(2010, 1, 1) + timedelta(days=next(fresh)), days=1)
        return path

    def keyworded(home: Home) -> list[str | Path]:
        run(home, ["keyword", home.known, "--add", f"word{next(fresh)}"])
        return ["undo", "--json"]

    def changed(home: Home) -> list[str | Path]:
        home.known.touch()
        run(home, ["check", home.known, "--json"])
        return ["plan", "--json"]

    def sold(home: Home) -> list[str | Path]:
        path = home.folder / f"late-{next(fresh)}.csv"
        career.invent_sales(path, 500, 5, first=career.FIRST_DAY + timedelta(days=career.DAYS + next(fresh)), days=1)
        run(home, ["earnings", path, "--json"])
        return ["earnings", "--figures", "--json"]

    context = "Rice terraces in Bali, Indonesia"
    return [
        Command("desk of a folder, first page", lambda home: ["desk", home.known.parent, "--no-open"]),
        Command("desk of all, first page", lambda _home: ["desk", "--no-open"]),
        Command("plan", lambda _home: ["plan", "--json"]),
        Command("plan after a change", changed),
        Command("status of one file", lambda home: ["status", home.known, "--json"]),
        Command("check of one known file", lambda home: ["check", home.known, "--json"]),
        Command("check of one new file", lambda home: ["check", new(home), "--json"]),
        Command("keyword of one file", lambda home: ["keyword", home.known, "--dry-run", "--context", context]),
        Command("keyword of one new file", lambda home: ["keyword", new(home), "--context", context]),
        Command("undo", keyworded),
        Command("history", lambda _: ["history", "--json"]),
        Command(
            "submit --dry-run of one file",
            lambda home: ["submit", home.known, "--agency", "shutterstock", "--dry-run", "--json"],
        ),
        Command(
            "submit of one file",
            lambda home: ["submit", home.known, "--agency", "shutterstock", "--again", "--json"],
        ),
        Command("submit --status", lambda _: ["submit", "--status", "--json"]),
        Command("submit --status of one agency", lambda _: ["submit", "--status", "--agency", "alamy", "--json"]),
        Command(
            "review of one file", lambda home: ["review", "--agency", "shutterstock", "accepted", home.known, "--json"]
        ),
        Command("exclusive of one file", lambda home: ["exclusive", "none", home.known, "--json"]),
        Command("release list", lambda _: ["release", "list", "--json"]),
        Command("words list", lambda _: ["words", "list", "--json"]),
        Command("keyword --stats", lambda _: ["keyword", "--stats", "--json"]),
        Command("earnings", lambda _: ["earnings", "--json"]),
        Command("earnings --figures", lambda _: ["earnings", "--figures", "--json"]),
        Command("earnings --figures after sales", sold),
        Command("earnings --by keyword", lambda _: ["earnings", "--by", "keyword", "--json"]),
        Command("a statement of five rows", lambda home: ["earnings", statement(home), "--json"]),
    ]


def measure(command: Command, full: Home, alone: Home, repeat: int) -> dict[str, Any]:
    """Return a line of the table: the least of some runs, on the whole catalogue and beside the lone picture."""
    costs = {home.folder.name: [run(home, command.arguments(home)) for _ in range(repeat)] for home in (full, alone)}
    whole, lone = costs[full.folder.name], costs[alone.folder.name]
    line: dict[str, Any] = {"command": command.name, "exit": whole[-1].code, "first_cpu_s": round(whole[0].cpu_s, 2)}
    for name, runs in (("", whole), ("alone_", lone)):
        line |= {f"{name}cpu_s": round(min(one.cpu_s for one in runs), 2)}
        line |= {f"{name}rss_mb": round(min(one.rss_mb for one in runs))}
    return line | {"added_cpu_s": round(line["cpu_s"] - line["alone_cpu_s"], 2)}


def table(found: dict[str, Any]) -> str:
    """Return the lines as a table of text."""
    lines = [f"{found['assets']} assets, {found['sales']} sales; the catalogue has {found['catalogue_mb']} MB"]
    lines += ["", f"{'command':<32}{'CPU s':>8}{'first':>8}{'MB':>7}{'alone s':>9}{'added s':>9}"]
    lines += [
        f"{line['command']:<32}{line['cpu_s']:>8.2f}{line['first_cpu_s']:>8.2f}{line['rss_mb']:>7}"
        f"{line['alone_cpu_s']:>9.2f}{line['added_cpu_s']:>9.2f}"
        for line in found["commands"]
    ]
    return "\n".join(lines)


def main() -> None:
    """Invent, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--assets", type=int, default=10_000, help="assets in the catalogue (default 10000)")
    parser.add_argument("--sales", type=int, help="sales in it; ten for each asset where not given")
    parser.add_argument("--uploads", type=int, default=len(career.AGENCIES), help="agencies that have each asset")
    parser.add_argument("--repeat", type=int, default=2, help="runs of each command, the least of which counts")
    parser.add_argument("--only", metavar="WORD", help="only the commands whose name has this in it")
    parser.add_argument("--folder", type=Path, help="keep the catalogues here, or take those that were kept")
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    parser.add_argument("--times", type=int, default=1, help="write every picture so many times under other names")
    options = parser.parse_args()
    sales = 10 * options.assets if options.sales is None else options.sales
    all_assets, all_sales = options.times * options.assets, options.times * sales
    with contextlib.ExitStack() as stack:
        kept = options.folder or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        full, alone = Home(kept / f"{all_assets}-{all_sales}"), Home(kept / "alone")
        if not alone.folder.exists():
            begin(alone.folder)
        if not full.folder.exists():
            making = Home(kept / "unfinished")
            shutil.rmtree(making.folder, ignore_errors=True)
            fill(begin(making.folder), options.assets, sales, options.uploads, options.times)
            making.folder.rename(full.folder)
            run(full, ["check", full.known, "--json"])
        found: dict[str, Any] = {"assets": all_assets, "sales": all_sales}
        found["catalogue_mb"] = round(full.catalogue.stat().st_size / 1e6)
        found["commands"] = []
        for command in commands():
            if options.only is None or options.only in command.name:
                found["commands"].append(measure(command, full, alone, options.repeat))
                print(table(found).splitlines()[-1], file=sys.stderr, flush=True)
    print(json.dumps(found, indent=1) if options.json else table(found))


if __name__ == "__main__":
    main()
