"""One connection's work: send a file, try again, go on in the middle, and look at what arrived."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Protocol

from stockctl.catalogue.sent.ledger import State
from stockctl.submit import sheet
from stockctl.submit.sending.resume import Begun, Step, next_step
from stockctl.submit.transports import Fault, TransferError, Upload, Watch, join

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from stockctl.catalogue.sent.bookkeeping import Ledger
    from stockctl.catalogue.sent.ledger import Upload as Row
    from stockctl.submit.transports import Gate, Transport

# The delivery of what a person uploads from the outbox.
FOLDER = "folder"
# The sizes over there are looked at after so many files at the latest, by whichever connection comes by.
PROVE_EVERY = 100
# A server goes on writing what it had received when the line broke; a size that stood still for so long is final.
SETTLE_SECONDS = 2.0


class Progress(Protocol):
    """Who is told how far each file is."""

    def expect(self, size: int) -> None:
        """Take note that so many bytes are to go in all."""

    def moved(self, name: str, done: int, size: int) -> None:
        """Take note that `done` of `size` bytes of a file have left."""

    def ended(self, name: str, size: int) -> None:
        """Take note that a file's turn is over."""


class Quiet:
    """Progress that nobody looks at."""

    def expect(self, size: int) -> None:
        """Say nothing."""

    def moved(self, name: str, done: int, size: int) -> None:
        """Say nothing."""

    def ended(self, name: str, size: int) -> None:
        """Say nothing."""


@dataclass(frozen=True)
class Job:
    """One picture with its companions, which go back to back on one connection."""

    parts: tuple[Row, ...]
    sources: tuple[Path, ...]


@dataclass(frozen=True)
class Outcome:
    """How a job ended: sent, failed (with why), or not tried; where the picture itself was resumed.

    `missing` is the folder that is not there, where that is why.
    """

    sent: bool
    why: str = ""
    tried: bool = True
    resumed_at: int = 0
    missing: str = ""


@dataclass(frozen=True)
class Unproved:
    """A file that the server confirmed, and whose size over there was not looked at yet."""

    number: int
    row: Row
    upload: Upload


@dataclass
class Worker:
    """Sends files over one connection; used by one thread.

    `base` is the agency's folder; `tries` and `pause` say how often and after
    what time a file is tried again; `stop` set aborts the file in flight.
    `inside` tells whether the server has taken the password before;
    `makes_folders`, whether to make a folder that is missing; `missing` are
    those that are, found by any of the run's connections.
    """

    transport: Transport
    ledger: Ledger
    base: str
    tries: int
    pause: Callable[[int], float]
    progress: Progress
    stop: threading.Event
    ended: TransferError | None = None
    inside: bool = False
    makes_folders: bool = False
    missing: set[str] = field(default_factory=set)
    unproved: list[Unproved] = field(default_factory=list)

    def log_in(self, gate: Gate) -> None:
        """Get ready.

        Raises:
            TransferError: there is no place for a further connection, or nothing left to do.

        """
        self.transport.log_in(gate)
        self.inside = True

    def enter(self, gate: Gate) -> None:
        """Log in and look into the folder; `gate` is open afterwards, sooner where the password was taken sooner.

        Raises:
            TransferError: no file can get through.

        """
        for attempt in range(self.tries):
            try:
                self.transport.enter(self.base, gate)
            except TransferError as error:
                if error.fault is Fault.REFUSED:
                    raise
                self._before_next(attempt, error)
            else:
                gate.decide(open_=True)
                self.inside = True
                return

    def job(self, number: int, job: Job) -> Outcome:
        """Send a picture with its companions, back to back."""
        resumed_at = 0
        for row, source in zip(job.parts, job.sources, strict=True):
            if row.state.left and row.state is not State.SENT:
                continue
            folder = join(self.base, row.folder)
            if folder in self.missing:
                return Outcome(sent=False, tried=False, why=f"not tried: {_not_there(folder)}", missing=folder)
            texts, papers = sheet.kept(row.cells), sheet.papers(row.cells)
            upload = Upload(source, row.fingerprint, folder, row.remote, row.kind, texts, papers)
            try:
                offset = self._part(number, row, upload)
            except TransferError as error:
                missing = folder if error.fault is Fault.NO_FOLDER else ""
                return replace(self._failed(row, error), missing=missing)
            finally:
                self.progress.ended(row.remote, row.fingerprint.size)
            if row.part == 0:
                resumed_at = offset
        return Outcome(sent=True, resumed_at=resumed_at)

    def _failed(self, row: Row, error: TransferError) -> Outcome:
        # Without the file's own place: so the same word of the server for many files is the same.
        why = error.message if error.where.endswith((row.remote, row.path)) else str(error)
        self.ledger.settle(row, State.FAILED, why)
        if error.fault.ends_all:
            self.ended = error
        return Outcome(sent=False, why=why)

    def _part(self, number: int, row: Row, upload: Upload) -> int:
        """Send one file, trying again as long as that may help; return where it was resumed."""
        # Known to be begun: only then is what stands over there ours to go on with.
        begun = row.attempts > 0
        resumes = self.transport.resumes
        for attempt in range(self.tries):
            try:
                offset = self._offset(row, upload, resumes=resumes) if begun else 0
                if offset is None:
                    return 0
                self.ledger.begin(row)
                # From here on the row as it was read says nothing more: the next try asks the server alone.
                row, begun = replace(row, state=State.SENDING, handed_over=False), True
                self._send(row, upload, offset)
            except TransferError as error:
                if error.fault is Fault.NO_RESUME:
                    resumes = False
                if error.fault is Fault.PASSWORD and self.inside:
                    # It was right before: so servers say, too, that all their places are taken.
                    error.fault = Fault.REFUSED
                if error.fault in {Fault.REJECTED, Fault.FOLDER} and self._made(upload.folder):
                    continue
                if error.fault is Fault.SOURCE and begun:
                    # What arrived is no picture of ours any more.
                    with contextlib.suppress(TransferError):
                        self.transport.delete(upload.folder, upload.name)
                self._before_next(attempt, error)
            else:
                if row.delivery != FOLDER:
                    self.unproved.append(Unproved(number, replace(row, state=State.SENT, attempts=1), upload))
                return offset
        raise AssertionError  # the last try returns or raises

    def _made(self, folder: str) -> bool:
        """Make the folder of a file that was refused, where that is what was missing and may be made.

        Raises:
            TransferError: it is missing, and may not be made.

        """
        if folder == self.base or self.transport.has_folder(folder):
            return False
        if self.makes_folders:
            self.transport.make_folder(folder)
            return True
        self.missing.add(folder)
        raise TransferError(_not_there(folder), fault=Fault.NO_FOLDER)

    def _offset(self, row: Row, upload: Upload, *, resumes: bool) -> int | None:
        """Ask the server about a file that was begun: where to go on, or None where it is settled."""
        there = self._settled_size(upload)
        if row.state is State.SENT and (there is None or there < 0):
            self.ledger.settle(row, State.ACCEPTED)
            return None
        begun = Begun(upload.size, there, row.handed_over)
        step = next_step(begun, resumes=resumes, acknowledged=self.transport.acknowledged)
        if step in {Step.VERIFIED, Step.TAKEN_IN}:
            self.ledger.settle(row, State.VERIFIED if step is Step.VERIFIED else State.ACCEPTED)
            return None
        if step is Step.REPLACE:
            self.transport.delete(upload.folder, upload.name)
        return there or 0 if step is Step.RESUME else 0

    def _settled_size(self, upload: Upload) -> int | None:
        """Ask for the size of a partial file until it stands still: replaced while it grows, it would arrive twice."""
        there = self.transport.size(upload.folder, upload.name)
        while there is not None and 0 <= there < upload.size and not self.stop.wait(SETTLE_SECONDS):
            before, there = there, self.transport.size(upload.folder, upload.name)
            if there == before:
                break
        return there

    def _before_next(self, attempt: int, error: TransferError) -> None:
        """Wait before the next try, or raise the error where none would help."""
        if not error.fault.passes or attempt == self.tries - 1:
            raise error
        if error.fault is not Fault.NO_RESUME:
            self.stop.wait(self.pause(attempt))
        if self.stop.is_set():
            raise error

    def _send(self, row: Row, upload: Upload, offset: int) -> None:
        watch = Watch(
            moved=lambda done: self.progress.moved(row.remote, done, upload.size),
            # Only where it proves something; see `next_step`.
            handed_over=lambda: self.ledger.handed_over(row) if self.transport.acknowledged else None,
            stop=self.stop,
        )
        self.transport.send(upload, watch, offset=offset)
        # In the outbox it waits for the person: nobody has it yet.
        self.ledger.settle(row, State.PREPARED if row.delivery == FOLDER else State.SENT)

    def hand_over(self) -> list[Unproved]:
        """Give away what is to be looked at; any connection may do that."""
        sent, self.unproved = self.unproved, []
        return sent

    def prove(self, sent: Sequence[Unproved]) -> dict[int, Outcome]:
        """Look at the sizes of what was sent, send again what is not whole, and return whose outcome that changes.

        Right: verified. Gone: the agency has taken it in. A question that the
        line swallows stays open; the next run asks it.
        """
        changed: dict[int, Outcome] = {}
        try:
            listings = self._listings(sent)
            for one in sent:
                listing = listings.get(one.upload.folder)
                if listing is None:
                    there = self.transport.size(one.upload.folder, one.upload.name)
                else:
                    there = listing.get(one.upload.name)
                if there is None or there < 0:
                    self.ledger.settle(one.row, State.ACCEPTED)
                elif there == one.upload.size:
                    self.ledger.settle(one.row, State.VERIFIED)
                else:
                    changed |= self._again(one)
        except TransferError:
            return changed
        return changed

    def _listings(self, unproved: Sequence[Unproved]) -> dict[str, dict[str, int] | None]:
        folders = [one.upload.folder for one in unproved]
        return {
            folder: self.transport.listing(folder)
            for folder in dict.fromkeys(folders)
            if folders.count(folder) >= self.transport.worth_a_listing
        }

    def _again(self, one: Unproved) -> dict[int, Outcome]:
        """Send a file again of which the server confirmed all and holds something else."""
        self.ledger.settle(one.row, State.SENDING, "what stands over there is not whole")
        try:
            self._part(one.number, replace(one.row, state=State.SENDING), one.upload)
            there = self.transport.size(one.upload.folder, one.upload.name)
        except TransferError as error:
            return {one.number: self._failed(one.row, error)}
        finally:
            self.unproved = []
        if there is not None and 0 <= there != one.upload.size:
            message = f"the server confirmed it, but holds {there} bytes of {one.upload.size}"
            hint = "run the same command again"
            return {one.number: self._failed(one.row, TransferError(message, where=one.upload.name, hint=hint))}
        self.ledger.settle(one.row, State.ACCEPTED if there is None or there < 0 else State.VERIFIED)
        return {}


def _not_there(folder: str) -> str:
    return f"the folder {folder} is not there"
