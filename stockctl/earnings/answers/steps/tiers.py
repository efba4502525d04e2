"""A level that is looked at once a year and held: it falls when a year begins, and rises at once within one."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from datetime import date

    from stockctl.earnings.answers.steps.counting import Day
    from stockctl.earnings.answers.steps.schemes import Scheme


class Followed(NamedTuple):
    """The level in force at the end of the last year, the one it began at (None: nothing is known before it).

    `risen` are the levels above that which stand at the end, each with the day on
    which it was reached; levels are counted from 1.
    """

    level: int
    began: int | None
    risen: tuple[tuple[int, date], ...]


def followed(scheme: Scheme, days: list[Day], start: date, *, certain: bool) -> Followed:
    """Follow the level through the years that begin with `start`'s day and month, up to the one that `start` begins.

    A new contributor begins at `scheme.begins`. When a year begins the level is
    that of the year before's count; within it a higher one holds as long as the
    count reaches it.
    """
    base = next(place for place, step in enumerate(scheme.steps) if step.name == scheme.begins)
    counts: dict[int, list[tuple[date, int]]] = {}
    for day in days:
        when, count = (day.day, day.certain) if certain else (day.first or day.day, day.possible)
        year = when.year if (when.month, when.day) >= (start.month, start.day) else when.year - 1
        counts.setdefault(year, []).append((when, count))
    first = min(counts, default=start.year)
    for year in range(first, start.year):
        base = scheme.step(sum(count for _, count in counts.get(year, ())))
    total = 0
    risen: dict[int, date] = {}
    for when, count in sorted(counts.get(start.year, ())):
        total += count
        now = max(base, scheme.step(total))
        risen = {level: day for level, day in risen.items() if level <= now} | {
            level: when for level in range(base + 1, now + 1) if level not in risen
        }
    level = max([base, *risen])
    began = base + 1 if first < start.year else None
    return Followed(level + 1, began, tuple((place + 1, day) for place, day in sorted(risen.items())))


def timeline(scheme: Scheme, days: list[Day], start: date) -> list[tuple[date, int, int]]:
    """Return each day on which the level could change, with the place in the table before and after it.

    `start` gives the day and month on which years begin.
    """
    base = next(place for place, step in enumerate(scheme.steps) if step.name == scheme.begins)
    found: list[tuple[date, int, int]] = []
    total, begins, now = 0, None, base
    for day in days:
        year = day.day.year if (day.day.month, day.day.day) >= (start.month, start.day) else day.day.year - 1
        first = start.replace(year=year)
        if begins is not None and first != begins:
            # A whole year without a sale counts nothing.
            base = scheme.step(total if first.year == begins.year + 1 else 0)
            total = 0
            found.append((first, base, base))
            now = base
        begins = first
        total += day.certain
        after = max(base, scheme.step(total))
        found.append((day.day, now, after))
        now = after
    return found or [(start, base, base)]
