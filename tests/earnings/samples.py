"""Small statements as tests need them: written by hand, in the agencies' own layouts."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

PLAIN_HEADER = ("date", "agency", "asset", "file", "kind", "licence", "amount", "currency")
BANNER = ("", "", "", *("Images",) * 4, "Videos", *("",) * 5)
LABELS = (
    *("Date", "Total downloads", "Total earnings", "Subscriptions", "On demand", "Enhanced", "Single & other"),
    *("Subscriptions", "On demand", "Enhanced", "Clip packs", "Cart sales", "Other"),
)
GETTY_HEADER = (
    *("Name", "Royalty Month", "Sales Date", "Collection", "Sale Region", "Product Type", "Asset Number"),
    *("Alternate Asset Number", "Asset Description", "Content Type", "Sales Territory", "License Fee in USD"),
    *("Royalty Rate", "Gross Royalty in USD", "StatementSummary_Totals_Gross"),
)


def table(rows: Iterable[Sequence[object]], delimiter: str = ",", end: str = "\n") -> str:
    """Return rows as CSV text."""
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, lineterminator=end).writerows(rows)
    return text.getvalue()


def plain(path: Path, rows: Iterable[Sequence[object]]) -> Path:
    """Write our own plain statement."""
    path.write_text(table([PLAIN_HEADER, *rows]), encoding="utf-8")
    return path


def sale(
    day: str,
    amount: str = "0.10",
    *,
    agency: str = "shutterstock",
    kind: str = "image",
    file: str = "a.jpg",
    asset: str = "1001",
    licence: str = "subscription",
) -> Sequence[object]:
    """Return a row of our own plain statement."""
    return (day, agency, asset, file, kind, licence, amount, "USD")


def shutterstock(path: Path, days: Sequence[Sequence[object]], totals: Sequence[object] | None = None) -> Path:
    """Write Shutterstock's monthly file: byte order mark, banner, labels, days, totals."""
    rows = [BANNER, LABELS, *([*day, *("",) * (13 - len(day))] for day in days)]
    if totals is not None:
        rows.append(["Monthly totals", *totals, *("",) * (12 - len(totals))])
    path.write_text(table(rows), encoding="utf-8-sig")
    return path


def getty(path: Path, sales: Iterable[tuple[str, str, str, str, str]], encoding: str = "utf-8-sig") -> Path:
    """Write Getty's TXT from (royalty month, sales date, asset, fee, royalty)."""
    rows = [
        (
            *("Sari Wijaya", month, day, "Essentials", "NON-US SALES", "Subscription", asset),
            *(f"{asset}.jpg", f'{asset}-Batik 12" cloth', "Photo", "JAKARTA", fee, "0.150000000", royalty, ""),
        )
        for month, day, asset, fee, royalty in sales
    ]
    lines = ["\t".join(map(str, row)) for row in [GETTY_HEADER, *rows]]
    path.write_bytes(("\r\n".join(lines) + "\r\n").encode(encoding))
    return path
