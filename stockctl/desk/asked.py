"""What a page sent: JSON and its fields, and files that were dropped on it."""

from __future__ import annotations

import contextlib
import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from stockctl.errors import UsageError
from stockctl.files.writing.temporary import temporary_folder

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping

    from starlette.requests import Request

# A name longer than this is cut; its end says what kind of file it is.
_NAME = 120


async def body(request: Request) -> dict[str, Any]:
    """Return the JSON object of a request.

    Raises:
        UsageError: it is none.

    """
    try:
        said = json.loads(await request.body())
    except (ValueError, RecursionError) as error:
        raise UsageError("the request is no JSON") from error
    if not isinstance(said, dict):
        raise UsageError("the request is no JSON object")
    return said


def text(said: Mapping[str, Any], name: str, *, empty: bool = False) -> str:
    """Return a text field.

    Raises:
        UsageError: it is not there, or no text.

    """
    found = said.get(name, "" if empty else None)
    if not isinstance(found, str) or not (empty or found.strip()):
        raise UsageError(f"{name} must be a text")
    return found


def number(said: Mapping[str, Any], name: str) -> int | None:
    """Return a whole number, None where none is given.

    Raises:
        UsageError: it is something else.

    """
    found = said.get(name)
    if found is None:
        return None
    if isinstance(found, bool) or not isinstance(found, int) or not 0 <= found < 1 << 63:
        raise UsageError(f"{name} must be a number")
    return found


def file_name(name: str, otherwise: str) -> str:
    """Return a safe file name that keeps what a file is told by: its words and its suffix."""
    clean = re.sub(r"[^\w.()+ -]", "_", Path(name.replace("\\", "/")).name).strip(". ")
    return clean[-_NAME:].lstrip(". ") or otherwise


@contextlib.asynccontextmanager
async def dropped(request: Request, catalogue: Path, otherwise: str) -> AsyncIterator[Path]:
    """Have a file that was sent beside the catalogue for as long as it is looked at."""
    with temporary_folder(catalogue) as folder:
        path = folder / file_name(request.headers.get("x-file-name", ""), otherwise)
        with path.open("wb") as file:
            async for part in request.stream():
                file.write(part)
        yield path
