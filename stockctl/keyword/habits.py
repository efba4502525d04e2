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


@dataclass(frozen=True)
class _Usual(Mapping[str, Habit]):
    """Each keyword's habit, added up when it is asked for: of thousands of words a text needs a hundred."""

    habits: Habits
    trend: NDArray[np.float64]
    together: NDArray[np.float64]
    prior: float

    def __getitem__(self, word: str) -> Habit:
        works = self.habits.keyworded(word)
        share = len(works) / len(self.habits.keywords)
        trend, together = float(self.trend[works].sum()), float(self.together[works].sum())
        return Habit(share, share + trend, share * self.prior + together)

    def __iter__(self) -> Iterator[str]:
        return iter(self.habits.columns)

    def __len__(self) -> int:
        return len(self.habits.columns)


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
        return _Usual(self, trend.astype(np.float64), together, usual if said else 1.0)

    def keyworded(self, word: str) -> NDArray[np.intp]:
        """Return the works that have a keyword (key).

        Raises:
            KeyError: none has.

        """
        at = self.columns[word]
        starts, owners = self._owners
        return owners[starts[at] : starts[at + 1]]

    @cached_property
    def columns(self) -> dict[str, int]:
        """Keyword (key) → its number."""
        return {word: at for at, word in enumerate(dict.fromkeys(word for own in self.keywords for word in own))}

    @cached_property
    def _owners(self) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """Where each keyword's works begin among the second, which holds them keyword after keyword."""
        columns = np.array([self.columns[word] for own in self.keywords for word in own], np.intp)
        owners = np.repeat(np.arange(len(self.keywords)), [len(own) for own in self.keywords])
        starts = np.concatenate([[0], np.cumsum(np.bincount(columns, minlength=len(self.columns)))])
        return starts, owners[np.argsort(columns, kind="stable")]

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
