"""Rules of sharpness: out of focus, shaken, enlarged, oversharpened."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stockctl.check.rules.registry import PICTURES, Hit, rule
from stockctl.check.thresholds import judge
from stockctl.report.finding import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stockctl.check.asset import Asset

# Exposures this long, in seconds, are meant to show movement.
LONG_EXPOSURE_S = 0.5
# Gap between directions, decibels, below which a soft picture is out of focus and not shaken.
DIRECTED = 12.0
# Exposure (s) times focal length (mm) below which no hand moves a picture by a pixel: a twentieth of
# what the rule of thumb 1/f allows.
STEADY = 0.02
# Sharpness, decibels, above which directed detail is what the picture shows: girders, petals, star trails.
SHARP = -16.5


@rule("IMG010", "out-of-focus", "Nothing in the picture is sharp", Severity.WARNING, kinds=PICTURES)
def out_of_focus(asset: Asset) -> Iterator[Hit]:
    """Even the sharpest edges of the picture are soft at 100 %.

    Only the tiles with the most detail are asked, so a shallow depth of field,
    bokeh and fog do not count: somewhere the picture must be sharp. Reviewers
    look at 100 % and refuse with "focus" where it is not.

    To mend: choose another frame of the series. A little sharpening (radius
    0.8, amount 60) helps a slightly soft file; scaling down to three quarters
    helps a soft one that is large enough.
    """
    found = judge(asset, "out-of-focus")
    if found and not _shaken(asset):
        value, limit = found
        yield Hit(
            "soft everywhere at 100 %: even the sharpest part has no fine detail",
            "choose a sharper frame, or scale it down; sharpen with radius 0.8 and amount 60 at most",
            value,
            limit,
            asset.places.get("sharpness"),
        )


@rule("IMG011", "motion-blur", "The camera moved", Severity.WARNING, kinds=PICTURES)
def motion_blur(asset: Asset) -> Iterator[Hit]:
    """Edges are blurred along one direction much more than along the others, in the sharpest tiles too.

    A subject that moves before a sharp background passes, and so does an
    exposure of half a second and more, whose blur is meant. So does one that
    was too short for a hand to move (1/2500 s at 50 mm), and a picture whose
    fine detail is sharp: lines of one direction are then its subject.

    To mend: choose another frame; next time a shorter exposure, a higher ISO, or a tripod.
    """
    if _shaken(asset):
        found = judge(asset, "motion-blur")
        assert found is not None
        value, limit = found
        exposure = asset.capture.exposure_s
        time = f" (1/{1 / exposure:.0f} s)" if exposure and exposure < 0.5 else ""
        yield Hit(
            f"blurred along one direction{time}: the camera moved during the exposure",
            "choose another frame of the series; sharpening does not bring it back",
            value,
            limit,
            asset.places.get("shake_db"),
        )


def _shaken(asset: Asset) -> bool:
    exposure, focal = asset.capture.exposure_s, asset.capture.focal_mm
    if exposure is not None and (exposure >= LONG_EXPOSURE_S or exposure * (focal or 1000) < STEADY):
        return False
    directed = asset.measurements.get("direction_db", 0.0) > DIRECTED
    soft = asset.measurements.get("sharpness", SHARP) <= SHARP
    return directed and soft and judge(asset, "motion-blur") is not None


@rule("IMG012", "upscaled", "Soft at 100 %, as if enlarged", Severity.WARNING, kinds=PICTURES)
def upscaled(asset: Asset) -> Iterator[Hit]:
    """The finest detail that this many pixels could hold is missing.

    That is how an enlarged picture looks at 100 %, and one from which noise
    reduction has wiped the detail; the two cannot be told apart for certain.
    Agencies refuse enlarged pictures.

    To mend: export at the camera's own size; turn luminance noise reduction down.
    """
    found = judge(asset, "upscaled")
    if found:
        value, limit = found
        yield Hit(
            "soft at 100 %: no fine detail, as in an enlarged picture",
            "export at the camera's own resolution, with less luminance noise reduction, or scale it down",
            value,
            limit,
            asset.places.get("sharpness"),
        )


@rule("IMG013", "oversharpened", "Halos along the edges", Severity.WARNING, kinds=PICTURES)
def oversharpened(asset: Asset) -> Iterator[Hit]:
    """Edges carry light and dark rims, as sharpening or clarity leaves them.

    To mend: sharpening amount below 80 with radius 1 or less and masking for
    edges; clarity and structure below +30.
    """
    found = judge(asset, "oversharpened")
    if found:
        value, limit = found
        yield Hit(
            "light and dark rims along the edges: sharpened too much",
            "lower sharpening (amount below 80, radius 1, with masking), clarity and structure",
            value,
            limit,
            asset.places.get("halos"),
        )
