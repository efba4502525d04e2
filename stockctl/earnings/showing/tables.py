"""Tables of the page: agencies, months, costs, batches, payouts, figures, the audit and this run's statements."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from markupsafe import Markup

from stockctl.earnings.showing.document import in_short
from stockctl.earnings.showing.wording import titled
from stockctl.earnings.terms.money import in_currency, many, per
from stockctl.report.finding import Severity
from stockctl.report.page import Cell, Column, Table, fragment, table

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from stockctl.earnings.answers.audit import Doubt
    from stockctl.earnings.answers.sold.figures import Figures, Trend
    from stockctl.earnings.run import Report

_TEMPLATES = Path(__file__).parent / "templates"
_TONES = {Severity.ERROR: "bad", Severity.WARNING: "warning", Severity.INFO: ""}


def agencies(report: Report) -> Markup:
    """Return what each agency brought."""
    columns = [Column("Agency"), Column("Downloads", number=True), Column("Amount", number=True), Column("Currency")]
    columns += [Column("Per download", number=True), Column("Refunds", number=True)]
    rows: list[list[Cell | str | Markup]] = [
        [
            titled(total.agency),
            Cell(f"{total.downloads:,}", total.downloads),
            Cell(in_currency(total.amount, total.currency), total.amount),
            total.currency,
            per(total.amount, total.downloads, total.currency) or "–",
            in_currency(total.refunds, total.currency) if total.refunds else "",
        ]
        for total in report.totals
    ]
    return table(Table(columns, rows, empty=f"no sales in {report.period}"))


def months_told(report: Report) -> Markup:
    """Return what came in each month, and which agencies' statements tell nothing sold, or are missing."""
    named = {
        what: {month for months in found.values() for month in months}
        for what, found in (("unsold", report.unsold), ("uncovered", report.uncovered))
    }
    months = sorted({one.month for one in report.months} | named["unsold"] | named["uncovered"])
    currencies = sorted({one.currency for one in report.months})
    sums: dict[tuple[str, str], int] = {}
    for one in report.months:
        sums[one.month, one.currency] = sums.get((one.month, one.currency), 0) + one.amount
    columns = [Column("Month"), *(Column(currency, number=True) for currency in currencies)]
    columns += [Column("Nothing sold at"), Column("No statement of")]

    def agencies_of(found: Mapping[str, list[str]], month: str) -> str:
        return ", ".join(titled(agency) for agency, months in found.items() if month in months)

    rows: list[list[Cell | str | Markup]] = [
        [
            month,
            *(Cell(in_currency(sums.get((month, code), 0), code), sums.get((month, code), 0)) for code in currencies),
            agencies_of(report.unsold, month),
            Markup('<span class="badge warning">{}</span>').format(missing)
            if (missing := agencies_of(report.uncovered, month))
            else "",
        ]
        for month in months
    ]
    return table(Table(columns, rows, empty=f"no sales in {report.period}"))


def costs(report: Report, anchored: Callable[[str], Cell | str | Markup]) -> Markup:
    """Return what shoots cost and brought."""
    columns = [Column("Shoot"), *(Column(name, number=True) for name in ("Cost", "Earned", "Profit"))]
    columns += [Column("Currency"), Column("Broke even")]
    rows: list[list[Cell | str | Markup]] = [
        [
            anchored(one.shoot),
            *(Cell(in_currency(value, one.currency), value) for value in (one.cost, one.earned, one.profit)),
            one.currency,
            one.even or "not yet",
        ]
        for one in report.costs
    ]
    return table(Table(columns, rows))


def batches(report: Report) -> Markup:
    """Return what came back of the files that were sent in each month."""
    columns = [Column("Sent in"), *(Column(name, number=True) for name in ("Files", "Sold", "Earned", "Per file"))]
    columns += [Column("Currency"), Column("Half of it in", number=True), Column("Half-life", number=True)]
    rows: list[list[Cell | str | Markup]] = [
        [
            one.month,
            Cell(f"{one.files:,}", one.files),
            Cell(f"{one.sold:,}", one.sold),
            Cell(in_currency(one.earned, one.currency), one.earned),
            Cell(in_currency(one.per_file, one.currency), one.per_file),
            one.currency,
            many(one.half_in, "month") if one.half_in is not None else "–",
            f"{one.half_life} months" if one.half_life is not None else "–",
        ]
        for one in report.batches
    ]
    return table(Table(columns, rows))


def figures_of(one: Figures) -> Markup:
    """Return one currency's figures, and which files rise and fall."""
    columns = [Column("Figure"), Column("Value", number=True), Column("")]
    short = table(Table(columns, [list(row) for row in in_short(one)]))
    trends = Markup("").join(
        _trend(f"{word} ({one.currency}): the last 91 days against the 91 before", found)
        for word, found in (("Rising", one.rising), ("Falling", one.falling))
    )
    return short + trends


def _trend(title: str, trends: tuple[Trend, ...]) -> Markup:
    columns = [Column("File"), *(Column(name, number=True) for name in ("Before", "After", "Change"))]
    rows = [
        [one.name, *(in_currency(value, one.currency) for value in (one.before, one.after, one.after - one.before))]
        for one in trends
    ]
    return table(Table(columns, rows, caption=title, empty=f"{title}: no sales are told per file"))


def balances(report: Report) -> Markup:
    """Return what each agency owes."""
    columns = [Column("Agency"), Column("Currency"), Column("Earned", number=True), Column("Paid out", number=True)]
    columns += [Column("Tax", number=True), Column("Unpaid", number=True), Column("Minimum", number=True)]
    columns += [Column("Reached"), Column("Paid by")]
    rows = [
        [
            titled(one.agency),
            one.currency,
            *(in_currency(value, one.currency) for value in (one.earned, one.paid, one.tax, one.unpaid)),
            in_currency(one.minimum, one.currency) if one.minimum is not None else "?",
            str(one.reached or "?"),
            str(one.paid_on or "?"),
        ]
        for one in report.balances
    ]
    return table(Table(columns, rows))


def doubts_of(doubts: tuple[Doubt, ...]) -> Markup:
    """Return what the audit found, each with its rows."""
    columns = [Column("Day"), Column("File"), Column("Licence"), Column("Amount", number=True)]
    columns += [Column("Price", number=True), Column("Statement")]
    shown = [
        {
            "rule": doubt.rule,
            "tone": _TONES[doubt.severity],
            "agency": titled(doubt.agency),
            "message": doubt.message,
            "table": table(
                Table(
                    columns,
                    [
                        [
                            row.day,
                            row.file or row.asset or "–",
                            row.licence,
                            in_currency(row.amount, row.currency, 6) if row.amount is not None else "",
                            in_currency(row.price, row.currency, 6) if row.price is not None else "",
                            Path(row.statement).name,
                        ]
                        for row in doubt.rows
                    ],
                )
            )
            if doubt.rows
            else Markup(""),
        }
        for doubt in doubts
    ]
    return fragment(_TEMPLATES / "audit.html.j2", doubts=shown)


def imported(report: Report) -> Markup:
    """Return what this run's statements brought."""
    columns = [Column("File"), Column("Agency"), Column("Layout"), Column("Known from"), Column("Rows", number=True)]
    columns += [Column("New", number=True), Column("Known", number=True), Column("No sale", number=True)]
    rows = [
        [
            Path(one.file).name,
            ", ".join(titled(agency) for agency in one.agency.split(", ")),
            one.layout,
            str(one.provenance),
            *(f"{number:,}" for number in (one.rows, one.new, one.known, one.skipped)),
        ]
        for one in report.imported
    ]
    return table(Table(columns, rows))
