"""Cells found in bytes are those that a reader of CSV finds, and their meanings those of their texts."""

from __future__ import annotations

import csv
import io

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stockctl.earnings.reading.cells import Cells, Meanings

CELL = st.text(st.sampled_from("ab1 \"',;\té€\n.0"), max_size=20)


@given(
    rows=st.integers(1, 5).flatmap(lambda width: st.lists(st.lists(CELL, min_size=width, max_size=width), min_size=1)),
    quoted=st.booleans(),
    ending=st.sampled_from(["\n", "\r\n"]),
)
def test_cells_are_those_of_a_reader_of_csv(rows: list[list[str]], *, quoted: bool, ending: str) -> None:
    file = io.StringIO(newline="")
    csv.writer(file, quoting=csv.QUOTE_ALL if quoted else csv.QUOTE_MINIMAL, lineterminator=ending).writerows(rows)
    text = file.getvalue()
    expected = [row or [""] for row in csv.reader(io.StringIO(text, newline=""))]
    cells = Cells.split(text, ",", quoted=True)
    if cells is not None and text.strip("\r\n"):
        # Blank lines at the end are none.
        while expected and not any(expected[-1]) and len(expected) > len(cells):
            expected.pop()
        assert cells.rows() == expected


def test_what_only_a_reader_of_csv_can_tell_is_left_to_it() -> None:
    for text in ('a,"b ""c"""\n', "a,b\nc\n", "a\rb\n", 'a,"b\n'):
        assert Cells.split(text, ",", quoted=True) is None
    plain = Cells.split('a\t6" nails\n', "\t", quoted=False)
    assert plain is not None
    assert plain.rows() == [["a", '6" nails']]


@given(st.lists(st.lists(st.tuples(CELL, CELL), min_size=1, max_size=30), min_size=1, max_size=5))
def test_every_text_has_its_own_meaning_across_stretches(stretches: list[list[tuple[str, str]]]) -> None:
    numbers: dict[tuple[str, str], int] = {}
    meanings = Meanings((0, 1), lambda *columns: [numbers.setdefault(pair, len(numbers)) for pair in zip(*columns)])  # noqa: B905 - columns of one stretch
    for rows in stretches:
        found = meanings.of(Cells.of([list(row) for row in rows]))
        assert found.tolist() == [numbers[row] for row in rows]


def test_equal_hashes_are_not_trusted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("stockctl.earnings.reading.cells._hashes", lambda _, length: np.zeros(length, np.uint64))
    meanings = Meanings((0,), lambda texts: [int(text) for text in texts])
    rows = [["7"], ["123456789012"], ["7"], ["8"], ["123456789013"]]
    for _ in range(2):
        assert meanings.of(Cells.of(rows)).tolist() == [7, 123456789012, 7, 8, 123456789013]


def test_a_text_that_means_nothing_spoils_no_other() -> None:
    meanings = Meanings((0,), lambda texts: [int(text) for text in texts])
    with pytest.raises(ValueError, match="x"):
        meanings.of(Cells.of([["1"], ["x"]]))
    assert meanings.of(Cells.of([["1"], ["2"]])).tolist() == [1, 2]
