"""Which pictures are in these files: by the catalogue where it knows them, else by looking."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from stockctl.catalogue.seen import assets
from stockctl.errors import DamagedError, FileProblem
from stockctl.files.fingerprint import from_stat, unreadable
from stockctl.files.opening import open_bytes
from stockctl.files.walk import walk
from stockctl.media.identify import HEAD_BYTES, format_of
from stockctl.media.identity import media_id
from stockctl.media.mapped import contents_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from stockctl.catalogue import Catalogue


@dataclass(frozen=True)
class Pictures:
    """The `media_id` of each file, in the walk's order, and the files that could not be read."""

    ids: dict[Path, str] = field(default_factory=dict)
    errors: tuple[FileProblem, ...] = ()


def pictures(catalogue: Catalogue, paths: Sequence[Path]) -> Pictures:
    """Return the pictures under `paths`; nothing is written.

    Raises:
        UsageError: none of the paths exists.

    """
    found = walk(paths)
    known = assets.seen(catalogue, found.files)
    ids: dict[Path, str] = {}
    errors: list[FileProblem] = list(found.errors)
    for path in found.files:
        try:
            ids[path] = _id_of(path, known.get(assets.key_of(path)))
        except FileProblem as problem:
            errors.append(problem)
    return Pictures(ids, tuple(errors))


def _id_of(path: Path, row: assets.Seen | None) -> str:
    try:
        with open_bytes(path) as file:
            stat = os.fstat(file.fileno())
            if row is not None and row.media_id and row.fingerprint == from_stat(stat):
                return row.media_id
            if not stat.st_size:
                raise DamagedError("the file is empty", where=str(path), hint="export or copy it again")
            with contents_of(file, os.fstat(file.fileno()).st_size) as data, memoryview(data) as view:
                format_ = format_of(path, bytes(view[:HEAD_BYTES]))
                if format_ is None:
                    raise DamagedError("no known format", where=str(path), hint="export it again from the original")
                return media_id(view, format_)
    except OSError as error:
        raise unreadable(path, error) from error
