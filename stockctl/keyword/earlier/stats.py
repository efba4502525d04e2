"""How often each source's suggestions were kept: what `--stats` shows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from stockctl.catalogue.words import vocabulary

if TYPE_CHECKING:
    from stockctl.catalogue import Catalogue


@dataclass(frozen=True, slots=True)
class Acceptance:
    """What became of one source's suggestions; what nobody looked at is neither kept nor dropped."""

    source: str
    offered: int
    embedded: int
    kept: int
    dropped: int

    @property
    def share(self) -> float | None:
        """The part that was kept of what was looked at; None where nothing was."""
        looked_at = self.kept + self.dropped
        return self.kept / looked_at if looked_at else None


def acceptance(catalogue: Catalogue) -> list[Acceptance]:
    """Return one line per source that ever made a suggestion."""
    return [Acceptance(*row) for row in vocabulary.by_source(catalogue)]


def to_json(lines: list[Acceptance]) -> dict[str, Any]:
    """Return the document of `keyword --stats --json`."""
    return {
        "command": "keyword",
        "sources": [
            {
                "source": line.source,
                "offered": line.offered,
                "embedded": line.embedded,
                "kept": line.kept,
                "dropped": line.dropped,
                "share": None if line.share is None else round(line.share, 4),
            }
            for line in lines
        ],
    }


def to_text(lines: list[Acceptance]) -> str:
    """Return the same as a table of text."""
    if not lines:
        return "nothing was suggested yet"
    table = [f"{'source':<10} {'offered':>8} {'embedded':>9} {'kept':>6} {'dropped':>8}  kept of those looked at"]
    for line in lines:
        share = "–" if line.share is None else f"{line.share:.0%}"
        table.append(
            f"{line.source:<10} {line.offered:>8} {line.embedded:>9} {line.kept:>6} {line.dropped:>8}  {share}"
        )
    return "\n".join(table)
