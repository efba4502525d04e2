"""Hashes of sales whose sum tells whether two statements say the same of a day, in whatever order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from stockctl.earnings.reading.hashing import finished, odd

if TYPE_CHECKING:
    from stockctl.earnings.booking.rows.blocks import Block

HASHED = ("sold", "facet", "downloads", "amount", "price", "rate")


# Fixed for ever: digests of earlier imports are compared with those of later ones.
_FACTORS = [[odd(f"{half}/{name}") for name in HASHED] for half in ("first", "second")]


def row_hashes(block: Block) -> list[np.ndarray[Any, np.dtype[np.uint64]]]:
    """Return two 64-bit hashes per sale (SplitMix64's finaliser over a weighted sum of its numbers)."""
    found = []
    for factors in _FACTORS:
        mixed = np.zeros(len(block), np.uint64)
        for name, factor in zip(HASHED, factors, strict=True):
            mixed += block.columns[name].view(np.uint64) * factor
        found.append(finished(mixed))
    return found


def day_digest(first: int, second: int) -> bytes:
    """Return both sums of a day's hashes as bytes."""
    return first.to_bytes(8) + second.to_bytes(8)
