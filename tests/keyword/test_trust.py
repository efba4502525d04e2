"""What was only suggested is no word of the person's: it does not spread, and an undo takes it back everywhere."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import piexif
import pytest

from tests.pictures import jpeg, put

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.conftest import Run

    Program = Callable[..., Run]

# Degrees and minutes, south or north, east.
PLACES = {"S": ((8, 1), (30, 1), (0, 1)), "N": ((43, 1), (45, 1), (0, 1))}
EAST = {"S": ((115, 1), (15, 1), (0, 1)), "N": ((11, 1), (15, 1), (0, 1))}


@pytest.fixture
def shoot(tmp_path: Path) -> Path:
    """Two pictures of one folder, taken in Bali and in Tuscany."""
    folder = tmp_path / "DCIM"
    for seed, (half, latitude) in enumerate(PLACES.items()):
        path = put(folder / f"IMG_{seed:04}.jpg", jpeg(640, 420, seed=seed))
        position = {
            piexif.GPSIFD.GPSLatitudeRef: half.encode(),
            piexif.GPSIFD.GPSLatitude: latitude,
            piexif.GPSIFD.GPSLongitudeRef: b"E",
            piexif.GPSIFD.GPSLongitude: EAST[half],
        }
        piexif.insert(piexif.dump({"GPS": position}), str(path))
    return folder


def words(run: Run) -> dict[str, list[str]]:
    return {asset["path"].rsplit("/", 1)[-1]: [word["word"] for word in asset["keywords"]] for asset in _assets(run)}


def _assets(run: Run) -> list[dict[str, Any]]:
    assert run.code == 0, run.err
    assets: list[dict[str, Any]] = run.json["assets"]
    return assets


def test_a_second_run_changes_nothing(stockctl: Program, shoot: Path) -> None:
    first = words(stockctl("keyword", shoot, "--context", "Rice harvest with farmers", "--json"))
    assert "indonesia" in first["IMG_0000.jpg"]
    assert "italy" in first["IMG_0001.jpg"]
    again = stockctl("keyword", shoot, "--context", "Rice harvest with farmers", "--json")
    assert words(again) == first
    assert not any(asset["changed"] for asset in _assets(again))


def test_an_undo_takes_the_words_out_of_earlier_work(stockctl: Program, shoot: Path) -> None:
    before = words(stockctl("keyword", shoot, "--dry-run", "--json"))
    stockctl("keyword", shoot, "--context", "Rice harvest with farmers", "--json")
    stockctl("undo")
    assert words(stockctl("keyword", shoot, "--dry-run", "--json")) == before


def test_an_undo_leaves_the_words_that_stood_before(stockctl: Program, shoot: Path) -> None:
    typed = ("--title", "Harvest festival in a village", "--set", "harvest,festival,lantern")
    stockctl("keyword", shoot / "IMG_0000.jpg", *typed)
    before = words(stockctl("keyword", shoot / "IMG_0001.jpg", "--context", "Harvest festival", "--dry-run", "--json"))
    stockctl("keyword", shoot / "IMG_0000.jpg", "--add", "parade,costume")
    stockctl("undo")
    after = words(stockctl("keyword", shoot / "IMG_0001.jpg", "--context", "Harvest festival", "--dry-run", "--json"))
    assert after == before


def test_an_undo_takes_nothing_from_a_namesake_in_another_folder(stockctl: Program, shoot: Path) -> None:
    typed = ("--title", "Harvest festival in a village", "--set", "harvest,festival,lantern")
    other = put(shoot.parent / "OTHER" / "IMG_0000.jpg", jpeg(640, 420, seed=9))
    stockctl("keyword", shoot / "IMG_0000.jpg", *typed)
    seen = shoot / "IMG_0001.jpg"
    before = words(stockctl("keyword", seen, "--context", "Harvest festival", "--dry-run", "--json"))
    stockctl("keyword", other, "--set", "parade,costume")
    stockctl("undo")
    assert words(stockctl("keyword", seen, "--context", "Harvest festival", "--dry-run", "--json")) == before


def test_a_file_that_may_not_be_written_is_named_as_it_was_given(
    stockctl: Program, shoot: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (shoot / "IMG_0000.jpg").chmod(0o444)
    monkeypatch.chdir(shoot.parent)
    run = stockctl("keyword", "DCIM", "--context", "Rice harvest", "--json")
    assert run.code == 1
    (error,) = run.json["errors"]
    assert error["path"] == "DCIM/IMG_0000.jpg"
    assert "read-only" in error["error"]
