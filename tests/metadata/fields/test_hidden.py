"""What nobody can see in a file's words is told, and goes from wherever it stands when words are written."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

import pytest

from stockctl.metadata import Record, read
from stockctl.metadata.record import hidden_in
from stockctl.metadata.standards import exif, ifd
from stockctl.metadata.writing import Change, Nothing, perform, prepare
from tests.metadata.samples import encoded
from tests.pictures import jpeg, put

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.conftest import Run

TURN, ZERO, BOM = "\u202e", "\u200b", "\ufeff"
PLAIN = Record(
    title="A quiet lake", description="A quiet lake at dawn", keywords=("lake", "dawn"), creators=("Ann Lee",)
)


def spoilt(path: Path, record: Record = PLAIN) -> Path:
    """Write words into a file, and put signs of the same length in bytes between them that nobody sees."""
    change = prepare(path, record)
    assert isinstance(change, Change)
    perform(change)
    data = path.read_bytes()
    marked = data.replace(b"A quiet lake", f"A{TURN}et lake".encode().ljust(12))
    assert marked != data
    path.write_bytes(marked)
    return path


@pytest.mark.parametrize(
    ("value", "count"),
    [
        ("plain", 0), ("日本の山", 0), ("👩\u200d🌾", 0), ("two\r\nlines\tand", 0), (f"a{TURN}b", 1), ("a\x1b[2J", 1),
        (f"{BOM}a{ZERO}", 2), (("a", f"b{ZERO}"), 1), ("a\x00b\x9b", 2),
    ],
)  # fmt: skip
def test_what_is_hidden_is_counted(value: str | tuple[str, ...], count: int) -> None:
    assert hidden_in(value) == count


@pytest.mark.parametrize("format_", ["JPEG", "TIFF", "PNG", "WEBP"])
def test_writing_the_same_words_takes_out_what_is_hidden(format_: str, tmp_path: Path) -> None:
    path = spoilt(put(tmp_path / f"a.{format_.lower()[:4]}", encoded(format_)))
    before = read(path)
    assert before.hidden["title"] == 1
    assert before.record.title == "Aet lake"
    change = prepare(path, before.record)
    assert isinstance(change, Change)
    perform(change)
    assert TURN.encode() not in path.read_bytes()
    after = read(path)
    assert (after.hidden, after.record) == ({}, before.record)
    assert isinstance(prepare(path, after.record), Nothing)


def _in_exif(path: Path, tag: int, text: str) -> None:
    """Put one of Windows' tags into a JPEG that has an EXIF block."""
    source = read(path).exif
    assert source is not None
    fresh = exif.edit(source, {tag: ifd.Value(ifd.BYTE, text.encode("utf-16-le") + b"\0\0")})
    data = path.read_bytes()
    at = data.index(b"Exif\0\0" + source)
    size = len(fresh) + 8
    path.write_bytes(data[: at - 2] + size.to_bytes(2, "big") + b"Exif\0\0" + fresh + data[at + 6 + len(source) :])


@pytest.mark.parametrize(
    ("tag", "said", "then"),
    [
        (0x9C9B, f"A quiet{ZERO} lake", "A quiet lake"),
        (0x9C9C, f"A quiet lake at{TURN} dawn", "A quiet lake at dawn"),
        (0x9C9E, f"lake;da{ZERO}wn", "lake;dawn"),
        (0x9C9F, f"A quiet lake{ZERO}", "A quiet lake"),
    ],
)
def test_windows_copies_keep_nothing_hidden(tag: int, said: str, then: str, tmp_path: Path) -> None:
    path = put(tmp_path / "a.jpg", jpeg(300, 200))
    perform(_change(path, PLAIN))
    _in_exif(path, tag, said)
    perform(_change(path, PLAIN))
    block = read(path).exif
    assert block is not None
    assert said.encode("utf-16-le") not in block
    assert then.encode("utf-16-le") in block


def _change(path: Path, record: Record) -> Change:
    change = prepare(path, record)
    assert isinstance(change, Change), change
    return change


def test_iptc_and_other_languages_keep_nothing_hidden(tmp_path: Path) -> None:
    path = put(tmp_path / "a.jpg", jpeg(300, 200))
    perform(_change(path, PLAIN))
    data = path.read_bytes()
    # IPTC's keyword of four letters becomes one letter and a mark of direction: the same bytes, as many.
    old = b"\x1c\x02\x19\x00\x04lake"
    assert old in data
    path.write_bytes(data.replace(old, b"\x1c\x02\x19\x00\x04l" + ZERO.encode()))
    assert read(path).hidden == {"keywords": 1}
    perform(_change(path, PLAIN))
    assert ZERO.encode() not in path.read_bytes()
    assert read(path).per_standard["iptc"].keywords == ("lake", "dawn")
    data = path.read_bytes()
    default = b'<rdf:li xml:lang="x-default">A quiet lake</rdf:li>'
    other = f'<rdf:li xml:lang="de">Ein{TURN} See</rdf:li>'.encode()
    at = data.index(default) + len(default)
    padding = data.index(b" " * 99, at)
    path.write_bytes(data[:at] + other + data[at:padding] + data[padding + len(other) :])
    assert read(path).hidden == {"title": 1}
    perform(_change(path, PLAIN))
    assert b"Ein See" in path.read_bytes()
    assert TURN.encode() not in path.read_bytes()


def test_a_text_of_png_keeps_nothing_hidden(tmp_path: Path) -> None:
    plain = encoded("PNG")
    body = b"iTXtTitle\0\0\0\0\0" + f"A{ZERO} lake".encode()
    chunk = (len(body) - 4).to_bytes(4, "big") + body + zlib.crc32(body).to_bytes(4, "big")
    path = put(tmp_path / "a.png", plain[:33] + chunk + plain[33:])
    assert read(path).hidden == {"title": 1}
    perform(_change(path, read(path).record))
    assert ZERO.encode() not in path.read_bytes()
    assert read(path).record.title == "A lake"


def test_check_tells_it_and_keyword_once_with_the_number(stockctl: Callable[..., Run], tmp_path: Path) -> None:
    paths = [spoilt(put(tmp_path / f"{number}.jpg", jpeg(1000, 700, number))) for number in range(2)]
    checked = stockctl("check", *paths, "--workers", "1", "--json").json
    told = [finding for asset in checked["assets"] for finding in asset["findings"] if "hidden" in finding["name"]]
    assert [(finding["name"], finding["severity"], finding["value"]) for finding in told] == [
        ("hidden-characters", "warning", one) for one in (told[0]["value"],) * 2
    ]
    assert "title" in told[0]["message"]
    for options, word in ((("--dry-run",), "would be taken"), ((), "are taken")):
        run = stockctl("keyword", *paths, "--vision", "none", *options)
        lines = [line for line in run.err.splitlines() if "nobody can see" in line]
        assert len(lines) == 1, run.err
        assert lines[0].startswith(f"{2 * int(told[0]['value'])} characters")
        assert word in lines[0]
        assert "0.jpg, 1.jpg" in lines[0]
    assert not any(TURN.encode() in path.read_bytes() for path in paths)
    assert "nobody can see" not in stockctl("keyword", *paths, "--vision", "none").err
    again = stockctl("check", *paths, "--workers", "1", "--json").json
    assert not any(finding["name"] == "hidden-characters" for asset in again["assets"] for finding in asset["findings"])


def test_what_a_person_says_keeps_nothing_hidden(stockctl: Callable[..., Run], tmp_path: Path) -> None:
    path = put(tmp_path / "a.jpg", jpeg(1000, 700))
    run = stockctl(
        "keyword", path, "--title", f"A quiet{TURN} lake", "--set", f"la{ZERO}ke, dawn", "--vision", "none", "--json"
    )
    (asset,) = run.json["assets"]
    assert asset["title"] == "A quiet lake"
    assert [word["word"] for word in asset["keywords"]] == ["lake", "dawn"]
    table = tmp_path / "words.csv"
    row = f'{path},The{ZERO} lake,,"da{TURN}wn, lake"'
    table.write_text(f"file,title,description,keywords\r\n{row}\r\n", encoding="utf-8")
    run = stockctl("keyword", "--apply", table, "--json")
    (asset,) = run.json["assets"]
    assert asset["title"] == "The lake"
    assert [word["word"] for word in asset["keywords"]] == ["dawn", "lake"]


@pytest.mark.parametrize("by_table", [False, True], ids=["options", "table"])
def test_what_a_person_gives_with_hidden_characters_is_told(
    by_table: bool,  # noqa: FBT001
    stockctl: Callable[..., Run],
    tmp_path: Path,
) -> None:
    path = put(tmp_path / "a.jpg", encoded("JPEG"))
    command: tuple[str | Path, ...] = (path, "--title", f"A qui{ZERO}et lake", "--set", f"la{ZERO}ke, dawn")
    if by_table:
        sheet = tmp_path / "words.csv"
        sheet.write_text(f'file,title,keywords\n{path},A qui{ZERO}et lake,"la{ZERO}ke, dawn"\n', encoding="utf-8")
        command = ("--apply", sheet)
    run = stockctl("keyword", *command, "--vision", "none")
    said = run.out + run.err
    assert "2 characters that nobody can see" in said
    assert "what you gave: A qui\\u200bet lake" in said
    assert read(path).record.title == "A quiet lake"
    assert "nobody can see" not in stockctl("keyword", path, "--set", "lake, dawn", "--vision", "none").err
