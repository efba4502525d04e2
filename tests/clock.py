"""Run the program as a process whose clock is wrong: `python -m tests.clock SECONDS COMMAND …`."""

from __future__ import annotations

import datetime as dt
import sys
import time
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from typing import Self

_SHIFT = dt.timedelta(seconds=float(sys.argv[1])) if __name__ == "__main__" else dt.timedelta()


class Shifted(dt.datetime):
    """The moment as a clock tells it that is wrong."""

    @classmethod
    def now(cls, tz: dt.tzinfo | None = None) -> Self:
        return cls.fromtimestamp(_right() + _SHIFT.total_seconds(), tz)


class Day(dt.date):
    """The day by such a clock."""

    @classmethod
    def today(cls) -> Self:
        return cls.fromtimestamp(_right() + _SHIFT.total_seconds())


_right = time.time


if __name__ == "__main__":
    # Before any module of the program takes the names over.
    dt.datetime, dt.date = Shifted, Day  # type: ignore[misc]
    time.time = lambda: _right() + _SHIFT.total_seconds()

    from tests.kills import inside

    with pytest.MonkeyPatch.context() as patch:
        inside(patch, sys.argv[2:])
