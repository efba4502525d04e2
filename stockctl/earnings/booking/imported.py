"""What one statement's import brought: its counts, what was noticed, and its broken rows as errors."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from stockctl.errors import StatementError

if TYPE_CHECKING:
    import sqlite3
    from pathlib import Path

    from stockctl.earnings.booking.rows.intake import Problem
    from stockctl.earnings.statements.layout import Provenance

# So many broken rows of one file are told one by one.
_TOLD = 20


@dataclass(frozen=True)
class Note:
    """What an import noticed and did not mend: a word for its sort, the message, the line (0: none).

    Where it is about days, `agency` says whose ("": several) and `days` which, first and last.
    """

    what: str
    message: str
    line: int = 0
    agency: str = ""
    days: tuple[str, str] = ("", "")


@dataclass(frozen=True)
class Imported:
    """One statement's import: rows = new + known + skipped; `agency` lists several with commas."""

    file: str
    agency: str
    layout: str
    provenance: Provenance
    rows: int
    new: int
    known: int
    skipped: int
    notes: tuple[Note, ...] = ()
    problems: tuple[Problem, ...] = ()
    again: bool = False


def known_again(path: Path, known: sqlite3.Row) -> Imported:
    """Return the import of a file that says what a known statement says."""
    from stockctl.earnings.statements.recognise import provenance

    return Imported(
        file=str(path),
        agency=known["agency"],
        layout=known["layout"],
        provenance=provenance(known["layout"]),
        rows=known["rows"],
        new=0,
        known=known["rows"] - known["skipped"],
        skipped=known["skipped"],
        again=True,
    )


def problem_error(path: Path, problem: Problem, hint: str) -> StatementError:
    """Say where a row is broken."""
    column = f":{problem.column}" if problem.column else ""
    return StatementError(problem.message, where=f"{path}:{problem.line}{column}", hint=hint)


def told(imported: Imported) -> list[StatementError]:
    """Return an import's broken rows as errors, the first ones each and the rest as a number."""
    from pathlib import Path

    path = Path(imported.file)
    errors = [
        problem_error(path, problem, "the row was left out; mend it and import again")
        for problem in imported.problems[:_TOLD]
    ]
    rest = Counter(problem.column for problem in imported.problems[_TOLD:])
    if rest:
        errors.append(StatementError(f"{rest.total()} more rows cannot be read", where=str(path)))
    return errors
