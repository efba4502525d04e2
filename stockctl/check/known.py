"""What the catalogue and the folder add to a file's own facts before it is judged."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from stockctl.catalogue import ledger, releases, vocabulary
from stockctl.check.calibrate import limits_in_force

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
        self.limits = limits_in_force(settings)
        self.choices: dict[str, dict[str, str]] = {}
        for row in catalogue.rows("SELECT media_id, name, value FROM choices ORDER BY media_id, name"):
            self.choices.setdefault(row["media_id"], {})[row["name"]] = row["value"]
        self.submitted = ledger.sent(catalogue)
        self.releases = releases.by_picture(catalogue)
        dictionary = vocabulary.dictionary(catalogue)
        self.banned = sorted(word for word, (_, decision) in dictionary.items() if decision == vocabulary.BAN)
        self.allowed = sorted(dictionary.keys() - set(self.banned))
        self.siblings: dict[tuple[Path, str], list[str]] = {}
        for path in paths:
            self.siblings.setdefault((path.parent, path.stem), []).append(path.suffix.lower())

    def of(self, path: Path, row: Seen) -> dict[str, Any]:
        """Return what is known of one file beside its facts."""
        media_id = row.media_id or ""
        choices = self.choices.get(media_id, {})
        return {
            "choices": choices,
            "limits": self.limits,
            "exclusive": [choices["exclusive"]] if choices.get("exclusive") else [],
            "allowed_words": self.allowed,
            "banned_words": self.banned,
            "submitted": sorted(self.submitted.get(media_id, ())),
            "releases": [release.to_json() for release in self.releases.get(media_id, ())],
            "siblings": sorted(self.siblings[path.parent, path.stem]),
        }
