"""One's own files for an event: how many there are, where they were sent, and what they sold."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from stockctl.words.lemma import key

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from stockctl.catalogue import Catalogue


@dataclass(frozen=True)
class Coverage:
    """An event's own files: `sent` by agency, `sold` how many of them ever sold, `downloads` how often."""

    files: int = 0
    sent: Mapping[str, int] = field(default_factory=dict)
    sold: int = 0
    downloads: int = 0

    def waiting(self, agencies: Iterable[str]) -> dict[str, int]:
        """Return how many of the files each agency does not have."""
        return {name: self.files - self.sent.get(name, 0) for name in agencies}


@dataclass(frozen=True)
class Works:
    """What of a person's work a plan goes by.

    `words` holds each picture's keywords as lemma keys, by media_id; `spelt` one
    spelling of each key, for people; `sent` and `downloads` the agencies that
    have a picture and how often it sold.
    """

    words: Mapping[str, tuple[str, ...]]
    spelt: Mapping[str, str]
    sent: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    downloads: Mapping[str, int] = field(default_factory=dict)


def works(catalogue: Catalogue, sent: Mapping[str, Iterable[str]], downloads: Mapping[str, int]) -> Works:
    """Return all pictures of the catalogue with their keywords."""
    spellings: dict[str, Counter[str]] = defaultdict(Counter)
    keys: dict[str, str] = {}
    words = {}
    for media_id, keywords in _keywords(catalogue):
        own = []
        for word in keywords:
            found = keys.get(word)
            if found is None:
                found = keys[word] = key(word)
            spellings[found][word] += 1
            own.append(found)
        words[media_id] = tuple(dict.fromkeys(own))
    spelt = {found: min(count, key=lambda word: (-count[word], word)) for found, count in spellings.items()}
    return Works(words, spelt, {media_id: tuple(names) for media_id, names in sent.items()}, downloads)


def _keywords(catalogue: Catalogue) -> Iterator[tuple[str, list[str]]]:
    """Yield each picture with its keywords in lower case; only they are taken out of what is kept of a file."""
    cursor = catalogue.connection.cursor()
    cursor.row_factory = None
    found: dict[str, tuple[str, str]] = {}
    # In the order in which the table lies: by path each row would be looked for in a file of gigabytes.
    for media_id, path, keywords in cursor.execute(
        "SELECT media_id, path, json_extract(facts, '$.record.keywords') FROM files NOT INDEXED"
        " WHERE media_id IS NOT NULL"
    ):
        # Of several files of a picture the first by path that has some.
        if keywords not in (None, "[]") and (media_id not in found or path < found[media_id][0]):
            found[media_id] = path, keywords
    for media_id, (_, keywords) in sorted(found.items(), key=lambda item: item[1][0]):
        yield media_id, [str(word).casefold() for word in json.loads(keywords)]


def coverages(events: Sequence[Sequence[str]], own: Works) -> list[Coverage]:
    """Return what there is for each event, told by its words, in their order."""
    events_of: dict[str, list[int]] = defaultdict(list)
    for number, words in enumerate(events):
        for word in dict.fromkeys(map(key, words)):
            events_of[word].append(number)
    found: list[list[str]] = [[] for _ in events]
    for media_id, own_words in own.words.items():
        for number in dict.fromkeys(number for word in own_words for number in events_of.get(word, ())):
            found[number].append(media_id)
    return [coverage_of(media, own.sent, own.downloads) for media in found]


def coverage_of(media: Collection[str], sent_to: Mapping[str, Iterable[str]], sold: Mapping[str, int]) -> Coverage:
    """Return what the pictures of an event are, given the agencies that have each, and how often it sold."""
    sent = Counter(name for media_id in media for name in sent_to.get(media_id, ()))
    downloads = [sold.get(media_id, 0) for media_id in media]
    return Coverage(len(media), dict(sorted(sent.items())), sum(map(bool, downloads)), sum(downloads))
