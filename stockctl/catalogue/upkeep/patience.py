"""Work that SQLite does in one go for minutes: who waits is told of it, and Ctrl-C ends it."""

from __future__ import annotations

import contextlib
import threading
from typing import TYPE_CHECKING, Protocol, TypeVar

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable

T = TypeVar("T")

# How often Ctrl-C is looked for.
_LOOK_S = 0.2


class Looks(Protocol):
    """Who is told now and then that it goes on."""

    def look(self) -> int:
        """Tell, where it is time to."""
        ...


def watched(connection: sqlite3.Connection, waiting: Looks, work: Callable[[], T]) -> T:
    """Return what `work` does with the connection, in a thread of its own.

    SQLite asks nobody while it goes through a table's pages, so that the signal
    of Ctrl-C would wait for the end; the thread that waits hears it. The
    connection must be one that another thread may use.
    """
    results: list[T] = []
    errors: list[BaseException] = []
    # Not the thread's own end: a join that Ctrl-C breaks off takes it for ended (Python 3.11). Nor an event: Ctrl-C
    # within its wait may leave its lock open.
    ended: list[bool] = []
    done = threading.Lock()
    done.acquire()

    def run() -> None:
        try:
            results.append(work())
        except BaseException as error:  # noqa: BLE001 - raised again where it is waited for
            errors.append(error)
        finally:
            ended.append(True)
            done.release()

    threading.Thread(target=run, daemon=True).start()
    try:
        while not done.acquire(timeout=_LOOK_S):
            waiting.look()
    except BaseException:
        # Again and again: between two statements there is nothing to interrupt.
        while not ended:
            connection.interrupt()
            with contextlib.suppress(KeyboardInterrupt):
                done.acquire(timeout=_LOOK_S)
        raise
    if errors:
        raise errors[0]
    return results[0]
