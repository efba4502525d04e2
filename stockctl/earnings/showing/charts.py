"""Charts of the page: a period's months, years against each other, and what each agency brought."""

from __future__ import annotations

from typing import TYPE_CHECKING

from markupsafe import Markup

from stockctl.earnings.answers.sold.courses import MONTHS
from stockctl.earnings.showing.wording import titled
from stockctl.earnings.terms.money import format_amount
from stockctl.report.chart import COLOURS, Series, bars, lines, shares

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stockctl.earnings.run import Report

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
# Of more months than these no table tells each.
MOST_MONTHS = 36
# More labels than these do not stand beside each other on a small screen.
_NAMED = 12


def axis(micro: int) -> str:
    """Write an amount for an axis."""
    return format_amount(micro).removesuffix(".00")


def steps_of(report: Report) -> tuple[str, ...]:
    """Return the months that the charts tell, as 2026-03; the years where these are too many."""
    if report.period.year:
        return report.period.months
    told = [one.month for one in report.months]
    months = [month for month in report.period.months if told and min(told) <= month]
    return tuple(months) if len(months) <= MONTHS else tuple(dict.fromkeys(month[:4] for month in months))


def labels_of(steps: Sequence[str]) -> tuple[str, ...]:
    """Return what is written under months or years; with many of them the year stands at its first alone."""
    if all(len(step) == 4 for step in steps):
        return tuple(steps)
    if len({step[:4] for step in steps}) < 2:
        return tuple(_MONTHS[int(step[5:]) - 1] for step in steps)
    if len(steps) <= _NAMED:
        return tuple(f"{_MONTHS[int(step[5:]) - 1]} {step[2:4]}" for step in steps)
    return tuple(step[2:] for step in steps)


def named(month: str, report: Report) -> str:
    """Return a month's name, with its year where the period has several."""
    name = _MONTHS[int(month[5:]) - 1]
    return name if report.period.first.year == report.period.last.year else f"{name} {month[:4]}"


def months_chart(report: Report, currency: str) -> Markup:
    """Draw a period's months, the largest agencies each in its colour and the rest together; mark what is not told."""
    steps = steps_of(report)
    if not steps:
        return Markup("")
    places = {step: place for place, step in enumerate(steps)}
    length = len(steps[0])
    sums: dict[str, list[int]] = {}
    for one in report.months:
        if one.currency == currency and one.month[:length] in places:
            sums.setdefault(one.agency, [0] * len(steps))[places[one.month[:length]]] += one.amount
    gaps: dict[str, list[str]] = {}
    for agency in sums:
        for month in report.uncovered.get(agency, ()):
            gaps.setdefault(month[:length], []).append(titled(agency))
    ranked = sorted(sums.items(), key=lambda item: -sum(item[1]))
    if len(ranked) > COLOURS:
        rest = [sum(values) for values in zip(*(values for _, values in ranked[COLOURS - 1 :]), strict=True)]
        ranked = [*ranked[: COLOURS - 1], ("the others", rest)]
    series = [Series(titled(name), values) for name, values in ranked]
    labels = labels_of(steps)
    marked = {
        labels[places[step]]: f"no statement of {', '.join(dict.fromkeys(names))}"
        for step, names in gaps.items()
        if step in places
    }
    unit = "month" if length > 4 else "year"
    return bars(f"{currency} per {unit}, {report.period}", labels, series, axis, marked=marked)


def years_chart(report: Report, currency: str) -> Markup:
    """Draw the year's months against those of the years before; nothing where there are none."""
    if not report.period.year:
        return Markup("")
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
    return lines(f"{currency} per month, year on year", _MONTHS, series, axis)


def shares_chart(report: Report, currency: str) -> Markup:
    """Draw what each agency brought; nothing where one brought all."""
    parts = [
        (titled(total.agency), total.amount) for total in report.totals if total.currency == currency and total.amount
    ]
    parts.sort(key=lambda part: -part[1])
    return shares(f"{currency} by agency, {report.period}", parts, axis) if len(parts) > 1 else Markup("")
