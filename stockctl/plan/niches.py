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

    from stockctl.catalogue.sums.packs import Words
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
    best = _Best(groups, group_of, table)
    # As few bytes as sort fastest; of the last number are those that belong to none.
    group = np.full(len(online), size, np.int16)
    for words in table.parts():
        group[words.files] = best.of(words)
    order = np.argsort(group, kind="stable")
    starts = np.searchsorted(group[order], np.arange(size + 1))
    order = order[: starts[-1]]

    def summed(values: NDArray[np.int64]) -> NDArray[np.int64]:
        so_far = np.concatenate([np.zeros(1, np.int64), np.cumsum(values[order])])
        found: NDArray[np.int64] = so_far[starts[1:]] - so_far[starts[:-1]]
        return found

    sums = [np.diff(starts), *(summed(one.astype(np.int64)) for one in (online, table.downloads != 0, table.downloads))]
    earned = {currency: summed(amounts) for currency, amounts in sorted(table.earned.items())}
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


class _Best:
    """Finds the group of which a picture bears the largest share of the words, then the most, then the commonest."""

    def __init__(self, groups: Sequence[tuple[int, ...]], group_of: NDArray[np.int32], table: Table) -> None:
        self.size, self.none, self.group_of, self.table = max(1, len(groups)), len(groups), group_of, table
        sizes = np.array([len(group) for group in groups], np.int64)
        # Which of two is better is told by one number for each group and count of its words.
        count, group = (one.ravel() for one in np.indices((int(sizes.max(initial=0)) + 1, len(groups))))
        share = count / sizes[group]
        order = np.lexsort((-group, count, share))
        rank = np.empty(len(order), np.int32)
        rank[order] = np.arange(len(order))
        self.rank = rank.reshape(-1, self.size)
        # The last of them is that of no group.
        self.group = np.append(np.where(share >= BELONGS, group, self.none)[order], self.none)
        # A keyword that is a group by itself needs no counting.
        own = group_of >= 0
        alone = np.flatnonzero(own)
        alone = alone[sizes[group_of[alone]] == 1]
        best = np.full(len(group_of), -1, np.int32)
        best[alone] = self.rank[1:2, group_of[alone]].ravel()
        own[alone] = False
        self.alone = best[table.key_of]
        self.counted = own[table.key_of] if own.any() else None

    def of(self, words: Words) -> NDArray[np.int64]:
        """Return the group to which each picture belongs; one more than there are: to none."""
        if not len(words.files):
            return np.zeros(0, np.int64)
        best = np.maximum.reduceat(self.alone[words.words], words.starts[:-1])
        if self.counted is not None and self.counted[words.words].any():
            words = self.table.keyed(words)
            group_of = self.group_of[words.words]
            place = np.repeat(np.arange(len(words.files)), words.lengths)[group_of >= 0]
            pairs, counts = np.unique(place * self.size + group_of[group_of >= 0], return_counts=True)
            place, group = np.divmod(pairs, self.size)
            starts = np.flatnonzero(np.diff(place, prepend=-1))
            best[place[starts]] = np.maximum.reduceat(self.rank[counts, group], starts)
        return self.group[best]


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
    both = table.meeting(common)
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
