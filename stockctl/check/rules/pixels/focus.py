"""Rules of sharpness: out of focus, shaken, enlarged, oversharpened."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from stockctl.check.rules.registry import PHOTOS, Hit, rule
from stockctl.check.thresholds import judge
from stockctl.report.finding import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stockctl.check.asset import Asset

# Exposures this long, in seconds, are meant to show movement.
LONG_EXPOSURE_S = 0.5
# An exposure, seconds, so short that no hand moves a camera by some pixels meanwhile, with a lens of up to so many
# millimetres: of half of it and less a dip needs twice, thrice … the depth, as ripples and grass have by themselves,
# and the logarithm of the odds so much more for each time.
SHORT_EXPOSURE_S, MODERATE_MM, CLEARER = 1 / 500, 200.0, 2.0
# Sharpness, decibels, below which nothing is left that could tell a direction: that is lack of focus.
NOTHING_LEFT = -40.0
# Fine details against middle ones, decibels, above which all that a picture has is grain over smooth tones: there is
# nothing in it that could be sharp. What is out of focus stays below -3.8.
GRAIN_ALONE = -2.5
# Digital zoom beyond this factor enlarges.
ZOOMED = 1.05
# Where all that a picture has speaks so clearly against enlarging, logarithm of the odds, a rhythm in it is its own.
UNLIKELY = -2.0
# Faces as large as so much of the largest are what a picture is about; it stands in the middle, shares of width and
# height, and is no smaller than this share of the shorter side: who stands at the rim or far away may be soft.
AS_LARGE, MIDDLE, SMALLEST_FACE = 0.6, ((0.2, 0.8), (0.12, 0.75)), 0.08
# Sharpness of a face, decibels, that is soft, and how far it lies below the sharpest parts of the picture. Of 59
# portraits in focus none reaches both.
SOFT_FACE, BELOW_THE_REST = -26.0, 14.0


@rule("IMG010", "out-of-focus", "Nothing in the picture is sharp", Severity.WARNING, kinds=PHOTOS)
def out_of_focus(asset: Asset) -> Iterator[Hit]:
    """Even the sharpest edges of the picture are soft at 100 %.

    Only the tiles with the most detail are asked, so a shallow depth of field,
    bokeh and fog do not count: somewhere the picture must be sharp. Reviewers
    look at 100 % and refuse with "focus" where it is not.

    To mend: choose another frame of the series. A little sharpening (radius
    0.8, amount 60) helps a slightly soft file; scaling down to three quarters
    helps a soft one that is large enough.
    """
    found = _soft(asset)
    if found and not _enlarged(asset):
        value, limit = found
        yield Hit(
            "soft everywhere at 100 %: even the sharpest part has no fine detail",
            "choose a sharper frame, or scale it down; sharpen with radius 0.8 and amount 60 at most",
            value,
            limit,
            asset.places.get("sharpness"),
        )


def _soft(asset: Asset) -> tuple[float, float] | None:
    grain_alone = asset.measurements.get("detail_db", GRAIN_ALONE) > GRAIN_ALONE
    return None if grain_alone or _shaken(asset) else judge(asset, "out-of-focus")


@rule("IMG011", "motion-blur", "The camera moved", Severity.WARNING, kinds=PHOTOS)
def motion_blur(asset: Asset) -> Iterator[Hit]:
    """Edges are blurred along one direction and not across it, by the same length all over the picture.

    A straight motion leaves its length in the spectrum of every part, and takes
    fine detail along it. Gradients, stripes, rain and grass, which only have a
    direction, do not. A model weighs these signs; it was shown photos of some
    hundred cameras as they were, smaller, out of focus, shaken by 9 to 25 pixels,
    and shaken but for what the camera went with, which passes. So do a subject
    that moves before a sharp background, one even texture (paper, cloth), and an
    exposure of half a second and more, whose blur is meant.
    The shorter than 1/500 s an exposure is, the clearer it must be: no hand moves
    a camera so fast, but ripples and grass lie in one direction at any speed.

    To mend: choose another frame; next time a shorter exposure, a higher ISO, or a tripod.
    """
    if found := _shaken(asset):
        value, limit = found
        exposure = asset.capture.exposure_s
        time = f" (1/{1 / exposure:.0f} s)" if exposure and exposure < 0.5 else ""
        yield Hit(
            f"blurred along one direction{time}: the camera moved during the exposure",
            "choose another frame of the series; sharpening does not bring it back",
            value,
            limit,
            asset.places.get("shake"),
        )


def _shaken(asset: Asset) -> tuple[float, float] | None:
    """Return what tells a shake, and its limit, where there is one; a limit of one's own is on the depth of the dip."""
    exposure = asset.capture.exposure_s
    left = asset.measurements.get("sharpness", NOTHING_LEFT) >= NOTHING_LEFT
    if not left or (exposure is not None and exposure >= LONG_EXPOSURE_S) or judge(asset, "one-texture"):
        return None
    shorter = _shorter(exposure, asset.capture.focal_mm)
    if "motion-blur" in asset.facts.get("limits", {}):
        found = judge(asset, "motion-blur")
        return found if found and found[0] > found[1] * (1 + shorter) else None
    found = judge(asset, "motion-blur-by-all-signs")
    return found if found and found[0] > found[1] + CLEARER * shorter else None


def _shorter(exposure_s: float | None, focal_mm: float | None) -> float:
    """Return how many times an exposure halves the shortest in which a hand moves a camera, 0 and more."""
    if not exposure_s:
        return 0.0
    as_long = exposure_s * max(1.0, (focal_mm or 0.0) / MODERATE_MM)
    return max(0.0, math.log2(SHORT_EXPOSURE_S / as_long))


@rule("IMG012", "upscaled", "Enlarged, or as soft at 100 % as if it were", Severity.WARNING, kinds=PHOTOS)
def upscaled(asset: Asset) -> Iterator[Hit]:
    """The picture carries the traces of interpolation, or has none of the detail that so many pixels could hold.

    Interpolated pixels are means of their neighbours, in a rhythm that shows,
    and nothing fine lies between them. A model weighs both; it was shown photos
    of some hundred cameras, and the same scaled down, soft or smoothed, which
    pass. What the camera's digital zoom enlarged informs only, unless the rhythm
    is that of twofold enlarging, which a zoom does not leave. Measured on 74
    photos that the model had not seen (but the limits were set by them): 69
    enlarged twofold by a linear kernel are told, 70 by one half with a cubic
    one, and 1 as it was.
    Where there is no such trace, a picture without any fine detail looks like
    an enlarged one all the same; noise reduction can do that. Agencies refuse both.
    Where nothing is in focus, the traces must be clearer; where they are, it is
    told as enlarged alone, for its softness follows from that.
    Where the file names no camera, all but the clearest traces inform only:
    drawings and renders are often soft and scaled down.

    To mend: export at the camera's own size; turn luminance noise reduction down.
    """
    traces, found = _traces(asset), _without_detail(asset)
    if traces and not found and _zoomed(asset):
        yield Hit(
            "enlarged by the camera's digital zoom",
            "zoom with the lens, or crop",
            *traces,
            asset.places.get("sharpness"),
            severity=Severity.INFO,
        )
    elif traces:
        sure = found or _of_camera(asset)
        yield Hit(
            "enlarged: its pixels carry the traces of interpolation",
            "export at the camera's own resolution; scaling up is refused, whatever sharpens it afterwards",
            *traces,
            asset.places.get("sharpness"),
            severity=None if sure else Severity.INFO,
        )
    elif found:
        value, limit = found
        yield Hit(
            "soft at 100 %: no fine detail, as in an enlarged picture",
            "export at the camera's own resolution, with less luminance noise reduction, or scale it down",
            value,
            limit,
            asset.places.get("sharpness"),
        )


def _enlarged(asset: Asset) -> bool:
    """Whether a picture is told to be enlarged by its traces, and not only informed of."""
    return bool(_traces(asset)) and not _zoomed(asset) and _of_camera(asset)


def _traces(asset: Asset) -> tuple[float, float] | None:
    """Return what tells that a picture was enlarged, and its limit: the model's odds, or the rhythm of twofold."""
    return judge(asset, "enlarged-of-the-soft" if _soft(asset) else "enlarged") or _twofold(asset)


def _twofold(asset: Asset) -> tuple[float, float] | None:
    return judge(asset, "enlarged-twofold") if asset.measurements.get("enlarged", UNLIKELY) > UNLIKELY else None


def _without_detail(asset: Asset) -> tuple[float, float] | None:
    # What is out of focus has none either.
    return None if _soft(asset) else judge(asset, "upscaled")


def _of_camera(asset: Asset) -> bool:
    return asset.capture.from_camera or judge(asset, "enlarged-of-no-camera") is not None


def _zoomed(asset: Asset) -> bool:
    """Whether the camera's digital zoom may have left the traces."""
    return (asset.capture.digital_zoom or 1.0) > ZOOMED and _twofold(asset) is None


@rule("IMG013", "oversharpened", "Halos along the edges", Severity.WARNING, kinds=PHOTOS)
def oversharpened(asset: Asset) -> Iterator[Hit]:
    """Edges carry light and dark rims, as sharpening or clarity leaves them.

    Where the file names a camera, rims that reach neither black nor white are
    told, too, by how steps between even tones overshoot and how the spectrum
    falls: ink and drawings, which have such rims, name none.

    To mend: sharpening amount below 80 with radius 1 or less and masking for
    edges; clarity and structure below +30.
    """
    found = judge(asset, "oversharpened")
    if not found and asset.capture.from_camera and "oversharpened" not in asset.facts.get("limits", {}):
        found = judge(asset, "oversharpened-of-a-camera")
    if found:
        value, limit = found
        yield Hit(
            "light and dark rims along the edges: sharpened too much",
            "lower sharpening (amount below 80, radius 1, with masking), clarity and structure",
            value,
            limit,
            asset.places.get("halos"),
        )


@rule("IMG014", "focus-subject", "The faces are soft, the rest is sharp", Severity.INFO, kinds=PHOTOS)
def focus_subject(asset: Asset) -> Iterator[Hit]:
    """The largest faces are out of focus while another part of the picture is sharp.

    Faces are looked for only where you ask for it: `[check] faces = true`, and
    `pip install 'stockctl[faces]'`. Only faces that look at the camera from the
    middle of the picture are asked, and nothing is said where it is in doubt.
    Measured: of 59 portraits in focus none is told, of the same with the people
    blurred by 3 pixels before their ground 37. It informs only: the background
    may be what is meant.

    To mend: choose another frame of the series, focused on the nearer eye.
    """
    face = _soft_face(asset)
    if face:
        x, y, width, height, sharpness = face
        yield Hit(
            "focused behind or before the face: it is soft at 100 %, other parts are sharp",
            "choose a frame that is focused on the eyes",
            float(sharpness),
            SOFT_FACE,
            (int(x), int(y), int(width), int(height)),
        )


def _soft_face(asset: Asset) -> list[Any] | None:
    """Return the largest face where it and all that are nearly as large are soft, though the picture is not."""
    sharpest, shorter = asset.measurements.get("sharpness"), min(asset.width, asset.height)
    # What has no sharpness may be no face.
    told = [face for face in asset.facts.get("faces", ()) if len(face) > 4 and face[4] is not None]
    faces = sorted(told, key=lambda face: -int(face[2]))
    large = [face for face in faces if face[2] >= AS_LARGE * faces[0][2]]
    if sharpest is None or not large or large[0][2] < SMALLEST_FACE * shorter:
        return None
    limit = min(SOFT_FACE, sharpest - BELOW_THE_REST)
    if any(face[4] > limit for face in large):
        return None
    x, y, width, height = large[0][:4]
    middles = (x + width / 2) / asset.width, (y + height / 2) / asset.height
    inside = all(low <= middle <= high for middle, (low, high) in zip(middles, MIDDLE, strict=True))
    return list(large[0]) if inside else None
