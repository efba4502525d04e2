"""Comments and trees of keywords follow where they say the same thing; ExifTool writes and reads them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from stockctl.catalogue import open_catalogue
from stockctl.config import catalogue_path
from stockctl.metadata import read
from stockctl.metadata.changes import history, undoing
from stockctl.metadata.standards.xmp_trees import categories_without
from stockctl.metadata.writing import Nothing, prepare
from tests.metadata.fields.test_following import NEW, OLD, become, stamped, with_copies
from tests.metadata.hard.parts import chunk, with_chunks
from tests.metadata.oracle import dump, needs_exiftool, tags, warnings
from tests.metadata.samples import encoded, put

if TYPE_CHECKING:
    from pathlib import Path

TREE = (
    "{Hierarchy=[{Keyword=animals,Children=[{Keyword=dog,Applied=true},{Keyword=horse}]},"
    "{Keyword=street},{Keyword=places,Children=[{Keyword=rain}]}]}"
)
CATEGORIES = (
    '<Categories><Category Assigned="0">Animals<Category Assigned="1">dog</Category></Category>'
    '<Category Assigned="1">rain</Category></Categories>'
)
LABELS = (
    "[{LabelName=animals,SubLabels=[{LabelName=dog,Reference=1},{LabelName=horse}]},{LabelName=street},"
    "{LabelName=towns,SubLabels=[{LabelName=street}]},{LabelName=places,SubLabels=[{LabelName=rain}]}]"
)
COPIES = {
    "XMP-mwg-kw:KeywordInfo": TREE,
    "XMP-acdsee:Categories": CATEGORIES,
    # Of IDimager and Photo Supreme.
    "XMP-ics:TagStructure": LABELS,
}


@needs_exiftool
@pytest.mark.usefixtures("home")
@pytest.mark.parametrize("name", ["a.jpg", "a.tif", "a.png", "a.webp"])
def test_comment_and_trees_follow_and_all_goes_back(name: str, tmp_path: Path) -> None:
    kind = {"jpg": "JPEG", "tif": "TIFF", "png": "PNG", "webp": "WEBP"}[name[2:]]
    path = with_copies(put(tmp_path / name, encoded(kind)), {**COPIES, "ExifIFD:UserComment": OLD.description})
    old, faults = path.read_bytes(), warnings(path)
    with open_catalogue(catalogue_path()) as catalogue:
        with history.batch(catalogue, of="keyword") as batch:
            assert batch.write(path, replace(NEW, headline=OLD.headline)).changed
            assert not batch.write(path, NEW).changed
        found = tags(path)
        assert found["XMP-mwg-kw:KeywordInfo"] == {
            "Hierarchy": [
                {"Keyword": "animals", "Children": [{"Keyword": "horse"}]},
                {"Keyword": "places", "Children": [{"Keyword": "rain"}]},
            ]
        }
        assert found["XMP-ics:TagStructure"] == [
            {"LabelName": "animals", "SubLabels": [{"LabelName": "horse"}]},
            {"LabelName": "towns"},
            {"LabelName": "places", "SubLabels": [{"LabelName": "rain"}]},
        ]
        assert found["XMP-acdsee:Categories"] == CATEGORIES.replace('<Category Assigned="1">dog</Category>', "")
        assert found["ExifIFD:UserComment"].strip() == NEW.description
        assert [f"{tag}: {value}" for tag, value in dump(path).items() if "dog" in value.casefold()] == []
        assert set(warnings(path)) <= set(faults)
        assert [file.state for file in undoing.undo(catalogue).files] == ["restored"]
    assert path.read_bytes() == old


@needs_exiftool
@pytest.mark.parametrize("comment", ["Ein älterer Hund wartet.", "Waits.", "灯と犬"])
def test_a_comment_that_does_not_fit_is_blank(comment: str, tmp_path: Path) -> None:
    path = stamped(put(tmp_path / "a.jpg", encoded("JPEG")), {"ExifIFD:UserComment": comment})
    become(path, replace(OLD, description=comment))
    faults = warnings(path)
    assert tags(path)["ExifIFD:UserComment"] == comment
    long = "Something quite else, of many words more than there were before. " * 3
    become(path, replace(OLD, description=long))
    assert tags(path).get("ExifIFD:UserComment", "").strip() == ""
    assert warnings(path) == faults


@needs_exiftool
def test_a_comment_and_trees_of_a_persons_own_stay(tmp_path: Path) -> None:
    own = {
        "ExifIFD:UserComment": "lens rented",
        "XMP-mwg-kw:KeywordInfo": "{Hierarchy=[{Keyword=mine,Children=[{Keyword=best}]}]}",
        "XMP-acdsee:Categories": '<Categories><Category Assigned="1">mine</Category></Categories>',
        "XMP-ics:TagStructure": "[{LabelName=mine}]",
    }
    path = with_copies(put(tmp_path / "a.jpg", encoded("JPEG")), own)
    become(path, NEW)
    found = tags(path)
    assert found["ExifIFD:UserComment"] == "lens rented"
    assert found["XMP-mwg-kw:KeywordInfo"] == {"Hierarchy": [{"Keyword": "mine", "Children": [{"Keyword": "best"}]}]}
    assert found["XMP-acdsee:Categories"] == own["XMP-acdsee:Categories"]


@needs_exiftool
def test_a_tree_of_which_all_goes_goes_itself(tmp_path: Path) -> None:
    gone = {
        "XMP-mwg-kw:KeywordInfo": "{Hierarchy=[{Keyword=dog},{Keyword=street}]}",
        "XMP-acdsee:Categories": '<Categories><Category Assigned="1">dog</Category></Categories>',
    }
    path = with_copies(put(tmp_path / "a.jpg", encoded("JPEG")), gone)
    become(path, NEW)
    assert not {"XMP-mwg-kw:KeywordInfo", "XMP-acdsee:Categories"} & set(tags(path))
    assert warnings(path) == []


@needs_exiftool
def test_an_emptied_branch_leaves_no_empty_list(tmp_path: Path) -> None:
    tree = {"XMP-mwg-kw:KeywordInfo": "{Hierarchy=[{Keyword=Animals,Children=[{Keyword=dog}]}]}"}
    path = with_copies(put(tmp_path / "a.jpg", encoded("JPEG")), tree)
    become(path, NEW)
    assert tags(path)["XMP-mwg-kw:KeywordInfo"] == {"Hierarchy": [{"Keyword": "Animals"}]}
    assert warnings(path) == []


@needs_exiftool
def test_the_comment_of_a_png_follows_where_it_is_a_copy(tmp_path: Path) -> None:
    texts = (chunk(b"tEXt", b"Comment\0An old dog waits in the rain."), chunk(b"tEXt", b"Comment\0Scanned by Eva"))
    path = put(tmp_path / "a.png", with_chunks(encoded("PNG"), *texts))
    become(path, OLD)
    become(path, NEW)
    data = path.read_bytes()
    assert b"Comment\0A new cat waits in the sun." in data
    assert b"old dog" not in data
    assert b"Comment\0Scanned by Eva" in data
    become(path, replace(NEW, description=""))
    assert b"new cat" not in path.read_bytes()
    assert b"Comment\0Scanned by Eva" in path.read_bytes()
    assert warnings(path) == []
    assert isinstance(prepare(path, read(path).record), Nothing)


@needs_exiftool
def test_the_comment_of_a_jpeg_follows_where_it_is_a_copy(tmp_path: Path) -> None:
    own, copy = b"Scanned by Eva", b"An old dog waits in the rain.\0"
    data = encoded("JPEG")
    segments = b"".join(b"\xff\xfe" + (len(text) + 2).to_bytes(2, "big") + text for text in (own, copy))
    path = put(tmp_path / "a.jpg", data[:2] + segments + data[2:])
    become(path, OLD)
    become(path, NEW)
    written = path.read_bytes()
    assert b"\xff\xfe" + (len(NEW.description) + 2).to_bytes(2, "big") + NEW.description.encode() in written
    assert b"old dog" not in written
    assert own in written
    assert warnings(path) == []
    become(path, replace(NEW, description=""))
    assert b"new cat" not in path.read_bytes()
    assert own in path.read_bytes()
    assert isinstance(prepare(path, read(path).record), Nothing)
    assert path.read_bytes().endswith(data[-200:])


def test_only_leaves_of_categories_go() -> None:
    nested = (
        '<Categories><Category Assigned="1">dog<Category Assigned="1">old &amp; grey</Category></Category></Categories>'
    )
    assert categories_without(nested, {"dog"}) is None
    assert categories_without(nested, {"old & grey"}) == (
        '<Categories><Category Assigned="1">dog</Category></Categories>'
    )
