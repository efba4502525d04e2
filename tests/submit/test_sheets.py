"""The sheets of all agencies: golden files, and what every one of them must keep to."""

from __future__ import annotations

import csv
import io
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from stockctl.agencies import Agency, load
from stockctl.agencies.fields import FIELDS
from stockctl.agencies.names import upload_name
from stockctl.catalogue.sent.ledger import Upload
from stockctl.check.asset import Asset
from stockctl.files.fingerprint import Fingerprint
from stockctl.media.capture import Capture
from stockctl.metadata import Location
from stockctl.submit import sheet
from stockctl.words.texts.forms import Texts, render
from tests.submit.batch import USUAL, with_record

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stockctl.metadata import Record

AGENCIES = load()
OPEN = [agency for agency in AGENCIES.values() if not agency.closed]
GOLDEN = Path(__file__).parent / "golden"


def asset(record: Record = USUAL, name: str = "wave.jpg", kind: str = "photo", **more: Any) -> Asset:
    return Asset(
        path=Path(name),
        media_id=f"{abs(hash(name)):032x}"[:32],
        file_sha256="0" * 64,
        kind=kind,
        format={"vector": "eps", "video": "mp4"}.get(kind, "jpeg"),
        width=6000,
        height=4000,
        bytes=9_000_000,
        record=record,
        capture=Capture(),
        **more,
    )


def samples(agency: Agency) -> list[Asset]:
    """Pictures that between them ask for every column."""
    category = ",".join(category.name for category in agency.categories()[:2])
    chosen = {f"category.{agency.name}": category} if category else {}
    editorial = with_record(
        title="Street market, «Pasar»",
        description='Vendors sell "rice" & fruit; early morning',
        keywords=("market", "street", "food", "vendor", "fruit", "rice", "morning", "bali", "crowd", "asia"),
        model_release_ids=("MR Sari",),
        property_release_ids=("PR Market",),
    )
    generated = with_record(
        title="Robot on a beach",
        description="A robot walks along a beach, made by a model",
        digital_source_type="trainedAlgorithmicMedia",
        ai_prompt="a robot, a beach",
        ai_system="Leonardo",
    )
    return [
        asset(choices=chosen),
        asset(editorial, "Pasar (1).jpg", choices={**chosen, "editorial": "yes", "licence": "", "price": "25"}),
        asset(with_record(title="=2+2", description="@home, +1 and -1 in a long enough sentence"), "formula.jpg"),
        asset(kind="illustration", name="drawing.jpg", choices={**chosen, "mature": "yes"}),
        *([asset(generated, "robot.jpg")] if agency.text("ai.policy") == "accepted" else []),
        *([asset(name="surf.mp4", kind="video")] if "video" in agency.accepts else []),
        *([asset(name="logo.eps", kind="vector")] if "vector" in agency.accepts else []),
    ]


def owed(agency: Agency, assets: Sequence[Asset]) -> list[Upload]:
    taken: set[str] = set()
    rows = []
    for one in assets:
        name = upload_name(agency, one.path, one.format, one.media_id, taken)
        taken.add(name.lower())
        texts = render(one.record, agency, one.choices, one.capture)
        form, cells = sheet.sheet_of(agency, one), sheet.cells(agency, one, name, texts)
        if form is None or cells is None:
            continue
        kept = sheet.keep(one, form, cells)
        rows.append(
            Upload(agency.name, one.media_id, 0, one.kind, name, Fingerprint(1, 1, 1), "/", name, "folder", cells=kept)
        )
    return rows


@pytest.mark.parametrize("agency", [one for one in OPEN if one.sheet], ids=lambda one: one.name)
def test_golden(agency: Agency) -> None:
    """Read by a person; rewritten by STOCKCTL_REWRITE_GOLDEN=1."""
    pages = sheet.pages(agency, owed(agency, samples(agency)))
    names = [f"{agency.name}{f'-{number}' if number else ''}.csv" for number in range(len(pages))]
    if os.environ.get("STOCKCTL_REWRITE_GOLDEN"):
        for old in GOLDEN.glob(f"{agency.name}*.csv"):
            old.unlink()
        for name, page in zip(names, pages, strict=True):
            (GOLDEN / name).write_bytes(page.data)
    assert sorted(path.name for path in GOLDEN.glob(f"{agency.name}*.csv")) == sorted(names)
    for name, page in zip(names, pages, strict=True):
        assert page.data == (GOLDEN / name).read_bytes(), name


@pytest.mark.parametrize("agency", [one for one in OPEN if one.sheet], ids=lambda one: one.name)
def test_every_sheet_reads_back_as_it_was_meant(agency: Agency) -> None:
    form = agency.sheet
    assert form is not None
    for page in sheet.pages(agency, owed(agency, samples(agency))):
        text = page.data.decode(form.encoding)
        assert text.startswith("\ufeff") is form.bom
        assert "\r\n" in text if form.line_end == "\r\n" else "\r" not in text
        rows = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""), delimiter=form.delimiter))
        assert len({len(row) for row in rows}) == 1
        assert len(rows) == len(page.media_ids) + 1
        if form.quote_all:
            assert all(line.startswith('"') for line in text.removeprefix("\ufeff").splitlines())
        for cell in (cell for row in rows[1:] for cell in row):
            assert not cell.startswith(("=", "+", "-", "@", "\t", "\r"))
            assert "\n" not in cell


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"country_code": "IDN", "country": ""}, "ID"),
        ({"country_code": "", "country": "Czech Republic"}, "CZ"),
        ({"country_code": "", "country": "USA"}, "US"),
        ({"country_code": "", "country": "Côte d’Ivoire"}, "CI"),
        ({"country_code": "", "country": "", "location_created": Location(country="Viet Nam")}, "VN"),
        ({"country_code": "", "country": "", "locations_shown": (Location(country_code="ESP"),)}, "ES"),
        ({"country_code": "", "country": "Atlantis"}, ""),
    ],
)
def test_the_country_s_two_letters_come_from_its_name_too(said: dict[str, Any], code: str) -> None:
    agency, one = AGENCIES["123rf"], asset(with_record(**said))
    row = sheet.cells(agency, one, "a.jpg", render(one.record, agency, {}, one.capture))
    assert row is not None
    assert row[-1] == code


@pytest.mark.parametrize(
    ("said", "cell"),
    [
        ({}, "NA"),
        ({"model_release": "MR-NAP"}, "NA"),
        ({"model_release": "MR-NON"}, "N"),
        ({"model_release": "MR-UMR"}, "Y"),
    ],
)
def test_alamy_is_told_of_model_releases_what_the_file_says(said: dict[str, str], cell: str) -> None:
    agency, one = AGENCIES["alamy"], asset(with_record(**said))
    form, row = agency.sheet, sheet.cells(agency, one, "a.jpg", render(one.record, agency, {}, one.capture))
    assert form is not None
    assert row is not None
    assert dict(zip(form.header, row, strict=True))["Model release"] == cell


def test_every_field_has_a_filler() -> None:
    assert set(sheet.FILLERS) == set(FIELDS)


def test_rows_and_bytes_are_split_at_the_agencys_limits() -> None:
    agency = AGENCIES["adobe_stock"]
    form = agency.sheet
    assert form is not None
    assert (form.max_rows, form.max_bytes) == (5000, 1_000_000)
    rows = owed(agency, [asset(name=f"w{number}.jpg") for number in range(5001)])
    pages = sheet.pages(agency, rows)
    assert [len(page.media_ids) for page in pages] == [5000, 1]
    wide = with_record(keywords=tuple(f"{'k' * 40}{number}" for number in range(49)))
    pages = sheet.pages(agency, owed(agency, [asset(wide, f"w{number}.jpg") for number in range(1000)]))
    assert len(pages) == 3
    assert all(len(page.data) <= 1_000_000 for page in pages)
    assert sum(len(page.media_ids) for page in pages) == 1000
    assert all(page.data.startswith(b"Filename,Title,Keywords,Category,Releases\r\n") for page in pages)


@given(text=st.text(max_size=60))
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_text_becomes_a_formula_or_breaks_the_table(text: str) -> None:
    agency = AGENCIES["pond5"]
    texts = Texts(title=text, description=text, keywords=(text,))
    cells = sheet.cells(agency, asset(), "a.jpg", texts)
    assert cells is not None
    for cell in cells:
        assert not cell.startswith(("=", "+", "-", "@", "\t", "\r"))
    kept = sheet.keep(asset(), cast("Any", agency.sheet), cells)
    row = Upload("pond5", "1", 0, "photo", "a", Fingerprint(1, 1, 1), "/", "a.jpg", "folder", cells=kept)
    (page,) = sheet.pages(agency, [row])
    back = list(csv.reader(io.StringIO(page.data.decode("utf-8"), newline="")))
    assert len(back) == 2


@given(
    stem=st.text(min_size=1, max_size=60),
    name=st.sampled_from(["shutterstock", "adobe_stock", "dreamstime", "vecteezy", "pond5"]),
    taken=st.integers(0, 3),
)
@settings(max_examples=200)
def test_upload_names_are_legal_unique_and_steady(stem: str, name: str, taken: int) -> None:
    agency = AGENCIES[name]
    path = Path(stem.replace("/", "_").replace("\0", "_") + ".JPG")
    used: set[str] = set()
    for _ in range(taken + 1):
        found = upload_name(agency, path, "jpeg", "0123456789abcdef", used)
        assert found == upload_name(agency, path, "jpeg", "0123456789abcdef", used)
        assert found.lower() not in used
        assert found.endswith(".jpg")
        assert len(found) <= (agency.number("filename.max") or 100)
        assert found[0] not in "-."
        used.add(found.lower())


@pytest.mark.parametrize(
    ("agency", "given_", "name"),
    [
        ("shutterstock", "IMG-0042 (1).JPEG", "IMG_0042_1.jpg"),
        ("adobe_stock", "A very long name of a picture from Bali.jpg", "A_very_long_name_of_a_pict.jpg"),
        ("dreamstime", "Grüße aus Łódź.jpg", "Grusse_aus_Lodz.jpg"),
        ("pond5", "日の出.jpg", "img_01234567.jpg"),
        ("pond5", "IMG_0042-1.jpg", "IMG_0042-1.jpg"),
    ],
)
def test_upload_names_as_agencies_want_them(agency: str, given_: str, name: str) -> None:
    assert upload_name(AGENCIES[agency], Path(given_), "jpeg", "0123456789abcdef") == name
