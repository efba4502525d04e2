"""What a file's own name says of persons, characters and sex is on offer to nobody, and in no title made of it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from stockctl.keyword.sources.silent import silent_words, title_of_name
from tests.pictures import jpeg, put

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.conftest import Run


@pytest.mark.parametrize(
    ("name", "silent", "title"),
    [
        ("maria-checking-turbine", {"maria"}, "checking turbine"),
        ("anna-kowalska-portrait-studio", {"anna", "kowalska"}, "portrait studio"),
        ("doctor-kowalski-hospital", {"kowalski"}, "doctor hospital"),
        ("peter-pan-costume-child", {"peter", "pan"}, "costume child"),
        ("sexy-nude-woman-bedroom", {"sexy", "nude"}, "woman bedroom"),
        ("great-tit-on-branch", set(), "great tit on branch"),
        ("marina-boats-sunset", set(), "marina boats sunset"),
        ("rose-garden-path", set(), "rose garden path"),
        ("berlin-skyline-night", set(), "berlin skyline night"),
        ("lake-victoria-fisherman", set(), "lake victoria fisherman"),
    ],
)
def test_such_words_are_left_out(name: str, silent: set[str], title: str) -> None:
    path = Path(f"{name}.jpg")
    assert silent_words(path) == silent
    assert title_of_name(path) == title


def test_neither_title_nor_offers_have_them(tmp_path: Path, stockctl: Callable[..., Run]) -> None:
    photo = put(tmp_path / "DCIM" / "party-of-sexy-peter-pan-with-maria-in-garden.jpg", jpeg(640, 420))
    (asset,) = stockctl("keyword", photo, "--dry-run", "--json").json["assets"]
    assert {"party", "garden"} <= {word["word"] for word in asset["offered"]}
    assert {"sexy", "peter", "pan", "maria"}.isdisjoint(word["word"] for word in asset["offered"])
    assert asset["title"] == "Party in garden"
