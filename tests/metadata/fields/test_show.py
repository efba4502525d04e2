"""What a file says, shown; and formats that are only read."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

import pytest

from stockctl.metadata import read, show
from tests.metadata.hard.parts import dataset, exif_block, packet, photoshop, resource, with_segments, xmp_segment
from tests.metadata.samples import encoded, put

if TYPE_CHECKING:
    from pathlib import Path

TITLE = "<dc:title><rdf:Alt><rdf:li xml:lang='x-default'>Fog</rdf:li></rdf:Alt></dc:title>"


def test_each_standard_is_told_with_its_conflicts(tmp_path: Path) -> None:
    block = dataset(1, 90, b"\x1b%G") + dataset(2, 5, b"Mist") + dataset(2, 25, b"sea")
    data = with_segments(
        encoded("JPEG", exif=exif_block()),
        xmp_segment(packet(TITLE, 'photoshop:City="Oslo"')),
        photoshop(resource(0x0404, block)),
    )
    reading = read(put(tmp_path / "a.jpg", data))
    text = show.tables(reading)
    assert text.splitlines() == [
        "Title: conflict",
        "  XMP (taken): Fog",
        "  IPTC: Mist",
        "Keywords: sea  (IPTC)",
        "City: Oslo  (XMP)",
        "Location: the file tells where it was taken",
    ]
    document = show.document(reading)
    assert document["standards"] == {
        "xmp": {"title": "Fog", "city": "Oslo"},
        "iptc": {"title": "Mist", "keywords": ["sea"]},
        "exif": {},
    }
    assert document["conflicts"] == [{"field": "title", "values": {"xmp": "Fog", "iptc": "Mist"}, "taken": "xmp"}]
    assert document["record"] == {"title": "Fog", "keywords": ["sea"], "city": "Oslo"}
    assert document["location"] is True


def test_a_file_that_says_nothing_says_so(tmp_path: Path) -> None:
    assert show.tables(read(put(tmp_path / "a.png", encoded("PNG")))) == "The file says nothing."


def box(type_: bytes, *content: bytes) -> bytes:
    body = b"".join(content)
    return struct.pack(">I4s", len(body) + 8, type_) + body


FTYP = box(b"ftyp", b"mp42\0\0\0\0isom")
UUID = bytes.fromhex("be7acfcb97a942e89c71999491e3afac")
TUNES = box(b"meta", bytes(4), box(b"ilst", box(b"\xa9nam", box(b"data", bytes(8), b"Fog"))))
READABLE = {
    "uuid.mp4": FTYP + box(b"mdat", bytes(50)) + box(b"uuid", UUID, packet(TITLE)),
    "udta.mov": box(b"ftyp", b"qt  \0\0\0\0qt  ") + box(b"moov", box(b"udta", box(b"XMP_", packet(TITLE)))),
    "words.mov": box(b"ftyp", b"qt  \0\0\0\0qt  ") + box(b"moov", box(b"udta", box(b"\xa9nam", b"\0\3\x15\xc7Fog"))),
    "tunes.mp4": FTYP + box(b"moov", box(b"udta", TUNES)),
    "a.psd": struct.pack(">4sH6xHIIHHI", b"8BPS", 1, 3, 4, 4, 8, 3, 0)
    + struct.pack(">I", len(resource(0x0424, packet(TITLE))))
    + resource(0x0424, packet(TITLE))
    + bytes(60),
    "a.svg": b"<svg xmlns='http://www.w3.org/2000/svg' xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'><metadata>"
    b"<rdf:RDF><rdf:Description><dc:title>Fog</dc:title></rdf:Description></rdf:RDF></metadata></svg>",
    "a.ai": b"%PDF-1.5\n%Adobe Illustrator\n" + packet("") + b"\n%%EOF\n" + packet(TITLE) + b"\n%%EOF\n",
    "a.gif": encoded("GIF")[:-1] + b"\x21\xff\x0bXMP DataXMP" + packet(TITLE) + b"\x01\x00;",
    "a.mp3": b"ID3\3\0\0\0\0\0\0" + bytes(9000) + packet(TITLE),
}


@pytest.mark.parametrize("name", READABLE)
def test_formats_that_are_only_read_are_read(name: str, tmp_path: Path) -> None:
    path = put(tmp_path / name, READABLE[name])
    assert read(path).record.title == "Fog"
    assert read(path, data=READABLE[name]) == read(path)
    for end in range(0, len(READABLE[name]), 7):
        read(path, data=READABLE[name][:end])
