"""When a level is to be reached at the present pace, and what the start of the next window takes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from math import isqrt
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from stockctl.earnings.answers.steps.counting import Day
    from stockctl.earnings.answers.steps.schemes import Scheme


@dataclass(frozen=True)
class Reset:
    """What the start of the next window takes: the first level's rate, until the steps are climbed again."""

    on: date
    rate: str
    costs: int | None
    currency: str


def expected(
    count: int, remaining: int, elapsed: int, as_of: date, end: date, *, independent: bool, today: date
) -> tuple[date | None, tuple[date, date | None] | None]:
    """Return the day on which the rest will have come at this pace; chance makes four cases in five fall in the range.

    Where what is counted is `independent` of each other (downloads, not money) it
    is taken to come by Poisson's law, so that a count n is known to ± 1.28 √n; else
    there is no range. What the pace puts into the past is to come today at the earliest.
    """
    if count <= 0 or elapsed <= 0:
        return None, None

    def day(downloads_x100: int) -> date | None:
        if downloads_x100 <= 0:
            return None
        ahead = -(-remaining * elapsed * 100 // downloads_x100)
        return max(as_of + timedelta(days=ahead), today) if ahead <= (end - as_of).days else None

    if not independent:
        return day(count * 100), None
    spread = isqrt(count * 128 * 128)
    early = day(count * 100 + spread)
    return day(count * 100), (early, day(count * 100 - spread)) if early else None


def reset(scheme: Scheme, days: list[Day], count: int, end: date) -> Reset | None:
    """Estimate what climbing the lower levels again costs, against the present rate, at this window's pay."""
    current = scheme.step(count)
    rates = [Decimal(step.rate) for step in scheme.steps if step.rate]
    if current == 0 or len(rates) != len(scheme.steps):
        return None
    earned = sum(day.amount for day in days)
    costs = Decimal(0)
    for place in range(current):
        steps = scheme.steps[place + 1].start - scheme.steps[place].start
        # Paid less per download than now, by the ratio of the rates.
        costs += Decimal(earned) / count * steps * (rates[current] - rates[place]) / rates[current]
    return Reset(end + timedelta(days=1), str(rates[0]), int(costs), "USD")
