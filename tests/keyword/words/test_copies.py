"""Copies of one picture: each file's words rest on what was written into that file, and by whom."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Any

from stockctl.metadata import read
from tests.pictures import jpeg, put

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.conftest import Run

    Program = Callable[..., Run]

SAID = "Old lighthouse on a cliff in fog"


def asset(run: Run) -> dict[str, Any]:
    assert run.code == 0, run.err
    found: dict[str, Any] = run.json["assets"][0]
    return found


def grounds(one: dict[str, Any]) -> dict[str, str]:
    return {entry["word"]: entry["ground"] for entry in one["keywords"]}


def two(tmp_path: Path) -> tuple[Path, Path]:
    data = jpeg(640, 420)
    return put(tmp_path / "A" / "DSC_1.jpg", data), put(tmp_path / "B" / "DSC_1.jpg", data)


def test_what_is_said_of_one_copy_is_not_said_of_the_other(stockctl: Program, tmp_path: Path) -> None:
    first, second = two(tmp_path)
    stockctl("keyword", first, "--context", SAID)
    other = asset(stockctl("keyword", second, "--add", "mine", "--json"))
    assert (grounds(other), other["title"]) == ({"mine": "person"}, "")
    # Nor is what the first has taken for a person's, or for dropped by one.
    again = asset(stockctl("keyword", first, "--json"))
    assert (set(grounds(again).values()), again["changed"]) == ({"said"}, False)
    assert "cliff" in grounds(again)
    assert asset(stockctl("keyword", second, "--context", SAID, "--json"))["title"] == SAID
    assert grounds(asset(stockctl("keyword", second, "--json")))["cliff"] == "said"


def test_a_word_that_a_person_typed_in_one_copy_is_a_suggestion_in_the_other(stockctl: Program, tmp_path: Path) -> None:
    first, second = two(tmp_path)
    stockctl("keyword", second, "--set", "cliff, lighthouse")
    stockctl("keyword", first, "--context", SAID)
    assert set(grounds(asset(stockctl("keyword", first, "--json"))).values()) == {"said"}
    assert grounds(asset(stockctl("keyword", second, "--json"))) == {"cliff": "person", "lighthouse": "person"}
    # What loses its ground in one stays a person's in the other.
    stockctl("keyword", first, "--context", "Fresh vegetables in a kitchen")
    assert "cliff" not in read(first).record.keywords
    assert read(second).record.keywords == ("cliff", "lighthouse")


def test_what_a_person_takes_out_of_one_copy_stays_on_the_ground_it_has_in_the_other(
    stockctl: Program, tmp_path: Path
) -> None:
    first, second = two(tmp_path)
    for path in (first, second):
        stockctl("keyword", path, "--context", SAID)
    stockctl("keyword", second, "--remove", "cliff")
    assert grounds(asset(stockctl("keyword", first, "--json")))["cliff"] == "said"
    assert "cliff" not in grounds(asset(stockctl("keyword", second, "--json")))


def test_both_in_one_run_are_told_apart(stockctl: Program, tmp_path: Path) -> None:
    first, second = two(tmp_path)
    stockctl("keyword", first, "--context", SAID)
    stockctl("keyword", second, "--set", "cliff, rock")
    both = stockctl("keyword", tmp_path, "--json").json["assets"]
    assert [set(grounds(one).values()) for one in both] == [{"said"}, {"person"}]


def test_a_copy_made_afterwards_and_a_moved_file_keep_their_suggestions(stockctl: Program, tmp_path: Path) -> None:
    first, second = two(tmp_path)
    stockctl("keyword", first, "--context", SAID)
    shutil.copy2(first, second)
    assert set(grounds(asset(stockctl("keyword", second, "--json"))).values()) == {"said"}
    moved = first.rename(first.with_name("moved.jpg"))
    stockctl("keyword", moved, "--add", "mine")
    again = asset(stockctl("keyword", moved, "--json"))
    assert (grounds(again)["mine"], grounds(again)["cliff"], again["title_ground"]) == ("person", "said", "said")
    stockctl("undo")
    assert set(grounds(asset(stockctl("keyword", moved, "--json"))).values()) == {"said"}
