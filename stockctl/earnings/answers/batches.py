"""What came back of the files that were sent in one month: how much, how soon, and how fast it fades."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from stockctl.earnings.answers.files_sold import EARNED

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from stockctl.catalogue import Catalogue

# A fit through fewer quarters says nothing.
_QUARTERS = 4


@dataclass(frozen=True)
class Batch:
    """The files that were first sent in one month, and what they brought since, in one currency.

    Amounts in micro-units. `half_in` is the number of months, counted from 1 for
    the month of sending, in which half of what came until now had come; `half_life`
    the months in which a quarter's income halves after the best one (log-linear
    fit; None where fewer than four whole quarters follow, or where it does not fall).
    """

    month: str
    currency: str
    files: int
    sold: int
    earned: int
    half_in: int | None
    half_life: Decimal | None

    @property
    def per_file(self) -> int:
        """What a file brought."""
        return self.earned // self.files


def batches(catalogue: Catalogue, agency: str, today: date) -> tuple[Batch, ...]:
    """Return the batches of all months in which files were sent with `submit`, in order; over all years."""
    sent: dict[str, str] = {}
    for media_id, day in catalogue.rows(
        "SELECT media_id, min(at) FROM sendings WHERE ? IN ('', agency) GROUP BY media_id", [agency]
    ):
        sent[media_id] = day[:7]
    if not sent:
        return ()
    files: dict[str, int] = defaultdict(int)
    for month in sent.values():
        files[month] += 1
    came: dict[tuple[str, str], dict[int, int]] = defaultdict(lambda: defaultdict(int))
    sold: dict[tuple[str, str], set[str]] = defaultdict(set)
    own = {
        row[0]: row[1]
        for row in catalogue.rows(
            "SELECT id, media_id FROM sold WHERE media_id IN (SELECT value FROM json_each(?))", [json.dumps([*sent])]
        )
    }
    for number, currency, month, downloads, amount in catalogue.rows(
        "SELECT g.sold, f.currency, g.month, sum(g.downloads), sum(g.amount) FROM (SELECT s.sold, s.facet,"  # noqa: S608 - fixed texts
        " substr(u.day, 1, 7) AS month, sum(s.downloads) AS downloads, sum(s.amount) AS amount FROM units u"
        " CROSS JOIN sales s ON s.unit = u.id WHERE ? IN ('', u.agency)"
        " AND s.sold IN (SELECT value FROM json_each(?)) GROUP BY s.sold, s.facet, month) g"
        f" JOIN facets f ON f.id = g.facet WHERE {EARNED} GROUP BY 1, 2, 3",
        (agency, json.dumps(list(own))),
    ):
        batch = sent[own[number]]
        came[batch, currency][_number(month) - _number(batch)] += amount
        if downloads > 0:
            sold[batch, currency].add(own[number])
    now = today.year * 12 + today.month - 1
    found = []
    for (month, currency), ages in came.items():
        whole = now - _number(month)
        found.append(
            Batch(
                month,
                currency,
                files[month],
                len(sold[month, currency]),
                sum(ages.values()),
                _half_in(ages),
                _half_life(ages, whole),
            )
        )
    return tuple(sorted(found, key=lambda one: (one.month, one.currency)))


def _number(month: str) -> int:
    return int(month[:4]) * 12 + int(month[5:7]) - 1


def _half_in(ages: Mapping[int, int]) -> int | None:
    """Return in which month half had come; sales before the month of sending are of its first."""
    total, come = sum(ages.values()), 0
    if total <= 0:
        return None
    for age in sorted(ages):
        come += ages[age]
        if come * 2 >= total:
            return max(age, 0) + 1
    return None


def _half_life(ages: Mapping[int, int], whole: int) -> Decimal | None:
    """Fit what whole quarters brought, from the best one on; `whole` is how many whole months have passed."""
    quarters = [sum(ages.get(quarter * 3 + month, 0) for month in range(3)) for quarter in range(whole // 3)]
    if not quarters:
        return None
    tail = quarters[quarters.index(max(quarters)) :]
    points = [(place, Decimal(amount).ln()) for place, amount in enumerate(tail) if amount > 0]
    if len(points) < _QUARTERS:
        return None
    count = len(points)
    mean_place = Decimal(sum(place for place, _ in points)) / count
    mean_log = sum((log for _, log in points), Decimal(0)) / count
    slope = sum(((place - mean_place) * (log - mean_log) for place, log in points), Decimal(0)) / sum(
        (place - mean_place) ** 2 for place, _ in points
    )
    return (Decimal(2).ln() * 3 / -slope).quantize(Decimal("0.1")) if slope < 0 else None
