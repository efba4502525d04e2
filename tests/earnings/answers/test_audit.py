"""The audit finds what was injected, each fault by its own rule; and nothing in statements without one."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from stockctl.catalogue import open_catalogue
from stockctl.earnings.run import Wanted, run
from stockctl.earnings.showing.document import document
from tests.earnings.answers.test_levels_by_hand import alamy
from tests.earnings.samples import plain, sale, shutterstock, table

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from tests.conftest import Run

TODAY = date(2026, 11, 28)
COLUMNS = (
    *("Contract ID", "Royalty Month", "Sales Date", "Product Type", "Asset Number", "Alternate Asset Number"),
    *("License Fee in USD", "Royalty Rate", "Gross Royalty in USD", "StatementSummary_Totals_Gross"),
)
Sold = tuple[str, str, str, str, str]


def getty(path: Path, month: str, sales: Sequence[Sold], total: str = "") -> Path:
    """Write (day, asset, fee, rate, royalty) as Getty's statement of a month."""
    rows = [
        ("7001", f"{month}-2026", f"{day}-2026", "Subscription", asset, f"{asset}.jpg", fee, rate, royalty, total)
        for day, asset, fee, rate, royalty in sales
    ]
    path.write_text("\n".join("\t".join(row) for row in [COLUMNS, *rows]) + "\n", encoding="utf-8")
    return path


MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct")
FAIR: list[Sold] = [(f"{day:02}-{{month}}", f"15{day:02}", "2.40", "0.15", "0.36") for day in range(1, 21)]


def of(month: str, sales: Sequence[Sold] = FAIR) -> list[Sold]:
    return [(day.format(month=month), *rest) for day, *rest in sales]  # type: ignore[misc]


def year_of_getty(folder: Path, changed: dict[str, list[Sold]], total: str = "") -> list[Path]:
    return [
        getty(folder / f"{month}.txt", month, changed.get(month, of(month)), total if month in changed else "")
        for month in MONTHS
        if changed.get(month, [None])
    ]


def adobe(path: Path, sales: Sequence[tuple[str, str, str]]) -> Path:
    """Write (day, licence, royalty) as Adobe's activity, each of its own file."""
    rows = [
        (f"{day}T08:00:00+00:00", 500_000_000 + number, "Rice", licence, f"${royalty}")
        for number, (day, licence, royalty) in enumerate(sales)
    ]
    path.write_text(table(rows), encoding="utf-8")
    return path


def adobe_year(amount: str = "0.38") -> list[tuple[str, str, str]]:
    return [(f"2026-{month:02}-05", "subscription", amount) for month in range(1, 11) for _ in range(3)]


def month_of_shutterstock(path: Path, change: Callable[[list[list[Any]]], None] = lambda _: None) -> list[Path]:
    files = []
    for month in range(1, 11):
        rows: list[list[Any]] = [[f"{month:02}/{day:02}/2026", 2, "0.5", "0.5"] for day in range(1, 21)]
        if month == 8:
            change(rows)
        told = [row for row in rows if len(row) > 1]
        amount = sum(round(float(row[2] or 0) * 1000) for row in told)
        total = (sum(int(row[1] or 0) for row in told), f"{amount / 1000:g}", f"{amount / 1000:g}")
        files.append(shutterstock(path / f"{month}.csv", told, None if rows[-1] == ["cut"] else total))
    return files


def _set(rows: list[list[Any]], place: int, row: list[Any]) -> None:
    rows[place] = row


def changed(sales: list[Sold], count: int, **what: str) -> list[Sold]:
    """Change the last sales: `rate`, `royalty`."""
    rest = [
        (day, asset, fee, what.get("rate", rate), what.get("royalty", royalty))
        for day, asset, fee, rate, royalty in sales[-count:]
    ]
    return [*sales[:-count], *rest]


def level_sales(late: str) -> list[str]:
    start = date(2026, 1, 1)
    rows = []
    for number in range(145):
        day = start + timedelta(days=number * 2)
        rows.append(f"{day},{2000 + number},2.00,{'0.30' if number <= 100 else late}")
    return rows


LEVEL_MAP = """
name = "priced"
agency = "shutterstock"
[columns]
date = "Day"
asset = "Image ID"
price = "Price"
amount = "Paid"
"""


def priced(folder: Path, late: str) -> Path:
    (folder / "map.toml").write_text(LEVEL_MAP, encoding="utf-8")
    file = folder / "priced.csv"
    file.write_text("\n".join(["Day,Image ID,Price,Paid", *level_sales(late)]) + "\n", encoding="utf-8")
    return file


def every_month(agency: str, rows: Sequence[Sequence[object]] = ()) -> list[Sequence[object]]:
    return [*(sale(f"2026-{month:02}-05", "0.50", agency=agency) for month in range(1, 11)), *rows]


ALAMY = [(f"13/{month:02}/2026", "100") for month in range(1, 11)]

# Name: the statements without the fault, those with it, the rule that finds it.
FAULTS: dict[str, tuple[Callable[[Path], list[Path]], Callable[[Path], list[Path]], str]] = {
    "a few rates lowered": (
        lambda to: year_of_getty(to, {}),
        lambda to: year_of_getty(to, {"Aug": changed(of("Aug"), 3, rate="0.10", royalty="0.24")}),
        "rate-lowered",
    ),
    "a whole month's rates lowered": (
        lambda to: year_of_getty(to, {}),
        lambda to: year_of_getty(to, {"Aug": changed(of("Aug"), 20, rate="0.13", royalty="0.312")}),
        "rate-lowered",
    ),
    "an exclusive's rate lowered to another's": (
        lambda to: year_of_getty(to, {month: changed(of(month), 20, rate="0.30", royalty="0.72") for month in MONTHS}),
        lambda to: year_of_getty(
            to,
            {month: changed(of(month), 20, rate="0.30", royalty="0.72") for month in MONTHS}
            | {"Aug": changed(changed(of("Aug"), 20, rate="0.30", royalty="0.72"), 2, rate="0.25", royalty="0.60")},
        ),
        "rate-lowered",
    ),
    "every row short by less than a cent": (
        lambda to: year_of_getty(to, {}),
        lambda to: year_of_getty(to, {"Aug": changed(of("Aug"), 20, royalty="0.356")}),
        "pay-short",
    ),
    "not the rate of the price": (
        lambda to: year_of_getty(to, {}),
        lambda to: year_of_getty(to, {"Aug": changed(of("Aug"), 1, royalty="0.24")}),
        "off-rate",
    ),
    "one sale refunded twice": (
        lambda to: year_of_getty(to, {"Aug": [*of("Aug"), ("03-Aug", "1503", "-2.40", "0.15", "-0.36")]}),
        lambda to: year_of_getty(
            to,
            {
                "Aug": [*of("Aug"), *[("03-Aug", "1599", "2.60", "0.15", "0.39")]],
                "Sep": [*of("Sep"), *[("03-Aug", "1599", "-2.60", "0.15", "-0.39")] * 2],
            },
        ),
        "refunded-twice",
    ),
    "a refund without a sale": (
        lambda to: year_of_getty(to, {}),
        lambda to: year_of_getty(to, {"Aug": [*of("Aug"), ("03-Aug", "9999", "-2.40", "0.15", "-0.36")]}),
        "refund-without-sale",
    ),
    "a month missing between": (
        lambda to: year_of_getty(to, {}),
        lambda to: year_of_getty(to, {"May": []}),
        "gap",
    ),
    "the last months missing": (
        lambda to: year_of_getty(to, {}),
        lambda to: year_of_getty(to, {"Sep": [], "Oct": []}),
        "gap",
    ),
    "the first months missing, after sales of the year before": (
        lambda to: [plain(to / "p.csv", [sale("2025-12-05", agency="pond5"), *every_month("pond5")])],
        lambda to: [
            plain(to / "before.csv", [sale("2025-12-05", agency="pond5")]),
            plain(to / "p.csv", every_month("pond5")[3:]),
        ],
        "gap",
    ),
    "the same rows under the next month": (
        lambda to: year_of_getty(to, {}),
        lambda to: year_of_getty(to, {"Sep": [*of("Sep"), *of("Aug")[:4]]}),
        "told-again",
    ),
    "Getty's total is not the sum": (
        lambda to: year_of_getty(to, {"Aug": of("Aug")}, "7.200000000"),
        lambda to: year_of_getty(to, {"Aug": of("Aug")}, "7.560000000"),
        "totals",
    ),
    "a single download below the floor": (
        lambda to: [plain(to / "p.csv", every_month("shutterstock"))],
        lambda to: [plain(to / "p.csv", every_month("shutterstock", [sale("2026-08-05", "0.09")]))],
        "below-minimum",
    ),
    "a day below the floor": (
        month_of_shutterstock,
        lambda to: month_of_shutterstock(to, lambda rows: _set(rows, 4, ["08/05/2026", 6, "0.5", "0.5"])),
        "below-minimum",
    ),
    "a statement that was cut off": (
        month_of_shutterstock,
        lambda to: month_of_shutterstock(to, lambda rows: rows.append(["cut"])),
        "cut-off",
    ),
    "Adobe pays less than 0.33": (
        lambda to: [adobe(to / "a.csv", adobe_year())],
        lambda to: [adobe(to / "a.csv", [*adobe_year(), ("2026-10-06", "subscription", "0.32")])],
        "below-pays",
    ),
    "Adobe pays 0.33 after the thousandth": (
        lambda to: [adobe(to / "a.csv", [("2026-01-02", "subscription", "0.33")] * 1000 + adobe_year("0.36"))],
        lambda to: [adobe(to / "a.csv", [("2026-01-02", "subscription", "0.33")] * 1000 + adobe_year("0.33"))],
        "below-pays",
    ),
    "Alamy takes Silver's commission from a Gold": (
        lambda to: [alamy(to / "a.csv", ALAMY)],
        lambda to: [alamy(to / "a.csv", ALAMY[:-1]), alamy(to / "b.csv", ALAMY[-1:], "0.80")],
        "off-tier",
    ),
    "a level that came late": (
        lambda to: [priced(to, "0.40")],
        lambda to: [priced(to, "0.30")],
        "level-late",
    ),
    "no level's share at all": (
        lambda to: [priced(to, "0.40")],
        lambda to: [priced(to, "0.20")],
        "off-level",
    ),
    "a sale that a newer statement no longer has": (
        lambda to: [plain(to / "p.csv", every_month("pond5"))],
        lambda to: [
            plain(to / "p.csv", every_month("pond5", [sale("2026-08-05", "0.77", agency="pond5")])),
            plain(to / "q.csv", every_month("pond5")),
        ],
        "missing",
    ),
    "a day that was taken back": (
        month_of_shutterstock,
        lambda to: [
            *month_of_shutterstock(to),
            shutterstock(to / "again.csv", [["08/05/2026", 1, "0.25", "0.25"], ["08/20/2026", 2, "0.5", "0.5"]]),
        ],
        "restated",
    ),
}


def found(folder: Path, statements: list[Path]) -> list[dict[str, Any]]:
    mapping = folder / "map.toml"
    with open_catalogue(folder / "catalogue.db") as catalogue:
        wanted = Wanted(2026, audit=True, mapping=mapping if mapping.exists() else None)
        report = run(catalogue, statements, wanted, TODAY)
    assert report.errors == ()
    doubts: list[dict[str, Any]] = document(report)["audit"]
    # All refunds are listed, and what stands in two statements; neither is a fault.
    return [doubt for doubt in doubts if doubt["rule"] not in {"refunds", "overlap"}]


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_found_by_its_rule(tmp_path: Path, name: str) -> None:
    clean, faulty, rule = FAULTS[name]
    (tmp_path / "clean").mkdir()
    (tmp_path / "faulty").mkdir()
    assert found(tmp_path / "clean", clean(tmp_path / "clean")) == []
    doubts = found(tmp_path / "faulty", faulty(tmp_path / "faulty"))
    assert rule in {doubt["rule"] for doubt in doubts}
    assert all(doubt["rows"] for doubt in doubts if doubt["rule"] not in {"cut-off", "totals", "gap"})


def test_the_letter_has_the_rows_and_what_is_missing(stockctl: Callable[..., Run], tmp_path: Path) -> None:
    _, faulty, _ = FAULTS["not the rate of the price"]
    letter = tmp_path / "letter.txt"
    run = stockctl("earnings", *faulty(tmp_path), "--year", "2026", "--agency", "istock_getty", "--letter", letter)
    assert run.code == 0, run.err
    text = letter.read_text("utf-8")
    for part in ("iStock", "2026-08-20", "1520.jpg", "paid 0.24", "price 2.40", "In all: 0.12 USD"):
        assert part in text
    # A draft gives way to the next one, a person's letter does not.
    assert stockctl("earnings", "--letter", letter).code == 0
    letter.write_text("Dear Sirs", encoding="utf-8")
    assert stockctl("earnings", "--letter", letter).code == 2
    assert letter.read_text("utf-8") == "Dear Sirs"
