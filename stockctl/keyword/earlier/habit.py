"""What is usual for a word in a person's earlier work, as numbers."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Habit:
    """What is usual for one word, each 0 to 1.

    `share` of all works have it; so many have it where the text is like this
    one (`trend`), and where the title holds the same words (`together`).
    """

    share: float = 0.0
    trend: float = 0.0
    together: float = 0.0
