"""What is said of the days about which a statement and the ledger do not agree."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from stockctl.earnings.booking.imported import Note
from stockctl.earnings.terms.money import format_amount, many
from stockctl.earnings.terms.names import titled

if TYPE_CHECKING:
    from collections import Counter

    from stockctl.earnings.booking.known_days import Restated
    from stockctl.earnings.booking.ledger import Ledger
    from stockctl.earnings.booking.rows.intake import Intake


def day_notes(ledger: Ledger, intake: Intake) -> list[Note]:
    """Say which days were told elsewhere, what is missing, what was kept, and which sums were restated."""
    notes = []
    known = ledger.known_days
    if intake.rows == intake.skipped and not intake.problems:
        notes.append(Note("empty", "there are no sales in it"))
    if ledger.elsewhere:
        done = "another kind of statement told these days already; --replace-days takes this one instead"
        notes.append(_over_days("told-elsewhere", ledger.elsewhere, "row", f"left out: {done}"))
    if ledger.short:
        done = (
            "another kind of statement told more of these days, and this one may not be whole; what it lacks is"
            " booked with --other"
        )
        notes.append(_over_days("told-elsewhere", ledger.short, "row", f"left out: {done}"))
    for (agency, day), rows in sorted(known.missing.items()):
        done = "they were taken out" if ledger.replace_days else "they are kept; --replace-days takes them out"
        of = "of the files that it names " if not ledger.complete else ""
        message = f"{many(rows, 'sale')} of {titled(agency)} on {day} {of}are no longer in this statement: {done}"
        notes.append(Note("missing", message, agency=agency, days=(day, day)))
    for (agency, day), rows in sorted((+known.open).items()):
        message = f"{many(rows, 'sale')} of {titled(agency)} on {day} are not in this statement: they are kept"
        message += "; it was made while the day was not over everywhere"
        notes.append(Note("missing", message, agency=agency, days=(day, day)))
    if +known.beside:
        done = "kept: the statement does not name them, and it may not be whole"
        notes.append(_over_days("beside", +known.beside, "sale", done))
    notes.extend(map(_restated, sorted(known.restated, key=lambda one: (one.last, one.agency))))
    return notes


def _over_days(what: str, found: Counter[tuple[str, str]], thing: str, done: str) -> Note:
    days = sorted(day for _, day in found)
    agencies = {agency for agency, _ in found}
    span = f"on {days[0]}" if len(days) == 1 else f"on {len(days)} days from {days[0]} to {days[-1]}"
    return Note(
        what,
        f"{many(found.total(), thing)} {span} were {done}",
        agency=agencies.pop() if len(agencies) == 1 else "",
        days=(days[0], days[-1]),
    )


def _restated(one: Restated) -> Note:
    """Say both figures of a day, and which counts."""
    span = one.last if one.first == one.last else f"{one.first} to {one.last}"
    before, after = (
        f"{many(count, 'download')} and {format_amount(amount)}" for count, amount in (one.before, one.after)
    )
    earlier = Path(one.file).name or "an earlier statement"
    if one.asks:
        counts = f"this statement is the later one, but may not be whole: {earlier} counts; --replace-days takes this"
    elif one.wins:
        counts = "this statement is the later one and counts"
    else:
        counts = f"{earlier} is the later one and counts"
    return Note(
        "restated",
        f"{span} at {titled(one.agency)}: {after} here, {before} in {earlier}; {counts}",
        agency=one.agency,
        days=(one.first, one.last),
    )
