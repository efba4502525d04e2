"""What came back of the files that were sent in one month: how much, how soon, and how fast it fades."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from stockctl.catalogue.sold import worked_out
from stockctl.catalogue.sold.kinds import EARNED

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
    count, last = catalogue.rows("SELECT count(*), coalesce(max(rowid), 0) FROM sendings")[0]
    if not count:
        return ()
    rows = worked_out.kept(catalogue, f"batches {agency} {count}/{last}", lambda: _work_out(catalogue, agency))
    now = today.year * 12 + today.month - 1
    found = []
    for month, currency, files, sold, months in rows:
        ages: dict[int, int] = defaultdict(int)
        for of_sale, amount in months:
            ages[_number(of_sale) - _number(month)] += amount
        whole = now - _number(month)
        earned = sum(ages.values())
        found.append(Batch(month, currency, files, sold, earned, _half_in(ages), _half_life(ages, whole)))
    return tuple(sorted(found, key=lambda one: (one.month, one.currency)))


def _work_out(catalogue: Catalogue, agency: str) -> list[list[Any]]:
    """Return month, currency, files sent, files sold and, by month of sale, what came: one row for each batch."""
    files = {
        row[0]: row[1]
        for row in catalogue.rows(
            "SELECT batch, count(*) FROM (SELECT substr(min(at), 1, 7) AS batch FROM sendings"
            " WHERE ? IN ('', agency) GROUP BY media_id) GROUP BY batch",
            [agency],
        )
    }
    came: dict[tuple[str, str], list[list[Any]]] = defaultdict(list)
    sold: dict[tuple[str, str], int] = {}
    # Summed up in SQLite: a career has millions of rows here, and this has a few hundred.
    for batch, currency, month, number in catalogue.rows(
        "WITH sent AS MATERIALIZED (SELECT media_id, substr(min(at), 1, 7) AS batch FROM sendings"  # noqa: S608 - fixed texts
        " WHERE :agency IN ('', agency) GROUP BY media_id),"
        " own AS MATERIALIZED (SELECT d.id, d.media_id, s.batch FROM sold d JOIN sent s ON s.media_id = d.media_id),"
        " sums AS MATERIALIZED (SELECT o.batch, o.media_id, s.facet, substr(u.day, 1, 7) AS month,"
        " sum(s.downloads) AS downloads, sum(s.amount) AS amount FROM units u CROSS JOIN sales s ON s.unit = u.id"
        " JOIN own o ON o.id = s.sold WHERE :agency IN ('', u.agency) GROUP BY 1, 2, 3, 4),"
        f" told AS MATERIALIZED (SELECT g.*, f.currency FROM sums g JOIN facets f ON f.id = g.facet WHERE {EARNED})"
        " SELECT batch, currency, month, sum(amount) FROM told GROUP BY 1, 2, 3"
        " UNION ALL SELECT batch, currency, '', count(DISTINCT CASE WHEN downloads > 0 THEN media_id END)"
        " FROM told GROUP BY 1, 2",
        {"agency": agency},
    ):
        if month:
            came[batch, currency].append([month, number])
        else:
            sold[batch, currency] = number
    return [[*key, files[key[0]], sold[key], months] for key, months in came.items()]


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
