"""Keep off a person's terminal what libraries write on stderr; what is wrong with a file is told by us."""

from __future__ import annotations

import contextlib
import os
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_STDERR = 2
_lock = threading.Lock()
_inside = 0
_kept = -1


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """Let nothing through to the process's stderr within the block; blocks may overlap between threads."""
    global _inside, _kept  # noqa: PLW0603 - there is one stderr
    with _lock:
        _inside += 1
        if _inside == 1:
            _kept = _silenced()
    try:
        yield
    finally:
        with _lock:
            _inside -= 1
            if not _inside and _kept >= 0:
                os.dup2(_kept, _STDERR)
                os.close(_kept)
                _kept = -1


def _silenced() -> int:
    """Lead stderr nowhere; return where it led, or -1 where there is none."""
    try:
        kept = os.dup(_STDERR)
    except OSError:
        return -1
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, _STDERR)
    os.close(nowhere)
    return kept
