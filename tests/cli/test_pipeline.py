"""The main job from outside: checked, keyworded, submitted and accounted for."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from PIL import Image

from tests.pictures import jpeg, put
from tests.programs import needs

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.conftest import Run

WORDS = "rice terrace,sunrise,Bali,Ubud,Indonesia,palm tree,morning mist"


def sha(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def pixels(data: bytes) -> np.ndarray[Any, np.dtype[np.uint8]]:
    return np.asarray(Image.open(io.BytesIO(data)))


def exiftool(path: Path) -> dict[str, Any]:
    program = needs("exiftool", "libimage-exiftool-perl")
    done = subprocess.run(
        [program, "-j", "-G1", "-struct", "-charset", "iptc=utf8", str(path)],
        capture_output=True,
        text=True,
        check=True,
    )
    (found,) = json.loads(done.stdout)
    assert isinstance(found, dict)
    return found


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    folder = tmp_path / "rice terraces"
    put(folder / "rice-terrace-ubud-0042.jpg")
    put(folder / "rice-terrace-ubud-0043.jpg", jpeg(seed=1))
    return folder


def test_from_folder_to_outbox_to_statement(stockctl: Callable[..., Run], photos: Path, tmp_path: Path) -> None:
    before = {path.name: path.read_bytes() for path in photos.iterdir()}
    keyworded = stockctl(
        "keyword", photos, "--title", "Rice terraces at sunrise near Ubud", "--set", WORDS,
        "--description", "Rice terraces at sunrise near Ubud, Bali, with morning mist between the palm trees",
        "--creator", "Sari Wijaya", "--copyright", "© 2026 Sari Wijaya", "--json",
    )  # fmt: skip
    assert keyworded.code == 0, keyworded.err
    assert all(asset["changed"] for asset in keyworded.json["assets"])
    for path in photos.iterdir():
        assert np.array_equal(pixels(path.read_bytes()), pixels(before[path.name]))
    checked = stockctl("check", photos, "--agency", "shutterstock", "--json")
    assert not [e for a in checked.json["assets"] for e in a["findings"] if e["severity"] == "error"]
    submit = ("submit", photos, "--agency", "shutterstock", "--outbox", tmp_path / "outbox", "--json")
    plan = stockctl(*submit, "--dry-run")
    assert [entry["state"] for entry in plan.json["files"]] == ["planned", "planned"]
    assert not (tmp_path / "outbox").exists()
    sent = stockctl(*submit)
    assert [entry["state"] for entry in sent.json["files"]] == ["prepared", "prepared"]
    assert sent.json["delivery"] == "folder"
    with Path(sent.json["sheet"]["path"]).open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["Filename"] for row in rows] == [entry["remote"] for entry in sent.json["files"]]
    assert rows[0]["Keywords"].split(",")[:3] == ["rice terrace", "sunrise", "Bali"]
    for entry, path in zip(sent.json["files"], sorted(photos.iterdir()), strict=True):
        (copy,) = (tmp_path / "outbox").rglob(entry["remote"])
        assert sha(copy) == sha(path)
    again = stockctl(*submit)
    assert [entry["state"] for entry in again.json["files"]] == ["skipped", "skipped"]
    stages = {entry["stage"] for entry in stockctl("status", photos, "--json").json["assets"]}
    assert stages == {"prepared"}
    marked = stockctl("submit", "--agency", "shutterstock", "--mark-sent", "--json")
    assert [entry["state"] for entry in marked.json["files"]] == ["sent", "sent"]
    stages = {entry["stage"] for entry in stockctl("status", photos, "--json").json["assets"]}
    assert stages == {"sent"}
    statement = tmp_path / "plain.csv"
    statement.write_text(
        "date,agency,asset,file,kind,licence,amount,currency\n"
        "2026-03-14,shutterstock,,rice_terrace_ubud_0042.jpg,image,subscription,0.10,USD\n"
        "2026-03-14,shutterstock,,rice_terrace_ubud_0042.jpg,image,subscription,0.10,USD\n"
    )
    earned = stockctl("earnings", statement, "--year", "2026", "--json")
    (total,) = earned.json["totals"]
    assert (total["downloads"], total["amount"], total["currency"]) == (2, "0.20", "USD")
    (level,) = (entry for entry in earned.json["levels"] if entry["kind"] == "image")
    assert (level["level"], level["remaining"]) == (1, 99)
    undone = stockctl("undo", "--json")
    assert {entry["state"] for entry in undone.json["files"]} == {"restored"}
    assert {path.name: path.read_bytes() for path in photos.iterdir()} == before


def test_exiftool_reads_back_every_field(stockctl: Callable[..., Run], photos: Path) -> None:
    path = photos / "rice-terrace-ubud-0042.jpg"
    camera = exiftool(path)
    run = stockctl(
        "keyword", path, "--title", "Terasering di Tegallalang — «pagi»", "--set", "sawah,日の出,🌾 rice",
        "--description", "Sawah bertingkat & kabut <pagi> di Ubud",
        "--creator", "Sari Wijaya", "--creator", "Ketut, Jr.", "--copyright", "© 2026 Sari Wijaya", "--json",
    )  # fmt: skip
    assert run.code == 0, run.err
    tags = exiftool(path)
    assert tags["XMP-dc:Title"] == tags["IPTC:ObjectName"] == "Terasering di Tegallalang — «pagi»"
    description = "Sawah bertingkat & kabut <pagi> di Ubud"
    assert tags["XMP-dc:Description"] == tags["IPTC:Caption-Abstract"] == tags["IFD0:ImageDescription"] == description
    assert tags["XMP-dc:Subject"] == tags["IPTC:Keywords"] == ["sawah", "日の出", "🌾 rice"]
    assert tags["XMP-dc:Creator"] == tags["IPTC:By-line"] == ["Sari Wijaya", "Ketut, Jr."]
    assert tags["IFD0:Artist"] == "Sari Wijaya; Ketut, Jr."
    assert tags["XMP-dc:Rights"] == tags["IPTC:CopyrightNotice"] == tags["IFD0:Copyright"] == "© 2026 Sari Wijaya"
    assert tags["IPTC:CodedCharacterSet"] == "UTF8"
    kept = ("IFD0:Make", "IFD0:Model", "ExifIFD:ISO", "ExifIFD:DateTimeOriginal", "ICC_Profile:ProfileDescription")
    assert {name: tags.get(name) for name in kept} == {name: camera.get(name) for name in kept}


def test_a_file_about_which_nothing_is_known_gets_no_filler(stockctl: Callable[..., Run], tmp_path: Path) -> None:
    picture = np.zeros((1200, 1800, 3), np.uint8)
    picture[:, ::7] = 180
    buffer = io.BytesIO()
    Image.fromarray(picture).save(buffer, "JPEG")
    path = put(tmp_path / "DCIM" / "DSC_1234.jpg", buffer.getvalue())
    before = path.read_bytes()
    run = stockctl("keyword", path, "--json")
    (asset,) = run.json["assets"]
    assert [entry for entry in asset["keywords"] if entry["source"] not in {"picture", "time"}] == []
    assert asset["title"] == ""
    assert any("not enough to go by" in finding["message"] for finding in asset["findings"])
    assert (path.read_bytes() != before) == asset["changed"]


def test_a_read_only_file_is_refused_and_the_rest_is_keyworded(stockctl: Callable[..., Run], photos: Path) -> None:
    shut = photos / "rice-terrace-ubud-0042.jpg"
    shut.chmod(0o444)
    before = shut.read_bytes()
    run = stockctl("keyword", photos, "--set", "sawah", "--json")
    assert run.code == 1
    assert [entry["path"] for entry in run.json["errors"]] == [str(shut)]
    assert "read-only" in run.json["errors"][0]["error"]
    assert shut.read_bytes() == before
    assert exiftool(photos / "rice-terrace-ubud-0043.jpg")["XMP-dc:Subject"] in ("sawah", ["sawah"])


@pytest.mark.parametrize("command", ["check", "keyword", "status"])
def test_a_missing_folder_is_a_wrong_call_everywhere(
    stockctl: Callable[..., Run], tmp_path: Path, command: str
) -> None:
    run = stockctl(command, tmp_path / "nowhere", "--json")
    assert run.code == 2
    assert "no such file or folder" in run.err
    assert run.out == ""


def test_an_unknown_agency_is_a_wrong_call(stockctl: Callable[..., Run], photos: Path) -> None:
    run = stockctl("submit", photos, "--agency", "shuterstock")
    assert run.code == 2
    assert "did you mean shutterstock" in run.err
