"""Read the tables of a PDF as rows of text, in a process of its own, bounded in bytes, pages, time and memory."""

from __future__ import annotations

import json
import subprocess
import sys
from importlib.util import find_spec
from typing import TYPE_CHECKING

from stockctl.earnings.reading.cells import LONGEST_CELL
from stockctl.errors import StatementError
from stockctl.files.opening import read_bytes

if TYPE_CHECKING:
    from pathlib import Path

    from stockctl.earnings.reading.columns import Row

# A year's statement has a few hundred kilobytes; what is more than this is none.
_MOST_BYTES = 32 << 20
# Of processor time, by which the process ends itself; so much longer is waited for it.
_SECONDS, _WAITING = 60, 1.5
_HINT = "save the table as CSV or XLSX where the agency offers it"


def rows(path: Path) -> tuple[Row, ...]:
    """Return the rows of all tables of a PDF, page by page; a heading that pages repeat stands once.

    Raises:
        StatementError: pdfplumber is not installed, or it is no PDF that can be read.
        OSError: the file cannot be read, or is larger than any statement.

    """
    if find_spec("pdfplumber") is None:
        raise StatementError(
            "this is a PDF, which is read with pdfplumber", where=str(path), hint='pip install "stockctl[pdf]"'
        )
    data = read_bytes(path, _MOST_BYTES)
    # -P: no module of the folder in which the person stands.
    command = [sys.executable, "-P", "-m", "stockctl.earnings.reading.pdf_tables", str(_SECONDS)]
    try:
        done = subprocess.run(  # noqa: S603 - ours
            command, input=data, capture_output=True, timeout=_SECONDS * _WAITING, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise _refused(path, "it takes too long") from error
    found: list[Row] = []
    try:
        for line in done.stdout.splitlines():
            said = json.loads(line)
            if isinstance(said, str):
                raise _refused(path, said)
            found.append([str(cell)[:LONGEST_CELL] for cell in said])
    except ValueError as error:
        raise _refused(path, "it is damaged") from error
    if done.returncode:
        raise _refused(path, "it takes more memory or time than a statement can need")
    if not found:
        raise _refused(path, "there is no table in it")
    return tuple(found)


def _refused(path: Path, why: str) -> StatementError:
    return StatementError(f"no table of this PDF can be read: {why}", where=str(path), hint=_HINT)
