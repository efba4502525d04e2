"""Exact money: text to whole micro-units and back, never through a float."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from stockctl.catalogue.sold.sales import MICRO

# Signs and words that statements put beside an amount. A bare `$` is the US dollar, as every agency means it.
SYMBOLS = {
    "$": "USD",
    "US$": "USD",
    "€": "EUR",
    "£": "GBP",
    "¥": "JPY",
    "円": "JPY",
    "zł": "PLN",
    "kr": "SEK",
    "Rp": "IDR",
    "R$": "BRL",
    "A$": "AUD",
    "C$": "CAD",
    "₹": "INR",
    "₩": "KRW",
    "₺": "TRY",
}
_SYMBOL = re.compile("|".join(sorted(map(re.escape, SYMBOLS), key=len, reverse=True)) + r"|\b[A-Z]{3}\b")
_DIGITS = {
    ".": re.compile(r"([1-9]\d{0,2}(?:[,' ]\d{3})+|\d+)?(?:\.(\d*))?", re.ASCII),
    ",": re.compile(r"([1-9]\d{0,2}(?:[.' ]\d{3})+|\d+)?(?:,(\d*))?", re.ASCII),
}
# Above this a number is no royalty but a number of something else in the amount's column.
LARGEST_ROYALTY = 10**9 * MICRO


class AmountError(ValueError):
    """A text that is no amount, with what is wrong."""


# No amount has more before its decimal sign.
_MOST_DIGITS = 30


def parse_amount(text: str, decimal: str = ".", *, largest: int = LARGEST_ROYALTY) -> tuple[int, str]:
    """Return micro-units and the currency that stands beside the number ("" where none does).

    `decimal` is the layout's decimal sign, "." or ",". Thousands separators,
    currency signs and codes, a minus before or after, and parentheses (negative)
    are read. More than six decimals are accepted where the rest are zeros.
    `largest`, in micro-units, is the most that makes sense in this place.

    Raises:
        AmountError: the text is no amount in this form.

    """
    plain = text.strip().replace("\N{NO-BREAK SPACE}", " ").replace("\N{NARROW NO-BREAK SPACE}", " ")
    plain = plain.replace("\N{MINUS SIGN}", "-")
    negative = plain.startswith("(") and plain.endswith(")")
    if negative:
        plain = plain[1:-1].strip()
    currency = ""
    sign = _SYMBOL.search(plain)
    if sign:
        currency = SYMBOLS.get(sign[0], sign[0])
        plain = (plain[: sign.start()] + plain[sign.end() :]).strip()
    if plain[:1] in {"+", "-"}:
        negative ^= plain[0] == "-"
        plain = plain[1:].strip()
    elif plain[-1:] == "-":
        negative, plain = not negative, plain[:-1].strip()
    found = _DIGITS[decimal].fullmatch(plain)
    if not plain or not found or not (found[1] or found[2]):
        raise AmountError(_why_not(text, plain, decimal))
    fraction = (found[2] or "").rstrip("0")
    if len(fraction) > 6:
        raise AmountError(f"{text!r} has more than six decimals")
    whole = re.sub(r"\D", "", found[1] or "0").lstrip("0")
    # Of thousands of digits Python makes no number.
    micro = int(whole or "0") * MICRO + int(fraction.ljust(6, "0")) if len(whole) <= _MOST_DIGITS else largest + 1
    if micro > largest:
        raise AmountError(f"{text!r} is too large for an amount here")
    return -micro if negative else micro, currency


def _why_not(text: str, plain: str, decimal: str) -> str:
    if not text.strip():
        return "the amount is empty"
    other = "," if decimal == "." else "."
    if plain and _DIGITS[other].fullmatch(plain):
        return f"{text!r} is written with a decimal {_NAMES[other]}, and this layout uses a {_NAMES[decimal]}"
    return f"{text!r} is not an amount"


_NAMES = {".": "point", ",": "comma"}


@dataclass
class Amounts(dict[str, int]):
    """The amounts of one column, each distinct text read once: `amounts[text]` is in micro-units.

    `currency` is the one that the layout fixes, or the first that stands in the
    column; a second one is refused, because amounts of two currencies cannot be added.
    """

    decimal: str = "."
    currency: str = ""
    empty_is_zero: bool = False
    fixed: bool = field(init=False)

    def __post_init__(self) -> None:
        """Remember whether the layout fixes the currency."""
        self.fixed = bool(self.currency)

    def __missing__(self, text: str) -> int:
        """Read a text that was not met before."""
        if self.empty_is_zero and text.strip() in {"", "-", "–", "—"}:
            self[text] = 0
            return 0
        micro, currency = parse_amount(text, self.decimal)
        if currency and not self.currency:
            self.currency = currency
        elif currency and currency != self.currency:
            what = "this statement is in" if self.fixed else "earlier rows are in"
            raise AmountError(f"{text!r} is in {currency}, and {what} {self.currency}")
        self[text] = micro
        return micro


# Signs that several currencies share; the others mean one.
_SHARED = {"USD": ("AUD", "CAD", "HKD", "NZD", "SGD", "MXN"), "JPY": ("CNY",), "SEK": ("DKK", "NOK", "ISK")}


def parse_amount_in(text: str, currency: str, decimal: str = ".") -> int:
    """Return micro-units of an amount whose currency stands elsewhere, and may stand beside it too.

    Raises:
        AmountError: the text is no amount, or one in another currency.

    """
    micro, sign = parse_amount(text, decimal)
    if sign and sign != currency and currency not in _SHARED.get(sign, ()):
        raise AmountError(f"{text!r} is in {sign}, and its row says {currency}")
    return micro


# Currencies whose smallest unit is not a hundredth (ISO 4217:2015, table A.1). The rupiah's hundredth exists on paper
# only: nobody writes or pays one.
DECIMALS = {
    **dict.fromkeys(("JPY", "KRW", "VND", "CLP", "ISK", "UGX", "XAF", "XOF", "PYG", "IDR"), 0),
    **dict.fromkeys(("KWD", "BHD", "OMR", "JOD", "TND"), 3),
}


def in_currency(micro: int, currency: str, places: int = 2) -> str:
    """Write micro-units for a person, in the decimals of their currency: ¥1,500 is 1500, where $15 is 15.00.

    `places` are how many decimals a currency of cents has at most: 2, 4 for an amount per piece, or 6 for exact ones.
    """
    own = DECIMALS.get(currency, 2)
    return format_amount(micro, min(6, places - 2 + own) if places < 6 else 6, own)


def format_amount(micro: int, places: int = 6, least: int = 2) -> str:
    """Write micro-units as a decimal text of at least `least` decimals and at most `places`, half to even."""
    step = 10 ** (6 - places)
    whole, rest = divmod(abs(micro), step)
    if rest * 2 > step or (rest * 2 == step and whole % 2):
        whole += 1
    units, fraction = divmod(whole, 10**places)
    decimals = str(fraction).rjust(places, "0").rstrip("0").ljust(least, "0")
    return f"{'-' if micro < 0 and whole else ''}{units}{'.' if decimals else ''}{decimals}"


def per(micro: int, count: int, currency: str = "") -> str | None:
    """Return an amount per piece as text, to four decimals (half to even); None where there are no pieces.

    With its `currency` it is written for a person, as `in_currency` does.
    """
    if count <= 0:
        return None
    step = count * 100
    whole, rest = divmod(abs(micro), step)
    if rest * 2 > step or (rest * 2 == step and whole % 2):
        whole += 1
    return in_currency(whole * 100 if micro >= 0 else -whole * 100, currency, 4)


def many(number: int, word: str) -> str:
    """Write a number of things: 1 row, 2 rows."""
    return f"{number:,} {word}" + ("" if number == 1 else "s")
