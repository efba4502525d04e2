"""Take a batch of changes back: each file as it stood before, whatever moment an earlier try was killed at."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from enum import Enum, auto
from pathlib import Path
from typing import TYPE_CHECKING

from stockctl.catalogue import history as tables
from stockctl.errors import ChangedError, FileProblem, UnreadableError, UsageError
from stockctl.files.source import OpenFile
from stockctl.files.writing import append
from stockctl.files.writing import replace as files
from stockctl.files.writing.attributes import set_time
from stockctl.metadata.changes.digest import digest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stockctl.catalogue import Catalogue
    from stockctl.catalogue.history import Kept
    from stockctl.files.source import Source

RESTORED, CHANGED_SINCE, MISSING, FAILED = "restored", "changed-since", "missing", "failed"
_OTHERS = "another program changed the file since; it was left as it is"


@dataclass(frozen=True)
class Undone:
    """One file of an undo: `restored`, `changed-since`, `missing` or `failed`, and why.

    `first` is the number of a later batch that changed the same file, and has to be taken back before.
    """

    path: Path
    state: str
    why: str = ""
    first: int | None = None


@dataclass(frozen=True)
class UndoReport:
    """What an undo did."""

    batch: int
    files: tuple[Undone, ...] = ()

    @property
    def first(self) -> int | None:
        """The latest batch that has to be taken back before this one, or None."""
        return max((file.first for file in self.files if file.first is not None), default=None)


class Standing(Enum):
    """How a file stands to a change: it holds what the change made, what stood before, or something else.

    `TAIL`: what stood before, and behind its end bytes of the change that nothing leads to.
    """

    NEW = auto()
    OLD = auto()
    TAIL = auto()
    OTHER = auto()


def undo(catalogue: Catalogue, number: int | None = None) -> UndoReport:
    """Take back a batch, by default the latest that was not taken back.

    That it begins is written down before the first file is touched, so that one
    that is killed is gone on with by the next. A file that somebody changed
    since is left as it is. One bad file does not stop the rest.

    Raises:
        UsageError: there is no such batch, or nothing to take back.

    """
    number, changes = _chosen(catalogue, number)
    tables.take_back(catalogue, [one for one, state in changes if state != tables.RESTORED])
    done: list[Undone] = []
    for one, state in changes:
        # As it stood before it was written down that it is taken back.
        change = replace(tables.change(catalogue, one), state=state)
        if change.state == tables.RESTORED:  # by a try that was killed after it
            done.append(Undone(Path(change.path), RESTORED))
            continue
        result = restore(catalogue, change)
        if result.state == RESTORED:
            tables.restored(catalogue, change.id)
        else:
            tables.stands(catalogue, change)
        done.append(result)
    # What another try can still bring back keeps the batch open.
    if not any(each.state == FAILED or each.first is not None for each in done):
        tables.undone(catalogue, number)
    return UndoReport(number, tuple(reversed(done)))


def _chosen(catalogue: Catalogue, number: int | None) -> tuple[int, list[tuple[int, str]]]:
    """Return the batch to take back, and the number and state of each of its changes."""
    found = tables.last_open(catalogue) if number is None else tables.batch(catalogue, number)
    if found is None:
        missing = "there is nothing to undo" if number is None else f"there is no batch {number}"
        raise UsageError(missing, hint="see `stockctl history`")
    number = found.batch
    if not found.kept:
        raise UsageError(
            f"what batch {number} replaced is no longer kept",
            hint="raise history.keep_mb in the settings to keep more from now on",
        )
    changes = tables.changes_of(catalogue, number)
    if found.undone:
        changes = [(one, state) for one, state in changes if state != tables.RESTORED]
    if not changes:
        raise UsageError(f"batch {number} is already undone", hint="see `stockctl history`")
    return number, changes


def restore(catalogue: Catalogue, change: Kept) -> Undone:
    """Bring back what stood before a change."""
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
            later = tables.later(catalogue, change)
            if later is not None:
                return Undone(
                    path, CHANGED_SINCE, f"batch {later} changed it after this one: undo {later} first", later
                )
            return Undone(path, CHANGED_SINCE, _OTHERS)
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
    # One that was killed while it changed the file in place left the time of that moment.
    timely = change.mtime_ns in {None, source.fingerprint.mtime_ns} or change.state == tables.BEGUN
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
