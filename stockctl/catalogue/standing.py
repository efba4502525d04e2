"""Where each picture stands: checked, keyworded, sent, decided, sold."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


class Stage(StrEnum):
    """The furthest point that a picture has reached."""

    NEW = "new"
    CHECKED = "checked"
    KEYWORDED = "keyworded"
    SENT = "sent"
    DECIDED = "decided"
    SOLD = "sold"


@dataclass(frozen=True)
class Standing:
    """One picture's way so far.

    `sent` are the agencies that have it, `decided` what each of them said
    (accepted or rejected), `sold` the number of its sales.
    """

    keyworded: bool = False
    sent: frozenset[str] = frozenset()
    decided: Mapping[str, str] = field(default_factory=dict)
    sold: int = 0
    checked: bool = True

    @property
    def stage(self) -> Stage:
        """The furthest point reached."""
        if self.sold:
            return Stage.SOLD
        if self.decided:
            return Stage.DECIDED
        if self.sent:
            return Stage.SENT
        if self.keyworded:
            return Stage.KEYWORDED
        return Stage.CHECKED if self.checked else Stage.NEW
