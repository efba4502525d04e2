"""The report of a bug: written to the user's data folder, its path printed."""

from __future__ import annotations

import platform
import re
import sys
import traceback
from datetime import UTC, datetime

from stockctl import __version__
from stockctl.config import data_folder

EXIT_BUG = 3


def report_bug(arguments: list[str]) -> int:
    """Write the exception in flight to a report, name it on stderr, and return the exit code.

    The report holds versions, the arguments and the trace; local variables,
    which could hold a password, stay out.
    """
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
    sys.stderr.write(f"error: this is a bug in stockctl: {sys.exception()!r}\n")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    except OSError:
        sys.stderr.write(text)
    else:
        sys.stderr.write(f"hint: send the report: {path}\n")
    return EXIT_BUG
