"""The ZIP that some agencies want of a vector and its JPEG: of what was checked, and always of the same bytes."""

from __future__ import annotations

import contextlib
import os
import shutil
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from stockctl.errors import UnreadableError
from stockctl.files import held
from stockctl.files.fingerprint import fingerprint
from stockctl.files.opening import open_bytes
from stockctl.files.own import create_private
from stockctl.report.waiting import waiting_for

if TYPE_CHECKING:
    from collections.abc import Iterable

    from stockctl.submit.plan import Step

_MARK = ".zip-"
_COPY_BYTES = 1024 * 1024
# The first moment that a ZIP can name.
_MOMENT = (1980, 1, 1, 0, 0, 0)


def pack(step: Step, catalogue: Path, owner: str) -> tuple[Step, Path]:
    """Make a step's ZIP beside the catalogue, for the run called `owner`, and return the step with it and its path.

    Raises:
        UnreadableError: a file cannot be read, or is not what was checked; or there is no room for the ZIP.

    """
    main = step.parts[0]
    path = catalogue.with_name(f"{catalogue.name}{_MARK}{main.media_id}-{owner}")
    preview = step.candidate.preview
    checked = (step.candidate.fingerprint, preview.fingerprint if preview else None)
    try:
        create_private(path)
        with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
            for source in step.zipped:
                entry = zipfile.ZipInfo(Path(main.remote).stem + source.suffix.lower(), _MOMENT)
                with waiting_for(source), open_bytes(source) as file:
                    entry.file_size = source.stat().st_size
                    with archive.open(entry, "w") as packed:
                        shutil.copyfileobj(file, packed, _COPY_BYTES)
        # A try that was cut off is gone on with where size and time are the same.
        os.utime(path, ns=(main.fingerprint.mtime_ns, main.fingerprint.mtime_ns))
        now = tuple(fingerprint(source) for source in step.zipped)
    except UnreadableError:
        path.unlink()
        raise
    except OSError as error:
        path.unlink(missing_ok=True)
        why = f"cannot make the ZIP: {(error.strerror or str(error)).lower()}"
        raise UnreadableError(why, where=str(error.filename or step.path)) from error
    if now != checked:
        path.unlink()
        raise UnreadableError("it changed since it was checked; run the command again", where=str(step.path))
    return replace(step, parts=(replace(main, fingerprint=fingerprint(path)), *step.parts[1:])), path


def is_packed(path: Path) -> bool:
    """Whether a file is a ZIP that `pack` made: each of its entries bears the first moment that a ZIP can name."""
    try:
        with zipfile.ZipFile(path) as packed:
            return {entry.date_time for entry in packed.infolist()} == {_MOMENT}
    except (OSError, zipfile.BadZipFile):
        return False


def sweep(catalogue: Path, alive: Iterable[str]) -> None:
    """Remove the ZIPs of runs that are no more."""
    for path, name in held.beside(catalogue, _MARK):
        if name.rpartition("-")[2] not in alive:
            with contextlib.suppress(OSError):
                path.unlink()
