"""One row of the grid for each file: what the catalogue knows of it, and the little that is kept of its verdict."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from stockctl.catalogue.seen import assets
from stockctl.catalogue.sent import decisions, ledger
from stockctl.catalogue.sold import earned
from stockctl.check.run.inspect import version
from stockctl.errors import FileProblem
from stockctl.files.fingerprint import fingerprint

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from stockctl.catalogue import Catalogue
    from stockctl.desk.shelf.judging import Verdict


def id_of(path: str) -> str:
    """Return the name by which pages ask for a file; no path ever comes from a page."""
    return hashlib.sha256(path.encode("utf-8", "surrogateescape")).hexdigest()[:20]


@dataclass(frozen=True, slots=True)
class Row:
    """One file of the grid. `fresh`: the catalogue does not know it as it is now; `verdict` is None until judged."""

    id: str
    path: Path
    media_id: str = ""
    fresh: bool = True
    kind: str = ""
    format: str = ""
    width: int = 0
    height: int = 0
    title: str = ""
    keywords: tuple[str, ...] = ()
    taken: str = ""
    changed: int = 0
    verdict: Verdict | None = None
    prepared: tuple[str, ...] = ()
    sent: tuple[str, ...] = ()
    decided: Mapping[str, str] = field(default_factory=dict)
    sold: int = 0

    def to_json(self, folders: Mapping[Path, int]) -> dict[str, Any]:
        """Return what the grid needs of it, its verdict aside."""
        return {
            "id": self.id,
            "name": self.path.name,
            "folder": folders[self.path.parent],
            "kind": self.kind,
            "size": [self.width, self.height],
            "title": self.title,
            "words": self.keywords,
            "taken": self.taken,
            # As text: nanoseconds are more than a browser's number holds.
            "changed": str(self.changed),
            "prepared": self.prepared,
            "sent": self.sent,
            "decided": self.decided,
            "sold": self.sold,
        }


def filled(catalogue: Catalogue, rows: Sequence[Row]) -> list[Row]:
    """Return rows with what the catalogue knows of their files by now; a verdict stays where the file is the same."""
    keys = assets.keys_of([row.path for row in rows])
    known = assets.briefs(catalogue, keys.values())
    found = [_filled(row, known.get(keys[row.path])) for row in rows]
    return standing(catalogue, found)


def _filled(row: Row, brief: assets.Brief | None) -> Row:
    try:
        now = fingerprint(row.path)
    except FileProblem:
        return row
    if brief is None:
        return replace(row, changed=now.mtime_ns)
    return replace(
        row,
        media_id=brief.media_id,
        fresh=brief.fingerprint != now or brief.version != version(row.path),
        kind=brief.kind,
        format=brief.format,
        width=brief.width,
        height=brief.height,
        title=brief.title,
        keywords=brief.keywords,
        taken=brief.taken,
        changed=now.mtime_ns,
        verdict=row.verdict if row.media_id == brief.media_id else None,
    )


def standing(catalogue: Catalogue, rows: Sequence[Row]) -> list[Row]:
    """Return rows with what was prepared, sent, decided and sold by now."""
    media_ids = [row.media_id for row in rows if row.media_id]
    sent, sold = ledger.sent(catalogue, media_ids), earned.counts(catalogue, media_ids)
    decided, prepared = decisions.latest(catalogue, media_ids), ledger.prepared(catalogue, media_ids)
    return [
        replace(
            row,
            prepared=tuple(sorted(prepared.get(row.media_id, ()))),
            sent=tuple(sorted(sent.get(row.media_id, ()))),
            decided=decided.get(row.media_id, {}),
            sold=sold.get(row.media_id, 0),
        )
        for row in rows
    ]
