"""IPTC in other character sets: designated ones are honoured, undeclared ones told and left alone."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from stockctl.errors import SettingsError
from stockctl.metadata import Record, read
from stockctl.metadata.standards import charset, iim
from stockctl.metadata.writing import Change, Nothing, perform, prepare
from tests.metadata.hard.parts import dataset, photoshop, resource, with_segments
from tests.metadata.oracle import needs_exiftool, tags
from tests.metadata.samples import encoded, put

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.conftest import Run

CAPTION = "Собака под дождём"
DESIGNATED = {
    b"\x1b-L": ("iso8859_5", "Собака"),
    b"\x1b.L": ("iso8859_5", "Собака"),
    b"\x1b-B": ("iso8859_2", "Łódź"),
    b"\x1b-A": ("iso8859_1", "Café"),
    b"\x1b-F": ("iso8859_7", "Σκύλος"),
    b"\x1b-M": ("iso8859_9", "İzmir"),
    b"\x1b/b": ("iso8859_15", "œuf"),
    b"\x1b(B\x1b-L": ("iso8859_5", "Собака"),
    b"\x1b$)A": ("gb2312", "狗在雨中"),
    b"\x1b%G": ("utf-8", "灯台"),
    b"\x1b%/I": ("utf-8", "灯台"),
}


def jpeg(path: Path, *datasets: bytes) -> Path:
    return put(path, with_segments(encoded("JPEG"), photoshop(resource(0x0404, b"".join(datasets)))))


def become(path: Path, record: Record) -> Change:
    change = prepare(path, record)
    assert isinstance(change, Change)
    perform(change)
    return change


def datasets(path: Path) -> dict[tuple[int, int], bytes]:
    """Return the last dataset of each number, as bytes."""
    from stockctl.files.source import OpenFile
    from stockctl.metadata.containers.registry import READERS

    with OpenFile(path) as source:
        block = READERS["jpeg"].locate(source).iptc
    assert block is not None
    return {(entry.record, entry.number): entry.data for entry in iim.parse(block).entries}


@needs_exiftool
@pytest.mark.parametrize("escape", DESIGNATED)
def test_a_designated_character_set_is_honoured_and_put_into_utf_8(escape: bytes, tmp_path: Path) -> None:
    codec, text = DESIGNATED[escape]
    data = text.encode(codec)
    path = jpeg(tmp_path / "a.jpg", dataset(1, 90, escape), dataset(2, 120, data), dataset(2, 122, data))
    reading = read(path)
    assert (reading.record.description, reading.notes) == (text, ())
    become(path, replace(reading.record, keywords=("灯",)))
    found = tags(path)
    assert (found["IPTC:Caption-Abstract"], found["IPTC:Writer-Editor"]) == (text, text)
    assert (found["XMP-dc:Description"], found["IPTC:CodedCharacterSet"][:2]) == (text, "\x1b%")


def test_where_every_set_is_known_no_settings_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    texts = [dataset(1, 90, b"\x1b%G"), dataset(2, 120, "Łódź".encode()), dataset(2, 25, "灯台".encode())]
    path = jpeg(tmp_path / "a.jpg", *texts)
    asked: list[object] = []
    monkeypatch.setattr(charset, "load_settings", lambda: asked.append(path))
    reading = read(path)
    assert (reading.record.description, reading.record.keywords[-1]) == ("Łódź", "灯台")
    become(path, replace(reading.record, title="A lake"))
    assert asked == []


@pytest.mark.parametrize("word", ["dog", "café ©"])
def test_what_declares_nothing_is_told_and_left_alone_where_nobody_asks_for_it(word: str, tmp_path: Path) -> None:
    raw = CAPTION.encode("cp1251")
    path = jpeg(tmp_path / "a.jpg", dataset(2, 120, raw), dataset(2, 122, raw))
    reading = read(path)
    assert "read as Windows-1252: description" in reading.notes[0]
    change = become(path, replace(reading.record, keywords=(word,)))
    assert "read as Windows-1252: description" in change.notes[0]
    assert datasets(path)[2, 120] == datasets(path)[2, 122] == raw
    after = read(path)
    # What makes no sense is not taken for words, and a guess is not spread to XMP and EXIF.
    assert (reading.record.description, after.record.description) == ("", "")
    assert "makes no sense" in reading.notes[0]
    assert after.per_standard["xmp"] == Record(keywords=(word,))
    assert after.per_standard.get("exif", Record()) == Record()
    assert (after.record.keywords, after.conflicts) == ((word,), ())
    assert isinstance(prepare(path, after.record), Nothing)


def test_a_guess_that_makes_sense_is_read_and_left_alone_too(tmp_path: Path) -> None:
    raw = "Café d’été à Paris".encode("cp1252")
    path = jpeg(tmp_path / "a.jpg", dataset(2, 120, raw))
    record = read(path).record
    assert record.description == "Café d’été à Paris"
    become(path, replace(record, keywords=("dog",)))
    assert datasets(path)[2, 120] == raw
    assert read(path).per_standard["xmp"] == Record(keywords=("dog",))


@needs_exiftool
def test_what_is_asked_for_goes_into_utf_8_and_nothing_becomes_a_question_mark(tmp_path: Path) -> None:
    path = jpeg(tmp_path / "a.jpg", dataset(2, 120, CAPTION.encode("cp1251")), dataset(2, 90, b"\x81\x8d!"))
    reading = read(path)
    assert "\ufffd" not in f"{reading.record.description}{reading.record.city}"
    become(path, replace(reading.record, description="A dog", city="Kyïv 灯"))
    found = tags(path)
    assert (found["IPTC:Caption-Abstract"], found["IPTC:City"]) == ("A dog", "Kyïv 灯")
    assert found["IPTC:CodedCharacterSet"] == "\x1b%G"


def test_bytes_that_are_not_the_utf_8_that_is_declared_are_kept(tmp_path: Path) -> None:
    raw = "Café".encode("cp1252")
    path = jpeg(tmp_path / "a.jpg", dataset(1, 90, b"\x1b%G"), dataset(2, 120, raw))
    assert read(path).record.description == "Café"
    become(path, replace(read(path).record, keywords=("日本",)))
    assert datasets(path)[2, 120] == raw
    assert read(path).record == Record(description="Café", keywords=("日本",))


@needs_exiftool
@pytest.mark.parametrize("how", ["setting", "variable"])
def test_a_person_may_say_which_character_set_it_is(
    how: str, tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = jpeg(tmp_path / "a.jpg", dataset(2, 120, CAPTION.encode("cp1251")))
    if how == "setting":
        settings = put(home / "settings.toml", b'[metadata]\niptc_charset = "windows-1251"\n')
        monkeypatch.setenv("STOCKCTL_CONFIG", str(settings))
    else:
        monkeypatch.setenv(charset.VARIABLE, "cp1251")
    reading = read(path)
    assert (reading.record.description, reading.notes) == (CAPTION, ())
    become(path, replace(reading.record, keywords=("dog",)))
    found = tags(path)
    assert found["IPTC:Caption-Abstract"] == found["XMP-dc:Description"] == CAPTION


def test_the_option_says_it_for_one_run(tmp_path: Path, program: Callable[..., Run]) -> None:
    path = jpeg(tmp_path / "a.jpg", dataset(2, 120, CAPTION.encode("cp1251")))
    assert "read as Windows-1252" in program("keyword", path, "--show").out
    shown = program("keyword", path, "--show", "--iptc-charset", "windows-1251", "--json")
    assert shown.json["assets"][0]["record"] == {"description": CAPTION}
    refused = program("keyword", path, "--show", "--iptc-charset", "cp99")
    assert (refused.code, "cp99" in refused.err, "hint:" in refused.err) == (2, True, True)


def test_a_character_set_of_no_such_name_is_refused(
    tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = jpeg(tmp_path / "a.jpg", dataset(2, 120, CAPTION.encode("cp1251")))
    monkeypatch.setenv("STOCKCTL_CONFIG", str(put(home / "s.toml", b'[metadata]\niptc_charset = "cp99"\n')))
    with pytest.raises(SettingsError, match="cp99"):
        read(path)


WORDS = ("закат", "море", "чайка")


def of_unknown_set(path: Path, codec: str = "cp1251", words: tuple[str, ...] = WORDS) -> Path:
    keywords = [dataset(2, 25, word.encode(codec)) for word in words]
    return jpeg(path, *keywords, dataset(2, 25, b"beach"), dataset(2, 5, "Закат".encode("cp1251")))


def raw_keywords(path: Path) -> list[bytes]:
    from stockctl.files.source import OpenFile
    from stockctl.metadata.containers.registry import READERS

    with OpenFile(path) as source:
        block = READERS["jpeg"].locate(source).iptc
    assert block is not None
    return [entry.data for entry in iim.parse(block).entries if (entry.record, entry.number) == (2, 25)]


@pytest.mark.parametrize(("codec", "words"), [("cp1251", WORDS), ("cp1250", ("źródło", "łąka", "wieś", "koń"))])
@pytest.mark.parametrize(
    "how", [("--context", "Red house by a lake"), ("--creator", "Ann Lee"), ("--title", "Red house by a lake")]
)
def test_a_list_whose_set_is_not_known_is_left_alone_where_nobody_asks_for_it(
    codec: str, words: tuple[str, ...], how: tuple[str, ...], tmp_path: Path, program: Callable[..., Run]
) -> None:
    path = of_unknown_set(tmp_path / "a.jpg", codec, words)
    before = raw_keywords(path)
    done = program("keyword", path, *how, "--json").json["assets"][0]
    assert [word["word"] for word in done["keywords"]] == ["beach"]
    assert "unknown-charset" in {finding["rule"] for finding in done["findings"]}
    assert raw_keywords(path) == before
    assert datasets(path).get((1, 90)) is None
    standards = read(path).per_standard
    assert (standards["xmp"].keywords, "exif" in standards and standards["exif"].keywords) in {((), False), ((), ())}
    if how[0] != "--title":
        # A title that nobody can read is no empty one, to be filled.
        assert (datasets(path)[2, 5], standards["xmp"].title) == ("Закат".encode("cp1251"), "")


@needs_exiftool
@pytest.mark.parametrize("word", ["sunset", "café", "灯"])
def test_words_added_to_a_list_of_an_unknown_set_leave_its_bytes_as_they_are(
    word: str, tmp_path: Path, program: Callable[..., Run]
) -> None:
    path = of_unknown_set(tmp_path / "a.jpg")
    program("keyword", path, "--add", word)
    assert raw_keywords(path)[:3] == [word.encode("cp1251") for word in WORDS]
    assert tags(path)["XMP-dc:Subject"] == ["beach", word]
    program("keyword", path, "--creator", "Ann Lee")
    program("keyword", path, "--remove", word)
    assert raw_keywords(path) == [*(word.encode("cp1251") for word in WORDS), b"beach"]
    # The person says at last what it is.
    program("keyword", path, "--add", word, "--iptc-charset", "windows-1251")
    found = tags(path)
    assert set(found["IPTC:Keywords"]) == set(found["XMP-dc:Subject"]) == {"beach", word, *WORDS}


@needs_exiftool
def test_a_list_that_is_written_anew_keeps_nothing_of_an_unknown_set(
    tmp_path: Path, program: Callable[..., Run]
) -> None:
    path = of_unknown_set(tmp_path / "a.jpg")
    program("keyword", path, "--set", "beach", "--title", "")
    found = tags(path)
    assert (found["IPTC:Keywords"], found["XMP-dc:Subject"]) == ("beach", ["beach"])
    assert "IPTC:ObjectName" not in found


def test_a_sidecar_holds_no_guess_either(tmp_path: Path, program: Callable[..., Run]) -> None:
    path = jpeg(tmp_path / "a.jpg", dataset(2, 25, "café".encode("cp1252")), dataset(2, 5, "Été".encode("cp1252")))
    program("keyword", path, "--sidecar", "--creator", "Ann Lee")
    assert read(path).per_standard["sidecar"] == Record(creators=("Ann Lee",))


def test_what_is_certain_goes_before_a_guess_that_is_newer(tmp_path: Path) -> None:
    path = jpeg(tmp_path / "a.jpg", dataset(2, 25, b"sea"))
    become(path, Record(keywords=("café",)))
    data = path.read_bytes()
    put(path, data.replace(b"\x1c\x02\x19\x00\x05caf\xc3\xa9", b"\x1c\x02\x19\x00\x05caf\xe9s"))
    reading = read(path)
    assert reading.per_standard["iptc"].keywords == ("cafés",)
    assert reading.record.keywords == ("café",)


def test_check_tells_of_an_unknown_set(tmp_path: Path, program: Callable[..., Run]) -> None:
    path = of_unknown_set(tmp_path / "a.jpg")
    latin = jpeg(tmp_path / "b.jpg", dataset(2, 120, "Café d’été à Paris".encode("cp1252")))
    told = {
        name: [one["severity"] for one in asset["findings"] if one["name"] == "unknown-charset"]
        for name, asset in zip("ab", program("check", path, latin, "--json").json["assets"], strict=True)
    }
    assert told == {"a": ["warning"], "b": ["info"]}
