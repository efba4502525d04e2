"""Statements against sqlite3's .import and duckdb, and a report from what was summed up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.benchmarks import statements
from tests.benchmarks.bench.peers import PYTHON, missing
from tests.benchmarks.bench.rows import Missing, Row, faster, in_turns

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.benchmarks.bench.form import Form

REPORT = "SELECT agency, substr(date, 1, 7), sum(amount) FROM t GROUP BY 1, 2"
DUCKDB_REPORT = """
import duckdb, sys
with duckdb.connect(sys.argv[1], read_only=True) as connection:
    connection.execute("SELECT agency, strftime(date, '%Y-%m'), sum(amount) FROM t GROUP BY 1, 2").fetchall()
"""


def imports(form: Form, work: Path) -> Iterator[Row | Missing]:
    """Yield the rows of the import, and of one report, which ours takes from what it has summed up."""
    folder = work / "statements"
    folder.mkdir(exist_ok=True)
    rows = form.compared_rows
    statement = folder / f"{rows}.csv"
    if not statement.exists():
        statements.invent(statement, rows)
    ours, sqlite, duckdb = folder / "ours.db", folder / "sqlite.db", folder / "duck.db"
    environment = {"STOCKCTL_DB": str(ours), "STOCKCTL_CONFIG": str(folder / "none.toml")}

    def fresh(database: Path, command: list[str], **more: str) -> float:
        for path in folder.glob(f"{database.name}*"):
            path.unlink()
        return statements.run(command, **more)[1]

    def mine() -> float:
        return fresh(ours, statements.stockctl(statement), **environment)

    note = "processor time; ours also finds the layout, checks every row and keeps sums for the reports"
    what = f"import a statement of {rows:,} rows"
    if why := missing("sqlite3"):
        yield Missing("import-sqlite", why)
    else:
        command = ["sqlite3", str(sqlite), "-cmd", ".mode csv", f".import {statement} t"]
        yield faster(
            "import-sqlite", what, "sqlite3 .import", in_turns(form.rounds, mine, lambda: fresh(sqlite, command)), note
        )
        report = ["sqlite3", str(sqlite), REPORT]
        asked = statements.stockctl("--by", "month", "--year", "2024")
        sides = in_turns(
            form.rounds, lambda: statements.run(asked, **environment)[1], lambda: statements.run(report)[1]
        )
        yield faster(
            "report-sqlite", f"sums by month over {rows:,} rows", "sqlite3", sides, "processor time, start-up included"
        )
    command = [str(PYTHON), "-c", statements.DUCKDB, str(statement), str(duckdb)]
    yield faster("import-duckdb", what, "duckdb", in_turns(form.rounds, mine, lambda: fresh(duckdb, command)), note)
    report = [str(PYTHON), "-c", DUCKDB_REPORT, str(duckdb)]
    asked = statements.stockctl("--by", "month", "--year", "2024")
    sides = in_turns(form.rounds, lambda: statements.run(asked, **environment)[1], lambda: statements.run(report)[1])
    yield faster(
        "report-duckdb", f"sums by month over {rows:,} rows", "duckdb", sides, "processor time, start-up included"
    )
