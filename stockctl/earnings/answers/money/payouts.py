"""What each agency owes: earned, paid out, withheld, and when the next payment can be asked for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from stockctl.catalogue.sold.sales import MICRO, PAYOUT, TAX
from stockctl.earnings.terms.names import profile

if TYPE_CHECKING:
    from stockctl.catalogue import Catalogue

# Pace is that of so many days before the last sale.
_SPAN = 91
# Day of the month on which the agencies pay what a month's end finds above the minimum (facts, checked 2026-11-21).
_PAY_DAY = {"shutterstock": 15, "istock_getty": 25, "pond5": 15, "freepik": 15, "alamy": 9}
_MINIMUM = "payout.min_usd"


@dataclass(frozen=True)
class Balance:
    """One agency's account in one currency; amounts in micro-units.

    `minimum` is the least that it pays out (None: not known, or in another
    currency), `reached` the day on which that was or will be reached at the
    present pace, `paid_on` the day by which it pays then.
    """

    agency: str
    currency: str
    earned: int
    paid: int
    tax: int
    minimum: int | None
    reached: date | None
    paid_on: date | None

    @property
    def unpaid(self) -> int:
        """What is owed."""
        return self.earned - self.paid - self.tax


def balances(catalogue: Catalogue, today: date, agency: str = "") -> tuple[Balance, ...]:
    """Return every agency's account over all years.

    Without a payout in the ledger (`--payout`) nothing is known to have been
    paid, and the balance is all that was ever earned.
    """
    found = []
    for row in catalogue.rows(
        "SELECT f.agency, f.currency, sum(CASE WHEN f.kind NOT IN (:payout, :tax) THEN t.amount ELSE 0 END) AS earned,"
        " sum(CASE f.kind WHEN :payout THEN t.amount ELSE 0 END) AS paid,"
        " sum(CASE f.kind WHEN :tax THEN t.amount ELSE 0 END) AS tax, max(t.last) AS last"
        # By number first: a roll-up of days is long beside its facets.
        " FROM (SELECT facet, sum(amount) AS amount, max(CASE WHEN downloads > 0 THEN day END) AS last FROM day_totals"
        " GROUP BY facet) t JOIN facets f ON f.id = t.facet WHERE (:agency = '' OR f.agency = :agency)"
        " GROUP BY f.agency, f.currency ORDER BY f.agency, f.currency",
        {"payout": PAYOUT, "tax": TAX, "agency": agency},
    ):
        name, currency = row["agency"], row["currency"]
        known = profile(name) if currency == "USD" else None
        limit = known.limit(_MINIMUM) if known else None
        minimum = int(Decimal(str(limit.value)) * MICRO) if limit else None
        unpaid = row["earned"] - row["paid"] - row["tax"]
        reached = _reached(catalogue, name, currency, unpaid, minimum, row["last"])
        found.append(
            Balance(
                agency=name,
                currency=currency,
                earned=row["earned"],
                paid=row["paid"],
                tax=row["tax"],
                minimum=minimum,
                reached=reached,
                paid_on=_pay_day(name, max(reached, today)) if reached else None,
            )
        )
    return tuple(found)


def _reached(
    catalogue: Catalogue, agency: str, currency: str, unpaid: int, minimum: int | None, last: str | None
) -> date | None:
    if minimum is None or last is None:
        return None
    day = date.fromisoformat(last)
    if unpaid >= minimum:
        return day
    recent = catalogue.rows(
        "SELECT sum(t.amount) FROM day_totals t JOIN facets f ON f.id = t.facet WHERE f.agency = ? AND f.currency = ?"
        " AND f.kind NOT IN (?, ?) AND t.day > ?",
        (agency, currency, PAYOUT, TAX, str(day - timedelta(days=_SPAN))),
    )[0][0]
    if not recent or recent <= 0:
        return None
    ahead = -(-(minimum - unpaid) * _SPAN // recent)
    return day + timedelta(days=ahead) if ahead < 3650 else None


def _pay_day(agency: str, reached: date) -> date | None:
    """Return the pay day of the month after the minimum was reached."""
    if agency not in _PAY_DAY:
        return None
    year, month = divmod(reached.year * 12 + reached.month, 12)
    return date(year, month + 1, _PAY_DAY[agency])
