"""The table of thresholds: for each rule its measurement, its limit, and the reason for the limit.

Every limit was set on native camera files, full frames, among them shallow
depth of field, night, fog and long exposures, so that good photos pass; a
person's own calibration (see `calibrate`) may override any of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from stockctl.check.asset import Asset


@dataclass(frozen=True)
class Threshold:
    """A limit on one measurement; `above` tells on which side of it a picture is flagged."""

    measurement: str
    limit: float
    reason: str
    above: bool = True

    def exceeded(self, value: float, limit: float) -> bool:
        """Whether a value lies on the wrong side of a limit."""
        return value > limit if self.above else value < limit


THRESHOLDS: dict[str, Threshold] = {
    "out-of-focus": Threshold(
        "sharpness", -24.8, "good files, the softest phones and compacts, reach -24.2", above=False
    ),
    "motion-blur": Threshold("shake", 12.5, "soft good files and drawings stay below 11.3; 15 pixels: 15 to 73"),
    "upscaled": Threshold("detail_db", -20.9, "six-megapixel cameras that smooth noise away reach -20.9", above=False),
    "enlarged": Threshold(
        "enlarged",
        0.8,
        "of 460 good photos that the model had not seen, without a digital zoom, those of two phones have more",
    ),
    "oversharpened": Threshold(
        "halos", 1.2, "harsh light on detail reaches 1.1 %; two in five sharpened by 180 % have more"
    ),
    "noise": Threshold("noise", 2.2, "leaves, bark and hides reach 2.1; JPEG leaves 4 and more of a grain of 6 levels"),
    "chroma-noise": Threshold("chroma_noise", 1.0, "good files, phones by night among them, stay below 0.87"),
    "compression-artefacts": Threshold("coding_step", 1.0, "quality 50 and below shows; good files reach 0.93"),
    "banding": Threshold("banding", 0.245, "night pictures reach 0.21, drawings 0.24; 5 bits: 0.25 to 0.4"),
    "underexposed": Threshold("peak", 110.0, "dark but good landscapes keep their lights above 140", above=False),
    "overexposed": Threshold(
        "burnt", 0.09, "bright skies behind houses reach 0.09; of days by two stops too much nine in ten have more"
    ),
    "clipped-highlights": Threshold(
        "clipped_colour", 0.5, "sunlit straw, skies, petals and jackets with one full channel reach 0.46"
    ),
    "oversaturated": Threshold("pure_colour", 0.15, "of 112 good photos one has more; saturated by 1.8 one in five"),
    "grey-ground": Threshold("grey_ground", 0.5, "of 356 photographs and 295 drawings none has such a rim"),
    "low-contrast": Threshold("contrast", 45.0, "fog and plain backgrounds keep 53 levels and more", above=False),
    "border": Threshold("border_share", 0.004, "a bar of one line of the thinned picture and more"),
    "date-stamp": Threshold("stamp_characters", 4.0, "the shortest date has five characters"),
    "tilted-horizon": Threshold("horizon_tilt", 0.8, "less is not seen without a level"),
    "sensor-dust": Threshold("dust_spots", 2.0, "one good photo in twenty has three dark dots: birds, pores"),
    "colour-cast": Threshold("cast", 60.0, "sunsets and autumn leaves reach more: it informs only"),
    "fringing": Threshold(
        "fringing_px",
        1.5,
        "compact cameras' own lenses reach 1.29, and coloured leaves 1.49",
    ),
}

# Limits that hold under a condition which their rule knows, as long as a person has no limit of their own for the rule.
CONDITIONAL: dict[str, Threshold] = {
    "noise-of-a-camera": Threshold(
        "noise",
        1.25,
        "only of cameras: good files, dark ones among them, reach 1.15; 1.3 and more is what JPEG leaves of 3 levels",
    ),
    "noise-in-low-key": Threshold(
        "noise", 1.7, "only of cameras, where half of the picture is black: good files reach 1.43, 3 levels more 2.1"
    ),
    "oversharpened-of-a-camera": Threshold(
        "oversharpening", 0.4, "only of cameras: of 499 photos left out of the weights 2.4 % have more; by 180 % 75 %"
    ),
    "lost-of-a-camera": Threshold(
        "lost", 0.48, "only of cameras: good files, skies and petals with one full channel among them, reach 0.46"
    ),
    "motion-blur-by-all-signs": Threshold(
        "shaken",
        1.25,
        "by weights of other photos none of 499 good ones has more, shaken by 15 pixels 98 in 100",
    ),
    "enlarged-of-no-camera": Threshold(
        "enlarged",
        5.0,
        "only where the file names no camera: of 181 drawings and photos for screens 2 have more, both enlarged",
    ),
    "enlarged-of-the-soft": Threshold(
        "enlarged",
        3.3,
        "only where nothing is in focus: of photos blurred by 1.5 pixels one in six has more, by 2 none",
    ),
    "enlarged-twofold": Threshold(
        "doubling",
        1.0,
        "where the odds allow it, whatever zoom and focus: of 226 good photos one has more, of linear twofold 4 in 5",
    ),
    "overexposed-of-a-camera": Threshold(
        "exposure",
        0.0,
        "only of cameras: of 241 photos that the weights are not made of 4 have more, of 187 by 2 stops over 167",
    ),
    "one-texture": Threshold(
        "texture", 0.18, "paper, cloth and plaster have 0.2 and more; photos of little contrast stay below 0.13"
    ),
    "overexposed-of-no-camera": Threshold(
        "burnt", 0.2, "only where the file names no camera: light drawings reach 0.2"
    ),
}
_ALL = THRESHOLDS | CONDITIONAL


def said(rule: str) -> str:
    """Return in words what a rule measures and where its limits lie, each with its reason; "" without a limit."""
    lines = []
    for name in (rule, *_BESIDE.get(rule, ())):
        if name in _ALL:
            threshold = _ALL[name]
            side = "above" if threshold.above else "below"
            lines.append(f"Flagged where {threshold.measurement} is {side} {threshold.limit:g}: {threshold.reason}.")
    return "\n".join(lines)


# Limits that a rule has beside the one of its name.
_BESIDE = {
    "motion-blur": ("motion-blur-by-all-signs",),
    "overexposed": ("overexposed-of-a-camera", "lost-of-a-camera", "overexposed-of-no-camera"),
    "noise": ("noise-of-a-camera", "noise-in-low-key", "chroma-noise"),
    "oversharpened": ("oversharpened-of-a-camera",),
    "upscaled": ("enlarged", "enlarged-twofold", "enlarged-of-no-camera", "enlarged-of-the-soft"),
}


def judge(asset: Asset, rule: str) -> tuple[float, float] | None:
    """Return the value and the limit where an asset lies on the wrong side of a rule's limit, else None.

    The limit is the person's own where their calibration holds one.
    """
    threshold = _ALL[rule]
    value = asset.measurements.get(threshold.measurement)
    limit = float(asset.facts.get("limits", {}).get(rule, threshold.limit))
    if value is None or not threshold.exceeded(value, limit):
        return None
    return value, limit
