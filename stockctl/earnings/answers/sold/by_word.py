"""What came in for each keyword: a sale counts whole for each word of its picture."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from stockctl.catalogue.seen import keywords
from stockctl.catalogue.sold import earned
from stockctl.earnings.answers.money.lines import NOT_TOLD, Line
from stockctl.errors import CatalogueLockedError
from stockctl.words.lemma import key, key_version

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from stockctl.catalogue import Catalogue

    # Downloads and micro-units by picture (media_id); None: what is no picture's.
    Sold = Mapping[str | None, Sequence[int]]


def by_keyword(catalogue: Catalogue, sold: Mapping[str, Sold]) -> list[Line]:
    """Return what came in for each keyword, from what did for each picture, both by currency."""
    try:
        with catalogue.impatient(), keywords.packed(catalogue, key, key_version()):
            return _by_keyword(catalogue, sold)
    except CatalogueLockedError:
        # Another command is writing: it is told without what is kept.
        return list(_one_by_one(catalogue, sold))


def _by_keyword(catalogue: Catalogue, sold: Mapping[str, Sold]) -> list[Line]:
    first = keywords.first_worded(catalogue)
    # By number of the file: downloads, micro-units, and whether there were any sales. No file has the number 0.
    size = keywords.last_file(catalogue) + 1
    files = {currency: np.zeros((3, size), np.int64) for currency in sold}
    for currency, pictures in sold.items():
        numbers = np.array([first.get(media_id or "", 0) for media_id in pictures], np.int64)
        sums = np.array(list(pictures.values()), np.int64).reshape(-1, 2)
        for row in (0, 1):
            np.add.at(files[currency][row], numbers, sums[:, row])
        files[currency][2, numbers] = 1
    words = keywords.names(catalogue)
    sums_of = {currency: np.zeros((3, max(words, default=0) + 1), np.int64) for currency in sold}
    worded = np.zeros(size, np.bool_)
    for counted, of_files in keywords.packs(catalogue):
        worded[counted[:, 0]] = True
        owners = np.repeat(counted[:, 0], counted[:, 1])
        for currency, by_file in files.items():
            has = by_file[2, owners] > 0
            for row in (0, 1):
                np.add.at(sums_of[currency][row], of_files[has], by_file[row, owners[has]])
            sums_of[currency][2, of_files[has]] = 1
    found = []
    for currency, by_word in sums_of.items():
        told = np.flatnonzero(by_word[2]).tolist()
        found += [Line(words[number], currency, *by_word[:2, number].tolist()) for number in told]
        untold = files[currency][:, ~worded].sum(axis=1).tolist()
        if untold[2]:
            found.append(Line(NOT_TOLD, currency, *untold[:2]))
    return found


def _one_by_one(catalogue: Catalogue, sold: Mapping[str, Sold]) -> Iterator[Line]:
    groups = earned.keywords(catalogue, {one for pictures in sold.values() for one in pictures if one})
    for currency, pictures in sold.items():
        sums: dict[str, list[int]] = {}
        for media_id, (downloads, amount) in pictures.items():
            for word in groups.get(media_id or "") or (NOT_TOLD,):
                line = sums.setdefault(word, [0, 0])
                line[0] += downloads
                line[1] += amount
        yield from (Line(word, currency, *line) for word, line in sums.items())
