"""One point of a brief, and how it stands."""

from __future__ import annotations

from dataclasses import dataclass

from stockctl.report.finding import Severity


@dataclass(frozen=True)
class Point:
    """One point of a brief: `info` where it is met, else what is wrong and what mends it."""

    rule: str
    severity: Severity
    message: str
    hint: str = ""

    @classmethod
    def met(cls, rule: str, message: str) -> Point:
        """Return a point that holds."""
        return cls(rule, Severity.INFO, message)

    @classmethod
    def missed(cls, rule: str, message: str, hint: str) -> Point:
        """Return a point that does not hold, and blocks."""
        return cls(rule, Severity.ERROR, message, hint)
