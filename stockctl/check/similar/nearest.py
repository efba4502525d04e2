"""Search of an index of hashes for the nearest of each picture: multi-index hashing.

Of the first 64 bits of a hash the four quarters are sorted, each for itself;
only entries that share a quarter with a form of the picture, but for one bit,
are compared with it (Norouzi, Punjani and Fleet, Fast search in Hamming space
with multi-index hashing, 2012). That finds all that differ in seven bits of the
64, and all but a few of a hundred that differ in `COARSE`: a copy is mostly
near more than one form.
"""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property, partial
from typing import TYPE_CHECKING

import numpy as np

from stockctl.check.similar.forms import PLAIN

if TYPE_CHECKING:
    from numpy.typing import NDArray

    _Keys = tuple[NDArray[np.int64], NDArray[np.int64]]

# Bits of the first 64 that may differ in a candidate: most copies differ in 13 at most from one of their forms, two
# pictures drawn at random in 32 ± 4, so that four in a hundred thousand come so near.
COARSE = 16
# Bits of 256 that may differ. Of copies that were scaled, coded again, made grey, cropped by 5 % or turned by 2°
# one form in a hundred differs in more; two pictures drawn at random differ in 128 ± 8.
FINE = 64
# Of plain ones, where either is: small things in the middle of an even ground have half their bits in common,
# whatever they are. Scaled and coded again they differ in some ten bits, turned or cropped three in four in no more.
PLAIN_FINE = 24
# Up to so many comparisons, comparing all with all is faster than any index.
FEW = 20_000_000
# Of more entries than these the quarters are sorted one after the other, and not at once.
MANY = 300_000
# Comparisons made at once by one thread: what they take stays in the processor's cache.
_AT_ONCE = 1 << 17
_QUARTERS = 4
# What a quarter of 16 bits may differ by: nothing, or one bit.
_PROBES = np.array([0, *(1 << bit for bit in range(16))], dtype=np.uint16)
# The place of no entry; a key is the distance and then the place, so that the least is the nearest, and of
# equally near ones the first.
NOWHERE = (1 << 63) - 1
_PLACE = 40
# The turn of an entry that no picture may be paired with.
NEVER = (1 << 62) - 1
# What is so near needs no better: of a thousand frames that are all alike, any is as good as the nearest.
_SETTLED = 17 << _PLACE


@dataclass(frozen=True)
class Entries:
    """An index as it is searched.

    `hashes`: uint64 (n, 4). `turns`: int64 (n), when each entry's picture has
    its turn in the batch; −1 for those outside of it, which come before all.
    """

    hashes: NDArray[np.uint64]
    turns: NDArray[np.int64]


@dataclass(frozen=True)
class Wanted:
    """Pictures of the batch that are looked for.

    `forms`: uint8 (n, forms, 32). `turns` and `places`: int64 (n), each one's
    turn in the batch and place in the index.
    """

    forms: NDArray[np.uint8]
    turns: NDArray[np.int64]
    places: NDArray[np.int64]

    @cached_property
    def numbers(self) -> NDArray[np.uint64]:
        """The forms of all, one after the other: uint64 (n × forms, 4)."""
        return np.ascontiguousarray(self.forms).view(np.uint64).reshape(-1, 4)

    def where(self, chosen: NDArray[np.bool_]) -> Wanted:
        """Return those that are chosen."""
        return self if chosen.all() else Wanted(self.forms[chosen], self.turns[chosen], self.places[chosen])

    def slices(self, size: int) -> list[slice]:
        """Return slices of `numbers`, of about `size` forms each."""
        return [slice(start, start + max(1, size)) for start in range(0, len(self.numbers), max(1, size))]


def limit_of(one: NDArray[np.uint64], other: NDArray[np.uint64]) -> NDArray[np.int64]:
    """Return how many bits of two hashes may differ: of pairs uint64 (n, 4), one number each."""
    plain = (one | other).view(np.uint8)[:, 0] & PLAIN
    return np.where(plain, PLAIN_FINE, FINE)


def nearest(entries: Entries, wanted: Wanted, best: NDArray[np.int64], *, both_ways: bool = False) -> None:
    """Find for pictures the nearest entry that comes before them, and is so near that they are alike.

    `best` holds a key for each turn and is lowered where something nearer is
    found. Both ways: where a later picture of the batch is like a form of one
    that is looked for, the later one is paired with it.
    """
    if not len(wanted.turns):
        return
    look = _Look(entries, both_ways)
    with ThreadPoolExecutor(min(4, os.cpu_count() or 1)) as pool:
        if few(entries, wanted.forms.shape[0] * wanted.forms.shape[1]):
            for turns, keys in pool.map(partial(look.by_all, wanted), wanted.slices(_AT_ONCE // len(entries.hashes))):
                best[turns] = np.minimum(best[turns], keys)
            return
        probed = len(_PROBES) * (1 + len(entries.hashes) / (1 << 16))
        # Of a million entries each takes some fifty megabytes: one after the other.
        sorting = map if len(entries.hashes) > MANY else pool.map
        for quarter in sorting(look.quarter, range(_QUARTERS)):
            left = wanted.where(best[wanted.turns] > _SETTLED)
            for found in pool.map(partial(look.by_quarter, left, quarter), left.slices(int(_AT_ONCE / probed))):
                for turns, keys in found:
                    best[turns] = np.minimum(best[turns], keys)


def key_of(place: NDArray[np.int64], distance: NDArray[np.int64] | int) -> NDArray[np.int64]:
    """Return the keys of places in the index at a distance."""
    return distance << _PLACE | place


def place_of(key: int) -> tuple[int, int]:
    """Return the place in the index and the distance that a key stands for."""
    return key & ((1 << _PLACE) - 1), key >> _PLACE


def few(entries: Entries, forms: int) -> bool:
    """Whether so many forms are soon compared with all entries."""
    return forms * len(entries.hashes) <= FEW


@dataclass(frozen=True)
class _Quarter:
    """Entries in the order of 16 of their bits: `starts` tells where each of the 65,536 buckets begins."""

    number: int
    order: NDArray[np.int32]
    sorted: NDArray[np.uint64]
    starts: NDArray[np.int32]


@dataclass(frozen=True)
class _Look:
    """One way of looking for pictures; each yields turns and keys, a turn once only."""

    entries: Entries
    both_ways: bool

    def by_all(self, wanted: Wanted, part: slice) -> _Keys:
        """Compare forms with all entries."""
        apart = wanted.numbers[part, None, 0] ^ self.entries.hashes[None, :, 0]
        which, places = np.nonzero(np.bitwise_count(apart) <= COARSE)
        return self._keys(wanted, which + part.start, places)

    def quarter(self, number: int) -> _Quarter:
        """Sort the entries by a quarter."""
        numbers = self.entries.hashes.view(np.uint16)[:, number]
        order = np.argsort(numbers, kind="stable").astype(np.int32)
        starts = np.concatenate([[0], np.cumsum(np.bincount(numbers, minlength=1 << 16))]).astype(np.int32)
        return _Quarter(number, order, self.entries.hashes[order, 0], starts)

    def by_quarter(self, wanted: Wanted, quarter: _Quarter, part: slice) -> list[_Keys]:
        """Compare forms with the entries that share a quarter but for a bit."""
        forms = wanted.numbers[part]
        buckets = forms.view(np.uint16)[:, quarter.number, None] ^ _PROBES
        starts = quarter.starts[buckets]
        lengths = quarter.starts[buckets.astype(np.int32) + 1] - starts
        counts = lengths.sum(axis=1, dtype=np.int64)
        ends = np.cumsum(counts)
        if ends[-1] > 4 * _AT_ONCE and len(forms) > 1:
            # Many of one kind: fewer at once.
            half = part.start + len(forms) // 2
            halves = (slice(part.start, half), slice(half, part.start + len(forms)))
            return [found for one in halves for found in self.by_quarter(wanted, quarter, one)]
        lengths, starts = lengths.ravel(), starts.ravel()
        # The places of each bucket's entries in their order, one bucket after the other.
        before = np.cumsum(lengths, dtype=np.int32) - lengths
        rows = np.repeat(starts - before, lengths)
        rows += np.arange(ends[-1], dtype=np.int32)
        apart = quarter.sorted[rows]
        apart ^= np.repeat(forms[:, 0], counts)
        near = np.flatnonzero(np.bitwise_count(apart) <= COARSE)
        which = np.searchsorted(ends, near, side="right")
        return [self._keys(wanted, which + part.start, quarter.order[rows[near]].astype(np.int64))]

    def _keys(self, wanted: Wanted, which: NDArray[np.int64], places: NDArray[np.int64]) -> _Keys:
        """Return the least key for each turn among pairs of a form, rising, and the place of an entry."""
        pictures = which // wanted.forms.shape[1]
        apart = self.entries.turns[places] - wanted.turns[pictures]
        if not self.both_ways:
            pictures, which, places, apart = (one[apart < 0] for one in (pictures, which, places, apart))
        forms, hashes = wanted.numbers[which], self.entries.hashes[places]
        distances = np.bitwise_count(forms ^ hashes).sum(axis=1, dtype=np.int64)
        near = distances <= limit_of(forms, hashes)
        pictures, places, distances, apart = (one[near] for one in (pictures, places, distances, apart))
        own, others = wanted.turns[pictures], self.entries.turns[places]
        earlier, later = apart < 0, (apart > 0) & (others != NEVER)
        turns = np.concatenate([own[earlier], others[later]])
        found = key_of(places, distances)[earlier], key_of(wanted.places[pictures], distances)[later]
        keys = np.concatenate(found)
        order = np.lexsort((keys, turns))
        turns, keys = turns[order], keys[order]
        first = np.diff(turns, prepend=-2) > 0
        return turns[first], keys[first]
