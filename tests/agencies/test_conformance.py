"""Every agency's file must be sound: what is forgotten in one of them fails here."""

from __future__ import annotations

import re
import tomllib
from datetime import date
from pathlib import Path

import pytest

import stockctl
from stockctl.agencies import Agency, Confidence, load
from stockctl.agencies.load import DATA
from stockctl.agencies.schema import KEYS, SHOWN, known_keys
from stockctl.media.identify import KINDS, Kind

AGENCIES = load()
OPEN = [agency for agency in AGENCIES.values() if not agency.closed]

# Least and most of the same thing: the first may not pass the second.
RANGES = [
    ("image.min_mp", "image.max_mp"),
    ("image.min_mb", "image.max_mb"),
    ("image.min_long_px", "image.max_long_px"),
    ("psd.min_mb", "psd.max_mb"),
    ("vector.min_mp", "vector.max_mp"),
    ("video.min_s", "video.max_s"),
    ("meta.title_min", "meta.title_max"),
    ("meta.description_min", "meta.description_max"),
    ("meta.keywords_min", "meta.keywords_safe_max"),
    ("meta.keywords_min", "meta.keywords_max"),
    ("meta.keywords_safe_max", "meta.keywords_max"),
    ("meta.super_keywords_max", "meta.keywords_max"),
]


every_open_agency = pytest.mark.parametrize("agency", OPEN, ids=lambda agency: agency.name)


def test_fourteen_agencies_are_open_six_are_profiles_and_five_are_closed() -> None:
    assert [agency.name for agency in OPEN if not agency.profile] == [
        "shutterstock",
        "adobe_stock",
        "istock_getty",
        "alamy",
        "dreamstime",
        "depositphotos",
        "123rf",
        "pond5",
        "freepik",
        "vecteezy",
        "canva",
        "storyblocks",
        "motionelements",
        "wirestock",
    ]
    profiles = [agency.name for agency in OPEN if agency.profile]
    assert profiles == ["envato", "vectorstock", "motion_array", "pixta", "picfair", "stocksy"]
    closed = {agency.name for agency in AGENCIES.values() if agency.closed}
    assert closed == {"eyeem", "canstockphoto", "bigstock", "fotolia", "storyblocks_marketplace"}


@every_open_agency
def test_where_a_least_is_told_the_most_is_looked_for_too(agency: Agency) -> None:
    for low, high in RANGES:
        if "safe" not in low + high and "super" not in low and low in agency.limits:
            assert high in agency.limits, (low, high)
    for kind, part in (("photo", "image"), ("vector", "vector"), ("video", "video"), ("audio", "audio")):
        if agency.flag(f"accepts.{kind}"):
            assert f"{part}.max_mb" in agency.limits, kind


@every_open_agency
def test_a_quota_says_what_it_counts_and_over_which_days(agency: Agency) -> None:
    if {"quota.images", "quota.videos"} & set(agency.limits):
        assert {"quota.window_days", "quota.counts"} <= set(agency.limits)


@every_open_agency
def test_a_list_of_examples_blocks_nothing(agency: Agency) -> None:
    from stockctl.check.rules.weigh import weight
    from stockctl.report.finding import Severity

    for key, limit in agency.limits.items():
        told = limit.note.casefold()
        if isinstance(limit.value, list) and any(word in told for word in ("and others", "preferred", " too; ")):
            assert limit.examples, key
        if limit.examples:
            assert weight(limit) is Severity.INFO, key


def test_every_key_is_read_somewhere_or_is_there_to_be_shown() -> None:
    """A fact that no rule, sheet or transport reads would only look as if files were judged by it."""
    root = Path(stockctl.__file__).parent
    code = "".join(
        path.read_text(encoding="utf-8") for path in root.rglob("*.py") if path != root / "agencies" / "schema.py"
    )
    sections = {key.partition(".")[0] for key in known_keys()}
    read: set[str] = set()
    for spelt in set(re.findall(r"""["']([a-z_{}]+\.[a-z_.{}]*)["']""", code)):
        above, _, rest = spelt.partition(".")
        # A part may be put in later: `f"{part}.min_mp"`, `f"meta.{field}_max"`, `_below("transport.hosts.")`.
        wholly = re.fullmatch(r"\{[a-z_.]*\}", rest) is not None and f"{above}.*" not in {*KEYS, "categories.*"}
        if not wholly and (above in sections or ("{" in above and "{" not in rest and rest)):
            pattern = re.sub(r"\{[a-z_.]*\}", "[a-z_]+", spelt.replace(".", "[.]")) + (
                "[a-z_]+" if spelt.endswith(".") else ""
            )
            read |= {key for key in known_keys() if re.fullmatch(pattern, key)}
    read |= {
        key for key in known_keys() if f'limit("{key}")' in code or f'text("{key}")' in code or f'"{key}" in' in code
    }
    stars = {key for key in known_keys() if f"{key.rpartition('.')[0]}.*" in KEYS}
    read |= {key for key in stars if re.search(rf"""["']{re.escape(key.rpartition(".")[0])}[.]""", code)}
    for key in known_keys():
        assert (key in SHOWN) != (key in read), key


def test_each_file_is_named_after_its_agency_and_initials_and_order_are_unique() -> None:
    assert {path.stem for path in DATA.glob("*.toml")} == set(AGENCIES)
    assert len({agency.initials for agency in AGENCIES.values()}) == len(AGENCIES)
    assert len({agency.order for agency in AGENCIES.values()}) == len(AGENCIES)


def test_no_alias_is_another_agency_s_name() -> None:
    aliases = [alias for agency in AGENCIES.values() for alias in agency.aliases]
    assert len(set(aliases)) == len(aliases)
    assert not set(aliases) & set(AGENCIES)


@every_open_agency
def test_says_of_every_kind_whether_it_is_taken_and_names_formats_of_that_kind(agency: Agency) -> None:
    for kind in Kind:
        assert f"accepts.{kind}" in agency.limits
        of_kind = Kind.PHOTO if kind is Kind.ILLUSTRATION else kind
        assert all(KINDS[name] == of_kind for name in agency.formats(kind))
        if not agency.flag(f"accepts.{kind}"):
            assert not agency.formats(kind)


@every_open_agency
def test_least_does_not_pass_most(agency: Agency) -> None:
    for low, high in RANGES:
        least, most = agency.number(low), agency.number(high)
        if least is not None and most is not None:
            assert least <= most, (low, high)


@every_open_agency
def test_facts_have_a_source_and_an_unknown_one_has_no_value(agency: Agency) -> None:
    for key, limit in agency.limits.items():
        assert (limit.value is None) == (limit.confidence is Confidence.UNKNOWN), key
        assert limit.checked >= date(2026, 11, 21), key
        if limit.confidence in {Confidence.OFFICIAL, Confidence.THIRD_PARTY}:
            assert limit.source, key


@every_open_agency
def test_every_source_of_a_file_is_used(agency: Agency) -> None:
    sources = tomllib.loads((DATA / f"{agency.name}.toml").read_text(encoding="utf-8")).get("sources", {})
    used = "; ".join(limit.source for limit in agency.limits.values())
    assert [key for key, address in sources.items() if address not in used] == []


@every_open_agency
def test_tells_what_it_thinks_of_generated_pictures_of_payout_and_of_how_files_get_there(agency: Agency) -> None:
    assert {"ai.policy", "payout.min_usd", "transport.protocol", "sheet.columns"} <= set(agency.limits)


@every_open_agency
def test_patterns_are_regular_expressions(agency: Agency) -> None:
    for key in ("filename.characters", "releases.characters"):
        assert re.fullmatch(f"[{agency.text(key, 'a')}]", "a")
    form, pattern = agency.text("editorial.caption_form"), agency.text("editorial.caption_pattern")
    assert bool(form) == bool(pattern) == (agency.text("editorial.caption") == "required")
    if pattern:
        assert re.search(pattern, "PRAGUE, CZECH REPUBLIC - 21 MAY 2026: People cross the bridge in Prague.")
        assert not re.search(pattern, "People cross the bridge in Prague on 21 May 2026.")


@every_open_agency
def test_the_sheet_names_the_file_and_its_required_columns(agency: Agency) -> None:
    for kind in agency.accepts:
        sheet = agency.sheet_for(kind)
        if sheet is None:
            continue
        assert {"upload_name", "upload_stem"} & {filling for _, filling in sheet.columns}
        assert set(agency.words("sheet.required")) <= set(sheet.header)
        assert len(set(sheet.header)) == len(sheet.header)
        assert sheet.next_step
        assert len(sheet.delimiter) == 1


@every_open_agency
def test_categories_are_unique_and_known_where_they_are_asked_for(agency: Agency) -> None:
    fillings = {filling for _, filling in agency.sheet.columns} if agency.sheet else set()
    asked = bool(fillings & {"categories", "category_1"})
    for kind in agency.accepts:
        ids = [category.id for category in agency.categories(kind)]
        assert len(set(ids)) == len(ids)
        assert bool(ids) == asked
    assert (agency.number("categories.max") is not None) == asked


@every_open_agency
def test_an_upload_says_where_to(agency: Agency) -> None:
    transport = agency.transport
    if transport.protocol in {"ftp", "ftps", "sftp"}:
        assert "." in transport.host
        assert transport.port
