"""Groups of own pictures by their keywords: what sells through, what earns, and how the income is spread.

Nothing here speaks of the market: no offline data tells what buyers look for
and others offer. It is one's own files and one's own sales, with their number.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from itertools import chain, islice
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from stockctl.plan.coverage import Works

# Keywords on fewer files make no group, and those on more than this share of all files tell none apart.
FEWEST, MOST_SHARE = 5, 0.6
# So many of the commonest keywords are looked at.
WORDS = 400
# Two keywords belong together where this share of the files of either bear both.
TOGETHER = 0.5
# A picture belongs to the group of which it bears at least this share of the words.
BELONGS = 0.34
# Files whose words are counted together.
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


def niches(own: Works, earned: Mapping[str, Mapping[str, int]]) -> list[Niche]:
    """Return the groups, the largest first; `earned` holds micro-units by currency, by media_id."""
    groups = _groups(own)
    group_of = {word: number for number, group in enumerate(groups) for word in group}
    members: dict[int, list[str]] = defaultdict(list)
    for media_id, words in own.words.items():
        held = Counter(group_of[word] for word in words if word in group_of)
        if not held:
            continue
        # The group of which it bears the largest share of the words, then the most words.
        share, _, number = max((count / len(groups[number]), count, -number) for number, count in held.items())
        if share >= BELONGS:
            members[-number].append(media_id)
    found = [_niche(groups[number], media, own, earned) for number, media in members.items()]
    return sorted(found, key=lambda niche: (-niche.files, niche.words))


def _niche(words: Sequence[str], media: Sequence[str], own: Works, earned: Mapping[str, Mapping[str, int]]) -> Niche:
    sums: Counter[str] = Counter()
    for media_id in media:
        sums.update(earned.get(media_id, {}))
    return Niche(
        words=tuple(own.spelt[word] for word in words[:5]),
        files=len(media),
        online=sum(bool(own.sent.get(media_id) or own.downloads.get(media_id)) for media_id in media),
        sold=sum(bool(own.downloads.get(media_id)) for media_id in media),
        downloads=sum(own.downloads.get(media_id, 0) for media_id in media),
        earned=dict(sorted(sums.items())),
    )


def _groups(own: Works) -> list[tuple[str, ...]]:
    """Return groups of keywords that stand together, each word in one, the commonest first.

    Words are joined in the order of how often they meet, as long as each pair of
    a group meets often enough (complete linkage): a word that stands beside
    everything joins nothing.
    """
    counts = Counter(word for words in own.words.values() for word in words)
    most = MOST_SHARE * len(own.words)
    common = [word for word, count in counts.most_common() if FEWEST <= count <= max(most, FEWEST)][:WORDS]
    likeness = _likeness(own, common, counts)
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


def _likeness(own: Works, common: Sequence[str], counts: Mapping[str, int]) -> NDArray[np.float64]:
    """Return how often two words stand together among the files of either, shape (words, words), symmetric."""
    number = {word: index for index, word in enumerate(common)}
    size = len(common)
    meet = np.zeros(size * size, np.int64)
    media = iter(own.words.values())
    while batch := [sorted(number[word] for word in words if word in number) for words in islice(media, _AT_ONCE)]:
        place = np.repeat(np.arange(len(batch)), [len(here) for here in batch])
        word = np.fromiter(chain.from_iterable(batch), np.int64, len(place))
        # Every word of a file with the next one, the one after that, and so on.
        for ahead in range(1, max(map(len, batch))):
            same = place[ahead:] == place[:-ahead]
            meet += np.bincount(word[:-ahead][same] * size + word[ahead:][same], minlength=size * size)
    both = meet.reshape(size, size)
    both = both + both.T
    each = np.array([counts[word] for word in common], np.int64)
    share: NDArray[np.float64] = both / np.maximum(each[:, None] + each[None, :] - both, 1)
    return share


def spread(own: Works, earned: Mapping[str, Mapping[str, int]]) -> list[Spread]:
    """Return how the income of each currency is spread over the files that are online."""
    amounts: dict[str, list[int]] = defaultdict(list)
    for sums in earned.values():
        for currency, amount in sums.items():
            if amount > 0:
                amounts[currency].append(amount)
    online = len({*own.sent, *(media_id for media_id, count in own.downloads.items() if count)})
    found = []
    for currency, values in sorted(amounts.items()):
        values.sort(reverse=True)
        whole, so_far, half = sum(values), 0, 0
        while so_far * 2 < whole:
            so_far += values[half]
            half += 1
        tenth = max(1, round(max(online, len(values)) / 10))
        found.append(Spread(currency, len(values), max(online, len(values)), half, sum(values[:tenth]) / whole, whole))
    return found
