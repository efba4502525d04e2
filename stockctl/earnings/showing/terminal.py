"""A report of earnings in a terminal: lines that fit 80 columns, the key never cut off, bars to compare."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from stockctl.earnings.answers.steps.schemes import LIFETIME
from stockctl.earnings.showing.document import in_short
from stockctl.earnings.showing.wording import (
    WINDOWS,
    carried,
    coming,
    counted,
    percent,
    shown,
    titled,
    when,
    why_a_range,
)
from stockctl.earnings.statements.layout import Provenance
from stockctl.earnings.terms.money import in_currency, many, per
from stockctl.report.terminal import is_silent, messages, results
from stockctl.report.visible import visible

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stockctl.earnings.answers.money.levels import Level
    from stockctl.earnings.answers.money.lines import Line
    from stockctl.earnings.booking.imported import Imported
    from stockctl.earnings.run import Report

WIDTH = 80
_BAR = 16
# Rows shown of each finding of the audit; --json has more.
_ROWS = 5
_EIGHTHS = " ▏▎▍▌▋▊▉█"


def show(report: Report, *, verbose: bool = False) -> None:
    """Print the report on stdout."""
    console = results()
    for line in text(report, verbose=verbose):
        console.print(line)


def complain(report: Report) -> None:
    """Print on stderr what could not be read, and what the person should know."""
    console = messages()
    for one in () if is_silent() else report.imported:
        for note in one.notes:
            where = f"{one.file}:{note.line}" if note.line else one.file
            console.print(f"note: {where}: {note.message}")
    for message in () if is_silent() else report.messages:
        console.print(f"note: {message}")
    for failure in report.errors:
        console.print(f"error: {visible(str(failure.error))}")
        if failure.error.hint:
            console.print(f"hint: {failure.error.hint}")


def text(report: Report, *, verbose: bool = False) -> Iterator[str]:
    """Return the report line by line: what came in first, what is owed, the levels; then the rest."""
    yield from _totals(report)
    yield from _owed(report)
    if report.levels and not report.period.year:
        yield ""
        yield f"levels are those of {report.year}: agencies count by years of their own"
    for level in report.levels:
        yield ""
        yield from _level(level)
    if report.by != "agency" or len(report.rows) > 1:
        yield ""
        yield from bars(report.rows, report.by)
    if report.by == "month":
        for agency, months in report.uncovered.items():
            told = f"no statement of {titled(agency)} covers {', '.join(months)}: missing, not without sales"
            yield from textwrap.wrap(told, WIDTH, initial_indent="  ", subsequent_indent="    ")
    if report.in_short:
        yield from _in_short(report)
    if report.costs:
        yield from _costs(report)
    if report.batches:
        yield from _batches(report)
    if report.audited:
        yield ""
        yield from _audit(report)
    if report.imported:
        yield ""
    for one in report.imported:
        yield from _imported(one, verbose=verbose)


def _totals(report: Report) -> Iterator[str]:
    yield f"{report.period}" if report.totals else _nothing(report)
    if report.converted:
        together = in_currency(report.converted.amount, report.converted.currency)
        yield f"  all together: {together} {report.converted.currency}, at the rates given"
        if report.converted.missing:
            yield f"  left out, for want of a rate: {', '.join(report.converted.missing)}"
    # The largest first, each currency for itself.
    for total in sorted(report.totals, key=lambda one: (one.currency, -one.amount, one.agency)):
        refunds = f", refunds {in_currency(total.refunds, total.currency, 6)}" if total.refunds else ""
        yield (
            f"  {titled(total.agency)}: {in_currency(total.amount, total.currency)} {total.currency}"
            f"{' from ' + many(total.downloads, 'download') if total.downloads else ''}{refunds}"
        )


def _owed(report: Report) -> Iterator[str]:
    """Say what is unpaid where payouts are told; without one all that was ever earned would be."""
    for balance in report.balances:
        if balance.paid or balance.tax:
            unpaid = in_currency(balance.unpaid, balance.currency)
            yield f"  unpaid by {titled(balance.agency)}: {unpaid} {balance.currency}"


def _costs(report: Report) -> Iterator[str]:
    yield ""
    yield "shoots by what they cost"
    for one in report.costs:
        yield f"  {one.shoot}"
        even = f"broke even in {one.even}" if one.even else "not earned back yet"
        cost, earned, profit = (in_currency(amount, one.currency) for amount in (one.cost, one.earned, one.profit))
        yield f"    cost {cost}, earned {earned} {one.currency}: {profit}, {even}"


def _batches(report: Report) -> Iterator[str]:
    yield ""
    yield "return by month of upload, over all years"
    for one in report.batches:
        half = f", half of it in {many(one.half_in, 'month')}" if one.half_in is not None else ""
        life = f", half-life {one.half_life} months" if one.half_life is not None else ""
        earned = f"{in_currency(one.earned, one.currency)} {one.currency}"
        yield f"  {one.month}: {earned} from {one.sold:,} of {many(one.files, 'file')}"
        yield f"    {in_currency(one.per_file, one.currency)} per file{half}{life}"


def _nothing(report: Report) -> str:
    """Say that a year has no sales, and where there are some."""
    if report.years is None:
        return "No sales are known: name the agencies' statements, as in stockctl earnings *.csv"
    first, last = report.years
    whose = f" of {titled(report.agency)}" if report.agency else ""
    others = f"in {first}" if first == last else f"from {first} to {last}"
    asked = f"in {report.year}" if report.period.year else f"from {report.period.first} to {report.period.last}"
    return f"No sales{whose} {asked}; there are some {others}: --year {last}"


def _in_short(report: Report) -> Iterator[str]:
    for one in report.figures:
        yield ""
        yield f"in short, {one.currency}, {report.period}"
        for name, value, note in in_short(one):
            yield f"  {name:<38}{value:>12}"
            if note:
                yield f"    {note}"
        for word, trends in (("rising", one.rising), ("falling", one.falling)):
            told = [trend for trend in trends if (trend.after > trend.before) == (word == "rising")]
            if told:
                yield f"  {word}: the last 91 days against the 91 before"
            for trend in told:
                yield f"    {trend.name}"
                yield f"    {in_currency(trend.before, one.currency):>12} to {in_currency(trend.after, one.currency)}"
    for balance in report.balances:
        yield ""
        yield f"{titled(balance.agency)}: {in_currency(balance.unpaid, balance.currency)} {balance.currency} unpaid"
        if balance.minimum is not None:
            reached = f"reached {balance.reached}" if balance.reached else "not reached within ten years at this pace"
            paid = f", paid by {balance.paid_on}" if balance.paid_on else ""
            yield f"  pays out from {in_currency(balance.minimum, balance.currency)}: {reached}{paid}"


def _audit(report: Report) -> Iterator[str]:
    yield "audit" if report.audit else "audit: nothing to look at"
    for doubt in report.audit:
        told = f"{doubt.severity} {doubt.rule}, {titled(doubt.agency)}: {doubt.message}"
        yield from textwrap.wrap(told, WIDTH, initial_indent="  ", subsequent_indent="    ")
        for row in doubt.rows[:_ROWS]:
            what = " ".join(filter(None, (row.file or row.asset, row.licence)))
            amount = in_currency(row.amount, row.currency, 6) if row.amount is not None else ""
            yield f"    {row.day} {amount:>10}  {what}"
        if doubt.count > _ROWS:
            yield f"    and {doubt.count - _ROWS} more"


def bars(lines: tuple[Line, ...], by: str, limit: int = 40) -> Iterator[str]:
    """Return lines as a table with bars, the largest amounts first where there are too many."""
    if not lines:
        return
    yield f"{'by ' + by:<{_BAR + 2}}{'downloads':>11}{'amount':>14}{'each':>10}"
    most = {
        line.currency: max(abs(other.amount) for other in lines if other.currency == line.currency) for line in lines
    }
    for line in lines[:limit]:
        yield f"  {titled(line.key) if by in {'agency', 'platform'} else line.key}"
        each = per(line.amount, line.downloads, line.currency)
        yield (
            f"  {bar(line.amount, most[line.currency])}{line.downloads:>11,}"
            f"{in_currency(line.amount, line.currency):>14}{each or '–':>10} {line.currency}"
        )
    if len(lines) > limit:
        yield f"  and {len(lines) - limit:,} more: --json has them all"


def bar(value: int, most: int, width: int = _BAR) -> str:
    """Return a bar of `width` characters for a value against the largest."""
    eighths = max(0, value) * width * 8 // most if most > 0 else 0
    if value > 0:
        eighths = max(1, eighths)
    full, rest = divmod(eighths, 8)
    return ("█" * full + (_EIGHTHS[rest] if rest else "")).ljust(width)


def _imported(one: Imported, *, verbose: bool) -> Iterator[str]:
    if one.again:
        # Whoever mended the mapping wants it read again.
        again = "; --replace-days reads it again" if one.provenance is Provenance.PERSON else ""
        yield f"{one.file}: imported before; nothing new{again}"
        return
    agencies = ", ".join(titled(agency) for agency in one.agency.split(", ")) if one.agency else "no agency"
    if verbose:
        yield one.file
        yield f"  {agencies}, {one.layout} (known from: {one.provenance})"
        yield f"  {many(one.rows, 'row')}: {one.new:,} new, {one.known:,} known, {one.skipped:,} without a sale"
    else:
        yield f"{one.file}: {agencies}, {one.new:,} new of {many(one.rows, 'row')}"


def _level(level: Level) -> Iterator[str]:
    scheme = level.scheme
    head = f"{titled(scheme.agency)} {scheme.kind}, {WINDOWS[scheme.window]}"
    unit = counted(level)
    if level.low != level.high:
        yield f"{head}: between {shown(level, level.low)} and {shown(level, level.high)} {unit}"
        yield f"  {why_a_range(level)}"
    else:
        yield f"{head}: {shown(level, level.low)} {unit}"
    if scheme.per_file:
        told = [f"{files:,} at {step.name}" for step, files in zip(scheme.steps, level.files, strict=False) if files]
        yield f"  files: {', '.join(told)}" if told else "  its statements do not tell which file was sold"
    if scheme.note:
        yield from textwrap.wrap(f"({scheme.note})", WIDTH, initial_indent="  ", subsequent_indent="  ")
    yield from _in_force(level)
    if level.keep is not None:
        yield f"  {shown(level, level.keep)} more by {level.until} keep it for the year after"
    yield from (f"  level {scheme.steps[one.level - 1].name} reached: {when(one)}" for one in level.reached)
    if level.coming:
        yield f"  {coming(level)}"
    if scheme.carried:
        yield from textwrap.wrap(carried(level), WIDTH, initial_indent="  ", subsequent_indent="  ")
    if level.reset and level.reset.costs:
        yield (
            f"  on {level.reset.on} it starts again at {percent(level.reset.rate)}; climbing back costs about"
            f" {in_currency(level.reset.costs, level.reset.currency)} {level.reset.currency}"
        )
    if scheme.confidence != "official":
        about = f"(this table is known from {scheme.confidence}: {scheme.source})"
        yield from textwrap.wrap(about, WIDTH, initial_indent="  ", subsequent_indent="  ")


def _in_force(level: Level) -> Iterator[str]:
    """Say which level it is, what it pays and when the next one comes."""
    scheme, number = level.scheme, level.number
    if number is not None:
        step = scheme.steps[number - 1]
        pays = f"{percent(step.rate)} of the price" if step.rate else f"at least {step.pays} each"
        line = f"  level {step.name}: {pays}"
        if level.following and level.remaining is not None:
            line += f"; {shown(level, level.remaining)} more to level {level.following.name}"
            if level.expected:
                line += f", about {level.expected}"
        yield line
        if level.expected_range:
            early, late = level.expected_range
            end = "a day beyond ten years" if scheme.window == LIFETIME else "the end of the year or later"
            yield f"  (between {early} and {late or end}, four times in five)"
