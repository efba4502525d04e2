"""Every change is recorded, on the disk, before it is made, so that `metadata.changes.undoing` can take it back."""

from __future__ import annotations

import contextlib
from concurrent.futures import CancelledError, wait
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from stockctl.catalogue import history as tables
from stockctl.catalogue.seen.assets import key_of
from stockctl.config import load_settings
from stockctl.errors import FileProblem
from stockctl.files.source import OpenFile
from stockctl.files.writing import append, temporary
from stockctl.files.writing.attributes import set_time
from stockctl.metadata import writing
from stockctl.metadata.changes.digest import digest
from stockctl.metadata.writing import Change, Nothing, Options
from stockctl.report.waiting import waiting_for

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Sequence
    from concurrent.futures import Executor, Future

    from stockctl.catalogue import Catalogue
    from stockctl.catalogue.history import BatchRow
    from stockctl.files.fingerprint import Fingerprint
    from stockctl.metadata.record import Record
    from stockctl.metadata.seen import Seen

DEFAULT_KEEP_MB = 1024
# So many changes are written down with one forcing to disk, or fewer where they hold so many bytes.
TOGETHER, HEAVY = 32, 32_000_000


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
    _ours: set[Path] = field(default_factory=set)
    _under_way: dict[Path, Future[Fingerprint]] = field(default_factory=dict)
    _waiting: list[_Entry] = field(default_factory=list)
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
        seen: Seen | None = None,
        replaced: Collection[str] = (),
    ) -> Outcome:
        """Make the file at `path` say `record`, all of it: a field that is empty is taken out of the file.

        Begin with `read(path).record` and `dataclasses.replace` what changes.
        What a format cannot hold, and a file that is signed, gets a sidecar;
        `Outcome.notes` tell why. `exiftool` embeds through ExifTool what would
        get a sidecar otherwise; by default as the setting `metadata.exiftool`
        says. `seen` is what the record was worked out from: where another
        program changed the file since, it is left. Of the fields that are
        `replaced` as a whole nothing stays, nor what cannot be read for its
        character set.

        Raises:
            UnreadableError: the file cannot be opened.
            DamagedError: its structure, or a block in it, is broken.
            RefusedError: it must not be changed, or could not be. In each case
                the file is as it was.

        """
        self._tidy()
        if exiftool is None:
            exiftool = load_settings().get("metadata", "exiftool", False)
        options = Options(
            sidecar, strip_location, break_c2pa, break_links, write_protected, exiftool, seen, self._ours, replaced
        )
        beside = writing.prepare_beside(path, record, options)
        outcome = self.make(writing.prepare(path, record, options))
        if beside is None or outcome.where != writing.EMBEDDED:
            return outcome
        return replace(outcome, changed=self.make(beside).changed or outcome.changed)

    def start(self, path: Path, record: Record, pool: Executor, options: Options) -> Callable[[], Outcome]:
        """Begin to make the file at `path` say `record`, as `write` does; what is returned waits for the end of it.

        The change is worked out here. With those after it, up to `TOGETHER`, it
        is written down, which takes one forcing to disk for them all, and only
        then is its file written in a thread of `pool`. Call what is returned in
        this thread, once.

        Raises:
            FileProblem: the change cannot be made, see `write`; what goes wrong
                while the file is written is raised by what is returned.

        """
        self._tidy()
        if load_settings().get("metadata", "exiftool", False):
            options = replace(options, exiftool=True)
        options = replace(options, ours=self._ours)
        beside = writing.prepare_beside(path, record, options)
        embedded = writing.prepare(path, record, options)
        finish = self._started(embedded, lambda: writing.prepare(path, record, options), pool)
        if beside is None or embedded.where != writing.EMBEDDED:
            return finish
        done = Nothing(beside.path, writing.SIDECAR)
        follow = self._started(beside, lambda: writing.prepare_beside(path, record, options) or done, pool)

        def both() -> Outcome:
            try:
                outcome = finish()
            finally:
                follower = follow()
            return replace(outcome, changed=outcome.changed or follower.changed)

        return both

    def _started(
        self, change: Change | Nothing, again: Callable[[], Change | Nothing], pool: Executor
    ) -> Callable[[], Outcome]:
        """Begin one change; `again` works it out anew where its file is being written under another name."""
        if any(entry.change.path == change.path for entry in self._waiting):
            self._begin(pool)
        if change.path in self._under_way:
            # A second name of a file that is being written: it is to be seen as it will be.
            wait([self._under_way[change.path]])
            change = again()
        # A file that is made anew takes its mode from the process, which is asked in one thread only.
        if isinstance(change, Nothing) or change.before is None:
            outcome = self.make(change)
            return lambda: outcome
        entry = _Entry(change)
        self._ours.add(change.path)
        self._waiting.append(entry)
        if len(self._waiting) >= TOGETHER or sum(one.weight for one in self._waiting) > HEAVY:
            self._begin(pool)

        def finish() -> Outcome:
            if entry.writes is None:
                self._begin(pool)
            if entry.writes is None:
                raise CancelledError
            outcome = self._finished(change, entry.id, entry.writes.result)
            if self._under_way.get(change.path) is entry.writes:
                del self._under_way[change.path]
            return outcome

        return finish

    def leave_waiting(self) -> None:
        """Let go the changes that were not begun: what `start` returned of them raises `CancelledError`."""
        self._waiting.clear()

    def _begin(self, pool: Executor) -> None:
        """Write down the changes that wait, and then begin to make them."""
        waiting, self._waiting = self._waiting, []
        if waiting:
            ids = self._record([entry.change for entry in waiting])
            for entry, number in zip(waiting, ids, strict=True):
                entry.id = number
                entry.writes = self._under_way[entry.change.path] = pool.submit(_performed, entry.change)

    def _tidy(self) -> None:
        if not self._tidied:
            self._tidied = True
            tidy(self.catalogue)

    def make(self, change: Change | Nothing) -> Outcome:
        """Record and make a change that `writing.prepare` worked out."""
        if isinstance(change, Nothing):
            return Outcome(False, change.where, change.path, change.notes)  # noqa: FBT003 - the outcome's first field
        return self._finished(change, self._record([change])[0], lambda: writing.perform(change))

    def _record(self, changes: Sequence[Change]) -> list[int]:
        """Write changes down before they are made; return their numbers."""
        self._ours |= {change.path for change in changes}
        for folder in {change.path.parent for change in changes} - self._swept:
            self._swept.add(folder)
            temporary.sweep(folder)
        new = [
            tables.New(
                key_of(change.path),
                created=change.before is None,
                old_size=change.size,
                new_size=change.new_size,
                mtime_ns=change.before.mtime_ns if change.before else None,
                digest=digest(splice.data for splice in change.splices),
                splices=change.undo,
            )
            for change in changes
        ]
        self.number, ids = tables.begin(self.catalogue, self.of, self.command, self.number, new)
        return ids

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


@dataclass
class _Entry:
    """A change that waits to be written down, or is being made: `id` and `writes` are set when it is begun."""

    change: Change
    id: int = 0
    writes: Future[Fingerprint] | None = None

    @property
    def weight(self) -> int:
        """How many bytes it holds in memory."""
        return sum(len(splice.data) for splice in (*self.change.splices, *self.change.undo))


def _performed(change: Change) -> Fingerprint:
    """Make a change, in a thread; where its disk does not answer, the file is named."""
    with waiting_for(change.path):
        return writing.perform(change)


def tidy(catalogue: Catalogue) -> None:
    """Take away what killed processes left behind the ends of large files.

    Before a file is read that is to be written: one that is cut off later is not as it was read.
    """
    for change in tables.half_way(catalogue, append.LARGE):
        with contextlib.suppress(FileProblem), OpenFile(Path(change.path)) as source:
            if append.drop_tail(Path(change.path), change.splices or (), source) and change.mtime_ns is not None:
                set_time(Path(change.path), change.mtime_ns)


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


def batches(catalogue: Catalogue) -> list[BatchRow]:
    """Return all batches, the latest first."""
    return tables.batches(catalogue)
