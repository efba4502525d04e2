"""Credits at a caption's end: told, and neither words nor names of the picture."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from stockctl.metadata import Record
from stockctl.words.said.reading import read
from stockctl.words.texts.addresses import addresses, credit, without_credit
from stockctl.words.texts.people import private_names
from stockctl.words.texts.titles import faults
from tests.metadata.samples import encoded, put

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.conftest import Run

CREDITS = (
    "(Photo by Anna Kowalski/Getty Images)",
    "(Photo by ANNA KOWALSKI / AFP) (Photo by ANNA KOWALSKI/AFP via Getty Images)",
    "(AP Photo/Anna Kowalski)",
    "(EPA-EFE/Anna Kowalski)",
    "(photo courtesy of Anna Kowalski)",
    "(Credit: A. Kowalski)",
    "(by Anna Kowalski)",
    "© Anna Kowalski",
    "(c) Anna Kowalski",
    "Copyright 2020 Anna Kowalski",
    "© 2024 Anna Kowalski. All rights reserved.",
    "Photo: Anna Kowalski/Reuters",
    "Photograph by Anna Kowalski.",
    "Video by Anna Kowalski",
    "- Photo by Anna Kowalski on Unsplash",
    "- Anna Kowalski/AFP",
    "/ Getty Images",
)
NONE = (
    "Woman taking a photo by the sea",
    "Photo by the sea",
    "Sunset over rice fields. Photo: Mount Bromo",
    "Rice harvest. Image by Lake Toba",
    "Sunset on the coast (by the sea)",
    "Sunrise at Bromo (taken by drone)",
    "Credit card payment in a shop",
    "Woman paying by Credit: Visa",
    "Painting by Claude Monet",
    "Concept image: Team Building",
    "Ratio 50/50 of two drinks",
)


@pytest.mark.parametrize("ending", CREDITS)
def test_a_credit_gives_neither_words_nor_names(ending: str) -> None:
    text = f"Farmers harvest rice in Ubud. {ending}"
    assert without_credit(text).rstrip(".") == "Farmers harvest rice in Ubud"
    assert [unit.word for unit in read(text).units] == [
        unit.word for unit in read("Farmers harvest rice in Ubud.").units
    ]
    assert private_names(text) == []
    assert "links-in-text" in {fault.name for fault in faults("", text)}


@pytest.mark.parametrize("text", NONE)
def test_what_only_looks_like_a_credit_stays(text: str) -> None:
    assert (credit(text), without_credit(text)) == ("", text)


def test_a_credit_stands_behind_the_addresses() -> None:
    text = "See www.example.com for rice. © Anna Kowalski"
    assert addresses(text) == ["www.example.com", "© Anna Kowalski"]


def test_a_title_is_made_without_the_credit(tmp_path: Path, program: Callable[..., Run]) -> None:
    from stockctl.metadata.writing import Change, perform, prepare

    path = put(tmp_path / "a.jpg", encoded("JPEG"))
    caption = "Farmers harvest rice in Ubud (Photo by Anna Kowalski/Getty Images)"
    change = prepare(path, Record(description=caption))
    assert isinstance(change, Change)
    perform(change)
    done = program("keyword", path, "--json").json["assets"][0]
    assert (done["title"], done["description"]) == ("Farmers harvest rice in Ubud", caption)
    words = {word["word"] for word in (*done["keywords"], *done["offered"])}
    assert "rice" in words
    assert words.isdisjoint({"photo", "anna", "kowalski", "anna kowalski", "getty", "getty images"})


def test_what_is_said_of_a_shoot_gives_its_description_no_credit(tmp_path: Path, program: Callable[..., Run]) -> None:
    path = put(tmp_path / "a.jpg", encoded("JPEG"))
    said = "Grandma bakes cookies at 5 p.m. The kitchen is approx. 30 m wide. (Photo by Anna Lee)"
    done = program("keyword", path, "--context", said, "--json").json["assets"][0]
    assert done["description"] == "Grandma bakes cookies at 5 p.m. The kitchen is approx. 30 m wide."
    assert {"pm", "approx", "photo"}.isdisjoint(word["word"] for word in (*done["keywords"], *done["offered"]))
