"""A sidecar beside a file that is embedded into follows it: it is believed first, and would bring old words back."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from stockctl.metadata import read
from tests.metadata.fields.test_following import NEW, OLD, become
from tests.metadata.hard.parts import packet
from tests.metadata.samples import encoded, put

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.conftest import Run

BESIDE = packet(
    "<dc:title><rdf:Alt><rdf:li xml:lang='x-default'>Old dog in the rain</rdf:li></rdf:Alt></dc:title>"
    "<dc:subject><rdf:Bag><rdf:li>dog</rdf:li><rdf:li>rain</rdf:li></rdf:Bag></dc:subject>"
    "<crs:Exposure>+1.5</crs:Exposure>"
)


@pytest.mark.parametrize("name", ["a.xmp", "a.jpg.xmp"])
def test_a_word_that_was_taken_out_does_not_come_back_from_a_sidecar(
    name: str, tmp_path: Path, stockctl: Callable[..., Run]
) -> None:
    path = put(tmp_path / "a.jpg", encoded("JPEG"))
    become(path, replace(OLD, headline=""))
    beside = put(tmp_path / name, BESIDE)
    before = path.read_bytes()
    previewed = stockctl(
        "keyword", path, "--remove", "dog", "--title", NEW.title, "--limit", "0", "--dry-run", "--json"
    )
    assert previewed.json["assets"][0]["changed"]
    assert (path.read_bytes(), beside.read_bytes()) == (before, BESIDE)
    done = stockctl("keyword", path, "--remove", "dog", "--title", NEW.title, "--limit", "0", "--json")
    assert done.json["assets"][0]["changed"]
    reading = read(path)
    assert (reading.record.title, reading.record.keywords, reading.conflicts) == (NEW.title, ("rain",), ())
    assert b"<crs:Exposure>+1.5</crs:Exposure>" in beside.read_bytes()
    # What it did not say is not added to it.
    assert OLD.description.encode() not in beside.read_bytes()
    assert not stockctl("keyword", path, "--limit", "0", "--json").json["assets"][0]["changed"]
    assert stockctl("undo").code == 0
    assert (path.read_bytes(), beside.read_bytes()) == (before, BESIDE)


def test_a_sidecar_of_which_the_words_stand_in_the_file_already_is_left(
    tmp_path: Path, stockctl: Callable[..., Run]
) -> None:
    path = put(tmp_path / "a.jpg", encoded("JPEG"))
    beside = put(tmp_path / "a.xmp", packet("<crs:Exposure>+1.5</crs:Exposure>"))
    old = beside.read_bytes()
    stockctl("keyword", path, "--title", NEW.title, "--set", "cat,rain")
    assert beside.read_bytes() == old


def test_a_file_with_a_sidecar_that_must_not_change_is_left_whole(tmp_path: Path, stockctl: Callable[..., Run]) -> None:
    path = put(tmp_path / "a.jpg", encoded("JPEG"))
    beside = put(tmp_path / "a.xmp", BESIDE)
    beside.chmod(0o444)
    before = path.read_bytes()
    run = stockctl("keyword", path, "--remove", "dog", "--json")
    assert run.code == 1
    assert "a.jpg" in run.json["errors"][0]["path"]
    assert path.read_bytes() == before
