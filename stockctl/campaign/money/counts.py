"""How many posts of each kind a brief asks for, and how many of them are still missing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stockctl.media.identify import Kind

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

# What stands for a kind where a brief only says how many posts it wants.
ANY = "post"


def asked(wanted: int, counts: Mapping[str, int]) -> dict[str, int]:
    """Return what a brief asks for, by kind; under `ANY` where it names none, empty where it does not say."""
    return dict(counts) or ({ANY: wanted} if wanted else {})


def missing(asked_for: Mapping[str, int], kinds: Sequence[str]) -> dict[str, int]:
    """Return what is still wanted where posts of these kinds stand; one whose kind is not told fills no place."""
    left = {kind: count - (len(kinds) if kind == ANY else kinds.count(kind)) for kind, count in asked_for.items()}
    return {kind: count for kind, count in left.items() if count > 0}


def said(counts: Mapping[str, int]) -> str:
    """Return counts in words: “2 videos and 1 photo”."""
    words = [f"{count} {kind}{'' if count == 1 or kind == Kind.AUDIO else 's'}" for kind, count in counts.items()]
    return " and ".join(filter(None, (", ".join(words[:-1]), *words[-1:])))
