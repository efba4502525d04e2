"""Groups of own pictures by their keywords: what sells through, what earns, and how the income is spread.

Nothing here speaks of the market: no offline data tells what buyers look for
and others offer. It is one's own files and one's own sales, with their number.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from stockctl.plan.table import Table

# Keywords on fewer files make no group, and those on more than this share of all files tell none apart.
FEWEST, MOST_SHARE = 5, 0.6
# So many of the commonest keywords are looked at.
WORDS = 400
# Two keywords belong together where this share of the files of either bear both.
TOGETHER = 0.5
# A picture belongs to the group of which it bears at least this share of the words.
BELONGS = 0.34
# Fewer files than this tell nothing of what sells.
TELLING = 10


@dataclass(frozen=True)
class Niche:
    """A group of pictures: its words, the commonest first; how many files, sent, sold; earned by currency, in micro."""

    words: tuple[str, ...]
    files: int
    online: int
    sold: int
    downloads: int
    earned: Mapping[str, int] = field(default_factory=dict)

    @property
    def telling(self) -> bool:
        """Whether so many files are online that their sales say something."""
        return self.online >= TELLING

    @property
    def sell_through(self) -> float | None:
        """The share of the files online that ever sold; None where none is online."""
        return min(self.sold, self.online) / self.online if self.online else None


@dataclass(frozen=True)
class Spread:
    """How concentrated the income of one currency is: `half` files make half of it, of `earning` that earn at all."""

    currency: str
    earning: int
    online: int
    half: int
    best_tenth: float
    amount: int


def niches(table: Table) -> list[Niche]:
    """Return the groups, the largest first."""
    groups = _groups(table)
    group_of = np.full(len(table.spelt), -1, np.int32)
    for number, group in enumerate(groups):
        group_of[list(group)] = number
    told = _told(table, groups, group_of)
    return sorted(told, key=lambda niche: (-niche.files, niche.words))


def _told(table: Table, groups: Sequence[tuple[int, ...]], group_of: NDArray[np.int32]) -> Iterator[Niche]:
    """Yield each group to which a picture belongs, with what its pictures are and made."""
    size, online = len(groups), table.online
    sizes = np.array([len(group) for group in groups], np.int64)
    sums = np.zeros((4, size), np.int64)
    earned = {currency: np.zeros(size, np.int64) for currency in sorted(table.earned)}
    for entry, word in table.parts():
        held = group_of[word]
        # How many words of each group a picture bears; of these the largest share counts, then the most words.
        pairs, counts = np.unique(
            entry[held >= 0].astype(np.int64) * max(1, size) + held[held >= 0], return_counts=True
        )
        owner, group = np.divmod(pairs, max(1, size))
        share = counts / sizes[group]
        order = np.lexsort((-group, counts, share, owner))
        best = order[np.flatnonzero(np.diff(owner[order], append=-1))]
        best = best[share[best] >= BELONGS]
        pictures, groups_ = owner[best], group[best]
        downloads = table.downloads[pictures]
        for row, values in enumerate((np.ones_like(pictures), online[pictures], downloads != 0, downloads)):
            np.add.at(sums[row], groups_, values)
        for currency, amounts in table.earned.items():
            np.add.at(earned[currency], groups_, amounts[pictures])
    for number in np.flatnonzero(sums[0]).tolist():
        files, online_, sold, downloads_ = (int(row[number]) for row in sums)
        yield Niche(
            words=tuple(table.spelt[word] for word in groups[number][:5]),
            files=files,
            online=online_,
            sold=sold,
            downloads=downloads_,
            earned={currency: int(amounts[number]) for currency, amounts in earned.items() if amounts[number]},
        )


def _groups(table: Table) -> list[tuple[int, ...]]:
    """Return groups of keywords that stand together, each word in one, the commonest first.

    Words are joined in the order of how often they meet, as long as each pair of
    a group meets often enough (complete linkage): a word that stands beside
    everything joins nothing.
    """
    counts = table.counts
    most = max(MOST_SHARE * table.worded, FEWEST)
    eligible = [word for word in np.argsort(-counts, kind="stable").tolist() if FEWEST <= counts[word] <= most]
    common = sorted(eligible, key=lambda word: (-counts[word], table.spelt[word]))[:WORDS]
    likeness = _likeness(table, common)
    group_of = list(range(len(common)))
    members = {index: [index] for index in group_of}
    near = np.argwhere(np.triu(likeness >= TOGETHER, 1)).tolist()
    for first, second in sorted(near, key=lambda pair: (-likeness[pair[0], pair[1]], pair)):
        one, other = group_of[first], group_of[second]
        if one != other and (likeness[np.ix_(members[one], members[other])] >= TOGETHER).all():
            members[one] += members.pop(other)
            for index in members[one]:
                group_of[index] = one
    return [tuple(common[index] for index in sorted(found)) for found in members.values()]


def _likeness(table: Table, common: Sequence[int]) -> NDArray[np.float64]:
    """Return how often two words stand together among the pictures of either, shape (words, words), symmetric."""
    size = len(common)
    number = np.full(len(table.spelt), -1, np.int32)
    number[list(common)] = np.arange(size)
    meet = np.zeros(size * size, np.int64)
    for owner, held in table.parts():
        word = number[held].astype(np.int64)
        place = owner[word >= 0].astype(np.int64)
        # In the order of their numbers, so that each pair is counted one way round.
        place, word = np.divmod(np.sort(place * max(1, size) + word[word >= 0]), max(1, size))
        longest = int(np.bincount(place - place.min()).max()) if len(place) else 0
        # Every word of a picture with the next one, the one after that, and so on.
        for ahead in range(1, longest):
            same = place[ahead:] == place[:-ahead]
            meet += np.bincount(word[:-ahead][same] * size + word[ahead:][same], minlength=size * size)
    both = meet.reshape(size, size)
    both = both + both.T
    each = table.counts[list(common)]
    share: NDArray[np.float64] = both / np.maximum(each[:, None] + each[None, :] - both, 1)
    return share


def spread(table: Table) -> list[Spread]:
    """Return how the income of each currency is spread over the pictures that are online."""
    online = int(np.count_nonzero(table.online))
    found = []
    for currency, amounts in sorted(table.earned.items()):
        values = np.sort(amounts[amounts > 0])[::-1]
        if not len(values):
            continue
        whole, so_far = int(values.sum()), np.cumsum(values)
        half = int(np.searchsorted(so_far * 2, whole)) + 1
        tenth = max(1, round(max(online, len(values)) / 10))
        best = int(values[:tenth].sum()) / whole
        found.append(Spread(currency, len(values), max(online, len(values)), half, best, whole))
    return found
