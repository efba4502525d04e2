"""Our agencies as they were read last, kept as Python keeps a compiled module: beside the files, for just these bytes.

To read and check the files takes some forty milliseconds of each command, to
take them up from here three. What is kept holds for the very bytes of the files
and of the code that reads them; where it cannot be read or written, nobody misses it.
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib.util
import os
import pickle
import sys
from pathlib import Path
from typing import TYPE_CHECKING, cast

from stockctl.media import identify

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from stockctl.agencies.agency import Agency

_DIGEST_BYTES = 32


def kept(files: Sequence[Path], read: Callable[[Path], Agency]) -> list[Agency]:
    """Return the agencies of our files, one of each, in that order; `read` reads one where none are kept."""
    # As for a compiled module: in `__pycache__`, or where PYTHONPYCACHEPREFIX has such files.
    place = Path(importlib.util.cache_from_source(str(files[0].with_name("agencies.py")))).with_suffix(".pickle")
    digest = _digest(files)
    # Whatever it holds: it is no more than a copy.
    with contextlib.suppress(Exception):
        found = place.read_bytes()
        if found[:_DIGEST_BYTES] == digest:
            # Who may write there may write our code, too.
            return cast("list[Agency]", pickle.loads(found[_DIGEST_BYTES:]))  # noqa: S301
    agencies = [read(path) for path in files]
    if not sys.dont_write_bytecode:
        _keep(place, digest + pickle.dumps(agencies, protocol=5))
    return agencies


def _digest(files: Sequence[Path]) -> bytes:
    """Return the hash of the files' bytes, and of the code by which they become agencies."""
    code = [*sorted(Path(__file__).parent.glob("*.py")), Path(identify.__file__)]
    whole = hashlib.sha256()
    for path in (*code, *files):
        data = path.read_bytes()
        whole.update(f"{path.name} {len(data)} ".encode() + data)
    return whole.digest()


def _keep(place: Path, data: bytes) -> None:
    """Write a file in one step, or not at all."""
    beside = place.with_name(f"{place.name}.{os.getpid()}")
    with contextlib.suppress(OSError):
        place.parent.mkdir(exist_ok=True)
        try:
            beside.write_bytes(data)
            beside.replace(place)
        finally:
            beside.unlink(missing_ok=True)
