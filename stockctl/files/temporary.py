"""Temporary files: a name that says whose they are, taking a place, and going when their process is no more."""

from __future__ import annotations

import contextlib
import os
import platform
import re
import secrets
import zlib
from typing import TYPE_CHECKING

from stockctl.errors import RefusedError
from stockctl.files import attributes
from stockctl.files.fingerprint import Fingerprint, from_stat

if TYPE_CHECKING:
    from pathlib import Path

# A name that no watch folder, uploader or walk takes for a picture; it says whose it is.
_SUFFIX = ".stockctl-tmp"
_HOST = f"{zlib.crc32(platform.node().encode()):08x}"
_TEMPORARY = re.compile(rf"\.{_HOST}-(\d+)-[0-9a-f]+{re.escape(_SUFFIX)}")


def temporary_for(path: Path) -> Path:
    """Return a name of this process's own beside `path`, where no file stands yet."""
    return path.with_name(f".{_HOST}-{os.getpid()}-{secrets.token_hex(6)}{_SUFFIX}")


def take_place(temporary: Path, path: Path, expected: Fingerprint | None) -> None:
    """Give a finished temporary file its name; `expected` is what stands there, None where nothing does.

    The caller forces the folder to disk (`sync_folder`), and unlinks what is left of the temporary file.

    Raises:
        RefusedError: somebody else wrote there meanwhile.
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
    else:
        os.replace(temporary, path)  # noqa: PTH105 - beside os.link


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


def changed(path: Path) -> RefusedError:
    """Say that somebody else wrote to the file."""
    return RefusedError(
        "another program changed the file while we worked on it; it was left as it is now",
        where=str(path),
        hint="run the command again",
    )


def sweep(folder: Path) -> int:
    """Delete temporary files in `folder` that a killed process of this machine left; return how many."""
    swept = 0
    with contextlib.suppress(OSError):
        with os.scandir(folder) as entries:
            left = [entry.path for entry in entries if _abandoned(entry.name)]
        for path in left:
            with contextlib.suppress(OSError):
                os.unlink(path)  # noqa: PTH108 - scandir gives paths as text
                swept += 1
    return swept


def _abandoned(name: str) -> bool:
    found = _TEMPORARY.fullmatch(name)
    return found is not None and not _alive(int(found[1]))


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
