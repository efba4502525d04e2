"""A vector and the JPEG of its name are one asset: what a person says of one holds for both."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Any

from tests.conftest import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.conftest import Run

VECTORS = ROOT / "sample_assets" / "photos" / "vectors"
WORDS = ["batik", "textile", "java", "flower", "ornament", "fabric", "craft"]


def both(folder: Path) -> tuple[Path, Path]:
    folder.mkdir()
    for suffix in (".eps", ".jpg"):
        shutil.copy(VECTORS / f"batik-kawung-pattern{suffix}", folder / f"tile{suffix}")
        (folder / f"tile{suffix}").chmod(0o644)
    return folder / "tile.eps", folder / "tile.jpg"


def of(run: Run, path: Path) -> dict[str, Any]:
    found: list[dict[str, Any]] = [asset for asset in run.json["assets"] if asset["path"] == str(path)]
    (asset,) = found
    return asset


def test_a_vector_takes_the_words_of_its_preview(stockctl: Callable[..., Run], tmp_path: Path) -> None:
    eps, jpg = both(tmp_path / "tiles")
    title = ("--title", "Kawung batik of Java", "--set", ",".join(WORDS))
    assert stockctl("keyword", jpg, *title).code == 0
    # In one run, and alone with the preview beside it.
    for paths in ((eps.parent,), (eps,)):
        asset = of(stockctl("keyword", *paths, "--dry-run", "--json"), eps)
        assert asset["title"] == "Kawung batik of Java"
        grounds = {word["word"]: word["ground"] for word in asset["keywords"]}
        assert {word: grounds.get(word) for word in WORDS} == dict.fromkeys(WORDS, "alike")


def test_a_preview_takes_the_words_of_its_vector(stockctl: Callable[..., Run], tmp_path: Path) -> None:
    eps, jpg = both(tmp_path / "tiles")
    assert stockctl("keyword", eps, "--title", "Kawung batik of Java", "--set", ",".join(WORDS)).code == 0
    asset = of(stockctl("keyword", jpg, "--dry-run", "--json"), jpg)
    assert set(WORDS) <= {word["word"] for word in asset["keywords"]}


def test_another_file_of_the_folder_takes_nothing_of_them(stockctl: Callable[..., Run], tmp_path: Path) -> None:
    _, jpg = both(tmp_path / "tiles")
    other = jpg.with_name("tile-2.jpg")
    shutil.copy(ROOT / "sample_assets" / "photos" / "garden" / "river-pebbles-small.jpg", other)
    assert stockctl("keyword", jpg, "--set", ",".join(WORDS)).code == 0
    asset = of(stockctl("keyword", jpg.parent, "--dry-run", "--json"), other)
    assert not set(WORDS) & {word["word"] for word in asset["keywords"]}
