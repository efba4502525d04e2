"""What escapes from a command: the report of a bug, or word of a damaged catalogue, which is none."""

from __future__ import annotations

import contextlib
import os
import platform
import re
import sys
import traceback
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from stockctl import __version__
from stockctl.config import catalogue_path, data_folder
from stockctl.errors import StockctlError, UsageError
from stockctl.files.walk import is_text
from stockctl.report.terminal import echo

if TYPE_CHECKING:
    from stockctl.errors import CatalogueError

EXIT_BUG = 3


def no_bug(arguments: list[str], error: Exception) -> StockctlError | None:
    """Return in words what let the command down where that was not the command itself: its catalogue or its call.

    A damaged catalogue shows itself in many ways, and so does a text that is none.
    """
    damaged = _damaged_catalogue(arguments, error)
    if damaged is not None:
        return damaged
    broken = next((argument for argument in arguments if not is_text(Path(argument))), None)
    if broken is None:
        return None
    return UsageError(
        "this is no valid text (UTF-8)", where=broken, hint="write it in UTF-8; rename a file of that name"
    )


def _damaged_catalogue(arguments: list[str], error: Exception) -> CatalogueError | None:
    import sqlite3

    from stockctl.catalogue.refusals import damage, explained

    path = _catalogue(arguments)
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, sqlite3.Error) and (told := explained(cause, path)) is not None:
            return told
        cause = cause.__cause__ or cause.__context__
    wrong = damage(path) if path.is_file() and path.stat().st_size else ""
    return explained(sqlite3.DatabaseError(wrong), path) if wrong else None


def _catalogue(arguments: list[str]) -> Path:
    for place, argument in enumerate(arguments):
        if argument == "--db" and place + 1 < len(arguments):
            return Path(arguments[place + 1])
        if argument.startswith("--db="):
            return Path(argument.removeprefix("--db="))
    return catalogue_path()


def report_bug(arguments: list[str]) -> int:
    """Write the exception in flight to a report, name it on stderr, and return the exit code.

    The report holds versions, the arguments and the trace; local variables,
    which could hold a password, stay out.
    """
    from stockctl.files.own import keep_private, make_own_folder

    at = datetime.now(UTC)
    lines = [
        f"stockctl {__version__}, Python {platform.python_version()}, {platform.platform()}",
        f"at {at.isoformat(timespec='seconds')}",
        "arguments: " + " ".join(re.sub(r"://[^/@\s]*@", "://…@", argument) for argument in arguments),
        "",
        traceback.format_exc(),
    ]
    text = "\n".join(lines)
    folder = data_folder() / "bugs"
    path = folder / f"bug-{at.strftime('%Y%m%dT%H%M%S%fZ')}.txt"
    echo(f"error: this is a bug in stockctl: {sys.exception()!r}", err=True)
    try:
        make_own_folder(folder)
        for ours in (folder.parent, folder):
            keep_private(ours, 0o700)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8", errors="backslashreplace") as file:
            file.write(text)
    except OSError:
        with contextlib.suppress(OSError):
            path.unlink()
        echo(text, err=True)
    else:
        echo(f"hint: send the report: {path}", err=True)
    return EXIT_BUG
