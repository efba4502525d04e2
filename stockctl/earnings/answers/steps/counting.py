"""What counts towards a level: day by day, for certain and at the most."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING

from stockctl.catalogue.sold.sales import MIXED
from stockctl.earnings.answers.steps.schemes import POINTS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from stockctl.catalogue import Catalogue
    from stockctl.earnings.answers.steps.schemes import Scheme


@dataclass(frozen=True)
class Day:
    """What a day adds to a count: for certain and at the most, in parts of a point (`Scheme.scale`) or micro-units.

    A sum of several days stands on the last of them; `first` is then the first.
    """

    day: date
    certain: int
    possible: int
    amount: int
    first: date | None = None


def counted_days(catalogue: Catalogue, scheme: Scheme, start: date, end: date) -> list[Day]:
    """Return what each day from `start` to `end` adds to a scheme's count, in order."""
    if scheme.money:
        return _gross(catalogue, scheme, start, end)
    weights = _weights(catalogue, scheme)
    if not weights:
        return []
    values = ", ".join(f"({facet}, {certain}, {possible})" for facet, certain, possible in weights)
    rows = catalogue.rows(
        f"WITH weights (facet, certain, possible) AS (VALUES {values})"  # noqa: S608 - whole numbers
        " SELECT t.day, sum(t.downloads * w.certain), sum(t.downloads * w.possible), sum(t.amount)"
        # In this order: each row of the roll-up looks for its weight.
        " FROM day_totals t CROSS JOIN weights w ON w.facet = t.facet"
        " WHERE t.day BETWEEN ? AND ? GROUP BY t.day ORDER BY t.day",
        (start.isoformat(), end.isoformat()),
    )
    sums = {row[0]: (row[1], row[2], row[3]) for row in rows}
    found = []
    for first, day, certain, possible, amount in catalogue.rows(
        f"WITH weights (facet, certain, possible) AS (VALUES {values})"  # noqa: S608 - whole numbers
        " SELECT u.first, u.day, sum(s.downloads * w.certain), sum(s.downloads * w.possible), sum(s.amount)"
        " FROM units u CROSS JOIN sales s ON s.unit = u.id JOIN weights w ON w.facet = s.facet"
        " WHERE u.agency = ? AND u.first <> '' AND u.day BETWEEN ? AND ? GROUP BY u.id",
        (scheme.agency, start.isoformat(), end.isoformat()),
    ):
        found.append(Day(date.fromisoformat(day), certain, possible, amount, date.fromisoformat(first)))
        rest = sums[day]
        sums[day] = (rest[0] - certain, rest[1] - possible, rest[2] - amount)
    found += [Day(date.fromisoformat(day), *values_) for day, values_ in sums.items() if any(values_)]
    return sorted(found, key=lambda one: one.day)


def _weights(catalogue: Catalogue, scheme: Scheme) -> list[tuple[int, int, int]]:
    """Return for how much a sale of each facet counts for certain, and at the most, in parts of a point."""
    both = {"image", "video"} <= set(scheme.kinds)
    found = []
    for facet, kind, licence in catalogue.rows(
        "SELECT id, kind, licence FROM facets WHERE agency = ?", [scheme.agency]
    ):
        mixed, plain = kind == MIXED, licence.casefold()
        if (not mixed and kind not in scheme.kinds) or plain.startswith(scheme.excluded or ("\0",)):
            continue
        low, high = scheme.weight(licence)
        found.append((facet, low if not mixed or both else 0, high))
    return found


def _gross(catalogue: Catalogue, scheme: Scheme, start: date, end: date) -> list[Day]:
    """Return what buyers paid; of a sale whose price is not told it lies between its shares of what was earned."""
    shares = [Fraction(share) for step in scheme.steps for share in (*step.shares, step.rate) if share]
    marks = ", ".join("?" * len(scheme.kinds))
    rows = catalogue.rows(
        "SELECT u.day, sum(coalesce(s.price, 0)), sum(CASE WHEN s.price IS NULL THEN max(s.amount, 0) ELSE 0 END),"  # noqa: S608 - marks only
        " sum(CASE WHEN s.price IS NULL THEN min(s.amount, 0) ELSE 0 END), sum(s.amount)"
        " FROM units u CROSS JOIN sales s ON s.unit = u.id JOIN facets f ON f.id = s.facet"
        f" WHERE u.agency = ? AND u.day BETWEEN ? AND ? AND f.currency = ? AND f.kind IN ({marks})"
        " GROUP BY u.day ORDER BY u.day",
        (scheme.agency, start.isoformat(), end.isoformat(), scheme.currency, *scheme.kinds),
    )
    return [
        Day(
            date.fromisoformat(day),
            told + int(earned / max(shares)) + int(back / min(shares)),
            told + int(earned / min(shares)) + int(back / max(shares)),
            amount,
        )
        for day, told, earned, back, amount in rows
    ]


def parts(scheme: Scheme, days: Iterable[Day]) -> tuple[int, int]:
    """Return the least and the most that days add up to, in whole points, downloads or micro-units."""
    found = list(days)
    scale = scheme.scale if scheme.counts == POINTS else 1
    return sum(day.certain for day in found) // scale, sum(day.possible for day in found) // scale


def crossing(scheme: Scheme, days: list[Day], start: int, *, certain: bool) -> date | None:
    """Return the day on which a count came to `start`: for certain, or at the earliest."""
    scale = scheme.scale if scheme.counts == POINTS else 1
    events = [(day.day, day.certain) if certain else (day.first or day.day, day.possible) for day in days]
    total = 0
    for day, count in sorted(events, key=lambda event: event[0]):
        total += count
        if total >= start * scale:
            return day
    return None
