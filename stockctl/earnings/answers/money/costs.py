"""What shoots cost and brought: profit, and the month in which they were earned back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from stockctl.catalogue.sold.kinds import EARNED

if TYPE_CHECKING:
    from datetime import date

    from stockctl.catalogue import Catalogue


@dataclass(frozen=True)
class Shoot:
    """What one shoot cost and earned over all years, in one currency; amounts in micro-units.

    `even` is the month in which its sales came to its costs (None: they have not).
    """

    shoot: str
    currency: str
    cost: int
    earned: int
    even: str | None

    @property
    def profit(self) -> int:
        """What is left."""
        return self.earned - self.cost


def add(catalogue: Catalogue, shoot: str, amount: int, currency: str, day: date, text: str) -> bool:
    """Keep what a shoot cost, unless the same stands there; tell whether it was added."""
    values = (shoot, amount, currency, day.isoformat(), text)
    with catalogue.transaction() as connection:
        if connection.execute(
            "SELECT 1 FROM costs WHERE shoot = ? AND amount = ? AND currency = ? AND day = ? AND text = ?", values
        ).fetchone():
            return False
        connection.execute("INSERT INTO costs (shoot, amount, currency, day, text) VALUES (?, ?, ?, ?, ?)", values)
    return True


def shoots(catalogue: Catalogue) -> tuple[Shoot, ...]:
    """Return every shoot of which costs are known, the most profitable first.

    A shoot is a folder of the catalogue, by its name or its whole path.
    """
    costs = catalogue.rows("SELECT shoot, currency, sum(amount) FROM costs GROUP BY shoot, currency ORDER BY shoot")
    if not costs:
        return ()
    pictures = _pictures(catalogue, {row[0] for row in costs})
    found = []
    for shoot, currency, cost in costs:
        months = _months(catalogue, pictures[shoot], currency) if pictures[shoot] else []
        earned, even = 0, None
        for month, amount in months:
            earned += amount
            if even is None and earned >= cost:
                even = month
        found.append(Shoot(shoot, currency, cost, earned, even))
    return tuple(sorted(found, key=lambda one: -one.profit))


def _pictures(catalogue: Catalogue, wanted: set[str]) -> dict[str, set[str]]:
    """Return the pictures that lie in each of some folders."""
    found: dict[str, set[str]] = {shoot: set() for shoot in wanted}
    for path, media_id in catalogue.rows("SELECT path, media_id FROM files WHERE media_id IS NOT NULL"):
        folder = path.replace("\\", "/").rpartition("/")[0]
        for shoot in wanted & {folder, folder.rpartition("/")[2]}:
            found[shoot].add(media_id)
    return found


def _months(catalogue: Catalogue, pictures: set[str], currency: str) -> list[tuple[str, int]]:
    """Return what pictures brought month by month, over all years."""
    import json

    rows = catalogue.rows(
        "SELECT substr(u.day, 1, 7) AS month, sum(s.amount) FROM units u CROSS JOIN sales s ON s.unit = u.id"  # noqa: S608 - fixed texts
        " JOIN facets f ON f.id = s.facet WHERE f.currency = ? AND s.sold IN (SELECT id FROM sold WHERE media_id IN"
        f" (SELECT value FROM json_each(?))) AND {EARNED} GROUP BY month ORDER BY month",
        (currency, json.dumps(sorted(pictures))),
    )
    return [(row[0], row[1]) for row in rows]
