"""A report of earnings as one page: charts, levels, tables that sort, and what the audit found."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from markupsafe import Markup

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
from stockctl.earnings.terms.money import format_amount, per
from stockctl.report.chart import COLOURS, Series, bars, lines, progress, shares
from stockctl.report.finding import Severity
from stockctl.report.page import Cell, Column, Fact, Section, Table, fragment, page, table

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from stockctl.earnings.answers.audit import Doubt
    from stockctl.earnings.answers.figures import Figures, Trend
    from stockctl.earnings.answers.levels import Level
    from stockctl.earnings.answers.lines import Line
    from stockctl.earnings.run import Report
    from stockctl.files.output import Output

_TEMPLATES = Path(__file__).parent / "templates"
_TONES = {Severity.ERROR: "bad", Severity.WARNING: "warning", Severity.INFO: ""}
_STYLE = """
details { margin: .5rem 0; } summary { cursor: pointer; } .level { margin-bottom: 1.4rem; }
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
# So many files are shown; --csv and --json have them all.
_FILES = 200
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


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


def parts(report: Report) -> tuple[str, list[Fact], list[Section]]:
    """Return the page's title, the figures at its head and its sections, for whoever lays them out."""
    currencies = sorted({total.currency for total in report.totals}, key=lambda one: -_downloads(report, one))
    sections = [
        Section(
            f"Month by month, {currency}",
            _months(report, currency) + _years(report, currency) + _shares(report, currency),
            note=_uncovered_note(report),
        )
        for currency in currencies
    ]
    if report.levels:
        sections.append(Section("Levels", Markup("").join(_level(level) for level in report.levels)))
    sections.append(Section("Agencies", _agencies(report)))
    if report.by != "agency":
        sections.append(Section(f"By {report.by}", _lines(report.rows, report.by), anchor="grouped"))
    sections.append(Section("Files", _lines(report.files[:_FILES], "file", report.titles), note=_files_note(report)))
    if report.costs:
        note = "Over all years, in the currency of the costs; told by --cost."
        sections.append(Section("Shoots by what they cost", _costs(report), note=note))
    sections += [Section(f"In short, {one.currency}", _figures(one)) for one in report.figures]
    if report.balances:
        note = "What was paid out and withheld is known as far as it was told: --payout, --tax."
        sections.append(Section("Payouts", _balances(report), note=note))
    sections.append(Section("Audit", _audit(report.audit)))
    if report.imported:
        sections.append(Section("Statements of this run", _imported(report)))
    facts = [
        Fact(
            f"Earned, {currency}",
            format_amount(sum(total.amount for total in report.totals if total.currency == currency), 2),
            f"from {_downloads(report, currency):,} downloads",
        )
        for currency in currencies
    ]
    if report.converted:
        left = f"without {', '.join(report.converted.missing)}" if report.converted.missing else "at the rates given"
        facts = [
            Fact(f"Together, {report.converted.currency}", format_amount(report.converted.amount, 2), left),
            *facts,
        ]
    facts += [_level_fact(level) for level in report.levels if level.scheme.agency == "shutterstock"]
    return f"Earnings {report.period}" + (f", {titled(report.agency)}" if report.agency else ""), facts, sections


def _downloads(report: Report, currency: str) -> int:
    return sum(total.downloads for total in report.totals if total.currency == currency)


def _axis(micro: int) -> str:
    return format_amount(micro).removesuffix(".00")


def _months(report: Report, currency: str) -> Markup:
    """Draw a year's months, the largest agencies each in its colour and the rest together."""
    sums: dict[str, list[int]] = {}
    for one in report.months:
        if one.currency == currency:
            sums.setdefault(one.agency, [0] * 12)[int(one.month[5:]) - 1] += one.amount
    ranked = sorted(sums.items(), key=lambda item: -sum(item[1]))
    if len(ranked) > COLOURS:
        rest = [sum(values) for values in zip(*(values for _, values in ranked[COLOURS - 1 :]), strict=True)]
        ranked = [*ranked[: COLOURS - 1], ("the others", rest)]
    series = [Series(titled(name), values) for name, values in ranked]
    return bars(f"{currency} per month, {report.year}", _MONTHS, series, _axis)


def _years(report: Report, currency: str) -> Markup:
    """Draw the year's months against those of the years before; nothing where there are none."""
    sums: dict[str, dict[int, int]] = {}
    for one in (*report.earlier, *report.months):
        if one.currency == currency:
            year = sums.setdefault(one.month[:4], {})
            month = int(one.month[5:])
            year[month] = year.get(month, 0) + one.amount
    ours = sum(sums.get(str(report.year), {}).values())
    # A few sales of one old statement are nothing to compare with.
    sums = {year: months for year, months in sums.items() if sum(months.values()) * 10 >= ours}
    if len(sums) < 2:
        return Markup("")
    series = []
    for name, months in sorted(sums.items()):
        # What is still to come of this year is no zero.
        last = max(months) if name == str(report.year) else 12
        series.append(Series(name, [months.get(month, 0) if month <= last else None for month in range(1, 13)]))
    return lines(f"{currency} per month, year on year", _MONTHS, series, _axis)


def _shares(report: Report, currency: str) -> Markup:
    """Draw what each agency brought; nothing where one brought all."""
    parts = [
        (titled(total.agency), total.amount) for total in report.totals if total.currency == currency and total.amount
    ]
    parts.sort(key=lambda part: -part[1])
    return shares(f"{currency} by agency, {report.year}", parts, _axis) if len(parts) > 1 else Markup("")


def _level_fact(level: Level) -> Fact:
    scheme = level.scheme
    name = f"{titled(scheme.agency)} {scheme.kind}"
    if level.number is None:
        return Fact(name, "?", f"between {level.low:,} and {level.high:,} downloads")
    more = f"{level.remaining:,} to the next" if level.remaining is not None else ""
    return Fact(name, f"level {scheme.steps[level.number - 1].name}", more)


def _level(level: Level) -> Markup:
    scheme = level.scheme
    one = level.low == level.high
    count = shown(level, level.low) if one else f"between {shown(level, level.low)} and {shown(level, level.high)}"
    sentence = f"{count} {counted(level)} ({WINDOWS[scheme.window]})"
    number, badge = level.number, ""
    if number is not None:
        step = scheme.steps[number - 1]
        badge = f"level {step.name}"
        sentence += f": {percent(step.rate)} of the price" if step.rate else f": at least {step.pays} per download"
        if level.following and level.remaining is not None:
            sentence += f"; {shown(level, level.remaining)} more to level {level.following.name}"
        if level.expected:
            sentence += f", expected on {level.expected}"
        if level.expected and level.expected_range:
            early, late = level.expected_range
            sentence += f" ({early} to {late or 'later'})"
    more = [] if one else [why_a_range(level)]
    if level.keep is not None:
        more.append(f"{shown(level, level.keep)} more by {level.until} keep it for the year after")
    if level.coming:
        more.append(coming(level))
    sentence = "; ".join([sentence, *more])
    chart = _files_by_level(level) if scheme.per_file else _progress(level)
    if scheme.note:
        sentence += f" ({scheme.note})"
    reached = [f"level {scheme.steps[one.level - 1].name} {when(one)}" for one in level.reached]
    reset = carried(level) if scheme.carried else ""
    if level.reset and level.reset.costs:
        costs = f"{format_amount(level.reset.costs, 2)} {level.reset.currency}"
        reset = f"On {level.reset.on} it starts again at {percent(level.reset.rate)}; climbing costs about {costs}."
    values: dict[str, object] = {
        "title": f"{titled(scheme.agency)}, {scheme.kind}",
        "badge": badge,
        "sentence": sentence,
        "chart": chart,
    }
    values |= {"reached": reached, "reset": reset, "source": scheme.source, "confidence": scheme.confidence}
    return fragment(_TEMPLATES / "level.html.j2", level=values)


def _progress(level: Level) -> Markup:
    scheme = level.scheme
    if not scheme.steps:
        return Markup("")
    steps = [(step.name, step.start) for step in scheme.steps]

    def text(value: int) -> str:
        return format_amount(value, 2) if scheme.money else f"{value:,}"

    title = f"{titled(scheme.agency)} {scheme.kind}: where each level begins"
    return progress(title, steps, level.low, level.high, text)


def _files_by_level(level: Level) -> Markup:
    """Draw how many files stand on each level, where every file has its own."""
    names = [f"level {step.name}" for step in level.scheme.steps]
    if not level.files:
        return Markup("<p>Its statements do not tell which file was sold.</p>")
    return bars(f"{titled(level.scheme.agency)}: files on each level", names, [Series("", level.files)])


def _agencies(report: Report) -> Markup:
    columns = [Column("Agency"), Column("Downloads", number=True), Column("Amount", number=True), Column("Currency")]
    columns += [Column("Per download", number=True), Column("Refunds", number=True)]
    rows: list[list[Cell | str | Markup]] = [
        [
            titled(total.agency),
            Cell(f"{total.downloads:,}", total.downloads),
            Cell(format_amount(total.amount, 2), total.amount),
            total.currency,
            per(total.amount, total.downloads) or "–",
            format_amount(total.refunds, 2) if total.refunds else "",
        ]
        for total in report.totals
    ]
    return table(Table(columns, rows, empty=f"no sales in {report.year}"))


def _uncovered_note(report: Report) -> str:
    """Say which months no statement covers: they are no months without sales."""
    told = [
        f"{titled(agency)} {', '.join(_MONTHS[int(month[5:]) - 1] for month in months)}"
        for agency, months in report.uncovered.items()
    ]
    return f"No statement covers: {'; '.join(told)}. These months are missing, not without sales." if told else ""


def _costs(report: Report) -> Markup:
    columns = [Column("Shoot"), *(Column(name, number=True) for name in ("Cost", "Earned", "Profit"))]
    columns += [Column("Currency"), Column("Broke even")]
    rows: list[list[Cell | str | Markup]] = [
        [
            one.shoot,
            *(Cell(format_amount(value, 2), value) for value in (one.cost, one.earned, one.profit)),
            one.currency,
            one.even or "not yet",
        ]
        for one in report.costs
    ]
    return table(Table(columns, rows))


def _lines(lines: tuple[Line, ...], by: str, titles: Mapping[str, str] | None = None) -> Markup:
    columns = [Column(by.capitalize()), Column("Downloads", number=True), Column("Amount", number=True)]
    columns += [Column("Currency"), Column("Per download", number=True)]
    rows: list[list[Cell | str | Markup]] = [
        [
            _shown(line.key, by, titles or {}),
            Cell(f"{line.downloads:,}", line.downloads),
            Cell(format_amount(line.amount, 2), line.amount),
            line.currency,
            per(line.amount, line.downloads) or "–",
        ]
        for line in lines
    ]
    return table(Table(columns, rows))


def _shown(key: str, by: str, titles: Mapping[str, str]) -> Cell | str:
    """Return a group's name as it is shown: an agency's own, a file's with its title under it."""
    if by in {"agency", "platform"}:
        return titled(key)
    if key not in titles:
        return key
    return Cell(Markup("{}<br><small>{}</small>").format(key, titles[key]), key)


def _files_note(report: Report) -> str:
    if len(report.files) > _FILES:
        return f"The best {_FILES} of {len(report.files):,}; --by asset --csv FILE has them all."
    return "One row per picture, whatever the agencies call it; what no statement tells is together."


def _figures(one: Figures) -> Markup:
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
        [one.name, format_amount(one.before, 2), format_amount(one.after, 2), format_amount(one.after - one.before, 2)]
        for one in trends
    ]
    return table(Table(columns, rows, caption=title, empty=f"{title}: no sales are told per file"))


def _balances(report: Report) -> Markup:
    columns = [Column("Agency"), Column("Currency"), Column("Earned", number=True), Column("Paid out", number=True)]
    columns += [Column("Tax", number=True), Column("Unpaid", number=True), Column("Minimum", number=True)]
    columns += [Column("Reached"), Column("Paid by")]
    rows = [
        [
            titled(one.agency),
            one.currency,
            *(format_amount(value, 2) for value in (one.earned, one.paid, one.tax, one.unpaid)),
            format_amount(one.minimum, 2) if one.minimum is not None else "?",
            str(one.reached or "?"),
            str(one.paid_on or "?"),
        ]
        for one in report.balances
    ]
    return table(Table(columns, rows))


def _audit(doubts: tuple[Doubt, ...]) -> Markup:
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
                            format_amount(row.amount) if row.amount is not None else "",
                            format_amount(row.price) if row.price is not None else "",
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


def _imported(report: Report) -> Markup:
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
