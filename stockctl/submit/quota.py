"""Quotas: how many pictures an agency takes in a rolling window, and when the next place comes free."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stockctl.agencies import Agency
    from stockctl.catalogue.ledger import Sending

_DAYS = 7


@dataclass(frozen=True)
class Quota:
    """One agency's quota for some kinds: `used` of `limit` in the window.

    `free_at` is when the next place comes free, where none is left.
    """

    kinds: frozenset[str]
    used: int
    limit: int
    window: timedelta
    free_at: datetime | None = None

    @property
    def left(self) -> int:
        """How many more may go now."""
        return max(0, self.limit - self.used)


def window(agency: Agency) -> timedelta:
    """Return the length of an agency's rolling window."""
    return timedelta(days=agency.number("quota.window_days") or _DAYS)


def quotas(agency: Agency, sent: Sequence[Sending]) -> tuple[Quota, ...]:
    """Return an agency's quotas, given what left for it within its window (the oldest first)."""
    found = []
    for key, kinds in (("quota.images", {"photo", "illustration", "vector"}), ("quota.videos", {"video"})):
        limit = agency.number(key)
        if limit is None:
            continue
        of_kind = [sending for sending in sent if sending.kind in kinds]
        used = len(of_kind)
        # The place that comes free first: so many of the oldest have to leave the window.
        free_at = of_kind[used - int(limit)].at + window(agency) if used >= limit > 0 else None
        found.append(Quota(frozenset(kinds), used, int(limit), window(agency), free_at))
    return tuple(found)


def within(agency_quotas: Sequence[Quota], kinds: Sequence[str]) -> list[Quota | None]:
    """Return for each picture in order None where it may go, or the quota that it exceeds."""
    going: Counter[frozenset[str]] = Counter()
    verdicts: list[Quota | None] = []
    for kind in kinds:
        quota = next((quota for quota in agency_quotas if kind in quota.kinds), None)
        if quota is None:
            verdicts.append(None)
        elif going[quota.kinds] < quota.left:
            going[quota.kinds] += 1
            verdicts.append(None)
        else:
            verdicts.append(quota)
    return verdicts
