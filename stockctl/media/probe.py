"""What a probe finds in a file that is not decoded as a picture."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Probe:
    """Size in pixels (0 where there is none), numbers, and facts of JSON's own types.

    A file that is broken has the fact `damaged`, in words.
    """

    width: int = 0
    height: int = 0
    measurements: dict[str, float] = field(default_factory=dict)
    facts: dict[str, Any] = field(default_factory=dict)


# No probe reads more of one file than this, whatever the file says of itself.
MAX_BYTES = 64 << 20
