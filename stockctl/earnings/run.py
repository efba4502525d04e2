"""One run of the command: statements in, then the year's report as a value."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from stockctl.catalogue.sold import sales
from stockctl.earnings.answers.money import levels as leveling
from stockctl.earnings.answers.money import totals as reports
from stockctl.earnings.answers.period import of_year
from stockctl.earnings.asked import agency_asked, cost_asked, count_asked, entry_asked, said_asked
from stockctl.earnings.terms.money import in_currency
from stockctl.earnings.terms.names import know, titled
from stockctl.errors import CatalogueError, StockctlError, UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from stockctl.catalogue import Catalogue
    from stockctl.earnings.answers.audit import Doubt
    from stockctl.earnings.answers.money.costs import Shoot
    from stockctl.earnings.answers.money.lines import Line, Month, Total
    from stockctl.earnings.answers.money.payouts import Balance
    from stockctl.earnings.answers.money.rates import Converted, Rates
    from stockctl.earnings.answers.period import Period
    from stockctl.earnings.answers.sold.batches import Batch
    from stockctl.earnings.answers.sold.courses import Courses
    from stockctl.earnings.answers.sold.figures import Figures
    from stockctl.earnings.booking.imported import Imported
    from stockctl.files.output import Output


# So many of the best files are shown with what is known of them.
_TITLED = 200
# Of so many sold files that were found out all sums over pictures are brought up to date.
_SUMMED_AT = 10_000


@dataclass(frozen=True)
class Wanted:
    """What a person asked for; `agency` and texts as typed.

    `in_short` adds the figures, `whole` what only the page shows too. In the settings' `folder` agencies of one's
    own stand.
    """

    year: int
    period: Period | None = None
    agency: str = ""
    by: str = "agency"
    as_: str = ""
    mapping: Path | None = None
    downloads: Sequence[str] = ()
    other: Sequence[str] = ()
    payouts: Sequence[str] = ()
    taxes: Sequence[str] = ()
    costs: Sequence[str] = ()
    dates: str = ""
    decimal: str = ""
    strict: bool = False
    replace_days: bool = False
    audit: bool = False
    in_short: bool = False
    whole: bool = False
    rates: Path | None = None
    currency: str = "USD"
    folder: Path | None = None


@dataclass(frozen=True)
class Failure:
    """A statement, or a row of one, that could not be read."""

    path: str
    error: StockctlError


@dataclass(frozen=True)
class Report:
    """A period's earnings and what was imported on the way; `years` are the first and last that have sales.

    Levels are those of `year`, in which the period ends: agencies count by years of their own.
    """

    year: int
    period: Period
    by: str
    imported: tuple[Imported, ...]
    totals: tuple[Total, ...]
    rows: tuple[Line, ...]
    levels: tuple[leveling.Level, ...]
    audit: tuple[Doubt, ...] = ()
    balances: tuple[Balance, ...] = ()
    costs: tuple[Shoot, ...] = ()
    figures: tuple[Figures, ...] = ()
    errors: tuple[Failure, ...] = ()
    refused: int = 0
    messages: tuple[str, ...] = ()
    agency: str = ""
    audited: bool = False
    in_short: bool = False
    converted: Converted | None = None
    months: tuple[Month, ...] = ()
    earlier: tuple[Month, ...] = ()
    files: tuple[Line, ...] = ()
    courses: Courses | None = None
    batches: tuple[Batch, ...] = ()
    uncovered: Mapping[str, list[str]] = field(default_factory=dict)
    unsold: Mapping[str, list[str]] = field(default_factory=dict)
    years: tuple[int, int] | None = None

    @property
    def exit_code(self) -> int:
        """2 where none of the statements could be read, 1 where something of them could not, else 0."""
        if self.refused and not self.imported:
            return 2
        return 1 if self.errors else 0


def run(catalogue: Catalogue, statements: Sequence[Path], wanted: Wanted, today: date) -> Report:
    """Import the statements, book what was typed, and report the year.

    Raises:
        UsageError: an option means nothing: an unknown agency, a day that is none.

    """
    know(wanted.folder, sales.agencies_with_sales(catalogue))
    agency = agency_asked(catalogue, wanted.agency) if wanted.agency else ""
    if wanted.by not in reports.BY:
        raise UsageError(f"cannot group by {wanted.by!r}", hint="known: " + ", ".join(reports.BY))
    counts = [count_asked(catalogue, text) for text in wanted.downloads]
    rates = _rates(wanted.rates)
    entries = [
        *(entry_asked(catalogue, text, "other", "--other") for text in wanted.other),
        *(entry_asked(catalogue, text, sales.PAYOUT, "--payout") for text in wanted.payouts),
        *(entry_asked(catalogue, text, sales.TAX, "--tax") for text in wanted.taxes),
    ]
    spent = [cost_asked(text) for text in wanted.costs]
    imported, errors, refused = _import_all(catalogue, statements, wanted)
    _link(catalogue)
    messages = [_booked(entry, new=sales.add(catalogue, entry, source="by-hand")) for entry in entries]
    messages += [_spent(catalogue, *cost) for cost in spent]
    for count_agency, kind, downloads in counts:
        as_of = _as_of(catalogue, count_agency, wanted.year, today)
        sales.count_from_page(catalogue, count_agency, kind, wanted.year, as_of, downloads)
    period = wanted.period or of_year(wanted.year)
    levels = tuple(leveling.levels(catalogue, wanted.year, today, agency))
    files = reports.lines(catalogue, "asset", period, agency) if wanted.whole else ()
    return Report(
        year=wanted.year,
        period=period,
        agency=agency,
        by=wanted.by,
        imported=tuple(imported),
        totals=reports.totals(catalogue, period, agency),
        rows=reports.lines(catalogue, wanted.by, period, agency),
        levels=levels,
        audit=_audit(catalogue, period, levels, today, agency) if wanted.audit else (),
        audited=wanted.audit,
        in_short=wanted.in_short,
        converted=_converted(catalogue, wanted, period, agency, rates) if rates else None,
        balances=_balances(catalogue, today, agency) if wanted.whole or wanted.in_short or _paid(catalogue) else (),
        costs=_costs(catalogue) if wanted.whole or wanted.in_short or wanted.costs else (),
        figures=_figures(catalogue, period, agency) if wanted.whole or wanted.in_short else (),
        months=reports.months(catalogue, period, agency) if wanted.whole else (),
        earlier=_earlier(catalogue, period.year, agency) if wanted.whole and period.year else (),
        files=files,
        uncovered=_uncovered(catalogue, period, today, agency) if wanted.whole or wanted.by == "month" else {},
        unsold=_unsold(catalogue, period, today, agency) if wanted.whole else {},
        courses=_courses(catalogue, period, agency, files) if wanted.whole else None,
        batches=_batches(catalogue, agency, today) if wanted.whole else (),
        years=reports.years(catalogue),
        errors=tuple(errors),
        refused=refused,
        messages=tuple(messages),
    )


def _link(catalogue: Catalogue) -> None:
    from stockctl.earnings.answers.sold.linking import link

    if link(catalogue) >= _SUMMED_AT:
        from stockctl.catalogue.sums import now
        from stockctl.words.lemma import key, key_version

        # It takes a small part of the time that so many took to be found.
        now.fill(catalogue, key, key_version())


# What few reports show is imported where it is asked for: a run on a file that is known takes half a second.


def _rates(path: Path | None) -> Rates | None:
    if path is None:
        return None
    from stockctl.earnings.answers.money.rates import Rates

    return Rates(path)


def _converted(catalogue: Catalogue, wanted: Wanted, period: Period, agency: str, rates: Rates) -> Converted:
    from stockctl.earnings.answers.money.rates import converted

    return converted(catalogue, period, agency, rates, wanted.currency)


def _audit(
    catalogue: Catalogue, period: Period, levels: Sequence[leveling.Level], today: date, agency: str
) -> tuple[Doubt, ...]:
    from stockctl.earnings.answers.audit import audit

    return audit(catalogue, period, levels, today, agency)


def _balances(catalogue: Catalogue, today: date, agency: str) -> tuple[Balance, ...]:
    from stockctl.earnings.answers.money.payouts import balances

    return balances(catalogue, today, agency)


def _paid(catalogue: Catalogue) -> bool:
    """Tell whether a payout or a tax is booked: only then what is unpaid is known."""
    marks = ", ".join("?" * len(sales.NOT_EARNED))
    return bool(catalogue.rows(f"SELECT 1 FROM facets WHERE kind IN ({marks}) LIMIT 1", sales.NOT_EARNED))  # noqa: S608 - marks only


def _costs(catalogue: Catalogue) -> tuple[Shoot, ...]:
    from stockctl.earnings.answers.money.costs import shoots

    return shoots(catalogue)


def _figures(catalogue: Catalogue, period: Period, agency: str) -> tuple[Figures, ...]:
    from stockctl.earnings.answers.sold.figures import figures

    return figures(catalogue, period, agency)


def _courses(catalogue: Catalogue, period: Period, agency: str, files: Sequence[Line]) -> Courses:
    from stockctl.earnings.answers.sold.courses import courses

    return courses(catalogue, period, agency, [line.key for line in files[:_TITLED]])


def _batches(catalogue: Catalogue, agency: str, today: date) -> tuple[Batch, ...]:
    from stockctl.earnings.answers.sold.batches import batches

    return batches(catalogue, agency, today)


def _uncovered(catalogue: Catalogue, period: Period, today: date, agency: str) -> Mapping[str, list[str]]:
    from stockctl.earnings.answers.covered import uncovered

    return uncovered(catalogue, period, today, agency)


def _unsold(catalogue: Catalogue, period: Period, today: date, agency: str) -> Mapping[str, list[str]]:
    from stockctl.earnings.answers.covered import unsold

    return unsold(catalogue, period, today, agency)


def _earlier(catalogue: Catalogue, year: int, agency: str) -> tuple[Month, ...]:
    """Return the months of the two years before."""
    return tuple(month for before in (year - 2, year - 1) for month in reports.months(catalogue, before, agency))


def write_template(statement: Path, output: Output) -> None:
    """Write a mapping file for a statement whose layout is not known.

    Raises:
        UsageError: it cannot be written there.
        StatementError: the statement is no table.

    """
    from stockctl.earnings.reading.fingerprint import hash_file
    from stockctl.earnings.reading.source import open_source
    from stockctl.earnings.statements.template import template

    text = template(open_source(statement, hash_file(statement)))
    with output.text() as file:
        file.write(text)


def _import_all(
    catalogue: Catalogue, statements: Sequence[Path], wanted: Wanted
) -> tuple[list[Imported], list[Failure], int]:
    imported: list[Imported] = []
    errors: list[Failure] = []
    refused = 0
    if not statements:
        return imported, errors, refused
    from stockctl.earnings.booking.imported import told
    from stockctl.earnings.booking.importing import import_statement

    said = said_asked(wanted.dates, wanted.decimal)

    mapping = None
    if wanted.mapping:
        from stockctl.earnings.statements.mapping import read_mapping

        mapping = read_mapping(wanted.mapping)
    for path in statements:
        try:
            one = import_statement(
                catalogue,
                path,
                as_=wanted.as_,
                mapping=mapping,
                strict=wanted.strict,
                replace_days=wanted.replace_days,
                said=said,
            )
        except (UsageError, CatalogueError):
            raise
        except StockctlError as error:
            refused += 1
            errors.append(Failure(str(path), error))
        else:
            imported.append(one)
            errors.extend(Failure(str(path), error) for error in told(one))
    return imported, errors, refused


def _booked(entry: sales.Entry, *, new: bool) -> str:
    """Say what was booked, or that it stood there."""
    what = f"{entry.text or entry.kind} of {titled(entry.agency)} on {entry.day}"
    if not new:
        return f"{what} stands in the ledger already; not added again"
    return f"{what} is booked: {in_currency(entry.amount, entry.currency, 6)} {entry.currency}"


def _spent(catalogue: Catalogue, shoot: str, amount: int, currency: str, day: date, text: str) -> str:
    from stockctl.earnings.answers.money.costs import add

    what = f"{in_currency(amount, currency, 6)} {currency} for {shoot} on {day}"
    return f"{what} is kept" if add(catalogue, shoot, amount, currency, day, text) else f"{what} stands there already"


def _as_of(catalogue: Catalogue, agency: str, year: int, today: date) -> date:
    """Return the day for which a count read off today holds: that of the last sale known, else today."""
    rows = catalogue.rows(
        "SELECT max(t.day) FROM day_totals t JOIN facets f ON f.id = t.facet"
        " WHERE f.agency = ? AND t.day BETWEEN ? AND ?",
        (agency, f"{year}-01-01", f"{year}-12-31"),
    )
    last = rows[0][0]
    return date.fromisoformat(last) if last else min(today, date(year, 12, 31))
