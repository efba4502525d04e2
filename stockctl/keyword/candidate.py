"""A keyword on its way: the word, who offers it, how sure, and why."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Source(StrEnum):
    """Who offers a keyword; the names stand in `--json` and in the catalogue."""

    PERSON = "person"
    FILE = "file"
    CAPTION = "caption"
    SHOOT = "shoot"
    PORTFOLIO = "portfolio"
    VISION = "vision"
    PLACE = "place"
    TIME = "time"
    PICTURE = "picture"


@dataclass(frozen=True, slots=True)
class Candidate:
    """One offer. `score` estimates how likely a person would use the word, 0 to 1; `reason` is shown."""

    word: str
    source: Source
    score: float
    reason: str = ""
