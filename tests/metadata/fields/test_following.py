"""Fields that say the same thing follow a change; what says something of its own stays. ExifTool reads the result."""

from __future__ import annotations

import subprocess
import zlib
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from stockctl.catalogue import open_catalogue
from stockctl.config import catalogue_path
from stockctl.metadata import Record, read
from stockctl.metadata.changes import history, undoing
from stockctl.metadata.writing import Change, Nothing, Options, perform, prepare
from tests.metadata.formats.test_exiftool import psd, video
from tests.metadata.hard.parts import chunk, packet, with_chunks, with_segments, xmp_segment
from tests.metadata.oracle import dump, needs_exiftool, tags, warnings
from tests.metadata.samples import encoded, put

if TYPE_CHECKING:
    from pathlib import Path

OLD = Record(
    title="Old dog in the rain",
    headline="Old dog in the rain",
    description="An old dog waits in the rain.",
    keywords=("dog", "rain", "street"),
    creators=("Ana Pérez",),
    copyright="© Ana",
)
NEW = replace(
    OLD,
    title="New cat in the sun",
    headline="New cat in the sun",
    description="A new cat waits in the sun.",
    keywords=("cat", "rain"),
    creators=("Bo Li", "Eva 灯"),
    copyright="© Bo",
)
# What the other programs' tools write beside ours.
COPIES = {
    "XPTitle": OLD.title,
    "XPComment": OLD.description,
    "XPSubject": OLD.title,
    "XPAuthor": "Ana Pérez",
    "XPKeywords": "dog;rain;street",
    "XMP-tiff:ImageDescription": OLD.description,
    "XMP-tiff:Artist": "Ana Pérez",
    "XMP-exif:UserComment": OLD.description,
    "XMP-iptcCore:AltTextAccessibility": OLD.title,
    "XMP-iptcCore:ExtDescrAccessibility": OLD.description,
    "XMP-dc:Title-en-US": OLD.title,
    "XMP-dc:Title-de": "Alter Hund im Regen",
    "XMP-dc:Description-en-US": OLD.description,
    "XMP-acdsee:Caption": OLD.title,
    "XMP-acdsee:Notes": "Call the owner first.",
    "XMP-lr:HierarchicalSubject": ["animals|dog", "weather|rain", "darktable|format|jpg"],
    "XMP-digiKam:TagsList": ["animals/dog", "weather/rain"],
    "XMP-microsoft:LastKeywordXMP": ["dog", "rain", "street"],
    "XMP-mediapro:CatalogSets": ["animals|dog", "mine|best"],
    "XMP-expressionmedia:CatalogSets": ["animals|dog", "mine|best"],
    "XMP-photoshop:SupplementalCategories": ["dog", "rain", "ANI"],
    "XMP-prism:Keyword": ["dog", "rain", "own"],
    # A copy of all keywords, and a list that holds others, too.
    "XMP-pdf:Keywords": "dog, rain, street",
    "XMP-xmp:Keywords": "own; dog; rain",
    "XMP-pdf:Subject": OLD.description,
    "XMP-pdf:Title": OLD.title,
    "XMP-xmp:Title": OLD.title,
    "XMP-xmp:Description": OLD.description,
    "XMP-xmp:Author": "Ana Pérez",
    "XMP-xmpDM:LogComment": OLD.description,
    "XMP-xmpDM:DMComment": "Take two",
    "XMP-iptcExt:Headline": OLD.headline,
}


def with_copies(path: Path, copies: dict[str, Any]) -> Path:
    """Write a record of ours, then what other programs add, by ExifTool."""
    become(path, OLD)
    return stamped(path, copies)


def stamped(path: Path, copies: dict[str, Any]) -> Path:
    """Write tags by ExifTool."""
    told = [
        f"-{tag}={each}" for tag, value in copies.items() for each in (value if isinstance(value, list) else [value])
    ]
    command = ["exiftool", "-q", "-overwrite_original", "-charset", "exif=utf8", *told, str(path)]
    done = subprocess.run(command, capture_output=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr
    return path


def become(path: Path, record: Record, options: Options | None = None) -> Change:
    change = prepare(path, record, options)
    assert isinstance(change, Change)
    perform(change)
    return change


@needs_exiftool
@pytest.mark.usefixtures("home")
@pytest.mark.parametrize("name", ["a.jpg", "a.tif", "a.png", "a.webp"])
def test_copies_of_other_programs_follow_and_all_goes_back(name: str, tmp_path: Path) -> None:
    kind = {"jpg": "JPEG", "tif": "TIFF", "png": "PNG", "webp": "WEBP"}[name[2:]]
    path = with_copies(put(tmp_path / name, encoded(kind)), COPIES)
    old, faults = path.read_bytes(), warnings(path)
    # A headline that was the title and that nobody names follows it.
    wanted = replace(NEW, headline=OLD.headline)
    with open_catalogue(catalogue_path()) as catalogue:
        with history.batch(catalogue, of="keyword") as batch:
            assert batch.write(path, wanted).changed
            assert not batch.write(path, NEW).changed
        reading = read(path)
        assert (reading.record, reading.conflicts) == (NEW, ())
        found = tags(path, "-charset", "exif=utf8")
        assert found["IFD0:XPTitle"] == found["IFD0:XPSubject"] == NEW.title
        assert found["IFD0:XPComment"] == NEW.description
        assert found["IFD0:XPKeywords"] == "cat;rain"
        assert found["IFD0:XPAuthor"] == "Bo Li;Eva 灯"
        assert found["XMP-photoshop:Headline"] == NEW.title
        assert found["XMP-tiff:ImageDescription"] == found["XMP-exif:UserComment"] == NEW.description
        assert found["XMP-tiff:Artist"] == "Bo Li; Eva 灯"
        assert found["XMP-iptcCore:AltTextAccessibility"] == NEW.title
        assert found["XMP-iptcCore:ExtDescrAccessibility"] == NEW.description
        assert found["XMP-dc:Title"] == found["XMP-dc:Title-en-US"] == NEW.title
        assert found["XMP-dc:Title-de"] == "Alter Hund im Regen"
        assert found["XMP-dc:Description-en-US"] == NEW.description
        assert (found["XMP-acdsee:Caption"], found["XMP-acdsee:Notes"]) == (NEW.title, "Call the owner first.")
        assert found["XMP-lr:HierarchicalSubject"] == ["weather|rain", "darktable|format|jpg"]
        assert found["XMP-digiKam:TagsList"] == "weather/rain" or found["XMP-digiKam:TagsList"] == ["weather/rain"]
        assert found["XMP-microsoft:LastKeywordXMP"] in ("rain", ["rain"])
        for group in ("mediapro", "expressionmedia"):
            assert found[f"XMP-{group}:CatalogSets"] in ("mine|best", ["mine|best"])
        assert found["XMP-photoshop:SupplementalCategories"] == ["rain", "ANI"]
        assert found["XMP-prism:Keyword"] == ["rain", "own"]
        assert (found["XMP-pdf:Keywords"], found["XMP-xmp:Keywords"]) == ("cat, rain", "own; rain")
        assert found["XMP-pdf:Subject"] == found["XMP-xmp:Description"] == found["XMP-xmpDM:LogComment"]
        assert found["XMP-pdf:Subject"] == NEW.description
        assert found["XMP-pdf:Title"] == found["XMP-xmp:Title"] == found["XMP-iptcExt:Headline"] == NEW.title
        assert (found["XMP-xmp:Author"], found["XMP-xmpDM:DMComment"]) == ("Bo Li; Eva 灯", "Take two")
        if name in {"a.jpg", "a.tif"}:
            assert found["IPTC:Headline"] == NEW.title
        left = [f"{tag}: {value}" for tag, value in dump(path).items() if "dog" in value.casefold()]
        assert left == []
        assert set(warnings(path)) <= set(faults)
        assert [file.state for file in undoing.undo(catalogue).files] == ["restored"]
    assert path.read_bytes() == old


@needs_exiftool
def test_supplemental_categories_of_iptc_follow_and_others_stay(tmp_path: Path) -> None:
    own = {"IPTC:SupplementalCategories": ["dog", "ANI", "Größe"], "IPTC:Category": "SPO"}
    path = with_copies(put(tmp_path / "a.jpg", encoded("JPEG")), own)
    become(path, replace(read(path).record, keywords=("rain",)))
    found = tags(path)
    assert (found["IPTC:SupplementalCategories"], found["IPTC:Category"]) == (["ANI", "Größe"], "SPO")
    become(path, replace(read(path).record, keywords=()))
    assert tags(path)["IPTC:SupplementalCategories"] == ["ANI", "Größe"]


@needs_exiftool
@pytest.mark.parametrize("version", ["1.2/basic/", "basic/2.1/", "basic/3.0/"])
def test_keywords_of_every_version_of_prism_follow(version: str, tmp_path: Path) -> None:
    items = "<rdf:li>dog</rdf:li><rdf:li>rain</rdf:li>"
    space = f"http://prismstandard.org/namespaces/{version}"
    data = packet(
        f"<dc:subject><rdf:Bag>{items}</rdf:Bag></dc:subject>"
        f'<p:keyword xmlns:p="{space}"><rdf:Bag>{items}</rdf:Bag></p:keyword>'
    )
    path = put(tmp_path / "a.jpg", with_segments(encoded("JPEG"), xmp_segment(data)))
    become(path, replace(read(path).record, keywords=("rain",)))
    assert [tag for tag, value in dump(path).items() if "dog" in value.casefold()] == []
    left = subprocess.run(["exiftool", "-b", "-XMP", str(path)], capture_output=True, check=True, timeout=60).stdout
    assert left.count(b"<rdf:li>rain</rdf:li>") == 2
    assert space.encode() in left


@needs_exiftool
def test_emptied_fields_take_their_copies_with_them(tmp_path: Path) -> None:
    path = with_copies(put(tmp_path / "a.jpg", encoded("JPEG")), COPIES)
    become(path, Record())
    assert read(path).record == Record()
    left = {tag: value for tag, value in dump(path).items() if any(word in value for word in ("dog", "street", "Ana"))}
    assert left == {}


@needs_exiftool
def test_a_copy_that_says_something_of_its_own_stays(tmp_path: Path) -> None:
    own = {
        "XPComment": "Type=N, Mode=P, DE=None",
        "XPSubject": "Job 42",
        "XMP-exif:UserComment": "lens rented",
        "XMP-photoshop:Headline": "A headline",
        "IPTC:Headline": "A headline",
    }
    path = with_copies(put(tmp_path / "a.jpg", encoded("JPEG")), own)
    become(path, replace(read(path).record, title=NEW.title, description=NEW.description))
    found = tags(path)
    assert {name: found[f"IFD0:{name}"] for name in ("XPComment", "XPSubject")} == {
        "XPComment": own["XPComment"],
        "XPSubject": own["XPSubject"],
    }
    assert found["XMP-exif:UserComment"] == "lens rented"
    assert found["XMP-photoshop:Headline"] == found["IPTC:Headline"] == "A headline"


@needs_exiftool
def test_a_drone_s_mark_among_the_keywords_stays(tmp_path: Path) -> None:
    path = stamped(put(tmp_path / "a.jpg", encoded("JPEG")), {"XPKeywords": "N", "XPComment": "Type=N, Mode=P"})
    become(path, NEW)
    assert (tags(path)["IFD0:XPKeywords"], read(path).conflicts) == ("N", ())


@needs_exiftool
def test_a_word_that_only_windows_holds_is_read_once_and_does_not_come_back(tmp_path: Path) -> None:
    path = put(tmp_path / "a.jpg", encoded("JPEG"))
    stamped(path, {"XPKeywords": "dog;rain;x", "XPTitle": "Dog"})
    assert read(path).record.keywords == ("dog", "rain")
    become(path, replace(read(path).record, keywords=("rain", "y", "a;b"), title=""))
    reading = read(path)
    assert (reading.record.keywords, reading.record.title, reading.conflicts) == (("rain", "y", "a;b"), "", ())
    assert tags(path)["IFD0:XPKeywords"] == "rain;y;a;b"
    assert "IFD0:XPTitle" not in tags(path)
    assert isinstance(prepare(path, reading.record), Nothing)


TEXTS = (
    chunk(b"tEXt", b"Title\0Old dog"),
    chunk(b"iTXt", b"Title\0\0\0de\0Titel\0Alter Hund"),
    chunk(b"zTXt", b"Description\0\0" + zlib.compress("Größe".encode("latin-1"))),
    chunk(b"iTXt", "Author\0\0\0\0\0Ana Pérez".encode()),
    chunk(b"tEXt", b"Keywords\0dog, rain;street"),
    chunk(b"tEXt", b"Software\0Tool"),
    chunk(b"tEXt", b"Comment\0Created with GIMP"),
)


@needs_exiftool
def test_texts_of_a_png_are_read_and_follow(tmp_path: Path) -> None:
    path = put(tmp_path / "a.png", with_chunks(encoded("PNG"), *TEXTS))
    reading = read(path)
    assert reading.record == Record(
        title="Old dog", description="Größe", creators=("Ana Pérez",), keywords=("dog", "rain", "street")
    )
    assert set(reading.per_standard) == {"png"}
    wanted = Record(title="Cat 灯", description="Größer", keywords=("cat", "rain, heavy"))
    become(path, wanted)
    reading = read(path)
    assert (reading.record, reading.conflicts) == (wanted, ())
    found = tags(path)
    assert (found["PNG:Title"], found["PNG:Title-de"]) == ("Cat 灯", "Alter Hund")
    assert (found["PNG:Description"], found["PNG:Keywords"]) == ("Größer", "cat, rain, heavy")
    assert (found["PNG:Software"], found["PNG:Comment"]) == ("Tool", "Created with GIMP")
    assert "PNG:Author" not in found
    assert isinstance(prepare(path, wanted), Nothing)
    become(path, replace(wanted, title=""))
    assert not [name for name in tags(path) if name.startswith("PNG:Title")]


LANGUAGES = {
    "one": ("<rdf:li xml:lang='de'>Hund</rdf:li>", "Hund"),
    "English among others": ("<rdf:li xml:lang='de'>Hund</rdf:li><rdf:li xml:lang='en-GB'>Dog</rdf:li>", "Dog"),
    "an empty default": ("<rdf:li xml:lang='x-default'/><rdf:li xml:lang='fr'>Chien</rdf:li>", "Chien"),
    "a default": ("<rdf:li xml:lang='en'>Dog</rdf:li><rdf:li xml:lang='x-default'>Hound</rdf:li>", "Hound"),
}


@needs_exiftool
@pytest.mark.parametrize("name", LANGUAGES)
def test_a_text_in_some_language_gets_a_default_and_english_is_preferred(name: str, tmp_path: Path) -> None:
    items, text = LANGUAGES[name]
    data = xmp_segment(packet(f"<dc:description><rdf:Alt>{items}</rdf:Alt></dc:description>"))
    path = put(tmp_path / "a.jpg", with_segments(encoded("JPEG"), data))
    record = read(path).record
    assert record.description == text
    become(path, replace(record, keywords=("dog",)))
    found = tags(path)
    assert found["XMP-dc:Description"] == text
    kept = [each for each in ("de", "en-GB", "fr", "en") if f"xml:lang='{each}'" in items]
    assert all(f"XMP-dc:Description-{each}" in found for each in kept)
    assert isinstance(prepare(path, replace(record, keywords=("dog",))), Nothing)


@needs_exiftool
@pytest.mark.usefixtures("home")
@pytest.mark.parametrize("name", ["a.mov", "a.mp4", "a.psd"])
def test_through_exiftool_the_texts_of_a_film_and_the_iptc_of_a_document_follow(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    if name == "a.psd":
        put(path, psd())
        told: dict[str, Any] = {
            "IPTC:ObjectName": OLD.title,
            "IPTC:Keywords": ["dog", "rain"],
            "EXIF:ImageDescription": OLD.description,
        }
    else:
        video(path)
        groups = ("Keys", "ItemList", "UserData")
        told = {f"{group}:Title": OLD.title for group in groups} | {
            "Keys:Description": OLD.description,
            "Keys:Keywords": "dog, rain",
            "ItemList:Keyword": "dog,rain",
            "Keys:Author": "Ana Pérez",
        }
    stamped(path, told)
    before = read(path).record
    assert (before.title, before.keywords) == (OLD.title, ("dog", "rain"))
    old = path.read_bytes()
    wanted = replace(NEW, description="Two\nlines \\ one")
    with open_catalogue(catalogue_path()) as catalogue:
        with history.batch(catalogue, of="keyword") as batch:
            outcome = batch.write(path, wanted, exiftool=True)
            assert (outcome.where, outcome.notes) == ("embedded", ())
            assert not batch.write(path, wanted, exiftool=True).changed
        reading = read(path)
        assert (reading.record, reading.conflicts) == (wanted, ())
        assert [tag for tag, value in dump(path).items() if "dog" in value.casefold()] == []
        assert [file.state for file in undoing.undo(catalogue).files] == ["restored"]
    assert path.read_bytes() == old


@needs_exiftool
def test_a_sidecar_stands_in_place_of_the_file_s_words(tmp_path: Path) -> None:
    from stockctl.metadata import show

    path = put(tmp_path / "a.jpg", encoded("JPEG"))
    become(path, OLD)
    become(path, NEW, Options(sidecar=True))
    reading = read(path)
    assert (reading.record, reading.conflicts) == (NEW, ())
    assert f"Title: {NEW.title}  (sidecar, in place of XMP, IPTC)" in show.tables(reading).splitlines()
    sidecar = stamped(tmp_path / "a.xmp", {"XMP-lr:HierarchicalSubject": ["animals|cat", "weather|rain"]})
    become(path, replace(read(path).record, keywords=("rain",)), Options(sidecar=True))
    assert tags(sidecar)["XMP-lr:HierarchicalSubject"] in ("weather|rain", ["weather|rain"])


@needs_exiftool
def test_a_tiff_gets_the_digest_as_a_jpeg_does(tmp_path: Path) -> None:
    path = put(tmp_path / "a.tif", encoded("TIFF"))
    for title in ("a", "ab", "abc", "abcd"):
        become(path, Record(title=title))
        found = tags(path, "-CurrentIPTCDigest", "-IPTCDigest", "-validate", "-warning")
        assert found["Photoshop:IPTCDigest"] == found["File:CurrentIPTCDigest"]
        assert not [text for text in warnings(path) if "IPTCDigest" in text]
        assert read(path).conflicts == ()
        assert isinstance(prepare(path, Record(title=title)), Nothing)
