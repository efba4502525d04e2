"""Sold files are found among the catalogue's by names and titles, without going through all of these."""

from __future__ import annotations

import json
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


def put_files(catalogue: Catalogue, files: Sequence[tuple[str, str | None]]) -> None:
    """Write files of (path, title), each a picture of its own."""
    facts = [json.dumps({"kind": "photo", "format": "jpeg", "record": {"title": title}}) for _, title in files]
    assets.record(
        catalogue,
        [
            assets.Seen(path, f"{number:016}{number}", "f" * 64, Fingerprint(1, 2, number), "1", one)
            for number, ((path, _), one) in enumerate(zip(files, facts, strict=True))
        ],
    )


@pytest.fixture(scope="module")
def catalogue(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Catalogue]:
    with open_catalogue(tmp_path_factory.mktemp("linked") / "catalogue.db") as opened:
        yield opened


NAMES = st.text("aAbB.-_ éÉ日~\\", min_size=1, max_size=5)


TITLES = st.none() | st.text("aAb éÉ日", max_size=3)


@given(st.lists(st.tuples(NAMES, TITLES), max_size=12), st.lists(NAMES, max_size=3), st.lists(TITLES, max_size=3))
def test_the_indexes_find_what_going_through_all_finds(
    catalogue: Catalogue, files: list[tuple[str, str | None]], more: list[str], other: list[str | None]
) -> None:
    catalogue.connection.execute("DELETE FROM files")
    put_files(catalogue, [(f"/p/{number % 2}/{name}", title) for number, (name, title) in enumerate(files)])
    wanted = {key for name in [*more, *(name for name, _ in files[:2])] for key in names(name)}
    titles = {title.casefold() for title in [*other, *(title for _, title in files[:2])] if title}
    # By the indexes, and through all.
    called, titled = [], []
    for many in (10**9, 0):
        found = {(key, one) for path, one in named.by_name(catalogue, wanted, many) for key in names(path)}
        called.append({pair for pair in found if pair[0] in wanted})
        found = {(title.casefold(), one) for title, one in named.by_title(catalogue, titles, many)}
        titled.append({pair for pair in found if pair[0] in titles})
    assert called[0] == called[1]
    assert titled[0] == titled[1]


def test_a_few_sold_files_cost_as_much_among_many_as_among_few(tmp_path: Path) -> None:
    steps = []
    for many in (300, 3000):
        with open_catalogue(tmp_path / f"{many}.db") as catalogue:
            put_files(catalogue, [(f"/p/{number % 7}/IMG_{number}.jpg", f"Sea {number}") for number in range(many)])
            taken = 0

            def step() -> None:
                nonlocal taken
                taken += 1

            catalogue.connection.set_progress_handler(step, 10)
            found = {path for path, _ in named.by_name(catalogue, {"img_17", "img_18.jpg", "été"}, many)}
            assert found == {"/p/3/IMG_17.jpg", "/p/4/IMG_18.jpg"}
            assert {title for title, _ in named.by_title(catalogue, {"sea 17", "été"}, many)} == {"Sea 17"}
            steps.append(taken)
    assert steps[1] <= 2 * steps[0]


@pytest.mark.parametrize("sold", ["IMG_7.JPG", "img_7", "Å_7.jpg"])
def test_a_sale_is_a_picture_s_by_its_name(sold: str, stockctl: Callable[..., Run], home: Path, tmp_path: Path) -> None:
    with open_catalogue(home / "catalogue.db") as catalogue:
        put_files(catalogue, [(f"/p/{name}_{number}.jpg", None) for number in range(60) for name in ("IMG", "å")])
    run = stockctl("earnings", plain(tmp_path / "m.csv", [sale("2026-01-05", file=sold)]), "--year", "2026", "--json")
    assert run.code == 0, run.err
    with open_catalogue(home / "catalogue.db") as catalogue:
        ((name,),) = catalogue.rows("SELECT name FROM sold WHERE media_id IS NOT NULL")
    assert name == ("å_7.jpg" if sold.startswith("Å") else "IMG_7.jpg")


def test_titles_of_before_are_found_and_damaged_facts_stop_nothing(tmp_path: Path) -> None:
    with open_catalogue(tmp_path / "catalogue.db") as catalogue:
        put_files(catalogue, [("/p/a.jpg", "Sea"), ("/p/b.jpg", "Lake"), ("/p/c.jpg", "Fog")])
        catalogue.connection.execute("UPDATE files SET facts = '{' WHERE path = '/p/b.jpg'")
        catalogue.connection.execute("DROP TABLE titles")
        catalogue.connection.execute("DELETE FROM _sqlite_migrations WHERE name = 'm002_titles'")
    with open_catalogue(tmp_path / "catalogue.db") as catalogue:
        assert [*named.by_title(catalogue, {"sea", "lake"}, 100)] == [("Sea", f"{0:017}")]
        put_files(catalogue, [("/p/a.jpg", "Pond")])
        assert [*named.by_title(catalogue, {"sea"}, 100)] == [("Pond", f"{0:017}")]
        assert [*named.by_title(catalogue, {"pond"}, 100)] == [("Pond", f"{0:017}")]
