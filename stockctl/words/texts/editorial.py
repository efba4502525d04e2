"""The dateline that editorial captions begin with, as each agency words it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from stockctl.words.texts.sentences import cut, sentence

if TYPE_CHECKING:
    from stockctl.agencies import Agency
    from stockctl.media.capture import Capture
    from stockctl.metadata import Record

_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
# Under so many characters of what is seen, the repeat of day and place gives way.
_LEAST_SEEN = 40


@dataclass(frozen=True, slots=True)
class Day:
    """The day on which a picture was taken, as far as it is known: year, then month, then day; 0 is unknown."""

    year: int
    month: int = 0
    day: int = 0

    @property
    def capitals(self) -> str:
        """`MARCH 14`, or `CIRCA MARCH 2026` and `CIRCA 2026` where the day is unknown."""
        if self.day:
            return f"{_MONTHS[self.month - 1]} {self.day}".upper()
        return f"circa {_MONTHS[self.month - 1]} {self.year}".upper() if self.month else f"CIRCA {self.year}"

    @property
    def spelt(self) -> str:
        """`March 14, 2026`, as far as it is known."""
        if self.day:
            return f"{_MONTHS[self.month - 1]} {self.day}, {self.year}"
        return f"{_MONTHS[self.month - 1]} {self.year}" if self.month else str(self.year)

    @property
    def slashes(self) -> str:
        """`2026/03/14`, as far as it is known."""
        return "/".join([f"{self.year:04}", *(f"{part:02}" for part in (self.month, self.day) if part)])


def day_of(record: Record, capture: Capture) -> Day | None:
    """Return the day from the camera, else from the record; None where neither says."""
    if capture.taken is not None:
        return Day(capture.taken.year, capture.taken.month, capture.taken.day)
    found = re.match(r"(\d{4})(?:-(\d\d))?(?:-(\d\d))?", record.date_created)
    if not found:
        return None
    year, month, day = (int(part or 0) for part in found.groups())
    return Day(year, month if month <= 12 else 0, day if month <= 12 else 0)


def missing(record: Record, capture: Capture) -> list[str]:
    """Return what a dateline needs and nobody said."""
    known = {
        "the city": record.city,
        "the country": record.country,
        "the day it was taken": day_of(record, capture),
    }
    return [name for name, value in known.items() if not value]


def dateline(text: str, record: Record, agency: Agency, capture: Capture, longest: int) -> str:
    """Return a text with the agency's dateline before it, at most `longest` characters.

    A text that has one keeps it; so does one for which something is `missing`.
    The form is that of the agency's `editorial.caption_form`: the day in
    figures (Pond5), or spelt out and said again at the end (Shutterstock).
    """
    pattern = agency.text("editorial.caption_pattern")
    day = day_of(record, capture)
    if not text or (pattern and re.match(pattern, text)) or missing(record, capture) or day is None:
        return text
    place = f"{record.city}, {record.country}"
    form = agency.text("editorial.caption_form")
    if "YEAR/MONTH/DAY" in form:
        return _joined(f"{place.upper()} – {day.slashes}: ", text, "", longest)
    circa = "" if day.day else "circa "
    tail = "" if str(day.year) in text or "[date]" not in form else f" on {circa}{day.spelt} in {place}"
    return _joined(f"{place.upper()} – {day.capitals}: ", text, tail.replace("on circa", "circa"), longest)


def _joined(head: str, text: str, tail: str, longest: int) -> str:
    body = text.rstrip(". ")
    room = longest - len(head) - len(tail) - 1
    if room < len(body) and room < _LEAST_SEEN:
        room, tail = room + len(tail), ""
    return head + sentence(cut(body, max(room, 1)) + tail)
