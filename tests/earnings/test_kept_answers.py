"""Answers that are kept are those that all sales give: whatever is booked, taken back, renamed or booked again."""

from __future__ import annotations

import random
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from stockctl.catalogue import open_catalogue
from stockctl.catalogue.sent import ledger
from stockctl.catalogue.sold import sales, worked_out
from stockctl.catalogue.upkeep.invariants import invariants
from stockctl.earnings.answers.period import Period, of_year
from stockctl.earnings.answers.sold.figures import figures
from tests.benchmarks import career

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from stockctl.catalogue import Catalogue

FIRST = date(2018, 1, 1)
PERIODS = (of_year(2019), of_year(2023), of_year(2024), Period(date(2023, 3, 5), date(2023, 11, 30)))


def entries(draw: random.Random, years: tuple[int, int]) -> list[sales.Entry]:
    first, last = (date(year, 1, 1) for year in years)
    return [
        sales.Entry(
            agency=draw.choice(("alamy", "shutterstock")),
            day=first + timedelta(days=draw.randrange((last - first).days)),
            amount=draw.choice((330_000, 1_200_000, 12_400_000, -330_000)),
            currency=draw.choice(("USD", "USD", "EUR")),
            kind=draw.choice(("image", "image", sales.PAYOUT)),
            asset=str(number := draw.randrange(40)),
            file=f"f{number}.jpg" if number % 5 else "",
            downloads=1,
        )
        for _ in range(draw.randrange(1, 40))
    ]


def renamed(catalogue: Catalogue, draw: random.Random) -> None:
    with catalogue.transaction() as connection:
        files = connection.execute("SELECT id, name FROM sold").fetchall()
        number, before = draw.choice(files)
        after = draw.choice(files)[1]
        connection.execute("UPDATE sold SET name = ? WHERE id = ?", (after, number))
        sales.show_by_name(connection, {before, after})


def answered(catalogue: Catalogue) -> list[Any]:
    return [figures(catalogue, period, agency) for period in PERIODS for agency in ("", "alamy")]


def anew(_catalogue: Catalogue, _question: str, work_out: Callable[[], list[list[Any]]], _days: Any = ()) -> Any:
    return work_out()


@pytest.mark.parametrize("seed", range(2))
def test_what_is_kept_is_what_all_sales_give(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int) -> None:
    draw = random.Random(seed)  # noqa: S311 - invented
    with open_catalogue(tmp_path / "catalogue.db") as catalogue:
        catalogue.connection.execute("PRAGMA synchronous = OFF")
        sales.book(catalogue, entries(draw, (2018, 2025)), source="first")
        for _ in range(12):
            kept = answered(catalogue)
            with monkeypatch.context() as patched:
                patched.setattr(worked_out, "kept", anew)
                catalogue.connection.execute("DELETE FROM year_sums")
                assert kept == answered(catalogue)
            # One more source, another in the place of an earlier one, or nothing in its place.
            year = draw.randrange(2018, 2025)
            found = entries(draw, (year, year + 1)) if draw.random() < 0.8 else []
            sales.book(catalogue, found, source=f"source {draw.randrange(3)}")
            if draw.random() < 0.4:
                renamed(catalogue, draw)
        for one in invariants():
            if one.name.startswith(("sums-of-day", "sums-of-asset", "names-of-sold")):
                assert catalogue.rows(one.broken)[0][0] == 0, one.name


def test_sales_of_this_year_leave_the_answers_about_others(tmp_path: Path) -> None:
    draw = random.Random(5)  # noqa: S311 - invented
    with open_catalogue(tmp_path / "catalogue.db") as catalogue:
        sales.book(catalogue, entries(draw, (2018, 2025)), source="first")
        answered(catalogue)

        def questions() -> set[str]:
            return {row[0] for row in catalogue.rows("SELECT question FROM worked_out")}

        before = questions()
        sales.book(catalogue, entries(draw, (2024, 2025)), source="this year")
        assert {
            question for question in before if " 2024 " in question and "half" not in question
        } & questions() == set()
        kept = {question for question in before if "half-life" in question or " 2019 " in question}
        assert any("half-life" in question for question in kept)
        assert kept <= questions()


def test_how_many_pictures_arrived_is_of_now_whatever_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ledger, "_FEW_ARRIVED", 0)
    draw = random.Random(11)  # noqa: S311 - invented
    columns = ", ".join(career.UPLOADS)
    with open_catalogue(tmp_path / "catalogue.db") as catalogue:
        for _ in range(60):
            media_id, agency, state = f"m{draw.randrange(9)}", draw.choice("ab"), draw.choice(("sent", "failed"))
            row = (agency, media_id, 0, "photo", "", 1, 1, 1, "/", media_id, state, "ftp", 1, 0, "", "", None, None, "")
            # What stands there gives way as in the ledger: its counts are kept by triggers.
            catalogue.connection.execute("DELETE FROM uploads WHERE agency = ? AND media_id = ?", (agency, media_id))
            catalogue.connection.execute(f"INSERT INTO uploads ({columns}) VALUES ({', '.join('?' * 19)})", row)  # noqa: S608
            if state == "sent":
                catalogue.connection.execute(
                    "INSERT INTO sendings (agency, media_id, kind, remote, at) VALUES (?, ?, 'photo', '', ?)",
                    (agency, media_id, career.AT),
                )
            for asked in ("", "a", "b"):
                counted = catalogue.rows(
                    "SELECT count(DISTINCT media_id) FROM uploads WHERE state = 'sent' AND ? IN ('', agency)", [asked]
                )
                assert ledger.arrived(catalogue, asked) == counted[0][0]
        kept = catalogue.rows("SELECT count(*) FROM kept_plans")
        assert kept[0][0] == 1
