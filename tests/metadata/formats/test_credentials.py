"""Content Credentials: manifest stores in every format that holds one, broken ones, and any bytes at all."""

from __future__ import annotations

import base64
import contextlib
import json
import struct
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stockctl.check.rules.texts.ai import content_credentials
from stockctl.errors import DamagedError
from stockctl.media.identify import format_of
from stockctl.metadata import read
from stockctl.metadata.origin import cbor
from stockctl.metadata.origin.credentials import credentials
from tests.check_rules.good import found as asset_with
from tests.metadata.hard.parts import chunk, segment, with_chunks, with_segments
from tests.metadata.samples import encoded, put

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.conftest import Run

GENERATED = "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"
TYPE = bytes.fromhex("00110010800000aa00389b71")


def packed(value: Any) -> bytes:
    """Return a value as CBOR in its shortest form."""
    if isinstance(value, (list, dict)):
        items = value if isinstance(value, list) else [part for pair in value.items() for part in pair]
        return head(4 if isinstance(value, list) else 5, len(value)) + b"".join(map(packed, items))
    if isinstance(value, str):
        return head(3, len(value.encode())) + value.encode()
    if isinstance(value, bytes):
        return head(2, len(value)) + value
    if isinstance(value, float):
        return b"\xfb" + struct.pack(">d", value)
    if value is None or isinstance(value, bool):
        return {False: b"\xf4", True: b"\xf5", None: b"\xf6"}[value]
    return head(0, value) if value >= 0 else head(1, -1 - value)


def head(major: int, number: int) -> bytes:
    for info, wide in ((24, 1), (25, 2), (26, 4), (27, 8)):
        if number < 24:
            return bytes((major << 5 | number,))
        if number < 1 << 8 * wide:
            return bytes((major << 5 | info,)) + number.to_bytes(wide, "big")
    raise AssertionError(number)


def box(type_: bytes, content: bytes) -> bytes:
    return struct.pack(">I4s", 8 + len(content), type_) + content


def superbox(four: bytes, label: str, *inside: bytes) -> bytes:
    return box(b"jumb", box(b"jumd", four + TYPE + b"\3" + label.encode() + b"\0") + b"".join(inside))


def manifest(name: str, actions: list[dict[str, Any]], maker: str = "Imaginator", *more: bytes) -> bytes:
    acts = superbox(b"cbor", "c2pa.actions.v2", box(b"cbor", packed({"actions": actions})))
    claim = {"claim_generator_info": [{"name": maker, "version": "7"}], "alg": "sha256"}
    return superbox(
        b"c2ma",
        f"urn:c2pa:{name}",
        superbox(b"c2as", "c2pa.assertions", acts, *more),
        superbox(b"c2cl", "c2pa.claim.v2", box(b"cbor", packed(claim))),
        superbox(b"c2cs", "c2pa.signature", box(b"cbor", b"\xd2" + packed([b"", {}, None, b"signed"]))),
    )


CREATED = {"action": "c2pa.created", "digitalSourceType": GENERATED, "softwareAgent": {"name": "Model X"}}
STORE = superbox(b"c2pa", "c2pa", manifest("one", [CREATED]))


def in_jpeg(store: bytes, step: int = 60_000) -> bytes:
    """Return the segments of a store: each has a number and repeats the box's header."""
    parts = [store[8:][at : at + step] for at in range(0, len(store) - 8, step)]
    return b"".join(
        segment(0xEB, b"JP" + struct.pack(">HI", 1, n) + store[:8] + part) for n, part in enumerate(parts, 1)
    )


def in_tiff(store: bytes) -> bytes:
    entries = [(256, 4, 1, 1), (257, 4, 1, 1), (0xCD41, 7, len(store), 8 + 2 + 36 + 4)]
    directory = struct.pack("<H", 3) + b"".join(struct.pack("<HHII", *entry) for entry in entries)
    return b"II*\0" + struct.pack("<I", 8) + directory + b"\0" * 4 + store


def in_riff(form: bytes, before: bytes, store: bytes) -> bytes:
    body = form + before + b"C2PA" + struct.pack("<I", len(store)) + store + b"\0" * (len(store) & 1)
    return b"RIFF" + struct.pack("<I", len(body)) + body


def in_bmff(store: bytes) -> bytes:
    uuid = bytes.fromhex("d8fec3d61b0e483c92975828877ec481")
    signed = box(b"uuid", uuid + b"\0" * 4 + b"manifest\0" + b"\0" * 8 + store)
    return box(b"ftyp", b"mp42\0\0\0\0mp42") + signed + box(b"mdat", b"x")


HOLDERS: dict[str, Callable[[bytes], bytes]] = {
    "a.jpg": lambda store: with_segments(encoded("JPEG"), in_jpeg(store, 100)),
    "a.png": lambda store: with_chunks(encoded("PNG"), chunk(b"caBX", store)),
    "a.tif": in_tiff,
    "a.webp": lambda store: in_riff(b"WEBP", encoded("WEBP")[12:], store),
    "a.mp4": in_bmff,
    "a.wav": lambda store: in_riff(b"WAVE", b"", store),
    "a.svg": lambda store: (
        b'<svg xmlns:c2pa="http://c2pa.org/manifest"><metadata><c2pa:manifest>'
        + base64.b64encode(store)
        + b"</c2pa:manifest></metadata></svg>"
    ),
}


@pytest.mark.parametrize("name", HOLDERS)
def test_the_store_is_found_in_every_format_that_holds_one(name: str, tmp_path: Path) -> None:
    reading = read(put(tmp_path / name, HOLDERS[name](STORE)))
    assert reading.c2pa
    assert reading.manifest == STORE


def test_it_tells_who_made_it_with_what_and_how() -> None:
    found = credentials(STORE)
    assert found.makers == ("Imaginator 7", "Model X")
    assert found.actions == ("c2pa.created",)
    assert found.source_types == ("trainedAlgorithmicMedia",)
    assert found.fault == ""


def test_an_edited_picture_tells_of_what_it_was_made_from_the_last_manifest_first() -> None:
    edit = manifest("two", [{"action": "c2pa.opened"}, {"action": "c2pa.edited"}], "Editor")
    found = credentials(superbox(b"c2pa", "c2pa", manifest("one", [CREATED]), edit))
    assert found.makers[0] == "Editor 7"
    assert found.actions == ("c2pa.opened", "c2pa.edited", "c2pa.created")
    assert found.source_types == ("trainedAlgorithmicMedia",)


def test_a_source_type_in_an_assertion_of_iptc_is_read_too() -> None:
    words = json.dumps({"Iptc4xmpExt:DigitalSourceType": GENERATED}).encode()
    said = superbox(b"json", "stds.iptc.photo-metadata", box(b"json", words))
    assert credentials(superbox(b"c2pa", "c2pa", manifest("one", [], "Editor", said))).source_types == (
        "trainedAlgorithmicMedia",
    )


def test_a_claim_of_the_first_version_names_its_maker_in_a_text() -> None:
    claim = superbox(b"c2cl", "c2pa.claim", box(b"cbor", packed({"claim_generator": "Camera/1.0\x00\x1b[31m"})))
    found = credentials(superbox(b"c2pa", "c2pa", superbox(b"c2ma", "urn:uuid:1", claim)))
    assert found.makers == ("Camera/1.0 [31m",)


@pytest.mark.parametrize(
    ("store", "what"),
    [
        (STORE[:-40], "cut off"),
        (STORE.replace(b"cbor\xa1\x67actions", b"cbor\xa1\x7bactions"), "c2pa.actions.v2: CBOR that is cut off"),
        (b"", "no manifest"),
        (superbox(b"c2pa", "c2pa"), "no manifest"),
        (b"\0\0\0\2jumb", "no length"),
        (b"\0\0\0", "no length"),
        (box(b"jumb", b"") * 12_000, "beyond any need"),
    ],
)
def test_a_broken_store_is_said_to_be_broken(store: bytes, what: str) -> None:
    assert what in credentials(store).fault


def test_an_svg_whose_store_is_no_base64_is_said_to_hold_a_broken_one(tmp_path: Path) -> None:
    reading = read(put(tmp_path / "a.svg", HOLDERS["a.svg"](STORE).replace(b"AAA", b"A", 1)))
    assert reading.c2pa
    assert reading.manifest is not None
    assert credentials(reading.manifest).fault


def test_boxes_nested_beyond_need_are_not_followed() -> None:
    store = STORE
    for _ in range(50):
        store = superbox(b"c2pa", "c2pa", store)
    assert "nested" in credentials(store).fault


def test_check_refuses_what_only_the_credentials_give_away(stockctl: Callable[..., Run], tmp_path: Path) -> None:
    put(tmp_path / "made.jpg", HOLDERS["a.jpg"](STORE))
    put(tmp_path / "torn.jpg", HOLDERS["a.jpg"](STORE[:-40]))
    chosen = ("--select", "ai-disclosure", "--select", "content-credentials", "--workers", "1")
    made, torn = stockctl("check", tmp_path, "--agency", "shutterstock", *chosen, "--json").json["assets"]
    assert [(one["name"], one["severity"]) for one in made["findings"]] == [("ai-disclosure", "error")]
    assert "trainedAlgorithmicMedia, by Imaginator 7, Model X" in made["findings"][0]["message"]
    assert ("content-credentials", "warning") in {(one["name"], one["severity"]) for one in torn["findings"]}


PLAIN = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63)
    | st.floats(allow_nan=False)
    | st.text(max_size=40)
    | st.binary(max_size=40),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


@given(PLAIN)
def test_what_is_packed_is_read_back(value: object) -> None:
    assert cbor.decode(packed(value)) == value


@pytest.mark.parametrize(
    ("data", "value"),
    [
        (b"\x9f\x01\x82\x02\x03\xff", [1, [2, 3]]),
        (b"\xbf\x61a\x01\xff", {"a": 1}),
        (b"\x7f\x61a\x61b\xff", "ab"),
        (b"\x5f\x41a\x41b\xff", b"ab"),
        (b"\xc1\x1a\x51\x4b\x67\xb0", 1363896240),
        (b"\xf9\x3c\x00", 1.0),
        (b"\xfa\x47\xc3\x50\x00", 100000.0),
        (b"\xa1\x80\x01", {}),
    ],
)
def test_the_other_forms_of_cbor_are_read(data: bytes, value: object) -> None:
    """The first ones are those of RFC 8949, appendix A."""
    assert cbor.decode(data) == value


@pytest.mark.parametrize(
    "data",
    [b"", b"\x81" * 5000, b"\x9b" + b"\xff" * 8, b"\x7b" + b"\x7f" * 8, b"\x1c", b"\x3f", b"\x9f" * 100, b"\x5f"],
)
def test_cbor_that_asks_for_too_much_is_refused(data: bytes) -> None:
    with pytest.raises(DamagedError):
        cbor.decode(data)


@given(st.binary(max_size=200))
def test_any_bytes_are_cbor_or_refused(data: bytes) -> None:
    with contextlib.suppress(DamagedError):
        cbor.decode(data)


@given(st.data())
def test_no_change_of_bytes_brings_the_reader_down(data: st.DataObject) -> None:
    changed = bytearray(STORE)
    for place, value in data.draw(st.lists(st.tuples(st.integers(0, len(STORE) - 1), st.integers(0, 255)), max_size=8)):
        changed[place] = value
    found = credentials(bytes(changed[: data.draw(st.integers(0, len(changed)))]))
    json.dumps(found.to_json())
    assert all(name.isprintable() and len(name) <= 250 for name in found.makers + found.actions)


@given(st.data())
def test_no_change_of_bytes_brings_the_container_s_reader_down(data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sorted(HOLDERS)))
    changed = bytearray(HOLDERS[name](STORE))
    places = st.tuples(st.integers(0, len(changed) - 1), st.integers(0, 255))
    for place, value in data.draw(st.lists(places, max_size=8)):
        changed[place] = value
    whole = bytes(changed[: data.draw(st.integers(4, len(changed)))])
    reading = read(Path(name), data=whole, format_=format_of(Path(name), HOLDERS[name](STORE)[:4096]))
    assert isinstance(credentials(reading.manifest or b"").fault, str)


@pytest.mark.parametrize("binding", ["c2pa.hash.bmff.v3", "c2pa.hash.boxes", "c2pa.hash.data"])
def test_a_binding_that_is_not_computed_here_is_told_to_be_unchecked(binding: str) -> None:
    hard = superbox(b"cbor", binding, box(b"cbor", packed({"hash": b"of the whole"})))
    store = superbox(b"c2pa", "c2pa", manifest("one", [{"action": "c2pa.opened"}], "Camera", hard))
    found = credentials(store)
    assert found.unchecked == ("" if binding == "c2pa.hash.data" else binding)
    told = [hit.message for hit in content_credentials(asset_with(c2pa=True, credentials=found.to_json()))]
    assert ["not checked" in message for message in told if "broken" not in message] == [bool(found.unchecked)]
