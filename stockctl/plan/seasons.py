"""One's own seasons: the months in which one's own keywords sell, where there are enough sales to say so."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from stockctl.catalogue import Catalogue
    from stockctl.plan.coverage import Works

# Fewer months or sales than these say nothing of a season.
MONTHS, SALES = 24, 100
# Three months in a row hold a quarter of a year that is even; a season is more than this share of it.
PEAK = 0.45
_WINDOW = 3


@dataclass(frozen=True)
class Season:
    """A keyword whose sales crowd into three months: the first of them (1 to 12), their share, and how many sales."""

    word: str
    begins: int
    share: float
    sales: int


@dataclass(frozen=True)
class Seasons:
    """One's own seasons; `enough` is whether the sales say anything, `months` and `sales` how many there are."""

    enough: bool
    months: int
    sales: int
    found: tuple[Season, ...] = ()


def monthly(catalogue: Catalogue) -> dict[str, dict[str, int]]:
    """Return the downloads of each picture of the catalogue by month (2026-05), by media_id."""
    rows = catalogue.rows("SELECT id, media_id FROM sold WHERE media_id IS NOT NULL")
    media_of = {row[0]: row[1] for row in rows}
    found: dict[str, dict[str, int]] = defaultdict(dict)
    if not media_of:
        return found
    months = [row[0] for row in catalogue.rows("SELECT DISTINCT substr(day, 1, 7) FROM units ORDER BY 1")]
    cursor = catalogue.connection.cursor()
    cursor.row_factory = None
    # A month at a time and by number: sorting all sales by picture and month would take most of the time.
    for month in months:
        for sold, downloads in cursor.execute(
            "SELECT s.sold, sum(s.downloads) FROM units u CROSS JOIN sales s ON s.unit = u.id"
            " WHERE u.day >= ? AND u.day < ? AND s.downloads <> 0 GROUP BY s.sold",
            (month, f"{month}~"),
        ):
            media_id = media_of.get(sold)
            if media_id is not None:
                sums = found[media_id]
                sums[month] = sums.get(month, 0) + downloads
    return found


def seasons(own: Works, by_month: Mapping[str, Mapping[str, int]]) -> Seasons:
    """Return the keywords with a season of their own.

    Whole years are counted, the newest ones: a year that is not over would make
    its months look better than the others.
    """
    months = sorted({month for counts in by_month.values() for month in counts})
    sales = sum(sum(counts.values()) for counts in by_month.values())
    span = _span(months)
    if span < MONTHS or sales < SALES:
        return Seasons(enough=False, months=span, sales=sales)
    counted = _whole_years(months)
    whole = {
        media_id: [(counted[month], downloads) for month, downloads in counts.items() if month in counted]
        for media_id, counts in by_month.items()
    }
    totals: Counter[str] = Counter()
    for media_id, counts in whole.items():
        sold = sum(downloads for _, downloads in counts)
        for word in own.words.get(media_id, ()):
            totals[word] += sold
    row_of = {word: row for row, word in enumerate(word for word, total in totals.items() if total >= SALES)}
    sums = np.zeros((len(row_of), len(counted)), np.int64)
    for media_id, counts in whole.items():
        rows = [row_of[word] for word in own.words.get(media_id, ()) if word in row_of]
        if rows:
            line = np.zeros(len(counted), np.int64)
            for place, downloads in counts:
                line[place] = downloads
            sums[rows] += line
    by_word = dict(zip(row_of, sums.reshape(len(row_of), len(counted) // 12, 12).tolist(), strict=True))
    first = int(next(iter(counted))[5:]) - 1
    found = [
        season
        for word, years in by_word.items()
        if (season := _season(own.spelt.get(word, word), years, first)) is not None
    ]
    ranked = tuple(sorted(found, key=lambda one: (-one.share * one.sales, one.word)))
    return Seasons(enough=True, months=span, sales=sales, found=ranked)


def _season(word: str, years: Sequence[Sequence[int]], first: int) -> Season | None:
    whole = [sum(year[index] for year in years) for index in range(12)]
    sales = sum(whole)
    if sales < SALES:
        return None
    begins = max(range(12), key=lambda index: _three(whole, index))
    share = _three(whole, begins) / sales
    # One good customer in one spring is no season: it has to come again.
    again = sum(1 for year in years if sum(year) and _three(year, begins) / sum(year) > PEAK - 0.1)
    if share <= PEAK or again < 2:
        return None
    return Season(word, (first + begins) % 12 + 1, share, sales)


def _three(months: Sequence[int], begins: int) -> int:
    return sum(months[(begins + ahead) % 12] for ahead in range(_WINDOW))


def _span(months: Sequence[str]) -> int:
    """Return how many months lie from the first to the last, both counted."""
    return _index(months[-1]) - _index(months[0]) + 1 if months else 0


def _index(month: str) -> int:
    return int(month[:4]) * 12 + int(month[5:]) - 1


def _whole_years(months: Sequence[str]) -> dict[str, int]:
    """Return the months of the newest whole years with their place, from 0; the last may not be over."""
    last = _index(months[-1]) - 1
    years = (last - _index(months[0]) + 1) // 12
    begins = last - 12 * years + 1
    return {f"{(begins + n) // 12:04d}-{(begins + n) % 12 + 1:02d}": n for n in range(12 * years)}
