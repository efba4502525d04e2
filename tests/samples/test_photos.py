"""The sample pictures: what the table says of them holds, and the script draws them again."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from PIL import Image

from stockctl.media.capture import read_capture
from stockctl.media.identify import HEAD_BYTES, KINDS, format_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.conftest import Run

SAMPLES = Path(__file__).parents[2] / "sample_assets"
PHOTOS = SAMPLES / "photos"
EXPECTED: dict[str, dict[str, Any]] = tomllib.loads((SAMPLES / "EXPECTED.toml").read_text(encoding="utf-8"))
RASTER = [name for name in EXPECTED if not name.endswith((".eps", ".svg"))]


def test_every_picture_stands_in_the_table_and_every_row_is_a_file() -> None:
    assert {str(path.relative_to(PHOTOS)) for path in PHOTOS.rglob("*") if path.is_file()} == {
        *EXPECTED,
        "campaign/sunset-reel-upright.mp4",
    }


def test_there_are_enough_large_ones_and_the_whole_stays_small() -> None:
    large = [name for name in RASTER if np.prod(EXPECTED[name]["size"]) >= 4_000_000]
    sound = [name for name in large if "rule" not in EXPECTED[name]]
    assert len(sound) >= 16
    assert len({row["rule"] for row in EXPECTED.values() if "rule" in row}) >= 10
    assert sum(path.stat().st_size for path in SAMPLES.rglob("*") if path.is_file()) < 20_000_000


@pytest.mark.parametrize("name", RASTER)
def test_a_picture_has_the_size_and_profile_that_the_table_says(name: str) -> None:
    row = EXPECTED[name]
    with Image.open(PHOTOS / name) as picture:
        assert list(picture.size) == row["size"]
        profile = picture.info["icc_profile"]
        adobe = "Adobe RGB (1998)".encode("utf-16-be") in profile
        assert adobe == (row.get("rule") == "wrong-colour-space")
        capture = read_capture(picture.info.get("exif")) if picture.format == "JPEG" else None
    if capture and capture.taken:
        assert capture.make
        assert capture.exposure_s
        assert capture.taken.tzinfo


@pytest.mark.parametrize("name", EXPECTED)
def test_a_file_is_what_its_name_says(name: str) -> None:
    path = PHOTOS / name
    with path.open("rb") as file:
        found = format_of(path, file.read(HEAD_BYTES))
    assert found in KINDS
    assert {"jpg": "jpeg", "tif": "tiff"}.get(path.suffix[1:], path.suffix[1:]) == found


def test_the_damaged_one_is_damaged_and_the_others_decode() -> None:
    for name in RASTER:
        with Image.open(PHOTOS / name) as picture:
            if EXPECTED[name].get("rule") == "damaged-file":
                with pytest.raises(OSError, match="truncated"):
                    picture.load()
            else:
                picture.load()


@pytest.mark.parametrize("name", ["studio/ceramic-vase-white-background-0003.jpg", "textures/white-marble-0001.jpg"])
def test_the_script_draws_the_same_picture_again(tmp_path: Path, name: str) -> None:
    subprocess.run(
        [sys.executable, SAMPLES / "render.py", "--only", name, "--out", tmp_path, "--workers", "1"],
        check=True,
        capture_output=True,
        timeout=120,
    )
    with Image.open(PHOTOS / name) as kept, Image.open(tmp_path / "photos" / name) as drawn:
        apart = np.abs(np.asarray(kept, np.int16) - np.asarray(drawn, np.int16))
    # Other processors round sines elsewhere, other libjpegs their cosines: a few pixels may fall
    # to the other side of an edge.
    assert apart.mean() < 0.01
    assert (apart > 8).mean() < 1e-5


def test_check_names_the_fault_of_each_and_warns_of_no_other(stockctl: Callable[..., Run]) -> None:
    run = stockctl("check", PHOTOS, "--json")
    found = {str(Path(asset["path"]).relative_to(PHOTOS)): asset["findings"] for asset in run.json["assets"]}
    for name, row in EXPECTED.items():
        rule = row.get("rule")
        assert rule is None or rule in {finding["name"] for finding in found[name]}, name
        others = {
            finding["name"]
            for finding in found[name]
            if finding["agency"] is None and finding["severity"] != "info" and finding["rule"].startswith("IMG")
        }
        assert others <= {rule}, name
