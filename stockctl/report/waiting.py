"""What is waited for: a file whose disk or network does not answer is named, and Ctrl-C works meanwhile.

A read from a network folder that is gone may last for ever, and while it does,
the system hands no signal to the thread that reads. A thread of ours looks after
those that work on files in this process.
"""

from __future__ import annotations

import contextlib
import contextvars
import os
import signal
import threading
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from stockctl.files import walk as walking
from stockctl.report.terminal import echo, note

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

    from stockctl.files.walk import Walk

# After so long a file is named for the first time, in seconds; then after twice as long, and so on.
FIRST_S = 30.0
# How often that is looked at; and how long after Ctrl-C a read that does not come back ends the program.
_LOOK_S, _LEAVE_S = 0.5, 2.0
# The exit code of what Ctrl-C ended.
_INTERRUPTED = 130


@dataclass
class Told:
    """When the files that are waited for were named last; `say` names them."""

    say: Callable[[str], None]
    after: dict[object, float] = field(default_factory=dict)

    def look(self, begun: Iterable[tuple[object, Path, float]]) -> None:
        """Name those that take long: each as a key, the path, and when it was begun (`time.monotonic`)."""
        now, left = time.monotonic(), {}
        for key, path, since in begun:
            wanted = left[key] = self.after.get(key, FIRST_S)
            if now - since >= wanted:
                left[key] = 2 * wanted
                self.say(
                    f"waiting for {path} since {now - since:.0f} s: it takes long, or its disk or network does not"
                    " answer (Ctrl-C ends this)"
                )
        self.after = left


@dataclass(eq=False)
class _Read:
    path: Path
    since: float


_reads: dict[int, _Read] = {}
_interrupted: list[float] = []
_watching = threading.Lock()


@contextlib.contextmanager
def waiting_for(path: Path) -> Iterator[None]:
    """Have `path` named where the block, which looks at it in this thread, takes long."""
    me = threading.get_ident()
    outer = _reads.get(me)
    _reads[me] = _Read(path, time.monotonic())
    if not _watching.locked() and _watching.acquire(blocking=False):
        # Whoever asked for quiet has it in that thread, too.
        threading.Thread(target=contextvars.copy_context().run, args=(_watch,), name="waiting", daemon=True).start()
    try:
        yield
    finally:
        if outer is None:
            _reads.pop(me, None)
        else:
            _reads[me] = outer


def walk(paths: Sequence[Path]) -> Walk:
    """Find files as `files.walk` does; the folder that does not answer is named."""
    with waiting_for(paths[0]) if paths else contextlib.nullcontext():
        return walking.walk(paths)


def interrupted() -> None:
    """Tell that Ctrl-C was heard, and other threads are waited for: one that does not come back is left."""
    _interrupted.append(time.monotonic())


def _watch() -> None:
    """Look after the reads of this process, as long as it lasts."""
    told, pending = Told(note), 0
    if hasattr(signal, "pthread_sigmask"):
        # What comes while every thread waits for the kernel stays pending, and can be seen by who does not take it.
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    while True:
        time.sleep(_LOOK_S)
        now = time.monotonic()
        reads = [read for read in list(_reads.values()) if now - read.since > _LEAVE_S]
        told.look((read, read.path, read.since) for read in reads)
        unheard = hasattr(signal, "sigpending") and signal.SIGINT in signal.sigpending()
        pending = pending + 1 if unheard and reads else 0
        since = _interrupted[-1] if _interrupted else now
        left = [read for read in reads if read.since < since < now - _LEAVE_S]
        if left or pending * _LOOK_S >= _LEAVE_S:
            _leave((left or reads)[0].path)


def _leave(path: Path) -> None:
    """End the program, as a kill would: nothing is lost by it."""
    with contextlib.suppress(OSError, ValueError):
        echo(f"stopped: {path} does not answer; it was left as it is", err=True)
    os._exit(_INTERRUPTED)
