"""A report of earnings as one page: charts, levels, tables that sort, and what the audit found."""

from __future__ import annotations

from typing import TYPE_CHECKING

from markupsafe import Markup

from stockctl.earnings.showing import charts, tables
from stockctl.earnings.showing.levels import level_fact, level_part
from stockctl.earnings.showing.sold import FILES, GROUPS, SmallPictures, SoldParts
from stockctl.earnings.showing.wording import titled
from stockctl.earnings.terms.money import in_currency, per
from stockctl.report.page import Cell, Column, Fact, Section, Table, page, table

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date

    from stockctl.earnings.answers.sold.courses import Face
    from stockctl.earnings.run import Report
    from stockctl.files.output import Output

_STYLE = """
details { margin: .5rem 0; } summary { cursor: pointer; }
summary, p, figcaption { overflow-wrap: anywhere; }
.level { margin-bottom: 1.4rem; }
@media (max-width: 640px) {
  table, caption, tbody, tr, td { display: block; width: auto; }
  thead { display: none; }
  tr { border-bottom: 1px solid #8884; padding: .4rem 0; }
  td, td.number { display: flex; justify-content: space-between; gap: 1rem; border: 0; padding: .1rem 0; }
  td { overflow-wrap: anywhere; }
  td::before { content: attr(data-label); opacity: .65; flex: none; }
  td:empty { display: none; }
  td:first-child { font-weight: 600; }
}
"""


def write_page(report: Report, output: Output, today: date, more: Sequence[Section] = ()) -> None:
    """Write the page to a file, whole or not at all; `more` are sections of other stages, set at its end.

    Raises:
        UsageError: it cannot be written there.

    """
    text = render(report, today, more)
    with output.text() as file:
        file.write(text)


def render(report: Report, today: date, more: Sequence[Section] = ()) -> str:
    """Return the whole page; `report` must have been made with `whole`."""
    title, facts, sections = parts(report)
    return page(
        title,
        [*sections, *more],
        lead="By day of sale, net of refunds; every currency for itself.",
        facts=facts,
        made=f"Made by stockctl on {today.isoformat()} from the statements in the catalogue.",
        style=_STYLE,
        command="earnings",
    )


def parts(
    report: Report,
    picture: Callable[[Face], str] | None = None,
    own: Callable[[Face], str] = lambda _: "",
) -> tuple[str, list[Fact], list[Section]]:
    """Return the page's title, the figures at its head and its sections, for whoever lays them out.

    `picture` returns the address of a file's small picture, `own` that of a page of
    its own, each empty where there is none; without `picture` they are made here.
    """
    currencies = sorted({total.currency for total in report.totals}, key=lambda one: -_downloads(report, one))
    sections = [
        Section(
            f"Month by month, {currency}",
            charts.months_chart(report, currency)
            + charts.years_chart(report, currency)
            + charts.shares_chart(report, currency),
            note=_uncovered_note(report),
        )
        for currency in currencies
    ]
    if report.levels:
        note = f"Agencies count by years of their own; these are the levels of {report.year}, whatever the period."
        sections.append(
            Section(
                "Levels",
                Markup("").join(level_part(level) for level in report.levels),
                note="" if report.period.year else note,
            )
        )
    sections.append(Section("Agencies", tables.agencies(report)))
    if report.months and len(report.period.months) <= charts.MOST_MONTHS:
        note = "A month of which an agency's statement is missing is none in which nothing was sold there."
        sections.append(Section("What statements tell", tables.months_told(report), note=note))
    if report.by not in {"agency", "asset"}:
        sections.append(Section(f"By {report.by}", _lines(report), anchor="grouped"))
    sections += _sold(report, SoldParts(report, picture or SmallPictures(), own))
    if report.batches:
        note = (
            "Over all years, by the month in which `submit` sent the files first. Half of it in: the month in which"
            " half of what came until now had come. Half-life: how fast it fades after its best quarter."
        )
        sections.append(Section("Return by month of upload", tables.batches(report), note=note))
    sections += [
        Section(f"In short, {one.currency}", tables.figures_of(one), note=f"Of {report.period}.")
        for one in report.figures
    ]
    if report.balances:
        note = "Over all years. What was paid out and withheld is known as far as it was told: --payout, --tax."
        sections.append(Section("Payouts", tables.balances(report), note=note))
    sections.append(Section("Audit", tables.doubts_of(report.audit), note=f"Of {report.period}."))
    if report.imported:
        sections.append(Section("Statements of this run", tables.imported(report)))
    title = f"Earnings {report.period}" + (f", {titled(report.agency)}" if report.agency else "")
    return title, _facts(report, currencies), sections


def _facts(report: Report, currencies: Sequence[str]) -> list[Fact]:
    facts = [
        Fact(
            f"Earned, {currency}",
            in_currency(sum(total.amount for total in report.totals if total.currency == currency), currency),
            f"from {_downloads(report, currency):,} downloads",
        )
        for currency in currencies
    ]
    if report.converted:
        left = f"without {', '.join(report.converted.missing)}" if report.converted.missing else "at the rates given"
        facts = [
            Fact(
                f"Together, {report.converted.currency}",
                in_currency(report.converted.amount, report.converted.currency),
                left,
            ),
            *facts,
        ]
    return facts + [level_fact(level) for level in report.levels if level.scheme.agency == "shutterstock"]


def _sold(report: Report, sold: SoldParts) -> list[Section]:
    """Return the sections of files, keywords, shoots and their costs."""
    sections = [Section("Files", sold.files(), note=_files_note(report))]
    if report.courses and report.courses.keywords:
        note = f"The best {GROUPS} keywords of the catalogue's files; a sale counts whole for each of its words."
        sections.append(Section("Keywords", sold.keywords(), note=note))
    if report.courses and report.courses.shoots:
        note = "A shoot is the folder in which its files lie."
        sections.append(Section("Shoots", sold.shoots(), note=note))
    if report.costs:
        note = "Over all years, in the currency of the costs; told by --cost."
        sections.append(Section("Shoots by what they cost", tables.costs(report, sold.shoot), note=note))
    return sections


def _downloads(report: Report, currency: str) -> int:
    return sum(total.downloads for total in report.totals if total.currency == currency)


def _uncovered_note(report: Report) -> str:
    """Say which months no statement covers: they are no months without sales."""
    told = [
        f"{titled(agency)} {', '.join(charts.named(month, report) for month in months)}"
        for agency, months in report.uncovered.items()
    ]
    return f"No statement covers: {'; '.join(told)}. These months are missing, not without sales." if told else ""


def _lines(report: Report) -> Markup:
    columns = [Column(report.by.capitalize()), Column("Downloads", number=True), Column("Amount", number=True)]
    columns += [Column("Currency"), Column("Per download", number=True)]
    rows: list[list[Cell | str | Markup]] = [
        [
            titled(line.key) if report.by == "platform" else line.key,
            Cell(f"{line.downloads:,}", line.downloads),
            Cell(in_currency(line.amount, line.currency), line.amount),
            line.currency,
            per(line.amount, line.downloads, line.currency) or "–",
        ]
        for line in report.rows
    ]
    return table(Table(columns, rows))


def _files_note(report: Report) -> str:
    if len(report.files) > FILES:
        return f"The best {FILES} of {len(report.files):,}; --by asset --csv FILE has them all."
    return "One row per picture, whatever the agencies call it; what no statement tells is together."
