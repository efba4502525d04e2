"""What the catalogue and the folder add to a file's own facts before it is judged."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from stockctl.catalogue import campaigns, ledger

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from stockctl.catalogue import Catalogue
    from stockctl.catalogue.assets import Seen
    from stockctl.config import Settings


class Known:
    """The context of a batch, read in a few queries; `of` gives one file's share of it.

    All of it is part of the key under which a verdict is kept, so what changes
    here is judged again.
    """

    def __init__(self, catalogue: Catalogue, settings: Settings, paths: Sequence[Path]) -> None:
        self.choices: dict[str, dict[str, str]] = {}
        for row in catalogue.rows("SELECT media_id, name, value FROM choices ORDER BY media_id, name"):
            self.choices.setdefault(row["media_id"], {})[row["name"]] = row["value"]
        self.submitted = ledger.sent(catalogue)
        self.campaigns = campaigns.exclusive(catalogue)
        self.settings = settings
        self.siblings: dict[tuple[Path, str], list[str]] = {}
        for path in paths:
            self.siblings.setdefault((path.parent, path.stem), []).append(path.suffix.lower())

    def of(self, path: Path, row: Seen) -> dict[str, Any]:
        """Return what is known of one file beside its facts."""
        media_id = row.media_id or ""
        return {
            "choices": self.choices.get(media_id, {}),
            "submitted": sorted(self.submitted.get(media_id, ())),
            "campaign": self.campaigns.get(media_id, ""),
            "siblings": sorted(self.siblings[path.parent, path.stem]),
        }
