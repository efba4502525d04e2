"""The command `stockctl agencies`, and files of a person's own."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stockctl.agencies import Confidence, load, resolve
from stockctl.agencies.agency import Agency
from stockctl.agencies.kept import kept
from stockctl.agencies.load import line_of
from stockctl.agencies.schema import KEYS, fault, kind_of
from stockctl.errors import SettingsError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.conftest import Run


def own_file(home: Path, name: str, text: str) -> Path:
    path = home / "agencies" / f"{name}.toml"
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def test_the_document_has_every_agency_with_its_limits_and_their_sources(stockctl: Callable[..., Run]) -> None:
    run = stockctl("agencies", "--json")
    assert run.code == 0
    assert run.json["command"] == "agencies"
    first = run.json["agencies"][0]
    assert (first["name"], first["title"], first["delivery"]) == ("shutterstock", "Shutterstock", "ftps")
    assert first["accepts"] == ["photo", "illustration", "vector", "video"]
    limit = first["limits"]["image.min_mp"]
    assert limit["value"] == 4
    assert limit["confidence"] == "official"
    assert limit["source"].startswith("https://submit.shutterstock.com/")
    assert limit["checked"] == "2026-11-21"
    assert first["limits"]["image.max_mp"] | {"checked": ""} == {
        "value": None,
        "source": None,
        "confidence": "unknown",
        "checked": "",
        "disputed": False,
        "examples": False,
        "note": "",
    }


def test_one_agency_shows_what_is_unknown_and_where_the_rest_is_from(stockctl: Callable[..., Run]) -> None:
    run = stockctl("agencies", "shutterstock")
    assert run.code == 0
    assert "image.max_mp: unknown" in run.out
    assert "image.min_mp: 4\n      official, 2026-11-21 [" in run.out
    assert "https://submit.shutterstock.com/help/en/articles/10594645" in run.out
    assert "Animals/Wildlife" in run.out


def test_the_overview_fits_80_columns_and_names_the_closed_ones(stockctl: Callable[..., Run]) -> None:
    lines = stockctl("agencies").out.splitlines()
    assert max(map(len, lines)) <= 80
    assert any(line.startswith("adobe_stock") for line in lines)
    assert "eyeem" in "".join(lines[-6:])


@pytest.mark.parametrize(
    ("said", "meant"),
    [("magnific", "freepik"), ("Adobe Stock", "adobe_stock"), ("iStock", "istock_getty"), ("POND5", "pond5")],
)
def test_an_agency_answers_to_its_other_names(stockctl: Callable[..., Run], said: str, meant: str) -> None:
    assert [agency["name"] for agency in stockctl("agencies", said, "--json").json["agencies"]] == [meant]


def test_an_unknown_agency_is_told_the_nearest_name(stockctl: Callable[..., Run]) -> None:
    run = stockctl("agencies", "shuterstok")
    assert run.code == 2
    assert "did you mean shutterstock?" in run.err
    with pytest.raises(UsageError, match="unknown agency") as caught:
        resolve("zzzz", load())
    assert "known: shutterstock, adobe_stock" in caught.value.hint


def test_stale_lists_only_what_was_checked_long_ago(stockctl: Callable[..., Run], home: Path) -> None:
    own_file(home, "alamy", '[image]\nmin_mp = { value = 7, checked = 2020-01-01, source = "their mail" }\n')
    found = stockctl("agencies", "--stale", "365", "--json").json["agencies"]
    # Facts that are shipped may grow old too; this one is old in any case.
    alamy = next(agency for agency in found if agency["name"] == "alamy")
    assert alamy["limits"]["image.min_mp"]["checked"] == "2020-01-01"
    assert all(date.fromisoformat(limit["checked"]) < date.today() for limit in alamy["limits"].values())  # noqa: DTZ011 - a day
    assert "image.min_mp: 7" in stockctl("agencies", "--stale", "365").out


def test_stale_needs_no_number_and_takes_one_agency(stockctl: Callable[..., Run], home: Path) -> None:
    own_file(home, "alamy", '[image]\nmin_mp = { value = 7, checked = 2020-01-01, source = "their mail" }\n')
    for options in (["--stale"], ["alamy", "--stale"], ["--stale", "alamy"], ["--stale", "365", "alamy"]):
        run = stockctl("agencies", *options)
        assert (run.code, "image.min_mp: 7" in run.out) == (0, True), options
    assert stockctl("agencies", "pond5", "--stale", "99999").out == ""
    assert "one agency at a time" in stockctl("agencies", "pond5", "alamy").err


def test_a_file_of_ones_own_changes_what_it_names_and_leaves_the_rest(home: Path) -> None:
    path = own_file(home, "alamy", "[image]\nmin_mp = 7\n[meta]\nkeywords_min = 3\n")
    agency = load(home)["alamy"]
    assert agency.own
    limit = agency.limit("image.min_mp")
    assert limit is not None
    assert (limit.value, limit.source, limit.confidence) == (7, str(path), Confidence.OFFICIAL)
    assert agency.number("meta.keywords_min") == 3
    assert agency.number("meta.keywords_max") == 50
    assert agency.title == "Alamy"


def test_a_file_of_ones_own_adds_an_agency(home: Path, stockctl: Callable[..., Run]) -> None:
    own_file(home, "zedge", 'title = "Zedge"\n[accepts]\nphoto = true\n[formats]\nphoto = ["jpeg"]\n')
    added = stockctl("agencies", "zedge", "--json").json["agencies"][0]
    assert (added["title"], added["accepts"], added["own"]) == ("Zedge", ["photo"], True)
    assert list(load(home))[-1] == "zedge"


@pytest.mark.parametrize(
    ("text", "line", "what"),
    [
        ("[image]\nmin_mb = 2\nmin_mpp = 4\n", 3, "unknown key 'image.min_mpp'"),
        ("[imag]\nmin_mp = 4\n", 1, "unknown key 'imag'"),
        ('[vector]\nmin_mp = 4\n[image]\nmin_mp = "4"\n', 4, "image.min_mp must be a number, not '4'"),
        ("[image]\nmin_mp = -4\n", 2, "image.min_mp must not be negative"),
        ("[accepts]\nphoto = 1\n", 2, "accepts.photo must be true or false"),
        ('[formats]\nphoto = ["jpg"]\n', 2, "unknown format 'jpg'"),
        ('[ai]\npolicy = "maybe"\n', 2, "ai.policy must be one of"),
        ("[image]\nmin_mp = { value = 4, confidnce = 'official' }\n", 2, "unknown part 'confidnce' of image.min_mp"),
        ("[image]\nmin_mp = { value = 4, confidence = 'sure' }\n", 2, "no such confidence"),
        ("[image]\nmin_mp = { value = 4, source = 'nowhere' }\n", 2, "unknown source 'nowhere'"),
        ("[image]\nmin_mp = { source = 'a mail' }\n", 2, "must have a value"),
        ("[image]\nmin_mp = { value = 4, checked = 'today' }\n", 2, "does not say when it was checked"),
        ('[sheet]\ncolumns = [["File", "nme"]]\n', 2, "filled with 'nme'"),
        ("[image]\nmin_mp = = 4\n", 2, "not valid TOML"),
        ("title = 4\n", 1, "title must be text"),
    ],
)
def test_a_wrong_key_is_named_with_file_and_line(
    home: Path, stockctl: Callable[..., Run], text: str, line: int, what: str
) -> None:
    path = own_file(home, "alamy", text)
    run = stockctl("agencies")
    assert run.code == 2
    assert f"{path}:{line}" in run.err
    assert what in run.err
    assert "hint: " in run.err


def test_a_key_that_is_nearly_right_is_told_the_right_one(home: Path) -> None:
    own_file(home, "alamy", "[meta]\nkeyword_max = 20\n")
    with pytest.raises(SettingsError) as caught:
        load(home)
    assert caught.value.hint == "did you mean meta.keywords_max?"


def test_a_file_that_is_no_text_is_refused_by_name(home: Path) -> None:
    path = own_file(home, "alamy", "")
    path.write_bytes(b"title = \xff\xfe")
    with pytest.raises(SettingsError, match=r"cannot read the agency.s file"):
        load(home)


def test_the_sheet_of_generated_pictures_and_of_video_has_its_own_columns() -> None:
    agencies = load()
    freepik = agencies["freepik"].sheet_for("photo", ai=True)
    assert freepik is not None
    assert freepik.header == ("File name", "Title", "Keywords", "Prompt", "Model")
    assert (freepik.delimiter, freepik.line_end, freepik.quote_all, freepik.bom) == (";", "\r\n", True, False)
    istock = agencies["istock_getty"].sheet_for("video")
    assert istock is not None
    assert istock.header[5] == "poster timecode"
    adobe = agencies["adobe_stock"].sheet
    assert adobe is not None
    assert (adobe.max_rows, adobe.max_bytes, adobe.delivery) == (5000, 1_000_000, "by hand")


def test_files_of_a_kind_go_where_the_agency_wants_them() -> None:
    agencies = load()
    assert agencies["123rf"].transport.host_for("video") == "footage.ftp.123rf.com"
    assert agencies["123rf"].transport.host_for("photo") == "ftp.123rf.com"
    assert agencies["dreamstime"].transport.place_of("additional") == "/additional"
    # Alamy's folders stand side by side.
    assert (agencies["alamy"].transport.folder, agencies["alamy"].transport.place_of("photo")) == ("Stock", "/")
    assert agencies["alamy"].transport.place_of("vector") == "../Vectors"


def test_categories_have_the_ids_that_the_sheet_wants() -> None:
    agencies = load()
    assert len(agencies["dreamstime"].categories()) == 182
    assert agencies["adobe_stock"].categories()[6].id == "7"
    assert agencies["adobe_stock"].categories()[6].name == "Food"
    assert len(agencies["shutterstock"].categories("photo")) == 26
    assert len(agencies["shutterstock"].categories("video")) == 18


@given(st.sampled_from(sorted(KEYS.values())), st.recursive(st.integers() | st.text() | st.booleans(), st.lists))
def test_any_value_is_judged_without_a_crash(kind: str, value: object) -> None:
    assert isinstance(fault(value, kind), str)


@given(st.text(), st.text())
def test_any_text_has_a_line_for_any_key(text: str, key: str) -> None:
    assert 1 <= line_of(text, key) <= max(1, len(text.splitlines()))
    assert kind_of(key) is None or key in KEYS


def test_an_empty_folder_of_ones_own_changes_nothing(tmp_path: Path) -> None:
    assert repr(load(tmp_path)) == repr(load(Path("/nonexistent")))


def test_our_files_are_read_anew_only_where_a_byte_of_them_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.dont_write_bytecode", False)
    monkeypatch.setattr("sys.pycache_prefix", None)
    files = [tmp_path / "a.toml", tmp_path / "b.toml"]
    for path in files:
        path.write_text("1", encoding="utf-8")
    read: list[str] = []

    def reading(path: Path) -> Agency:
        read.append(path.name)
        return Agency(path.stem, path.read_text(encoding="utf-8"), "", {})

    def titles() -> list[str]:
        read.clear()
        return [agency.title for agency in kept(files, reading)]

    assert (titles(), read) == (["1", "1"], ["a.toml", "b.toml"])
    assert (titles(), read) == (["1", "1"], [])
    files[1].write_text("2", encoding="utf-8")
    assert (titles(), read) == (["1", "2"], ["a.toml", "b.toml"])
    # What is kept is a copy: damaged, it is made anew.
    (copy,) = (tmp_path / "__pycache__").iterdir()
    copy.write_bytes(copy.read_bytes()[:-9])
    assert (titles(), read) == (["1", "2"], ["a.toml", "b.toml"])
    assert (titles(), read) == (["1", "2"], [])
    # Where nothing may be written, they are read each time.
    copy.unlink()
    monkeypatch.setattr("sys.dont_write_bytecode", True)
    assert (titles(), read) == (["1", "2"], ["a.toml", "b.toml"])
    assert list((tmp_path / "__pycache__").iterdir()) == []
