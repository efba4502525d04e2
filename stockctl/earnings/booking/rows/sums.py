"""Sums over groups of sales, gathered block by block."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from stockctl.earnings.reading.columns import Numbers

# So many groups may wait before they are brought together with the rest.
_LOOSE = 1 << 18


@dataclass
class Sums:
    """Sums over groups of sales, gathered block by block: the columns of `keys` that a group is, then its sums."""

    keys: int
    parts: list[list[Numbers]] = field(default_factory=list)
    loose: int = 0

    def add(self, *columns: Numbers) -> None:
        """Add sales: their keys, then what is summed up."""
        self.parts.append(_grouped(list(columns), self.keys))
        self.loose += len(self.parts[-1][0])
        if self.loose > max(_LOOSE, len(self.parts[0][0])):
            self.total()

    def total(self) -> list[Numbers]:
        """Bring the parts together; return every group once, in the order of the keys."""
        if len(self.parts) > 1:
            self.parts = [_grouped([np.concatenate(columns) for columns in zip(*self.parts, strict=True)], self.keys)]
        self.loose = 0
        return self.parts[0] if self.parts else []


def _grouped(columns: list[Numbers], count: int) -> list[Numbers]:
    """Sum the columns after the first `count` over equal values of those."""
    keys, values = columns[:count], columns[count:]
    packed = keys[0]
    for key in keys[1:]:
        packed = packed * (int(key.max(initial=0)) + 1) + key
    order = np.argsort(packed, kind="stable")
    packed = packed[order]
    starts = np.flatnonzero(np.concatenate([[True], packed[1:] != packed[:-1]]))
    return [key[order[starts]] for key in keys] + [np.add.reduceat(value[order], starts) for value in values]
