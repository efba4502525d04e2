"""What is told of all files at once, from arrays, is what going through all sales tells, whatever comes and goes."""

from __future__ import annotations

import random
from collections import defaultdict
from datetime import date, timedelta
from pathlib import PurePath
from typing import TYPE_CHECKING

import pytest

from stockctl.catalogue import open_catalogue
from stockctl.catalogue.sold import sales
from stockctl.catalogue.sold.kinds import EARNED
from stockctl.catalogue.sold.tables import folder_name
from stockctl.catalogue.sums import shown
from stockctl.earnings.answers.money.lines import NOT_TOLD
from stockctl.earnings.answers.sold import trends
from stockctl.earnings.answers.sold.files import by_file
from tests.plan import test_sums

if TYPE_CHECKING:
    from pathlib import Path

    from stockctl.catalogue import Catalogue


def link(catalogue: Catalogue, _folder: Path, draw: random.Random) -> None:
    """It is found out which picture a sold file is; whose folder is looked up when it is asked for, or at once."""
    for _ in range(draw.randrange(6)):
        media_id, number = f"m{draw.randrange(16)}", draw.randrange(1, 40)
        if draw.random() < 0.5:
            row = catalogue.rows("SELECT path FROM files WHERE media_id = ? ORDER BY path DESC LIMIT 1", [media_id])
            shoot = folder_name(row[0][0]) if row else ""
        else:
            shoot = None
        name = draw.choice(("", f"{draw.randrange(6)}.jpg"))
        before = catalogue.rows("SELECT name FROM sold WHERE id = ?", [number])
        with catalogue.transaction() as connection:
            connection.execute(
                "UPDATE sold SET media_id = ?, shoot = ?, name = ? WHERE id = ?", (media_id, shoot, name, number)
            )
            sales.show_by_name(connection, {name, *(row[0] for row in before)})


# What the program does not do is left out: a picture that changes and leaves its folder.
STEPS = (*(step for step in test_sums.STEPS if step not in {test_sums.link, test_sums.be_another}), link, link)


def shoots(catalogue: Catalogue, year: int) -> dict[tuple[str, str], tuple[int, int]]:
    found: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0])
    for media_id, currency, downloads, amount in catalogue.rows(
        "SELECT d.media_id, f.currency, s.downloads, s.amount FROM sales s JOIN units u ON u.id = s.unit"  # noqa: S608 - fixed texts
        f" JOIN facets f ON f.id = s.facet JOIN sold d ON d.id = s.sold WHERE {EARNED} AND u.day LIKE ?",
        [f"{year}%"],
    ):
        path = catalogue.rows("SELECT max(path) FROM files WHERE media_id = ?", [media_id])[0][0]
        line = found[PurePath(path).parent.name if path else NOT_TOLD, currency]
        line[0] += downloads
        line[1] += amount
    return {key: (downloads, amount) for key, (downloads, amount) in found.items()}


def changed(catalogue: Catalogue, start: date, middle: date, until: date, agency: str, most: int) -> list[list[object]]:
    sums: dict[str, dict[int, list[int]]] = defaultdict(lambda: defaultdict(lambda: [0, 0]))
    for number, currency, amount, later in catalogue.rows(
        "SELECT d.shown, f.currency, s.amount, u.day > ? FROM sales s JOIN units u ON u.id = s.unit"  # noqa: S608 - fixed texts
        f" JOIN facets f ON f.id = s.facet JOIN sold d ON d.id = s.sold WHERE {EARNED} AND d.name <> ''"
        " AND u.day > ? AND u.day <= ? AND ? IN ('', u.agency)",
        (str(middle), str(start), str(until), agency),
    ):
        sums[currency][number][later] += amount
    found: list[list[object]] = []
    for currency in sorted(sums):
        lines = sorted(sums[currency].items(), key=lambda one: (one[1][1] - one[1][0], one[0]))
        chosen = [*lines[:most], *lines[max(most, len(lines) - most) :]]
        found += [[currency, number, before, after] for number, (before, after) in chosen]
    return found


@pytest.mark.parametrize("seed", range(3))
def test_whatever_comes_and_goes_all_files_are_told(tmp_path: Path, seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shown, "_SHIFT", 2)
    draw = random.Random(seed)  # noqa: S311 - invented
    with open_catalogue(tmp_path / "c.db") as catalogue:
        for turn in range(120):
            draw.choice(STEPS)(catalogue, tmp_path, draw)
            if draw.random() < 0.5:
                lines = by_file(catalogue, "shoot", 2026)
                told = {(line.key, line.currency): (line.downloads, line.amount) for line in lines}
                assert told == shoots(catalogue, 2026), turn
            until = date(2026, 1, 1) + timedelta(days=draw.randrange(150))
            middle, agency = until - timedelta(days=draw.randrange(1, 95)), draw.choice(("", "", "alamy"))
            start = middle - timedelta(days=draw.randrange(1, 95))
            most = draw.randrange(1, 9)
            found = trends.changed(catalogue, start, middle, until, agency, most)
            assert found == changed(catalogue, start, middle, until, agency, most), turn
