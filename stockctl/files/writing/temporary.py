"""Temporary files: a name that says whose they are, taking a place, and going when their process is no more.

While a command works, a book beside the catalogue names the folders in which it
makes temporary files. The next command of any kind finds the book of one that
was killed, and takes away what that one left.
"""

from __future__ import annotations

import contextlib
import os
import platform
import re
import secrets
import shutil
import threading
import zlib
from functools import cache
from typing import TYPE_CHECKING

from stockctl.errors import ChangedError
from stockctl.files import held
from stockctl.files.fingerprint import Fingerprint, from_stat
from stockctl.files.writing import attributes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

# A name that no watch folder, uploader or walk takes for a picture; it says whose it is.
_SUFFIX = ".stockctl-tmp"
_HOST = f"{zlib.crc32(platform.node().encode()):08x}"
_TEMPORARY = re.compile(rf"\.{_HOST}-(\d+)-[0-9a-f]+{re.escape(_SUFFIX)}")
_BOOK = ".work-"
# Where processes of a command find its book.
_LENT = "_STOCKCTL_BOOK"


class Book:
    """The folders in which one command makes temporary files, written down before the first one is made.

    The file is locked while its process lives. It is made when it is needed, and gone when the command ends.
    """

    def __init__(self, catalogue: Path) -> None:
        """Prepare a book beside a catalogue."""
        self._path = catalogue.with_name(f"{catalogue.name}{_BOOK}{_HOST}-{os.getpid()}-{secrets.token_hex(4)}")
        self._descriptor: int | None = None
        self._noted: set[Path] = set()
        # Files are written by several threads, and a lock that this process holds is one that it waits for, too.
        self._one_at_a_time = threading.Lock()

    def note(self, folder: Path) -> None:
        """Write a folder down; where the book cannot be kept, the folder is swept when it is next written to."""
        with self._one_at_a_time, contextlib.suppress(OSError):
            if folder in self._noted:
                return
            self._noted.add(folder)
            if self.begin():
                os.write(self._descriptor or 0, _line(folder))

    def begin(self) -> bool:
        """Make the file, where it is not made; return whether it is there."""
        if self._descriptor is None:
            self._descriptor = held.take(self._path)
        return self._descriptor is not None

    def lend(self) -> None:
        """Have processes that are started from now on write into it, too: what they leave behind is this command's."""
        with self._one_at_a_time, contextlib.suppress(OSError):
            if self.begin():
                os.environ[_LENT] = str(self._path.absolute())

    def close(self) -> None:
        """Take the book away: nothing that it names is left."""
        if self._descriptor is not None:
            # On Windows an open file cannot be removed.
            os.close(self._descriptor)
            self._descriptor = None
            if os.environ.get(_LENT) == str(self._path.absolute()):
                del os.environ[_LENT]
            with contextlib.suppress(OSError):
                self._path.unlink()


def _line(folder: Path) -> bytes:
    return os.fsencode(os.path.abspath(folder)) + b"\0"  # noqa: PTH100 - as bytes


_open: list[Book] = []


def lend_books() -> None:
    """Have the temporary files of processes that are started from now on go with those of this command."""
    for kept in _open:
        kept.lend()


@cache
def _borrowed(path: str, folder: Path) -> str:
    """Write a folder into the book that a process of a command was lent; return that command's number."""
    with contextlib.suppress(OSError, ValueError):
        descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | getattr(os, "O_BINARY", 0))
        try:
            os.write(descriptor, _line(folder))
        finally:
            os.close(descriptor)
        return path.rpartition(_BOOK)[2].split("-")[1]
    return ""


def _owner(folder: Path) -> str:
    """Return the number of the process whose temporary files in a folder ours are, having written the folder down."""
    for kept in _open:
        kept.note(folder)
    lent = "" if _open else os.environ.get(_LENT, "")
    return (_borrowed(lent, folder) if lent else "") or str(os.getpid())


@contextlib.contextmanager
def book(catalogue: Path) -> Iterator[None]:
    """Keep a book for a block, having tidied up after those whose processes are no more."""
    _tidy(catalogue)
    kept = Book(catalogue)
    _open.append(kept)
    try:
        yield
    finally:
        _open.remove(kept)
        kept.close()


def _tidy(catalogue: Path) -> None:
    for path, name in held.beside(catalogue, _BOOK):
        with contextlib.suppress(OSError, ValueError):
            host, pid, _ = name.split("-")
            if host != _HOST:
                continue
            descriptor = os.open(path, os.O_RDWR | getattr(os, "O_BINARY", 0))
            try:
                if not held.lock(descriptor, wait=False):
                    continue
                for folder in os.read(descriptor, 1 << 24).split(b"\0"):
                    if folder:
                        # The lock is free, so that the process is gone, even where its number is used again.
                        _sweep(os.fsdecode(folder), pid.__eq__)
            finally:
                os.close(descriptor)
            path.unlink()


def temporary_for(path: Path) -> Path:
    """Return a name of this process's own beside `path`, where no file stands yet."""
    return path.with_name(f".{_HOST}-{_owner(path.parent)}-{secrets.token_hex(6)}{_SUFFIX}")


@contextlib.contextmanager
def temporary_folder(path: Path) -> Iterator[Path]:
    """Make a folder for this person alone beside `path`, for a block."""
    folder = temporary_for(path)
    folder.mkdir(mode=0o700)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def scratch_folder() -> Iterator[Path]:
    """Make a folder for this person alone where the system has its temporary files, for a block."""
    import tempfile
    from pathlib import Path

    with temporary_folder(Path(tempfile.gettempdir(), "scratch")) as folder:
        yield folder


def take_place(temporary: Path, path: Path, expected: Fingerprint | None) -> None:
    """Give a finished temporary file its name; `expected` is what stands there, None where nothing does.

    The two change names, and only then is looked at what stood there in the last
    moment: what another program wrote gets its name back. The caller unlinks
    what is left under the temporary name, and forces the folder to disk.

    Raises:
        ChangedError: somebody else wrote there meanwhile.
        OSError: the system refuses.

    """
    if expected is None:
        # A link fails where a file stands; a rename would take its place.
        try:
            os.link(temporary, path)
        except FileExistsError:
            raise changed(path) from None
        except OSError:
            if os.path.lexists(path):
                raise changed(path) from None
            os.replace(temporary, path)  # noqa: PTH105 - beside os.link
        return
    if from_stat(path.stat()) != expected:
        raise changed(path)
    if os.name == "nt":
        attributes.windows_replace(temporary, path)
        return
    from stockctl.files.writing.exchange import exchange

    if not exchange(temporary, path):
        os.replace(temporary, path)  # noqa: PTH105 - beside os.link
    elif from_stat(temporary.lstat()) != expected:
        exchange(temporary, path)
        raise changed(path)


def take_away(path: Path, expected: Fingerprint) -> None:
    """Delete a file, if it is the expected one; the caller forces the folder to disk.

    Raises:
        ChangedError: somebody else wrote there meanwhile.
        OSError: the system refuses.

    """
    if from_stat(path.stat()) != expected:
        raise changed(path)
    aside = temporary_for(path)
    path.rename(aside)
    if from_stat(aside.lstat()) != expected:
        with contextlib.suppress(FileExistsError):
            os.link(aside, path)
            aside.unlink()
        raise changed(path)
    aside.unlink()


def sync_folder(folder: Path) -> None:
    """Force a folder's names to disk, where the system can."""
    if os.name == "nt":
        return
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            attributes.flush(descriptor)
        finally:
            os.close(descriptor)


def umask() -> int:
    """Return the rights that the person's own files are made without."""
    mask = os.umask(0o077)
    os.umask(mask)
    return mask


def changed(path: Path) -> ChangedError:
    """Say that somebody else wrote to the file."""
    return ChangedError(
        "another program changed the file while we worked on it; it was left as it is now",
        where=str(path),
        hint="run the command again",
    )


def sweep(folder: Path) -> int:
    """Delete temporary files in `folder` that a killed process of this machine left; return how many."""
    return _sweep(os.fspath(folder), lambda owner: not _alive(int(owner)))


def _sweep(folder: str, is_dead: Callable[[str], bool]) -> int:
    swept = 0
    with contextlib.suppress(OSError):
        with os.scandir(folder) as entries:
            named = [(entry.path, _TEMPORARY.fullmatch(entry.name)) for entry in entries]
        for path, found in named:
            if found is not None and is_dead(found[1]):
                with contextlib.suppress(OSError):
                    if os.path.isdir(path) and not os.path.islink(path):  # noqa: PTH112, PTH114 - scandir gives text
                        shutil.rmtree(path)
                    else:
                        os.unlink(path)  # noqa: PTH108 - the same
                    swept += 1
    return swept


def _alive(pid: int) -> bool:
    if pid == os.getpid():
        return True
    if os.name == "nt":
        return attributes.windows_process_runs(pid)
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True
