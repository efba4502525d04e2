"""The plan: events ahead with their deadlines and own files, own seasons, niches and spread."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from stockctl.agencies import load
from stockctl.errors import UsageError
from stockctl.plan import events
from stockctl.plan.deadlines import deadlines
from stockctl.plan.own import own_work
from stockctl.plan.trends import read_trends

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from stockctl.agencies import Agency
    from stockctl.catalogue import Catalogue
    from stockctl.config import Settings
    from stockctl.plan.coverage import Coverage
    from stockctl.plan.deadlines import Deadlines, State
    from stockctl.plan.events import Event
    from stockctl.plan.niches import Niche, Spread
    from stockctl.plan.seasons import Seasons

# The largest markets of stock pictures among the countries of the table; `[plan] countries` sets one's own.
COUNTRIES = ("US", "GB", "DE")
MOST_MONTHS = 36


@dataclass(frozen=True)
class Planned:
    """One event with its days, how it stands today, and what one has for it."""

    event: Event
    deadlines: Deadlines
    state: State
    coverage: Coverage


@dataclass(frozen=True)
class Plan:
    """What is ahead from `today` on, and what one's own files and sales say."""

    today: date
    months: int
    countries: tuple[str, ...]
    agencies: tuple[Agency, ...]
    events: tuple[Planned, ...]
    seasons: Seasons
    niches: tuple[Niche, ...]
    spread: tuple[Spread, ...]
    files: int
    notes: tuple[str, ...] = ()


def run(
    catalogue: Catalogue, settings: Settings, *,
    months: int, countries: Sequence[str], agencies: Sequence[str], trends: Path | None, today: date | None = None,
) -> Plan:  # fmt: skip
    """Work out the plan; nothing is changed but what is kept of the sales by month.

    Raises:
        UsageError: a country or an agency is not known, or the months are not 1 to 36.
        StatementError: the list of trends cannot be read.

    """
    if not 1 <= months <= MOST_MONTHS:
        raise UsageError(f"--months is {months}", hint=f"from 1 to {MOST_MONTHS}; the default is 9")
    today = today or date.today()  # noqa: DTZ011 - a plan goes by the person's own day
    chosen = events.checked_countries(countries or settings.get("plan", "countries", ()) or COUNTRIES)
    profiles = _agencies(settings, agencies)
    ends = events.months_before(today, -months)
    found = list(events.ahead(chosen, today, ends))
    if trends is not None:
        listed = [event for event in read_trends(trends) if event.until >= today and event.day <= ends]
        found = sorted([*found, *listed], key=lambda event: (event.day, event.name))
    own = own_work(catalogue, found)
    planned = []
    for event in found:
        coverage = own.coverage[event.words]
        days = deadlines(event, profiles, coverage.waiting(agency.name for agency in profiles))
        planned.append(Planned(event, days, days.state(today), coverage))
    return Plan(
        today=today,
        months=months,
        countries=chosen,
        agencies=tuple(profiles),
        events=tuple(planned),
        seasons=own.seasons,
        niches=own.niches,
        spread=own.spread,
        files=own.files,
        notes=tuple(_notes(ends, own.since)),
    )


def _notes(ends: date, since: tuple[int, int]) -> list[str]:
    last = events.last_year()
    notes = [f"the table of holidays ends with {last}"] if ends.year > last else []
    if any(since):
        came = [
            f"{count:,} {what}{'' if count == 1 else 's'}" for count, what in zip(since, ("file", "sale"), strict=True)
        ]
        notes.append(
            f"seasons, niches and spread are those of before the last {' and '.join(came)}:"
            " they are worked out anew where one in a hundred has changed"
        )
    return notes


def _agencies(settings: Settings, named: Sequence[str]) -> list[Agency]:
    """Return the agencies that are planned for: those named, else those of `[check] agencies`, else the open ones."""
    known = load(settings.folder)
    names = list(named) or list(settings.get("check", "agencies", ()))
    for name in names:
        if name not in known:
            raise UsageError(f"there is no agency {name!r}", hint="known: " + ", ".join(known))
    if names:
        return [known[name] for name in names]
    return [agency for agency in known.values() if not agency.closed and not agency.profile]
