"""Splices: what is made of a file, and the way back."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stockctl.files.writing.splice import Splice, applied, inverse, new_size, ordered, trimmed


@st.composite
def changes(draw: st.DrawFn) -> tuple[bytes, tuple[Splice, ...]]:
    """Return bytes and splices over them that do not overlap."""
    data = draw(st.binary(max_size=200))
    cuts = sorted(draw(st.lists(st.integers(0, len(data)), max_size=8)))
    found = [
        Splice(start, end, draw(st.binary(max_size=20) | st.just(data[start:end])))
        for start, end in zip(cuts[::2], cuts[1::2], strict=False)
    ]
    return data, ordered(found, len(data))


@settings(deadline=None)
@given(changes())
def test_the_inverse_makes_the_old_bytes(drawn: tuple[bytes, tuple[Splice, ...]]) -> None:
    data, splices = drawn
    new = applied(splices, data)
    assert len(new) == new_size(splices, len(data))
    assert applied(inverse(splices, lambda at, length: data[at : at + length]), new) == data


@settings(deadline=None)
@given(changes())
def test_trimming_makes_the_same_file_with_less(drawn: tuple[bytes, tuple[Splice, ...]]) -> None:
    data, splices = drawn
    less = trimmed(splices, lambda at, length: data[at : at + length])
    assert applied(less, data) == applied(splices, data)
    assert sum(len(splice.data) for splice in less) <= sum(len(splice.data) for splice in splices)
    assert all(data[splice.start : splice.end] != splice.data for splice in less)


def test_what_overlaps_or_leaves_the_file_is_refused() -> None:
    with pytest.raises(ValueError, match="overlaps"):
        ordered([Splice(0, 5, b""), Splice(4, 6, b"")], 10)
    with pytest.raises(ValueError, match="leaves the file"):
        ordered([Splice(9, 11, b"")], 10)
