"""What a kept answer is good for beside words: findings of `check`, and the category in an agency's sheet."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.pictures import jpeg, put
from tests.vision.serving import GOOD, Server

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.conftest import Run

    Program = Callable[..., Run]

RULES = ("visible-brand", "readable-text", "recognisable-person", "recognisable-property")
SEEN = {**GOOD, "brands": ["a swoosh"], "text": ["EXIT"], "people": 2, "property": ["a mural"]}
WORDS = ["mountain", "lake", "reflection", "snow", "landscape", "nature", "sky", "travel", "water", "forest", "tree"]
LAKE = {"title": "Snowy mountain and a calm lake", "description": "A mountain by a lake.", "keywords": WORDS}


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    return put(tmp_path / "DCIM" / "DSC_0001.jpg", jpeg(2600, 1800))


def found(stockctl: Program, photo: Path) -> dict[str, dict[str, Any]]:
    (asset,) = stockctl("check", photo, "--agency", "shutterstock", "--json").json["assets"]
    return {finding["name"]: finding for finding in asset["findings"] if finding["name"] in RULES}


def test_check_tells_what_a_model_saw_and_asks_nobody(stockctl: Program, server: Server, photo: Path) -> None:
    server.script = [SEEN]
    assert found(stockctl, photo) == {}
    assert stockctl("keyword", photo, "--vision", "local").code == 0
    asked = len(server.requests)
    findings = found(stockctl, photo)
    assert sorted(findings) == sorted(RULES)
    assert {finding["severity"] for finding in findings.values()} == {"warning"}
    assert findings["visible-brand"]["message"] == "seer saw brands or logos: 'a swoosh'"
    assert findings["readable-text"]["message"] == "seer saw readable text: 'EXIT'"
    assert (findings["recognisable-person"]["value"], len(server.requests)) == (2, asked)


def test_an_editorial_flag_or_a_release_makes_it_information(
    stockctl: Program, server: Server, photo: Path, tmp_path: Path
) -> None:
    server.script = [SEEN]
    stockctl("keyword", photo, "--vision", "local")
    paper = put(tmp_path / "release.jpg", jpeg(600, 800, seed=3))
    assert stockctl("release", "add", paper, "--person", "Ani").code == 0
    assert stockctl("release", "link", "Ani", photo).code == 0
    severities = {name: finding["severity"] for name, finding in found(stockctl, photo).items()}
    assert severities == {**dict.fromkeys(RULES, "warning"), "recognisable-person": "info"}
    stockctl("keyword", photo, "--editorial", "--vision", "none")
    assert {finding["severity"] for finding in found(stockctl, photo).values()} == {"info"}


@pytest.mark.parametrize("given", [{}, {"brands": [], "text": "none", "people": 0, "property": None}])
def test_nothing_seen_is_nothing_said(stockctl: Program, server: Server, photo: Path, given: dict[str, Any]) -> None:
    server.script = [{**GOOD, **given}]
    stockctl("keyword", photo, "--vision", "local")
    assert found(stockctl, photo) == {}


def row(stockctl: Program, photo: Path, agency: str, outbox: Path, *more: str) -> tuple[dict[str, str], dict[str, Any]]:
    run = stockctl("submit", photo, "--agency", agency, "--outbox", outbox, "--json", *more)
    assert run.json["files"][0]["state"] in {"planned", "prepared", "sent"}, run.out
    (path,) = run.json["sheet"]["paths"]
    with Path(path).open(encoding="utf-8-sig", newline="") as file:
        (cells,) = csv.DictReader(file)
    return cells, run.json


@pytest.mark.parametrize("named", [True, False])
def test_a_category_that_nobody_typed_stands_in_both_sheets(
    stockctl: Program, server: Server, photo: Path, tmp_path: Path, *, named: bool
) -> None:
    categories = {"adobe_stock": ["Landscape"], "shutterstock": ["Nature"]}
    server.script = [{**LAKE, "categories": categories} if named else LAKE]
    assert stockctl("keyword", photo, "--vision", "local").code == 0
    adobe, report = row(stockctl, photo, "adobe_stock", tmp_path / "a")
    assert adobe["Category"] == "11"
    assert len(adobe["Title"]) <= 70
    assert report["files"][0]["suggested"] == {"categories": ["Landscape"]}
    assert "a model suggests it" in report["sheet"]["next"]
    assert row(stockctl, photo, "shutterstock", tmp_path / "s")[0]["Categories"] == "Nature"


def test_a_chosen_category_comes_first_and_one_key_turns_suggestions_off(
    stockctl: Program, server: Server, photo: Path, tmp_path: Path, home: Path
) -> None:
    server.script = [LAKE]
    assert stockctl("keyword", photo, "--vision", "local", "--category", "adobe_stock=21").code == 0
    adobe, report = row(stockctl, photo, "adobe_stock", tmp_path / "a")
    assert (adobe["Category"], report["files"][0]["suggested"]) == ("21", {})
    file = home / "stockctl.toml"
    file.write_text(f"{file.read_text()}[keyword]\ncategories = false\n")
    assert row(stockctl, photo, "shutterstock", tmp_path / "s")[0]["Categories"] == ""


def test_the_plan_marks_a_suggested_category(stockctl: Program, server: Server, photo: Path, tmp_path: Path) -> None:
    server.script = [LAKE]
    assert stockctl("keyword", photo, "--vision", "local").code == 0
    run = stockctl("submit", photo, "--agency", "shutterstock", "--outbox", tmp_path / "o", "--dry-run")
    assert "category Nature (suggested)" in run.out
