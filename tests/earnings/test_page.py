"""The page of a period: files with a face and their links, months that are not told, and what came back of uploads."""

from __future__ import annotations

import json
import re
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from stockctl.catalogue import Catalogue, open_catalogue
from stockctl.catalogue.seen.assets import Seen, record
from stockctl.earnings.answers.period import Period, of_year
from stockctl.earnings.answers.sold.batches import batches
from stockctl.earnings.answers.sold.figures import figures
from stockctl.earnings.booking.importing import import_statement
from stockctl.files.fingerprint import Fingerprint
from tests.earnings.samples import plain, sale
from tests.pictures import patches, put

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.conftest import Run

HOSTILE = "<img src=x onerror=alert(1)>\u202egpj.exe"


def seen(path: Path, media_id: str, keywords: tuple[str, ...], title: str) -> Seen:
    facts: dict[str, Any] = {"kind": "photo", "format": "jpeg", "record": {"keywords": list(keywords), "title": title}}
    return Seen(str(path), media_id, f"sha-{media_id}", Fingerprint(1, 1, 1), "1", json.dumps(facts))


def sent(catalogue: Catalogue, media_id: str, day: str) -> None:
    with catalogue.transaction() as connection:
        connection.execute(
            "INSERT INTO sendings (agency, media_id, kind, remote, at) VALUES ('shutterstock', ?, 'photo', 'x', ?)",
            (media_id, f"{day}T10:00:00+00:00"),
        )


@pytest.fixture
def sold(stockctl: Callable[..., Run], home: Path, tmp_path: Path) -> Path:
    """Two catalogued pictures, one with a hostile title and words, and sales of them and of another file."""
    put(tmp_path / "bali" / "rice.jpg", patches(1))
    with open_catalogue(home / "catalogue.db") as catalogue:
        record(
            catalogue,
            [
                seen(tmp_path / "bali" / "rice.jpg", "m1", ("Rice", "bali"), "Rice terrace in Ubud"),
                seen(tmp_path / "kitchen" / "gone.jpg", "m2", (HOSTILE, "bali"), HOSTILE),
            ],
        )
        sent(catalogue, "m1", "2025-12-03")
    rows = [sale(f"2026-0{month}-05", f"{month}.00", file="rice.jpg", asset="1") for month in (1, 2, 4)]
    rows += [sale("2026-04-06", "2.00", file="rice.jpg", asset="9", agency="adobe_stock")]
    rows += [
        sale("2026-02-07", "3.00", file="gone.jpg", asset="2"),
        sale("2026-02-08", "0.50", file="x.jpg", asset="3"),
    ]
    # March is told by no statement: Shutterstock's months are two files.
    for number, months in enumerate((("2026-01", "2026-02"), ("2026-04",))):
        own = [row for row in rows if str(row[0])[:7] in months]
        stockctl("earnings", plain(tmp_path / f"{number}.csv", own))
    return tmp_path


def page_of(stockctl: Callable[..., Run], folder: Path, *options: str) -> str:
    run = stockctl("earnings", "--report", folder / "page.html", "--force", *options)
    assert run.code == 0, run.err
    return (folder / "page.html").read_text("utf-8")


def test_files_have_a_face_and_lead_to_their_words_and_shoot(stockctl: Callable[..., Run], sold: Path) -> None:
    text = page_of(stockctl, sold, "--year", "2026")
    # A picture that is there is shown; one that is gone is not, and no name is an address.
    assert len(re.findall(r'<img src="data:image/jpeg;base64,[A-Za-z0-9+/=]+" alt=""', text)) == 1
    assert len(re.findall(r"<img", text)) == 1
    assert "Rice terrace in Ubud" in text
    assert HOSTILE not in text
    assert "&lt;img src=x onerror=alert(1)&gt;\\u202egpj.exe" in text
    addresses = re.findall(r"""href=["']([^"']*)""", text)
    assert all(one.startswith("#") for one in addresses)
    anchors = set(re.findall(r'id="([^"]+)"', text))
    assert {one[1:] for one in addresses} <= anchors
    assert len(anchors) == len(re.findall(r'id="', text))
    face = text[text.index('id="file-1"') : text.index('id="file-2"')]
    assert re.findall(r'<a href="#((?:keyword|shoot)-\d+)">([^<]+)</a>', face) == [
        ("shoot-1", "bali"),
        ("keyword-2", "rice"),
        ("keyword-1", "bali"),
    ]
    assert "Shutterstock 7.00, Adobe Stock 2.00" in face
    assert "Apr: 6.00" in face
    word = text[text.index('id="keyword-1"') :]
    assert word[: word.index("</tr>")].count('href="#file-') == 2


def test_a_month_without_a_statement_is_marked_on_the_page(stockctl: Callable[..., Run], sold: Path) -> None:
    text = page_of(stockctl, sold, "--year", "2026")
    assert 'class="gap"><title>Mar: no statement of Shutterstock' in text
    row = text[text.index(">2026-03<") :]
    assert '<span class="badge warning">Shutterstock' in row[: row.index("</tr>")]
    # What a person wrote by hand tells nothing of days that it does not name.
    assert "Nothing sold at" in text
    assert 'data-label="Nothing sold at">Adobe Stock' not in text
    run = stockctl("earnings", "--year", "2026", "--by", "month")
    assert "no statement of Shutterstock covers 2026-03" in " ".join(run.out.split())
    told = stockctl("earnings", "--year", "2026", "--by", "month", "--json").json["uncovered"]
    assert told["shutterstock"][0] == "2026-03"


def test_every_part_of_the_page_follows_the_period_or_says_what_it_covers(
    stockctl: Callable[..., Run], sold: Path
) -> None:
    text = page_of(stockctl, sold, "--from", "2026-02", "--to", "2026-04")
    assert "USD per month, 2026-02-01 to 2026-04-30" in text
    assert "Of 2026-02-01 to 2026-04-30." in text
    assert "these are the levels of 2026, whatever the period" in text
    assert "Jan" not in re.sub(r"<style.*?</style>|<section id=\"plan.*", "", text, flags=re.DOTALL).split("Payouts")[0]
    run = stockctl("earnings", "--from", "2026-02", "--to", "2026-04")
    assert "levels are those of 2026" in run.out
    found = stockctl("earnings", "--from", "2026-02", "--to", "2026-04", "--figures", "--json").json["figures"][0]
    # x.jpg, gone.jpg and rice.jpg sold; rice.jpg had sold before.
    assert (found["amount"], found["files_sold"], found["new_files"]) == ("11.50", 3, "3.50")


def test_a_year_and_its_days_have_the_same_figures(stockctl: Callable[..., Run], sold: Path, home: Path) -> None:
    stockctl("earnings", plain(sold / "old.csv", [sale("2025-11-05", "1.00", file="gone.jpg", asset="2")]))
    with open_catalogue(home / "catalogue.db") as catalogue:
        [year] = figures(catalogue, of_year(2026))
        # The same sales as a stretch of days: one day more, on which nothing was sold.
        [days] = figures(catalogue, Period(date(2025, 12, 31), date(2026, 12, 31)))
    assert (days.amount, days.sold, days.new_files, days.best_fifth, days.macro, days.spread) == (
        *(year.amount, year.sold, year.new_files, year.best_fifth, year.macro, year.spread),
    )
    assert year.new_files == 9_500_000


def test_what_came_back_of_a_month_s_uploads(home: Path, tmp_path: Path) -> None:
    with open_catalogue(home / "catalogue.db") as catalogue:
        record(catalogue, [seen(tmp_path / "a" / f"{name}.jpg", name, (), name) for name in ("m1", "m2", "m3")])
        for media_id in ("m1", "m2", "m3"):
            sent(catalogue, media_id, "2025-01-20")
        # Halves every quarter from the second on: 1, 8, 4, 2, 1 a quarter.
        quarters = [
            ("2025-02", "1.00"),
            ("2025-04", "8.00"),
            ("2025-07", "4.00"),
            ("2025-10", "2.00"),
            ("2026-01", "1.00"),
        ]
        rows = [sale(f"{month}-05", amount, file="m1.jpg", asset="1") for month, amount in quarters]
        import_statement(catalogue, plain(tmp_path / "p.csv", rows))
        from stockctl.earnings.answers.sold.linking import link

        link(catalogue)
        [batch] = batches(catalogue, "", date(2026, 5, 3))
        assert (batch.month, batch.files, batch.sold, batch.earned) == ("2025-01", 3, 1, 16_000_000)
        # Half of 16 had come in April, the fourth month.
        assert (batch.half_in, batch.half_life, batch.per_file) == (4, Decimal("3.0"), 5_333_333)
        assert batches(catalogue, "adobe_stock", date(2026, 5, 3)) == ()


def test_rates_come_first_on_the_page(stockctl: Callable[..., Run], sold: Path) -> None:
    rates = sold / "rates.csv"
    rates.write_text("day,currency,rate\n2020-01-01,USD,2\n", encoding="utf-8")
    text = page_of(stockctl, sold, "--year", "2026", "--rates", str(rates), "--currency", "EUR")
    assert re.findall(r"<dt>([^<]+)</dt><dd>([^<]+)", text)[:2] == [
        ("Together, EUR", "25.00"),
        ("Earned, USD", "12.50"),
    ]
