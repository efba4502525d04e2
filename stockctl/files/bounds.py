"""Bounds on what a process may take that reads what a stranger made."""

from __future__ import annotations

import contextlib


def bound(*, memory: int, seconds: int, output: int | None = None) -> None:
    """Bound this process's memory and what it writes, in bytes, and its processor time, as far as the system can.

    Windows knows no such bounds, macOS refuses that of memory. A bound that whoever started us set lower stays.
    """
    try:
        import resource
    except ImportError:
        return
    wanted = ((resource.RLIMIT_CPU, seconds), (resource.RLIMIT_AS, memory), (resource.RLIMIT_CORE, 0))
    for what, most in (*wanted, *(((resource.RLIMIT_FSIZE, output),) if output is not None else ())):
        with contextlib.suppress(ValueError, OSError):
            hard = resource.getrlimit(what)[1]
            least = most if hard == resource.RLIM_INFINITY else min(most, hard)
            resource.setrlimit(what, (least, least))
