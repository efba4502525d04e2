"""Time the import of a statement against sqlite3's .import and duckdb's reader, in one run, and the reports.

    python tests/benchmarks/statements.py [STATEMENT] [--rows 1000000] [--duckdb-python PYTHON] [--json]

Without STATEMENT a plain statement of --rows sales is invented. Every program
is a process of its own, started fresh; the best of --repeat runs counts. The
reports' answers are compared with the raw query's, row for row.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import random
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

DUCKDB = """
import duckdb, sys
with duckdb.connect(sys.argv[2]) as connection:
    connection.execute("CREATE TABLE t AS SELECT * FROM read_csv(?, sample_size=-1)", [sys.argv[1]])
"""


def invent(path: Path, rows: int, seed: int = 8) -> None:
    """Write a plain statement: six years, three agencies, 20,000 files, a refund in two hundred."""
    choose = random.Random(seed)  # noqa: S311 - invented sales need no secrets
    first = date(2020, 1, 1)
    with path.open("w", encoding="utf-8") as file:
        file.write("date,agency,asset,file,kind,licence,amount,currency\n")
        for number in range(rows):
            day = first + timedelta(days=number * 2100 // rows)
            asset = choose.randrange(20_000)
            agency = choose.choice(("shutterstock", "adobe_stock", "istock_getty"))
            kind = "video" if asset % 20 == 0 else "image"
            licence = choose.choice(("subscription", "subscription", "on demand", "enhanced"))
            amount = choose.choice(("0.10", "0.25", "0.33", "0.38", "1.24", "12.40"))
            sign = "-" if choose.randrange(200) == 0 else ""
            file.write(f"{day},{agency},{1_000_000 + asset},img-{asset:05}.jpg,{kind},{licence},{sign}{amount},USD\n")


def rewrite(source: Path, target: Path) -> None:
    """Write the same statement with other line ends."""
    target.write_bytes(source.read_bytes().replace(b"\n", b"\r\n"))


def run(command: list[str], **environment: str) -> tuple[float, float, str]:
    """Run a program; return its wall time and its processor time in seconds, and what it printed."""
    before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    done = subprocess.run(command, check=True, capture_output=True, text=True, cwd=ROOT, env=os.environ | environment)
    seconds, after = time.perf_counter() - started, resource.getrusage(resource.RUSAGE_CHILDREN)
    return seconds, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, done.stdout


def best(repeat: int, prepare: Any, command: list[str], **environment: str) -> tuple[float, float]:
    """Return the shortest wall time and the shortest processor time of several runs, each from a fresh start."""
    walls, processors = [], []
    for _ in range(repeat):
        prepare()
        wall, processor, _text = run(command, **environment)
        walls.append(wall)
        processors.append(processor)
    return min(walls), min(processors)


def stockctl(*arguments: str | Path) -> list[str]:
    """Return the command line of the program itself."""
    return [sys.executable, "-m", "stockctl", "earnings", *map(str, arguments), "--json"]


def imports(folder: Path, statement: Path, repeat: int, duckdb_python: str | None) -> dict[str, Any]:
    """Time the imports, peers first; the catalogue is left as the last import made it."""
    other, catalogue = folder / "peer.db", folder / "catalogue.db"

    def clear() -> None:
        for path in folder.glob("*.db*"):
            path.unlink()

    rows = sum(1 for _ in statement.open("rb")) - 1
    found: dict[str, Any] = {"rows": rows, "megabytes": round(statement.stat().st_size / 1e6, 1)}
    sqlite = ["sqlite3", str(other), "-cmd", ".mode csv", f".import {statement} t"]
    if shutil.which("sqlite3"):
        found["sqlite_import_s"], found["sqlite_import_cpu_s"] = best(repeat, clear, sqlite)
    if duckdb_python:
        duckdb = [duckdb_python, "-c", DUCKDB, str(statement), str(other)]
        found["duckdb_s"], found["duckdb_cpu_s"] = best(repeat, clear, duckdb)
    env = {"STOCKCTL_DB": str(catalogue), "STOCKCTL_CONFIG": str(folder / "none.toml")}
    found["import_s"], found["import_cpu_s"] = best(repeat, clear, stockctl(statement), **env)
    seconds, processor, text = run(stockctl(statement), **env)
    found |= {"same_file_s": seconds, "same_file_cpu_s": processor}
    found["same_file_s_per_100mb"] = round(seconds * 100 / found["megabytes"], 2)
    assert json.loads(text)["imported"][0]["new"] == 0
    copy = folder / "rewritten.csv"
    rewrite(statement, copy)
    seconds, processor, text = run(stockctl(copy), **env)
    imported = json.loads(text)["imported"][0]
    found |= {"rewritten_s": seconds, "rewritten_cpu_s": processor, "rewritten_rows_per_s": round(rows / seconds)}
    found |= {"rewritten_rows_per_cpu_s": round(rows / processor), "rewritten_added": imported["new"]}
    found["catalogue_mb"] = round(catalogue.stat().st_size / 1e6, 1)
    # On a machine that has other work only the processor time tells the programs apart.
    for peer in ("sqlite_import", "duckdb"):
        for unit in ("s", "cpu_s"):
            if f"{peer}_{unit}" in found:
                name = f"times_{peer}" + ("_cpu" if unit == "cpu_s" else "")
                found[name] = round(found[f"import_{unit}"] / found[f"{peer}_{unit}"], 2)
    return found


def memory(folder: Path, statement: Path) -> float:
    """Return the largest resident memory of one import, in MB, from a parent that ran nothing else."""
    probe = (
        "import resource, subprocess, sys; subprocess.run(sys.argv[1:], check=True, stdout=subprocess.DEVNULL);"
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024)"
    )
    env = {"STOCKCTL_DB": str(folder / "memory.db"), "STOCKCTL_CONFIG": str(folder / "none.toml")}
    return float(run([sys.executable, "-c", probe, *stockctl(statement)], **env)[2])


# Reports that are sums of what a raw query gives: the columns of their keys in it.
GROUPED = {"agency": "agency", "month": "month", "kind": "kind", "licence": "licence", "country": "country"}


def reports(catalogue: Path) -> dict[str, Any]:
    """Time each report from the roll-ups (best of three; `_first_ms` the first time), and compare it with the raw rows.

    The year is the last that is whole. What takes longer is worked out once
    after an import and kept: its first time is told too.
    """
    from stockctl.catalogue import open_catalogue
    from stockctl.catalogue.sold import worked_out
    from stockctl.earnings.answers import audit
    from stockctl.earnings.answers.money import levels, payouts
    from stockctl.earnings.answers.money import totals as reporting
    from stockctl.earnings.answers.period import of_year
    from stockctl.earnings.answers.sold import figures

    found: dict[str, Any] = {}
    with open_catalogue(catalogue) as opened:
        year = int(opened.rows("SELECT max(year) FROM asset_totals")[0][0]) - 1
        last = date(year, 12, 31)
        raw = Raw(opened.connection, year)
        standing = levels.levels(opened, year, last)
        worked_out.forget(opened.connection)
        made: dict[str, Callable[[], Any]] = {
            **{f"by_{by}": partial(reporting.lines, opened, by, year) for by in reporting.BY},
            "levels": lambda: levels.levels(opened, year, last),
            "totals": lambda: reporting.totals(opened, year),
            "figures": lambda: figures.figures(opened, of_year(year)),
            "payouts": lambda: payouts.balances(opened, last),
            "audit": lambda: audit.audit(opened, of_year(year), standing, last),
        }
        for name, make in made.items():
            times, processor = [], []
            for _ in range(3):
                started, before = time.perf_counter(), time.process_time()
                answer = make()
                times.append(time.perf_counter() - started)
                processor.append(time.process_time() - before)
            found[f"{name}_ms"], found[f"{name}_cpu_ms"] = (round(min(all_) * 1000, 1) for all_ in (times, processor))
            if processor[0] > 3 * min(processor):
                found[f"{name}_first_ms"] = round(times[0] * 1000, 1)
            equal = raw.equals(name, answer)
            if equal is not None:
                found[f"{name}_equal"] = equal
    return found


class Raw:
    """A year's sales as the raw query tells them."""

    def __init__(self, connection: sqlite3.Connection, year: int) -> None:
        """Run the queries, one for all groups and one for files."""
        self.connection, self.year = connection, year
        self.joined = (
            "FROM sales s JOIN units u ON u.id = s.unit JOIN facets f ON f.id = s.facet JOIN sold d ON d.id = s.sold"
            f" WHERE u.day BETWEEN '{year}-01-01' AND '{year}-12-31'"
        )
        columns = "f.agency, substr(u.day, 1, 7) AS month, f.kind, f.licence, f.country, f.currency"
        sums = "sum(s.downloads) AS downloads, sum(s.amount) AS amount"
        large = "sum(CASE WHEN s.downloads = 1 AND s.amount >= 10000000 THEN s.amount ELSE 0 END) AS large"
        self.groups = connection.execute(
            f"SELECT {columns}, {sums}, {large} {self.joined} GROUP BY 1, 2, 3, 4, 5, 6"
        ).fetchall()
        self.files = connection.execute(f"SELECT d.name, f.currency, {sums} {self.joined} GROUP BY 1, 2").fetchall()

    def equals(self, name: str, answer: Any) -> bool | None:
        """Tell whether a report says the same; None where it is not compared."""
        if name == "levels":
            return all(self._level(level) for level in answer if level.scheme.window == "calendar-year")
        if name == "by_asset":
            return {tuple(line) for line in answer} == {tuple(row) for row in self.files}
        if name == "figures":
            large = sum(row["large"] for row in self.groups)
            sold = sum(row["downloads"] > 0 for row in self.files)
            return (sum(one.macro for one in answer), sum(one.sold for one in answer)) == (large, sold)
        by = GROUPED.get(name.removeprefix("by_"))
        if by is None:
            return None
        sums: dict[tuple[str, str], list[int]] = {}
        for row in self.groups:
            both = sums.setdefault((row[by] or "(not told)", row["currency"]), [0, 0])
            both[0] += row["downloads"]
            both[1] += row["amount"]
        return {(one.key, one.currency): [one.downloads, one.amount] for one in answer} == sums

    def _level(self, level: Any) -> bool:
        kinds = ", ".join(repr(kind) for kind in level.scheme.kinds)
        rows = self.connection.execute(
            f"SELECT u.day, sum(s.downloads) {self.joined} AND f.agency = ? AND f.kind IN ({kinds})"
            " GROUP BY 1 ORDER BY 1",
            [level.scheme.agency],
        ).fetchall()
        total, crossed = 0, {}
        for day, downloads in rows:
            for number, threshold in enumerate((step.start - 1 for step in level.scheme.steps[1:]), 2):
                if total <= threshold < total + downloads:
                    crossed[number] = day
            total += downloads
        return bool(level.low == total and {one.level: str(one.on) for one in level.reached} == crossed)


def main() -> None:
    """Run the table and print it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("statement", nargs="?", type=Path)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--duckdb-python", help="an interpreter that has duckdb")
    parser.add_argument("--folder", type=Path, help="where the files go; else a temporary folder")
    parser.add_argument("--catalogue", type=Path, help="import nothing: time the reports on this catalogue's sales")
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    with contextlib.ExitStack() as stack:
        if arguments.catalogue:
            told(reports(arguments.catalogue), as_json=arguments.json)
            return
        folder = arguments.folder or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        folder.mkdir(parents=True, exist_ok=True)
        statement = arguments.statement or folder / "statement.csv"
        if not arguments.statement:
            invent(statement, arguments.rows)
        found = imports(folder, statement, arguments.repeat, arguments.duckdb_python)
        found["memory_mb"] = round(memory(folder, statement))
        found |= reports(folder / "catalogue.db")
    told(found, as_json=arguments.json)


def told(found: dict[str, Any], *, as_json: bool) -> None:
    """Print what was measured."""
    if as_json:
        print(json.dumps(found, indent=2))
        return
    for name, value in found.items():
        print(f"{name:<28}{value if not isinstance(value, float) else round(value, 3)}")


if __name__ == "__main__":
    main()
