"""A person's own earlier work: which of it is near a picture, and how it was keyworded.

The nearest works vote on words by kriging, that is Gaussian-process regression
(Rasmussen and Williams 2006, equations 2.23 to 2.25) over the nearest 200 with
an exponential kernel on the cosine of the texts: near works count more, and two
works that say the same count little more than one.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from stockctl.keyword.earlier.habits import Habits
from stockctl.keyword.earlier.likeness import LEAST, OTHER_MEDIUM
from stockctl.keyword.earlier.terms import ONLY_IN_TEXT, Terms, terms_of
from stockctl.keyword.embed.halves import Halves
from stockctl.words.texts.filenames import is_drawn

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from numpy.typing import NDArray

    from stockctl.catalogue.words.works import Work
    from stockctl.keyword.earlier.habit import Habit
    from stockctl.keyword.embed.embedder import Floats

# How many works vote, how fast their weight falls with distance, and how much of a work's
# keywords is chance. Measured on captions (tests/benchmarks/captions.py).
NEIGHBOURS, FALL, NOISE = 200, 3.0, 0.3
# Texts whose vectors have such a cosine say the same: they differ in a name, a number or a full stop.
SAME_TEXT = 0.97
# How many pictures' worth of prior belief a word's record of being kept starts with.
_PRIOR_WEIGHT = 3.0
# How often a word that stands in a caption is a keyword too, before anything is known.
_KEPT_PRIOR = 0.9
# As many works without any given word are thought to stand beside the person's: the words of the first
# picture that is keyworded are not those of every other.
_PRIOR_WORKS = 3.0
# Perceptual hashes of crops and re-edits of one picture differ in so many bits of 64 (see check.similar.pairs).
SAME_PICTURE_BITS = 7
# Words that earn: each tenfold of sales adds so much to a work's votes.
_PER_TENFOLD = 0.15


@dataclass(frozen=True, slots=True)
class Vote:
    """What the near works say of a word: how likely it is here (0 to 1), how it is written, and by whom.

    `near` is the cosine of the nearest work that has it, `agreed` how many of them are at least a little
    like the text; works that say the same count as one.
    """

    word: str
    share: float
    works: int
    sales: int
    near: float = 1.0
    agreed: int = 1


class Worth(NamedTuple):
    """What a work's words weigh, more with each acceptance, and how many copies of it were sold."""

    weight: float = 1.0
    sales: int = 0


@dataclass(frozen=True)
class Portfolio:
    """Works by media_id and file name, with their words and vectors, shape (n, 384).

    `worth` returns that of works, each given by media_id and name: only those
    near a picture are asked for.
    """

    media_ids: Sequence[str] = ()
    names: Sequence[str] = ()
    terms: Terms = field(default_factory=Terms)
    vectors: Halves = field(default_factory=Halves)
    worth: Callable[[Sequence[tuple[str, str]]], Sequence[Worth]] = lambda works: [Worth()] * len(works)

    def __len__(self) -> int:
        """Return the number of works."""
        return len(self.media_ids)

    @property
    def confidence(self) -> float:
        """How far the portfolio can be relied on, 0 to 1: it grows with its size."""
        return len(self) / (len(self) + 500)

    def nearest(self, vector: Floats, count: int = NEIGHBOURS) -> tuple[NDArray[np.intp], Floats]:
        """Return the indices of the nearest works and their cosines, nearest first."""
        return _highest(self.vectors @ vector, count)

    def votes(self, vector: Floats, leave_out: str = "") -> dict[str, Vote]:
        """Return what the works near a text's vector say, by key of the word.

        `leave_out` is the media_id of the picture itself.
        """
        return Compared(self, self.vectors @ vector, np.zeros(0, np.float32)).votes(leave_out)

    def usual(self, vector: Floats, said: Sequence[str], leave_out: str = "") -> Mapping[str, Habit]:
        """Return what is usual in the whole portfolio for a text's vector and words (keys), by key of the word."""
        if not len(self):
            return {}
        return Compared(self, np.zeros(0, np.float32), self.vectors @ self.habits.pull(vector)).usual(said, leave_out)

    def compared(self, vectors: Floats) -> list[Compared]:
        """Compare texts, shape (m, 384), with all works: of several, each takes a fraction of the time of one."""
        pulls = [self.habits.pull(vector) for vector in vectors]
        both = np.ascontiguousarray((self.vectors @ np.stack([*vectors, *pulls]).T).T)
        return [Compared(self, both[at], both[len(vectors) + at]) for at in range(len(vectors))]

    def keywords(self, place: int) -> list[tuple[str, float]]:
        """Return the keywords of a work as the person wrote them, each with how far it is the person's own."""
        own = self.terms.terms[self.terms.starts[place] : self.terms.starts[place + 1]]
        return [
            (self.terms.known[form], strength)
            for form, strength in zip(own["form"].tolist(), own["strength"].tolist(), strict=True)
            if form
        ]

    def kept(self, itself: str) -> float:
        """Return how often a word (by key) that stood in a title became a keyword, 0 to 1."""
        standing, used = self._standing
        number = self.terms.numbers.get(itself, 0)
        stood, kept = (standing[number], used[number]) if number else (0, 0)
        return float((kept + _PRIOR_WEIGHT * self._usually_kept) / (stood + _PRIOR_WEIGHT))

    def worth_of(self, places: NDArray[np.intp]) -> Sequence[Worth]:
        """Return the worth of the works at these places."""
        return self.worth([(self.media_ids[place], self.names[place]) for place in places.tolist()])

    @cached_property
    def habits(self) -> Habits:
        """What is usual in it."""
        return Habits(self.vectors, self.terms)

    @cached_property
    def places(self) -> dict[str, int]:
        """media_id → the work's place."""
        return {media_id: place for place, media_id in enumerate(self.media_ids)}

    @cached_property
    def shares(self) -> NDArray[np.float64]:
        """Key → the share of texts whose works have the word; of few texts little can be told.

        Works whose titles have the same words, a whole shoot's, are one together.
        """
        _, text, works = np.unique(self.terms.said, return_inverse=True, return_counts=True)
        strengths = self.terms.strengths / np.repeat(works[text], np.diff(self.terms.starts))
        totals = np.bincount(self.terms.keys, strengths, len(self.terms.known))
        return totals / (len(works) + _PRIOR_WORKS)

    @cached_property
    def _standing(self) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """Key → in how many titles it stood, and how often it was a keyword there."""
        titles, size = self.terms.titles, len(self.terms.known)
        used = titles["key"][titles["used"] > 0]
        return np.bincount(titles["key"], minlength=size), np.bincount(used, minlength=size)

    @cached_property
    def _usually_kept(self) -> float:
        standing, used = self._standing
        return float((used.sum() + 50 * _KEPT_PRIOR) / (standing.sum() + 50))


@dataclass(frozen=True)
class Compared:
    """One text beside all works: its cosine to each, and each work's part in the trend (see `habits`), shape (n)."""

    portfolio: Portfolio
    cosines: Floats
    trend: Floats

    def votes(self, leave_out: str = "", *, drawn: bool | None = None) -> dict[str, Vote]:
        """Return what the works near the text say, by key of the word; `leave_out` is the picture's own media_id.

        `drawn` says whether that is a vector: works of the other medium are less like it; None where it is unknown.
        """
        near, cosines = _highest(self.cosines, NEIGHBOURS)
        itself = self.portfolio.places.get(leave_out)
        if itself is not None:
            near, cosines = near[near != itself], cosines[near != itself]
        if not len(near):
            return {}
        if drawn is not None:
            other = [is_drawn(self.portfolio.names[place]) != drawn for place in near.tolist()]
            cosines = cosines - OTHER_MEDIUM * np.array(other, np.float32)
            order = np.argsort(-cosines, kind="stable")
            near, cosines = near[order], cosines[order]
        among = self.portfolio.vectors[near]
        likeness = among @ among.T
        # Of works that say the same, or nearly, the nearest one speaks: one text for a whole shoot is one text.
        alone = ~np.triu(likeness > SAME_TEXT, 1).any(axis=0)
        near, cosines, among = near[alone], cosines[alone], among[alone]
        kernel = np.exp(FALL * (likeness[alone][:, alone] - 1))
        worth = self.portfolio.worth_of(near)
        kernel[np.diag_indices_from(kernel)] += NOISE / np.array([one.weight for one in worth], np.float32)
        pull = np.linalg.solve(kernel, np.exp(FALL * (cosines - 1)))
        return self._voted(near, pull, cosines, np.array([one.sales for one in worth], np.int64))

    def usual(self, said: Sequence[str], leave_out: str = "") -> Mapping[str, Habit]:
        """Return what is usual in the whole portfolio for the text and its words (keys), by key of the word."""
        return self.portfolio.habits.of(self.trend, said, self.portfolio.places.get(leave_out))

    def _voted(
        self, near: NDArray[np.intp], pull: Floats, cosines: Floats, sales: NDArray[np.int64]
    ) -> dict[str, Vote]:
        """Add up the words of the near works, each work by its `pull`; `sales` are theirs."""
        portfolio, terms = self.portfolio, self.portfolio.terms
        places, owner = terms.of_works(near)
        keys, strengths, sold = terms.keys[places], terms.strengths[places], sales[owner]
        weights = pull[owner] * strengths * (1 + _PER_TENFOLD * np.log10(1 + sold))
        totals = np.bincount(keys, weights)
        strong = strengths > ONLY_IN_TEXT
        counts = np.bincount(keys[strong])
        copies = np.bincount(keys[strong], sold[strong])
        agreed = np.bincount(keys[strong & (cosines[owner] >= LEAST)], minlength=len(counts))
        nearest = np.full(len(counts), -1.0, np.float32)
        np.maximum.at(nearest, keys[strong], cosines[owner][strong])
        voted = np.flatnonzero(counts)
        shares = np.clip(totals[voted] + (1 - float(pull.sum())) * portfolio.shares[voted], 0.0, 1.0)
        known, forms = terms.known, terms.written[voted]
        rows = (voted, forms, shares, counts[voted], copies[voted], nearest[voted], agreed[voted])
        return {
            known[number]: Vote(known[form], share, count, int(sold_), cosine, agree)
            for number, form, share, count, sold_, cosine, agree in zip(*(row.tolist() for row in rows), strict=True)
        }


def _highest(cosines: Floats, count: int) -> tuple[NDArray[np.intp], Floats]:
    """Return the places of the highest cosines and these, highest first."""
    count = min(count, len(cosines))
    if not count:
        return np.zeros(0, np.intp), np.zeros(0, np.float32)
    near = np.argpartition(-cosines, count - 1)[:count]
    near = near[np.argsort(-cosines[near])]
    return near, cosines[near]


class Pictures:
    """Tells which works show the same picture as a given one; `alike` names such pictures by media_id."""

    def __init__(self, portfolio: Portfolio, alike: Callable[[str], Iterable[str]]) -> None:
        self._portfolio = portfolio
        self._alike = alike

    def same(self, media_id: str) -> list[int]:
        """Return the places of the works that show the same picture; the picture's own among them."""
        places = self._portfolio.places
        return [places[other] for other in self._alike(media_id) if other in places]


def portfolio_of(works: Sequence[Work], weights: Mapping[str, float], sales: Mapping[str, int]) -> Portfolio:
    """Assemble a portfolio; `weights` and `sales` go by media_id, missing ones count 1 and 0."""
    if not works:
        return Portfolio()
    return Portfolio(
        [work.media_id for work in works],
        [work.name for work in works],
        terms_of(works),
        Halves.of(b"".join(work.vector for work in works)),
        lambda asked: [Worth(weights.get(media_id, 1.0), sales.get(media_id, 0)) for media_id, _ in asked],
    )
