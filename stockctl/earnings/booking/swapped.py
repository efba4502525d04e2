"""Whether a statement's days can be meant another way: day and month may have changed places."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from stockctl.earnings.statements.layout import Plan, RowPlan
from stockctl.errors import StatementError

if TYPE_CHECKING:
    from stockctl.earnings.reading.source import Source
    from stockctl.earnings.terms.days import Days

_WRITTEN = {"mdy": "month/day/year", "dmy": "day/month/year"}
_OTHER = {"mdy": "dmy", "dmy": "mdy"}


class OtherDaysError(Exception):
    """The days can only be read in another form, which is the argument."""


def check_days(source: Source, plan: Plan, days: Days) -> None:
    """Refuse a statement whose days lie outside the month that it is, or can be read in two ways.

    Raises:
        StatementError: both readings, and how to say which is meant.
        OtherDaysError: only the other reading is possible.

    """
    if isinstance(plan, RowPlan) and (plan.one_month or plan.month):
        _check_month(source, plan, days)
    if plan.sure or not (days.swapped or days.others) or (days.only and not days.others):
        return
    if days.others and not days.only:
        raise OtherDaysError(_OTHER[days.form])
    text, (one, other) = next(iter(days.swapped.items()))
    if days.others and days.only:
        why = f"days are written both ways: {days.only[0]!r} and {days.others[0]!r}"
    else:
        why = f"{text!r} can be {one} ({_WRITTEN[days.form]}) or {other} ({_WRITTEN[_OTHER[days.form]]})"
    raise StatementError(
        f"it cannot be told how the days are written: {why}",
        where=str(source.path),
        hint=f"say how: --dates {days.form}, or --dates {_OTHER[days.form]}",
    )


def _check_month(source: Source, plan: RowPlan, days: Days) -> None:
    months = {(day.year, day.month) for day in map(date.fromordinal, days.values())}
    wanted = {(plan.month.year, plan.month.month)} if plan.month else months if len(months) < 2 else set()
    if months <= wanted:
        return
    told = f"{plan.month:%Y-%m}" if plan.month else "one month"
    read = ", ".join(f"{year}-{month:02}" for year, month in sorted(months)[:12])
    others = ", ".join(sorted({f"{other:%Y-%m}" for _, other in days.swapped.values()})[:12])
    both = f"; as {_WRITTEN[_OTHER[days.form]]} they would lie in {others}" if others and days.form in _OTHER else ""
    raise StatementError(
        f"its days lie in {read} as {_WRITTEN.get(days.form, days.form)}, and the statement is of {told}{both}",
        where=str(source.path),
        hint=f"say how the days are written: --dates {_OTHER.get(days.form, 'dmy')}",
    )
