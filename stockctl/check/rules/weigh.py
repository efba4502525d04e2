"""How much a limit weighs, and how numbers are put into words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stockctl.report.finding import Severity

if TYPE_CHECKING:
    from stockctl.agencies import Limit

MB = 1_000_000
# What an agency calls a megabyte may be this one; between the two nobody can tell.
MIB = 1 << 20


def weight(limit: Limit) -> Severity:
    """Return error for an official limit, warning for one that is third-party, remembered or disputed.

    A list of examples closes nothing out: what is not in it is only told.
    """
    if limit.examples:
        return Severity.INFO
    return Severity.ERROR if limit.official else Severity.WARNING


def said(number: float) -> str:
    """Return a number as a person would write it: two decimals at most, rounded down so that 3.999 is not 4."""
    text = f"{int(number * 100) / 100:,.2f}"
    return text.rstrip("0").rstrip(".")
