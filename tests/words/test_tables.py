"""The packed lists: they are read whole, say where they come from, and hold what is looked for."""

from __future__ import annotations

import gzip

import pytest

from stockctl.words.proper.names import restricted
from stockctl.words.proper.placenames import country_of, is_place, towns
from stockctl.words.said.kinds import broader
from stockctl.words.said.listed import phrases
from stockctl.words.tables import packed, rows, table
from stockctl.words.tables.sorted import Table
from tests.conftest import ROOT

PACKED = (
    "english", "capitals", "phrases", "kinds", "given", "family", "nations", "cities", "modifiers", "acts", "landforms"
)  # fmt: skip


@pytest.mark.parametrize("name", PACKED)
def test_a_packed_list_says_where_it_comes_from_and_is_sorted(name: str) -> None:
    text = gzip.decompress(table(f"{name}.txt.gz").read_bytes()).decode()
    head = [line for line in text.split("\n")[:8] if line.startswith("#")]
    assert "made by .ci/words.py" in " ".join(head)
    lines = [f"{word}\t{said}" for word, said in packed(name).items()]
    assert lines == sorted(lines)
    assert len(lines) > 500
    assert not any(line.startswith("#") or not line.strip() for line in lines)


def test_our_own_phrases_are_all_in_the_packed_list() -> None:
    known = phrases()
    plain = [row[0] for row in rows("set_phrases") if row[0].isascii() and "-" not in row[0]]
    assert [phrase for phrase in plain if phrase not in known] == []
    assert known.get("golden retriever").startswith("retriever")


def test_our_phrases_by_trade_are_packed_and_name_only_their_own_parts() -> None:
    lines = [
        line.partition("|")
        for path in sorted((ROOT / ".ci" / "phrases").glob("*.txt"))
        for line in path.read_text(encoding="utf-8").splitlines()
        if not line.startswith("#")
    ]
    assert len(lines) > 25_000
    known = phrases()
    # Of what is no phrase the list says so.
    none = {phrase.strip() for phrase, _, rest in lines if rest.strip() == "!"}
    assert len(none) > 100
    assert [phrase for phrase in none if phrase in known] == []
    lines = [line for line in lines if line[0].strip() not in none]
    assert [phrase for phrase, _, _ in lines if phrase.strip() not in known] == []
    named = [(phrase, rest.replace("=", "").split(",")) for phrase, _, rest in lines]
    parts = [(phrase, part.strip()) for phrase, rest in named for part in rest if part.strip()]
    assert [part for phrase, part in parts if f" {part} " not in f" {phrase} "] == []
    assert [phrase.strip() for phrase, _, _ in lines if restricted(phrase)] == []


def test_words_of_english_are_there() -> None:
    assert all(word in packed("english") for word in ("boat", "welding", "orangutan"))
    assert "sunst" not in packed("english")
    assert broader("orangutan") == "animal"


def test_places_are_told_from_words() -> None:
    assert [is_place(name) for name in ("Lisbon", "bali", "Portugal", "paris", "tomato", "sunset", "batik")] == [
        True, True, True, True, False, False, False,
    ]  # fmt: skip
    assert country_of("kalimantan") in {"", "indonesia"}
    assert country_of("lisbon") in {"", "portugal"}
    assert len(towns().names) == len(towns().latitude) > 150_000


@pytest.mark.parametrize("many", [False, True])
def test_every_line_of_a_table_is_found_and_no_other(*, many: bool) -> None:
    words = ["a", "ab", "ab c", "abc", "b", "zebra", "zebra crossing"]
    lines = Table("".join(f"{word}\tsaid of {word}\n" for word in words[1:]).encode())
    if many:
        for _ in range(5000):
            assert lines.get("nothing", "?") == "?"
    assert [lines.get(word, "?") for word in words] == ["?", *(f"said of {word}" for word in words[1:])]
    assert not [word for word in ("", "a", "abcd", "zebr", "zz", "ab\tsaid") if word in lines]
    assert list(lines) == words[1:]
    assert len(lines) == 6


def test_a_packed_list_finds_each_of_its_own_lines() -> None:
    found = packed("landforms")
    fresh = Table("".join(f"{word}\n" for word in found).encode())
    assert all(word in fresh for word in list(found)[:3000])
    assert not any(f"{word}x" in fresh for word in list(found)[:900])
