"""Invent the sample statements: one contributor's year, told by every agency in its own layout.

Run it to write `sample_assets/statements/` anew; the same statements come out
each time. Names, numbers and amounts are made up; the pictures are the samples.
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

FOLDER = Path(__file__).parent / "statements"
LAST = date(2026, 11, 15)
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
# The account's language decides how Getty writes months; this contributor changed it in summer.
BULAN = ("Jan", "Feb", "Mar", "Apr", "Mei", "Jun", "Jul", "Agt", "Sep", "Okt", "Nov", "Des")

# File, title, how well it sells.
PICTURES = (
    ("rice-terrace-ubud-0042.jpg", "Rice terrace at sunrise", 30),
    ("sunset-sanur-beach-0107.jpg", "Sunset over Sanur beach", 22),
    ("roasted-coffee-beans-0021.jpg", "Roasted coffee beans", 14),
    ("oranges-market-0033.jpg", "Oranges on a market stall", 9),
    ("mountain-peaks-0311.jpg", "Mountain peaks above the clouds", 8),
    ("sand-dunes-0512.jpg", "Sand dunes in evening light", 6),
    ("leaf-with-dew-0088.jpg", "Leaf with morning dew", 5),
    ("skyline-river-0204.jpg", "Skyline behind a river", 3),
    ("glass-facade-0230.jpg", "Glass facade from below", 2),
    ("ceramic-vase-white-background-0003.jpg", "Ceramic vase on white", 1),
)
GETTY_2016 = (
    *("Name", "Contact ID", "Contract ID", "Contract Name", "Royalty Month", "Invoice Number", "Sales Date"),
    *("Collection", "Sale Region", "Product Type", "Notes", "File Size", "Agent", "Customer Name", "Credit Line"),
    *("Asset Number", "Alternate Asset Number", "Asset Description", "Rights: Industry", "Rights Usage"),
    *("Rights: Use Territory/Duration", "Sales Territory", "Percent of Product", "Purchase from Site"),
    *("License Fee in USD", "Royalty Rate", "Gross Royalty in USD", "Royalty Pay Date"),
    *("Contributors Net payment (summary for full stmt)", "Currency"),
    *(
        f"StatementSummary_{name}"
        for name in (
            *("CarryForwardNegativeEarnings", "CarryForwardNegativePrevious", "ContributorsPercentage"),
            *("ExchangeRate", "NewAdvance", "OpeningBalance", "US_ContributorsShare", "US_Deductions", "US_Gross"),
            *("US_MinimumNotMetCarriedForward", "US_Net", "US_NetPayment", "US_NetPaymentInCurrency"),
            *("US_PaymentCarriedForward", "US_EstimatedTaxOnAmount", "US_EstimatedTaxOnAmountInCurrency"),
            *("NonUS_ContributorsShare", "NonUS_Deductions", "NonUS_Gross", "NonUS_MinimumNotMetCarriedForward"),
            *("NonUS_NetEarnings", "NonUS_Net", "NonUS_NetPaymentInCurrency", "NonUS_PaymentCarriedForward"),
            *("NonUS_EstimatedTaxOnAmount", "NonUS_EstimatedTaxOnAmountInCurrency", "Totals_ClosingBalance"),
            *("Totals_Deductions", "Totals_Gross", "Totals_MinimumNotMetCarriedForward", "Totals_NetEarnings"),
            *("Totals_NetPayment", "Totals_PaymentCarriedForward", "Totals_EstimatedTaxOnAmount"),
            "Totals_EstimatedTaxOnAmountInCurrency",
        )
    ),
)
# Two more columns stand before the royalty today; the name of the second is not known.
GETTY_NOW = (*GETTY_2016[:26], "Content Type", "Exclusivity", *GETTY_2016[26:])


@dataclass(frozen=True)
class Sale:
    """One invented sale."""

    day: date
    moment: datetime
    number: int
    file: str
    title: str
    amount: Decimal
    licence: str


def sales(seed: str, first: date, last: date, per_week: int, prices: Sequence[tuple[str, str]]) -> Iterator[Sale]:
    """Invent sales in order of time: more in autumn than in spring, few at weekends."""
    random = Random(seed)  # noqa: S311 - invented sales need no secrets
    day = first
    while day <= last:
        busy = per_week / 7 * (0.45 if day.weekday() > 4 else 1.2) * (0.8 + day.month / 20)
        moments = sorted(random.randrange(86_400) for _ in range(int(busy + random.random())))
        for second in moments:
            number = random.choices(range(len(PICTURES)), [weight for *_, weight in PICTURES])[0]
            licence, amount = random.choice(prices)
            moment = datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(seconds=second)
            file, title, _ = PICTURES[number]
            yield Sale(day, moment, number, file, title, Decimal(amount), licence)
        day += timedelta(days=1)


def write(
    name: str, rows: Sequence[Sequence[object]], *, delimiter: str = ",", end: str = "\n", bom: bool = False
) -> None:
    """Write a table as the agency would."""
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, lineterminator=end).writerows(rows)
    (FOLDER / name).write_bytes(text.getvalue().encode("utf-8-sig" if bom else "utf-8"))


def shutterstock() -> None:
    """A file a month, a row a day: images and videos, the categories in money."""
    random = Random("shutterstock")  # noqa: S311 - invented sales need no secrets
    banner = ["", "", "", *["Images"] * 4, *["Videos"] * 6]
    labels = ["Date", "Total downloads", "Total earnings", "Subscriptions", "On demand", "Enhanced", "Single & other"]
    labels += ["Cart sales", "Clip packs", "Enhanced video", "", "", "Referrals"]
    price = {"Subscriptions": "0.10 0.10 0.12 0.25 0.33", "On demand": "0.88 1.24", "Enhanced": "12.40"}
    price |= {"Single & other": "0.10 0.37 1.70"}
    for month in range(1, LAST.month + 1):
        rows, sums, downloads = [], [Decimal(0)] * 11, 0
        day = date(2026, month, 1)
        while day.month == month and day <= LAST:
            count = random.choice((0, 1, 1, 2, 2, 3)) if day.weekday() < 5 else random.choice((0, 0, 0, 1))
            cells = [Decimal(0)] * 11
            for _ in range(count):
                label = random.choices([*price], (20, 5, 1, 4))[0]
                cells[labels.index(label) - 2] += Decimal(random.choice(price[label].split()))
            if random.random() < 0.05:
                cells[labels.index("Cart sales") - 2] += Decimal("11.85")
                count += 1
            if (month, day.day) == (6, 18):
                # A clip that was paid back.
                cells[labels.index("Cart sales") - 2] -= Decimal("11.85")
            cells[0] = sum(cells[1:], Decimal(0))
            rows.append([f"{day:%m/%d/%Y}", count or "", *(plain(cell) for cell in cells)])
            sums, downloads = [a + b for a, b in zip(sums, cells, strict=True)], downloads + count
            day += timedelta(days=1)
        total = ["Monthly totals", downloads, *(plain(cell) for cell in sums)]
        write(f"2026_{month}_earnings_by_month.csv", [banner, labels, *rows, total], bom=True)
    old = [(date(2020, 11, 1) + timedelta(days=n), random.randrange(1, 6)) for n in range(30)]
    write(
        "shutterstock-earnings-2020.csv",
        [[day, count, *[""] * 9, plain(count * Decimal("0.29"))] for day, count in old],
    )


def plain(amount: Decimal) -> str:
    """Write an amount as Shutterstock does: no padding, nothing where it is nothing."""
    return f"{amount.normalize():f}" if amount else ""


def adobe() -> None:
    """A row per licence."""
    prices = [("subscription", "0.38")] * 6 + [("custom", "0.32"), ("on demand", "3.30"), ("extended", "26.40")]
    found = sales("adobe", date(2026, 1, 1), LAST, 9, prices)
    write(
        "adobe-activity-2026.csv",
        [
            [sale.moment.isoformat(), 512345670 + sale.number, sale.title, sale.licence, f"${sale.amount}"]
            for sale in found
        ],
    )


def getty() -> None:
    """A file a month, a row per sale, the totals on every row; a refund with the day of its sale."""
    for month in range(1, 11):
        header, names = (GETTY_2016, MONTHS) if month < 7 else (GETTY_NOW, BULAN)
        prices = [("Subscription", "0.36"), ("Subscription", "0.42"), ("Credit", "1.80")]
        found = list(sales(f"getty {month}", date(2026, month, 2), date(2026, month, 28), 6, prices))
        rows = [getty_row(header, sale, month, names) for sale in found]
        if month == 9:
            sold = next(sales("getty 8", date(2026, 8, 2), date(2026, 8, 28), 6, prices))
            rows.append(getty_row(header, sold, month, names, back=True))
        text = "\r\n".join("\t".join(row) for row in [header, *rows]) + "\r\n"
        (FOLDER / f"2026{month:02}-7654321-all.txt").write_bytes(text.encode("utf-8" if month < 7 else "utf-8-sig"))
    connect = [("Invoice Date", "Asset Number", "Alternate Asset Number", "Product Type", "Gross Royalty in USD")]
    connect += [("01-Agt-2026", 1512345678 + n, PICTURES[n][0], "Connect", f"0.0{n + 1}123") for n in range(5)]
    write("202608-7654321-connect.txt", connect, delimiter="\t", end="\r\n")
    table = [("Asset ID", "Title", "Download Date", "License Fee", "Currency", "Royalty Rate", "Royalty Amount")]
    table += [(1512345678, PICTURES[0][1], f"2025-12-{day:02}", "2.40", "USD", 15, "0.36") for day in (9, 11, 19)]
    write("getty-sales-2025-12.csv", table)


def getty_row(header: Sequence[str], sale: Sale, month: int, names: Sequence[str], *, back: bool = False) -> list[str]:
    """Fill in the columns that a sale has; all others are empty, the totals zero."""
    sign = -1 if back else 1
    fee = (sale.amount / Decimal("0.15")).quantize(Decimal("0.01"))
    filled = {
        "Name": "Sari Wijaya",
        "Contact ID": "7654321",
        "Contract ID": "7001234",
        "Contract Name": "7001234;iStock Non-Exclusive;Sari Wijaya 7654321",
        "Royalty Month": f"{names[month - 1]}-2026",
        "Invoice Number": f"9988-{sale.moment:%j%H%M}",
        "Sales Date": f"{sale.day.day:02}-{names[sale.day.month - 1]}-2026",
        "Collection": "iStock Essentials",
        "Sale Region": "NON-US SALES",
        "Product Type": sale.licence,
        "Credit Line": "Sari Wijaya",
        "Asset Number": str(1512345678 + sale.number),
        "Alternate Asset Number": sale.file,
        "Asset Description": f"{1512345678 + sale.number}-{sale.title}",
        "Sales Territory": ("GERMANY", "JAPAN", "INDONESIA", "UNITED STATES")[sale.number % 4],
        "Percent of Product": "1.000000000",
        "Purchase from Site": "iStock",
        "License Fee in USD": f"{sign * fee:.9f}",
        "Royalty Rate": "0.150000000",
        "Content Type": "Photo",
        "Exclusivity": "Non-Exclusive",
        "Gross Royalty in USD": f"{sign * sale.amount:.9f}",
        "Royalty Pay Date": f"2026-{month + 1:02}-25T00:00:00",
        "Currency": "USD",
    }
    return [
        filled.get(name, "0.000000000" if name.startswith(("StatementSummary", "Contributors")) else "")
        for name in header
    ]


def by_day() -> None:
    """The agencies that show sums per day only."""
    days = [(date(2026, 1, 1) + timedelta(days=n), n * n % 5) for n in range(319)]
    dreamstime = [(f"{day:%B} {day:%d}, {day.year}", f"${count * Decimal('0.35')}", count) for day, count in days]
    write("dreamstime-daily-2026.tsv", dreamstime, delimiter="\t")
    deposit = [
        (
            f"{MONTHS[day.month - 1]}.{day.day}, {day.year}",
            "-",
            count or "-",
            "-",
            "-",
            "-",
            f"${count * Decimal('0.30')}" if count else "-",
        )
        for day, count in days
    ]
    write("depositphotos-daily-2026.tsv", deposit, delimiter="\t")
    week = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
    freepik = [
        (f"{week[day.weekday()]} {MONTHS[day.month - 1]} {day.day:02} {day.year}", count * 9, count * Decimal("0.61"))
        for day, count in days
    ]
    write("freepik-statistics-2026.csv", freepik)
    start = datetime(2020, 11, 1, tzinfo=UTC)
    write(
        "freepik-statistics-2020.csv",
        [(int((start + timedelta(days=n)).timestamp() * 1000), n % 7, n % 7 * Decimal("0.07")) for n in range(30)],
    )


def by_sale() -> None:
    """The agencies that show a row per sale, in columns without known names."""
    prices = [("", "0.216"), ("", "0.288"), ("", "1.20")]
    first, last = date(2026, 2, 1), LAST
    write(
        "123rf-sales-2026.csv",
        [(f"{s.moment:%Y-%m-%d %H:%M:%S}", "", "", "", "", s.amount) for s in sales("123rf", first, last, 3, prices)],
    )
    write(
        "bigstock-image-earnings-2025.csv",
        [
            (f"{s.moment:%Y-%m-%d %H:%M:%S}", "", "0.25")
            for s in sales("bigstock", date(2025, 3, 1), date(2025, 4, 30), 3, prices)
        ],
    )
    write(
        "pixta-sales-2026.csv",
        [("", "", f"{s.moment:%m/%d/%Y %H:%M:%S}", "", 120) for s in sales("pixta", first, last, 1, prices)],
    )
    write(
        "vectorstock-sales-2026.tsv",
        [
            (f"{s.moment:%d/%m/%Y, %H:%M:%S %p}", "", "", "", "$0.50")
            for s in sales("vectorstock", first, last, 1, prices)
        ],
        delimiter="\t",
    )
    write(
        "canstock-sales-2020.csv",
        [("", "", s.day, "", "", "0.25") for s in sales("canstock", date(2020, 9, 1), date(2020, 11, 30), 2, prices)],
    )
    alamy: list[Sequence[object]] = [
        ("Date cleared", "Date of invoice", "Image reference", "Gross amount", "Commission", "Region")
    ]
    alamy += [
        (
            "" if s.day.month > 9 else f"{s.day + timedelta(days=60):%d/%m/%Y}",
            f"{s.day:%d/%m/%Y}",
            f"2R{s.number:05}",
            f"${s.amount}",
            f"-${s.amount * Decimal('0.6')}",
            "Worldwide",
        )
        for s in sales("alamy", date(2026, 1, 5), LAST, 1, [("", "20.00"), ("", "48.50"), ("", "130.00")])
    ]
    write("alamy-net-revenue-2026.csv", alamy)


def envato() -> None:
    """A row per movement: a sale, the fee taken from it, what was paid out."""
    header = ("Date", "Order ID", "Type", "Detail", "Item ID", "Document", "Price", "EU VAT", "US RWT", "US BWT")
    header += ("Amount", "Site", "Other Party Country", "Other Party Region", "Other Party City", "Other Party Zipcode")
    rows: list[Sequence[object]] = [header]
    found = sales("envato", date(2026, 3, 1), LAST, 1, [("", "8.00"), ("", "14.00"), ("", "29.00")])
    for order, sale in enumerate(found, 9_100_001):
        when, item = f"{sale.moment:%Y-%m-%d %H:%M:%S} +1100", 40_000_000 + sale.number
        fee = (sale.amount * Decimal("0.375")).quantize(Decimal("0.01"))
        country, site = ("Germany", "Japan", "United States")[sale.number % 3], "graphicriver.net"
        sold = (
            when,
            order,
            "Sale",
            sale.title,
            item,
            f"IVIP{order}",
            sale.amount,
            "",
            "",
            "",
            sale.amount,
            site,
            country,
        )
        taken = (
            when,
            order,
            "Author Fee",
            f"Author Fee for sale {sale.title}",
            item,
            "",
            "",
            "",
            "",
            "",
            -fee,
            site,
            "",
        )
        rows += [(*sold, "", "", ""), (*taken, "", "", "")]
    paid = ("2026-08-15 09:00:00 +1100", 9_200_001, "Withdrawal", "Payment to PayPal", *[""] * 6, "-50.00")
    rows.append((*paid, *[""] * 5))
    write("envato-market-2026.csv", rows)


def ours() -> None:
    """What has no export is typed into our own table: clips at Pond5, a refund, a bonus, the Contributor Fund."""
    rows: list[Sequence[object]] = [("date", "agency", "asset", "file", "kind", "licence", "amount", "currency")]
    rows += [
        ("2026-02-11", "pond5", "155000001", "sunset-reel-upright.mp4", "video", "editorial", "31.60", "USD"),
        ("2026-05-23", "pond5", "155000001", "sunset-reel-upright.mp4", "video", "standard", "24.00", "USD"),
        ("2026-05-29", "pond5", "155000001", "sunset-reel-upright.mp4", "video", "standard", "-24.00", "USD"),
        ("2026-06-30", "shutterstock", "", "", "other", "Contributor Fund", "6.42", "USD"),
        ("2026-07-31", "wirestock", "", "rice-terrace-ubud-0042.jpg", "image", "marketplaces", "4.21", "USD"),
        ("2026-09-17", "adobe_stock", "", "", "other", "Firefly bonus", "18.75", "USD"),
        ("2026-10-31", "wirestock", "", "roasted-coffee-beans-0021.jpg", "image", "marketplaces", "2.87", "USD"),
    ]
    write("mine-2026.csv", rows)


def main() -> None:
    """Write every statement."""
    FOLDER.mkdir(exist_ok=True)
    for agency in (shutterstock, adobe, getty, by_day, by_sale, envato, ours):
        agency()


if __name__ == "__main__":
    main()
