"""A person's own earlier work: which of it is near a picture, and how it was keyworded.

The nearest works vote on words by kriging, that is Gaussian-process regression
(Rasmussen and Williams 2006, equations 2.23 to 2.25) over the nearest 200 with
an exponential kernel on the cosine of the texts: near works count more, and two
works that say the same count little more than one.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from stockctl.keyword.embedder import DIMENSIONS
from stockctl.keyword.habits import Habits
from stockctl.words import phrases
from stockctl.words.lemma import key

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from stockctl.catalogue.vocabulary import Work
    from stockctl.keyword.embedder import Floats
    from stockctl.keyword.habits import Habit

# How many works vote, how fast their weight falls with distance, and how much of a work's
# keywords is chance. Measured on captions (tests/benchmarks/captions.py).
NEIGHBOURS, FALL, NOISE = 200, 3.0, 0.3
# A word of a work's title or text that is not among its keywords counts so much.
_ONLY_IN_TEXT = 0.3
# How many pictures' worth of prior belief a word's record of being kept starts with.
_PRIOR_WEIGHT = 3.0
# How often a word that stands in a caption is a keyword too, before anything is known.
_KEPT_PRIOR = 0.9
# As many works without any given word are thought to stand beside the person's: the words of the first
# picture that is keyworded are not those of every other.
_PRIOR_WORKS = 3.0
# Perceptual hashes of crops and re-edits of one picture differ in so many bits of 64 (see check.similar).
SAME_PICTURE_BITS = 7
# Words that earn: each tenfold of sales adds so much to a work's votes.
_PER_TENFOLD = 0.15


@dataclass(frozen=True, slots=True)
class Vote:
    """What the near works say of a word: how likely it is here (0 to 1), how it is written, and by whom."""

    word: str
    share: float
    works: int
    sales: int


@dataclass(frozen=True)
class Portfolio:
    """Works with their vectors, shape (n, 384); `weights` (n) grow with acceptance, `sales` count copies sold."""

    works: Sequence[Work] = ()
    vectors: Floats = field(default_factory=lambda: np.zeros((0, DIMENSIONS), np.float32))
    weights: Floats = field(default_factory=lambda: np.zeros(0, np.float32))
    sales: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, np.int64))

    def __len__(self) -> int:
        """Return the number of works."""
        return len(self.works)

    @property
    def confidence(self) -> float:
        """How far the portfolio can be relied on, 0 to 1: it grows with its size."""
        return len(self) / (len(self) + 500)

    def nearest(self, vector: Floats, count: int = NEIGHBOURS) -> tuple[NDArray[np.intp], Floats]:
        """Return the indices of the nearest works and their cosines, nearest first."""
        cosines = self.vectors @ vector
        count = min(count, len(cosines))
        if not count:
            return np.zeros(0, np.intp), np.zeros(0, np.float32)
        near = np.argpartition(-cosines, count - 1)[:count]
        near = near[np.argsort(-cosines[near])]
        return near, cosines[near]

    def votes(self, vector: Floats, leave_out: str = "") -> dict[str, Vote]:
        """Return what the works near a text's vector say, by key of the word.

        `leave_out` is the media_id of the picture itself.
        """
        near, cosines = self.nearest(vector)
        if leave_out:
            other = np.array([self.works[index].media_id != leave_out for index in near], bool)
            near, cosines = near[other], cosines[other]
        if not len(near):
            return {}
        among = self.vectors[near]
        kernel = np.exp(FALL * (among @ among.T - 1))
        kernel[np.diag_indices_from(kernel)] += NOISE / self.weights[near]
        pull = np.linalg.solve(kernel, np.exp(FALL * (cosines - 1)))
        totals: dict[str, float] = {}
        counts: dict[str, list[int]] = {}
        for weight, index in zip(pull.tolist(), near.tolist(), strict=True):
            sold = int(self.sales[index])
            boost = 1 + _PER_TENFOLD * float(np.log10(1 + sold))
            for itself, strength in self._strengths[index].items():
                totals[itself] = totals.get(itself, 0.0) + weight * strength * boost
                if strength > _ONLY_IN_TEXT:
                    count = counts.setdefault(itself, [0, 0])
                    count[0] += 1
                    count[1] += sold
        rest = 1 - float(pull.sum())
        return {
            itself: Vote(
                self._written[itself],
                min(1.0, max(0.0, totals[itself] + rest * self._shares[itself])),
                count,
                sold,
            )
            for itself, (count, sold) in counts.items()
        }

    def usual(self, vector: Floats, said: Sequence[str], leave_out: str = "") -> Mapping[str, Habit]:
        """Return what is usual in the whole portfolio for a text's vector and words (keys), by key of the word."""
        return self._habits.of(vector, said, self._places.get(leave_out))

    def variants(self, hashes: Mapping[str, int], media_id: str) -> list[Work]:
        """Return the works that show the same picture as `media_id`, by its perceptual hash (first 64 bits)."""
        own = hashes.get(media_id)
        if own is None:
            return []
        return [
            work
            for work in self.works
            if work.media_id != media_id
            and (other := hashes.get(work.media_id)) is not None
            and (own ^ other).bit_count() <= SAME_PICTURE_BITS
        ]

    def kept(self, itself: str) -> float:
        """Return how often a word (by key) that stood in a title became a keyword, 0 to 1."""
        (standing, used), usual = self._kept_counts.get(itself, (0, 0)), self._usually_kept
        return (used + _PRIOR_WEIGHT * usual) / (standing + _PRIOR_WEIGHT)

    @cached_property
    def _strengths(self) -> list[dict[str, float]]:
        """Per work: key → how far the word is a keyword of it."""
        return [_strengths_of(work) for work in self.works]

    @cached_property
    def _titles(self) -> list[list[str]]:
        """Per work: the keys of its title's words."""
        return [list(dict.fromkeys(map(key, phrases.words(work.title or work.text)))) for work in self.works]

    @cached_property
    def _habits(self) -> Habits:
        strong = [[word for word, much in own.items() if much > _ONLY_IN_TEXT] for own in self._strengths]
        return Habits(self.vectors, strong, self._titles, [list(own) for own in self._strengths])

    @cached_property
    def _places(self) -> dict[str, int]:
        return {work.media_id: index for index, work in enumerate(self.works)}

    @cached_property
    def _written(self) -> dict[str, str]:
        """Key → the word as the person writes it most often."""
        forms: dict[str, dict[str, int]] = {}
        for work in self.works:
            for word in work.keywords:
                seen = forms.setdefault(key(word), {})
                seen[word] = seen.get(word, 0) + 1
        return {itself: max(seen, key=lambda word: seen[word]) for itself, seen in forms.items()}

    @cached_property
    def _shares(self) -> dict[str, float]:
        """Key → the share of works that have the word; of few works little can be told."""
        totals: dict[str, float] = {}
        for strengths in self._strengths:
            for itself, strength in strengths.items():
                totals[itself] = totals.get(itself, 0.0) + strength
        return {itself: total / (len(self.works) + _PRIOR_WORKS) for itself, total in totals.items()}

    @cached_property
    def _kept_counts(self) -> dict[str, tuple[int, int]]:
        """Key → in how many titles it stood, and how often it was a keyword there."""
        counts: dict[str, tuple[int, int]] = {}
        for title, strengths in zip(self._titles, self._strengths, strict=True):
            for itself in title:
                standing, used = counts.get(itself, (0, 0))
                counts[itself] = (standing + 1, used + (strengths.get(itself, 0.0) > _ONLY_IN_TEXT))
        return counts

    @cached_property
    def _usually_kept(self) -> float:
        standing = sum(count for count, _ in self._kept_counts.values())
        used = sum(count for _, count in self._kept_counts.values())
        return (used + 50 * _KEPT_PRIOR) / (standing + 50)


def _strengths_of(work: Work) -> dict[str, float]:
    strengths = dict.fromkeys((key(word) for word in phrases.words(work.text)), _ONLY_IN_TEXT)
    for word, strength in work.keywords.items():
        itself = key(word)
        strengths[itself] = max(strength, strengths.get(itself, 0.0))
        # A phrase speaks for its words, too, more weakly.
        for part in itself.split() if " " in itself else ():
            strengths.setdefault(part, _ONLY_IN_TEXT)
    return strengths


def portfolio_of(works: Sequence[Work], weights: Mapping[str, float], sales: Mapping[str, int]) -> Portfolio:
    """Assemble a portfolio; `weights` and `sales` go by media_id, missing ones count 1 and 0."""
    if not works:
        return Portfolio()
    vectors = np.frombuffer(b"".join(work.vector for work in works), np.float16)
    return Portfolio(
        works=works,
        vectors=vectors.reshape(len(works), DIMENSIONS).astype(np.float32),
        weights=np.array([weights.get(work.media_id, 1.0) for work in works], np.float32),
        sales=np.array([sales.get(work.media_id, 0) for work in works], np.int64),
    )
