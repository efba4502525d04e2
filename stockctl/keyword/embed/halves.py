"""Unit vectors in half the memory: kept as float16, and made float32 a few thousand at a time when they are used.

A run that uses them often keeps them as float32: for a few texts the memory
counts, for a thousand the time.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from stockctl.keyword.embed import DIMENSIONS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from stockctl.keyword.embed.embedder import Floats

# So many vectors stay in the processor's cache.
_AT_ONCE = 2048
# One text goes through them twice.
_OFTEN = 3


@dataclass
class Halves:
    """Vectors, shape (n, 384)."""

    rows: NDArray[np.float16] = field(default_factory=lambda: np.zeros((0, DIMENSIONS), np.float16))
    _whole: Floats | None = None
    _used: int = 0

    @classmethod
    def of(cls, data: bytes | bytearray) -> Halves:
        """Return the vectors that stand one after another in float16."""
        return cls(np.frombuffer(data, np.float16).reshape(-1, DIMENSIONS))

    def __len__(self) -> int:
        """Return their number."""
        return len(self.rows)

    def __getitem__(self, places: NDArray[np.intp]) -> Floats:
        """Return the vectors at these places."""
        return self.rows[places].astype(np.float32)

    def __matmul__(self, other: Floats) -> Floats:
        """Return the products with a vector, shape (n), or with the columns of a matrix, shape (n, m)."""
        self._used += 1
        if self._whole is None and self._used > _OFTEN:
            self._whole = self.rows.astype(np.float32)
        if self._whole is not None:
            whole: Floats = self._whole @ other
            return whole
        product = np.empty((len(self), *other.shape[1:]), np.float32)
        for start, part in self._parts():
            np.matmul(part, other, out=product[start : start + len(part)])
        return product

    def moments(self) -> tuple[Floats, Floats]:
        """Return the sum of the vectors, shape (384), and of their outer products with themselves, shape (384, 384)."""
        total = np.zeros(DIMENSIONS, np.float32)
        scatter = np.zeros((DIMENSIONS, DIMENSIONS), np.float32)
        for _, part in self._parts():
            total += part.sum(axis=0)
            scatter += part.T @ part
        return total, scatter

    def _parts(self) -> Iterator[tuple[int, Floats]]:
        """Yield some vectors at a time, each time in the same memory, with the place of the first."""
        buffer = np.empty((min(_AT_ONCE, len(self)), DIMENSIONS), np.float32)
        for start in range(0, len(self), _AT_ONCE):
            part = buffer[: min(_AT_ONCE, len(self) - start)]
            part[:] = self.rows[start : start + len(part)]
            yield start, part
