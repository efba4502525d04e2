"""Look for faces and read text in the pictures of a batch, where the settings ask for it; each picture once."""

from __future__ import annotations

import functools
import itertools
import multiprocessing
import os
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from stockctl.catalogue.seen import texts as table_of_texts
from stockctl.catalogue.sent import releases
from stockctl.errors import FileProblem, SettingsError
from stockctl.files.opening import open_bytes
from stockctl.media import faces, texts
from stockctl.media.identify import HEAD_BYTES, KINDS, SUFFIXES, Kind, format_of
from stockctl.report.terminal import progress

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path
    from types import ModuleType

    from stockctl.catalogue import Catalogue
    from stockctl.catalogue.seen.assets import Seen
    from stockctl.config import Settings

# Pictures that go to a process at a time, and are kept together.
_BATCH = 16


@dataclass(frozen=True)
class _Look:
    """One thing to look for: the setting that asks for it, which is also its extra, and what finds and keeps it."""

    setting: str
    what: str
    # It says whether it is `available`, and which VERSION it is.
    finder: ModuleType
    find: Callable[[Path], list[Any] | None]
    known: Callable[..., dict[str, Any]]
    keep: Callable[..., None]


def _faces(path: Path) -> list[Any] | None:
    """Return the faces in a picture, (x, y, width, height, sharpness): see `sharpness_of`; None where it fails."""
    from stockctl.check.measure.lens.subject import sharpness_of
    from stockctl.media.decoding.decode import decode

    found = faces.faces(path)
    if not found:
        return found
    try:
        with open_bytes(path) as file:
            data = file.read()
        picture = decode(data, format_of(path, data[:HEAD_BYTES]) or "jpeg")
    except (FileProblem, OSError):
        return [(*face, None) for face in found]
    sharp = sharpness_of(picture, found)
    return [(*face, sharpness) for face, sharpness in zip(found, sharp, strict=True)]


def _texts(path: Path) -> list[Any] | None:
    return texts.texts(path)


_LOOKS = (
    _Look("faces", "the face detector", faces, _faces, releases.faces, releases.record_faces),
    _Look("ocr", "what reads text", texts, _texts, table_of_texts.known, table_of_texts.record),
)


def look(
    catalogue: Catalogue, settings: Settings, portions: Iterable[Sequence[tuple[Path, Seen]]], workers: int | None
) -> None:
    """Find what the settings ask for in the photos that were not looked at before, and keep it in the catalogue.

    Raises:
        SettingsError: the settings ask for it, and what finds it is not installed.

    """
    asked = [one for one in _LOOKS if settings.get("check", one.setting, default=False)]
    for one in asked:
        if not one.finder.available():
            raise SettingsError(
                f"{one.what} is not installed",
                where=f"{settings.path}: [check] {one.setting}",
                hint=f"pip install 'stockctl[{one.setting}]', or set {one.setting} = false",
            )
    seen = itertools.chain.from_iterable(portions if asked else ())
    photos = {row.media_id: path for path, row in seen if row.media_id and _is_photo(path)}
    for one in asked:
        known = one.known(catalogue, one.finder.VERSION, photos)
        pairs = [(media_id, path) for media_id, path in photos.items() if media_id not in known]
        _find(catalogue, one, [pairs[start : start + _BATCH] for start in range(0, len(pairs), _BATCH)], workers)


def _find(catalogue: Catalogue, one: _Look, groups: list[list[tuple[str, Path]]], workers: int | None) -> None:
    work = functools.partial(_look, one.find)
    count = min(workers or os.cpu_count() or 1, len(groups))
    if count <= 1:
        _keep(catalogue, one, map(work, groups), len(groups))
        return
    with ProcessPoolExecutor(count, mp_context=multiprocessing.get_context("spawn")) as pool:
        _keep(catalogue, one, pool.map(work, groups), len(groups))


def _is_photo(path: Path) -> bool:
    promised = SUFFIXES.get(path.suffix.lower())
    return promised is not None and KINDS[promised] is Kind.PHOTO


def _keep(catalogue: Catalogue, one: _Look, results: Iterable[dict[str, list[Any]]], total: int) -> None:
    with progress(one.setting, results, total) as shown:
        for found in shown:
            one.keep(catalogue, one.finder.VERSION, found)


def _look(find: Callable[[Path], list[Any] | None], group: list[tuple[str, Path]]) -> dict[str, list[Any]]:
    found = {media_id: find(path) for media_id, path in group}
    return {media_id: things for media_id, things in found.items() if things is not None}
