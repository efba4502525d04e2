"""What a person typed into options that have a form of their own: agencies, counts, entries, costs."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from stockctl.catalogue.sold import sales
from stockctl.earnings.terms.days import DayError, parse_day
from stockctl.earnings.terms.kinds import kind_named
from stockctl.earnings.terms.money import AmountError, parse_amount
from stockctl.earnings.terms.names import agency_named, currency_named, known_agencies
from stockctl.errors import UsageError

if TYPE_CHECKING:
    from datetime import date

    from stockctl.catalogue import Catalogue
    from stockctl.earnings.reading.source import Said


def said_asked(dates: str, decimal: str) -> Said:
    """Read `--dates dmy` (or the language of the months' names) and `--decimal`.

    Raises:
        UsageError: it is no form of days, or no decimal sign.

    """
    from stockctl.earnings.reading.source import Said
    from stockctl.earnings.terms.days import FORMS
    from stockctl.earnings.terms.months import languages

    if decimal not in {"", ".", ","}:
        raise UsageError(f"--decimal is a point or a comma, not {decimal!r}", hint="--decimal . or --decimal ,")
    if dates in FORMS or not dates:
        return Said(dates=dates, decimal=decimal)
    if dates in languages():
        return Said(dates="named", language=dates, decimal=decimal)
    raise UsageError(
        f"--dates {dates!r} is no form of days",
        hint="known: "
        + ", ".join(f"{name} ({example})" for name, (_, example) in FORMS.items())
        + "; or the language of the months' names: "
        + ", ".join(languages()),
    )


def agency_asked(catalogue: Catalogue, text: str, *, new: bool = False) -> str:
    """Return an agency that is known; with `new` any that is not named nearly as one of those.

    Raises:
        UsageError: none of that name is known.

    """
    from difflib import get_close_matches

    name = agency_named(text)
    known = known_agencies() | set(sales.agencies_with_sales(catalogue))
    if name not in known:
        near = get_close_matches(name, known, 1, 0.8 if new else 0.6)
        if near or not new:
            raise UsageError(
                f"unknown agency {text!r}",
                hint=f"did you mean {near[0]}?" if near else "known: " + ", ".join(sorted(known)),
            )
    return name


def count_asked(catalogue: Catalogue, text: str) -> tuple[str, str, int]:
    """Read `shutterstock:image=431`: agency, kind and count.

    Raises:
        UsageError: it is not so written.

    """
    found = re.fullmatch(r"\s*([^:=]+):([^:=]+)=\s*(\d{1,9})\s*", text)
    if not found:
        raise UsageError(f"--downloads {text!r} is not AGENCY:KIND=N", hint="as in --downloads shutterstock:image=431")
    try:
        kind = kind_named(found[2])
    except ValueError as error:
        raise UsageError(str(error)) from error
    return agency_asked(catalogue, found[1]), kind, int(found[3])


def entry_asked(catalogue: Catalogue, text: str, kind: str, option: str) -> sales.Entry:
    """Read `shutterstock:12.50 USD 2026-06-30 Contributor Fund`.

    Raises:
        UsageError: it is not so written.

    """
    found = re.fullmatch(r"\s*([^:]+):\s*(\S+)\s+(\S+)\s+(\S+)\s*(.*)", text)
    if not found:
        raise UsageError(
            f"{option} {text!r} is not AGENCY:AMOUNT CURRENCY DAY TEXT",
            hint=f'as in {option} "shutterstock:12.50 USD 2026-06-30 Contributor Fund"',
        )
    try:
        return sales.Entry(
            agency=agency_asked(catalogue, found[1], new=True),
            day=parse_day(found[4], "iso"),
            amount=parse_amount(found[2])[0],
            currency=currency_named(found[3]),
            kind=kind,
            text=found[5].strip(),
        )
    except (AmountError, DayError, ValueError) as error:
        raise UsageError(f"{option}: {error}", hint="AGENCY:AMOUNT CURRENCY DAY TEXT, the day as 2026-06-30") from error


def cost_asked(text: str) -> tuple[str, int, str, date, str]:
    """Read `bali-2026:850.00 EUR 2026-03-14 flights and guide`; a folder's path may have colons.

    Returned are the shoot, micro-units, their currency, the day and the text.

    Raises:
        UsageError: it is not so written.

    """
    found = re.fullmatch(r"\s*(.+):\s*(\S+)\s+([A-Za-z]{3})\s+(\d{4}-\d\d-\d\d)\s*(.*)", text)
    hint = '--cost "bali-2026:850.00 EUR 2026-03-14 flights and guide"'
    if not found:
        raise UsageError(f"--cost {text!r} is not SHOOT:AMOUNT CURRENCY DAY TEXT", hint=f"as in {hint}")
    try:
        amount, day = parse_amount(found[2])[0], parse_day(found[4], "iso")
        currency = currency_named(found[3])
    except (AmountError, DayError, ValueError) as error:
        raise UsageError(f"--cost: {error}", hint=f"as in {hint}") from error
    if amount <= 0:
        raise UsageError(f"--cost {text!r}: a cost is more than nothing", hint=f"as in {hint}")
    return found[1].strip().rstrip("/\\"), amount, currency, day, found[5].strip()
