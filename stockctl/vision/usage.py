"""What a source was asked, what it used, and what it cost."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Usage:
    """What a source was asked and what it used.

    `asked` counts pictures that were asked about, `cached` those answered
    before, `failed` those that should have been looked at and were not, for
    whatever reason; tokens are those of all answers, also of useless ones.
    """

    name: str
    model: str
    asked: int = 0
    cached: int = 0
    failed: int = 0
    tokens_in: int = 0
    tokens_out: int = 0
    cost: str = ""
    requests: int = 0
