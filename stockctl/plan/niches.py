"""Groups of own pictures by their keywords: what sells through, what earns, and how the income is spread.

Nothing here speaks of the market: no offline data tells what buyers look for
and others offer. It is one's own files and one's own sales, with their number.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

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
# Pictures whose words are counted together.
_AT_ONCE = 20_000
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
    sizes = np.array([len(group) for group in groups], np.int64)
    held = group_of[table.word]
    # How many words of each group a picture bears, then the group of which it bears the largest share, then the most.
    pairs, counts = np.unique(
        table.owner[held >= 0].astype(np.int64) * max(1, len(groups)) + held[held >= 0], return_counts=True
    )
    owner, group = np.divmod(pairs, max(1, len(groups)))
    share = counts / sizes[group]
    order = np.lexsort((-group, counts, share, owner))
    best = order[np.flatnonzero(np.diff(owner[order], append=-1))]
    best = best[share[best] >= BELONGS]
    found = [
        _niche(groups[number], owner[best[group[best] == number]], table) for number in np.unique(group[best]).tolist()
    ]
    return sorted(found, key=lambda niche: (-niche.files, niche.words))


def _niche(words: Sequence[int], pictures: NDArray[np.int64], table: Table) -> Niche:
    downloads = table.downloads[pictures]
    sums = {currency: int(amounts[pictures].sum()) for currency, amounts in sorted(table.earned.items())}
    return Niche(
        words=tuple(table.spelt[word] for word in words[:5]),
        files=len(pictures),
        online=int(np.count_nonzero(table.online[pictures])),
        sold=int(np.count_nonzero(downloads)),
        downloads=int(downloads.sum()),
        earned={currency: amount for currency, amount in sums.items() if amount},
    )


def _groups(table: Table) -> list[tuple[int, ...]]:
    """Return groups of keywords that stand together, each word in one, the commonest first.

    Words are joined in the order of how often they meet, as long as each pair of
    a group meets often enough (complete linkage): a word that stands beside
    everything joins nothing.
    """
    counts = np.bincount(table.word, minlength=len(table.spelt))
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
    ends = np.searchsorted(table.owner, np.arange(0, int(table.owner.max(initial=-1)) + _AT_ONCE + 1, _AT_ONCE))
    for start, end in pairwise(ends.tolist()):
        word = number[table.word[start:end]].astype(np.int64)
        place = table.owner[start:end][word >= 0].astype(np.int64)
        # In the order of their numbers, so that each pair is counted one way round.
        place, word = np.divmod(np.sort(place * max(1, size) + word[word >= 0]), max(1, size))
        longest = int(np.bincount(place - place.min()).max()) if len(place) else 0
        # Every word of a picture with the next one, the one after that, and so on.
        for ahead in range(1, longest):
            same = place[ahead:] == place[:-ahead]
            meet += np.bincount(word[:-ahead][same] * size + word[ahead:][same], minlength=size * size)
    both = meet.reshape(size, size)
    both = both + both.T
    each = np.bincount(table.word, minlength=len(table.spelt))[list(common)].astype(np.int64)
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
