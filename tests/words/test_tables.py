"""The packed lists: they are read whole, say where they come from, and hold what is looked for."""

from __future__ import annotations

import gzip

import pytest

from stockctl.words.proper.placenames import country_of, is_place, towns
from stockctl.words.said.kinds import broader
from stockctl.words.said.listed import phrases
from stockctl.words.tables import packed, packed_lines, rows, table

PACKED = ("english", "capitals", "phrases", "kinds", "given", "family", "nations", "cities")


@pytest.mark.parametrize("name", PACKED)
def test_a_packed_list_says_where_it_comes_from_and_is_sorted(name: str) -> None:
    text = gzip.decompress(table(f"{name}.txt.gz").read_bytes()).decode()
    head = [line for line in text.split("\n")[:4] if line.startswith("#")]
    assert "made by .ci/words.py" in " ".join(head)
    lines = packed_lines(name)
    assert lines == sorted(lines)
    assert len(lines) > 500
    assert not any(line.startswith("#") or not line.strip() for line in lines)


def test_our_own_phrases_are_all_in_the_packed_list() -> None:
    known = phrases()
    plain = [row[0] for row in rows("set_phrases") if row[0].isascii() and "-" not in row[0]]
    assert [phrase for phrase in plain if phrase not in known] == []
    assert known["golden retriever"].startswith("retriever")


def test_words_of_english_are_there() -> None:
    assert {"boat", "welding", "orangutan"} <= packed("english")
    assert "sunst" not in packed("english")
    assert broader("orangutan") == "animal"


def test_places_are_told_from_words() -> None:
    assert [is_place(name) for name in ("Lisbon", "bali", "Portugal", "paris", "tomato", "sunset", "batik")] == [
        True, True, True, True, False, False, False,
    ]  # fmt: skip
    assert country_of("kalimantan") in {"", "indonesia"}
    assert country_of("lisbon") in {"", "portugal"}
    assert len(towns().names) == len(towns().latitude) > 150_000
