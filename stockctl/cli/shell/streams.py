"""The three standard streams as a shell hands them over: closed, full or left by their reader."""

from __future__ import annotations

import errno
import io
import os
import sys
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

# What a shell says of a program that SIGPIPE ended; Python does not let that signal end it.
EXIT_BROKEN_PIPE = 141


class StdoutError(Exception):
    """Nothing more can be written to stdout: its reader is gone, its disk is full, or it is closed."""

    def __init__(self, code: int) -> None:
        super().__init__(os.strerror(code))
        self.code = code


class _Stdout(io.FileIO):
    """Stdout, whose refusals no library in between takes for its own."""

    def write(self, data: ReadableBuffer, /) -> int:
        try:
            return super().write(data) or 0
        except OSError as error:
            raise StdoutError(error.errno or errno.EIO) from error


class _Stderr(io.FileIO):
    """Stderr, which nobody may read: what cannot be said there ends no command."""

    def write(self, data: ReadableBuffer, /) -> int:
        try:
            return super().write(data) or 0
        except OSError:
            return memoryview(data).nbytes


def prepare() -> None:
    """Make the streams such that no name brings a report down, and no refusal is lost.

    Raises:
        StdoutError: stdout is closed.

    """
    closed = [number for number in range(3) if not _is_open(number)]
    for number in closed:
        # The next file that is opened would get the number, and what is printed would go into it.
        os.dup2(os.open(os.devnull, os.O_RDWR), number)
    if 2 in closed or sys.stderr is None:
        sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115, PTH123 - for the process's life
    if 0 in closed or sys.stdin is None:
        sys.stdin = open(os.devnull, encoding="utf-8")  # noqa: SIM115, PTH123 - for the process's life
    if 1 in closed or sys.stdout is None:
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115, PTH123 - for the process's life
        raise StdoutError(errno.EBADF)
    sys.stdout = _guarded(sys.stdout, sys.__stdout__, _Stdout)
    sys.stderr = _guarded(sys.stderr, sys.__stderr__, _Stderr)


def _is_open(number: int) -> bool:
    try:
        os.fstat(number)
    except OSError as error:
        return error.errno != errno.EBADF
    return True


def _guarded(stream: TextIO, original: TextIO | None, kind: type[io.FileIO]) -> TextIO:
    """Return a stream like the process's own over a guarded file; one that somebody put there stays."""
    # File names that are no valid text must not bring a report down.
    if isinstance(stream, io.TextIOWrapper):
        stream.reconfigure(errors="replace")
    if stream is not original or os.name == "nt":
        return stream
    number = stream.fileno()
    buffered = io.BufferedWriter(kind(number, "w", closefd=False))
    is_terminal = stream.isatty()
    return io.TextIOWrapper(buffered, stream.encoding, "replace", line_buffering=is_terminal, write_through=number == 2)


def explain(error: StdoutError) -> int:
    """Say on stderr what is the matter with stdout, and return the exit code; a reader that left needs no word."""
    # What is still in memory must not fail again when the interpreter ends.
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    if error.code == errno.EPIPE:
        return EXIT_BROKEN_PIPE
    if error.code == errno.EBADF:
        sys.stderr.write("error: stdout is closed, so that no result can be shown\nhint: leave out the `>&-`\n")
        return 2
    sys.stderr.write(
        f"error: cannot write to stdout: {os.strerror(error.code).lower()}\n"
        "hint: make room or send it elsewhere, and run the command again; what it did is done\n"
    )
    return 2
