"""By when to shoot and to upload for an event, and when it is too late: in general and for each agency."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from stockctl.agencies.agency import Confidence, Limit
from stockctl.plan.events import months_before

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from stockctl.agencies import Agency
    from stockctl.plan.events import Event

_LEADS = Path(__file__).parent / "data" / "leads.toml"
_GENERAL = "general"


class State(StrEnum):
    """How an event stands today."""

    AHEAD = "ahead"
    SHOOT_NOW = "shoot now"
    UPLOAD_NOW = "upload now"
    LATE = "late"
    TOO_LATE = "too late"


@dataclass(frozen=True)
class Deadlines:
    """The days of one event.

    `agencies` is by when each has to have the files, its review time counted in;
    `begin` by when to begin uploading where the files that wait are more than a
    quota takes at once.
    """

    shoot_by: date
    upload_by: date
    last_day: date
    agencies: Mapping[str, date] = field(default_factory=dict)
    begin: Mapping[str, date] = field(default_factory=dict)

    def state(self, today: date) -> State:
        """Return how the event stands on a day."""
        steps = (
            (self.shoot_by - timedelta(days=30), State.AHEAD),
            (self.shoot_by, State.SHOOT_NOW),
            (self.upload_by, State.UPLOAD_NOW),
            (self.last_day, State.LATE),
        )
        return next((state for day, state in steps if today <= day), State.TOO_LATE)


@cache
def leads() -> Mapping[str, Mapping[str, Limit]]:
    """Return the lead times by agency, `general` for those that say none; each with its source."""
    tables = tomllib.loads(_LEADS.read_text(encoding="utf-8"))
    return {
        name: {
            key: Limit(fact["value"], fact["source"], Confidence(fact["confidence"]), fact["checked"])
            for key, fact in table.items()
        }
        for name, table in tables.items()
    }


def lead(agency: str, key: str) -> Limit | None:
    """Return a lead time of an agency, else the general one."""
    return leads().get(agency, {}).get(key) or leads()[_GENERAL].get(key)


def _months(agency: str, key: str) -> int:
    found = lead(agency, key)
    return int(found.value) if found else 0


def deadlines(event: Event, agencies: Sequence[Agency], waiting: Mapping[str, int]) -> Deadlines:
    """Return the days of an event; `waiting` is how many own files for it each agency does not have yet."""
    by_agency, begin = {}, {}
    for agency in agencies:
        upload = months_before(event.day, _months(agency.name, "upload_months"))
        upload = working_days_before(upload, review_days(agency.name))
        by_agency[agency.name] = upload
        turns = quota_turns(agency, waiting.get(agency.name, 0))
        if turns:
            begin[agency.name] = upload - turns
    return Deadlines(
        shoot_by=months_before(event.day, _months(_GENERAL, "shoot_months")),
        upload_by=months_before(event.day, _months(_GENERAL, "upload_months")),
        last_day=months_before(event.day, _months(_GENERAL, "last_months")),
        agencies=by_agency,
        begin=begin,
    )


def review_days(agency: str) -> int:
    """Return the working days that an agency's review takes, 0 where nobody says."""
    found = leads().get(agency, {}).get("review_working_days")
    return int(found.value) if found else 0


def quota_turns(agency: Agency, waiting: int) -> timedelta:
    """Return how long before the last upload the first has to go, where files wait for a quota's next turns."""
    most, days = agency.number("quota.images"), agency.number("quota.window_days")
    if not most or waiting <= most:
        return timedelta()
    return (-(-waiting // int(most)) - 1) * timedelta(days=int(days or 7))


def working_days_before(day: date, count: int) -> date:
    """Return the day so many working days (Monday to Friday) earlier."""
    while count > 0:
        day -= timedelta(days=1)
        count -= day.weekday() < 5
    return day
