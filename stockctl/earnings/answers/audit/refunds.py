"""What was taken back: all of it, what was taken back twice, and what was never sold."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from stockctl.earnings.answers.audit.doubts import SALES, Doubt, Severity, doubt
from stockctl.earnings.terms.money import in_currency, many

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator

    from stockctl.catalogue import Catalogue


def refunds(catalogue: Catalogue, span: tuple[str, str, str, str]) -> Iterator[Doubt]:
    """List a year's refunds, and find those that no sale stands behind."""
    by_agency: dict[tuple[str, str], list[sqlite3.Row]] = defaultdict(list)
    for row in catalogue.rows(f"{SALES} AND s.amount < 0 ORDER BY u.day", span):
        by_agency[row["agency"], row["currency"]].append(row)
    for (agency, currency), rows in by_agency.items():
        total = in_currency(sum(row["amount"] for row in rows), currency)
        yield doubt("refunds", Severity.INFO, agency, f"{many(len(rows), 'refund')}, {total} {currency} in all", rows)
        yield from _unfounded(catalogue, agency, [row for row in rows if row["asset"] or row["file"]])


def _unfounded(catalogue: Catalogue, agency: str, rows: list[sqlite3.Row]) -> Iterator[Doubt]:
    """Find refunds of what was never sold, and of what was sold once and is paid back again."""
    without, twice = [], []
    by_file = _by_file(rows)
    # All years, in one pass: a sale may have been in one, its refund in the next.
    sold_for: dict[int, Counter[int]] = defaultdict(Counter)
    for sold, amount, times in catalogue.rows(
        "SELECT s.sold, s.amount, count(*) FROM units u CROSS JOIN sales s ON s.unit = u.id"
        " WHERE u.agency = ? AND s.sold IN (SELECT value FROM json_each(?)) GROUP BY s.sold, s.amount",
        (agency, json.dumps(list(by_file))),
    ):
        sold_for[sold][amount] += times
    for sold, of_file in by_file.items():
        sales = Counter({amount: times for amount, times in sold_for[sold].items() if amount > 0})
        back = Counter({-amount: times for amount, times in sold_for[sold].items() if amount < 0})
        left = {amount: back[amount] - sales[amount] for amount in back}
        for row in reversed(of_file):
            amount = -row["amount"]
            if not sales[amount] and not any(price > amount for price in sales):
                without.append(row)
            elif sales[amount] and left[amount] > 0:
                left[amount] -= 1
                twice.append(row)
    if without:
        missing = -sum(row["amount"] for row in without)
        text = f"{many(len(without), 'refund')} of files of which no sale is known"
        yield doubt("refund-without-sale", Severity.WARNING, agency, text, without, missing=missing)
    if twice:
        missing = -sum(row["amount"] for row in twice)
        text = f"{many(len(twice), 'refund')} more than there were sales of that file and amount"
        yield doubt("refunded-twice", Severity.WARNING, agency, text, twice, missing=missing)


def _by_file(rows: list[sqlite3.Row]) -> dict[int, list[sqlite3.Row]]:
    found: dict[int, list[sqlite3.Row]] = defaultdict(list)
    for row in rows:
        found[row["sold"]].append(row)
    return found
