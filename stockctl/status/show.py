"""Show where files stand, as lines of text and as JSON."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import Console

    from stockctl.status.standing import Standing


def to_json(standings: Sequence[Standing]) -> dict[str, Any]:
    """Return the document that `status --json` prints."""
    return {
        "command": "status",
        "assets": [
            {
                "path": str(standing.path),
                "media_id": standing.media_id,
                "stage": standing.stage.value,
                "next": standing.next,
                "sent": list(standing.sent),
                "decided": dict(standing.decided),
                "sold": standing.sold,
            }
            for standing in standings
        ],
    }


def to_terminal(standings: Sequence[Standing], console: Console) -> None:
    """Print each file with its stage and the next step, then the sum."""
    for standing in standings:
        console.print(f"{standing.stage.value:10}", style="bold", end="")
        at = f"  at {', '.join(standing.sent)}" if standing.sent else ""
        console.print(f"{standing.path}{at}")
        console.print(f"          next: {standing.next}", style="dim")
    counts = Counter(standing.stage.value for standing in standings)
    console.print(", ".join(f"{number} {stage}" for stage, number in counts.items()) or "no files here")
