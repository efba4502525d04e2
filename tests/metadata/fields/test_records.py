"""Any record, through any container and any encoding, comes back as it was."""

from __future__ import annotations

import operator
from dataclasses import fields, replace
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from stockctl.files.source import Memory
from stockctl.files.writing.splice import applied, ordered
from stockctl.metadata import Location, Record, read
from stockctl.metadata.containers.registry import READERS, WRITERS
from stockctl.metadata.reading import reconcile
from stockctl.metadata.record import MODEL_RELEASES, PROPERTY_RELEASES
from stockctl.metadata.standards import iim, xmp, xmp_edit
from stockctl.metadata.standards.mapping import BY_NAME, FIELDS, TITLES, cut, projected
from stockctl.metadata.writing import Change, Nothing, perform, prepare
from tests.metadata.hard import CASES
from tests.metadata.hard.parts import dataset, packet, photoshop, resource, segment, with_segments, xmp_segment
from tests.metadata.oracle import needs_exiftool, tags
from tests.metadata.samples import FULL, encoded, pixels, put

if TYPE_CHECKING:
    from pathlib import Path

# A machine that is busy draws slowly, and a folder is emptied by each example.
SLOW = (HealthCheck.too_slow, HealthCheck.function_scoped_fixture)
TEXTS = st.text(max_size=60)
WORDS = st.lists(st.text(max_size=30), max_size=8).map(tuple)
LOCATIONS = st.builds(Location, *[TEXTS] * len(fields(Location)))
FORMS: dict[str, st.SearchStrategy[Any]] = {
    "str": TEXTS,
    "tuple[str, ...]": WORDS,
    "bool": st.booleans(),
    "int | None": st.none() | st.sampled_from([-1, 1, 2, 3, 4, 5]),
    "Location | None": st.none() | LOCATIONS,
    "tuple[Location, ...]": st.lists(LOCATIONS, max_size=3).map(tuple),
}
SPECIAL = {
    "model_release": st.sampled_from(["", *MODEL_RELEASES]),
    "property_release": st.sampled_from(["", *PROPERTY_RELEASES]),
    "digital_source_type": st.sampled_from(["", "digitalCapture", "trainedAlgorithmicMedia"]),
}
RECORDS = st.builds(
    Record, **{field.name: SPECIAL.get(field.name, FORMS[str(field.type)]) for field in fields(Record) if field.compare}
).map(Record.cleaned)


def test_the_mapping_names_every_field_of_the_record_once() -> None:
    assert [field.name for field in FIELDS] == [field.name for field in fields(Record) if field.compare]
    assert len({field.xmp.key for field in FIELDS}) == len(FIELDS)
    assert set(READERS) >= set(WRITERS)
    assert set(TITLES) == {"sidecar", "xmp", "iptc", "exif", "quicktime", "png"}
    assert BY_NAME["keywords"].iim is not None


@settings(deadline=None, suppress_health_check=SLOW)
@given(RECORDS)
def test_a_record_survives_json(record: Record) -> None:
    assert Record.from_json(record.to_json()) == record


@settings(deadline=None, suppress_health_check=SLOW)
@given(RECORDS, RECORDS)
def test_xmp_holds_any_record_after_any_other(first: Record, second: Record) -> None:
    one = xmp_edit.edit(xmp_edit.EMPTY_PACKET, first, xmp_edit.changed_fields(Record(), first))
    assert xmp.parse(one).record == first
    two = xmp_edit.edit(one, second, xmp_edit.changed_fields(first, second))
    assert xmp.parse(two).record == second
    back = xmp_edit.edit(two, Record(), xmp_edit.changed_fields(second, Record()))
    assert xmp.parse(back).record == Record()


@settings(deadline=None, suppress_health_check=SLOW)
@given(RECORDS)
def test_iptc_holds_what_it_can_of_any_record(record: Record) -> None:
    names = [field.name for field in FIELDS if field.iim]
    block = iim.edit(None, record, names)
    assert iim.record_of([iim.parse(block)]) == projected(record, "iptc").cleaned()


@settings(deadline=None, suppress_health_check=SLOW)
@given(st.text(max_size=100), st.integers(1, 90))
def test_a_text_is_cut_between_characters(text: str, limit: int) -> None:
    text = text.encode("utf-8", "ignore").decode()
    short = cut(text, limit)
    assert len(short.encode()) <= limit
    assert text.startswith(short)


SEGMENTS = st.lists(
    st.sampled_from(
        [
            segment(0xFE, b"note"),
            segment(0xE2, b"ICC_PROFILE\0\1\1" + bytes(50)),
            segment(0xE5, b"maker"),
            segment(0xE1, b""),
            segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + packet("<crs:keep>1</crs:keep>")),
            photoshop(resource(0x0404, dataset(2, 22, b"id")), resource(0x03ED, bytes(16))),
            b"\xff\xff",
            b"\0",
            CASES["jpg_exif_big_endian"]()[20:][: 2 + int.from_bytes(CASES["jpg_exif_big_endian"]()[22:24], "big")],
        ]
    ),
    max_size=6,
)


@settings(max_examples=40, deadline=None, suppress_health_check=SLOW)
@given(SEGMENTS, RECORDS)
def test_any_layout_of_segments_keeps_its_pixels_and_goes_back(segments: list[bytes], record: Record) -> None:
    data = with_segments(encoded("JPEG"), *segments)
    source = Memory(data)
    writer = WRITERS["jpeg"]
    blocks = writer.locate(source)
    from stockctl.metadata.deciding import edits_of
    from stockctl.metadata.reading import per_standard

    edits, _ = edits_of(writer, blocks, per_standard(blocks)[0], record, strip_location=False)
    if edits is None:
        return
    new = applied(ordered(writer.splices(source, blocks, edits).splices, len(data)), data)
    assert pixels(new) == pixels(data)
    for kept in segments:
        if kept.startswith((b"\xff\xfe", b"\xff\xe2", b"\xff\xe5")):
            assert kept in new


@pytest.mark.parametrize("name", ["jpg_plain", "png_plain", "webp_lossy", "tif_plain", "eps_plain"])
@settings(max_examples=6, deadline=None, suppress_health_check=SLOW)
@given(record=RECORDS, other=RECORDS)
def test_any_record_comes_back_from_any_container(name: str, record: Record, other: Record, tmp_path: Path) -> None:
    path = put(tmp_path / f"a.{name.split('_', maxsplit=1)[0]}", CASES[name]())
    for wanted in (record, other):
        change = prepare(path, wanted)
        if isinstance(change, Change):
            perform(change)
        assert read(path).record == wanted
        assert isinstance(prepare(path, wanted), Nothing)


MANY = Record(
    title="é" * 40,
    description="д" * 1500,
    keywords=(*(f"keyword {number}" for number in range(497)), "м" * 40, "日" * 30, "😀" * 20),
)


@needs_exiftool
def test_five_hundred_words_and_long_texts_are_cut_at_characters_in_iptc_only(tmp_path: Path) -> None:
    path = put(tmp_path / "a.jpg", encoded("JPEG"))
    change = prepare(path, MANY)
    assert isinstance(change, Change)
    perform(change)
    found = tags(path)
    assert found["XMP-dc:Subject"] == list(MANY.keywords)
    assert found["IPTC:Keywords"][-3:] == ["м" * 32, "日" * 21, "😀" * 16]
    assert found["IPTC:ObjectName"] == "é" * 32
    assert found["IPTC:Caption-Abstract"] == "д" * 1000
    assert (read(path).record, read(path).conflicts) == (MANY, ())


def test_latin_1_without_a_character_set_is_read_and_put_into_utf_8(tmp_path: Path) -> None:
    block = dataset(2, 5, "Café".encode("latin-1")) + dataset(2, 80, "Zoë".encode("cp1252"))
    path = put(tmp_path / "a.jpg", with_segments(encoded("JPEG"), photoshop(resource(0x0404, block))))
    record = read(path).record
    assert (record.title, record.creators) == ("Café", ("Zoë",))
    change = prepare(path, FULL)
    assert isinstance(change, Change)
    perform(change)
    assert read(path).record == FULL


def test_standards_that_disagree_are_told_and_the_newer_word_is_taken() -> None:
    one, two = Record(title="XMP's", city="Oslo"), Record(title="IPTC's", city="Oslo")
    record, conflicts = reconcile({"xmp": one, "iptc": two})
    assert (record.title, [(each.name, each.taken) for each in conflicts]) == ("XMP's", [("title", "xmp")])
    assert str(conflicts[0]) == "Title: XMP says “XMP's”, IPTC says “IPTC's”"
    record, conflicts = reconcile({"xmp": one, "iptc": two}, iptc_is_newer=True)
    assert (record.title, conflicts[0].taken) == ("IPTC's", "iptc")
    whole, short = Record(title="é" * 40), Record(title="é" * 32)
    for newer in (False, True):
        assert reconcile({"xmp": whole, "iptc": short}, iptc_is_newer=newer) == (whole, ())


def test_iptc_that_was_changed_after_xmp_wins_by_its_digest(tmp_path: Path) -> None:
    block = dataset(1, 90, b"\x1b%G") + dataset(2, 5, b"newer")
    old = xmp_segment(packet("<dc:title><rdf:Alt><rdf:li xml:lang='x-default'>older</rdf:li></rdf:Alt></dc:title>"))
    for digest, title in ((iim.digest(block), "older"), (bytes(16), "newer")):
        data = with_segments(encoded("JPEG"), old, photoshop(resource(0x0404, block), resource(0x0425, digest)))
        reading = read(put(tmp_path / "a.jpg", data))
        assert reading.record.title == title
        assert [conflict.name for conflict in reading.conflicts] == ["title"]


def test_a_camera_s_placeholder_is_no_description(tmp_path: Path) -> None:
    import piexif

    for text in (b"OLYMPUS DIGITAL CAMERA         ", b"DCIM\\100MEDIA\\DJI_0001.JPG"):
        data = encoded("JPEG", exif=piexif.dump({"0th": {270: text}}))
        path = put(tmp_path / "a.jpg", data)
        assert read(path).record == Record()
        assert isinstance(prepare(path, Record()), Nothing)


def test_reading_from_memory_is_reading_the_file(tmp_path: Path) -> None:
    for name, make in CASES.items():
        path = put(tmp_path / f"{name}.{name.split('_')[0]}", make())
        change = prepare(path, FULL)
        assert isinstance(change, Change)
        perform(change)
        assert read(path, data=memoryview(path.read_bytes())) == read(path)


BUILT = {name: make() for name, make in CASES.items()}
CONTAINERS = sorted({name.split("_")[0] for name in BUILT})


@pytest.mark.parametrize("container", CONTAINERS)
@settings(max_examples=30, deadline=None, suppress_health_check=SLOW)
@given(data=st.data())
def test_fuzzed_files_are_written_rightly_or_refused_untouched(
    container: str, data: st.DataObject, tmp_path: Path
) -> None:
    fuzz(container, data, tmp_path)


@pytest.mark.soak
@pytest.mark.parametrize("container", CONTAINERS)
@settings(max_examples=4_000, deadline=None, suppress_health_check=SLOW)
@given(data=st.data())
def test_thousands_of_fuzzed_files(container: str, data: st.DataObject, tmp_path: Path) -> None:
    fuzz(container, data, tmp_path)


def fuzz(container: str, data: st.DataObject, folder: Path) -> None:
    """Change bytes of a hard case, or cut it off; write into it."""
    from stockctl.errors import FileProblem

    name = data.draw(st.sampled_from([name for name in sorted(BUILT) if name.startswith(f"{container}_")]))
    damaged = bytearray(BUILT[name])
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, min(len(damaged) - 1, 3000)))
        kind = data.draw(st.sampled_from(["byte", "word", "cut", "delete"]))
        if kind == "byte":
            damaged[at] = data.draw(st.integers(0, 255))
        elif kind == "word":
            damaged[at : at + 4] = data.draw(st.binary(min_size=4, max_size=4))
        elif kind == "cut":
            del damaged[max(at, 1) :]
        else:
            del damaged[at : at + data.draw(st.integers(1, 8))]
        if not damaged:
            return
    path = put(folder / f"a.{name.split('_')[0]}", bytes(damaged))
    read(path)
    try:
        change = prepare(path, FULL)
        if isinstance(change, Change):
            perform(change)
            if change.where == "sidecar":
                change.path.unlink()
            else:
                assert isinstance(prepare(path, FULL), Nothing)
                assert applied(change.undo, path.read_bytes()) == bytes(damaged)
    except FileProblem:
        assert path.read_bytes() == bytes(damaged)
    assert [entry.name for entry in folder.iterdir()] == [path.name]
    path.unlink()


@pytest.mark.parametrize("name", ["jpg_plain", "png_plain", "webp_lossy", "tif_plain", "tif_big"])
def test_each_field_is_changed_alone_and_the_others_stay(name: str, tmp_path: Path) -> None:
    path = put(tmp_path / f"a.{name.split('_', maxsplit=1)[0]}", CASES[name]())
    wanted = FULL
    for field in filter(operator.attrgetter("compare"), fields(Record)):
        wanted = replace(wanted, **{field.name: getattr(Record(), field.name)})
        for record in (FULL, wanted):
            change = prepare(path, record)
            assert isinstance(change, Change)
            perform(change)
            assert read(path).record == record
            assert read(path).conflicts == ()
