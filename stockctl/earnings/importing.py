"""Import a statement: recognise it, read it, and put into the ledger what is new, all or nothing."""

from __future__ import annotations

import contextlib
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from stockctl.catalogue.assets import now
from stockctl.catalogue.sales import statement_known
from stockctl.earnings.intake import Intake, Problem
from stockctl.earnings.ledgering import DisorderedError, Ledger, stage
from stockctl.earnings.money import format_amount
from stockctl.earnings.reading import hash_file, look, open_source
from stockctl.earnings.statements import LAYOUTS, Layout, Plan, Provenance, recognise
from stockctl.earnings.statements.layout import RowPlan
from stockctl.errors import StatementError

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable
    from pathlib import Path

    from stockctl.catalogue import Catalogue
    from stockctl.earnings.reading import Source

# So many broken rows of one file are told one by one.
_TOLD = 20


@dataclass(frozen=True)
class Note:
    """What an import noticed and did not mend: a word for its sort, the message, the line (0: none)."""

    what: str
    message: str
    line: int = 0


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
    sha256, utf8 = hash_file(path)
    known = None if replace_days else statement_known(catalogue, sha256)
    if known:
        return Imported(
            file=str(path),
            agency=known["agency"],
            layout=known["layout"],
            provenance=_provenance(known["layout"]),
            rows=known["rows"],
            new=0,
            known=known["rows"] - known["skipped"],
            skipped=known["skipped"],
            again=True,
        )
    source = open_source(path, sha256, utf8=utf8)
    found, plan = mapping(source) if mapping else recognise(source, as_)
    with contextlib.suppress(DisorderedError), catalogue.transaction() as connection:
        return _import(connection, source, found, plan, strict=strict, replace_days=replace_days, staged=False)
    with catalogue.transaction() as connection:
        return _import(connection, source, found, plan, strict=strict, replace_days=replace_days, staged=True)


def _provenance(name: str) -> Provenance:
    """Return how well a layout is known; a mapping that a person wrote is theirs."""
    return LAYOUTS[name].provenance if name in LAYOUTS else Provenance.PERSON


def _import(
    connection: sqlite3.Connection,
    source: Source,
    layout: Layout,
    plan: Plan,
    *,
    strict: bool,
    replace_days: bool,
    staged: bool,
) -> Imported:
    statement = _statement(connection, source, layout)
    intake = Intake(connection, source, plan)
    ledger = Ledger(connection, layout.family, statement, intake.owners, replace_days=replace_days)
    sums = plan.sums
    blocks = intake.blocks()
    downloads = amount = 0
    for block in stage(connection, blocks) if staged else blocks:
        downloads += int(block.columns["downloads"].sum())
        amount += int(block.columns["amount"].sum())
        ledger.write(block, sums=sums)
    ledger.finish(sums=sums)
    if strict and intake.problems:
        raise problem_error(source.path, intake.problems[0], "with --strict nothing of the file is imported")
    if intake.problems and not ledger.new and not ledger.known:
        raise problem_error(source.path, intake.problems[0], "no row of the file could be read")
    notes = (*_total_notes(intake, plan, downloads, amount), *_day_notes(ledger, intake))
    agencies = ", ".join(sorted({agency for agency, _ in intake.owners})) or layout.agency
    skipped = intake.skipped + ledger.skipped
    connection.execute(
        "UPDATE statements SET agency = ?, rows = ?, new = ?, known = ?, skipped = ?, first_day = ?, last_day = ?"
        " WHERE id = ?",
        (agencies, intake.rows, ledger.new, ledger.known, skipped, *_span(ledger), statement),
    )
    connection.executemany(
        "INSERT INTO statement_notes VALUES (?, ?, ?, ?)",
        [(statement, note.what, note.message, note.line) for note in notes],
    )
    return Imported(
        file=str(source.path),
        agency=agencies,
        layout=layout.id,
        provenance=layout.provenance,
        rows=intake.rows,
        new=ledger.new,
        known=ledger.known,
        skipped=skipped,
        notes=notes,
        problems=tuple(intake.problems),
    )


def _statement(connection: sqlite3.Connection, source: Source, layout: Layout) -> int:
    connection.execute(
        "DELETE FROM statement_notes WHERE statement IN (SELECT id FROM statements WHERE sha256 = ?)", [source.sha256]
    )
    connection.execute(
        "INSERT INTO statements (sha256, file, agency, layout, imported_at, rows, new, known, skipped)"
        " VALUES (?, ?, ?, ?, ?, 0, 0, 0, 0) ON CONFLICT (sha256) DO UPDATE SET layout = excluded.layout,"
        " file = excluded.file, imported_at = excluded.imported_at",
        (source.sha256, str(source.path), layout.agency, layout.id, now()),
    )
    row = connection.execute("SELECT id FROM statements WHERE sha256 = ?", [source.sha256]).fetchone()
    return int(row[0])


def _span(ledger: Ledger) -> tuple[str | None, str | None]:
    from datetime import date

    if not ledger.last:
        return None, None
    return date.fromordinal(ledger.first).isoformat(), date.fromordinal(ledger.last).isoformat()


def _total_notes(intake: Intake, plan: Plan, downloads: int, amount: int) -> list[Note]:
    if intake.stated is None:
        if isinstance(plan, RowPlan) and plan.closed and intake.rows:
            return [Note("cut-off", "the statement ends without its row of totals: it may have been cut off")]
        return []
    if intake.stated == (downloads, amount):
        return []
    stated = f"{intake.stated[0]} downloads and {format_amount(intake.stated[1])}"
    return [
        Note(
            "totals",
            f"the statement's own totals ({stated}) are not the sum of its rows"
            f" ({downloads} downloads and {format_amount(amount)})",
            intake.stated_line,
        )
    ]


def _day_notes(ledger: Ledger, intake: Intake) -> list[Note]:
    notes = []
    if not intake.rows:
        notes.append(Note("empty", "there are no sales in it"))
    if ledger.elsewhere:
        rows = ledger.elsewhere.total()
        days = sorted(day for _, day in ledger.elsewhere)
        notes.append(
            Note(
                "told-elsewhere",
                f"{rows} rows on {len(days)} days from {days[0]} to {days[-1]} were left out: another kind of statement"
                " told these days already; --replace-days takes this one instead",
            )
        )
    for (agency, day), rows in sorted(ledger.missing.items()):
        done = "they were taken out" if ledger.replace_days else "they are kept; --replace-days takes them out"
        notes.append(Note("missing", f"{rows} sales of {agency} on {day} are no longer in this statement: {done}"))
    notes.extend(
        Note("restated", f"the sum of {day} at {agency} differs from an earlier statement's")
        for agency, day in sorted(ledger.restated)
    )
    return notes


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
