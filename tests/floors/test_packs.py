"""Keywords packed by blocks of files: by the run that fills a block, and by the update of an old catalogue."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from stockctl.catalogue import Catalogue, open_catalogue
from stockctl.catalogue.seen import assets, keywords
from stockctl.files.fingerprint import Fingerprint
from stockctl.words.lemma import key, key_version
from tests.pictures import patches, put

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.conftest import Run


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two numbers of files make a block, and a run packs one for each file that it looked at."""
    monkeypatch.setattr(keywords, "_SHIFT", 1)
    monkeypatch.setattr(keywords, "LOOKED_AT", 1)


def known(catalogue: Catalogue, folder: Path, count: int) -> None:
    facts = json.dumps({"kind": "photo", "format": "jpeg", "record": {"keywords": ["Lakes", "boat"]}})
    prints = Fingerprint(1, 1, 1)
    files = [assets.Seen(str(folder / f"{n}.jpg"), f"m{n}", "f", prints, "1", facts) for n in range(count)]
    assets.record(catalogue, files)


def blocks(catalogue: Catalogue) -> list[int]:
    return [row[0] for row in catalogue.rows("SELECT block FROM keyword_packs ORDER BY block")]


def test_a_run_packs_the_blocks_that_it_filled(tmp_path: Path) -> None:
    with open_catalogue(tmp_path / "catalogue.db") as catalogue:
        known(catalogue, tmp_path, 6)
        # The numbers are 1 to 6: in the last block there is room.
        keywords.pack_for(catalogue, 2, key, key_version())
        assert blocks(catalogue) == [0, 1]
        keywords.pack_for(catalogue, 9, key, key_version())
        assert blocks(catalogue) == [0, 1, 2]
        with open_catalogue(tmp_path / "catalogue.db") as other, other.transaction() as connection:
            connection.execute("DELETE FROM keyword_packs")
            # Another command is writing: nobody waits for it.
            keywords.pack_for(catalogue, 9, key, key_version())
        assert blocks(catalogue) == []


def test_check_packs_what_it_looked_at(stockctl: Callable[..., Run], home: Path, tmp_path: Path) -> None:
    for number in range(5):
        put(tmp_path / "in" / f"{number}.jpg", patches(number))
    assert stockctl("check", tmp_path / "in").code in {0, 1}
    with open_catalogue(home / "catalogue.db") as catalogue:
        assert blocks(catalogue) == [0, 1]


def test_an_update_packs_what_is_there(tmp_path: Path) -> None:
    path = tmp_path / "catalogue.db"
    with open_catalogue(path) as catalogue:
        known(catalogue, tmp_path, 5)
        catalogue.connection.execute("DELETE FROM _sqlite_migrations WHERE name = 'm002_packed'")
    with open_catalogue(path) as catalogue:
        assert blocks(catalogue) == [0, 1, 2]
        with keywords.packed(catalogue, key, key_version()):
            assert keywords.with_keys(catalogue, ["lake"]) == {"lake": {f"m{n}" for n in range(5)}}
