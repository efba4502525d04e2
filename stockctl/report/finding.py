"""A finding: what a rule says of one file, in the form that every report shows."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


class Severity(StrEnum):
    """How much a finding weighs: an error blocks, a warning asks to look, info tells."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


# x, y, width, height in pixels of the upright picture.
Box = tuple[int, int, int, int]


class Finding(NamedTuple):
    """One statement about one file; a tuple, because a check makes and keeps them by the ten thousand.

    `agency` is None where it holds everywhere; `value` and `limit` are None
    where there is no number; `box` shows the place, in upright pixels.
    """

    rule: str
    name: str
    severity: Severity
    message: str
    hint: str = ""
    agency: str | None = None
    value: int | float | None = None
    limit: int | float | None = None
    box: Box | None = None

    def to_json(self) -> dict[str, Any]:
        """Return the finding as the documents of `--json` hold it."""
        return dict(zip(self._fields, self, strict=True))


READY, WARNING, BLOCKED = "ready", "warning", "blocked"
# Of a file's words alone: it has no title and no keywords.
MISSING = "missing"
OUTCOMES = {Severity.ERROR: BLOCKED, Severity.WARNING: WARNING}
# The rule that tells of an agency whose rules are unknown: it only informs, and the agency is never ready.
UNKNOWN_RULES = "unknown-rules"


def outcomes(findings: Iterable[Finding], agencies: Iterable[str]) -> dict[str, str]:
    """Sum findings up for each of these agencies: ready, warning or blocked."""
    found = dict.fromkeys(agencies, READY)
    for finding in findings:
        outcome = WARNING if finding.name == UNKNOWN_RULES else OUTCOMES.get(finding.severity)
        if outcome is None:
            continue
        for name in [finding.agency] if finding.agency else list(found):
            if name in found and found[name] != BLOCKED:
                found[name] = outcome
    return found


def to_text(findings: Sequence[Finding]) -> str:
    """Return findings as the catalogue keeps them: a JSON list of the fields of each, in their order."""
    return msgspec.json.encode(findings).decode()


of_text = msgspec.json.Decoder(list[Finding]).decode
