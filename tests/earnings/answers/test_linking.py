"""Sold files are found among the catalogue's by their names, without going through all of these."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stockctl.catalogue import open_catalogue
from stockctl.catalogue.seen import assets, named
from stockctl.earnings.answers.sold.linking import names
from stockctl.files.fingerprint import Fingerprint
from tests.earnings.samples import plain, sale

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from stockctl.catalogue import Catalogue
    from tests.conftest import Run


def put_files(catalogue: Catalogue, paths: Sequence[str]) -> None:
    """Write files, each a picture of its own."""
    facts = '{"kind": "photo", "format": "jpeg", "record": {}}'
    assets.record(
        catalogue,
        [
            assets.Seen(path, f"m{number}", "f" * 64, Fingerprint(1, 2, number), "1", facts)
            for number, path in enumerate(paths)
        ],
    )


@pytest.fixture(scope="module")
def catalogue(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Catalogue]:
    with open_catalogue(tmp_path_factory.mktemp("linked") / "catalogue.db") as opened:
        yield opened


NAMES = st.text("aAbB.-_ éÉ日~\\", min_size=1, max_size=5)


@given(st.lists(NAMES, max_size=12), st.lists(NAMES, max_size=3))
def test_the_indexes_find_what_going_through_all_finds(catalogue: Catalogue, files: list[str], more: list[str]) -> None:
    catalogue.connection.execute("DELETE FROM files")
    put_files(catalogue, [f"/p/{number % 2}/{name}" for number, name in enumerate(files)])
    wanted = {key for name in [*more, *files[:2]] for key in names(name)}
    by_index, through_all = (
        {
            (key, media_id)
            for path, media_id in named.by_name(catalogue, wanted, many)
            for key in names(path)
            if key in wanted
        }
        for many in (10**9, 0)
    )
    assert by_index == through_all


def test_a_few_sold_files_cost_as_much_among_many_as_among_few(tmp_path: Path) -> None:
    steps = []
    for many in (300, 3000):
        with open_catalogue(tmp_path / f"{many}.db") as catalogue:
            put_files(catalogue, [f"/p/{number % 7}/IMG_{number}.jpg" for number in range(many)])
            taken = 0

            def step() -> None:
                nonlocal taken
                taken += 1

            catalogue.connection.set_progress_handler(step, 10)
            found = {path for path, _ in named.by_name(catalogue, {"img_17", "img_18.jpg", "été"}, many)}
            assert found == {"/p/3/IMG_17.jpg", "/p/4/IMG_18.jpg"}
            steps.append(taken)
    assert steps[1] <= 2 * steps[0]


@pytest.mark.parametrize("sold", ["IMG_7.JPG", "img_7", "Å_7.jpg"])
def test_a_sale_is_a_picture_s_by_its_name(sold: str, stockctl: Callable[..., Run], home: Path, tmp_path: Path) -> None:
    with open_catalogue(home / "catalogue.db") as catalogue:
        put_files(catalogue, [f"/p/{name}_{number}.jpg" for number in range(60) for name in ("IMG", "å")])
    run = stockctl("earnings", plain(tmp_path / "m.csv", [sale("2026-01-05", file=sold)]), "--year", "2026", "--json")
    assert run.code == 0, run.err
    with open_catalogue(home / "catalogue.db") as catalogue:
        ((name,),) = catalogue.rows("SELECT name FROM sold WHERE media_id IS NOT NULL")
    assert name == ("å_7.jpg" if sold.startswith("Å") else "IMG_7.jpg")
