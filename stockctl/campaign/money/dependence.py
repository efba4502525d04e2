"""Warnings of one's own accounts: too much from one hand, falling rates; and pay per hour."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from typing import TYPE_CHECKING

from stockctl.campaign.money.amounts import rounded, unit_of, written
from stockctl.catalogue.sent import campaigns
from stockctl.catalogue.sold import sales

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stockctl.catalogue import Catalogue

# More than this share of a year's income from one hand is worth a word.
SHARE = Fraction(1, 2)
# The rate per thousand views has fallen where the newest brief pays less than this share of those before it.
FALLEN = Fraction(4, 5)
YEAR = timedelta(days=365)
CENT = 10_000


def warnings(catalogue: Catalogue, now: datetime | None = None, *, currency: str = "") -> list[str]:
    """Return what to beware of, by the ledger of the last year and the posts accounted for.

    `currency` leaves out all others.
    """
    day = (now or datetime.now(UTC)).date()
    found = (*_shares(catalogue, (day - YEAR).isoformat(), day.isoformat()), *_rates(catalogue))
    return [text for about, text in found if currency in {"", about}]


def _shares(catalogue: Catalogue, since: str, until: str) -> Iterator[tuple[str, str]]:
    """Yield currency and brand or platform that more than `SHARE` of its income comes from."""
    marks = ",".join("?" * len(sales.NOT_EARNED))
    rows = catalogue.rows(
        "SELECT f.agency, f.kind, f.licence, f.currency, sum(t.amount) AS amount FROM day_totals t"  # noqa: S608 - marks only
        f" JOIN facets f ON f.id = t.facet WHERE t.day > ? AND t.day <= ? AND f.kind NOT IN ({marks})"
        " GROUP BY f.agency, f.kind, f.licence, f.currency",
        [since, until, *sales.NOT_EARNED],
    )
    whole: dict[str, int] = defaultdict(int)
    parts: dict[tuple[str, str, str], int] = defaultdict(int)
    for row in rows:
        whole[row["currency"]] += row["amount"]
        if row["kind"] == sales.CAMPAIGN:
            parts[row["currency"], "the platform", row["agency"]] += row["amount"]
            parts[row["currency"], "the brand", row["licence"]] += row["amount"]
    for (currency, what, name), amount in sorted(parts.items()):
        if whole[currency] > 0 and Fraction(amount, whole[currency]) > SHARE:
            share = 100 * amount // whole[currency]
            yield currency, f"{share} % of the last year's {currency} came from {what} {name}"


def _rates(catalogue: Catalogue) -> Iterator[tuple[str, str]]:
    """Yield currency and platform whose newest brief paid less for a thousand views than those before it.

    Only what was paid counts, over the views of the posts that were paid: so a
    flat fee, a rate and points can be compared.
    """
    briefs = {row.key: row for row in campaigns.briefs(catalogue)}
    sums: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for post in campaigns.posts(catalogue):
        if post.paid:
            sums[post.brief][0] += post.paid
            sums[post.brief][1] += post.paid_views
    by_platform: dict[tuple[str, str], list[tuple[datetime, str, int, int]]] = defaultdict(list)
    for key, (amount, views) in sums.items():
        if views:
            brief = briefs[key]
            by_platform[brief.platform, brief.currency].append((brief.opens, brief.title, amount, views))
    for (platform, currency), told in sorted(by_platform.items()):
        *before, (_, title, amount, views) = sorted(told)
        if not before:
            continue
        was = Fraction(sum(one[2] for one in before), sum(one[3] for one in before))
        if Fraction(amount, views) < FALLEN * was:
            unit = unit_of(currency)
            rates = per_thousand(amount, views, unit), written(rounded(was * 1000, unit), unit)
            yield (
                currency,
                f"{platform}: “{title}” pays {currency} {rates[0]} for 1,000 views, earlier briefs {rates[1]}",
            )


def per_thousand(amount: int, views: int, unit: int = CENT) -> str | None:
    """Return micro-units per thousand views as text, to `unit`; None where nobody looked."""
    return written(rounded(Fraction(1000 * amount, views), unit), unit) if views else None


def per_hour(amount: int, hours: Fraction, unit: int = CENT) -> str | None:
    """Return micro-units per hour as text, to `unit`; None where no hours are given."""
    return written(rounded(amount / hours, unit), unit) if hours else None
