"""The same picture across agencies, and the words and shoots that its sales are counted for."""

from __future__ import annotations

import json
import random
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from stockctl.catalogue import Catalogue, open_catalogue
from stockctl.catalogue.seen import hashes
from stockctl.catalogue.seen.assets import Seen, record
from stockctl.catalogue.sold import earned, sales
from stockctl.earnings.answers.period import Period, of_year
from stockctl.earnings.answers.sold.courses import courses
from stockctl.earnings.answers.sold.files import by_file
from stockctl.earnings.answers.sold.linking import link
from stockctl.files.fingerprint import Fingerprint
from tests.earnings.ledger.test_counted_once import rolled_up
from tests.earnings.samples import getty, plain, sale

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.conftest import Run


def picture(path: Path, media_id: str, keywords: tuple[str, ...], title: str = "") -> Seen:
    facts: dict[str, Any] = {"kind": "photo", "format": "jpeg", "record": {"keywords": list(keywords), "title": title}}
    return Seen(str(path), media_id, f"sha-{media_id}", Fingerprint(1, 1, 1), "1", json.dumps(facts))


@pytest.fixture
def pictures(home: Path, tmp_path: Path) -> Path:
    with open_catalogue(home / "catalogue.db") as catalogue:
        record(
            catalogue,
            [
                picture(tmp_path / "bali" / "rice-terrace-ubud-0042.jpg", "m1", ("Rice", "bali"), "Rice terrace"),
                picture(tmp_path / "kitchen" / "coffee-0021.jpg", "m2", ("coffee",), "Roasted coffee"),
                picture(tmp_path / "a" / "same.jpg", "m3", ("one",)),
                picture(tmp_path / "b" / "same.jpg", "m4", ("two",)),
            ],
        )
    return tmp_path


def rows(run: Run) -> dict[str, tuple[int, str]]:
    assert run.code == 0, run.err
    return {row["key"]: (row["downloads"], row["amount"]) for row in run.json["rows"]}


def test_sales_of_one_picture_are_one_row_however_it_is_called(stockctl: Callable[..., Run], pictures: Path) -> None:
    mine = [
        sale("2026-01-05", "0.50", agency="wirestock", file="RICE-terrace-ubud-0042"),
        sale("2026-01-06", "1.00", agency="pond5", file="rice-terrace-ubud-0042.jpg"),
        sale("2026-01-06", "2.00", agency="pond5", file="same.jpg"),
    ]
    adobe = pictures / "adobe.csv"
    adobe.write_text("2026-05-03T01:13:34+00:00,512345678,Rice terrace,subscription,$0.38\n", encoding="utf-8")
    txt = getty(pictures / "g.txt", [("Mar-2026", "14-Mar-2026", "7", "2.40", "0.36")])
    run = stockctl("earnings", plain(pictures / "m.csv", mine), adobe, txt, "--year", "2026", "--by", "asset", "--json")
    assert rows(run) == {
        "rice-terrace-ubud-0042.jpg": (3, "1.88"),
        "same.jpg": (1, "2.00"),
        "7.jpg": (1, "0.36"),
    }
    with open_catalogue(pictures / "home" / "catalogue.db") as catalogue:
        days, raw_days, assets, raw_assets = rolled_up(catalogue)
    assert (days, assets) == (raw_days, raw_assets)
    by_word = rows(stockctl("earnings", "--year", "2026", "--by", "keyword", "--json"))
    assert by_word == {"rice": (3, "1.88"), "bali": (3, "1.88"), "(not told)": (2, "2.36")}
    by_shoot = rows(stockctl("earnings", "--year", "2026", "--by", "shoot", "--json"))
    assert by_shoot == {"bali": (3, "1.88"), "(not told)": (2, "2.36")}


def test_the_shoot_of_a_sale_is_where_its_picture_lies_now(
    stockctl: Callable[..., Run], home: Path, pictures: Path
) -> None:
    mine = plain(pictures / "m.csv", [sale("2026-01-06", "1.00", file="coffee-0021.jpg")])
    assert rows(stockctl("earnings", mine, "--year", "2026", "--by", "shoot", "--json")) == {"kitchen": (1, "1.00")}
    with open_catalogue(home / "catalogue.db") as catalogue:
        # The old file is no longer there: it was moved.
        record(catalogue, [picture(pictures / "café" / "coffee-0021.jpg", "m2", ("coffee",))])
        catalogue.connection.execute("BEGIN IMMEDIATE")
        # While another command writes it is told all the same.
        with open_catalogue(home / "catalogue.db") as other:
            lines = by_file(other, "shoot", 2026)
        catalogue.connection.execute("COMMIT")
        assert [(line.key, line.downloads) for line in lines] == [("café", 1)]
        assert by_file(catalogue, "shoot", 2026) == lines
        assert [row[0] for row in catalogue.rows("SELECT shoot FROM sold")] == ["café"]
        # Another picture under its path: nobody knows any longer where it lies.
        record(catalogue, [picture(pictures / "café" / "coffee-0021.jpg", "m5", ("tea",))])
        assert [line.key for line in by_file(catalogue, "shoot", 2026)] == ["(not told)"]


def test_keywords_are_summed_up_as_by_hand(home: Path, tmp_path: Path) -> None:
    draw = random.Random(4)  # noqa: S311 - invented
    words = ("Rice", "rice", "bali", "lake", "snow")
    with open_catalogue(home / "catalogue.db") as catalogue:
        for number in range(40):
            path = tmp_path / f"{number}.jpg"
            path.touch()
            # Several files of some pictures, some of them without words.
            chosen = tuple(draw.sample(words, draw.randrange(4)))
            record(catalogue, [picture(path, f"m{number % 30}", chosen)])
        entries = [
            sales.Entry(
                agency=draw.choice(("alamy", "pond5")),
                day=date(2026, 1, 1 + draw.randrange(28)),
                amount=draw.choice((330_000, -330_000, 0)),
                currency=draw.choice(("USD", "EUR")),
                kind="image",
                file=f"{draw.randrange(50)}.jpg",
                downloads=draw.choice((1, 1, 0, -1)),
            )
            for _ in range(200)
        ]
        sales.book(catalogue, entries, source="first")
        link(catalogue)
        catalogue.connection.execute("UPDATE sold SET media_id = 'm' || (id % 30) WHERE id % 4 = 0")
        for period in (2026, Period(date(2026, 1, 3), date(2026, 1, 17)), 2025):
            for agency in ("", "pond5"):
                found = by_file(catalogue, "keyword", period, agency)
                catalogue.connection.execute("BEGIN IMMEDIATE")
                # While another command writes, picture by picture.
                with open_catalogue(home / "catalogue.db") as other:
                    assert by_file(other, "keyword", period, agency) == found
                catalogue.connection.execute("COMMIT")
                assert bool(found) is (period != 2025)


def test_of_several_files_of_a_picture_the_first_with_words_tells_them(home: Path, tmp_path: Path) -> None:
    with open_catalogue(home / "catalogue.db") as catalogue:
        for name, words in (("a", ()), ("b", ("lake", "Boat")), ("c", ("snow",))):
            (tmp_path / f"{name}.jpg").touch()
            record(catalogue, [picture(tmp_path / f"{name}.jpg", "m", words)])
        entry = sales.Entry("alamy", date(2026, 1, 1), 330_000, "USD", kind="image", file="a.jpg", downloads=1)
        sales.book(catalogue, [entry], source="first")
        link(catalogue)
        found = by_file(catalogue, "keyword", 2026)
        assert sorted(line.key for line in found) == ["boat", "lake"]
        assert earned.keywords(catalogue, ["m"]) == {"m": ("lake", "boat")}
        catalogue.connection.execute("BEGIN IMMEDIATE")
        with open_catalogue(home / "catalogue.db") as other:
            assert by_file(other, "keyword", 2026) == found


def test_copies_of_a_picture_are_one_row_by_their_looks(
    stockctl: Callable[..., Run], home: Path, tmp_path: Path
) -> None:
    looks = {"m1": "00" * 32, "m2": "00" * 30 + "0107", "m3": "00" * 28 + "ffff0000", "m4": "00" * 31 + "01"}
    names = {"m1": "beach.jpg", "m2": "beach-2400px.jpg", "m3": "pier.jpg", "m4": "beach-next-frame.jpg"}
    with open_catalogue(home / "catalogue.db") as catalogue:
        record(catalogue, [picture(tmp_path / name, media_id, ()) for media_id, name in names.items()])
        hashes.add(catalogue, {name: bytes.fromhex(hash_) for name, hash_ in looks.items()}, "1")
    mine = [
        sale("2026-01-05", "0.50", agency="shutterstock", file="beach.jpg"),
        sale("2026-01-06", "1.00", agency="pond5", file="beach-2400px.jpg"),
        sale("2026-01-06", "2.00", agency="pond5", file="pier.jpg"),
        # The same agency sells it beside the other: to it they are two.
        sale("2026-01-06", "4.00", agency="shutterstock", file="beach-next-frame.jpg"),
    ]
    run = stockctl("earnings", plain(tmp_path / "m.csv", mine), "--year", "2026", "--by", "asset", "--json")
    assert rows(run) == {
        "beach.jpg": (2, "1.50"),
        "pier.jpg": (1, "2.00"),
        "beach-next-frame.jpg": (1, "4.00"),
    }


def test_booking_again_replaces_what_a_source_booked(home: Path, stockctl: Callable[..., Run]) -> None:
    entry = sales.Entry("wefluence", date(2026, 4, 1), 25_000_000_000, "IDR", text="reel 1", file="reel-1.mp4")
    other = sales.Entry("wefluence", date(2026, 4, 1), 25_000_000_000, "IDR", text="reel 2")

    def booked(catalogue: Catalogue) -> list[sales.Entry]:
        return sales.booked(catalogue, "campaign:batik")

    with open_catalogue(home / "catalogue.db") as catalogue:
        for _ in range(2):
            assert sales.book(catalogue, [entry, other], source="campaign:batik") == 2
            assert booked(catalogue) == [entry, other]
        sales.book(catalogue, [entry], source="campaign:batik")
        assert booked(catalogue) == [entry]
    run = stockctl("earnings", "--year", "2026", "--by", "kind", "--json")
    assert run.json["totals"] == [
        {"agency": "wefluence", "currency": "IDR", "downloads": 0, "amount": "25000.00", "refunds": "0.00"}
    ]
    assert [row["key"] for row in run.json["rows"]] == ["campaign"]
    assert run.json["levels"] == []


def test_a_page_reads_the_words_of_what_sold_in_its_period_alone(
    stockctl: Callable[..., Run], pictures: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A large catalogue has few pictures that sold: the others' words stay on the disk."""
    sold = [
        sale("2026-01-05", "0.50", agency="pond5", file="rice-terrace-ubud-0042.jpg"),
        sale("2025-01-05", "0.50", agency="pond5", file="coffee-0021.jpg", asset="9"),
    ]
    assert stockctl("earnings", plain(pictures / "m.csv", sold)).code == 0
    asked: list[Any] = []
    read = earned.keywords

    def noted(catalogue: Catalogue, media_ids: Any = None) -> dict[str, tuple[str, ...]]:
        asked.append(media_ids)
        return read(catalogue, media_ids)

    monkeypatch.setattr(earned, "keywords", noted)
    with open_catalogue(home / "catalogue.db") as catalogue:
        found = courses(catalogue, of_year(2026), "", ["rice-terrace-ubud-0042.jpg"])
        assert (asked, set(found.keywords), set(found.shoots)) == ([{"m1"}], {"rice", "bali"}, {"bali"})
        assert set(read(catalogue)) == {"m1", "m2", "m3", "m4"}
