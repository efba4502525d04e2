"""The plan as a calendar file (iCalendar, RFC 5545): days to shoot, to upload, and of the event."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from stockctl.plan.deadlines import State

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from stockctl.plan.run import Plan

# A line has at most so many bytes, its end not counted.
_LINE = 75


def calendar(plan: Plan, at: datetime | None = None) -> str:
    """Return the plan as one calendar; days that are past are left out, and each entry keeps its name for an update."""
    stamp = f"{(at or datetime.now(UTC)):%Y%m%dT%H%M%SZ}"
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//stockctl//plan//EN", "CALSCALE:GREGORIAN"]
    for day, title, text, key in _entries(plan):
        uid = hashlib.sha256(key.encode()).hexdigest()[:32]
        lines += [
            *("BEGIN:VEVENT", f"UID:{uid}@stockctl", f"DTSTAMP:{stamp}", f"DTSTART;VALUE=DATE:{day:%Y%m%d}"),
            *(f"DTEND;VALUE=DATE:{day + timedelta(days=1):%Y%m%d}", f"SUMMARY:{_escaped(title)}"),
            *(f"DESCRIPTION:{_escaped(text)}", "TRANSP:TRANSPARENT", "END:VEVENT"),
        ]
    lines.append("END:VCALENDAR")
    return "".join(f"{_folded(line)}\r\n" for line in lines)


def _entries(plan: Plan) -> Iterator[tuple[date, str, str, str]]:
    for one in plan.events:
        name, days = one.event.name, one.deadlines
        # Stable where an estimated day moves; Independence Day is another one in each country.
        key = f"{name}/{one.event.day.year}/{','.join(sorted(one.event.countries))}"
        have = f"{one.coverage.files} own files, {one.coverage.sold} sold"
        where = ", ".join(one.event.countries) or "many countries"
        about = " (estimated day)" if one.event.estimated else ""
        if days.shoot_by >= plan.today:
            yield days.shoot_by, f"Shoot by today: {name}", have, f"{key}/shoot"
        if days.upload_by >= plan.today and one.state is not State.TOO_LATE:
            by_agency = "; ".join(f"{agency}: {day}" for agency, day in sorted(days.agencies.items()))
            yield days.upload_by, f"Upload by today: {name}", f"{have}. {by_agency}", f"{key}/upload"
        yield one.event.day, f"{name}{about}", where, f"{key}/day"


def _escaped(text: str) -> str:
    clean = "".join(letter if letter.isprintable() else " " for letter in text)
    return clean.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")


def _folded(line: str) -> str:
    """Return a line broken where it is longer than a line may be, never within a letter."""
    parts: list[str] = []
    part = b""
    for letter in line:
        coded = letter.encode()
        if len(part) + len(coded) > (_LINE if not parts else _LINE - 1):
            parts.append(part.decode())
            part = b""
        part += coded
    return "\r\n ".join([*parts, part.decode()])
