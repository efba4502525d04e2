"""Bring one file back to how it stood before a change, whatever moment an earlier try was killed at."""

from __future__ import annotations

import os
from dataclasses import dataclass
from enum import Enum, auto
from pathlib import Path
from typing import TYPE_CHECKING

from stockctl.catalogue import history as tables
from stockctl.errors import ChangedError, FileProblem, UnreadableError
from stockctl.files.source import OpenFile
from stockctl.files.writing import append
from stockctl.files.writing import replace as files
from stockctl.files.writing.attributes import set_time
from stockctl.metadata.changes.digest import digest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stockctl.catalogue.history import Kept
    from stockctl.files.source import Source

RESTORED, CHANGED_SINCE, MISSING, FAILED = "restored", "changed-since", "missing", "failed"


@dataclass(frozen=True, slots=True)
class Undone:
    """One file of an undo: `restored`, `changed-since`, `missing` or `failed`, and why.

    `first` is the number of a later batch that changed the same file, and has to be taken back before.
    """

    path: Path
    state: str
    why: str = ""
    first: int | None = None


class Standing(Enum):
    """How a file stands to a change: it holds what the change made, what stood before, or something else.

    `TAIL`: what stood before, and behind its end bytes of the change that nothing leads to.
    """

    NEW = auto()
    OLD = auto()
    TAIL = auto()
    OTHER = auto()


def restore(change: Kept) -> Undone | None:
    """Bring back what stood before a change; None where the file holds something else, and is left."""
    path = Path(change.path)
    try:
        with OpenFile(path) as source:
            standing, before = stands(source, change), source.fingerprint
            if standing is Standing.TAIL:
                standing = Standing.OLD if append.drop_tail(path, change.splices or (), source) else Standing.OTHER
        if standing is Standing.NEW:
            if change.created:
                files.remove(path, before)
            elif append.fits_back(change.splices or (), change.new_size):
                append.take_back(path, change.splices or (), before)
            else:
                files.replace(path, change.splices or (), before)
        elif standing is Standing.OTHER:
            return None
    except UnreadableError as error:
        if os.path.lexists(path):
            return Undone(path, FAILED, error.message)
        # A file that was made by the change, and is gone, is as it was before.
        return Undone(path, RESTORED if change.created else MISSING, "" if change.created else error.message)
    except ChangedError as error:
        return Undone(path, CHANGED_SINCE, error.message)
    except FileProblem as error:
        return Undone(path, FAILED, error.message)
    if change.state != tables.DONE and change.mtime_ns is not None and not change.created:
        # What was killed while it changed the file in place left the time of that moment.
        set_time(path, change.mtime_ns)
    return Undone(path, RESTORED)


def stands(source: OpenFile, change: Kept) -> Standing:
    """Compare a file with what was written down of a change: its size, time, and the bytes where it was changed."""
    # One that was killed while it changed the file in place left the time of that moment, and maybe nothing else.
    in_place = append.fits_back(change.splices or (), change.new_size) and change.state == tables.TAKING_BACK
    timely = change.mtime_ns in {None, source.fingerprint.mtime_ns} or change.state == tables.BEGUN or in_place
    if _is_new(source, change) and timely:
        return Standing.NEW
    if change.created:
        return Standing.OTHER
    if source.size == change.old_size and _is_old(source, change):
        return Standing.OLD
    half_way = change.state in {tables.BEGUN, tables.TAKING_BACK}
    return Standing.TAIL if half_way and append.has_tail(change.splices or (), source) else Standing.OTHER


def _is_new(source: Source, change: Kept) -> bool:
    """Whether a file holds what the change wrote, where it wrote it."""
    if source.size != change.new_size:
        return False
    if change.created:
        return digest([source.at(0, source.size)]) == change.digest
    return digest(source.at(start, end - start) for start, end, _ in change.splices or ()) == change.digest


def _is_old(source: Source, change: Kept) -> bool:
    return all(source.at(at, len(data)) == data for at, data in _replaced(change))


def _replaced(change: Kept) -> Iterator[tuple[int, bytes]]:
    """Give what the change replaced, and where it stood in the old file."""
    shift = 0
    for start, end, data in change.splices or ():
        yield start + shift, data
        shift += len(data) - (end - start)
