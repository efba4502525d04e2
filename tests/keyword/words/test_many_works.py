"""A career's works: what is compared with is bounded, new and old are in it, and a copy finds its original."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from stockctl.catalogue import open_catalogue
from stockctl.catalogue.words import works
from stockctl.keyword.earlier import experience
from stockctl.keyword.embed import MODEL

if TYPE_CHECKING:
    from pathlib import Path

    from stockctl.catalogue import Catalogue


def _work(number: int) -> works.Work:
    vector = np.random.default_rng(number).standard_normal(384).astype(np.float16).tobytes()
    return works.Work(
        f"m{number:04}", "/shoot", f"{number}.jpg", "A tree", "A tree", {f"word{number}": 1.0}, "", MODEL, vector
    )


@pytest.fixture
def catalogue(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Catalogue:
    monkeypatch.setattr(experience, "MOST_WORKS", 100)
    opened = open_catalogue(tmp_path / "c.db")
    works.remember(opened, [_work(number) for number in range(1000)])
    return opened


def test_a_share_of_old_works_and_the_newest_are_compared_with(catalogue: Catalogue) -> None:
    with catalogue:
        found = experience.portfolio(catalogue)
        numbers = [int(one[1:]) for one in found.media_ids]
        assert 95 <= len(numbers) <= 105
        assert set(range(955, 1000)) <= set(numbers)
        old = sorted(number for number in numbers if number < 950)
        assert old[0] < 25
        assert max(np.diff(old)) < 30
        assert found.keywords(0)[0][0] == f"word{numbers[0]}"


def test_pictures_that_are_asked_for_are_in_it(catalogue: Catalogue) -> None:
    with catalogue:
        lacking = sorted({f"m{number:04}" for number in range(900)} - set(experience.portfolio(catalogue).media_ids))[
            :3
        ]
        found = experience.portfolio(catalogue, lacking)
        assert set(lacking) <= set(found.media_ids)
        assert experience.worked_on(catalogue, lacking)
        assert not experience.worked_on(catalogue, ["none"])
        assert not experience.worked_on(catalogue, [])


def test_few_works_are_all_compared_with(tmp_path: Path) -> None:
    with open_catalogue(tmp_path / "c.db") as catalogue:
        works.remember(catalogue, [_work(number) for number in range(40)])
        assert len(experience.portfolio(catalogue)) == 40
