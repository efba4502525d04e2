"""`stockctl check` from outside: copies of one picture in a folder, and of what was sent before."""

from __future__ import annotations

import io
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import piexif
import pytest
from PIL import Image

from tests.pictures import jpeg, put

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.conftest import Run

FIRST, SECOND = jpeg(1500, 1000), jpeg(1500, 1000, seed=1)


def changed(change: Callable[[Image.Image], Image.Image], of: bytes = FIRST, taken: datetime | None = None) -> bytes:
    """Return a changed picture as a JPEG."""
    exif: dict[str, Any] = {"Exif": {}}
    if taken is not None:
        exif["Exif"][piexif.ExifIFD.DateTimeOriginal] = taken.strftime("%Y:%m:%d %H:%M:%S").encode()
    file = io.BytesIO()
    with Image.open(io.BytesIO(of)) as picture:
        change(picture).save(file, "JPEG", quality=88, exif=piexif.dump(exif))
    return file.getvalue()


def level(picture: Image.Image) -> Image.Image:
    return picture.rotate(-2, Image.Resampling.BICUBIC, fillcolor="white").resize((1200, 800))


def crop(picture: Image.Image) -> Image.Image:
    return picture.crop((75, 50, picture.width - 75, picture.height - 50))


def flip(picture: Image.Image) -> Image.Image:
    return picture.transpose(Image.Transpose.FLIP_LEFT_RIGHT).convert("L").convert("RGB")


def pairs(run: Run) -> list[tuple[str, str]]:
    return [tuple(path.rsplit("/", 1)[1] for path in pair["paths"]) for pair in run.json["similar"]]


@pytest.mark.parametrize("change", [level, crop, flip], ids=lambda change: change.__name__)
def test_a_folder_with_a_copy_in_it(
    stockctl: Callable[..., Run], tmp_path: Path, change: Callable[[Image.Image], Image.Image]
) -> None:
    put(tmp_path / "a.jpg", FIRST)
    put(tmp_path / "b.jpg", SECOND)
    put(tmp_path / "c.jpg", changed(change))
    run = stockctl("check", tmp_path, "--select", "similar-content", "--json")
    (pair,) = run.json["similar"]
    assert pair["paths"] == [str(tmp_path / "a.jpg"), str(tmp_path / "c.jpg")]
    assert (pair["relation"], pair["submitted"]) == ("near", [])
    assert 0 < pair["distance"] <= 64
    found = {asset["path"].rsplit("/", 1)[1]: asset["findings"] for asset in run.json["assets"]}
    assert (found["a.jpg"], found["b.jpg"]) == ([], [])
    (finding,) = found["c.jpg"]
    assert (finding["name"], finding["severity"]) == ("similar-content", "warning")
    assert (finding["value"], finding["limit"]) == (pair["distance"], 64)
    assert "nearly the same as a.jpg" in finding["message"]


def test_waived_the_copy_is_told_but_not_warned_of(stockctl: Callable[..., Run], tmp_path: Path) -> None:
    put(tmp_path / "a.jpg", FIRST)
    put(tmp_path / "b.jpg", changed(level))
    arguments = ("check", tmp_path, "--agency", "pond5", "--select", "similar-content", "--json")
    assert stockctl(*arguments).json["assets"][1]["verdict"] == {"pond5": "warning"}
    stockctl("check", tmp_path / "b.jpg", "--waive", "similar-content")
    later = stockctl(*arguments)
    assert pairs(later) == [("a.jpg", "b.jpg")]
    assert later.json["assets"][1]["findings"] == []
    assert later.json["assets"][1]["verdict"] == {"pond5": "ready"}


def test_a_copy_of_what_was_sent_names_the_agency(stockctl: Callable[..., Run], tmp_path: Path) -> None:
    put(tmp_path / "sent" / "lake.jpg")
    words = "lake,mist,water,morning,forest,tree,sky,calm,blue,nature,landscape"
    stockctl("keyword", tmp_path / "sent", "--set", words, "--title", "Quiet lake in the morning mist")
    sent = stockctl("submit", tmp_path / "sent", "--agency", "adobe_stock", "--outbox", tmp_path / "box", "--json")
    assert [file["state"] for file in sent.json["files"]] == ["prepared"], sent.err
    (tmp_path / "sent" / "lake.jpg").unlink()
    put(tmp_path / "new" / "straight.jpg", changed(level, jpeg()))
    run = stockctl("check", tmp_path / "new", "--select", "similar-content", "--json")
    (pair,) = run.json["similar"]
    assert pair["paths"] == [str(tmp_path / "sent" / "lake.jpg"), str(tmp_path / "new" / "straight.jpg")]
    assert pair["submitted"] == ["adobe_stock"]
    assert "sent to adobe_stock" in run.json["assets"][0]["findings"][0]["message"]


def test_frames_of_one_second_are_a_burst_by_their_exif_time(stockctl: Callable[..., Run], tmp_path: Path) -> None:
    at = datetime(2026, 3, 14, 6, 42, 11)  # noqa: DTZ001 - cameras write no zone
    put(tmp_path / "1.jpg", changed(lambda picture: picture, taken=at))
    put(tmp_path / "2.jpg", changed(crop, taken=at + timedelta(seconds=2)))
    put(tmp_path / "3.jpg", changed(level, taken=at + timedelta(minutes=2)))
    run = stockctl("check", tmp_path, "--select", "similar-content", "--json")
    messages = [finding["message"] for asset in run.json["assets"] for finding in asset["findings"]]
    assert messages == ["of one burst with 1.jpg", "nearly the same as 1.jpg"]


def test_after_files_came_went_and_were_undone_a_folder_is_paired_as_if_new(
    stockctl: Callable[..., Run], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "photos"
    put(folder / "a.jpg", FIRST)
    put(folder / "b.jpg", changed(flip))
    assert pairs(stockctl("check", folder, "--json")) == [("a.jpg", "b.jpg")]
    put(folder / "c.jpg", SECOND)
    put(folder / "d.jpg", changed(crop, SECOND))
    assert pairs(stockctl("check", folder, "--json")) == [("a.jpg", "b.jpg"), ("c.jpg", "d.jpg")]
    stockctl("keyword", folder, "--set", "lake,mist", "--title", "Quiet lake")
    (folder / "b.jpg").rename(tmp_path / "gone.jpg")
    put(folder / "e.jpg", changed(level, SECOND))
    stockctl("check", folder, "--json")
    assert stockctl("undo").code == 1, "one of them is not where it was"
    (tmp_path / "gone.jpg").rename(folder / "b.jpg")
    stockctl("undo")
    known = stockctl("check", folder, "--json").json["similar"]
    monkeypatch.setenv("STOCKCTL_DB", str(tmp_path / "home" / "fresh.db"))
    assert stockctl("check", folder, "--json").json["similar"] == known
    assert len(known) == 3
