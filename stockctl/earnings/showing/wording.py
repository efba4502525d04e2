"""Levels in words, alike in the terminal and on the page."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from stockctl.earnings.answers.steps.schemes import CALENDAR_YEAR, JULY_YEAR, LIFETIME, POINTS, ROLLING_YEAR
from stockctl.earnings.terms.days import month_end
from stockctl.earnings.terms.money import in_currency
from stockctl.earnings.terms.names import titled

if TYPE_CHECKING:
    from stockctl.earnings.answers.money.levels import Level, Reached

__all__ = [
    "WINDOWS",
    "carried",
    "coming",
    "counted",
    "percent",
    "shown",
    "titled",
    "when",
    "why_a_range",
]

WINDOWS = {
    CALENDAR_YEAR: "calendar year",
    JULY_YEAR: "year from 1 July",
    ROLLING_YEAR: "twelve months",
    LIFETIME: "lifetime",
}


def counted(level: Level) -> str:
    """Name what a level counts."""
    scheme = level.scheme
    if scheme.money:
        return "gross"
    unit = "point" if scheme.counts == POINTS else "download"
    return unit if level.high == 1 else f"{unit}s"


def shown(level: Level, value: int) -> str:
    """Write a count as its level counts."""
    return (
        f"{in_currency(value, level.scheme.currency)} {level.scheme.currency}" if level.scheme.money else f"{value:,}"
    )


def why_a_range(level: Level) -> str:
    """Say why a count is a range, and what would tell it."""
    scheme = level.scheme
    if scheme.money:
        return "the gross of some sales is not told: import the statement that has it with --replace-days"
    if scheme.counts == POINTS:
        return "its statements do not tell the licence, and licences count differently"
    return f"images and videos are not told apart; say --downloads {scheme.agency}:{scheme.kind}=N"


def when(one: Reached) -> str:
    """Say when a level was reached: a day, a month, or between which days."""
    if one.on:
        day = str(one.on)
    elif one.between:
        first, last = one.between
        whole = first.day == 1 and last == month_end(first)
        day = f"in {first:%B %Y}" if whole else f"between {first} and {last}"
    else:
        day = "on a day not known"
    return day + (f", paid from {one.paid_from}" if one.paid_from else "")


def coming(level: Level) -> str:
    """Say what counts so far for the next month's level."""
    one = level.coming
    assert one is not None
    count = f"{one.low:,}" if one.low == one.high else f"{one.low:,} to {one.high:,}"
    return f"for the level from {one.on} on {count} count so far"


def carried(level: Level) -> str:
    """Say where a window began that is not reset to the first level."""
    began = f"at level {level.scheme.steps[level.began - 1].name}" if level.began else "at a level not known here"
    return f"{level.year} began {began}; {level.year + 1} begins at the level that {level.year} reaches."


def percent(rate: str) -> str:
    """Write a fraction as a percentage: 0.15 is 15 %."""
    return f"{(Decimal(rate) * 100).normalize():f} %"
