"""A keyword on its way: the word, who offers it, on what ground, how sure, and why."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum, StrEnum


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


class Ground(StrEnum):
    """What a keyword rests on, the strongest first; the names stand in `--json` and in the catalogue.

    PERSON: the person chose the word itself. SAID: it stands in a text that a person wrote for
    this picture or its series. SEEN: a model looked at this picture. ALIKE: a person gave it to a
    near-identical frame. KNOWN: the camera wrote down place or time. GUESSED: all else.
    """

    PERSON = "person"
    SAID = "said"
    SEEN = "seen"
    ALIKE = "alike"
    KNOWN = "known"
    GUESSED = "guessed"

    @property
    def rank(self) -> int:
        """Its place in the order above, from 0."""
        return _ORDER[self]


_ORDER = {ground: place for place, ground in enumerate(Ground)}


class Tier(IntEnum):
    """How far an offer goes by itself.

    EMBEDDED: into the file. OFFERED: on offer, and into the file with `--all`.
    SHOWN: on offer only; a person must choose it by name.
    """

    EMBEDDED = 0
    OFFERED = 1
    SHOWN = 2


@dataclass(frozen=True, slots=True)
class Candidate:
    """One offer. `score` estimates how likely a person would use the word, 0 to 1; `reason` is shown.

    `tier` is None where the ground decides: a guess is offered, all else embedded.
    """

    word: str
    source: Source
    score: float
    reason: str = ""
    ground: Ground = Ground.GUESSED
    tier: Tier | None = None

    @property
    def reach(self) -> Tier:
        """How far it goes."""
        if self.tier is not None:
            return self.tier
        return Tier.OFFERED if self.ground is Ground.GUESSED else Tier.EMBEDDED
