"""What the whole of a person's earlier work says of a word, where the nearest works say little.

Two plain models, fitted when first asked: how keywords follow from a text's
vector (ridge regression, Hoerl and Kennard 1970), and which keywords go with a
word of the title.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from stockctl.keyword.embedder import Floats

# The ridge's penalty, and how many works' worth of the usual a pair of words starts with.
_PENALTY, _PRIOR_WORKS = 3.0, 5.0


@dataclass(frozen=True, slots=True)
class Habit:
    """What is usual for one word, each 0 to 1.

    `share` of all works have it; so many have it where the text is like this
    one (`trend`), and where the title holds the same words (`together`).
    """

    share: float = 0.0
    trend: float = 0.0
    together: float = 0.0


class _Usual(Mapping[str, Habit]):
    """Each keyword's habit, made when it is asked for: of thousands of words a text needs a hundred."""

    def __init__(self, columns: Mapping[str, int], *numbers: NDArray[np.float64]) -> None:
        self._columns, self._numbers = columns, numbers

    def __getitem__(self, word: str) -> Habit:
        at = self._columns[word]
        return Habit(*(float(each[at]) for each in self._numbers))

    def __iter__(self) -> Iterator[str]:
        return iter(self._columns)

    def __len__(self) -> int:
        return len(self._columns)


@dataclass(frozen=True)
class Habits:
    """The works' vectors, shape (n, 384), with their words by key: keywords, those of the title, and all."""

    vectors: Floats
    keywords: Sequence[Sequence[str]]
    titles: Sequence[Sequence[str]]
    words: Sequence[Sequence[str]]

    def of(self, vector: Floats, said: Sequence[str], leave_out: int | None = None) -> Mapping[str, Habit]:
        """Return what is usual for every keyword, given a text's vector and its words (keys)."""
        if not self.keywords:
            return {}
        mean, inverse = self._ridge
        pull = inverse @ (vector - mean)
        trend = self.vectors @ pull - mean @ pull
        together = np.zeros(len(self.keywords))
        usual, rarities = 0.0, [self._rarity(word) for word in said]
        for word, rarity in zip(said, rarities, strict=True):
            holders = self._holders.get(word, np.zeros(0, np.intp))
            part = rarity / sum(rarities) / (len(holders) + _PRIOR_WORKS)
            together[holders] += part
            usual += part * _PRIOR_WORKS
        if leave_out is not None:
            trend[leave_out] = together[leave_out] = 0.0
        columns, owners, shares = self._flat
        trends = shares + np.bincount(columns, trend[owners], len(shares))
        togethers = shares * (usual if said else 1.0) + np.bincount(columns, together[owners], len(shares))
        return _Usual(self._columns, shares, trends, togethers)

    @cached_property
    def _columns(self) -> dict[str, int]:
        return {word: at for at, word in enumerate(dict.fromkeys(word for own in self.keywords for word in own))}

    @cached_property
    def _flat(self) -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.float64]]:
        """Every keyword's column and its work, work after work; and each column's share of the works."""
        columns = np.array([self._columns[word] for own in self.keywords for word in own], np.intp)
        owners = np.repeat(np.arange(len(self.keywords)), [len(own) for own in self.keywords])
        return columns, owners, np.bincount(columns, minlength=len(self._columns)) / len(self.keywords)

    @cached_property
    def _ridge(self) -> tuple[Floats, Floats]:
        """The mean vector, and the inverse of the penalised scatter about it."""
        mean = self.vectors.mean(axis=0)
        scatter = self.vectors.T @ self.vectors - len(self.vectors) * np.outer(mean, mean)
        scatter[np.diag_indices_from(scatter)] += _PENALTY
        inverse: Floats = np.linalg.inv(scatter)
        return mean, inverse

    @cached_property
    def _holders(self) -> dict[str, NDArray[np.intp]]:
        """Word (key) → the works whose title holds it."""
        found: dict[str, list[int]] = {}
        for index, words in enumerate(self.titles):
            for word in words:
                found.setdefault(word, []).append(index)
        return {word: np.array(works, np.intp) for word, works in found.items()}

    def _rarity(self, word: str) -> float:
        return math.log((len(self.keywords) + 1) / (self._standing.get(word, 0) + 1)) + 1

    @cached_property
    def _standing(self) -> dict[str, int]:
        """Word (key) → in how many works it stands at all."""
        counts: dict[str, int] = {}
        for words in self.words:
            for word in words:
                counts[word] = counts.get(word, 0) + 1
        return counts
