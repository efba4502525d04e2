"""A finding: what a rule says of one file, in the form that every report shows."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Severity(StrEnum):
    """How much a finding weighs: an error blocks, a warning asks to look, info tells."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


_SEVERITIES = {severity.value: severity for severity in Severity}

# x, y, width, height in pixels of the upright picture.
Box = tuple[int, int, int, int]


@dataclass(frozen=True)
class Finding:
    """One statement about one file.

    `agency` is None where it holds everywhere; `value` and `limit` are None
    where there is no number; `box` shows the place, in upright pixels.
    """

    rule: str
    name: str
    severity: Severity
    message: str
    hint: str = ""
    agency: str | None = None
    value: float | None = None
    limit: float | None = None
    box: Box | None = None

    def to_json(self) -> dict[str, Any]:
        """Return the finding as the documents of `--json` hold it."""
        # Written out: `asdict` copies deeply, and takes ten times as long over thousands of findings.
        return {
            "rule": self.rule,
            "name": self.name,
            "severity": self.severity.value,
            "agency": self.agency,
            "message": self.message,
            "hint": self.hint,
            "value": self.value,
            "limit": self.limit,
            "box": list(self.box) if self.box else None,
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Finding:
        """Rebuild a finding that `to_json` wrote."""
        box = data["box"]
        return cls(
            data["rule"],
            data["name"],
            _SEVERITIES[data["severity"]],
            data["message"],
            data["hint"],
            data["agency"],
            data["value"],
            data["limit"],
            (box[0], box[1], box[2], box[3]) if box else None,
        )
