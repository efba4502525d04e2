"""The country's code: three letters in IPTC, two of which are read as the same country."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from stockctl.metadata import Record, read
from stockctl.metadata.standards.countries import three_letters
from stockctl.metadata.writing import Change, Nothing, perform, prepare
from stockctl.words.tables import rows
from tests.metadata.hard.parts import dataset, packet, photoshop, resource, with_segments, xmp_segment
from tests.metadata.oracle import needs_exiftool, tags
from tests.metadata.samples import encoded, put

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.conftest import Run

IN_IPTC, IN_XMP = "IPTC:Country-PrimaryLocationCode", "XMP-iptcCore:CountryCode"


def jpeg(path: Path, code: bytes, in_xmp: str = "") -> Path:
    datasets = dataset(2, 90, b"Ubud") + dataset(2, 100, code)
    space = 'xmlns:Iptc4xmpCore="http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/"'
    said = packet(f"<Iptc4xmpCore:CountryCode>{in_xmp}</Iptc4xmpCore:CountryCode>", space)
    more = [xmp_segment(said)] if in_xmp else []
    return put(path, with_segments(encoded("JPEG"), *more, photoshop(resource(0x0404, datasets))))


def become(path: Path, record: Record) -> None:
    change = prepare(path, record)
    assert isinstance(change, Change)
    perform(change)


def test_both_tables_of_codes_say_the_same() -> None:
    assert {row[0]: three_letters(row[0]) for row in rows("countries")} == {row[0]: row[1] for row in rows("countries")}
    # No code: a sharp s is no South Sudan.
    assert three_letters("ß") == "ß"


@pytest.mark.parametrize(
    ("code", "said"), [(b"ID", "IDN"), (b"id", "IDN"), (b"IDN", "IDN"), (b"UK", "GBR"), (b"XX", "XX")]
)
def test_two_letters_in_iptc_are_read_as_the_country(tmp_path: Path, code: bytes, said: str) -> None:
    assert read(jpeg(tmp_path / "a.jpg", code)).record.country_code == said


@pytest.mark.parametrize(("code", "in_xmp"), [(b"ID", "ID"), (b"ID", "IDN"), (b"IDN", "ID")])
def test_two_letters_and_three_of_one_country_are_in_no_conflict(
    tmp_path: Path, stockctl: Callable[..., Run], code: bytes, in_xmp: str
) -> None:
    path = jpeg(tmp_path / "a.jpg", code, in_xmp)
    reading = read(path)
    assert (reading.record.country_code, reading.conflicts) == (in_xmp, ())
    assert "Country code" not in stockctl("keyword", path, "--add", "rice").out
    assert read(path).conflicts == ()


@pytest.mark.parametrize("code", ["AL¡", "FRÄ", "GBé", "Xé1", "AL日"])
def test_what_is_cut_to_two_letters_is_written_and_read_as_the_same(tmp_path: Path, code: str) -> None:
    path = jpeg(tmp_path / "a.jpg", b"ID", "ID")
    become(path, replace(read(path).record, country_code=code))
    assert (read(path).record.country_code, read(path).conflicts) == (code, ())
    assert isinstance(prepare(path, read(path).record), Nothing)


def test_two_countries_are_in_conflict(tmp_path: Path) -> None:
    assert [one.name for one in read(jpeg(tmp_path / "a.jpg", b"ID", "IT")).conflicts] == ["country_code"]


@needs_exiftool
def test_a_place_that_is_written_has_three_letters_in_iptc(tmp_path: Path) -> None:
    path = jpeg(tmp_path / "a.jpg", b"ID", "ID")
    record = read(path).record
    become(path, replace(record, keywords=("rice",)))
    assert (tags(path)[IN_IPTC], tags(path)[IN_XMP]) == ("ID", "ID")
    become(path, replace(read(path).record, city="Sanur"))
    assert (tags(path)[IN_IPTC], tags(path)[IN_XMP]) == ("IDN", "ID")
    assert isinstance(prepare(path, read(path).record), Nothing)
    become(path, replace(read(path).record, country="Italy", country_code="IT"))
    assert (tags(path)[IN_IPTC], read(path).conflicts) == ("ITA", ())
