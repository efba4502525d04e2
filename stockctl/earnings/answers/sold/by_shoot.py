"""What came in for each shoot, the folder in which a picture lies, in a year: all files at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from stockctl.catalogue.sold import month_sums
from stockctl.catalogue.sums import shown
from stockctl.earnings.answers.money.lines import NOT_TOLD, Line

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from stockctl.catalogue import Catalogue


def of_year(catalogue: Catalogue, year: int) -> Iterator[Line]:
    """Yield what each shoot brought in a year, by currency."""
    month_sums.fill(catalogue)
    known = shown.of_now(catalogue)
    sums: dict[str, NDArray[np.int64]] = {}
    for _, of_month in month_sums.of_days(catalogue, f"{year}-01-01", f"{year}-12-31"):
        for currency, part in of_month.items():
            # Downloads, micro-units, and whether there were any sales.
            own = sums.setdefault(currency, np.zeros((3, len(known.names)), np.int64))
            shoots = known.shoots[part["sold"]]
            for row, name in enumerate(("downloads", "amount")):
                np.add.at(own[row], shoots, np.ascontiguousarray(part[name]))
            own[2, shoots] = 1
    for currency, own in sums.items():
        for number in np.flatnonzero(own[2]).tolist():
            yield Line(known.names[number] or NOT_TOLD, currency, *own[:2, number].tolist())
