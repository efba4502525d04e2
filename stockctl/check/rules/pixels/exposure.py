"""Rules of exposure: too dark, too bright, clipped, flat."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stockctl.check.rules.registry import PHOTOS, Hit, rule
from stockctl.check.thresholds import judge
from stockctl.report.finding import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stockctl.check.asset import Asset

# Too much light lifts the shadows, too; a lamp or a window does not. The darkest quarter's luma, levels, counts as a
# burnt share when it is divided by the first; both together reach the second. Of 149 good photos one does.
SHADOWS, TOO_BRIGHT = 2000.0, 0.135


@rule("IMG030", "underexposed", "Too dark", Severity.WARNING, kinds=PHOTOS)
def underexposed(asset: Asset) -> Iterator[Hit]:
    """Nothing in the picture is bright, not even its brightest thousandth.

    Night and low key pass: a lamp, a moon or a rim of light keeps its brightness there.

    To mend: raise exposure until the histogram reaches the right third.
    """
    found = judge(asset, "underexposed")
    if found:
        value, limit = found
        yield Hit(
            f"too dark: the brightest parts reach level {value:.0f} of 255",
            "raise exposure by 1 to 1.5 stops, then the whites",
            value,
            limit,
            asset.places.get("blocked"),
        )


@rule("IMG031", "overexposed", "Too bright", Severity.WARNING, kinds=PHOTOS)
def overexposed(asset: Asset) -> Iterator[Hit]:
    """Large parts are burnt out that are not meant to be.

    A white ground all around an object passes, and a burnt-out sky at the rim
    counts less than the same area in the middle, as does what is clipped with a
    colour of its own (a toned sky) and what lies among much that is bright and
    not clipped (a white shirt, a plate). Where the shadows are dark,
    a lamp or a window is burnt and not the picture: more of it passes. Where a
    channel has run out on nearly half of a camera's picture, this is too bright
    whatever its colour: water, a sky. A model weighs all tones of a camera's
    picture, too, for too much light empties the shadows while it fills the end;
    it was shown photos as they were, toned, and as things cut out on white, and
    by 1.5 and 2 stops too bright. A file that names no camera may be drawn:
    in it more has to be burnt, and colours may be pure.

    To mend: lower exposure in the raw file; what is clipped there too is lost.
    """
    if found := _burnt(asset):
        told = f"{found[0]:.0%} of the picture, its middle counted most, is burnt out"
    elif found := _lost(asset):
        told = f"{found[0]:.0%} of the picture has lost a channel"
    elif found := _overlit(asset):
        told = f"by all its tones, of which {asset.measurements.get('clipped', 0.0):.0%} have run out"
    if found:
        value, limit = found
        yield Hit(
            f"too bright: {told}",
            "lower exposure by 1 to 2 stops in the raw file, then highlights to -60",
            value,
            limit,
            asset.places.get("clipped"),
        )


def _lost(asset: Asset) -> tuple[float, float] | None:
    return _of_camera(asset, "lost-of-a-camera")


def _overlit(asset: Asset) -> tuple[float, float] | None:
    return _of_camera(asset, "overexposed-of-a-camera")


def _of_camera(asset: Asset, limit: str) -> tuple[float, float] | None:
    own = "overexposed" in asset.facts.get("limits", {})
    return judge(asset, limit) if asset.capture.from_camera and not own else None


def _burnt(asset: Asset) -> tuple[float, float] | None:
    own = "overexposed" in asset.facts.get("limits", {})
    found = judge(asset, "overexposed" if asset.capture.from_camera or own else "overexposed-of-no-camera")
    if found is None or own:
        return found
    shadows = asset.measurements.get("dark", 0.0) / SHADOWS
    return found if found[0] + shadows > TOO_BRIGHT else None


@rule("IMG032", "clipped-highlights", "Burnt-out highlights", Severity.WARNING, kinds=PHOTOS)
def clipped_highlights(asset: Asset) -> Iterator[Hit]:
    """A channel ran out in a part of the picture that is not white, so that its colour is wrong.

    Lamps, the sun and its reflections pass: their clipped areas are small.

    To mend: highlights to -60 in the raw file, or half a stop less exposure.
    """
    found = judge(asset, "clipped-highlights")
    if found and not any(tell(asset) for tell in (_burnt, _lost, _overlit)):
        value, limit = found
        yield Hit(
            f"highlights without detail on {value:.1%} of the picture",
            "set highlights to -60, or lower exposure by half a stop; lower saturation where one colour clips",
            value,
            limit,
            asset.places.get("clipped"),
        )


@rule("IMG033", "low-contrast", "Flat tones", Severity.WARNING, kinds=PHOTOS)
def low_contrast(asset: Asset) -> Iterator[Hit]:
    """The picture uses only a small part of the tones between black and white.

    Paper, cloth or sand that fills the picture with one even texture passes:
    that has one tone.

    To mend: set the black and the white point, or raise contrast and dehaze.
    """
    found = judge(asset, "low-contrast")
    if found and judge(asset, "underexposed") is None and judge(asset, "one-texture") is None:
        value, limit = found
        yield Hit(
            f"flat: all tones lie within {value:.0f} of 255 levels",
            "set the black and the white point, or raise dehaze to +20",
            value,
            limit,
            asset.places.get("contrast"),
        )


@rule("IMG034", "grey-ground", "A white ground that is not quite white", Severity.INFO, kinds=PHOTOS)
def grey_ground(asset: Asset) -> Iterator[Hit]:
    """All around the picture runs an even ground of level 240 to 253: nearly white, and seen as grey on a white page.

    Buyers of isolated objects want 255, and reviewers ask for it. It informs
    only: a light ground may be meant.

    To mend: set the white point on the ground, or raise whites until it is 255.
    """
    found = judge(asset, "grey-ground")
    if found:
        yield Hit(
            "the ground is nearly white, but not white",
            "set the white point on the ground, or cut the object out",
        )
