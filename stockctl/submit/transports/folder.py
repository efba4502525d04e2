"""Folder delivery: the batch laid out for a person to upload on the agency's page."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from stockctl.files.fingerprint import from_stat
from stockctl.files.opening import open_bytes
from stockctl.submit.transports import Door, Fault, Gate, TransferError, Upload, Watch

if TYPE_CHECKING:
    from typing import BinaryIO

_CHUNK = 4 * 1024 * 1024


class FolderTransport:
    """A folder of this machine; a file appears under its name when it is whole."""

    resumes: ClassVar[bool] = False
    # A file appears whole or not at all; one that is gone was taken away by the person.
    acknowledged: ClassVar[bool] = False
    worth_a_listing: ClassVar[int] = 4

    def __init__(self, door: Door) -> None:
        self._base = Path(door.folder)

    def enter(self, folder: str, gate: Gate | None = None) -> None:
        """Make the folder; there is no password to be wrong."""
        if gate is not None:
            gate.decide(open_=True)
        try:
            self._place(folder).mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise _fault(error, self._place(folder), Fault.FOLDER) from error

    def log_in(self, gate: Gate) -> None:
        """There is no password."""
        assert gate

    def send(self, upload: Upload, watch: Watch, *, offset: int = 0) -> None:
        """Copy the file beside its final name, then move it there."""
        assert offset == 0, "a copy is never gone on with"
        self.enter(upload.folder)
        target = self._place(upload.folder) / upload.name
        partial = target.with_name(f".{upload.name}.part")
        try:
            with open_bytes(upload.source) as source, partial.open("wb") as copy:
                _copy(source, copy, upload, watch)
            os.utime(partial, ns=(upload.fingerprint.mtime_ns, upload.fingerprint.mtime_ns))
            partial.replace(target)
        except OSError as error:
            partial.unlink(missing_ok=True)
            raise _fault(error, target, Fault.REJECTED) from error
        except TransferError:
            partial.unlink(missing_ok=True)
            raise

    def size(self, folder: str, name: str) -> int | None:
        """Return the size of a file in the folder."""
        try:
            return (self._place(folder) / name).stat().st_size
        except OSError:
            return None

    def listing(self, folder: str) -> dict[str, int] | None:
        """Return the sizes in a folder."""
        return {path.name: path.stat().st_size for path in self._place(folder).iterdir() if path.is_file()}

    def has_folder(self, folder: str) -> bool:
        """Whether a folder is there."""
        return self._place(folder).is_dir()

    def make_folder(self, folder: str) -> None:
        """Make a folder."""
        self.enter(folder)

    def delete(self, folder: str, name: str) -> None:
        """Remove a file from the folder."""
        (self._place(folder) / name).unlink(missing_ok=True)

    def line(self) -> str:
        """Nothing leaves this machine."""
        return "nothing leaves this machine"

    def close(self) -> None:
        """Nothing is open."""

    def _place(self, folder: str) -> Path:
        return self._base / folder.strip("/")


def _copy(source: BinaryIO, copy: BinaryIO, upload: Upload, watch: Watch) -> None:
    before = from_stat(os.fstat(source.fileno()))
    done = 0
    while data := source.read(_CHUNK):
        if watch.stop.is_set():
            raise TransferError("stopped", where=str(upload.source), fault=Fault.STOPPED)
        copy.write(data)
        done += len(data)
        watch.moved(done)
    copy.flush()
    os.fsync(copy.fileno())
    if before != upload.fingerprint or from_stat(os.fstat(source.fileno())) != before:
        raise TransferError(
            "cannot copy the file: it changed since it was checked",
            where=str(upload.source),
            hint="run the command again, so that the file is checked as it is now",
            fault=Fault.SOURCE,
        )


def _fault(error: OSError, where: Path, fault: Fault) -> TransferError:
    gone = isinstance(error, FileNotFoundError) and fault is Fault.REJECTED
    return TransferError(
        f"cannot write into the outbox: {(error.strerror or str(error)).lower()}",
        where=str(where),
        hint="look at the folder's permissions and the free space, or name another: --outbox FOLDER",
        fault=Fault.SOURCE if gone else fault,
    )
