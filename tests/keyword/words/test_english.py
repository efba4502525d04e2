"""US and UK spelling by choice: of suggestions, never of a person's words."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from stockctl.keyword.candidate import Source
from stockctl.keyword.ranking import Keyword, Ranked
from stockctl.keyword.texts.english import English, in_english, spelt
from stockctl.metadata import read
from tests.pictures import jpeg, put

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.conftest import Run

    Program = Callable[..., Run]


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    return put(tmp_path / "DCIM" / "colorful-harbour-theatre.jpg", jpeg(640, 420))


@pytest.mark.parametrize(
    ("text", "us", "uk"),
    [
        ("Colourful yogurts", "Colorful yogurts", "Colourful yoghurts"),
        ("GRAY tyre", "GRAY tire", "GREY tyre"),
        ("color grading", "color grading", "colour grading"),
        ("discoloured", "discoloured", "discoloured"),
    ],
)
def test_whole_words_are_spelt_and_capitals_kept(text: str, us: str, uk: str) -> None:
    assert (spelt(text, English.US), spelt(text, English.UK)) == (us, uk)


@pytest.mark.parametrize(
    ("english", "expected", "not_there"),
    [
        ("us", {"colorful", "harbor", "theater"}, {"harbour", "theatre"}),
        ("uk", {"colourful", "harbour", "theatre"}, {"colorful", "theater"}),
        ("both", {"colorful", "colourful", "harbor", "harbour"}, set()),
    ],
)
def test_suggestions_follow_the_choice(
    stockctl: Program, home: Path, photo: Path, english: str, expected: set[str], not_there: set[str]
) -> None:
    said = ("--context", "colorful harbour theatre")
    by_option = stockctl("keyword", photo, *said, "--english", english, "--dry-run", "--json").json["assets"][0]
    words = [entry["word"] for entry in by_option["keywords"]]
    assert expected <= set(words)
    assert not_there.isdisjoint(words)
    (home / "stockctl.toml").write_text(f'[keyword]\nenglish = "{english}"\n')
    (by_setting,) = stockctl("keyword", photo, *said, "--dry-run", "--json").json["assets"]
    assert by_setting["keywords"] == by_option["keywords"]


def test_a_persons_words_stay_and_their_other_spelling_is_no_second_word(stockctl: Program, photo: Path) -> None:
    stockctl("keyword", photo, "--add", "harbor, grey", "--english", "uk")
    words = read(photo).record.keywords
    assert words[:2] == ("harbor", "grey")
    assert "harbour" not in words


def test_both_has_room_for_so_many_suggestions_as_were_asked_for() -> None:
    words = (
        Keyword.of_person("grey"),
        Keyword("harbor", Source.FILE, 0.7),
        Keyword("boat", Source.FILE, 0.6),
    )
    made = in_english(Ranked(words), English.BOTH, 3)
    assert [word.word for word in made.keywords] == ["grey", "gray", "harbor", "harbour"]
    assert [word.word for word in made.offered] == ["boat"]


def test_an_unknown_spelling_is_said(stockctl: Program, home: Path, photo: Path) -> None:
    (home / "stockctl.toml").write_text('[keyword]\nenglish = "oxford"\n')
    run = stockctl("keyword", photo)
    assert run.code == 2
    assert "us, uk or both" in run.err
