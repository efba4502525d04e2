"""Every layout: recognised alone among all, read to the micro-unit, refunds and totals as they should be."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from stockctl.catalogue import open_catalogue
from stockctl.earnings.booking.importing import import_statement
from stockctl.earnings.statements.layout import Provenance
from stockctl.earnings.statements.layouts import LAYOUTS
from stockctl.errors import StatementError

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True)
class Example:
    """A small statement of a layout, and the (day, kind, downloads, micro-units, currency) that it holds."""

    text: str
    sales: tuple[tuple[str, str, int, int, str], ...]
    encoding: str = "utf-8"


_GETTY = "Name\tRoyalty Month\tSales Date\tProduct Type\tAsset Number\tAlternate Asset Number\tRoyalty Rate"
_MONTH = (
    ",,,Images,Images,Images,Images,Videos,,,,,\n"
    "Date,Total downloads,Total earnings,Subscriptions,On demand,Enhanced,Single & Other,,,,,,\n"
)

EXAMPLES = {
    "shutterstock_monthly_by_day_2026": Example(
        _MONTH + "08/10/2026,1,0.1,,,,0.1,,,,,,\n08/11/2026,,,,,,,,,,,,\nMonthly totals,1,0.1,,,,0.1,,,,,,\n",
        (("2026-08-10", "image", 1, 100_000, "USD"),),
        "utf-8-sig",
    ),
    "shutterstock_monthly_by_day_translated": Example(
        ",,,Bilder,,,,Videos,,,,,\n"
        "Datum,Downloads gesamt,Einnahmen gesamt,Abonnements,Auf Abruf,Erweitert,Einzeln,Abonnements,Auf Abruf,"
        "Erweitert,Warenkorb,Clip-Pakete,Empfehlungen\n"
        "08/10/2026,3,2.45,0.1,,,,1.25,,,,,1.1\n08/11/2026,,,,,,,,,,,,\n"
        "Monatliche Summen,3,2.45,0.1,,,,1.25,,,,,1.1\n",
        (
            ("2026-08-10", "image", 1, 100_000, "USD"),
            ("2026-08-10", "image or video", 1, 0, "USD"),
            ("2026-08-10", "other", 0, 1_100_000, "USD"),
            ("2026-08-10", "video", 1, 1_250_000, "USD"),
        ),
        "utf-8-sig",
    ),
    "shutterstock_by_day_2020": Example(
        "2020-11-03,7,,,,,,,,,,2.61\n2020-11-04,0,,,,,,,,,,\n",
        (("2020-11-03", "image or video", 7, 2_610_000, "USD"),),
    ),
    "adobe_stock_activity_csv": Example(
        "Date,ID,Title,License,Royalty,Content type\n"
        '2026-05-03T01:13:34+00:00,512345678,"Rice terrace, at sunrise",subscription,$0.38,videos\n',
        (("2026-05-03", "video", 1, 380_000, "USD"),),
    ),
    "getty_royalty_statement_txt_2016": Example(
        f"{_GETTY}\tGross Royalty in USD\nS\tene-2016\t04-ene-2016\tsub\t1\ta.mov\t0.200000000\t-0.360000000\n",
        (("2016-01-04", "video", 0, -360_000, "USD"),),
    ),
    "getty_royalty_statement_txt_current": Example(
        f"{_GETTY}\tContent Type\tGross Royalty in USD\n"
        "S\tMar-2026\t14-Mar-2026\tsub\t1\ta.jpg\t0.15\tPhoto\t0.360000000\n",
        (("2026-03-14", "image", 1, 360_000, "USD"),),
        "utf-16",
    ),
    "getty_connect_txt": Example(
        "Invoice Date\tAsset Number\tGross Royalty in USD\n01-Mar-2026\t1\t0.00123\n",
        (("2026-03-01", "image", 1, 1_230, "USD"),),
    ),
    "getty_csv_unverified": Example(
        "Asset ID,Title,Download Date,License Fee,Currency,Royalty Rate,Royalty Amount\n"
        "1512345678,Rice terrace at sunrise,2026-03-14,2.40,USD,15,0.36\n",
        (("2026-03-14", "image", 1, 360_000, "USD"),),
    ),
    "alamy_net_revenue_sales_report": Example(
        "Date cleared,Date of invoice,Image reference,Gross amount,Commission,Region\n"
        ",14/03/2026,2ABC3D4,$60.00,-$36.00,Germany\n,15/03/2026,2ABC3D4,-$60.00,$36.00,Germany\n",
        (("2026-03-14", "image", 1, 24_000_000, "USD"), ("2026-03-15", "image", 0, -24_000_000, "USD")),
    ),
    "dreamstime_daily_tab": Example("March 14, 2026\t$1.05\t3\n", (("2026-03-14", "image", 3, 1_050_000, "USD"),)),
    "depositphotos_daily_tab": Example(
        "Mar.14, 2026\t-\t2\t-\t-\t-\t$0.60\nMar.15, 2026\t-\t-\t-\t-\t-\t-\n",
        (("2026-03-14", "image", 2, 600_000, "USD"),),
    ),
    "123rf_sales_csv": Example("2026-03-14 08:21:44,,,,,0.216\n", (("2026-03-14", "image", 1, 216_000, "USD"),)),
    "bigstock_image_earnings_csv": Example(
        "2026-03-14 08:21:44,,0.25\n", (("2026-03-14", "image", 1, 250_000, "USD"),)
    ),
    "freepik_statistics_csv_2021": Example(
        "Sat Mar 14 2026,25,1.84\n", (("2026-03-14", "image", 25, 1_840_000, "EUR"),)
    ),
    "freepik_statistics_csv_2020": Example("1605916800000,25,1.84\n", (("2020-11-21", "image", 25, 1_840_000, "EUR"),)),
    "pixta_csv": Example(",,03/14/2026 08:21:44,,120\n", (("2026-03-14", "image", 1, 120_000_000, "JPY"),)),
    "vectorstock_tab": Example("14/03/2026, 08:21:44 AM\t\t\t\t$0.50\n", (("2026-03-14", "image", 1, 500_000, "USD"),)),
    "canstock_csv": Example(",,2020-11-03,,,0.25\n", (("2020-11-03", "image", 1, 250_000, "USD"),)),
    "envato_market_statement_csv": Example(
        '"Date","Order ID","Type","Detail","Item ID","Document","Price","EU VAT","US RWT","US BWT","Amount","Site",'
        '"Other Party Country","Other Party Region","Other Party City","Other Party Zipcode"\n'
        "2026-03-14 10:00:00 +1100,77,Sale,Rice terrace,4711,IVIP1,20.00,,,,20.00,videohive.net,Germany,,,\n"
        "2026-03-14 10:00:00 +1100,77,Author Fee,Author Fee for sale,4711,IVIP2,,,,,-7.50,videohive.net,,,,\n"
        "2026-03-15 10:00:00 +1100,78,Withdrawal,to PayPal,,,,,,,-100.00,,,,,\n"
        "2026-03-16 10:00:00 +1100,77,Sale Refund,Rice terrace,4711,,,,,,-20.00,videohive.net,Germany,,,\n"
        "2026-03-16 10:00:00 +1100,77,Author Fee Refund,Rice terrace,4711,,,,,,7.50,videohive.net,,,,\n"
        "2026-03-17 10:00:00 +1100,79,Referral Cut,a friend,,,,,,,3.00,,,,,\n",
        (
            ("2026-03-14", "video", 1, 12_500_000, "USD"),
            ("2026-03-15", "payout", 0, 100_000_000, "USD"),
            ("2026-03-16", "video", 0, -12_500_000, "USD"),
            ("2026-03-17", "other", 0, 3_000_000, "USD"),
        ),
    ),
    "plain": Example(
        "date,agency,asset,file,kind,licence,amount,currency\n2026-03-14,Pond5,1,a.mp4,video,,24.00,EUR\n",
        (("2026-03-14", "video", 1, 24_000_000, "EUR"),),
    ),
}


def test_every_layout_has_an_example() -> None:
    assert set(EXAMPLES) == set(LAYOUTS)


def test_every_layout_says_where_it_is_known_from() -> None:
    for layout in LAYOUTS.values():
        assert layout.source
        assert layout.title
        assert layout.provenance in Provenance
        if layout.provenance is Provenance.THIRD_PARTY and layout.id != "getty_connect_txt":
            assert layout.seen, layout.id


@pytest.mark.parametrize("name", EXAMPLES)
def test_a_layout_is_recognised_among_all_and_read_exactly(tmp_path: Path, name: str) -> None:
    example = EXAMPLES[name]
    file = tmp_path / "statement"
    file.write_bytes(example.text.encode(example.encoding))
    with open_catalogue(tmp_path / "catalogue.db") as catalogue:
        imported = import_statement(catalogue, file)
        assert (imported.layout, imported.problems) == (name, ())
        rows = catalogue.rows(
            "SELECT day, kind, sum(downloads), sum(amount_micro), currency FROM sale_rows"
            " GROUP BY day, kind ORDER BY day"
        )
        assert tuple(tuple(row) for row in rows) == example.sales
        again = import_statement(catalogue, file, as_=f"{imported.agency}:{name}", replace_days=True)
        assert (again.new, again.known) == (0, imported.new)


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_line_endings_do_not_matter(tmp_path: Path, ending: str) -> None:
    file = tmp_path / "statement"
    file.write_bytes(EXAMPLES["plain"].text.replace("\n", ending).encode())
    with open_catalogue(tmp_path / "catalogue.db") as catalogue:
        assert import_statement(catalogue, file).new == 1


@pytest.mark.parametrize(
    ("banner", "labels", "total", "days"),
    [
        (("Imágenes", "Vídeos"), ("Fecha", "Descargas totales", "Ingresos totales"), "Totales mensuales", "08/10/2026"),
        (("Изображения", "Видео"), ("Дата", "Всего загрузок", "Всего доходов"), "Итого за месяц", "10.08.2026"),
        (("画像", "ビデオ"), ("日付", "合計ダウンロード数", "合計収益"), "月間合計", "2026/08/10"),
        (("Gambar", "Video"), ("Tanggal", "Total unduhan", "Total penghasilan"), "Jumlah bulanan", "08/10/2026"),
    ],
)
def test_shutterstock_s_month_is_known_in_other_languages(
    tmp_path: Path, banner: tuple[str, str], labels: tuple[str, str, str], total: str, days: str
) -> None:
    rows = [
        f",,,{banner[0]},{banner[0]},{banner[1]}",
        f"{','.join(labels)},A,B,A",
        f"{days},1,0.25,,0.25,",
        f"{total},1,0.25,,0.25,",
    ]
    file = tmp_path / "2026_8_earnings_by_month.csv"
    file.write_text("\n".join(rows) + "\n", encoding="utf-8-sig")
    with open_catalogue(tmp_path / "c.db") as catalogue:
        found = import_statement(catalogue, file)
        sold = catalogue.rows("SELECT day, kind, downloads, amount_micro FROM sale_rows")
    assert [tuple(row) for row in sold] == [("2026-08-10", "image", 1, 250_000)]
    # That it is one is a guess, and said; its totals were compared.
    assert [note.what for note in found.notes] == ["form"]
    assert "guess" in found.notes[0].message


def test_a_table_that_does_not_add_up_is_not_taken_for_shutterstock_s(tmp_path: Path) -> None:
    file = tmp_path / "x.csv"
    file.write_text(",,,Bilder,,Videos\nDatum,Anzahl,Summe,A,B,C\n08/10/2026,1,0.25,,0.20,\n", encoding="utf-8")
    with open_catalogue(tmp_path / "c.db") as catalogue, pytest.raises(StatementError, match="unknown layout"):
        import_statement(catalogue, file)
