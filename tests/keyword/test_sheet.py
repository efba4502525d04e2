"""The table for reviewing: out, edited in any spreadsheet, and back in."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stockctl.keyword import sheet
from stockctl.metadata import read
from tests.pictures import jpeg, put

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.conftest import Run

    Program = Callable[..., Run]


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    folder = tmp_path / "DCIM"
    put(folder / "boat-on-calm-lake.jpg", jpeg(640, 420))
    put(folder / "dog-runs-on-beach.jpg", jpeg(640, 420, seed=1))
    return folder


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def rewrite(path: Path, lines: list[dict[str, str]], *, encoding: str = "utf-8-sig", delimiter: str = ",") -> None:
    with path.open("w", encoding=encoding, newline="") as file:
        table = csv.DictWriter(file, list(lines[0]), delimiter=delimiter)
        table.writeheader()
        table.writerows(lines)


def test_the_table_holds_the_suggestions_and_embeds_nothing(stockctl: Program, photos: Path, tmp_path: Path) -> None:
    before = {path: path.read_bytes() for path in photos.iterdir()}
    # A file that cannot be written now can be reviewed all the same.
    (photos / "boat-on-calm-lake.jpg").chmod(0o444)
    table = tmp_path / "words.csv"
    run = stockctl("keyword", photos, "--all", "--sheet", table, "--json")
    assert run.code == 0, run.err
    assert table.read_bytes().startswith(b"\xef\xbb\xbffile,title,description,keywords,category_shutterstock,")
    assert {path: path.read_bytes() for path in photos.iterdir()} == before
    found = rows(table)
    assert [Path(row["file"]).name for row in found] == ["boat-on-calm-lake.jpg", "dog-runs-on-beach.jpg"]
    assert {"boat", "lake"} <= set(found[0]["keywords"].split(", "))
    assert list(found[0])[-5:] == ["editorial", "licence", "price", "on offer", "suggested"]
    assert "boat (guessed)" in found[0]["suggested"].split(", ")


def test_an_edited_table_is_embedded_in_its_order(stockctl: Program, photos: Path, tmp_path: Path) -> None:
    table = tmp_path / "words.csv"
    stockctl("keyword", photos, "--sheet", table)
    found = rows(table)
    found[0] |= {
        "title": "'=Boat", "description": "'-one", "keywords": "lake, calm water, '=x, boat",
        "category_adobe_stock": "11", "editorial": "yes",
    }  # fmt: skip
    rewrite(table, found[::-1])
    run = stockctl("keyword", "--apply", table, "--json")
    assert run.code == 0, run.err
    record = read(photos / "boat-on-calm-lake.jpg").record
    assert (record.title, record.description) == ("=Boat", "-one")
    assert record.keywords == ("lake", "calm water", "'=x", "boat")
    assert stockctl("undo", "--json").json["files"]


@pytest.mark.parametrize(("encoding", "delimiter"), [("utf-8", ";"), ("cp1252", ";"), ("utf-16", "\t")])
def test_what_spreadsheets_make_of_it_is_read(
    stockctl: Program, photos: Path, tmp_path: Path, encoding: str, delimiter: str
) -> None:
    table = tmp_path / "words.csv"
    line = {"file": "boat-on-calm-lake.jpg", "title": "Café am See", "description": "", "keywords": "café, see"}
    rewrite(table, [line], encoding=encoding, delimiter=delimiter)
    assert stockctl("keyword", photos, "--apply", table).code == 0
    assert read(photos / "boat-on-calm-lake.jpg").record.keywords == ("café", "see")


@pytest.mark.parametrize(
    ("encoding", "title"), [("mac_roman", "Café d’été"), ("cp1251", "Лодка на озере"), ("cp1252", "Café d’été")]
)
def test_a_table_of_an_old_spreadsheet_is_read_as_it_was_meant(
    stockctl: Program, photos: Path, tmp_path: Path, encoding: str, title: str
) -> None:
    table = tmp_path / "words.csv"
    rewrite(table, [{"file": "boat-on-calm-lake.jpg", "title": title, "keywords": "boat"}], encoding=encoding)
    assert stockctl("keyword", photos, "--apply", table).code == 0
    assert read(photos / "boat-on-calm-lake.jpg").record.title == title


def test_the_names_of_files_tell_in_what_a_table_is_written(stockctl: Program, photos: Path, tmp_path: Path) -> None:
    named = (photos / "boat-on-calm-lake.jpg").rename(photos / "École.jpg")
    table = tmp_path / "words.csv"
    rewrite(table, [{"file": "École.jpg", "title": "École", "keywords": "school"}], encoding="mac_roman")
    assert stockctl("keyword", photos, "--apply", table).code == 0
    assert read(named).record.title == "École"


def test_a_table_that_nobody_can_tell_is_refused_and_nothing_is_written(
    stockctl: Program, photos: Path, tmp_path: Path
) -> None:
    table, before = tmp_path / "words.csv", (photos / "boat-on-calm-lake.jpg").read_bytes()
    rewrite(table, [{"file": "boat-on-calm-lake.jpg", "title": "雨の中の犬", "keywords": "犬"}], encoding="shift_jis")
    run = stockctl("keyword", photos, "--apply", table)
    assert (run.code, "UTF-8" in run.err, f"{table}:2" in run.err) == (2, True, True)
    assert (photos / "boat-on-calm-lake.jpg").read_bytes() == before


def test_rows_without_a_file_are_reported_and_the_rest_is_embedded(
    stockctl: Program, photos: Path, tmp_path: Path
) -> None:
    table = tmp_path / "words.csv"
    lines = [
        {"file": "gone.jpg", "title": "Gone", "description": "", "keywords": "gone"},
        {"file": "dog-runs-on-beach.jpg", "title": "Dog", "description": "", "keywords": "dog"},
        {"file": str(photos / "dog-runs-on-beach.jpg"), "title": "Again", "description": "", "keywords": "again"},
    ]
    rewrite(table, lines)
    run = stockctl("keyword", photos, "--apply", table, "--json")
    assert run.code == 1
    assert run.json["unmatched"][0] == "line 2: gone.jpg"
    assert run.json["unmatched"][1].startswith("line 4: ")
    assert "1 file has no row" in run.err
    assert read(photos / "dog-runs-on-beach.jpg").record.keywords == ("dog",)
    assert read(photos / "boat-on-calm-lake.jpg").record.keywords == ()


@pytest.mark.parametrize("content", [b"", b"name,words\na,b\n", b"\xff\xfe"])
def test_a_table_that_is_none_is_a_wrong_call(stockctl: Program, tmp_path: Path, content: bytes) -> None:
    table = tmp_path / "words.csv"
    table.write_bytes(content)
    run = stockctl("keyword", "--apply", table)
    assert run.code == 2
    assert "no column 'file'" in run.err


def test_what_was_kept_and_dropped_is_learned(stockctl: Program, photos: Path, tmp_path: Path) -> None:
    table = tmp_path / "words.csv"
    stockctl("keyword", photos, "--sheet", table)
    found = rows(table)
    for row in found:
        row["keywords"] = "boat, my own word"
    rewrite(table, found)
    stockctl("keyword", "--apply", table)
    (source,) = [
        entry for entry in stockctl("keyword", "--stats", "--json").json["sources"] if entry["source"] == "file"
    ]
    assert source["kept"] == 1
    assert source["dropped"] >= 4
    assert next(score for word, score in _offers(stockctl, photos, "calm-lake-again.jpg") if word == "lake") < 0.72


def _offers(stockctl: Program, folder: Path, name: str) -> list[tuple[str, float]]:
    path = put(folder / name, jpeg(640, 420, seed=2))
    (asset,) = stockctl("keyword", path, "--dry-run", "--json").json["assets"]
    return [(entry["word"], entry["score"]) for entry in (*asset["keywords"], *asset["offered"])]


@given(st.text(max_size=30))
def test_guarding_a_cell_is_taken_back_exactly(cell: str) -> None:
    assert sheet.unguarded(sheet.guarded(cell)) == cell
    assert not sheet.guarded(cell).startswith(("=", "+", "-", "@", "\t", "\r"))


@given(st.lists(st.text(alphabet=st.characters(exclude_characters="\\\n\r"), min_size=1, max_size=12), max_size=8))
def test_keywords_survive_the_cell(words: list[str]) -> None:
    clean = tuple(dict.fromkeys(word.strip() for word in words if word.strip()))
    assert sheet.split(sheet.joined(clean)) == clean


@pytest.mark.parametrize(
    "content",
    [
        'Keywords;Title;Caption;Filename\r\n"lake, calm";"The ""old"" lake";Text;boat-on-calm-lake.jpg\r\n',
        'sep=;\r\nfile;title;description;keywords\r\nboat-on-calm-lake.jpg;"The ""old"" lake";Text;"lake, calm"\r\n',
        'title,notes,file,description,tags\nThe "old" lake,mine,boat-on-calm-lake.jpg,Text,lake;calm\n\n , ,\n',
        '\ufeffFILE\tTITLE\tDESCRIPTION\tKEYWORDS\nboat-on-calm-lake.jpg\tThe "old" lake\tText\t"lake\ncalm"\n',
    ],
    ids=["semicolons-renamed-shuffled", "excel-sep", "extra-columns", "tabs-lines-in-a-cell"],
)
def test_a_table_is_read_however_it_was_saved(stockctl: Program, photos: Path, tmp_path: Path, content: str) -> None:
    table = tmp_path / "words.csv"
    table.write_bytes(content.encode())
    run = stockctl("keyword", photos, "--apply", table, "--json")
    assert run.code == 0, run.err
    record = read(photos / "boat-on-calm-lake.jpg").record
    assert (record.title, record.description, record.keywords) == ('The "old" lake', "Text", ("lake", "calm"))


def test_a_short_row_and_a_column_twice_are_said(stockctl: Program, photos: Path, tmp_path: Path) -> None:
    table = tmp_path / "words.csv"
    table.write_text("title,keywords,file\nLake,lake\nDog,dog,dog-runs-on-beach.jpg\n")
    run = stockctl("keyword", photos, "--apply", table, "--json")
    assert run.code == 1
    assert run.json["unmatched"] == ["line 2: no file named"]
    assert read(photos / "dog-runs-on-beach.jpg").record.keywords == ("dog",)
    table.write_text("file,title,title\nx.jpg,a,b\n")
    twice = stockctl("keyword", photos, "--apply", table)
    assert twice.code == 2
    assert "two columns for 'title'" in twice.err
