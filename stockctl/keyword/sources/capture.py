"""Words from what the camera wrote down: season, time of day, country and region, drone."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from stockctl.keyword.candidate import Candidate, Ground, Source, Tier
from stockctl.keyword.sources.places import contradiction, nearest
from stockctl.words.lemma import key, tokens
from stockctl.words.said.reading import read

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stockctl.keyword.sources.places import Place
    from stockctl.keyword.subject import Subject
    from stockctl.media.capture import Capture

_COUNTRY, _REGION, _TOWN, _DAYTIME, _LONG, _AERIAL = 0.8, 0.6, 0.35, 0.45, 0.4, 0.75
# How far a position is trusted where the person names another country.
_CONTRADICTED = 0.5
# The season of a known place; without a position the hemisphere is a guess, and it is only offered.
_SEASON, _SEASON_GUESSED = 0.6, 0.3

# Meteorological seasons of the northern hemisphere, by month.
_SEASONS = ("winter", "winter", *["spring"] * 3, *["summer"] * 3, *["autumn"] * 3, "winter")
# Nearer to the equator than this the four seasons mean little.
_TROPICS_DEGREES = 23.4
# An exposure that shows movement, in seconds.
_LONG_EXPOSURE_S = 1.0
# What is said of a picture that was not taken at night, whatever the camera's clock says.
_BY_DAY = frozenset(("sunrise", "sunset", "morning", "noon", "midday", "afternoon", "daytime", "daylight", "sunny"))
_DRONES = ("dji", "parrot", "autel", "hasselblad l1d", "hasselblad l2d")


def from_time(subject: Subject) -> Iterator[Candidate]:
    """Yield season and night or day; the hemisphere comes from the position, or the north is assumed."""
    capture = subject.capture
    if capture.taken and _plausible(capture.taken):
        season = season_of(capture)
        # Where the person names another season, the camera's clock is wrong, or it is the other half of the earth.
        if season and not _other_season(subject.text, season):
            sure = capture.has_location
            score = _SEASON if sure else _SEASON_GUESSED
            reason = f"taken in {capture.taken:%B}" + (
                "" if capture.has_location else ", on which half of the earth is unknown"
            )
            yield _known(season, Source.TIME, score, reason, Tier.OFFERED if sure else Tier.SHOWN)
        time_of_day = daytime(capture)
        if time_of_day and not _BY_DAY & set(tokens(subject.text)):
            yield _known(time_of_day, Source.TIME, _DAYTIME, f"taken at {capture.taken:%H:%M}", Tier.OFFERED)
    if capture.exposure_s is not None and capture.exposure_s >= _LONG_EXPOSURE_S:
        yield _known("long exposure", Source.TIME, _LONG, f"exposed for {capture.exposure_s:g} s", Tier.OFFERED)


def from_place(subject: Subject) -> Iterator[Candidate]:
    """Yield country and region; the nearest town is only ever offered."""
    place = place_of(subject.capture)
    if place is None:
        return
    other = contradiction(subject.context, place)
    trust, but = (_CONTRADICTED, f", though you said {other}") if other else (1.0, "")
    # Where the person says otherwise, the position may be wrong.
    tier = Tier.OFFERED if other else Tier.EMBEDDED
    yield _known(place.country.lower(), Source.PLACE, trust * _COUNTRY, f"the position in the file{but}", tier)
    if place.state:
        yield _known(place.state.lower(), Source.PLACE, trust * _REGION, f"the position in the file{but}", tier)
    if place.town:
        reason = f"the town nearest to the position in the file{but}"
        yield _known(place.town.lower(), Source.PLACE, trust * _TOWN, reason, Tier.OFFERED)


def _known(word: str, source: Source, score: float, reason: str, tier: Tier) -> Candidate:
    return Candidate(word, source, score, reason, Ground.KNOWN, tier)


def from_camera(subject: Subject) -> Iterator[Candidate]:
    """Yield what the kind of camera says of the view: a drone looks from above."""
    maker = f"{subject.capture.make} {subject.capture.model}".lower()
    if maker.startswith(_DRONES):
        yield Candidate("aerial view", Source.PICTURE, _AERIAL, "taken by a drone")
        yield Candidate("drone view", Source.PICTURE, _AERIAL - 0.3, "taken by a drone")


def season_of(capture: Capture) -> str:
    """Return the season of the place where it was taken; empty in the tropics."""
    if capture.taken is None or abs(capture.latitude or 90.0) < _TROPICS_DEGREES:
        return ""
    month = capture.taken.month if (capture.latitude or 1.0) > 0 else (capture.taken.month + 5) % 12 + 1
    return _SEASONS[month - 1]


def _other_season(text: str, season: str) -> bool:
    """Whether a text names seasons, but not this one; a hot spring is none."""
    said = (word for unit in read(text).units for word in (unit.word, *unit.parts))
    named = {"autumn" if word == "fall" else key(word) for word in said} & set(_SEASONS)
    return bool(named) and season not in named


def daytime(capture: Capture) -> str:
    """Return `night` for the small hours; other hours say little without the sun's height."""
    if capture.taken is None:
        return ""
    return "night" if capture.taken.hour >= 23 or capture.taken.hour < 4 else ""


def place_of(capture: Capture) -> Place | None:
    """Return the place of a position, looked up offline."""
    if capture.latitude is None or capture.longitude is None or (capture.latitude, capture.longitude) == (0.0, 0.0):
        return None
    return nearest(capture.latitude, capture.longitude)


def _plausible(taken: datetime) -> bool:
    """Whether a camera's clock was set: not at its first day, not in the future."""
    return taken.year > 1990 and taken.replace(tzinfo=None) < datetime.now() + timedelta(days=2)  # noqa: DTZ005 - camera time has no zone
