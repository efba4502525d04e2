"""Show where files stand, as lines of text and as JSON."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from stockctl.report.visible import visible
from stockctl.status.standing import Stage

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
                "prepared": list(standing.prepared),
                "decided": dict(standing.decided),
                "sold": standing.sold,
            }
            for standing in standings
        ],
    }


def to_terminal(standings: Sequence[Standing], console: Console, *, verbose: bool = False) -> None:
    """Print how many files stand where, then each of which something is to be done, or with `verbose` all."""
    counts = Counter(standing.stage for standing in standings)
    console.print(
        ", ".join(f"{counts[stage]} {stage.value}" for stage in Stage if counts[stage]) or "no files here", style="bold"
    )
    shown = [standing for standing in standings if verbose or standing.todo]
    for standing in shown:
        console.print(f"{standing.stage.value:10}", style="bold", end="")
        places = [f"at {', '.join(standing.sent)}"] if standing.sent else []
        places += [f"prepared for {', '.join(standing.prepared)}"] if standing.prepared else []
        console.print("  ".join([visible(str(standing.path)), *places]))
        console.print(f"          next: {visible(standing.next)}", style="dim")
    rest = len(standings) - len(shown)
    if rest:
        console.print(f"nothing to do for {'the other ' if shown else ''}{rest}; see them with -v", style="dim")
