"""Who could look at pictures: the models that are ready here or that a key is there for, and what each costs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from stockctl.keyword.clip.models import states
from stockctl.vision.sources.listing import READY, sources

if TYPE_CHECKING:
    from pathlib import Path

    from stockctl.config import Settings


def sources_json(settings: Settings, catalogue: Path) -> list[dict[str, Any]]:
    """Return the sources that are ready, as a page offers them.

    `each` is about what a picture costs, None where that is not known.
    """
    return [
        {
            "name": one.name,
            "kind": one.kind,
            "model": one.model,
            "in_use": one.in_use,
            "each": str(one.each) if one.each is not None else None,
            "costs": one.costs,
        }
        for one in sources(settings, states(settings, catalogue))
        if one.state == READY
    ]
