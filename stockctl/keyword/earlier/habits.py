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

from stockctl.keyword.earlier.habit import Habit

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from stockctl.keyword.earlier.terms import Numbers, Terms
    from stockctl.keyword.embed.embedder import Floats
    from stockctl.keyword.embed.halves import Halves

# The ridge's penalty, and how many works' worth of the usual a pair of words starts with.
_PENALTY, _PRIOR_WORKS = 3.0, 5.0


@dataclass(frozen=True)
class _Usual(Mapping[str, Habit]):
    """Each keyword's habit, added up when it is asked for: of thousands of words a text needs a hundred."""

    habits: Habits
    trend: Floats
    together: Floats
    prior: float

    def __getitem__(self, word: str) -> Habit:
        works = self.habits.keyworded(word)
        share = len(works) / len(self.habits.terms)
        trend, together = float(self.trend[works].sum()), float(self.together[works].sum())
        return Habit(share, share + trend, share * self.prior + together)

    def __iter__(self) -> Iterator[str]:
        terms = self.habits.terms
        return (terms.known[number] for number in np.flatnonzero(np.diff(terms.works_with.starts)).tolist())

    def __len__(self) -> int:
        return int(np.count_nonzero(np.diff(self.habits.terms.works_with.starts)))


@dataclass(frozen=True)
class Habits:
    """The works' vectors, shape (n, 384), with their words."""

    vectors: Halves
    terms: Terms

    def pull(self, vector: Floats) -> Floats:
        """Return what a work's vector is multiplied by for its part in the trend of a text's vector."""
        mean, inverse = self._ridge
        pull: Floats = inverse @ (vector - mean)
        return pull

    def of(self, parts: Floats, said: Sequence[str], leave_out: int | None = None) -> Mapping[str, Habit]:
        """Return what is usual for every keyword, given the works' parts in a text's trend and the text's words."""
        # The mean vector's part is the mean of the parts.
        trend = parts - parts.mean()
        together = np.zeros(len(self.terms), np.float32)
        usual, rarities = 0.0, [self._rarity(word) for word in said]
        for word, rarity in zip(said, rarities, strict=True):
            holders = self.terms.titles_with.of(self.terms.numbers.get(word, 0))
            part = rarity / sum(rarities) / (len(holders) + _PRIOR_WORKS)
            together[holders] += part
            usual += part * _PRIOR_WORKS
        if leave_out is not None:
            trend[leave_out] = together[leave_out] = 0.0
        return _Usual(self, trend, together, usual if said else 1.0)

    def keyworded(self, word: str) -> Numbers:
        """Return the works that have a keyword (key).

        Raises:
            KeyError: none has.

        """
        works = self.terms.works_with.of(self.terms.numbers[word])
        if not len(works):
            raise KeyError(word)
        return works

    @cached_property
    def _ridge(self) -> tuple[Floats, Floats]:
        """The mean vector, and the inverse of the penalised scatter about it."""
        total, scatter = self.vectors.moments()
        mean: Floats = total / np.float32(len(self.vectors))
        scatter -= len(self.vectors) * np.outer(mean, mean)
        scatter[np.diag_indices_from(scatter)] += _PENALTY
        inverse: Floats = np.linalg.inv(scatter)
        return mean, inverse

    def _rarity(self, word: str) -> float:
        standing = self._standing[self.terms.numbers[word]] if word in self.terms.numbers else 0
        return math.log((len(self.terms) + 1) / (standing + 1)) + 1

    @cached_property
    def _standing(self) -> NDArray[np.intp]:
        """Key → in how many works it stands at all."""
        return np.bincount(self.terms.keys, minlength=len(self.terms.known))
