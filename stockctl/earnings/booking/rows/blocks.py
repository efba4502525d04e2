"""Sales as columns of whole numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable

    from stockctl.earnings.reading.columns import Numbers

# A number that no price and no rate has: there is none.
NONE = int(np.iinfo(np.int64).min)
COLUMNS = ("day", "period", "owner", "sold", "facet", "downloads", "amount", "price", "rate", "rows")


@dataclass(frozen=True)
class Block:
    """Sales as columns of equal length.

    `day` is an ordinal, `period` one too (0: none), `owner` a number in
    `Intake.owners`; amounts and prices in micro-units, rates in millionths;
    `rows` is 1 where a row of the statement begins, 0 for its further parts.
    """

    columns: dict[str, Numbers]

    def __len__(self) -> int:
        """Return the number of sales."""
        return len(self.columns["day"])

    def take(self, places: Any) -> Block:  # noqa: ANN401 - whatever indexes an array
        """Return the sales at some places."""
        return Block({name: column[places] for name, column in self.columns.items()})

    @staticmethod
    def join(blocks: list[Block]) -> Block:
        """Return blocks one after the other."""
        if len(blocks) == 1:
            return blocks[0]
        return Block({name: np.concatenate([block.columns[name] for block in blocks]) for name in COLUMNS})


def tuples(block: Block, names: Iterable[str]) -> list[tuple[int, ...]]:
    """Return some columns of a block as rows."""
    return list(zip(*(block.columns[name].tolist() for name in names), strict=True))
