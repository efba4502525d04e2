"""Look for faces in the pictures of a batch, where the settings ask for it; each picture once."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from stockctl.catalogue.sent import releases
from stockctl.check.run.pool import open_pool
from stockctl.errors import SettingsError
from stockctl.media import faces
from stockctl.media.identify import KINDS, SUFFIXES, Kind
from stockctl.report.terminal import progress

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from stockctl.catalogue import Catalogue
    from stockctl.catalogue.seen.assets import Seen
    from stockctl.config import Settings

# Pictures that go to a process at a time, and are kept together.
_BATCH = 16


def look(catalogue: Catalogue, settings: Settings, seen: Iterable[tuple[Path, Seen]], workers: int | None) -> None:
    """Find faces in the photos that were not looked at before, and keep them in the catalogue.

    Raises:
        SettingsError: the detector is not installed.

    """
    if not faces.available():
        raise SettingsError(
            "the face detector is not installed",
            where=f"{settings.path}: [check] faces",
            hint="pip install 'stockctl[faces]', or set faces = false",
        )
    photos = {row.media_id: path for path, row in seen if row.media_id and _is_photo(path)}
    known = releases.faces(catalogue, faces.VERSION, photos)
    fresh = {media_id: path for media_id, path in photos.items() if media_id not in known}
    pairs = list(fresh.items())
    groups = [pairs[start : start + _BATCH] for start in range(0, len(pairs), _BATCH)]
    count = min(workers or os.cpu_count() or 1, len(groups))
    if count <= 1:
        _keep(catalogue, map(_look, groups), len(groups))
        return
    with open_pool(count) as pool:
        _keep(catalogue, pool.map(_look, groups), len(groups))


def _is_photo(path: Path) -> bool:
    promised = SUFFIXES.get(path.suffix.lower())
    return promised is not None and KINDS[promised] is Kind.PHOTO


def _keep(catalogue: Catalogue, results: Iterable[dict[str, list[faces.Box]]], total: int) -> None:
    with progress("faces", results, total) as shown:
        for found in shown:
            releases.record_faces(catalogue, faces.VERSION, found)


def _look(group: list[tuple[str, Path]]) -> dict[str, list[faces.Box]]:
    found = {media_id: faces.faces(path) for media_id, path in group}
    return {media_id: boxes for media_id, boxes in found.items() if boxes is not None}
