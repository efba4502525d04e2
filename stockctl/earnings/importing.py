"""Import a statement: one that is known is told by its bytes, any other is recognised, read and entered."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from stockctl.catalogue.sales import statement_known
from stockctl.earnings.fingerprint import hash_file, look
from stockctl.errors import StatementError

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable
    from pathlib import Path

    from stockctl.catalogue import Catalogue
    from stockctl.earnings.intake import Problem
    from stockctl.earnings.reading import Source
    from stockctl.earnings.statements import Layout, Plan, Provenance

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


def import_statement(
    catalogue: Catalogue,
    path: Path,
    *,
    as_: str = "",
    mapping: Callable[[Source], tuple[Layout, Plan]] | None = None,
    strict: bool = False,
    replace_days: bool = False,
) -> Imported:
    """Import one statement in one transaction: on any failure the catalogue is as before.

    `as_` says which agency's (and which layout) it is; `mapping` reads a layout
    that is not known. Broken rows are left out and told; with `strict` one of
    them refuses the file. With `replace_days` the statement is the truth for
    the days that it tells.

    Raises:
        StatementError: it cannot be read as a statement.
        UnreadableError: it cannot be read at all.

    """
    look(path)
    whole = hash_file(path)
    known = None if replace_days else statement_known(catalogue, whole.sha256)
    # Where rows were broken it is read again, so that they are told each time.
    if known and not (known["skipped"] if known["broken"] is None else known["broken"]):
        return known_again(path, known)
    # A file that is known needs none of this.
    from stockctl.earnings.entering import enter
    from stockctl.earnings.reading import open_source
    from stockctl.earnings.statements import recognise

    source = open_source(path, whole)
    found, plan = mapping(source) if mapping else recognise(source, as_)
    return enter(catalogue, source, found, plan, strict=strict, replace_days=replace_days)


def known_again(path: Path, known: sqlite3.Row) -> Imported:
    """Return the import of a file that says what a known statement says."""
    from stockctl.earnings.statements import provenance

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
