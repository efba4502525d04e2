"""What came in for each keyword: a sale counts whole for each word of its picture."""

from __future__ import annotations

import json
from itertools import chain
from typing import TYPE_CHECKING

import numpy as np

from stockctl.catalogue.seen import keywords
from stockctl.catalogue.sold import earned, month_sums, pictures
from stockctl.catalogue.sold.kinds import EARNED
from stockctl.earnings.answers.money.lines import NOT_TOLD, Line
from stockctl.errors import CatalogueLockedError
from stockctl.words.lemma import key, key_version

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

    from stockctl.catalogue import Catalogue

    # Sums of sold files (dtype month_sums.FIELDS), each with its currency; a file may stand in several.
    Sold = Callable[[], Iterator[tuple[str, NDArray[np.void]]]]


def of_year(catalogue: Catalogue, year: int, agency: str) -> list[Line]:
    """Return what came in for each keyword in a year, at one agency or at all."""
    month_sums.fill(catalogue)

    def sold() -> Iterator[tuple[str, NDArray[np.void]]]:
        own = _of_agency(catalogue, agency)
        for _, sums in month_sums.of_days(catalogue, f"{year}-01-01", f"{year}-12-31"):
            for currency, part in sums.items():
                yield currency, part if own is None else part[own[part["sold"]]]

    return _by_keyword(catalogue, sold)


def of_days(catalogue: Catalogue, first: str, last: str, agency: str) -> list[Line]:
    """Return what came in for each keyword from one day (ISO 8601) to another, at one agency or at all."""

    def sold() -> Iterator[tuple[str, NDArray[np.void]]]:
        for currency in [row[0] for row in catalogue.rows("SELECT DISTINCT currency FROM facets ORDER BY currency")]:
            cursor = catalogue.connection.cursor()
            cursor.row_factory = None
            rows = cursor.execute(
                "SELECT s.sold, s.downloads, s.amount FROM units u CROSS JOIN sales s ON s.unit = u.id"  # noqa: S608 - fixed texts
                f" JOIN facets f ON f.id = s.facet WHERE {EARNED} AND f.currency = ? AND u.day BETWEEN ? AND ?"
                " AND ? IN ('', u.agency)",
                (currency, first, last, agency),
            )
            numbers = np.fromiter(chain.from_iterable(rows), np.int64).reshape(-1, 3)
            yield currency, month_sums.grouped(numbers[:, 0], numbers[:, 1], numbers[:, 2])

    return _by_keyword(catalogue, sold)


def _of_agency(catalogue: Catalogue, agency: str) -> NDArray[np.bool_] | None:
    """Return whether each number of a sold file is an agency's; None: no agency is asked for."""
    if not agency:
        return None
    own = np.zeros(catalogue.rows("SELECT coalesce(max(id), 0) FROM sold")[0][0] + 1, np.bool_)
    own[[row[0] for row in catalogue.rows("SELECT id FROM sold WHERE agency = ?", [agency])]] = True
    return own


def _by_keyword(catalogue: Catalogue, sold: Sold) -> list[Line]:
    pictures.fill(catalogue)
    try:
        with catalogue.impatient(), keywords.packed(catalogue, key, key_version()):
            return list(_packed(catalogue, sold))
    except CatalogueLockedError:
        # Another command is writing: it is told without what is kept.
        return list(_one_by_one(catalogue, sold))


def _packed(catalogue: Catalogue, sold: Sold) -> Iterator[Line]:
    # What is no picture's, or that of one without a file, has the number 0, which no file has.
    file_of = np.maximum(pictures.files(catalogue), 0)
    # By number of the file: downloads, micro-units, and whether there were any sales.
    files: dict[str, NDArray[np.int64]] = {}
    for currency, sums in sold():
        if currency not in files:
            files[currency] = np.zeros((3, keywords.last_file(catalogue) + 1), np.int64)
        numbers = file_of[sums["sold"]]
        for row, name in enumerate(("downloads", "amount")):
            np.add.at(files[currency][row], numbers, sums[name])
        files[currency][2, numbers] = 1
    words = keywords.names(catalogue)
    sums_of = {currency: np.zeros((3, max(words, default=0) + 1), np.int64) for currency in files}
    worded = np.zeros(keywords.last_file(catalogue) + 1, np.bool_)
    for counted, of_files in keywords.packs(catalogue):
        numbers, lengths = counted[:, 0], counted[:, 1]
        worded[numbers] = True
        for currency, by_file in files.items():
            has = by_file[2, numbers] > 0
            # The words of the files that sold, and of each what its file brought.
            own = of_files[np.repeat(has, lengths)]
            for row in (0, 1):
                np.add.at(sums_of[currency][row], own, np.repeat(by_file[row, numbers[has]], lengths[has]))
            sums_of[currency][2, own] = 1
    for currency, by_word in sums_of.items():
        for number in np.flatnonzero(by_word[2]).tolist():
            yield Line(words[number], currency, *by_word[:2, number].tolist())
        untold = files[currency][:, ~worded].sum(axis=1).tolist()
        if untold[2]:
            yield Line(NOT_TOLD, currency, *untold[:2])


def _one_by_one(catalogue: Catalogue, sold: Sold) -> Iterator[Line]:
    sums: dict[tuple[str, str], list[int]] = {}
    for currency, part in sold():
        query = "SELECT id, media_id FROM sold WHERE id IN (SELECT value FROM json_each(?)) AND media_id IS NOT NULL"
        media_of = {row[0]: row[1] for row in catalogue.rows(query, [json.dumps(part["sold"].tolist())])}
        groups = earned.keywords(catalogue, set(media_of.values()))
        for number, downloads, amount in part.tolist():
            for word in groups.get(media_of.get(number, "")) or (NOT_TOLD,):
                line = sums.setdefault((word, currency), [0, 0])
                line[0] += downloads
                line[1] += amount
    yield from (Line(word, currency, *line) for (word, currency), line in sums.items())
