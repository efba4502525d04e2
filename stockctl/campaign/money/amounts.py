"""Amounts as a campaign's currency is written, and what a platform keeps of a withdrawal."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from stockctl.earnings.terms.money import DECIMALS, format_amount, parse_amount

if TYPE_CHECKING:
    from collections.abc import Mapping

WHOLE = 10**6


def unit_of(currency: str, decimals: int | None = None) -> int:
    """Return the smallest amount that is paid, in micro-units; `decimals` overrides the currency's own."""
    places = DECIMALS.get(currency, 2) if decimals is None else decimals
    return WHOLE // int(10**places)


def written(micro: int, unit: int) -> str:
    """Write micro-units as a decimal text; without decimals where the currency is paid in whole units."""
    if unit >= WHOLE and micro % WHOLE == 0:
        return str(micro // WHOLE)
    return format_amount(micro)


def rounded(value: Fraction, unit: int) -> int:
    """Round to the smallest amount that is paid, halves up, as a cashier does."""
    return (value / unit + Fraction(1, 2)).__floor__() * unit


@dataclass(frozen=True)
class Withdrawal:
    """What a platform asks for and keeps when a balance is paid out; amounts in micro-units, 0 where it says nothing.

    `first_least` holds for the first `first_days` days of an account;
    `first_free`: the first withdrawal costs nothing.
    """

    least: int = 0
    fee: int = 0
    fee_share: Fraction = Fraction(0)
    first_least: int = 0
    first_days: int = 0
    first_free: bool = False

    def costs(self, micro: int, unit: int) -> int:
        """Return the fee for an amount: the share, but not less than the least fee."""
        return max(self.fee, rounded(micro * self.fee_share, unit))


def withdrawal(platform: Mapping[str, Any], brief: Mapping[str, Any]) -> Withdrawal | None:
    """Return how a balance is paid out, by the platform's fact and what the brief says; None where neither says."""

    def money(text: str) -> int:
        return parse_amount(text)[0]

    own = {key: brief[key] for key in ("withdraw_min", "withdraw_fee", "withdraw_fee_pct") if key in brief}
    if not platform and not own:
        return None
    least = money(own.get("withdraw_min") or platform.get("least", "0"))
    return Withdrawal(
        least=least,
        fee=money(own.get("withdraw_fee") or platform.get("fee_least", "0")),
        fee_share=Fraction(str(own.get("withdraw_fee_pct", platform.get("fee_pct", 0)))) / 100,
        first_least=0 if "withdraw_min" in own else money(platform.get("first_least", "0")),
        first_days=platform.get("first_days", 0),
        first_free=platform.get("first_free", False),
    )
