"""Measure a picture: raw numbers only, each with its unit and its source; rules judge them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from stockctl.check.measure.hashes import perceptual_hashes
from stockctl.check.measure.lens.focus import focus
from stockctl.check.measure.lens.fringing import fringing
from stockctl.check.measure.lens.horizon import horizon
from stockctl.check.measure.lens.spots import dust
from stockctl.check.measure.light.cast import cast
from stockctl.check.measure.light.noise import noise
from stockctl.check.measure.light.tone import banding, tone
from stockctl.check.measure.sample import TILE, thin, tiles, upright_box
from stockctl.check.measure.traces.coding import coding
from stockctl.check.measure.traces.drawn import drawn
from stockctl.check.measure.traces.enlarged import traces
from stockctl.check.measure.traces.frame import border, date_stamp
from stockctl.check.versions import MEASUREMENTS as VERSION

if TYPE_CHECKING:
    from typing import Any

    from stockctl.media.capture import Capture
    from stockctl.media.decoding.picture import Picture
    from stockctl.report.finding import Box


# Lines and rows of a thinned picture below which nothing can be told of its composition.
LEAST = 32

__all__ = ["VERSION", "Measured", "measure"]


@dataclass(frozen=True)
class Measured:
    """What was measured: `values` by name, `places` that show them best, `facts` that are no numbers."""

    values: dict[str, float]
    places: dict[str, Box] = field(default_factory=dict)
    facts: dict[str, Any] = field(default_factory=dict)


def measure(picture: Picture, capture: Capture) -> Measured:  # noqa: ARG001 - numbers only; rules know EXIF
    """Measure a decoded picture in one pass.

    A measurement that a picture does not allow (no edges, all black) is left
    out of `values`. Boxes are in pixels of the upright picture.
    """
    whole = thin(picture)
    looks = [tone(whole), banding(whole), dust(whole, picture)]
    if not picture.is_grey:
        looks.append(cast(whole))
    if min(whole.luma.shape) >= LEAST:
        looks += [look(whole.srgb, whole.step) for look in (border, date_stamp)]
        looks.append(horizon(whole))
    values: dict[str, float] = {}
    places: dict[str, Box] = {}
    for more, where in looks:
        values |= more
        places |= where
    found = tiles(picture)
    shown: dict[str, int] = {}
    if len(found):
        noise_values, quiet, everywhere = noise(found)
        sharp, best, spectrum = focus(found, everywhere)
        fringes, fringed = fringing(found) if not picture.is_grey else ({}, None)
        coded, quantised = coding(found)
        values |= noise_values | sharp | fringes | coded | drawn(whole, found)
        if spectrum is not None:
            values |= traces(found, spectrum, sharp)
        single = {"noise": quiet, "fringing_px": fringed, "coding_step": quantised}
        shown = best | {name: index for name, index in single.items() if index is not None}
    for name, index in shown.items():
        row, column = found.at[index].tolist()
        places[name] = upright_box(row, column, TILE, TILE, picture)
    values = {name: round(value, 5) for name, value in values.items()}
    return Measured(values, places, perceptual_hashes(whole.luma))
