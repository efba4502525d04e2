"""What the grid shows: one row for each file, read off the catalogue and judged as `check` judges."""

from __future__ import annotations

import hashlib
import threading
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from stockctl.catalogue import assets, decisions, earned, ledger, open_catalogue
from stockctl.check.run import pipeline
from stockctl.files.walk import walk

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from stockctl.agencies import Agency
    from stockctl.check.run.pipeline import Judged
    from stockctl.config import Settings


def id_of(path: str) -> str:
    """Return the name by which pages ask for a file; no path ever comes from a page."""
    return hashlib.sha256(path.encode("utf-8", "surrogateescape")).hexdigest()[:20]


@dataclass(frozen=True)
class Row:
    """One file of the grid; `judged` is None until it was checked."""

    id: str
    path: Path
    media_id: str
    kind: str = ""
    format: str = ""
    width: int = 0
    height: int = 0
    title: str = ""
    keywords: tuple[str, ...] = ()
    changed: str = ""
    judged: Judged | None = None
    prepared: tuple[str, ...] = ()
    sent: tuple[str, ...] = ()
    decided: Mapping[str, str] = field(default_factory=dict)
    sold: int = 0

    def to_json(self, folders: Mapping[Path, int]) -> dict[str, Any]:
        """Return what the grid needs of it."""
        judged = self.judged
        return {
            "id": self.id,
            "name": self.path.name,
            "folder": folders[self.path.parent],
            "kind": self.kind,
            "size": [self.width, self.height],
            "title": self.title,
            "words": list(self.keywords),
            "changed": self.changed,
            "picture": judged.picture if judged else "",
            "texts": judged.words if judged else "",
            "verdict": dict(judged.verdict) if judged else {},
            "rules": sorted({one.name for one in judged.findings if one.severity != "info"}) if judged else [],
            "prepared": list(self.prepared),
            "sent": list(self.sent),
            "decided": dict(self.decided),
            "sold": self.sold,
        }


class Shelf:
    """The files of one desk. Rows are read at once, verdicts come as they are worked out; every thread may ask."""

    def __init__(self, catalogue: Path, settings: Settings, paths: Sequence[Path]) -> None:
        self.catalogue = catalogue
        self.settings = settings
        self._paths = tuple(paths)
        self._lock = threading.Lock()
        self._rows: dict[str, Row] = {}
        self.agencies: tuple[Agency, ...] = ()
        self.version = 0
        self.similar: dict[str, list[tuple[str, str, int | None]]] = {}
        self.problems: tuple[str, ...] = ()

    def read(self) -> None:
        """Read the rows: of the files under the paths, or of all that the catalogue knows and that are still there."""
        with open_catalogue(self.catalogue) as catalogue:
            if self._paths:
                files = list(walk(self._paths).files)
                known = assets.seen(catalogue, files)
                keyed = [(path, known.get(assets.key_of(path))) for path in files]
            else:
                keyed = [(Path(seen.path), seen) for seen in assets.everything(catalogue) if Path(seen.path).exists()]
            rows = [_row(path, seen) for path, seen in keyed]
            standing = _standing(catalogue, [row.media_id for row in rows if row.media_id])
        with self._lock:
            for row in rows:
                before = self._rows.get(row.id)
                judged = before.judged if before is not None and before.media_id == row.media_id else None
                self._rows[row.id] = replace(row, judged=judged, **standing(row.media_id))
            self.version += 1

    def judge(self, ids: Iterable[str] | None = None, workers: int | None = None) -> None:
        """Check files as `stockctl check` does, all or some, and take the verdicts into the rows."""
        chosen = self.rows() if ids is None else [row for row in map(self.row, ids) if row is not None]
        paths = [row.path for row in chosen if row.path.exists()]
        if not paths:
            return
        with open_catalogue(self.catalogue) as catalogue:
            report = pipeline.run(catalogue, self.settings, paths, workers=workers)
            known = assets.seen(catalogue, paths)
            standing = _standing(catalogue, [judged.asset.media_id for judged in report.assets])
        with self._lock:
            self.agencies = report.agencies
            for judged in report.assets:
                path = judged.asset.path
                row = _row(path, known.get(assets.key_of(path)))
                self._rows[row.id] = replace(row, judged=judged, **standing(row.media_id))
            if ids is None:
                self.similar = _similar(report)
                self.problems = tuple(str(problem) for problem in report.errors)
            self.version += 1

    def restand(self) -> None:
        """Read anew what was sent, decided and sold."""
        rows = self.rows()
        with open_catalogue(self.catalogue) as catalogue:
            standing = _standing(catalogue, [row.media_id for row in rows if row.media_id])
        with self._lock:
            for row in rows:
                self._rows[row.id] = replace(self._rows[row.id], **standing(row.media_id))
            self.version += 1

    def rows(self) -> list[Row]:
        """Return all rows, by path."""
        with self._lock:
            return sorted(self._rows.values(), key=lambda row: str(row.path))

    def row(self, id_: str) -> Row | None:
        """Return a row by its name on the pages, None where there is none."""
        with self._lock:
            return self._rows.get(id_)

    def to_json(self) -> dict[str, Any]:
        """Return all that the grid needs."""
        rows = self.rows()
        folders = {folder: number for number, folder in enumerate(dict.fromkeys(row.path.parent for row in rows))}
        return {
            "version": self.version,
            "folders": [str(folder) for folder in folders],
            "agencies": [{"name": one.name, "title": one.title, "initials": one.initials} for one in self.agencies],
            "files": [row.to_json(folders) for row in rows],
            "problems": list(self.problems),
        }


def _row(path: Path, seen: assets.Seen | None) -> Row:
    id_ = id_of(str(path))
    if seen is None or not seen.media_id:
        return Row(id_, path, "")
    facts = seen.facts
    record = facts.get("record") or {}
    return Row(
        id=id_,
        path=path,
        media_id=seen.media_id,
        kind=str(facts.get("kind") or ""),
        format=str(facts.get("format") or ""),
        width=int(facts.get("width") or 0),
        height=int(facts.get("height") or 0),
        title=str(record.get("title") or ""),
        keywords=tuple(map(str, record.get("keywords") or ())),
        changed=str(seen.fingerprint.mtime_ns),
    )


def _standing(catalogue: Any, media_ids: list[str]) -> Any:  # noqa: ANN401 - a closure over four tables
    sent, sold = ledger.sent(catalogue, media_ids), earned.counts(catalogue, media_ids)
    decided = decisions.latest(catalogue, media_ids)
    prepared = ledger.prepared(catalogue, media_ids)

    def of(media_id: str) -> dict[str, Any]:
        return {
            "prepared": tuple(sorted(prepared.get(media_id, ()))),
            "sent": tuple(sorted(sent.get(media_id, ()))),
            "decided": decided.get(media_id, {}),
            "sold": sold.get(media_id, 0),
        }

    return of


def _similar(report: pipeline.Report) -> dict[str, list[tuple[str, str, int | None]]]:
    found: dict[str, list[tuple[str, str, int | None]]] = {}
    for pair in report.similar:
        one, other = (id_of(str(path)) for path in pair.paths)
        found.setdefault(one, []).append((other, pair.relation, pair.distance))
        found.setdefault(other, []).append((one, pair.relation, pair.distance))
    return found
