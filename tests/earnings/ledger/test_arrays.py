"""The months of sold files, and the pictures that they are, are kept as arrays and say what the tables say."""

from __future__ import annotations

import json
import random
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from stockctl.catalogue import Catalogue, open_catalogue
from stockctl.catalogue.seen import assets, keywords
from stockctl.catalogue.sold import month_sums, pictures, sales
from stockctl.earnings.answers.sold.files import by_file
from stockctl.earnings.answers.sold.linking import link
from stockctl.earnings.booking.importing import import_statement
from stockctl.files.fingerprint import Fingerprint
from stockctl.plan.own import _in_general
from tests.earnings.ledger.by_hand import check_months, check_pictures
from tests.earnings.samples import plain, sale

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def kept(catalogue: Catalogue) -> list[str]:
    return [row[0] for row in catalogue.rows("SELECT DISTINCT month FROM month_sums ORDER BY 1")]


def test_an_import_keeps_the_months_that_it_tells(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with open_catalogue(tmp_path / "c.db") as catalogue:
        rows = [sale(f"2026-{month:02}-0{day}", "0.10", file="a.jpg") for month in (1, 2, 4) for day in (1, 2)]
        import_statement(catalogue, plain(tmp_path / "first.csv", rows))
        assert kept(catalogue) == ["2026-01", "2026-02", "2026-04"]
        import_statement(catalogue, plain(tmp_path / "more.csv", [sale("2026-02-09", "1.00", file="b.jpg")]))
        with monkeypatch.context() as patched:
            # Nothing is summed up anew: it was added.
            patched.setattr(month_sums, "_summed", None)
            check_months(catalogue)
        # What is booked changes a month in which others stand: it is summed up by who asks.
        entry = sales.Entry("alamy", date(2026, 4, 3), 330_000, "USD", kind="image", file="a.jpg", downloads=1)
        sales.book(catalogue, [entry], source="by hand")
        assert kept(catalogue) == ["2026-01", "2026-02"]
        check_months(catalogue)
        import_statement(catalogue, plain(tmp_path / "late.csv", [sale("2026-04-09", "1.00", file="b.jpg")]))
        assert kept(catalogue) == ["2026-01", "2026-02"]
        month_sums.fill(catalogue)
        assert kept(catalogue) == ["2026-01", "2026-02", "2026-04"]
        check_months(catalogue)


def test_whatever_comes_and_goes_the_months_are_right(tmp_path: Path) -> None:
    draw = random.Random(11)  # noqa: S311 - invented
    with open_catalogue(tmp_path / "c.db") as catalogue:
        for turn in range(60):
            what = draw.randrange(5)
            day = date(2026, 1, 20) + timedelta(days=draw.randrange(80))
            if what < 2:
                rows = [
                    sale(
                        str(day + timedelta(days=draw.randrange(30))),
                        draw.choice(("0.10", "-0.10", "3.00")),
                        agency=draw.choice(("alamy", "pond5")),
                        file=f"{draw.randrange(6)}.jpg",
                    )
                    for _ in range(draw.randrange(1, 20))
                ]
                replace_days = draw.random() < 0.3
                import_statement(catalogue, plain(tmp_path / f"{turn}.csv", rows), replace_days=replace_days)
            elif what == 2:
                kind, downloads = draw.choice((("image", 1), ("payout", 0)))
                entry = sales.Entry("alamy", day, 500_000, draw.choice(("USD", "EUR")), kind=kind, downloads=downloads)
                sales.book(catalogue, [entry], source=f"source {draw.randrange(3)}")
            elif what == 3 and (units := catalogue.rows("SELECT id FROM units")):
                with catalogue.transaction() as connection:
                    sales.forget_unit(connection, draw.choice(units)[0])
            elif draw.random() < 0.5:
                month_sums.fill(catalogue)
            check_months(catalogue)


def test_whatever_comes_and_goes_the_pictures_are_right(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pictures, "_SHIFT", 2)
    draw = random.Random(12)  # noqa: S311 - invented
    with open_catalogue(tmp_path / "c.db") as catalogue:
        for turn in range(150):
            what = draw.randrange(6)
            if what == 0:
                entries = [
                    sales.Entry("alamy", date(2026, 1, 1), 1, "USD", kind="image", file=f"{draw.randrange(20)}.jpg")
                    for _ in range(3)
                ]
                sales.book(catalogue, entries, source=f"source {turn}")
            elif what == 1:
                media_id = draw.choice((None, f"m{draw.randrange(9)}"))
                catalogue.connection.execute(
                    "UPDATE sold SET media_id = ? WHERE id = ?", (media_id, draw.randrange(1, 25))
                )
            elif what in {2, 3}:
                path = tmp_path / f"{draw.choice('abc')}{draw.randrange(9)}.jpg"
                path.touch() if draw.random() < 0.8 else path.unlink(missing_ok=True)
                record: dict[str, Any] = {"keywords": draw.choice((["lake"], ["snow", "ice"], []))}
                facts = {"kind": "photo", "format": "jpeg", "record": record if draw.random() < 0.8 else {}}
                file = assets.Seen(
                    str(path), f"m{draw.randrange(9)}", "f", Fingerprint(1, 1, 1), "1", json.dumps(facts)
                )
                assets.record(catalogue, [file])
            elif what == 4:
                catalogue.connection.execute("DELETE FROM files WHERE rowid = ?", [draw.randrange(1, 20)])
            else:
                pictures.fill(catalogue)
            check_pictures(catalogue)


def test_an_update_keeps_what_is_there(tmp_path: Path) -> None:
    path = tmp_path / "c.db"
    with open_catalogue(path) as catalogue:
        import_statement(catalogue, plain(tmp_path / "first.csv", [sale("2026-01-02", "0.10", file="a.jpg")]))
        connection = catalogue.connection
        connection.execute("UPDATE sold SET media_id = 'm'")
        # As it was before.
        triggers = "SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE '%\\_moved\\_%' ESCAPE '\\'"
        for (name,) in connection.execute(triggers).fetchall():
            connection.execute(f"DROP TRIGGER {name}")
        for table in ("month_sums", "sold_files", "sold_moved"):
            connection.execute(f"DROP TABLE {table}")
        connection.execute("DELETE FROM _sqlite_migrations WHERE name = 'm012_months'")
    with open_catalogue(path) as catalogue:
        assert kept(catalogue) == ["2026-01"]
        assert [row[0] for row in catalogue.rows("SELECT block FROM sold_files")] == [0]
        check_months(catalogue)
        check_pictures(catalogue)


def test_who_asks_of_all_goes_through_neither_sales_nor_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    facts = json.dumps({"kind": "photo", "format": "jpeg", "record": {"keywords": ["lake", "Boat"]}})
    prints = Fingerprint(1, 1, 1)
    with open_catalogue(tmp_path / "c.db") as catalogue:
        assets.record(
            catalogue, [assets.Seen(str(tmp_path / f"{n}.jpg"), f"m{n}", "f", prints, "1", facts) for n in range(9)]
        )
        rows = [sale(f"2026-0{1 + n % 3}-09", "0.10", file=f"{n}.jpg") for n in range(9)]
        import_statement(catalogue, plain(tmp_path / "first.csv", rows))
        link(catalogue)
        told = by_file(catalogue, "keyword", 2026), _in_general(catalogue)
        assert {line.key: line.downloads for line in told[0]} == {"lake": 9, "boat": 9}
        for module, name in ((month_sums, "_summed"), (pictures, "_files"), (keywords, "_pack")):
            monkeypatch.setattr(module, name, None)
        assert (by_file(catalogue, "keyword", 2026), _in_general(catalogue)) == told


def test_a_sold_file_that_comes_sets_nothing_off(tmp_path: Path) -> None:
    """A statement brings hundreds of thousands: SQLite would keep a journal of each."""
    with open_catalogue(tmp_path / "c.db") as catalogue:
        triggers = catalogue.rows("SELECT sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'sold'")
        assert triggers
        assert not [row[0] for row in triggers if "INSERT ON" in row[0]]
