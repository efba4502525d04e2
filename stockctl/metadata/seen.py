"""What was looked at when words were found for a file: only while that stands are they written over it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from stockctl.errors import UnreadableError
from stockctl.files.fingerprint import Fingerprint, fingerprint
from stockctl.files.writing.temporary import changed
from stockctl.metadata import sidecar

if TYPE_CHECKING:
    from collections.abc import Collection

    from stockctl.files.source import OpenFile


class Seen(NamedTuple):
    """The fingerprints of a file and of its sidecar, None where it had none, before their words were read."""

    file: Fingerprint
    beside: Fingerprint | None


def seen(path: Path, file: Fingerprint, format_: str) -> Seen:
    """Return what is seen of a file that bears this fingerprint."""
    return Seen(file, _beside(Path(os.path.realpath(path)), format_)[1])


def check_unchanged(path: Path, source: OpenFile, format_: str, looked: Seen, ours: Collection[Path] = ()) -> None:
    """Refuse where another program changed a file, by its real path, or its sidecar since; `ours` we wrote ourselves.

    Raises:
        ChangedError: another program did.

    """
    if source.fingerprint != looked.file and path not in ours:
        raise changed(path)
    beside, state = _beside(path, format_)
    if state != looked.beside and beside not in ours:
        raise changed(beside or path)


def _beside(path: Path, format_: str) -> tuple[Path | None, Fingerprint | None]:
    found = sidecar.find(path, format_)
    if found is None:
        return None, None
    try:
        return Path(os.path.realpath(found)), fingerprint(found)
    except UnreadableError:
        return found, None
