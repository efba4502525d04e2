"""How many pictures have each word, and how often two of the commonest stand together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import numpy as np

from stockctl.catalogue.sums.packs import Words, joined, packed

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from stockctl.catalogue.sums.packs import Numbers, Short, Vocabulary

# So many of the commonest words are looked at together, at least.
TRACKED = 512
# Words that are counted at once.
_ENTRIES = 500_000


@dataclass
class Counted:
    """Sums over pictures with keywords.

    `written` says by number of a word how many pictures have it, `keys` by number of
    the first word of a key how many have that, and `pictures` how many there are.
    `meet` says how often two of the keys in `tracked` stand together, shape (n, n),
    symmetric, 0 with themselves.
    """

    keys: Numbers
    written: Numbers
    pictures: int
    tracked: Short
    meet: Numbers

    @classmethod
    def nothing(cls) -> Self:
        """Return the sums over no pictures."""
        none = np.zeros(0, np.int64)
        return cls(none, none, 0, np.zeros(0, np.int32), np.zeros((0, 0), np.int64))

    def grow(self, size: int) -> None:
        """Make room for words with numbers below `size`."""
        self.keys, self.written = (
            np.concatenate([one, np.zeros(max(0, size - len(one)), np.int64)]) for one in (self.keys, self.written)
        )

    def add(self, words: Words, known: Vocabulary, sign: int) -> None:
        """Take some pictures in (`sign` 1), or out again (-1)."""
        self.written += sign * np.bincount(words.words, minlength=known.size)
        self.pictures += sign * len(words.files)
        keyed = words.keyed(known)
        self.keys += sign * np.bincount(keyed.words, minlength=known.size)
        if len(self.tracked):
            self.meet += sign * together(keyed, self.tracked, known.size)

    def track(self, connection: sqlite3.Connection, wanted: Sequence[int], known: Vocabulary, others: Short) -> bool:
        """See to it that these keys are tracked; return whether that took any counting.

        `others` are the files whose words do not count.
        """
        missing = np.setdiff1d(np.array(wanted, np.int32), self.tracked)
        if not len(missing):
            return False
        # Those that are as common as any go on being tracked.
        kept = self.tracked[np.argsort(-self.keys[self.tracked], kind="stable")]
        tracked = np.array(list(dict.fromkeys([*wanted, *kept.tolist()]))[: max(TRACKED, len(wanted))], np.int32)
        meet = np.zeros((len(tracked), len(tracked)), np.int64)
        _, old, new = np.intersect1d(self.tracked, tracked, assume_unique=True, return_indices=True)
        meet[np.ix_(new, new)] = self.meet[np.ix_(old, old)]
        fresh = np.setdiff1d(np.arange(len(tracked)), new)
        asked = np.zeros(known.size, np.bool_)
        asked[tracked[fresh]] = True
        found = np.zeros_like(meet)
        for words in _portions(packed(connection), known, others, asked):
            found += together(words, tracked, known.size)
        meet[fresh], meet[:, fresh] = found[fresh], found[:, fresh]
        self.tracked, self.meet = tracked, meet
        return True

    def meeting(self, keys: Sequence[int]) -> Numbers:
        """Return how often each two of some tracked keys stand together, shape (n, n)."""
        place = np.zeros(len(self.keys), np.int64)
        place[self.tracked] = np.arange(len(self.tracked))
        own = place[list(keys)]
        return self.meet[np.ix_(own, own)]


def _portions(parts: Iterable[Words], known: Vocabulary, others: Short, asked: NDArray[np.bool_]) -> Iterable[Words]:
    """Yield the files that have a key that is asked for, with all their keys, some at a time."""
    waiting: list[Words] = []
    for part in parts:
        keyed = part.without(others).keyed(known)
        if len(keyed.files):
            waiting.append(keyed.of(np.logical_or.reduceat(asked[keyed.words], keyed.starts[:-1])))
        if sum(len(one.words) for one in waiting) >= _ENTRIES:
            yield joined(waiting)
            waiting = []
    if waiting:
        yield joined(waiting)


def together(words: Words, tracked: Sequence[int] | Short, size: int) -> Numbers:
    """Return how often each two of some keys stand on one file, shape (n, n), symmetric, 0 with themselves."""
    many = len(tracked)
    number = np.full(size, -1, np.int32)
    number[np.asarray(tracked, np.int64)] = np.arange(many)
    word = number[words.words]
    own = word >= 0
    place = np.repeat(np.arange(len(words.files), dtype=np.int64), words.lengths)[own]
    # In the order of their numbers, so that each pair is counted one way round.
    place, word = np.divmod(np.sort(place * max(1, many) + word[own]), max(1, many))
    longest = int(np.bincount(place).max(initial=0))
    meet = np.zeros(many * many, np.int64)
    # Every word of a file with the next one, the one after that, and so on.
    for ahead in range(1, longest):
        same = place[ahead:] == place[:-ahead]
        meet += np.bincount(word[:-ahead][same] * many + word[ahead:][same], minlength=many * many)
    both = meet.reshape(many, many)
    return both + both.T
