"""One run of the command: statements in, then the year's report as a value."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from stockctl.catalogue import sales
from stockctl.earnings.answers import levels as leveling
from stockctl.earnings.answers import totals as reports
from stockctl.earnings.answers.period import of_year
from stockctl.earnings.terms.days import DayError, parse_day
from stockctl.earnings.terms.kinds import kind_named
from stockctl.earnings.terms.money import AmountError, format_amount, parse_amount
from stockctl.earnings.terms.names import agency_named, currency_named, known_agencies
from stockctl.errors import CatalogueError, StockctlError, UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from stockctl.catalogue import Catalogue
    from stockctl.earnings.answers.audit import Doubt
    from stockctl.earnings.answers.costs import Shoot
    from stockctl.earnings.answers.figures import Figures
    from stockctl.earnings.answers.lines import Line, Month, Total
    from stockctl.earnings.answers.payouts import Balance
    from stockctl.earnings.answers.period import Period
    from stockctl.earnings.answers.rates import Converted, Rates
    from stockctl.earnings.booking.imported import Imported
    from stockctl.earnings.reading.source import Said
    from stockctl.files.output import Output


# So many of the best files are shown with their titles.
_TITLED = 200


@dataclass(frozen=True)
class Wanted:
    """What a person asked for; `agency` and texts as typed.

    `in_short` adds the figures, `whole` what only the page shows too.
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


@dataclass(frozen=True)
class Failure:
    """A statement, or a row of one, that could not be read."""

    path: str
    error: StockctlError


@dataclass(frozen=True)
class Report:
    """A period's earnings and what was imported on the way; `years` are the first and last that have sales.

    Levels, figures and the audit are those of `year`, in which the period ends.
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
    titles: Mapping[str, str] = field(default_factory=dict)
    uncovered: Mapping[str, list[str]] = field(default_factory=dict)
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
    agency = _agency(catalogue, wanted.agency) if wanted.agency else ""
    if wanted.by not in reports.BY:
        raise UsageError(f"cannot group by {wanted.by!r}", hint="known: " + ", ".join(reports.BY))
    counts = [_count(catalogue, text) for text in wanted.downloads]
    rates = _rates(wanted.rates)
    entries = [
        *(_entry(catalogue, text, "other", "--other") for text in wanted.other),
        *(_entry(catalogue, text, sales.PAYOUT, "--payout") for text in wanted.payouts),
        *(_entry(catalogue, text, sales.TAX, "--tax") for text in wanted.taxes),
    ]
    spent = [_cost(text) for text in wanted.costs]
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
        audit=_audit(catalogue, wanted.year, levels, today, agency) if wanted.audit else (),
        audited=wanted.audit,
        in_short=wanted.in_short,
        converted=_converted(catalogue, wanted, period, agency, rates) if rates else None,
        balances=_balances(catalogue, today, agency) if wanted.whole or wanted.in_short or _paid(catalogue) else (),
        costs=_costs(catalogue) if wanted.whole or wanted.in_short or wanted.costs else (),
        figures=_figures(catalogue, wanted.year, agency) if wanted.whole or wanted.in_short else (),
        months=reports.months(catalogue, wanted.year, agency) if wanted.whole else (),
        earlier=_earlier(catalogue, wanted.year, agency) if wanted.whole else (),
        files=files,
        titles=_titles(catalogue, files) if wanted.whole else {},
        uncovered=_uncovered(catalogue, wanted.year, today, agency) if wanted.whole else {},
        years=reports.years(catalogue),
        errors=tuple(errors),
        refused=refused,
        messages=tuple(messages),
    )


def _link(catalogue: Catalogue) -> None:
    from stockctl.earnings.answers.linking import link

    link(catalogue)


# What few reports show is imported where it is asked for: a run on a file that is known takes half a second.


def _rates(path: Path | None) -> Rates | None:
    if path is None:
        return None
    from stockctl.earnings.answers.rates import Rates

    return Rates(path)


def _converted(catalogue: Catalogue, wanted: Wanted, period: Period, agency: str, rates: Rates) -> Converted:
    from stockctl.earnings.answers.rates import converted

    return converted(catalogue, period, agency, rates, wanted.currency)


def _audit(
    catalogue: Catalogue, year: int, levels: Sequence[leveling.Level], today: date, agency: str
) -> tuple[Doubt, ...]:
    from stockctl.earnings.answers.audit import audit

    return audit(catalogue, year, levels, today, agency)


def _balances(catalogue: Catalogue, today: date, agency: str) -> tuple[Balance, ...]:
    from stockctl.earnings.answers.payouts import balances

    return balances(catalogue, today, agency)


def _paid(catalogue: Catalogue) -> bool:
    """Tell whether a payout or a tax is booked: only then what is unpaid is known."""
    marks = ", ".join("?" * len(sales.NOT_EARNED))
    return bool(catalogue.rows(f"SELECT 1 FROM facets WHERE kind IN ({marks}) LIMIT 1", sales.NOT_EARNED))  # noqa: S608 - marks only


def _costs(catalogue: Catalogue) -> tuple[Shoot, ...]:
    from stockctl.earnings.answers.costs import shoots

    return shoots(catalogue)


def _figures(catalogue: Catalogue, year: int, agency: str) -> tuple[Figures, ...]:
    from stockctl.earnings.answers.figures import figures

    return figures(catalogue, year, agency)


def _titles(catalogue: Catalogue, files: Sequence[Line]) -> Mapping[str, str]:
    from stockctl.earnings.answers.covered import titles

    return titles(catalogue, [line.key for line in files[:_TITLED]])


def _uncovered(catalogue: Catalogue, year: int, today: date, agency: str) -> Mapping[str, list[str]]:
    from stockctl.earnings.answers.covered import uncovered

    return uncovered(catalogue, year, today, agency)


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

    said = _said(wanted)

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


def _said(wanted: Wanted) -> Said:
    """Read `--dates dmy` (or the language of the months' names) and `--decimal`."""
    from stockctl.earnings.reading.source import Said
    from stockctl.earnings.terms.days import FORMS
    from stockctl.earnings.terms.months import languages

    if wanted.decimal not in {"", ".", ","}:
        raise UsageError(f"--decimal is a point or a comma, not {wanted.decimal!r}", hint="--decimal . or --decimal ,")
    if wanted.dates in FORMS or not wanted.dates:
        return Said(dates=wanted.dates, decimal=wanted.decimal)
    if wanted.dates in languages():
        return Said(dates="named", language=wanted.dates, decimal=wanted.decimal)
    raise UsageError(
        f"--dates {wanted.dates!r} is no form of days",
        hint="known: "
        + ", ".join(f"{name} ({example})" for name, (_, example) in FORMS.items())
        + "; or the language of the months' names: "
        + ", ".join(languages()),
    )


def _agency(catalogue: Catalogue, text: str, *, new: bool = False) -> str:
    """Return an agency that is known; with `new` any that is not named nearly as one of those."""
    from difflib import get_close_matches

    name = agency_named(text)
    known = known_agencies() | set(sales.agencies_with_sales(catalogue))
    if name not in known:
        near = get_close_matches(name, known, 1, 0.8 if new else 0.6)
        if near or not new:
            raise UsageError(
                f"unknown agency {text!r}",
                hint=f"did you mean {near[0]}?" if near else "known: " + ", ".join(sorted(known)),
            )
    return name


def _count(catalogue: Catalogue, text: str) -> tuple[str, str, int]:
    """Read `shutterstock:image=431`."""
    found = re.fullmatch(r"\s*([^:=]+):([^:=]+)=\s*(\d{1,9})\s*", text)
    if not found:
        raise UsageError(f"--downloads {text!r} is not AGENCY:KIND=N", hint="as in --downloads shutterstock:image=431")
    try:
        kind = kind_named(found[2])
    except ValueError as error:
        raise UsageError(str(error)) from error
    return _agency(catalogue, found[1]), kind, int(found[3])


def _booked(entry: sales.Entry, *, new: bool) -> str:
    """Say what was booked, or that it stood there."""
    what = f"{entry.text or entry.kind} of {entry.agency} on {entry.day}"
    if not new:
        return f"{what} stands in the ledger already; not added again"
    return f"{what} is booked: {format_amount(entry.amount)} {entry.currency}"


def _entry(catalogue: Catalogue, text: str, kind: str, option: str) -> sales.Entry:
    """Read `shutterstock:12.50 USD 2026-06-30 Contributor Fund`."""
    found = re.fullmatch(r"\s*([^:]+):\s*(\S+)\s+(\S+)\s+(\S+)\s*(.*)", text)
    if not found:
        raise UsageError(
            f"{option} {text!r} is not AGENCY:AMOUNT CURRENCY DAY TEXT",
            hint=f'as in {option} "shutterstock:12.50 USD 2026-06-30 Contributor Fund"',
        )
    try:
        return sales.Entry(
            agency=_agency(catalogue, found[1], new=True),
            day=parse_day(found[4], "iso"),
            amount=parse_amount(found[2])[0],
            currency=currency_named(found[3]),
            kind=kind,
            text=found[5].strip(),
        )
    except (AmountError, DayError, ValueError) as error:
        raise UsageError(f"{option}: {error}", hint="AGENCY:AMOUNT CURRENCY DAY TEXT, the day as 2026-06-30") from error


def _cost(text: str) -> tuple[str, int, str, date, str]:
    """Read `bali-2026:850.00 EUR 2026-03-14 flights and guide`; a folder's path may have colons."""
    found = re.fullmatch(r"\s*(.+):\s*(\S+)\s+([A-Za-z]{3})\s+(\d{4}-\d\d-\d\d)\s*(.*)", text)
    hint = '--cost "bali-2026:850.00 EUR 2026-03-14 flights and guide"'
    if not found:
        raise UsageError(f"--cost {text!r} is not SHOOT:AMOUNT CURRENCY DAY TEXT", hint=f"as in {hint}")
    try:
        amount, day = parse_amount(found[2])[0], parse_day(found[4], "iso")
        currency = currency_named(found[3])
    except (AmountError, DayError, ValueError) as error:
        raise UsageError(f"--cost: {error}", hint=f"as in {hint}") from error
    if amount <= 0:
        raise UsageError(f"--cost {text!r}: a cost is more than nothing", hint=f"as in {hint}")
    return found[1].strip().rstrip("/\\"), amount, currency, day, found[5].strip()


def _spent(catalogue: Catalogue, shoot: str, amount: int, currency: str, day: date, text: str) -> str:
    from stockctl.earnings.answers.costs import add

    what = f"{format_amount(amount)} {currency} for {shoot} on {day}"
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
