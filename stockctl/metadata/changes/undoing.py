"""Take a batch of changes back: each file as it stood before, several at once, and to be gone on with when stopped."""

from __future__ import annotations

from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from stockctl.catalogue import history as tables
from stockctl.errors import UsageError
from stockctl.metadata.changes.history import HEAVY, TOGETHER
from stockctl.metadata.changes.restoring import CHANGED_SINCE, FAILED, MISSING, RESTORED, Undone, restore
from stockctl.report.terminal import progress
from stockctl.report.waiting import interrupted, waiting_for

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from concurrent.futures import Executor

    from stockctl.catalogue import Catalogue
    from stockctl.catalogue.history import Kept

    Told = Callable[[Sequence[Path]], None]

__all__ = ["CHANGED_SINCE", "FAILED", "MISSING", "RESTORED", "UndoReport", "Undone", "undo"]

# So many files are written at once, as `keyword` writes them.
_AT_ONCE = 3
# So many files are told of, and written down as restored, at once.
_TOLD = 256
_OTHERS = "another program changed the file since; it was left as it is"


@dataclass(frozen=True)
class UndoReport:
    """What an undo did: `files` in the order in which they were changed.

    `left` is how many files it had not come to when it was stopped by Ctrl-C; it goes on with those the next time.
    """

    batch: int
    files: tuple[Undone, ...] = ()
    left: int = 0

    @property
    def first(self) -> int | None:
        """The latest batch that has to be taken back before this one, or None."""
        return max((file.first for file in self.files if file.first is not None), default=None)


def undo(catalogue: Catalogue, number: int | None = None, told: Told = lambda _: None) -> UndoReport:
    """Take back a batch, by default the latest that was not taken back.

    That a file is taken back is written down, on the disk, before it is
    touched, so that what is killed is gone on with by the next. A file that
    somebody changed since is left as it is. One bad file does not stop the
    rest. `told` is called, in this thread, with the files that are restored,
    before that is written down: of one that is killed, the next tells again.
    Ctrl-C waits for the files that are being written, and is told by `left`.

    Raises:
        UsageError: there is no such batch, or nothing to take back.

    """
    number, changes = _chosen(catalogue, number)
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        taking = _Taking(catalogue, told, pool)
        try:
            with progress("taking back", changes, len(changes)) as bar:
                for one, state in bar:
                    # As it stood before it was written down that it is taken back.
                    taking.add(replace(tables.change(catalogue, one), state=state))
                taking.finish()
        except KeyboardInterrupt:
            try:
                taking.stop()
            except KeyboardInterrupt:  # a second one: what does not come back is left
                interrupted()
                raise
            return UndoReport(number, tuple(reversed(taking.done)), len(changes) - len(taking.done))
        except BaseException:
            taking.stop()
            raise
    done = taking.done
    # What another try can still bring back keeps the batch open.
    if not any(each.state == FAILED or each.first is not None for each in done):
        tables.undone(catalogue, number)
    return UndoReport(number, tuple(reversed(done)))


@dataclass
class _Taking:
    """Changes on their way back, in groups that are written down together: one group while the one before is written.

    `done` says what became of each change, in the order in which they were added.
    """

    catalogue: Catalogue
    told: Told
    pool: Executor
    done: list[Undone] = field(default_factory=list)
    _waiting: list[Kept] = field(default_factory=list)
    _under_way: deque[tuple[Kept, Future[Undone | None] | None]] = field(default_factory=deque)
    _restored: list[tuple[int, Path]] = field(default_factory=list)

    def add(self, change: Kept) -> None:
        """Take a change back when its turn has come; one of a file that is on its way waits for that."""
        if any(one.path == change.path for one in self._waiting):
            self._begin()
        if any(one.path == change.path for one, _ in self._under_way):
            self._settle(0)
        self._waiting.append(change)
        if len(self._waiting) >= TOGETHER or sum(map(_weight, self._waiting)) > HEAVY:
            self._begin()
            self._settle(TOGETHER)

    def finish(self) -> None:
        """Take back all that were added."""
        self._begin()
        self._settle(0)
        self._tell()

    def stop(self) -> None:
        """Let those that are being written come to their end; the others stand as they stood."""
        self._waiting.clear()
        for _, future in self._under_way:
            if future is not None:
                future.cancel()
        self._settle(0)
        self._tell()

    def _begin(self) -> None:
        """Write down that those that wait are taken back, and then begin it."""
        waiting, self._waiting = self._waiting, []
        # By a try that was killed after it, some are restored.
        due = [change.id for change in waiting if change.state != tables.RESTORED]
        if due:
            tables.take_back(self.catalogue, due)
        for change in waiting:
            future = self.pool.submit(_restored, change) if change.state != tables.RESTORED else None
            self._under_way.append((change, future))

    def _settle(self, left: int) -> None:
        """Wait until at most so many are under way, and write down what became of the others."""
        while len(self._under_way) > left:
            change, future = self._under_way[0]
            if future is None:
                self.done.append(Undone(Path(change.path), RESTORED))
            elif future.cancelled():
                tables.stands(self.catalogue, change)
            else:
                self._settled(change, future.result() or self._held(change))
            self._under_way.popleft()

    def _settled(self, change: Kept, result: Undone) -> None:
        self.done.append(result)
        if result.state != RESTORED:
            tables.stands(self.catalogue, change)
            return
        self._restored.append((change.id, result.path))
        if len(self._restored) >= _TOLD:
            self._tell()

    def _held(self, change: Kept) -> Undone:
        """Say of a file that holds something else who changed it."""
        later = tables.later(self.catalogue, change)
        if later is None:
            return Undone(Path(change.path), CHANGED_SINCE, _OTHERS)
        why = f"batch {later} changed it after this one: undo {later} first"
        return Undone(Path(change.path), CHANGED_SINCE, why, later)

    def _tell(self) -> None:
        """Tell of the restored files, and write down that they are."""
        if self._restored:
            self.told([path for _, path in self._restored])
            tables.restored(self.catalogue, [number for number, _ in self._restored])
            self._restored.clear()


def _restored(change: Kept) -> Undone | None:
    """Bring one file back, in a thread; where that takes long, it is named."""
    with waiting_for(Path(change.path)):
        return restore(change)


def _weight(change: Kept) -> int:
    """Return how many bytes a change holds in memory."""
    return sum(len(splice.data) for splice in change.splices or ())


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
