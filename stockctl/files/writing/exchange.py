"""Two files change names in one step, where the system has such a step: what stood there is not gone before it is seen.

Linux has `renameat2` with RENAME_EXCHANGE (rename(2)), macOS `renamex_np` with RENAME_SWAP (renamex_np(2)).
"""

from __future__ import annotations

import ctypes
import errno
import os
import sys
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

_AT_FDCWD, _RENAME_EXCHANGE = -100, 2
_RENAME_SWAP = 2
# How systems and file systems say that they have no such step.
_UNKNOWN = frozenset({errno.ENOSYS, errno.EINVAL, errno.ENOTSUP, errno.EOPNOTSUPP, errno.EPERM})


def exchange(one: Path, other: Path) -> bool:
    """Let two files change names; return False where that cannot be done in one step here.

    Raises:
        OSError: the system refuses for another reason.

    """
    call = _call()
    if call is None or not call(os.fsencode(one), os.fsencode(other)):
        return call is not None
    code = ctypes.get_errno()
    if code in _UNKNOWN:
        return False
    raise OSError(code, os.strerror(code), str(other))


@cache
def _call() -> Callable[[bytes, bytes], int] | None:
    """Return the system's own call, 0 where it went well; None where it has none."""
    if sys.platform == "win32":
        return None
    library = ctypes.CDLL(None, use_errno=True)
    if sys.platform == "darwin":
        swap = getattr(library, "renamex_np", None)
        return None if swap is None else lambda one, other: int(swap(one, other, _RENAME_SWAP))
    rename = getattr(library, "renameat2", None)
    if rename is None:
        return None
    return lambda one, other: int(rename(_AT_FDCWD, one, _AT_FDCWD, other, _RENAME_EXCHANGE))
