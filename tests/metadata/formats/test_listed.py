"""Content Credentials that list a file's boxes: the hashes over them, beside the specification (C2PA 2.2, 18.7)."""

from __future__ import annotations

import hashlib
import struct
from pathlib import Path
from typing import Any

import pytest

from stockctl.metadata import read
from stockctl.metadata.origin.credentials import Credentials, credentials
from tests.metadata.formats.test_credentials import box, in_jpeg, in_tiff, manifest, packed, superbox
from tests.metadata.hard.parts import chunk, segment

Parts = list[tuple[str, bytes]]
CHANGED = "the file was changed after they were signed"
# A box of another standard: number 9, with a type of its own.
OTHER = segment(0xEB, b"JP\0\x09\0\0\0\1" + box(b"jumb", box(b"jumd", b"else" + bytes(12) + b"\3else\0")))
SCAN = segment(0xDA, b"\1\1\0\0\x3f\0") + b"coded\xff\0data"


def jpeg(store: bytes) -> Parts:
    return [
        ("SOI", b"\xff\xd8"),
        ("APP0", segment(0xE0, b"JFIF\0\1\1\0\0\1\0\1\0\0")),
        ("C2PA", in_jpeg(store, 200)),
        ("APP11", OTHER),
        ("DQT", segment(0xDB, bytes(65))),
        ("SOF0", segment(0xC0, b"\x08\0\x10\0\x10\1\1\x11\0")),
        ("DHT", segment(0xC4, bytes(20))),
        ("DRI", segment(0xDD, b"\0\1")),
        ("SOS", SCAN),
        ("RST0", b"\xff\xd0more"),
        ("RST1", b"\xff\xd1last\xff\0"),
        ("EOI", b"\xff\xd9"),
    ]


def png(store: bytes) -> Parts:
    return [
        ("PNGh", b"\x89PNG\r\n\x1a\n"),
        ("IHDR", chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))),
        ("C2PA", chunk(b"caBX", store)),
        ("tEXt", chunk(b"tEXt", b"Title\0One")),
        ("IDAT", chunk(b"IDAT", b"some")),
        ("IDAT", chunk(b"IDAT", b"data")),
        ("IEND", chunk(b"IEND", b"")),
    ]


def webp(store: bytes) -> Parts:
    inside = [
        ("VP8X", b"VP8X" + struct.pack("<I", 10) + bytes(10)),
        ("VP8 ", b"VP8 " + struct.pack("<I", 5) + b"data!\0"),
        ("INFO", b"LIST" + struct.pack("<I", 16) + b"INFOINAM" + struct.pack("<I", 4) + b"name"),
        ("C2PA", b"C2PA" + struct.pack("<I", len(store)) + store + bytes(len(store) & 1)),
    ]
    return [("WEBP", b"RIFF" + struct.pack("<I", 4 + sum(len(part) for _, part in inside)) + b"WEBP"), *inside]


FORMATS = {"jpeg": jpeg, "png": png, "webp": webp}


def bound(form: str, groups: list[list[str]], *, after: bytes = b"", whole_scan: bool = False, **more: Any) -> bytes:
    """Return a file whose manifest binds its boxes in these groups, as it was signed."""
    make, listed, data = FORMATS[form], [], b""
    # The hashes are as long before as after they are known, so that what holds the store keeps its length.
    hashes = [bytes(32)] * len(groups)
    for _ in range(2):
        listed = [
            {"names": names, "hash": b"\0" if names == ["C2PA"] else made, "pad": b"", **more}
            for names, made in zip(groups, hashes, strict=True)
        ]
        hard = superbox(b"cbor", "c2pa.hash.boxes", box(b"cbor", packed({"alg": "sha256", "boxes": listed})))
        parts = make(superbox(b"c2pa", "c2pa", manifest("one", [{"action": "c2pa.opened"}], "Camera", hard)))
        data = b"".join(part for _, part in parts) + after
        left = [*(part for name, part in parts if name != "PNGh" or groups[0][0] == name), after]
        # Restart intervals that are not listed are part of their scan; some writers list their markers once more.
        if form == "jpeg" and (whole_scan or not any("RST0" in names for names in groups)):
            left[8:11] = [b"".join(left[8:11]), *([left[9][:2], left[10][:2]] if whole_scan else [])]
        hashes = [hashlib.sha256(b"".join(left.pop(0) for _ in names)).digest() for names in groups]
    return data


ALL = {
    "jpeg": [["SOI", "APP0"], ["C2PA"], ["APP11", "DQT", "SOF0", "DHT", "DRI", "SOS", "RST0", "RST1", "EOI"]],
    "png": [["PNGh", "IHDR"], ["C2PA"], ["tEXt"], ["IDAT", "IDAT", "IEND"]],
    "webp": [["WEBP"], ["VP8X"], ["VP8 ", "INFO"], ["C2PA"]],
}


def of(data: bytes, form: str) -> Credentials:
    reading = read(Path(f"a.{form}"), data=memoryview(data), format_=form)
    assert reading.manifest is not None
    return credentials(reading.manifest, memoryview(data))


@pytest.mark.parametrize("form", FORMATS)
def test_a_file_is_compared_box_by_box_with_what_was_signed(form: str) -> None:
    data = bound(form, ALL[form])
    assert (of(data, form).fault, of(data, form).unchecked) == ("", "")
    changed = data.replace(b"data", b"Data", 1)
    assert (of(changed, form).fault, of(changed, form).unchecked) == (CHANGED, "")


@pytest.mark.parametrize("form", FORMATS)
def test_each_box_may_be_listed_by_itself(form: str) -> None:
    groups = [[name] for names in ALL[form] for name in names]
    assert of(bound(form, groups), form).fault == ""
    assert of(bound(form, groups).replace(b"data", b"Data", 1), form).fault == CHANGED


def test_restart_intervals_may_be_part_of_their_scan() -> None:
    groups = [["SOI", "APP0"], ["C2PA"], ["APP11", "DQT", "SOF0", "DHT", "DRI"], ["SOS"], ["EOI"]]
    assert of(bound("jpeg", groups), "jpeg").fault == ""
    assert of(bound("jpeg", groups).replace(b"last", b"Last"), "jpeg").fault == CHANGED


def test_a_scan_that_is_listed_whole_and_its_restart_markers_once_more() -> None:
    data = bound("jpeg", [[name] for names in ALL["jpeg"] for name in names], whole_scan=True)
    assert of(data, "jpeg").fault == ""
    assert of(data.replace(b"last", b"Last"), "jpeg").fault == CHANGED
    assert of(data.replace(b"\xff\xd1", b"\xff\xd2"), "jpeg").fault == CHANGED


def test_a_box_that_was_put_in_or_taken_out_is_told() -> None:
    data = bound("jpeg", ALL["jpeg"])
    for more in (segment(0xFE, b"a comment"), segment(0xE1, b"Exif\0\0")):
        assert of(data.replace(OTHER, OTHER + more), "jpeg").fault == CHANGED
        assert of(data.replace(OTHER, more + OTHER), "jpeg").fault == CHANGED
    assert of(data.replace(OTHER, b""), "jpeg").fault == CHANGED
    data = bound("png", ALL["png"])
    text = chunk(b"tEXt", b"Title\0Two")
    assert of(data.replace(chunk(b"IEND", b""), text + chunk(b"IEND", b"")), "png").fault == CHANGED


def test_a_box_that_is_not_listed_at_the_end_is_told() -> None:
    assert of(bound("webp", [["WEBP"], ["VP8X"], ["VP8 "]]), "webp").fault == CHANGED
    assert of(bound("png", [["PNGh", "IHDR"], ["C2PA"], ["tEXt"]]), "png").fault == CHANGED


def test_the_head_of_a_png_need_not_be_listed() -> None:
    data = bound("png", [["IHDR"], ["C2PA"], ["tEXt", "IDAT", "IDAT", "IEND"]])
    assert of(data, "png").fault == ""
    assert of(data.replace(b"data", b"Data", 1), "png").fault == CHANGED


def test_what_follows_the_boxes_may_be_listed() -> None:
    data = bound("png", [*ALL["png"], ["c2pa.after"]], after=b"and a film")
    assert of(data, "png").fault == ""
    assert of(data.replace(b"a film", b"A film"), "png").fault == CHANGED


def test_what_is_excluded_may_change() -> None:
    data = bound("png", ALL["png"], excluded=True)
    assert of(data.replace(b"data", b"Data", 1), "png").fault == ""


def test_a_part_of_a_box_may_be_excluded() -> None:
    groups = [["PNGh", "IHDR"], ["C2PA"], ["tEXt"], ["IDAT", "IDAT", "IEND"]]
    data = bound("png", groups, exclusions=[{"start": 0, "length": 0}])
    assert of(data, "png").fault == ""
    assert of(data.replace(b"data", b"Data", 1), "png").fault == CHANGED


def test_pictures_behind_the_first_one_are_listed_or_not() -> None:
    data = bound("jpeg", ALL["jpeg"])
    assert of(data + b"\xff\xd8\xff\xfe\0\4ab\xff\xd9", "jpeg").fault == ""
    assert of(data + b"anything", "jpeg").fault == ""


def test_an_algorithm_or_a_format_that_is_not_known_is_told_to_be_unchecked() -> None:
    assert of(bound("png", ALL["png"], alg="md5"), "png").unchecked == "c2pa.hash.boxes"
    listed = [{"names": ["TIFh"], "hash": bytes(32), "pad": b""}]
    hard = superbox(b"cbor", "c2pa.hash.boxes", box(b"cbor", packed({"alg": "sha256", "boxes": listed})))
    store = superbox(b"c2pa", "c2pa", manifest("one", [{"action": "c2pa.opened"}], "Camera", hard))
    assert of(in_tiff(store), "tiff").unchecked == "c2pa.hash.boxes"


@pytest.mark.parametrize("form", FORMATS)
def test_any_change_of_a_byte_ends_in_words(form: str) -> None:
    whole = bound(form, ALL[form])
    reading = read(Path(f"a.{form}"), data=memoryview(whole), format_=form)
    store = reading.manifest or b""
    for at in range(0, len(whole), 7):
        changed = whole[:at] + bytes([whole[at] ^ 0x55]) + whole[at + 1 :]
        assert isinstance(credentials(store, memoryview(changed)).fault, str)
    for at in range(0, len(store), 7):
        changed = store[:at] + bytes([store[at] ^ 0x55]) + store[at + 1 :]
        assert isinstance(credentials(changed, memoryview(whole)).fault, str)
