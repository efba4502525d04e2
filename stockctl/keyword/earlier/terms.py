"""The words of earlier works as arrays of numbers: worked out once per work and kept in the catalogue."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from stockctl.catalogue.words import works as kept
from stockctl.words.lemma import key
from stockctl.words.tables import rows
from stockctl.words.texts import phrases

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from numpy.typing import NDArray

    from stockctl.catalogue import Catalogue
    from stockctl.catalogue.words.works import Work

    Numbers = NDArray[np.int32]

# To be raised with every change to what `words_of` returns, or to `lemma.key` or `phrases.words` beneath it:
# kept terms of another number are worked out again.
_RULES = 1
# The lists that keys and content words go by.
_LISTS = ("variants", "lemmas", "stop", "together", "filler")

# A word of a work: the number of its key, of the word as written where it is a keyword (else 0), and how far it is one.
TERM = np.dtype([("key", "<i4"), ("form", "<i4"), ("strength", "<f4")])
# A word of a work's title: the number of its key, and whether it is a keyword, too.
TITLE_TERM = np.dtype([("key", "<i4"), ("used", "<i4")])

# A word of a work's title or text that is not among its keywords counts so much.
ONLY_IN_TEXT = 0.3
# Works are worked out so many in one transaction: one that is stopped has kept the others.
_AT_ONCE = 1000


class Words(NamedTuple):
    """The words of one work: keys with how they are written (empty: not a keyword) and their strength; the title's."""

    terms: list[tuple[str, str, float]]
    title: list[tuple[str, bool]]


def words_of(work: Work) -> Words:
    """Return the words of a work by key."""
    strengths = dict.fromkeys(map(key, phrases.words(work.text)), ONLY_IN_TEXT)
    forms: dict[str, str] = {}
    for word, strength in work.keywords.items():
        itself = key(word)
        forms.setdefault(itself, word)
        strengths[itself] = max(strength, strengths.get(itself, 0.0))
        # A phrase speaks for its words, too, more weakly.
        for part in itself.split() if " " in itself else ():
            strengths.setdefault(part, ONLY_IN_TEXT)
    title = dict.fromkeys(map(key, phrases.words(work.title or work.text)))
    return Words(
        [(itself, forms.get(itself, ""), strength) for itself, strength in strengths.items()],
        [(itself, strengths.get(itself, 0.0) > ONLY_IN_TEXT) for itself in title],
    )


@dataclass(frozen=True)
class Terms:
    """The words of n works, one work after another.

    `known[number]` is the key or word of a number; the terms of work i are
    `terms[starts[i] : starts[i + 1]]` (dtype TERM), those of its title
    `titles[title_starts[i] : title_starts[i + 1]]` (dtype TITLE_TERM).
    """

    known: Sequence[str] = ("",)
    terms: NDArray[np.void] = field(default_factory=lambda: np.zeros(0, TERM))
    starts: NDArray[np.intp] = field(default_factory=lambda: np.zeros(1, np.intp))
    titles: NDArray[np.void] = field(default_factory=lambda: np.zeros(0, TITLE_TERM))
    title_starts: NDArray[np.intp] = field(default_factory=lambda: np.zeros(1, np.intp))

    def __len__(self) -> int:
        """Return the number of works."""
        return len(self.starts) - 1

    @cached_property
    def numbers(self) -> dict[str, int]:
        """Key or word → its number."""
        return {term: number for number, term in enumerate(self.known)}

    @cached_property
    def keys(self) -> Numbers:
        """The key of each term."""
        return np.ascontiguousarray(self.terms["key"])

    @cached_property
    def strengths(self) -> NDArray[np.float32]:
        """The strength of each term."""
        return np.ascontiguousarray(self.terms["strength"])

    @cached_property
    def said(self) -> NDArray[np.uint64]:
        """For each work a number that those share whose titles have the same words; without a title its own."""
        # Words are added up in any order, each scattered over all numbers (the finalizer of splitmix64).
        mixed = self.titles["key"].astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15)
        mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        mixed ^= mixed >> np.uint64(27)
        sums = np.concatenate([np.zeros(1, np.uint64), np.cumsum(mixed, dtype=np.uint64)])
        numbers = sums[self.title_starts[1:]] - sums[self.title_starts[:-1]]
        return np.where(np.diff(self.title_starts) > 0, numbers, np.arange(len(self), dtype=np.uint64))

    @cached_property
    def works_with(self) -> Index:
        """Key → the works that have it as a keyword."""
        strong = np.flatnonzero(self.strengths > ONLY_IN_TEXT)
        return Index.of_pairs(self.keys[strong], _owners(self.starts)[strong], len(self.known))

    @cached_property
    def titles_with(self) -> Index:
        """Key → the works whose title has it."""
        return Index.of_pairs(self.titles["key"], _owners(self.title_starts), len(self.known))

    @cached_property
    def written(self) -> Numbers:
        """Key → the keyword as the person writes it most often, by its number; 0 where the key is no keyword."""
        written = np.flatnonzero(self.terms["form"])
        pairs, counts = np.unique(_paired(self.keys[written], self.terms["form"][written]), return_counts=True)
        keys, forms = _parted(pairs)
        # The last one of each key stays: the most used, of equally many the oldest.
        order = np.lexsort((-forms, counts))
        found = np.zeros(len(self.known), np.int32)
        found[keys[order]] = forms[order]
        return found

    def of_works(self, indices: NDArray[np.intp]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """Return the places of all terms of some works, and for each its work's place in `indices`."""
        lengths = self.starts[indices + 1] - self.starts[indices]
        owner = np.repeat(np.arange(len(indices)), lengths)
        before = np.cumsum(lengths) - lengths
        return np.arange(lengths.sum()) + (self.starts[indices] - before)[owner], owner


class Index(NamedTuple):
    """Lists of values by number, one after another: those of number k are `values[starts[k] : starts[k + 1]]`."""

    starts: NDArray[np.intp]
    values: Numbers

    @classmethod
    def of_pairs(cls, numbers: Numbers, values: Numbers, size: int) -> Index:
        """Return the index of pairs (number, value), values in ascending order; numbers are below `size`."""
        counts = np.bincount(numbers, minlength=size)
        starts = np.concatenate([np.zeros(1, np.intp), np.cumsum(counts)])
        return cls(starts, _parted(np.sort(_paired(numbers, values)))[1])

    def of(self, number: int) -> Numbers:
        """Return the values of a number."""
        return self.values[self.starts[number] : self.starts[number + 1]]


def _paired(high: Numbers, low: Numbers) -> NDArray[np.int64]:
    """Return two numbers of 31 bits each as one: sorting it is several times faster than sorting by both."""
    return (high.astype(np.int64) << 32) | low


def _parted(pairs: NDArray[np.int64]) -> tuple[Numbers, Numbers]:
    return (pairs >> 32).astype(np.int32), (pairs & 0xFFFFFFFF).astype(np.int32)


def _owners(starts: NDArray[np.intp]) -> Numbers:
    """Return for each term the work that it belongs to."""
    return np.repeat(np.arange(len(starts) - 1, dtype=np.int32), np.diff(starts))


def terms_of(works: Sequence[Work]) -> Terms:
    """Return the terms of works that are not in the catalogue."""
    found = [words_of(work) for work in works]
    numbers = {term: number for number, term in enumerate(dict.fromkeys(("", *_named(found))))}
    return joined([_packed(words, numbers) for words in found], lambda: list(numbers))


def joined(packed: Iterable[tuple[bytes, bytes]], known: Callable[[], Sequence[str]]) -> Terms:
    """Return the terms of works from what `_packed` made of each; `known` is asked when all of them are read."""
    terms, titles = bytearray(), bytearray()
    starts, title_starts = [0], [0]
    for own, title in packed:
        terms += own
        titles += title
        starts.append(len(terms))
        title_starts.append(len(titles))
    return Terms(
        known=known(),
        terms=np.frombuffer(terms, TERM),
        starts=np.array(starts, np.intp) // TERM.itemsize,
        titles=np.frombuffer(titles, TITLE_TERM),
        title_starts=np.array(title_starts, np.intp) // TITLE_TERM.itemsize,
    )


def work_out(catalogue: Catalogue, model: str) -> str:
    """Work out and keep the terms of works that have none, or old ones; return the version that all now have."""
    version = _version()
    while True:
        if not kept.without_terms(catalogue.connection, model, version, 1):
            return version
        # Read and written under one lock: a work may be replaced by another command at any other moment.
        with catalogue.transaction() as connection:
            works = kept.without_terms(connection, model, version, _AT_ONCE)
            found = [words_of(work) for work in works]
            numbers = kept.numbers(connection, _named(found))
            kept.keep_terms(
                connection,
                version,
                [(work.media_id, *_packed(words, numbers)) for work, words in zip(works, found, strict=True)],
            )


def _named(found: Iterable[Words]) -> Iterable[str]:
    """Return every key and written keyword of some works."""
    return chain.from_iterable(
        chain(
            (itself for itself, _, _ in words.terms),
            (form for _, form, _ in words.terms if form),
            (itself for itself, _ in words.title),
        )
        for words in found
    )


def _packed(words: Words, numbers: dict[str, int]) -> tuple[bytes, bytes]:
    """Return terms and title's terms as bytes of TERM and TITLE_TERM."""
    terms = np.array(
        [(numbers[itself], numbers[form] if form else 0, strength) for itself, form, strength in words.terms], TERM
    )
    return terms.tobytes(), np.array([(numbers[itself], used) for itself, used in words.title], TITLE_TERM).tobytes()


def _version() -> str:
    """Return what kept terms depend on: our rules, our lists, the lemmatizer's tables."""
    from importlib.metadata import version as version_of

    lists = hashlib.sha256(repr([rows(name) for name in _LISTS]).encode()).hexdigest()
    return f"{_RULES}-{version_of('simplemma')}-{lists[:16]}"
