"""Medians and quantiles of some numbers: numpy's own take longer to look at their arguments than to sort these."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


def quantiles(values: NDArray[Any], *shares: float) -> list[float]:
    """Return the values (any shape, not empty) below which these shares, 0 to 1, of all lie.

    Between two of them as numpy's `quantile` reckons, Hyndman and Fan's type 7.
    """
    ordered = np.sort(values, axis=None)
    last = len(ordered) - 1
    found = []
    for share in shares:
        low = int(share * last)
        below, above = float(ordered[low]), float(ordered[min(low + 1, last)])
        found.append(below + (above - below) * (share * last - low))
    return found


def median(values: NDArray[Any]) -> float:
    """Return the median of values (any shape, not empty)."""
    ordered = np.sort(values, axis=None)
    middle = len(ordered) // 2
    return (float(ordered[middle]) + float(ordered[-middle - 1])) / 2
