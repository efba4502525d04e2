"""Rules of what does not belong into a picture: borders, dates, dust, a tilted horizon."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stockctl.check.rules.registry import PHOTOS, PICTURES, Hit, rule
from stockctl.check.thresholds import judge
from stockctl.report.finding import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stockctl.check.asset import Asset


# f-number from which on dust casts a shadow that is small and dark enough to be seen.
SHOWS_DUST = 7.0


@rule("IMG050", "border", "A border around the picture", Severity.WARNING, kinds=PICTURES)
def border(asset: Asset) -> Iterator[Hit]:
    """Even bars of one colour stand on opposite sides, and the picture begins with a straight edge.

    Agencies refuse frames and letterbox bars. A plain background passes: it
    does not end in a line.

    To mend: crop the border away.
    """
    found = judge(asset, "border")
    if found:
        value, limit = found
        yield Hit(
            f"a border takes {value:.0%} of the picture",
            "crop the border away and export again",
            value,
            limit,
            asset.places.get("border_share"),
        )


@rule("IMG051", "date-stamp", "A date printed into the picture", Severity.INFO, kinds=PHOTOS)
def date_stamp(asset: Asset) -> Iterator[Hit]:
    """A row of glowing orange, yellow or red characters stands in a lower corner.

    It informs only: lamps and shop signs can look alike.

    To mend: crop, or retouch the corner; switch the date off in the camera.
    """
    found = judge(asset, "date-stamp")
    if found:
        value, limit = found
        yield Hit(
            "looks like a date printed by the camera",
            "crop or retouch the corner, and switch the date off in the camera",
            value,
            limit,
            asset.places.get("stamp_characters"),
        )


@rule("IMG053", "tilted-horizon", "The horizon is tilted", Severity.INFO, kinds=PHOTOS)
def tilted_horizon(asset: Asset) -> Iterator[Hit]:
    """One long line parts a brighter upper from a darker lower part, and it is not level.

    It informs only: a shore or a ridge may run downhill.

    To mend: straighten, and watch the corners.
    """
    degrees = asset.measurements.get("horizon_degrees")
    if degrees is None:
        return
    found = judge(asset, "tilted-horizon")
    if found:
        side = "right" if degrees > 0 else "left"
        yield Hit(
            f"the horizon falls to the {side} by {abs(degrees):.1f}°",
            f"straighten it: rotate by {-degrees:+.1f}°",
            degrees,
            found[1],
            asset.places.get("horizon_degrees"),
        )


@rule("IMG054", "sensor-dust", "Spots of dust on the sensor", Severity.INFO, kinds=PHOTOS)
def sensor_dust(asset: Asset) -> Iterator[Hit]:
    """Small round dark spots stand in even areas, a sky mostly.

    It informs only: birds and pores look alike. Spots at the same place in
    several pictures are dust. Where the file tells a wide aperture (below
    f/7), no dust would show, and nothing is said.

    To mend: remove them with the spot tool ("visualize spots"), and clean the sensor.
    """
    found = judge(asset, "sensor-dust")
    if found and (asset.capture.f_number is None or asset.capture.f_number >= SHOWS_DUST):
        value, limit = found
        yield Hit(
            f"{value:.0f} small round dark spots in even areas, as dust on the sensor leaves them",
            "remove them with the healing brush (visualize spots), and clean the sensor",
            value,
            limit,
            asset.places.get("dust_spots"),
        )
