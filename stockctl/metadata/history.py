"""Every change is recorded before it is made, and taken back byte for byte on request."""

from __future__ import annotations

import contextlib
import hashlib
from concurrent.futures import wait
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from stockctl.catalogue import history as tables
from stockctl.catalogue.assets import key_of
from stockctl.config import load_settings
from stockctl.errors import FileProblem, UnreadableError, UsageError
from stockctl.files import append, temporary
from stockctl.files import replace as files
from stockctl.files.source import OpenFile
from stockctl.metadata import writing
from stockctl.metadata.writing import Change, Nothing, Options

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from concurrent.futures import Executor, Future

    from stockctl.catalogue import Catalogue
    from stockctl.catalogue.history import BatchRow, Kept
    from stockctl.files.fingerprint import Fingerprint
    from stockctl.metadata.record import Record

RESTORED, CHANGED_SINCE, MISSING = "restored", "changed-since", "missing"
DEFAULT_KEEP_MB = 1024


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one file: whether anything changed, in which file, embedded or beside it, and what to tell."""

    changed: bool
    where: str
    path: Path
    notes: tuple[str, ...] = ()


@dataclass
class Batch:
    """The changes of one command run; `number` is None until the first change."""

    catalogue: Catalogue
    of: str
    command: str = ""
    number: int | None = None
    _swept: set[Path] = field(default_factory=set)
    _under_way: dict[Path, Future[Fingerprint]] = field(default_factory=dict)
    _tidied: bool = False

    def write(
        self,
        path: Path,
        record: Record,
        *,
        sidecar: bool = False,
        strip_location: bool = False,
        break_c2pa: bool = False,
        break_links: bool = False,
        write_protected: bool = False,
        exiftool: bool | None = None,
    ) -> Outcome:
        """Make the file at `path` say `record`, all of it: a field that is empty is taken out of the file.

        Begin with `read(path).record` and `dataclasses.replace` what changes.
        What a format cannot hold, and a file that is signed, gets a sidecar;
        `Outcome.notes` tell why. `exiftool` embeds through ExifTool what would
        get a sidecar otherwise; by default as the setting `metadata.exiftool`
        says.

        Raises:
            UnreadableError: the file cannot be opened.
            DamagedError: its structure, or a block in it, is broken.
            RefusedError: it must not be changed, or could not be. In each case
                the file is as it was.

        """
        self._tidy()
        if exiftool is None:
            exiftool = load_settings().get("metadata", "exiftool", False)
        options = Options(sidecar, strip_location, break_c2pa, break_links, write_protected, exiftool)
        return self.make(writing.prepare(path, record, options))

    def start(self, path: Path, record: Record, pool: Executor, options: Options) -> Callable[[], Outcome]:
        """Begin to make the file at `path` say `record`, as `write` does; what is returned waits for the end of it.

        The change is worked out and recorded here, and the file written in a
        thread of `pool`. Call what is returned in this thread, once.

        Raises:
            FileProblem: the change cannot be made, see `write`; what goes wrong
                while the file is written is raised by what is returned.

        """
        self._tidy()
        if load_settings().get("metadata", "exiftool", False):
            options = replace(options, exiftool=True)
        change = writing.prepare(path, record, options)
        if change.path in self._under_way:
            # A second name of a file that is being written: it is to be seen as it will be.
            wait([self._under_way[change.path]])
            change = writing.prepare(path, record, options)
        # A file that is made anew takes its mode from the process, which is asked in one thread only.
        if isinstance(change, Nothing) or change.before is None:
            outcome = self.make(change)
            return lambda: outcome
        entry = self._record(change)
        writes = self._under_way[change.path] = pool.submit(writing.perform, change)

        def finish() -> Outcome:
            outcome = self._finished(change, entry, writes.result)
            if self._under_way.get(change.path) is writes:
                del self._under_way[change.path]
            return outcome

        return finish

    def _tidy(self) -> None:
        """Take away what killed processes left behind the ends of large files, before one of them is read."""
        if self._tidied:
            return
        self._tidied = True
        for change in tables.begun(self.catalogue, append.LARGE):
            with contextlib.suppress(FileProblem), OpenFile(Path(change.path)) as source:
                append.drop_tail(Path(change.path), change.splices or (), source)

    def make(self, change: Change | Nothing) -> Outcome:
        """Record and make a change that `writing.prepare` worked out."""
        if isinstance(change, Nothing):
            return Outcome(False, change.where, change.path, change.notes)  # noqa: FBT003 - the outcome's first field
        return self._finished(change, self._record(change), lambda: writing.perform(change))

    def _record(self, change: Change) -> int:
        """Write down a change before it is made; return its number."""
        folder = change.path.parent
        if folder not in self._swept:
            self._swept.add(folder)
            temporary.sweep(folder)
        if self.number is None:
            self.number = tables.add_batch(self.catalogue, self.of, self.command)
        return tables.begin(
            self.catalogue,
            self.number,
            key_of(change.path),
            created=change.before is None,
            old_size=change.size,
            new_size=change.new_size,
            digest=_digest(splice.data for splice in change.splices),
            splices=change.undo,
        )

    def _finished(self, change: Change, entry: int, perform: Callable[[], Fingerprint]) -> Outcome:
        """Write down what became of a change."""
        try:
            result = perform()
        except FileProblem:
            if not tables.drop(self.catalogue, entry):
                self.number = None
            raise
        tables.finish(self.catalogue, entry, result.mtime_ns)
        return Outcome(True, change.where, change.path, change.notes)  # noqa: FBT003 - the outcome's first field


@contextlib.contextmanager
def batch(catalogue: Catalogue, *, of: str, command: str = "", keep_mb: int | None = None) -> Iterator[Batch]:
    """Open a batch of changes; `of` is the command's name, `command` how it was called.

    At its end the oldest batches lose what is kept for undoing them, until at
    most `keep_mb` megabytes (10^6 bytes) are kept; by default the setting
    `history.keep_mb`.
    """
    opened = Batch(catalogue, of, command)
    try:
        yield opened
    finally:
        if opened.number is not None:
            if keep_mb is None:
                keep_mb = load_settings().get("history", "keep_mb", DEFAULT_KEEP_MB)
            tables.prune(catalogue, keep_mb * 1_000_000, opened.number)


@dataclass(frozen=True)
class Undone:
    """One file of an undo: `restored`, `changed-since` or `missing`, and why."""

    path: Path
    state: str
    why: str = ""


@dataclass(frozen=True)
class UndoReport:
    """What an undo did."""

    batch: int
    files: tuple[Undone, ...] = ()


def batches(catalogue: Catalogue) -> list[BatchRow]:
    """Return all batches, the latest first."""
    return tables.batches(catalogue)


def undo(catalogue: Catalogue, number: int | None = None) -> UndoReport:
    """Take back a batch, by default the latest that was not taken back.

    A file that somebody changed since is left as it is. One bad file does not
    stop the rest.

    Raises:
        UsageError: there is no such batch, or nothing to take back.

    """
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
    changes = [change for change in tables.changes_of(catalogue, number) if change.state != tables.RESTORED]
    if not changes:
        raise UsageError(f"batch {number} is already undone", hint="see `stockctl history`")
    done: list[Undone] = []
    for change in changes:
        result = _restore(change)
        if result.state == RESTORED:
            tables.restored(catalogue, change.id)
        done.append(result)
    tables.undone(catalogue, number)
    return UndoReport(number, tuple(reversed(done)))


def _restore(change: Kept) -> Undone:
    path = Path(change.path)
    try:
        with OpenFile(path) as source:
            if change.state == tables.BEGUN and not _ours(source, change):
                if source.size != change.old_size and not append.drop_tail(path, change.splices or (), source):
                    return Undone(path, CHANGED_SINCE, "another program changed the file since; it was left as it is")
                return Undone(path, RESTORED, "the change had not been made")
            if not _ours(source, change) or (
                change.mtime_ns is not None and source.fingerprint.mtime_ns != change.mtime_ns
            ):
                return Undone(path, CHANGED_SINCE, "another program changed the file since; it was left as it is")
            before = source.fingerprint
        if change.created:
            files.remove(path, before)
        elif append.fits_back(change.splices or (), change.new_size):
            append.take_back(path, change.splices or (), before)
        else:
            files.replace(path, change.splices or (), before)
    except UnreadableError as error:
        if not path.exists():
            missing = change.state == tables.BEGUN and change.created
            return Undone(path, RESTORED if missing else MISSING, error.message)
        return Undone(path, CHANGED_SINCE, str(error.message))
    except FileProblem as error:
        return Undone(path, CHANGED_SINCE, error.message)
    return Undone(path, RESTORED)


def _ours(source: OpenFile, change: Kept) -> bool:
    """Whether the file holds what the change wrote, where it wrote it."""
    if source.size != change.new_size:
        return False
    if change.created:
        return _digest([source.at(0, source.size)]) == change.digest
    return _digest(source.at(start, end - start) for start, end, _ in change.splices or ()) == change.digest


def _digest(parts: Iterable[bytes]) -> str:
    digest = hashlib.sha256()
    for part in parts:
        digest.update(part)
    return digest.hexdigest()
