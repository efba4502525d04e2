"""Was it right: what was paid below the minimum, off the rate or late, what was taken back, what is missing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stockctl.earnings.answers.audit import pay, statements
from stockctl.earnings.answers.audit.doubts import Doubt, Row, Severity, span_of
from stockctl.earnings.answers.audit.refunds import refunds

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from stockctl.catalogue import Catalogue
    from stockctl.earnings.answers.money.levels import Level
    from stockctl.earnings.answers.period import Period

__all__ = ["Doubt", "Row", "audit"]


def audit(
    catalogue: Catalogue, period: Period, levels: Iterable[Level], today: date, agency: str = ""
) -> tuple[Doubt, ...]:
    """Return what is doubtful about a period's payments and statements, the gravest first."""
    span = span_of(period, agency)
    found: list[Doubt] = []
    for level in levels:
        found += pay.by_level(catalogue, level, span)
    found += pay.by_rate(catalogue, span)
    found += refunds(catalogue, span)
    found += statements.told_again(catalogue, span)
    found += statements.gaps(catalogue, period, today, agency)
    found += statements.overlaps(catalogue, period, agency)
    found += statements.notes(catalogue, period, agency)
    order = list(Severity)
    return tuple(sorted(found, key=lambda doubt: (order.index(doubt.severity), doubt.agency, doubt.rule)))
