"""An asset as the rules see it: what was measured, what it says of itself, what a person chose."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from stockctl.media.capture import Capture
    from stockctl.metadata import Record
    from stockctl.report.finding import Box


# Shares of new colours and of grain (see `stockctl.check.measure.traces.drawn`) that no camera leaves so low together.
PLAINLY_DRAWN = ((0.06, 0.25), (0.07, 0.38), (0.25, 0.2), (1.0, 0.15))
# The same where flats have no noise at all, neither of brightness nor of colour, levels.
NOISELESS = 0.03
SMOOTHLY_DRAWN = ((0.2, 0.5), (1.0, 0.4))


@dataclass(frozen=True)
class Asset:
    """One file, inspected. Rules read it; nothing in it opens the file again.

    `width` and `height` are pixels of the upright picture (0 where a format has
    none), `bytes` the file's size. `measurements` and `places` go by the
    measurement's name. `facts` holds what the probes of a format found
    (`icc`, `mode`, `bits`, `duration_s`, …) and what the catalogue knows of the
    picture: `submitted` (agencies that have it), `releases`, `exclusive`.
    """

    path: Path
    media_id: str
    file_sha256: str
    kind: str
    format: str
    width: int
    height: int
    bytes: int
    record: Record
    capture: Capture
    measurements: Mapping[str, float] = field(default_factory=dict)
    places: Mapping[str, Box] = field(default_factory=dict)
    choices: Mapping[str, str] = field(default_factory=dict)
    facts: Mapping[str, Any] = field(default_factory=dict)

    @property
    def megapixels(self) -> float:
        """Width × height in millions of pixels."""
        return self.width * self.height / 1e6

    @property
    def drawn(self) -> bool:
        """Whether the picture is plainly drawn, whatever it is called: few colours, and flats without grain.

        What is black and white alone is drawn, too. What names the camera that took it is a photograph.
        """
        if self.capture.make or "grain" not in self.measurements:
            return False
        colours, grain = (self.measurements.get(name, 1.0) for name in ("colours", "grain"))
        noises = [self.measurements.get(name, 0.0) for name in ("noise", "chroma_noise")]
        limits = PLAINLY_DRAWN + (SMOOTHLY_DRAWN if max(noises) < NOISELESS else ())
        return "noise" not in self.measurements or any(colours < few and grain < little for few, little in limits)

    def chosen(self, name: str) -> bool:
        """Whether a person answered `name` (editorial, mature …) with yes."""
        return self.choices.get(name) == "yes"
