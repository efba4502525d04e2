"""Folder delivery: the batch laid out for a person to upload on the agency's page."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from stockctl.config import data_folder
from stockctl.errors import ChangedError
from stockctl.files.fingerprint import from_stat
from stockctl.files.opening import open_bytes
from stockctl.files.own import make_own_folder
from stockctl.files.writing.temporary import sync_folder, take_place, temporary_for
from stockctl.media.identify import HEAD_BYTES, format_of
from stockctl.media.identity import media_id
from stockctl.report.waiting import waiting_for
from stockctl.submit.packing import is_packed
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
        place = self._place(folder)
        try:
            if place.is_relative_to(data_folder()):
                make_own_folder(place)
            else:
                place.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise _fault(error, self._place(folder), Fault.FOLDER) from error

    def log_in(self, gate: Gate) -> None:
        """There is no password."""
        assert gate

    def send(self, upload: Upload, watch: Watch, *, offset: int = 0) -> None:
        """Copy the file beside its final name, then give it that name.

        An earlier copy of the same picture gives way to it; whatever else
        stands there is left.
        """
        assert offset == 0, "a copy is never gone on with"
        self.enter(upload.folder)
        target = self._place(upload.folder) / upload.name
        partial = temporary_for(target)
        try:
            stood = from_stat(target.stat()) if os.path.lexists(target) else None
            if stood is not None and target.samefile(upload.source):
                watch.moved(upload.size)
                return
            if stood is not None and not _same_picture(target, upload):
                raise _occupied(target)
            # Made for this process alone, and given the person's usual rights as the file appears.
            with waiting_for(upload.source):
                opened = open_bytes(upload.source)
            with opened as source, partial.open("xb") as copy:
                _copy(source, copy, upload, watch)
            os.utime(partial, ns=(upload.fingerprint.mtime_ns, upload.fingerprint.mtime_ns))
            take_place(partial, target, stood)
            sync_folder(target.parent)
        except OSError as error:
            raise _fault(error, target, Fault.REJECTED) from error
        except ChangedError as error:
            raise _occupied(target) from error
        finally:
            with contextlib.suppress(OSError):
                partial.unlink()

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
        """Leave what stands there: a file appears whole or not at all, so that nothing of ours is half there."""

    def line(self) -> str:
        """Nothing leaves this machine."""
        return "nothing leaves this machine"

    def close(self) -> None:
        """Nothing is open."""

    def _place(self, folder: str) -> Path:
        return self._base / folder.strip("/")


def _same_picture(there: Path, upload: Upload) -> bool:
    """Whether what stands in the folder is the picture that is to go there, perhaps under other words."""
    if not there.is_file() or there.is_symlink():
        return False
    with open_bytes(there) as one, open_bytes(upload.source) as other:
        formats = {format_of(upload.source, file.read(HEAD_BYTES)) for file in (one, other)}
        if len(formats) > 1:
            return False
        (format_,) = formats
        if len({media_id(file.read(), format_ or "") for file in (_start(one), _start(other))}) == 1:
            return True
    return is_packed(there) and is_packed(upload.source)


def _start(file: BinaryIO) -> BinaryIO:
    file.seek(0)
    return file


def _occupied(target: Path) -> TransferError:
    return TransferError(
        "a file that is not this picture stands in the outbox under its name; it was left as it is",
        where=str(target),
        hint="move it away and run the same command again, or name another folder: --outbox FOLDER",
        fault=Fault.REJECTED,
    )


def _copy(source: BinaryIO, copy: BinaryIO, upload: Upload, watch: Watch) -> None:
    before = from_stat(os.fstat(source.fileno()))
    done = 0

    def read() -> bytes:
        with waiting_for(upload.source):
            return source.read(_CHUNK)

    while data := read():
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
