"""What is held of each file of a folder does not grow to what is known of it: a hundred thousand fit."""

from __future__ import annotations

import gc
import json
import tracemalloc
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from stockctl.catalogue import open_catalogue
from stockctl.catalogue.seen import assets, hashes
from stockctl.check.run import batch, pipeline
from stockctl.check.showing import document
from stockctl.check.similar import pairs
from stockctl.config import Settings
from stockctl.files.fingerprint import fingerprint
from stockctl.keyword.run import run as keyword
from stockctl.keyword.wishes import Wishes
from stockctl.metadata import Record, read
from stockctl.metadata.changes import history, undoing
from stockctl.report import packed
from stockctl.submit.run import Options
from stockctl.submit.run import run as submit
from tests.pictures import patches, put

if TYPE_CHECKING:
    from collections.abc import Callable

    from stockctl.catalogue import Catalogue

SETTINGS = Settings(Path("none.toml"))
WISHES = Wishes(context="Rice terraces in Bali, Indonesia", dry_run=True)
FEW, MANY = 20, 60


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
    for room in (batch, packed):
        monkeypatch.setattr(room, "PORTION", 10)
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


WORKS: dict[str, Callable[[Catalogue, Path], object]] = {
    "check": lambda catalogue, folder: pipeline.run(catalogue, SETTINGS, [folder]),
    "submit": lambda catalogue, folder: submit(catalogue, SETTINGS, [folder], "alamy", Options(dry_run=True)),
    "keyword": lambda catalogue, folder: keyword(catalogue, SETTINGS, [folder], WISHES),
}


@pytest.mark.parametrize(
    ("name", "most"), [("check", 3_000), ("submit", 3_000), pytest.param("keyword", 9_000, marks=pytest.mark.soak)]
)
def test_what_is_held_of_a_file(folders: tuple[Path, Path], tmp_path: Path, name: str, most: int) -> None:
    """Of a file that was only looked at: its path, its hashes, a line of the report; it was some 40 kilobytes."""
    with open_catalogue(tmp_path / "catalogue.db") as catalogue:
        # What is worked out once is there.
        WORKS[name](catalogue, folders[0])
        # The least of three: a thread that another test left holds something of its own at times.
        few, many = (min(peak(lambda: WORKS[name](catalogue, folder)) for _ in range(3)) for folder in folders)  # noqa: B023
    assert 0 < (many - few) / (MANY - FEW) < most


def test_a_packed_report_says_the_same(
    folders: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_catalogue(tmp_path / "catalogue.db") as catalogue:
        in_portions = pipeline.run(catalogue, SETTINGS, [folders[1]])
        for room in (batch, packed):
            monkeypatch.setattr(room, "PORTION", 1000)
        whole = pipeline.run(catalogue, SETTINGS, [folders[1]])
    assert document.to_json(in_portions) == document.to_json(whole)
    assert len(whole.similar) > 4, "the portions know of each other"
    together = [[one.asset.facts["same_title"] for one in report.assets] for report in (in_portions, whole)]
    assert together[0] == together[1]
    assert set(together[0]) == {False, True}
    assert in_portions.sums == whole.sums
    assert [in_portions.assets[place].asset.path for place in (0, 15, -1)] == [
        whole.assets[place].asset.path for place in (0, 15, -1)
    ]


def test_what_a_batch_replaced_is_not_all_held_while_it_is_taken_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(undoing, "TOGETHER", 2)
    long = Record(title="Boats", description=("A harbour at dawn. " * 2_000).strip())
    with open_catalogue(tmp_path / "catalogue.db") as catalogue:
        peaks = []
        # How many files are in flight at once varies; what each adds does not.
        for count in (16, 96):
            files = [put(tmp_path / f"{count}" / f"{number}.jpg", patches(1, 64, 48)) for number in range(count)]
            for record in (long, Record(title="Boats")):
                with history.batch(catalogue, of="test") as batch_:
                    for file in files:
                        batch_.write(file, record)
            peaks.append(peak(lambda: undoing.undo(catalogue)))
            assert {read(file).record.description for file in files} == {long.description}
    assert (peaks[1] - peaks[0]) / 80 < 5_000, "each file has some forty kilobytes of which it must be told"


def test_the_index_of_hashes_is_held_once(tmp_path: Path) -> None:
    entries, packs_of = 200_000, 5_000
    with open_catalogue(tmp_path / "catalogue.db") as catalogue:
        for first in range(1, entries, packs_of):
            ids = np.arange(first, first + packs_of, dtype=">i8")
            row = (int(ids[-1]), "v", ids.tobytes(), np.repeat(ids, 4).tobytes())
            catalogue.connection.execute("INSERT INTO packs VALUES (?, ?, ?, ?)", row)
        gc.collect()
        tracemalloc.start()
        ids, found = hashes.every(catalogue, "v")
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert np.array_equal(ids, np.arange(1, entries + 1))
    assert np.array_equal(found[:, 3].view(">i8"), ids)
    assert peak < 1.3 * (ids.nbytes + found.nbytes)
