"""Quotas: how many pictures an agency takes in a rolling window, and when the next place comes free."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stockctl.agencies import Agency
    from stockctl.catalogue.sent.ledger import Sending

_DAYS = 7


@dataclass(frozen=True)
class Quota:
    """One agency's quota for some kinds: `used` of `limit` in the window.

    `ends` is when each place that is taken comes free, the earliest first. Only
    an `official` one holds files back; another one warns.
    """

    kinds: frozenset[str]
    used: int
    limit: int
    window: timedelta
    ends: tuple[datetime, ...] = ()
    official: bool = True

    @property
    def left(self) -> int:
        """How many more may go now."""
        return max(0, self.limit - self.used)

    @property
    def free_at(self) -> datetime | None:
        """When the next place comes free, where none is left."""
        return self.ends[self.used - self.limit] if self.used >= self.limit > 0 else None

    def turn(self, number: int, going: int, now: datetime) -> datetime | None:
        """Return when the file with that `number`, counted from 0, of those that wait may go.

        `going` files go now, and take the places that are left. None where the
        agency takes no such files at all.
        """
        places = [*self.ends[max(0, self.used - self.limit) :], *[now + self.window] * going]
        return places[number % len(places)] + number // len(places) * self.window if places else None


@dataclass(frozen=True)
class Wait:
    """That a file has to wait for a place, and until when."""

    quota: Quota
    until: datetime | None


def window(agency: Agency) -> timedelta:
    """Return the length of an agency's rolling window."""
    return timedelta(days=agency.number("quota.window_days") or _DAYS)


def quotas(agency: Agency, sent: Sequence[Sending]) -> tuple[Quota, ...]:
    """Return an agency's quotas, given what left for it within its window (the oldest first)."""
    found = []
    for key, kinds in (("quota.images", {"photo", "illustration", "vector"}), ("quota.videos", {"video"})):
        limit = agency.limit(key)
        if limit is None:
            continue
        of_kind = [sending for sending in sent if sending.kind in kinds]
        ends = tuple(sending.at + window(agency) for sending in of_kind)
        found.append(Quota(frozenset(kinds), len(of_kind), int(limit.value), window(agency), ends, limit.official))
    return tuple(found)


def within(agency_quotas: Sequence[Quota], kinds: Sequence[str], now: datetime) -> list[Wait | None]:
    """Return for each picture in order None where it may go now, or until when it waits."""
    going: Counter[frozenset[str]] = Counter()
    waiting: Counter[frozenset[str]] = Counter()
    verdicts: list[Wait | None] = []
    for kind in kinds:
        quota = next((quota for quota in agency_quotas if kind in quota.kinds), None)
        if quota is None:
            verdicts.append(None)
        elif going[quota.kinds] < quota.left:
            going[quota.kinds] += 1
            verdicts.append(None)
        else:
            verdicts.append(Wait(quota, quota.turn(waiting[quota.kinds], going[quota.kinds], now)))
            waiting[quota.kinds] += 1
    return verdicts
