"""After an undo every word stands on the ground that it had before, as the file says again what it said."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from stockctl.catalogue import open_catalogue
from stockctl.catalogue.words import vocabulary
from tests.pictures import jpeg, put

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.conftest import Run

    Program = Callable[..., Run]

SAID = "Old lighthouse on a cliff in fog"


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    return put(tmp_path / "photo.jpg", jpeg(640, 420))


def asset(run: Run) -> dict[str, Any]:
    assert run.code == 0, run.err
    found: dict[str, Any] = run.json["assets"][0]
    return found


def state(stockctl: Program, photo: Path) -> tuple[dict[str, str], str, str]:
    """Return what is shown of a file: each word's ground, and the texts' grounds."""
    one = asset(stockctl("keyword", photo, "--dry-run", "--json"))
    words = {entry["word"]: entry["ground"] for entry in one["keywords"]}
    return words, one["title_ground"], one["description_ground"]


def _by_sheet(stockctl: Program, photo: Path) -> None:
    sheet = photo.with_name("sheet.csv")
    assert stockctl("keyword", photo, "--sheet", sheet).code == 0
    sheet.write_text(sheet.read_text("utf-8").replace("cliff, ", "").replace(", cliff", ""), "utf-8")
    assert stockctl("keyword", "--apply", sheet).code == 0


TAKEN_OUT: dict[str, Callable[[Program, Path], object]] = {
    "another context": lambda stockctl, photo: stockctl("keyword", photo, "--context", "Vegetables in a kitchen"),
    "--remove": lambda stockctl, photo: stockctl("keyword", photo, "--remove", "cliff"),
    "--set": lambda stockctl, photo: stockctl("keyword", photo, "--set", "cliff, mine"),
    "--add": lambda stockctl, photo: stockctl("keyword", photo, "--add", "cliff, mine"),
    "a sheet": _by_sheet,
}


@pytest.mark.parametrize("how", TAKEN_OUT)
def test_words_that_come_back_stand_on_the_ground_they_had(stockctl: Program, photo: Path, how: str) -> None:
    stockctl("keyword", photo, "--context", SAID)
    before, said = photo.read_bytes(), state(stockctl, photo)
    assert said[0]["cliff"] == "said"
    TAKEN_OUT[how](stockctl, photo)
    assert photo.read_bytes() != before
    stockctl("undo")
    assert photo.read_bytes() == before
    assert state(stockctl, photo) == said


def test_batches_that_are_taken_back_one_after_the_other(stockctl: Program, photo: Path) -> None:
    stockctl("keyword", photo, "--set", "cliff, rock")
    states = [state(stockctl, photo)]
    for words in (("--context", SAID), ("--remove", "cliff"), ("--set", "cliff, fog"), ("--context", "Boats")):
        stockctl("keyword", photo, *words)
        states.append(state(stockctl, photo))
    for was in reversed(states[:-1]):
        stockctl("undo")
        assert state(stockctl, photo) == was


def test_a_word_that_was_a_persons_before_it_was_suggested_is_theirs_again(stockctl: Program, photo: Path) -> None:
    stockctl("keyword", photo, "--set", "cliff, mine")
    stockctl("keyword", photo, "--set", "mine")
    stockctl("keyword", photo, "--context", SAID)
    assert state(stockctl, photo)[0]["cliff"] == "said"
    stockctl("undo")
    stockctl("undo")
    assert state(stockctl, photo)[0] == {"cliff": "person", "mine": "person"}


def test_what_was_taken_out_by_a_batch_that_is_undone_was_not_dropped(
    stockctl: Program, photo: Path, home: Path
) -> None:
    stockctl("keyword", photo, "--context", SAID)
    stockctl("keyword", photo, "--remove", "cliff")
    stockctl("undo")
    with open_catalogue(home / "catalogue.db") as catalogue:
        assert vocabulary.judged(catalogue, "cliff") == {}
