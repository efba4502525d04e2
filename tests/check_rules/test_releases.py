"""Releases and exclusivity on the command line, and what check makes of them."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from stockctl.catalogue import open_catalogue
from stockctl.catalogue.sent import releases
from stockctl.catalogue.sent.ledger import sent
from tests.pictures import jpeg, put

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.conftest import Run


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    return put(tmp_path / "photos" / "img_0042.jpg", jpeg(640, 480))


@pytest.fixture
def paper(tmp_path: Path) -> Path:
    return put(tmp_path / "papers" / "ana.pdf", b"%PDF-1.4 signed")


def test_a_release_is_kept_linked_and_listed(stockctl: Callable[..., Run], photo: Path, paper: Path) -> None:
    added = stockctl("release", "add", paper, "--person", "Ana Nováková", "--expires", "2031-01-01", "--json")
    assert added.code == 0
    release = added.json["releases"][0]
    assert (release["kind"], release["name"], release["format"]) == ("model", "Ana Nováková", "pdf")
    assert (release["expires"], release["expired"], release["minor"]) == ("2031-01-01", False, False)
    linked = stockctl("release", "link", str(release["release"]), photo, "--json").json
    assert linked["changed"] == 1
    assert [entry["path"] for entry in linked["files"]] == [str(photo)]
    assert stockctl("release", "link", "ana nováková", photo, "--json").json["changed"] == 0
    listed = stockctl("release", "list", "--json").json["releases"]
    assert [(entry["name"], entry["pictures"]) for entry in listed] == [("Ana Nováková", 1)]
    assert "Ana Nováková" in stockctl("release", "list").out
    assert stockctl("release", "unlink", "ana.pdf", photo, "--json").json["changed"] == 1


def test_a_link_goes_by_the_picture_not_by_its_name(
    stockctl: Callable[..., Run], photo: Path, paper: Path, home: Path
) -> None:
    stockctl("release", "add", paper, "--property", "Charles Bridge")
    stockctl("release", "link", "1", photo)
    moved = photo.rename(photo.with_name("renamed.jpg"))
    again = stockctl("release", "link", "1", moved, "--json").json
    assert again["changed"] == 0
    with open_catalogue(home / "catalogue.db") as catalogue:
        assert [one.pictures for one in releases.listed(catalogue)] == [1]
        media_id = again["files"][0]["media_id"]
        linked = releases.by_picture(catalogue, [media_id])[media_id]
    assert [release.kind for release in linked] == ["property"]


def test_adding_a_paper_again_mends_it_and_keeps_its_pictures(
    stockctl: Callable[..., Run], photo: Path, paper: Path
) -> None:
    stockctl("release", "add", paper, "--person", "Ana", "--minor")
    stockctl("release", "link", "Ana", photo)
    stockctl("release", "add", paper, "--person", "Ana", "--minor", "--guardian", "Eva")
    listed = stockctl("release", "list", "--json").json["releases"]
    assert [(entry["release"], entry["guardian"], entry["pictures"]) for entry in listed] == [(1, "Eva", 1)]


@pytest.mark.parametrize(
    ("arguments", "what"),
    [
        ([], "whom or what"),
        (["--person", "Ana", "--property", "House"], "whom or what"),
        (["--property", "House", "--minor"], "no minor"),
        (["--person", "Ana", "--expires", "soon"], "'soon' is no day"),
    ],
)
def test_a_wrong_call_is_explained(stockctl: Callable[..., Run], paper: Path, arguments: list[str], what: str) -> None:
    run = stockctl("release", "add", paper, *arguments)
    assert run.code == 2
    assert what in run.err
    assert "hint: " in run.err


def test_a_missing_paper_an_empty_one_and_an_unknown_release_are_refused(
    stockctl: Callable[..., Run], photo: Path, tmp_path: Path
) -> None:
    assert stockctl("release", "add", tmp_path / "none.pdf", "--person", "Ana").code == 1
    assert stockctl("release", "add", put(tmp_path / "empty.pdf", b""), "--person", "Ana").code == 2
    run = stockctl("release", "link", "7", photo)
    assert run.code == 2
    assert "stockctl release add" in run.err


def test_a_name_that_means_two_papers_is_asked_about(stockctl: Callable[..., Run], photo: Path, paper: Path) -> None:
    other = put(paper.with_name("ana-2.pdf"), b"%PDF-1.4 again")
    for file in (paper, other):
        stockctl("release", "add", file, "--person", "Ana")
    run = stockctl("release", "link", "Ana", photo)
    assert run.code == 2
    assert "1, 2" in run.err


def test_a_release_expires_on_the_day_after_its_last(paper: Path) -> None:
    release = releases.Release(1, "model", "Ana", paper, 5, expires=date(2026, 5, 1))
    assert not release.expired(date(2026, 5, 1))
    assert release.expired(date(2026, 5, 2))


def test_files_that_cannot_be_read_do_not_stop_the_others(
    stockctl: Callable[..., Run], photo: Path, paper: Path, tmp_path: Path
) -> None:
    stockctl("release", "add", paper, "--person", "Ana")
    empty = put(tmp_path / "empty.jpg", b"")
    text = put(tmp_path / "text.jpg", b"hello")
    run = stockctl("release", "link", "1", photo, empty, text, "--json")
    assert run.code == 1
    assert run.json["changed"] == 1
    assert [entry["path"] for entry in run.json["errors"]] == [str(empty), str(text)]


def test_a_picture_is_declared_exclusive_and_freed_again(stockctl: Callable[..., Run], photo: Path) -> None:
    declared = stockctl("exclusive", "Alamy", photo, "--json")
    assert declared.code == 0
    assert [(entry["state"], entry["sent_elsewhere"]) for entry in declared.json["files"]] == [("declared", [])]
    findings = stockctl("check", photo, "--select", "exclusive-elsewhere", "--json").json["assets"][0]["findings"]
    assert {finding["agency"] for finding in findings if finding["name"] == "exclusive-elsewhere"} >= {"shutterstock"}
    assert "alamy" not in {finding["agency"] for finding in findings if finding["name"] == "exclusive-elsewhere"}
    assert stockctl("exclusive", "none", photo).code == 0
    freed = stockctl("check", photo, "--select", "exclusive-elsewhere", "--json").json["assets"][0]["findings"]
    assert "exclusive-elsewhere" not in {finding["name"] for finding in freed}


def test_what_was_sent_elsewhere_is_not_declared_without_a_word(
    stockctl: Callable[..., Run], photo: Path, home: Path
) -> None:
    stockctl("submit", photo, "--agency", "pond5", "--mark-sent")
    with open_catalogue(home / "catalogue.db") as catalogue:
        assert list(sent(catalogue).values()) == [{"pond5"}]
    held = stockctl("exclusive", "alamy", photo, "--json")
    assert held.code == 1
    assert [(entry["state"], entry["sent_elsewhere"]) for entry in held.json["files"]] == [("held", ["pond5"])]
    assert stockctl("exclusive", "pond5", photo).code == 0
    assert stockctl("exclusive", "alamy", photo, "--anyway").code == 0


def test_an_unknown_agency_is_told_the_nearest(stockctl: Callable[..., Run], photo: Path) -> None:
    run = stockctl("exclusive", "alamee", photo)
    assert run.code == 2
    assert "did you mean alamy?" in run.err


@pytest.mark.parametrize(
    ("agency", "what"),
    [
        ("alamy", ""),
        ("pond5", "for an account as a whole"),
        ("vecteezy", "no exclusivity"),
        ("adobe_stock", "not known"),
    ],
)
def test_what_the_agency_itself_offers_is_told(
    stockctl: Callable[..., Run], photo: Path, agency: str, what: str
) -> None:
    run = stockctl("exclusive", agency, photo, "--json")
    assert (run.code, run.json["files"][0]["state"]) == (0, "declared")
    assert what in run.json["note"]
    assert bool(run.json["note"]) == bool(what)
