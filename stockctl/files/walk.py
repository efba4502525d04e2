"""Find the files of a batch: sorted, sub-folders included, what is no asset counted."""

from __future__ import annotations

import os
import shlex
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from stockctl.errors import UnreadableError, UsageError
from stockctl.files.nearest import nearest

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

# Suffixes of what some agency takes, or what a contributor might think that
# one does (so that `check` can say why not). RAW files, sidecars and the rest
# of a shoot's folder are counted as skipped.
ASSET_SUFFIXES = frozenset(
    {
        *(".jpg", ".jpeg", ".jpe", ".jfif", ".mpo", ".tif", ".tiff", ".png", ".webp"),
        *(".jxl", ".jp2", ".j2k"),
        *(".gif", ".bmp", ".heic", ".heif", ".avif", ".psd", ".psb"),
        *(".eps", ".ai", ".svg"),
        *(".mp4", ".m4v", ".mov", ".mpg", ".mpeg", ".avi", ".mkv", ".webm", ".wmv", ".mxf"),
        *(".mp3", ".wav", ".aif", ".aiff", ".flac", ".m4a", ".ogg"),
    }
)


@dataclass(frozen=True)
class Walk:
    """What a walk found: files in order, how many were skipped by suffix, and problems."""

    files: tuple[Path, ...] = ()
    skipped: Counter[str] = field(default_factory=Counter)
    errors: tuple[UnreadableError, ...] = ()


def walk(paths: Sequence[Path], suffixes: frozenset[str] = ASSET_SUFFIXES) -> Walk:
    """List the files under `paths`, each once, in the order given and by name within.

    A path that is a file is taken whatever its suffix. Inside folders hidden
    files and folders are left out, links to folders are not followed, and files
    with other suffixes are counted. Paths come back as given, joined to the
    folder walked.

    Raises:
        UsageError: none of the paths exists.

    """
    errors: list[UnreadableError] = []
    skipped: Counter[str] = Counter()
    files: dict[Path, None] = {}
    for path in paths:
        # No error where it is no name that a disk could hold.
        if os.path.isdir(path):  # noqa: PTH112
            for found in _folder(path, errors):
                if found.suffix.lower() in suffixes:
                    files.setdefault(found)
                else:
                    skipped[found.suffix.lower()] += 1
        elif os.path.lexists(path):
            files.setdefault(path)
        else:
            errors.append(UnreadableError("no such file or folder", where=str(path), hint=nearest(path)))
    for path in [path for path in files if not is_text(path)]:
        del files[path]
        errors.append(
            UnreadableError(
                "the file's name is no valid text", where=str(path), hint="rename it; agencies refuse such names, too"
            )
        )
    if paths and len(errors) == len(paths) and not files and not any(os.path.lexists(path) for path in paths):
        raise UsageError("no such file or folder", where=", ".join(str(path) for path in paths), hint=errors[0].hint)
    return Walk(tuple(files), skipped, tuple(errors))


def is_text(path: Path) -> bool:
    """Whether the name is UTF-8: the catalogue, sheets and JSON can hold no other bytes."""
    try:
        str(path).encode()
    except UnicodeEncodeError:
        return False
    return True


def _folder(folder: Path, errors: list[UnreadableError]) -> Iterable[Path]:
    def report(error: OSError) -> None:
        errors.append(
            UnreadableError(
                f"cannot look into the folder: {(error.strerror or str(error)).lower()}",
                where=str(error.filename or folder),
                hint=f"allow it: chmod u+rx {shlex.quote(str(error.filename or folder))}",
            )
        )

    for parent, folders, names in os.walk(folder, onerror=report):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        base = Path(parent)
        yield from (base / name for name in sorted(names) if not name.startswith("."))
