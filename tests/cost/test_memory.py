"""What is held of each file of a folder does not grow to what is known of it: a hundred thousand fit."""

from __future__ import annotations

import gc
import json
import tracemalloc
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from stockctl.catalogue import open_catalogue
from stockctl.catalogue.seen import assets
from stockctl.check.run import batch, pipeline
from stockctl.check.showing import document
from stockctl.check.similar import pairs
from stockctl.config import Settings
from stockctl.files.fingerprint import fingerprint
from stockctl.submit.run import Options
from stockctl.submit.run import run as submit
from tests.pictures import patches, put

if TYPE_CHECKING:
    from collections.abc import Callable

    from stockctl.catalogue import Catalogue

SETTINGS = Settings(Path("none.toml"))
FEW, MANY = 20, 60
# Of a file that was only looked at: its path, its hashes, a line of the report. Before, it was some 40 kilobytes.
BYTES = 3_000


def known(catalogue: Catalogue, folder: Path, count: int) -> None:
    """Write files that the catalogue knows already, all like the first, but other pictures."""
    first = put(folder / "first.jpg", patches(1, 64, 48))
    pipeline.run(catalogue, SETTINGS, [first], workers=1)
    (row,) = assets.seen(catalogue, [first]).values()
    rows = []
    for number in range(count - 1):
        path = put(folder / f"picture-{number:04}.jpg", first.read_bytes())
        facts = json.loads(row.text) | {"media_id": f"{number:032x}", "file_sha256": f"{number:064x}"}
        facts["facts"] |= {"phash": f"{number * 7919 % 65536:04x}" * 16}
        # Two in five have a title of others, and the twins of a pair the same picture.
        facts["record"] |= {"title": f"Title {number % 5}" if number % 5 < 2 else f"Own title {number}"}
        if number % 10 == 9:
            facts["media_id"] = f"{number - 1:032x}"
        rows.append(
            assets.Seen(
                str(path), facts["media_id"], facts["file_sha256"], fingerprint(path), row.version, json.dumps(facts)
            )
        )
    assets.record(catalogue, rows)


@pytest.fixture
def folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, Path]:
    """Two folders, the larger one of several portions; the catalogue beside them knows their files."""
    monkeypatch.setattr(batch, "PORTION", 10)
    monkeypatch.setattr(pairs, "AT_ONCE", 10)
    few, many = tmp_path / "few", tmp_path / "many"
    with open_catalogue(tmp_path / "catalogue.db") as catalogue:
        known(catalogue, few, FEW)
        known(catalogue, many, MANY)
    return few, many


def peak(work: Callable[[], object]) -> int:
    """Return the most bytes that were held at once while something was done, and what it returns with them."""
    gc.collect()
    tracemalloc.start()
    try:
        kept = work()
        assert kept is not None
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
        gc.unfreeze()


def test_what_is_held_of_a_file(folders: tuple[Path, Path], tmp_path: Path) -> None:
    with open_catalogue(tmp_path / "catalogue.db") as catalogue:
        works: dict[str, Callable[[Path], object]] = {
            "check": lambda folder: pipeline.run(catalogue, SETTINGS, [folder]),
            "submit --dry-run": lambda folder: submit(
                catalogue, SETTINGS, [folder], "shutterstock", Options(dry_run=True)
            ),
        }
        for work in works.values():
            # What is worked out once is there.
            work(folders[0])
        held = {
            name: (peak(lambda: work(folders[1])) - peak(lambda: work(folders[0]))) / (MANY - FEW)  # noqa: B023
            for name, work in works.items()
        }
    assert all(0 < bytes_ < BYTES for bytes_ in held.values()), held


def test_a_packed_report_says_the_same(
    folders: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_catalogue(tmp_path / "catalogue.db") as catalogue:
        packed = pipeline.run(catalogue, SETTINGS, [folders[1]])
        monkeypatch.setattr(batch, "PORTION", 1000)
        whole = pipeline.run(catalogue, SETTINGS, [folders[1]])
    assert document.to_json(packed) == document.to_json(whole)
    assert len(whole.similar) > 4, "the portions know of each other"
    together = [[one.asset.facts["same_title"] for one in report.assets] for report in (packed, whole)]
    assert together[0] == together[1]
    assert set(together[0]) == {False, True}
    assert packed.sums == whole.sums
    assert [packed.assets[place].asset.path for place in (0, 15, -1)] == [
        whole.assets[place].asset.path for place in (0, 15, -1)
    ]
