"""A clock that is wrong, for a process of its own."""

from __future__ import annotations

import datetime as dt
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Self

_right = time.time
_shift_s = [0.0]


def shift(seconds: float) -> None:
    """Have the clock be so many seconds ahead, or behind."""
    _shift_s[0] = seconds


def _now() -> float:
    return _right() + _shift_s[0]


class Shifted(dt.datetime):
    """The moment as such a clock tells it."""

    @classmethod
    def now(cls, tz: dt.tzinfo | None = None) -> Self:
        """Return the moment."""
        return cls.fromtimestamp(_now(), tz)


class Day(dt.date):
    """The day by such a clock."""

    @classmethod
    def today(cls) -> Self:
        """Return the day."""
        return cls.fromtimestamp(_now())


def install() -> None:
    """Put the clock in the place of the right one, for every module that is drawn in afterwards."""
    dt.datetime, dt.date = Shifted, Day  # type: ignore[misc]
    time.time = _now
