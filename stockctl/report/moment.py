"""A moment as a person reads it: by the clock on the wall, to the minute."""

from __future__ import annotations

from datetime import datetime


def local(moment: datetime | str) -> str:
    """Return a moment with a zone (a text: ISO 8601) in this machine's local time, `2026-11-29 16:03`."""
    if isinstance(moment, str):
        moment = datetime.fromisoformat(moment)
    return f"{moment.astimezone():%Y-%m-%d %H:%M}"
