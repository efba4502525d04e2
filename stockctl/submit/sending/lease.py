"""Who is at work: a lock that the operating system lets go when its process ends, however it ends."""

from __future__ import annotations

import contextlib
import os
import uuid
from typing import TYPE_CHECKING

from stockctl.files import held

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_MARK = ".run-"


@contextlib.contextmanager
def lease(catalogue: Path) -> Iterator[str]:
    """Give this run a name that `living` lists for as long as its process lives.

    The lock lies on a file beside the catalogue. No clock is involved: neither
    a clock set back nor a machine that slept makes a lease end or last.
    """
    while True:
        name = uuid.uuid4().hex[:12]
        path = catalogue.with_name(f"{catalogue.name}{_MARK}{name}")
        descriptor = held.take(path)
        if descriptor is None:
            continue
        try:
            yield name
        finally:
            # On Windows an open file cannot be removed.
            os.close(descriptor)
            with contextlib.suppress(OSError):
                path.unlink()
        return


def living(catalogue: Path) -> set[str]:
    """Return the names of the runs whose processes live; what dead ones left behind is removed."""
    alive: set[str] = set()
    for path, name in held.beside(catalogue, _MARK):
        try:
            descriptor = os.open(path, os.O_RDWR)
        except OSError:
            continue
        try:
            if not held.lock(descriptor, wait=False):
                alive.add(name)
                continue
        finally:
            os.close(descriptor)
        with contextlib.suppress(OSError):
            path.unlink()
    return alive
