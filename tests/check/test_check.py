"""`stockctl check` from outside: verdicts, exit codes, JSON, and what happens to bad input."""

from __future__ import annotations

import csv
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.pictures import jpeg, patches, put

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.conftest import Run


def names(asset: dict[str, Any], severity: str | None = None) -> set[str]:
    return {entry["name"] for entry in asset["findings"] if severity in {None, entry["severity"]}}


def test_a_good_picture_without_words_is_asked_for_words_only(stockctl: Callable[..., Run], tmp_path: Path) -> None:
    put(tmp_path / "photos" / "ridge.jpg")
    run = stockctl("check", tmp_path / "photos", "--agency", "shutterstock", "--json")
    (asset,) = run.json["assets"]
    assert asset["path"] == str(tmp_path / "photos" / "ridge.jpg")
    assert (asset["kind"], asset["format"], asset["width"], asset["height"]) == ("photo", "jpeg", 2600, 1700)
    assert asset["megapixels"] == 4.42
    assert len(asset["media_id"]) == 32
    assert len(asset["file_sha256"]) == 64
    assert {"no-title", "too-few-keywords"} <= names(asset)
    assert {"noise"} <= set(asset["measurements"])
    assert set(asset["verdict"]) == {"shutterstock"}
    assert run.json["errors"] == []


def test_too_few_pixels_is_refused_by_the_agencies_that_say_so(stockctl: Callable[..., Run], tmp_path: Path) -> None:
    put(tmp_path / "small.jpg", jpeg(1600, 1200))
    run = stockctl("check", tmp_path, "--agency", "shutterstock", "--json")
    assert run.code == 1
    (asset,) = run.json["assets"]
    (finding,) = (entry for entry in asset["findings"] if entry["name"] == "too-few-pixels")
    assert finding["severity"] == "error"
    assert finding["agency"] == "shutterstock"
    assert (finding["value"], finding["limit"]) == (1.92, 4.0)
    assert finding["hint"]
    assert asset["verdict"] == {"shutterstock": "blocked"}


def test_an_unchanged_folder_is_judged_again_without_opening_a_file(
    stockctl: Callable[..., Run], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for seed in range(3):
        put(tmp_path / f"{seed}.jpg", jpeg(1000, 700, seed=seed))
    first = stockctl("check", tmp_path, "--json")

    def refuse(*_: object) -> None:
        msg = "a file was opened"
        raise AssertionError(msg)

    monkeypatch.setattr("stockctl.check.run.pool.inspect", refuse)
    second = stockctl("check", tmp_path, "--json")
    assert second.code == first.code
    assert second.json == first.json


def test_a_changed_file_is_opened_again(stockctl: Callable[..., Run], tmp_path: Path) -> None:
    path = put(tmp_path / "a.jpg", jpeg(1000, 700))
    before = stockctl("check", tmp_path, "--json").json["assets"][0]
    put(path, jpeg(1000, 700, seed=1))
    after = stockctl("check", tmp_path, "--json").json["assets"][0]
    assert after["media_id"] != before["media_id"]


def test_a_renamed_file_is_the_same_asset(stockctl: Callable[..., Run], tmp_path: Path) -> None:
    path = put(tmp_path / "a.jpg", jpeg(1000, 700))
    before = stockctl("check", tmp_path, "--json").json["assets"][0]
    path.rename(tmp_path / "b.jpg")
    after = stockctl("check", tmp_path, "--json").json["assets"][0]
    assert after["media_id"] == before["media_id"]


def test_the_pool_and_this_process_find_the_same(program: Callable[..., Run], tmp_path: Path) -> None:
    for seed in range(5):
        put(tmp_path / "photos" / f"{seed}.jpg", jpeg(1000, 700, seed=seed))
    many = program("check", tmp_path / "photos", "--workers", "2", "--json", STOCKCTL_DB=str(tmp_path / "two.db"))
    one = program("check", tmp_path / "photos", "--workers", "1", "--json", STOCKCTL_DB=str(tmp_path / "one.db"))
    assert many.json == one.json
    assert len(one.json["assets"]) == 5


def test_bad_files_are_named_and_the_rest_goes_on(stockctl: Callable[..., Run], tmp_path: Path) -> None:
    put(tmp_path / "good.jpg")
    put(tmp_path / "empty.jpg", b"")
    put(tmp_path / "text.jpg", b"Dear editor, please find attached the picture.\n")
    put(tmp_path / "half.jpg", jpeg()[: len(jpeg()) // 2])
    (tmp_path / "dangling.jpg").symlink_to(tmp_path / "nowhere.jpg")
    run = stockctl("check", tmp_path, "--json")
    assert run.code == 1
    assets = {os.path.basename(asset["path"]): asset for asset in run.json["assets"]}  # noqa: PTH119
    errors = {os.path.basename(entry["path"]): entry["error"] for entry in run.json["errors"]}  # noqa: PTH119
    assert "damaged-file" not in names(assets["good.jpg"])
    assert "damaged-file" in names(assets["half.jpg"], "error")
    assert "file-too-small" not in names(assets["half.jpg"])
    assert set(assets["half.jpg"]["verdict"].values()) == {"blocked"}
    assert "empty" in errors["empty.jpg"]
    assert "no JPEG" in errors["text.jpg"]
    assert "no such file" in errors["dangling.jpg"]
    # What could not be read is neither checked nor new; it is asked for again each time.
    assert stockctl("check", tmp_path).out.startswith("2 files checked, 0 of them new or changed; 3 unreadable")


def test_an_unreadable_file_is_an_error_of_its_own(
    stockctl: Callable[..., Run], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(tmp_path / "shut.jpg")
    put(tmp_path / "good.jpg", jpeg(1000, 700))
    real = os.open

    def guarded(path: Any, *arguments: Any, **options: Any) -> int:
        if Path(path).name == "shut.jpg":
            raise PermissionError(13, "Permission denied", str(path))
        return real(path, *arguments, **options)

    # Root, as which tests may run, may read every file.
    monkeypatch.setattr(os, "open", guarded)
    run = stockctl("check", tmp_path, "--json")
    assert run.code == 1
    (error,) = run.json["errors"]
    assert "permission denied" in error["error"]
    assert "chmod" in error["hint"]
    assert len(run.json["assets"]) == 1


def test_a_missing_folder_is_a_wrong_call(stockctl: Callable[..., Run], tmp_path: Path) -> None:
    run = stockctl("check", tmp_path / "nowhere")
    assert run.code == 2
    assert "no such file or folder" in run.err
    assert "hint:" in run.err


def test_an_empty_folder_is_no_error(stockctl: Callable[..., Run], tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    run = stockctl("check", tmp_path / "empty", "--json")
    assert run.code == 0
    assert run.json["assets"] == []


def test_skipped_files_are_counted(stockctl: Callable[..., Run], tmp_path: Path) -> None:
    put(tmp_path / "photos" / "a.nef", b"raw")
    run = stockctl("check", tmp_path / "photos", "--json")
    assert run.code == 0
    assert run.json["skipped"] == {".nef": 1}


@pytest.mark.parametrize(
    ("arguments", "hint"),
    [
        (["--agency", "shuterstock"], "did you mean shutterstock"),
        (["--select", "noize"], "did you mean noise"),
        (["--explain", "out-of-focs"], "did you mean out-of-focus"),
    ],
)
def test_an_unknown_name_gets_the_nearest_one(
    stockctl: Callable[..., Run], tmp_path: Path, arguments: list[str], hint: str
) -> None:
    run = stockctl("check", tmp_path, *arguments)
    assert run.code == 2
    assert hint in run.err


def test_select_ignore_and_waive(stockctl: Callable[..., Run], tmp_path: Path) -> None:
    put(tmp_path / "small.jpg", jpeg(1000, 700))
    selected = stockctl("check", tmp_path, "--select", "too-few-pixels", "--json").json["assets"][0]
    assert names(selected) == {"too-few-pixels"}
    ignored = stockctl("check", tmp_path, "--ignore", "too-few-pixels", "--json").json["assets"][0]
    assert "too-few-pixels" not in names(ignored)
    assert "no-title" in names(ignored)
    stockctl("check", tmp_path, "--waive", "no-title", "--json")
    (tmp_path / "small.jpg").rename(tmp_path / "renamed.jpg")
    later = stockctl("check", tmp_path, "--json").json["assets"][0]
    assert "no-title" not in names(later)


def test_strict_counts_warnings(stockctl: Callable[..., Run], tmp_path: Path) -> None:
    put(tmp_path / "a.jpg", jpeg(1700, 1300))
    arguments = ("check", tmp_path, "--agency", "pond5", "--select", "similar-content")
    assert stockctl(*arguments, "--strict").code == 0
    put(tmp_path / "b.jpg", jpeg(1700, 1300))
    twin = stockctl(*arguments, "--json")
    assert twin.json["assets"][1]["verdict"] == {"pond5": "warning"}
    assert twin.code == 0
    assert stockctl(*arguments, "--strict").code == 1


def test_the_csv_holds_files_and_agencies(stockctl: Callable[..., Run], tmp_path: Path) -> None:
    put(tmp_path / "photos" / "=cmd.jpg", jpeg(1000, 700))
    stockctl("check", tmp_path / "photos", "--agency", "shutterstock", "--csv", tmp_path / "out.csv")
    with (tmp_path / "out.csv").open(encoding="utf-8-sig", newline="") as file:
        header, row = csv.reader(file)
    assert header == ["file", "shutterstock", "findings"]
    assert row[1] == "blocked"
    assert "error too-few-pixels" in row[2]


def test_the_report_is_one_page_that_loads_nothing(stockctl: Callable[..., Run], tmp_path: Path) -> None:
    put(tmp_path / "photos" / "<b>small.jpg", jpeg(1000, 700))
    put(tmp_path / "photos" / "half.jpg", jpeg()[: len(jpeg()) // 2])
    stockctl("check", tmp_path / "photos", "--report", tmp_path / "out.html")
    text = (tmp_path / "out.html").read_text(encoding="utf-8")
    assert "&lt;b&gt;small.jpg" in text
    assert "<b>small.jpg" not in text
    assert "data:image/jpeg;base64," in text
    assert "http://" not in text.replace("http://www.w3.org/2000/svg", "")
    assert "https://" not in text
    assert "too-few-pixels" in text


def test_explain_tells_how_to_mend(stockctl: Callable[..., Run]) -> None:
    run = stockctl("check", "--explain", "out-of-focus")
    assert run.code == 0
    assert len(run.out) > 200
    assert "Flagged where sharpness is below" in run.out


def test_every_name_of_the_contract_is_a_rule_or_listed_as_missing(stockctl: Callable[..., Run]) -> None:
    fixed = set(
        (
            "too-few-pixels too-many-pixels file-too-large unaccepted-format not-what-its-name-says damaged-file "
            "wrong-colour-space out-of-focus motion-blur noise compression-artefacts upscaled underexposed overexposed "
            "clipped-highlights low-contrast colour-cast fringing banding oversharpened sensor-dust border date-stamp "
            "watermark tilted-horizon similar-content already-submitted no-title too-few-keywords too-many-keywords "
            "text-too-long text-too-short spelling keyword-spam trademark bad-file-name missing-release "
            "face-without-release ai-disclosure editorial-caption missing-companion exclusive-elsewhere "
            "location-in-exif video-length video-resolution video-frame-rate video-codec audio-format"
        ).split()
    )
    rules = stockctl("check", "--rules", "--json").json["rules"]
    assert fixed <= {rule["name"] for rule in rules}
    for rule in rules:
        assert len(rule["explanation"]) > 40, rule["name"]
    ids = [rule["id"] for rule in rules if rule["implemented"]]
    assert len(ids) == len(set(ids))


def test_what_did_not_change_is_not_judged_again(
    stockctl: Callable[..., Run], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(tmp_path / "photos" / "a.jpg", patches(1))
    first = stockctl("check", tmp_path / "photos", "--json")
    assert first.json["assets"][0]["findings"]
    monkeypatch.setattr("stockctl.check.judge.judge", None)
    assert stockctl("check", tmp_path / "photos", "--json").out == first.out
    put(tmp_path / "photos" / "a.jpg", patches(2))
    assert stockctl("check", tmp_path / "photos", "--json").code == 3


@pytest.mark.parametrize(("count", "limit"), [(150, 1.2), pytest.param(1000, 2, marks=pytest.mark.soak)])
def test_a_second_check_of_many_files_is_quick(
    program: Callable[..., Run], tmp_path: Path, count: int, limit: float
) -> None:
    for number in range(count):
        put(tmp_path / "photos" / f"{number:04}.jpg", patches(number))
    program("check", tmp_path / "photos", "--json")
    before = os.times().children_user
    again = program("check", tmp_path / "photos", "--json")
    spent = os.times().children_user - before
    assert len(again.json["assets"]) == count
    # Of the processor's time, start-up included: half of it is the aim on an idle machine; a busy one is given room.
    assert spent < limit
