"""What is refused, what gets a sidecar, what is told: files that must not simply be embedded into."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Literal

import pytest

from stockctl.errors import DamagedError, RefusedError, UnreadableError
from stockctl.media.capture import read_capture
from stockctl.metadata import Record, read, sidecar
from stockctl.metadata.standards import ifd
from stockctl.metadata.writing import Change, Nothing, Options, perform, prepare
from tests.metadata.hard import CASES
from tests.metadata.hard.parts import (
    EPS,
    appended,
    chunk,
    dataset,
    exif_block,
    packet,
    photoshop,
    resource,
    segment,
    with_chunks,
    with_segments,
    xmp_segment,
)
from tests.metadata.samples import FULL, encoded, put

if TYPE_CHECKING:
    from pathlib import Path


def write(path: Path, record: Record = FULL, options: Options | None = None) -> Change:
    change = prepare(path, record, options)
    assert isinstance(change, Change)
    perform(change)
    return change


JUMBF = segment(0xEB, b"JP\0\1\0\0\0\1\0\0\0\x40jumb\0\0\0\x30jumdc2pa\0\x11\0\x10\x80\0\0\xaa\0\x38\x9b\x71\3c2pa\0")
SIGNED = {
    "a.jpg": with_segments(encoded("JPEG"), JUMBF),
    "a.png": with_chunks(encoded("PNG"), chunk(b"caBX", b"jumb")),
}


@pytest.mark.parametrize("name", SIGNED)
def test_a_signed_file_gets_a_sidecar_unless_the_person_says_otherwise(name: str, tmp_path: Path) -> None:
    path = put(tmp_path / name, SIGNED[name])
    assert read(path).c2pa
    change = write(path)
    assert change.where == "sidecar"
    assert "C2PA" in change.notes[0]
    assert path.read_bytes() == SIGNED[name]
    assert read(path).record == FULL

    change.path.unlink()
    assert write(path, options=Options(break_c2pa=True)).where == "embedded"
    assert read(path).record == FULL


@pytest.mark.parametrize(
    "data",
    [
        with_segments(encoded("JPEG"), photoshop(resource(0x0404, b"x" * 40)[:-3])),
        with_segments(encoded("JPEG"), photoshop(b"8BIM\4\4\0\0\0\0\xff\xffshort")),
        with_segments(encoded("JPEG"), xmp_segment(b"<x:xmpmeta xmlns:x='adobe:ns:meta/'><rdf:RDF>")),
        with_segments(encoded("JPEG"), xmp_segment(packet("<dc:title>&evil;</dc:title>"))),
        with_segments(
            encoded("JPEG"),
            xmp_segment(b'<!DOCTYPE x [<!ENTITY evil "evil">]>' + packet("<dc:title>&evil;</dc:title>")),
        ),
        b"\xff\xd8\xff\xe1\xff\xff" + bytes(100),
        encoded("JPEG")[:40],
        encoded("PNG")[:60],
        encoded("WEBP")[:40],
        encoded("TIFF")[:40],
        b"\xc5\xd0\xd3\xc6" + bytes(26) + EPS,
    ],
)
def test_broken_metadata_and_structures_are_refused_and_untouched(data: bytes, tmp_path: Path) -> None:
    path = put(tmp_path / "a.jpg", data)
    assert read(path).notes
    with pytest.raises(DamagedError) as caught:
        prepare(path, FULL)
    assert caught.value.where == str(path)
    assert caught.value.hint
    assert path.read_bytes() == data
    assert [entry.name for entry in tmp_path.iterdir()] == ["a.jpg"]


DATASETS = dataset(2, 25, b"old") + dataset(2, 22, b"id")
PARTLY_BROKEN = {
    "iptc": with_segments(encoded("JPEG"), photoshop(resource(0x0404, DATASETS + b"\x1c\2\5\0\xf0short"))),
    "iptc, extended": with_segments(encoded("JPEG"), photoshop(resource(0x0404, DATASETS + b"\x1c\2\5\xff\xff"))),
    "iptc, no marker": with_segments(encoded("JPEG"), photoshop(resource(0x0404, DATASETS + b"stray"))),
    "exif header": with_segments(encoded("JPEG"), segment(0xE1, b"Exif\0\0no TIFF, this")),
    "exif directory": with_segments(encoded("JPEG"), segment(0xE1, b"Exif\0\0II*\0\x08\0\0\0\x20\0" + bytes(40))),
    "index of pictures": with_segments(encoded("JPEG"), segment(0xE2, b"MPF\0broken header")),
}


def _scan(data: bytes) -> bytes:
    return data[data.rindex(b"\xff\xda") :]


@pytest.mark.parametrize("what", PARTLY_BROKEN)
def test_what_nobody_can_read_stays_and_the_rest_is_written(what: str, tmp_path: Path) -> None:
    path = put(tmp_path / "a.jpg", PARTLY_BROKEN[what])
    change = write(path)
    assert change.where == "embedded"
    assert len(change.notes) == 1
    reading = read(path)
    assert (reading.record, reading.conflicts) == (FULL, ())
    assert isinstance(prepare(path, FULL), Nothing)
    assert _scan(path.read_bytes()) == _scan(PARTLY_BROKEN[what])
    for kept in (b"no TIFF, this", b"\xf0short", b"\x1c\2\5\xff\xff", b"stray", b"MPF\0broken header"):
        assert (kept in path.read_bytes()) == (kept in PARTLY_BROKEN[what])


def test_a_tiff_whose_pages_or_data_lead_astray_is_refused(tmp_path: Path) -> None:
    plain = encoded("TIFF")
    start = int.from_bytes(plain[4:8], "little")
    end = start + 2 + 12 * int.from_bytes(plain[start : start + 2], "little")
    circle = plain[:end] + plain[4:8] + plain[end + 4 :]
    beyond = appended(plain, {279: ifd.Value(ifd.LONG, (1 << 20).to_bytes(4, "little"))})
    for data, why in ((circle, "circle"), (beyond, "beyond the end")):
        path = put(tmp_path / "a.tif", data)
        with pytest.raises(DamagedError, match=why):
            prepare(path, FULL)
        assert path.read_bytes() == data


def test_a_text_file_with_a_picture_s_name_is_refused(tmp_path: Path) -> None:
    path = put(tmp_path / "a.jpg", b"hello")
    with pytest.raises(RefusedError, match="no format that we know"):
        prepare(path, FULL)
    with pytest.raises(UnreadableError):
        prepare(tmp_path / "none.jpg", FULL)


def test_hard_links_and_read_only_files_are_refused_unless_told(tmp_path: Path) -> None:
    path = put(tmp_path / "a.jpg", encoded("JPEG"))
    other = tmp_path / "b.jpg"
    os.link(path, other)
    with pytest.raises(RefusedError, match="hard links"):
        prepare(path, FULL)
    write(path, options=Options(break_links=True))
    assert other.read_bytes() == encoded("JPEG")

    path.chmod(0o444)
    with pytest.raises(RefusedError, match="read-only") as caught:
        prepare(path, replace(FULL, title="x"))
    assert "chmod u+w" in caught.value.hint
    write(path, replace(FULL, title="x"), Options(write_protected=True))
    assert path.stat().st_mode & 0o777 == 0o444


def test_a_link_is_followed_and_kept(tmp_path: Path) -> None:
    target = put(tmp_path / "real.jpg", encoded("JPEG"))
    link = tmp_path / "link.jpg"
    link.symlink_to(target)
    write(link)
    assert link.is_symlink()
    assert read(target).record == FULL


def test_a_format_that_is_not_embedded_into_gets_a_sidecar(tmp_path: Path) -> None:
    for name, data in (
        ("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
        ("b.gif", encoded("GIF")),
        ("c.ai", b"%PDF-1.5\n%Adobe Illustrator\n"),
        ("d.wav", b"RIFF\x24\0\0\0WAVEfmt \x10\0\0\0" + bytes(20)),
        ("e.mp3", b"ID3\3\0\0\0\0\0\0" + bytes(20)),
    ):
        path = put(tmp_path / name, data)
        change = write(path)
        assert (change.where, change.path) == ("sidecar", path.with_suffix(".xmp"))
        assert change.notes
        assert path.read_bytes() == data
        assert read(path).record == FULL
        assert isinstance(prepare(path, FULL), Nothing)


def test_two_pictures_of_one_stem_have_a_sidecar_each(tmp_path: Path) -> None:
    vector, preview = put(tmp_path / "a.eps", EPS), put(tmp_path / "a.jpg", encoded("JPEG"))
    write(vector, options=Options(sidecar=True))
    assert (tmp_path / "a.eps.xmp").exists()
    assert read(preview).sidecar is None
    assert read(vector).record == FULL


def test_sidecars_of_a_large_folder_are_named_without_reading_it_for_each(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(3000):
        (tmp_path / f"{number}.gif").touch()
    (tmp_path / "7.JPG").touch()
    reads, scandir = [], os.scandir

    def counted(folder: Path) -> Any:
        reads.append(folder)
        return scandir(folder)

    monkeypatch.setattr(os, "scandir", counted)
    for number in range(3000):
        # Each that is written is a change of the folder.
        sidecar.target(tmp_path / f"{number}.gif").touch()
    assert len(reads) < 1000
    assert (tmp_path / "7.gif.xmp").exists()
    assert not (tmp_path / "7.xmp").exists()


def test_a_raw_file_s_sidecar_is_not_the_jpeg_s(tmp_path: Path) -> None:
    path = put(tmp_path / "a.jpg", encoded("JPEG"))
    put(tmp_path / "a.xmp", packet("<dc:subject><rdf:Bag><rdf:li>raw</rdf:li></rdf:Bag></dc:subject>"))
    assert read(path).record.keywords == ("raw",)
    put(tmp_path / "a.cr2", b"II*\0")
    assert read(path).sidecar is None
    put(tmp_path / "a.xmp", packet("", 'photoshop:SidecarForExtension="JPG" photoshop:City="Oslo"'))
    assert read(path).record.city == "Oslo"


def test_an_existing_sidecar_keeps_what_is_not_ours(tmp_path: Path) -> None:
    path = put(tmp_path / "a.png", encoded("PNG"))
    put(tmp_path / "a.xmp", packet("<crs:Exposure>+1.5</crs:Exposure>"))
    assert write(path, options=Options(sidecar=True)).path == tmp_path / "a.xmp"
    assert b"<crs:Exposure>+1.5</crs:Exposure>" in (tmp_path / "a.xmp").read_bytes()
    assert read(path).record == FULL


def test_a_broken_sidecar_is_told_and_left(tmp_path: Path) -> None:
    path = put(tmp_path / "a.gif", encoded("GIF"))
    beside = put(tmp_path / "a.xmp", b"<broken")
    assert "a.xmp" in read(path).notes[0]
    with pytest.raises(DamagedError):
        prepare(path, FULL)
    assert beside.read_bytes() == b"<broken"


_GPS = 'xmlns:exif="http://ns.adobe.com/exif/1.0/" exif:GPSLatitude="36,0.6N" exif:PixelXDimension="64"'
LOCATED = with_segments(encoded("JPEG", exif=exif_block()), xmp_segment(packet("", _GPS)))


def located_tiff() -> bytes:
    """Return a TIFF that has the directories of an EXIF block, moved to its end."""
    data = encoded("TIFF")
    flavour = ifd.Flavour("<")
    nothing = ifd.Directory(0, (), 0, 0)
    degrees = flavour.pack("6I", 36, 1, 0, 1, 40, 1)
    north, west = ifd.Value(ifd.ASCII, b"N\0"), ifd.Value(ifd.ASCII, b"W\0")
    place = {1: north, 2: ifd.Value(5, degrees), 3: west, 4: ifd.Value(5, degrees)}
    gps = ifd.rebuilt(flavour, nothing, place, len(data))
    at = len(data) + len(gps)
    photo = ifd.rebuilt(flavour, nothing, {36867: ifd.Value(ifd.ASCII, b"2026:11:21 10:20:30\0")}, at)
    pointers = {0x8825: flavour.pack("I", len(data)), 0x8769: flavour.pack("I", at)}
    return appended(data + gps + photo, {tag: ifd.Value(ifd.LONG, value) for tag, value in pointers.items()})


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.jpg", LOCATED),
        ("a.png", encoded("PNG", exif=exif_block())),
        ("a.webp", encoded("WEBP", exif=exif_block())),
        ("a.tif", located_tiff()),
    ],
)
def test_the_position_is_taken_out_on_request_and_nothing_else(name: str, data: bytes, tmp_path: Path) -> None:
    path = put(tmp_path / name, data)
    before = read(path)
    assert before.has_location
    assert read_capture(before.exif).has_location

    write(path, before.record, Options(strip_location=True))

    after = read(path)
    assert not after.has_location
    was, now = read_capture(before.exif), read_capture(after.exif)
    assert now == replace(was, latitude=None, longitude=None, altitude_m=None)
    assert was.taken is not None
    assert b"GPSLatitude" not in path.read_bytes()
    # The numbers of the position are gone from the bytes too, not only out of reach.
    orders: tuple[Literal["big"], Literal["little"]] = ("big", "little")
    for order in orders:
        assert (36).to_bytes(4, order) + (1).to_bytes(4, order) + bytes(4) not in path.read_bytes()
    assert isinstance(prepare(path, before.record, Options(strip_location=True)), Nothing)


def test_a_location_is_kept_where_nobody_asks(tmp_path: Path) -> None:
    path = put(tmp_path / "a.jpg", LOCATED)
    write(path)
    assert read(path).has_location


def test_an_unchanged_record_touches_nothing(tmp_path: Path) -> None:
    for name, make in CASES.items():
        path = put(tmp_path / f"{name}.{name.split('_')[0]}", make())
        reading = read(path)
        if not reading.record.said():
            assert isinstance(prepare(path, reading.record), Nothing), name
