"""What is kept of sales in arrays, compared with the sales themselves."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from stockctl.catalogue.sold import month_sums, pictures

if TYPE_CHECKING:
    from stockctl.catalogue import Catalogue


def check_months(catalogue: Catalogue) -> None:
    """Compare the sums of the months, kept or not, with the sales."""
    wanted: dict[tuple[str, str, int], list[int]] = {}
    for row in catalogue.rows(
        "SELECT substr(u.day, 1, 7), f.currency, s.sold, sum(s.downloads), sum(s.amount) FROM sales s"
        " JOIN units u ON u.id = s.unit JOIN facets f ON f.id = s.facet WHERE f.kind NOT IN ('payout', 'tax')"
        " GROUP BY 1, 2, 3"
    ):
        wanted[row[0], row[1], row[2]] = [row[3], row[4]]
    found = {
        (month, currency, sold): sums
        for month, of_month in month_sums.of_days(catalogue)
        for currency, array in of_month.items()
        for sold, *sums in array.tolist()
    }
    assert {key: sums for key, sums in found.items() if any(sums)} == {
        key: sums for key, sums in wanted.items() if any(sums)
    }


def check_pictures(catalogue: Catalogue) -> None:
    """Compare the file of each sold file's picture with what the tables say."""
    found = pictures.files(catalogue)
    numbers = []
    for sold, media_id in catalogue.rows("SELECT id, media_id FROM sold"):
        rows = catalogue.rows(
            "SELECT rowid, coalesce(json_array_length(facts, '$.record.keywords'), 0) FROM files WHERE media_id = ?"
            " ORDER BY path",
            [media_id],
        )
        worded = [row[0] for row in rows if row[1]]
        expected = (worded or [row[0] for row in rows] or [None])[0]
        if expected is not None:
            assert found[sold] == expected, sold
        elif media_id is None:
            assert found[sold] == 0
        else:
            assert found[sold] < 0
            numbers.append((int(found[sold]), media_id))
    # One number for each picture without a file.
    assert max(Counter(number for number, _ in set(numbers)).values(), default=1) == 1
    assert max(Counter(media_id for _, media_id in set(numbers)).values(), default=1) == 1
