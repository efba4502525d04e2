"""Edits of many files at once: presets, find and replace, copying from one file to others."""

from __future__ import annotations

import csv
import unicodedata
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import pytest

from stockctl.metadata import read
from stockctl.metadata.writing import Change, perform, prepare
from tests.pictures import jpeg, put

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.conftest import Run

    Program = Callable[..., Run]


@pytest.fixture
def photo(stockctl: Program, tmp_path: Path) -> Path:
    path = put(tmp_path / "DCIM" / "DSC_0001.jpg", jpeg(640, 420))
    stockctl("keyword", path, "--title", "Boat and boathouse on a lake", "--set", "Boat,boathouse,lake")
    return path


def test_replacing_takes_whole_words_and_can_be_previewed(stockctl: Program, photo: Path) -> None:
    before = photo.read_bytes()
    preview = stockctl("keyword", photo, "--replace", "boat=ship", "--replace", "Boat=Ship", "--dry-run", "--json")
    assert preview.json["assets"][0]["title"] == "Ship and boathouse on a lake"
    assert photo.read_bytes() == before
    stockctl("keyword", photo, "--replace", "boat=ship", "--replace", "Boat=Ship", "--replace", "lake=")
    record = read(photo).record
    assert record.title == "Ship and boathouse on a"
    assert record.keywords == ("ship", "boathouse")
    assert stockctl("keyword", photo, "--replace", "=x").code == 2


def test_a_headline_that_was_the_title_says_nothing_once_another_title_is_typed(stockctl: Program, photo: Path) -> None:
    said = read(photo)
    assert said.record.headline == ""
    change = prepare(photo, replace(said.record, headline=said.record.title, keywords=("water",)))
    assert isinstance(change, Change)
    perform(change)
    stockctl("keyword", photo, "--title", "Morning market in Paris")
    record = read(photo).record
    assert record.headline == "Morning market in Paris"
    assert {"water", "market", "paris"} <= set(record.keywords)
    assert {"boat", "boathouse", "lake"}.isdisjoint(record.keywords)


def test_copying_gives_words_and_rights_and_keeps_what_the_source_lacks(stockctl: Program, photo: Path) -> None:
    other = put(photo.parent / "DSC_0002.jpg", jpeg(640, 420, seed=1))
    stockctl("keyword", other, "--set", "old", "--copyright", "© Other")
    run = stockctl("keyword", other, "--copy-from", photo, "--json")
    assert run.code == 0, run.err
    record = read(other).record
    assert record.title == "Boat and boathouse on a lake"
    assert record.keywords == ("Boat", "boathouse", "lake")
    assert record.copyright == "© Other"


def test_a_preset_says_what_the_call_does_not(stockctl: Program, photo: Path, home: Path) -> None:
    (home / "stockctl.toml").write_text(
        '[presets.bali]\nadd = ["Bali", "Indonesia"]\ncreator = ["Sari"]\ncopyright = "© Sari"\neditorial = true\n'
    )
    run = stockctl(
        "keyword", photo, "--preset", "bali", "--add", "Ubud", "--copyright", "© Me", "--limit", "0", "--json"
    )
    assert run.code == 0, run.err
    record = read(photo).record
    assert record.keywords == ("Boat", "boathouse", "lake", "Ubud", "Bali", "Indonesia")
    assert (record.creators, record.copyright) == (("Sari",), "© Me")
    (listed,) = stockctl("presets", "--json").json["presets"]
    assert (listed["name"], listed["add"]) == ("bali", ["Bali", "Indonesia"])
    unknown = stockctl("keyword", photo, "--preset", "java")
    assert unknown.code == 2
    assert "there are: bali" in unknown.err


def test_what_a_file_says_is_shown_standard_by_standard(stockctl: Program, photo: Path) -> None:
    before = photo.read_bytes()
    (asset,) = stockctl("keyword", photo, "--show", "--json").json["assets"]
    assert asset["record"]["keywords"] == ["Boat", "boathouse", "lake"]
    assert {"xmp", "iptc"} <= set(asset["standards"])
    assert "Boat and boathouse on a lake" in stockctl("keyword", photo, "--show").out
    assert photo.read_bytes() == before


def test_a_preview_shows_what_stood_there(stockctl: Program, photo: Path) -> None:
    before = photo.read_bytes()
    run = stockctl("keyword", photo, "--replace", "boat=ship", "--dry-run")
    assert "was: Boat and boathouse on a lake" in run.out
    assert "no longer: Boat" in run.out
    (asset,) = stockctl("keyword", photo, "--replace", "boat=ship", "--dry-run", "--json").json["assets"]
    assert asset["before"]["keywords"] == ["Boat", "boathouse", "lake"]
    assert [entry["word"] for entry in asset["keywords"]] == ["ship", "boathouse", "lake"]
    assert photo.read_bytes() == before


def test_replacing_keeps_to_its_fields_and_capitals(stockctl: Program, photo: Path) -> None:
    stockctl(
        "keyword", photo, "--description", "The boat. A Boat on the lake.", "--set", "Boat,boat trip,lake house,ship"
    )
    before = photo.read_bytes()
    stockctl("keyword", photo, "--replace", "boat=ship", "--in", "description", "--match-case")
    record = read(photo).record
    assert record.description == "The ship. A Boat on the lake."
    assert record.title == "Boat and boathouse on a lake"
    stockctl("keyword", photo, "--replace", "boat=ship", "--in", "keywords", "--replace", "lake=")
    # A phrase is no reason to lose its other words.
    assert read(photo).record.keywords == ("ship", "ship trip", "lake house")
    assert stockctl("undo").code == 0
    assert stockctl("undo").code == 0
    assert photo.read_bytes() == before


def test_copying_takes_the_categories_along(stockctl: Program, photo: Path) -> None:
    other = put(photo.parent / "DSC_0002.jpg", jpeg(640, 420, seed=1))
    stockctl("keyword", photo, "--category", "adobe_stock=11", "--editorial", "--add", "x")
    before = other.read_bytes()
    stockctl("keyword", other, "--copy-from", photo)
    table = photo.parent / "t.csv"
    stockctl("keyword", other, "--sheet", table)
    with table.open(encoding="utf-8-sig", newline="") as file:
        (row,) = csv.DictReader(file)
    assert (row["category_adobe_stock"], row["editorial"]) == ("11", "yes")
    assert stockctl("undo").code == 0
    assert other.read_bytes() == before
    missing = stockctl("keyword", other, "--copy-from", photo.parent / "none.jpg")
    assert missing.code in {1, 2}
    assert "none.jpg" in missing.err


def test_a_preset_holds_every_option_of_the_words(stockctl: Program, photo: Path, home: Path) -> None:
    (home / "stockctl.toml").write_text(
        '[presets.sea]\ntitle = "Sea"\ndescription = "The sea."\nremove = ["lake"]\ncategory = ["adobe_stock=11"]\n'
        'price = "12.50"\nmature = false\nillustration = false\nlimit = 0\nenglish = "uk"\n'
    )
    run = stockctl("keyword", photo, "--preset", "sea", "--json")
    assert run.code == 0, run.err
    record = read(photo).record
    assert (record.title, record.description, record.keywords) == ("Sea", "The sea.", ("Boat", "boathouse"))
    assert stockctl("keyword", photo, "--preset", "sea", "--title", "Mine").code == 0
    assert read(photo).record.title == "Mine"
    (home / "stockctl.toml").write_text('[presets.sea]\ncategory = ["adobe_stock=none"]\n')
    assert stockctl("keyword", photo, "--preset", "sea").code == 2


def test_accents_that_stand_apart_as_on_macos_are_one_sign(stockctl: Program, tmp_path: Path) -> None:
    apart = partial(unicodedata.normalize, "NFD")
    path = put(tmp_path / apart("Café in Zürich at night.jpg"), jpeg(640, 420))
    typed = ("--title", apart("Café in São Paulo"), "--add", apart("été") + ",été", "--context", apart("Crème brûlée"))
    (asset,) = stockctl("keyword", path, *typed, "--all", "--json").json["assets"]
    words = [word["word"] for word in asset["keywords"]]
    assert read(path).record.title == "Café in São Paulo"
    assert {"été", "café", "são paulo", "zürich"} <= set(words)
    assert all(unicodedata.is_normalized("NFC", word) for word in words)
    assert len(words) == len(set(words))
    assert {"sa", "rich", "cafe"}.isdisjoint(words)
    # A table that says the name in one sign finds the file that has it in two.
    table = tmp_path / "t.csv"
    table.write_text("file,title,keywords\nCafé in Zürich at night.jpg,Night in a café,a café\n", encoding="utf-8-sig")
    for paths in ((), (tmp_path,)):
        applied = stockctl("keyword", *paths, "--apply", table, "--dry-run", "--json")
        assert [one["title"] for one in applied.json["assets"]] == ["Night in a café"]


def test_files_of_one_name_are_told_apart_and_a_dead_link_is_called_one(stockctl: Program, tmp_path: Path) -> None:
    for seed, folder in enumerate(("one", "two")):
        put(tmp_path / folder / "IMG.jpg", jpeg(640, 420, seed=seed))
    (tmp_path / "two" / "dead.jpg").symlink_to("nowhere.jpg")
    run = stockctl("keyword", tmp_path, "--context", "Boats on a calm lake")
    assert "(one/IMG.jpg, two/IMG.jpg)" in run.out
    assert "leads nowhere: to nowhere.jpg" in run.out
    assert "did you mean" not in run.out
