"""Rules of colour: the colour space, colour casts, fringes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stockctl.check.rules.registry import PHOTOS, PICTURES, Hit, rule
from stockctl.check.rules.weigh import weight
from stockctl.check.thresholds import judge
from stockctl.media.decoding.spaces import DISPLAY_P3
from stockctl.report.finding import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stockctl.agencies import Agency
    from stockctl.check.asset import Asset

# Pillow's modes as agencies' data name them; all others are RGB.
_MODES = {
    "CMYK": "cmyk",
    "L": "grey",
    "LA": "grey",
    "1": "grey",
    "I": "grey",
    "I;16": "grey",
    "F": "grey",
    "LAB": "lab",
}
_MODE_TITLES = {"cmyk": "CMYK", "grey": "greyscale", "lab": "Lab"}


@rule(
    "IMG040",
    "wrong-colour-space",
    "Not in the colour space asked for",
    Severity.ERROR,
    kinds=PICTURES | {"vector"},
    per_agency=True,
)
def wrong_colour_space(asset: Asset, agency: Agency) -> Iterator[Hit]:
    """The file's channels or its ICC profile are not those that the agency takes.

    Of a vector it is the document's colour mode, where the file tells it. A
    mode that an agency officially declines (CMYK, greyscale) blocks. Another
    profile than the one asked for is converted by the agency, with a change of
    colours that you do not see before: it warns. Display P3 from phones only
    informs, since its colours change least.

    To mend: export with the profile sRGB, 8 bits, RGB.
    """
    if asset.kind == "vector":
        yield from _document_mode(asset, agency)
        return
    mode = _MODES.get(str(asset.facts.get("mode", "RGB")), "rgb")
    modes = agency.limit("image.modes")
    if modes is not None and modes.value and mode not in modes.value:
        yield Hit(
            f"the file is {_MODE_TITLES[mode]}; {agency.title} takes RGB",
            "convert to sRGB (Convert to Profile) and export again",
            severity=None if modes.official else Severity.WARNING,
        )
        return
    space = str(asset.facts.get("space", "sRGB"))
    profiles = agency.limit("image.profiles")
    if mode != "rgb" or profiles is None or not profiles.value or {"any", space} & set(profiles.value):
        return
    described = f" ({asset.facts['icc']})" if asset.facts.get("icc") and asset.facts["icc"] != space else ""
    yield Hit(
        f"the profile is {space}{described}; {agency.title} asks for {' or '.join(profiles.value)}",
        "export with the profile sRGB",
        severity=Severity.INFO if space == DISPLAY_P3 or not profiles.official else Severity.WARNING,
    )


def _document_mode(asset: Asset, agency: Agency) -> Iterator[Hit]:
    mode, modes = asset.facts.get("mode"), agency.limit("vector.modes")
    if mode and modes is not None and mode not in modes.value:
        taken = " or ".join(_MODE_TITLES.get(one, "RGB") for one in modes.value)
        hint = f"set the document's colour mode to {taken} and save it again"
        yield Hit(f"the document is {mode.upper()}; {agency.title} takes {taken}", hint, severity=weight(modes))


@rule("IMG042", "fringing", "Coloured fringes towards the corners", Severity.WARNING, kinds=PHOTOS)
def fringing(asset: Asset) -> Iterator[Hit]:
    """Red or blue is drawn larger than green: edges towards the corners get coloured rims.

    To mend: switch on "remove chromatic aberration" and the lens profile.
    """
    found = judge(asset, "fringing")
    if found:
        value, limit = found
        yield Hit(
            f"coloured fringes: red and blue lie {value:.1f} pixels and more apart in the corners",
            "switch on Remove Chromatic Aberration and the lens profile; defringe what is left",
            value,
            limit,
            asset.places.get("fringing_px"),
        )


@rule("IMG041", "colour-cast", "A colour cast", Severity.INFO, kinds=PHOTOS)
def colour_cast(asset: Asset) -> Iterator[Hit]:
    """What is nearly grey, and what is brightest, leans to one colour.

    It informs only: sunsets, forests and stage light have a cast that is meant.

    To mend: set the white balance with the dropper on something grey.
    """
    found = judge(asset, "colour-cast")
    if found:
        value, limit = found
        warm = asset.measurements.get("cast_warm", 0.0)
        yield Hit(
            f"the neutral tones lean to {'yellow and red' if warm > 0 else 'blue'}",
            f"set the white balance on something grey: {'lower' if warm > 0 else 'raise'} the temperature",
            value,
            limit,
            asset.places.get("cast"),
        )


@rule("IMG035", "oversaturated", "Colours at their purest", Severity.INFO, kinds=PHOTOS)
def oversaturated(asset: Asset) -> Iterator[Hit]:
    """In a large part of the picture a channel is at its end and another far from it: the colour has no detail left.

    Saturation and vibrance do that, long before the picture looks burnt. It
    informs only: petals, neon and evening skies can be so by themselves.

    To mend: lower saturation or vibrance, or the luminance of that one colour.
    """
    found = judge(asset, "oversaturated")
    if found:
        value, limit = found
        yield Hit(
            f"colours at their purest on {value:.0%} of the picture: no detail is left in them",
            "lower saturation to -15 or vibrance to -20, or the luminance of the colour that is too strong",
            value,
            limit,
        )
