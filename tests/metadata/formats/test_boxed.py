"""Content Credentials of ISO media files: the hash over their boxes, beside its specification (C2PA 2.1, 18.7)."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import pytest

from stockctl.metadata import read
from stockctl.metadata.origin.credentials import Credentials, credentials
from tests.metadata.formats.test_credentials import box, manifest, packed, superbox

UUID = bytes.fromhex("d8fec3d61b0e483c92975828877ec481")
FTYP = box(b"ftyp", b"mp42\0\0\0\0mp42")
OFFSETS = (2).to_bytes(8, "big") + b"\0\0\0\1\0\0\0\2"
TABLE = box(b"moov", box(b"trak", box(b"mdia", box(b"minf", box(b"stbl", box(b"stco", OFFSETS))))))
MEDIA = box(b"mdat", b"frames" * 50)
EXCLUSIONS: list[dict[str, Any]] = [
    {"xpath": "/uuid", "data": [{"offset": 8, "value": UUID}]},
    {"xpath": "/ftyp"},
    {"xpath": "/moov/trak/mdia/minf/stbl/stco", "subset": [{"offset": 16, "length": 0}]},
    {"xpath": "/mdat", "length": 7},
]


def clip(label: str, expected: bytes, exclusions: list[dict[str, Any]], **more: object) -> tuple[bytes, int]:
    """Return a clip whose manifest binds it by `expected`, and where what is bound begins in it."""
    said = {"exclusions": exclusions, "alg": "sha256", "hash": expected, **more}
    hard = superbox(b"cbor", label, box(b"cbor", packed(said)))
    store = superbox(b"c2pa", "c2pa", manifest("one", [{"action": "c2pa.opened"}], "Camera", hard))
    signed = box(b"uuid", UUID + b"\0" * 4 + b"manifest\0" + b"\0" * 8 + store)
    return FTYP + signed + TABLE + MEDIA, len(FTYP + signed)


def bound(label: str, **more: object) -> bytes:
    """Return a clip that is as it was signed."""
    start = clip(label, bytes(32), EXCLUSIONS, **more)[1]
    marks = [b"", b""] if label == "c2pa.hash.bmff" else [at.to_bytes(8, "big") for at in (start, start + len(TABLE))]
    # Of the table of offsets (the last eight bytes of its box) nothing is bound.
    seen = marks[0] + TABLE[:-8] + marks[1] + MEDIA
    return clip(label, hashlib.sha256(seen).digest(), EXCLUSIONS, **more)[0]


def of(data: bytes) -> Credentials:
    reading = read(Path("a.mp4"), data=memoryview(data), format_="mp4")
    assert reading.manifest is not None
    return credentials(reading.manifest, memoryview(data))


@pytest.mark.parametrize("label", ["c2pa.hash.bmff", "c2pa.hash.bmff.v2", "c2pa.hash.bmff.v3"])
def test_a_clip_is_compared_with_what_was_signed(label: str) -> None:
    data = bound(label)
    assert (of(data).fault, of(data).unchecked) == ("", "")
    assert of(data.replace(b"frames", b"Frames", 1)).fault == "the file was changed after they were signed"
    # The table of offsets moves with what stands before it.
    moved = data.replace(OFFSETS, OFFSETS[:-1] + b"\x09")
    assert of(moved).fault == ""
    assert of(data + box(b"free", b"")).fault


@pytest.mark.parametrize(
    "exclusions",
    [[{"xpath": "/uuid[1]"}], [{"xpath": "uuid"}], [{}], ["/uuid"], [{"xpath": "/uuid", "subset": [{}]}], 3],
)
def test_what_is_not_understood_is_not_held_against_a_clip(exclusions: Any) -> None:
    found = of(clip("c2pa.hash.bmff.v2", bytes(32), exclusions)[0])
    assert (found.fault, found.unchecked) == ("", "c2pa.hash.bmff.v2")


@pytest.mark.parametrize("offset", [2**62, -5, 10_000])
def test_a_part_outside_of_its_box_excludes_nothing(offset: int) -> None:
    exclusions = [*EXCLUSIONS, {"xpath": "/mdat", "subset": [{"offset": offset, "length": 2**62}]}]
    expected, start = bytes(32), clip("c2pa.hash.bmff", bytes(32), exclusions)[1]
    data = clip("c2pa.hash.bmff", expected, exclusions)[0][start:]
    expected = hashlib.sha256(data.replace(OFFSETS[-8:], b"", 1)).digest()
    assert of(clip("c2pa.hash.bmff", expected, exclusions)[0]) == of(bound("c2pa.hash.bmff"))


def test_a_tree_of_hashes_is_told_to_be_unchecked() -> None:
    assert of(bound("c2pa.hash.bmff.v3", merkle=[{"count": 1}])).unchecked == "c2pa.hash.bmff.v3"
