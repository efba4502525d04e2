"""The place that a person names for a report: looked at before the work, written whole or not at all.

A regular file is replaced in one step, if nobody wrote to it since it was
looked at. What is none (a device, a pipe, the shell's `/dev/stdout`) is written
to where it stands and never replaced. Folders are not made on the way.
"""

from __future__ import annotations

import contextlib
import errno
import os
import re
import shutil
import stat as stat_
import time
from pathlib import Path
from typing import IO, TYPE_CHECKING

from stockctl.errors import StockctlError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stockctl.files.fingerprint import Fingerprint

# So much of what stands there tells what it is.
HEAD = 1 << 16
# Names by which a shell or a system hands over a file that is open already.
_OPEN_ALREADY = re.compile(r"/(?:dev|proc/self)/fd/(\d{1,9})")
_STANDARD = {"/dev/stdout": 1, "/dev/stderr": 2}
# A reader that is started together with us takes a moment to open its end of the pipe.
_READER_TRIES, _READER_PAUSE_S = 10, 0.1


class Output:
    """A place for a report, as `look` found it.

    `path` is the name that the person gave; `head` holds the first bytes of the
    regular file that stands there, and is None where none does. `mode` is the
    rights that a file gets; None: those of the person's own new files.
    """

    def __init__(self, path: Path) -> None:
        """Name a place where nothing stands yet."""
        self.path = path
        self.head: bytes | None = None
        self._place = path
        self._state: Fingerprint | None = None
        self.mode: int | None = None
        self._stream: int | None = None

    def __str__(self) -> str:
        """Return the name that the person gave."""
        return str(self.path)

    @property
    def place(self) -> Path:
        """The file itself, where the name is a link to it."""
        return self._place

    @property
    def folder(self) -> Path | None:
        """Where room for what is needed meanwhile may be taken; None of what is no file."""
        return None if self._stream is not None else self._place.parent

    @contextlib.contextmanager
    def text(self, *, encoding: str = "utf-8", newline: str | None = None) -> Iterator[IO[str]]:
        """Open for writing; a file stands under its name only once the block has ended well.

        What is no text in the encoding (a file name may hold such bytes) leaves
        as a question mark.

        A device or pipe is closed after it, so that its reader sees the end.

        Raises:
            UsageError: it cannot be written there, or another program wrote there meanwhile.

        """
        try:
            if self._stream is not None:
                with _wrapped(self._stream, encoding, newline) as file:
                    yield file
                return
            with self._replacing(encoding, newline) as file:
                yield file
        except OSError as error:
            raise unwritable(self.path, error) from error

    @contextlib.contextmanager
    def whole(self, scratch: Path) -> Iterator[Path]:
        """Give a name under which another makes the file; it takes its place once the block has ended well.

        What is no file gets what was made poured out; it is made beside `scratch` then.

        Raises:
            UsageError: as `text` does.

        """
        from stockctl.files.writing.temporary import temporary_for

        temporary = temporary_for(scratch if self._stream is not None else self._place)
        try:
            yield temporary
            if self._stream is None:
                self._take_place(temporary)
            else:
                with temporary.open("rb") as made, os.fdopen(self._stream, "wb") as file:
                    shutil.copyfileobj(made, file, 1 << 20)
        except OSError as error:
            raise unwritable(self.path, error) from error
        finally:
            with contextlib.suppress(OSError):
                temporary.unlink()

    @contextlib.contextmanager
    def _replacing(self, encoding: str, newline: str | None) -> Iterator[IO[str]]:
        from stockctl.files.writing.attributes import flush
        from stockctl.files.writing.temporary import temporary_for

        temporary = temporary_for(self._place)
        flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
        descriptor = os.open(temporary, flags, 0o600)
        try:
            with _wrapped(descriptor, encoding, newline) as file:
                yield file
                file.flush()
                flush(file.fileno())
            self._take_place(temporary)
        finally:
            with contextlib.suppress(OSError):
                temporary.unlink()

    def _take_place(self, temporary: Path) -> None:
        from stockctl.files.fingerprint import fingerprint
        from stockctl.files.writing.temporary import sync_folder, take_place, umask

        mode = 0o666 & ~umask() if self.mode is None else self.mode
        os.chmod(temporary, mode)  # noqa: PTH101 - as the person's own files
        try:
            take_place(temporary, self._place, self._state)
        except StockctlError as error:
            raise UsageError(
                "another program wrote there while the report was made; what it wrote was kept",
                where=str(self.path),
                hint="name another file, or run the command again",
            ) from error
        self._state, self.mode = fingerprint(self._place), mode
        sync_folder(self._place.parent)


def look(path: Path) -> Output:
    """Look at the place that a person named; nothing is written.

    Raises:
        UsageError: no report can go there: its folder does not exist, or what
            stands there is a folder, a socket, a disk, a file with several
            names or one that is write-protected, or a pipe that nobody reads.

    """
    found = Output(path)
    try:
        descriptor = _open_already(path)
        if descriptor is not None:
            _take_stream(found, descriptor)
            return found
        found._place = Path(os.path.realpath(path))  # noqa: SLF001 - Path.resolve raises on a loop of links
        try:
            stat = os.stat(found.place)  # noqa: PTH116 - links followed
        except FileNotFoundError:
            _check_folder(found)
            return found
        if stat_.S_ISREG(stat.st_mode):
            _take_file(found, stat)
        else:
            _take_other(found, stat)
    except (OSError, ValueError) as error:
        raise unwritable(path, error) from error
    return found


def _open_already(path: Path) -> int | None:
    name = os.path.normpath(path)
    known = _OPEN_ALREADY.fullmatch(name)
    return int(known[1]) if known else _STANDARD.get(name)


def _take_stream(found: Output, descriptor: int) -> None:
    stat = os.fstat(descriptor)
    found._stream = os.dup(descriptor)  # noqa: SLF001 - this module's own class
    if stat_.S_ISREG(stat.st_mode) and stat.st_size:
        # The shell opened it to be written to; what it holds decides like under any other name.
        with open(found.path, "rb") as file:  # noqa: PTH123 - beside os.fstat
            found.head = file.read(HEAD)


def _check_folder(found: Output) -> None:
    folder = found.place.parent
    if os.path.islink(found.place):  # noqa: PTH114 - a loop of links
        raise UsageError("the link leads nowhere", where=str(found.path), hint="name another file")
    if not folder.is_dir():
        what = "is no folder" if os.path.lexists(folder) else "does not exist"
        raise UsageError(
            f"cannot write there: {folder} {what}", where=str(found.path), hint="make the folder first, or name another"
        )


def _take_file(found: Output, stat: os.stat_result) -> None:
    from stockctl.files.fingerprint import from_stat

    if stat.st_nlink > 1:
        raise UsageError(
            f"the file there has {stat.st_nlink} names (hard links); a report in its place would part them",
            where=str(found.path),
            hint="name another file",
        )
    with open(found.place, "rb") as file:  # noqa: PTH123 - beside os.stat
        found.head = file.read(HEAD)
    if not stat.st_mode & stat_.S_IWUSR:
        raise UsageError("the file there is write-protected", where=str(found.path), hint="name another file")
    found._state, found.mode = from_stat(stat), stat_.S_IMODE(stat.st_mode)  # noqa: SLF001 - this module's own class


def _take_other(found: Output, stat: os.stat_result) -> None:
    if stat_.S_ISDIR(stat.st_mode):
        raise UsageError("a folder stands there", where=str(found.path), hint="name a file in it")
    if stat_.S_ISFIFO(stat.st_mode):
        found._stream = _open_pipe(found.path)  # noqa: SLF001 - this module's own class
    elif stat_.S_ISCHR(stat.st_mode):
        found._stream = os.open(found.place, os.O_WRONLY | getattr(os, "O_NOCTTY", 0))  # noqa: SLF001 - this module's own class
    else:
        what = "a disk" if stat_.S_ISBLK(stat.st_mode) else "a socket"
        raise UsageError(f"{what} is there, not a file", where=str(found.path), hint="name a file")


def _open_pipe(path: Path) -> int:
    for _ in range(_READER_TRIES):
        try:
            descriptor = os.open(path, os.O_WRONLY | os.O_NONBLOCK)
        except OSError as error:
            if error.errno != errno.ENXIO:
                raise
            time.sleep(_READER_PAUSE_S)
        else:
            os.set_blocking(descriptor, True)
            return descriptor
    raise UsageError("nobody reads from this pipe", where=str(path), hint="start its reader first, or name a file")


def _wrapped(descriptor: int, encoding: str, newline: str | None) -> IO[str]:
    return os.fdopen(descriptor, "w", encoding=encoding, newline=newline, errors="replace")


def unwritable(path: Path, error: OSError | ValueError) -> UsageError:
    """Put the system's refusal to write into words."""
    what = getattr(error, "strerror", None) or str(error)
    return UsageError(f"cannot write: {what.lower()}", where=str(path), hint="name another place, or make room")
