"""Files of the program's own: for this person's eyes only, whole or not there."""

from __future__ import annotations

import contextlib
import os
import stat
from typing import IO, TYPE_CHECKING

from stockctl.files.output import look, unwritable

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

# Rights of everybody who is neither the owner nor of the group that the owner chose.
_EVERYBODY = 0o007


@contextlib.contextmanager
def write_own(path: Path) -> Iterator[IO[str]]:
    """Write a text file of the program's own, whole or not at all: for this person's eyes, its folders made.

    Raises:
        UsageError: it cannot be written there.

    """
    try:
        make_own_folder(path.parent)
    except OSError as error:
        raise unwritable(path, error) from error
    # One that a person gave other rights, or laid elsewhere behind a link, keeps them and stays there.
    place = look(path)
    if place.head is None:
        place.mode = 0o600
    with place.text() as file:
        yield file


def make_own_folder(folder: Path) -> None:
    """Make a folder of the program's own, and those above it, for this person alone; one that is there stays as it is.

    Raises:
        OSError: the system refuses.

    """
    missing = []
    while not folder.is_dir():
        missing.append(folder)
        if folder == folder.parent:
            break
        folder = folder.parent
    for one in reversed(missing):
        one.mkdir(mode=0o700, exist_ok=True)


def create_private(path: Path) -> None:
    """Make an empty file that only this person may read, where none stands.

    Raises:
        OSError: the system refuses.

    """
    with contextlib.suppress(FileExistsError):
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))


def keep_private(path: Path, mode: int = 0o600) -> None:
    """Take everybody else's rights off a file or folder of ours; what a person shared with a group stays shared."""
    with contextlib.suppress(OSError):
        found = path.lstat()
        if stat.S_IMODE(found.st_mode) & _EVERYBODY and not stat.S_ISLNK(found.st_mode):
            path.chmod(mode)
