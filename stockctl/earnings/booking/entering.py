"""Enter a statement into the catalogue: what is new of it, all or nothing, and what was noticed on the way."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from stockctl.catalogue.seen.assets import now
from stockctl.catalogue.sold.sales import MICRO
from stockctl.earnings.booking.imported import Imported, Note, known_again, problem_error
from stockctl.earnings.booking.ledger import DisorderedError, Ledger, stage
from stockctl.earnings.booking.noted import day_notes
from stockctl.earnings.booking.rows.intake import Intake
from stockctl.earnings.booking.swapped import check_days
from stockctl.earnings.reading.source import PDF, XLSX
from stockctl.earnings.statements.layout import Layout, Plan, Provenance, RowPlan, SalePlan
from stockctl.earnings.terms.money import AmountError, format_amount, parse_amount

if TYPE_CHECKING:
    import sqlite3

    from stockctl.catalogue import Catalogue
    from stockctl.earnings.reading.source import Source


def enter(
    catalogue: Catalogue, source: Source, layout: Layout, plan: Plan, *, strict: bool, replace_days: bool
) -> Imported:
    """Enter a statement in one transaction; one in no order of days is sorted on disk first.

    What a known statement says in other words is known: its line ends, quotes
    or order are another's.

    Raises:
        StatementError: no row of it can be read, or with `strict` one cannot.

    """
    twin = None if replace_days else _twin(catalogue, source, layout, plan)
    if twin is not None:
        with catalogue.transaction() as connection:
            connection.execute(
                "INSERT INTO statements (sha256, file, agency, layout, imported_at, rows, new, known, skipped,"
                " first_day, last_day, lines, contents, broken) SELECT ?, ?, agency, layout, ?, rows, 0,"
                " rows - skipped, skipped, first_day, last_day, ?, contents, 0 FROM statements WHERE id = ?"
                # Another command may have entered this very file a moment ago.
                " ON CONFLICT (sha256) DO NOTHING",
                (source.sha256, str(source.path), now(), source.lines, twin["id"]),
            )
        return known_again(source.path, twin)
    complete, staged = layout.complete, False
    while True:
        try:
            with catalogue.transaction() as connection:
                return _entered(
                    *(connection, source, layout, plan),
                    strict=strict,
                    replace_days=replace_days,
                    staged=staged,
                    complete=complete,
                )
        except DisorderedError:
            staged = True
        except _BrokenError:
            complete = False


class _BrokenError(Exception):
    """Rows are broken: the statement is not whole, and may take nothing out on the strength of it."""


def _entered(
    connection: sqlite3.Connection,
    source: Source,
    layout: Layout,
    plan: Plan,
    *,
    strict: bool,
    replace_days: bool,
    staged: bool,
    complete: bool,
) -> Imported:
    statement = _statement(connection, source, layout)
    intake = Intake(connection, source, plan)
    ledger = Ledger(
        connection,
        layout.family,
        statement,
        intake.owners,
        replace_days=replace_days,
        spans=plan.spans,
        complete=complete,
        made=source.made,
    )
    sums = plan.sums
    blocks = intake.blocks()
    downloads = amount = 0
    for block in stage(connection, blocks) if staged else blocks:
        downloads += int(block.columns["downloads"].sum())
        amount += int(block.columns["amount"].sum())
        ledger.write(block, sums=sums)
    check_days(source, plan, intake.days)
    ledger.finish(sums=sums, agency=layout.agency, empty=intake.empty)
    if strict and intake.problems:
        raise problem_error(source.path, intake.problems[0], "with --strict nothing of the file is imported")
    if intake.problems and not ledger.new and not ledger.known and not intake.empty:
        raise problem_error(source.path, intake.problems[0], "no row of the file could be read")
    if complete and intake.problems and (replace_days or ledger.known_days.restated):
        raise _BrokenError
    notes = (*_form_notes(layout, plan), *_total_notes(intake, plan, downloads, amount), *day_notes(ledger, intake))
    agencies = ", ".join(sorted({agency for agency, _, _ in intake.owners})) or layout.agency
    skipped = intake.skipped + ledger.skipped
    connection.execute(
        "UPDATE statements SET agency = ?, rows = ?, new = ?, known = ?, skipped = ?, first_day = ?, last_day = ?,"
        " lines = ?, contents = ?, broken = ? WHERE id = ?",
        (
            *(agencies, intake.rows, ledger.new, ledger.known, skipped, *_span(ledger)),
            *(source.lines, intake.contents.digest, len(intake.problems), statement),
        ),
    )
    connection.executemany(
        "INSERT INTO statement_notes VALUES (?, ?, ?, ?, ?, ?, ?)",
        [
            (statement, note.what, note.message, note.line, note.agency, *note.days)
            for note in notes
            if note.what != "form"
        ],
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


def _twin(catalogue: Catalogue, source: Source, layout: Layout, plan: Plan) -> sqlite3.Row | None:
    """Return a known statement of the same contents; only where one has as many lines all of this one is read."""
    known = catalogue.rows(
        "SELECT * FROM statements WHERE layout = ? AND abs(lines - ?) <= 1 AND contents IS NOT NULL AND broken = 0",
        (layout.id, source.lines),
    )
    if not known or source.encoding in {XLSX, PDF} or layout.provenance is Provenance.PERSON:
        return None
    contents = source.contents(plan.start)
    source.read_into(contents, plan.start)
    digest = contents.digest
    return next((row for row in known if row["contents"] == digest), None)


def _statement(connection: sqlite3.Connection, source: Source, layout: Layout) -> int:
    connection.execute(
        "DELETE FROM statement_notes WHERE statement IN (SELECT id FROM statements WHERE sha256 = ?)", [source.sha256]
    )
    connection.execute(
        "INSERT INTO statements (sha256, file, agency, layout, imported_at, rows, new, known, skipped, made)"
        " VALUES (?, ?, ?, ?, ?, 0, 0, 0, 0, ?) ON CONFLICT (sha256) DO UPDATE SET layout = excluded.layout,"
        " file = excluded.file, imported_at = excluded.imported_at, made = excluded.made",
        (source.sha256, str(source.path), layout.agency, layout.id, now(), source.made),
    )
    row = connection.execute("SELECT id FROM statements WHERE sha256 = ?", [source.sha256]).fetchone()
    return int(row[0])


def _span(ledger: Ledger) -> tuple[str | None, str | None]:
    if not ledger.last:
        return None, None
    return date.fromordinal(ledger.first).isoformat(), date.fromordinal(ledger.last).isoformat()


def _form_notes(layout: Layout, plan: Plan) -> list[Note]:
    """Say what of a statement was guessed."""
    if layout.provenance is Provenance.GUESS:
        return [Note("form", f"no real statement of this layout was seen: that {layout.id} is so is a guess")]
    if plan.rewritten:
        written = f"days are read as {plan.day_form}"
        return [
            Note(
                "form", f"a spreadsheet brought it into another form than {layout.agency or 'the agency'}'s; {written}"
            )
        ]
    return []


def _total_notes(intake: Intake, plan: Plan, downloads: int, amount: int) -> list[Note]:
    if isinstance(plan, SalePlan):
        return _repeated_notes(intake, plan, amount)
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


def _repeated_notes(intake: Intake, plan: SalePlan, amount: int) -> list[Note]:
    """Compare the total that every row repeats with their sum; zero, or several of them, say nothing."""
    if plan.stated is None:
        return []
    rows = [row for row in intake.source.head[plan.start :] if len(row) > plan.stated]
    contracts = {row[plan.contract] for row in rows if plan.contract is not None}
    try:
        told = {parse_amount(row[plan.stated], plan.decimal)[0] for row in rows if row[plan.stated].strip()}
    except AmountError:
        return []
    if len(told) != 1 or len(contracts) > 1 or intake.contracts > 1 or 0 in told:
        return []
    [stated] = told
    if abs(stated - amount) <= MICRO // 100:
        return []
    text = f"the statement's own total ({format_amount(stated)}) is not the sum of its rows ({format_amount(amount)})"
    return [Note("totals", text)]
