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
    "out-of-focus": Threshold("blur_px", 1.30, "good files, shallow depth of field among them, stay below"),
    "motion-blur": Threshold("shake", 3.0, "pictures with edges in few directions reach 2.5"),
    "upscaled": Threshold("detail_db", -24.0, "phones that smooth noise away reach -22", above=False),
    "oversharpened": Threshold("halo_db", 3.0, "grass from above, sharpened in the camera, reaches -3"),
    "noise": Threshold("noise", 1.6, "JPEG takes two thirds of the noise away; good files stay below 1"),
    "chroma-noise": Threshold("chroma_noise", 1.2, "good files stay below 0.6"),
    "compression-artefacts": Threshold("coding_step", 0.95, "the steps of quality 53 and below show at 100 %"),
    "banding": Threshold("banding", 0.12, "good files stay below 0.06"),
    "underexposed": Threshold("peak", 90.0, "night keeps its lamps above 150", above=False),
    "overexposed": Threshold("overexposed", 0.25, "a sky without detail takes a fifth at most"),
    "clipped-highlights": Threshold("clipped_colour", 0.06, "the sun and its surroundings take up to 4 %"),
    "low-contrast": Threshold("contrast", 45.0, "fog keeps more than 50 levels", above=False),
    "border": Threshold("border_share", 0.004, "a bar of one line of the thinned picture and more"),
    "date-stamp": Threshold("stamp_characters", 4.0, "the shortest date has five characters"),
    "watermark": Threshold("repetition", 0.30, "good files stay below 0.2, façades reach 0.4"),
    "tilted-horizon": Threshold("horizon_tilt", 0.8, "less is not seen without a level"),
    "sensor-dust": Threshold("dust_spots", 2.0, "one or two dark dots are birds"),
    "colour-cast": Threshold("cast", 0.25, "daylight, shade and sunsets stay below"),
    "fringing": Threshold("fringing_px", 0.9, "corrected lenses stay below 0.4"),
}


def judge(asset: Asset, rule: str) -> tuple[float, float] | None:
    """Return the value and the limit where an asset lies on the wrong side of a rule's limit, else None.

    The limit is the person's own where their calibration holds one.
    """
    threshold = THRESHOLDS[rule]
    value = asset.measurements.get(threshold.measurement)
    limit = float(asset.facts.get("limits", {}).get(rule, threshold.limit))
    if value is None or not threshold.exceeded(value, limit):
        return None
    return value, limit
