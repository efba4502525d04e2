"""The terminal of a review: single keys in, whole screens out, left as it was found."""

from __future__ import annotations

import contextlib
import os
import shutil
import sys
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from stockctl.errors import UsageError
from stockctl.keyword.choosing.interactive.keys import keys
from stockctl.keyword.choosing.interactive.picture import FORGET_KITTY, Graphics, graphics_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import TextIO

# Seconds until a lone ESC is the Escape key; and until the window's size is looked at again.
_ESCAPE_S, _LOOK_S = 0.05, 0.25
RESIZED, CLOSED = "resized", "closed"
# The other screen, no cursor, and pasted text marked as such; and back.
_ENTER, _LEAVE = "\x1b[?1049h\x1b[?25l\x1b[?2004h", "\x1b[?2004l\x1b[?25h\x1b[?1049l"
_CLEAR = "\x1b[0m\x1b[2J"


@dataclass
class Terminal:
    """A terminal in use; `open_terminal` gives one."""

    out: TextIO
    graphics: Graphics
    _size: tuple[int, int] = (0, 0)
    _waiting: list[str] = field(default_factory=list)
    _begun: bytes = b""

    @property
    def size(self) -> tuple[int, int]:
        """Columns and rows."""
        return shutil.get_terminal_size()

    def show(self, text: str) -> None:
        """Write a screen's text at once."""
        self.out.write(text)
        self.out.flush()

    def clear(self) -> None:
        """Empty the screen, pictures too."""
        self.out.write((FORGET_KITTY if self.graphics is Graphics.KITTY else "") + _CLEAR)

    def key(self) -> str:
        """Wait for a key and return its name; RESIZED where the window changed, CLOSED where no more can come."""
        before = self.size
        while not self._waiting:
            data = _read(_ESCAPE_S if self._begun else _LOOK_S)
            if data is None:
                return CLOSED
            self._waiting, self._begun = keys(self._begun + data, more=bool(data))
            if not self._waiting and self.size != before:
                return RESIZED
        return self._waiting.pop(0)


@contextlib.contextmanager
def open_terminal() -> Iterator[Terminal]:
    """Take the terminal over for single keys, and give it back as it was, whatever happens.

    The screen is drawn on stderr, so that stdout stays clean for the report.

    Raises:
        UsageError: stdin or stderr is no terminal, or one that cannot place text.

    """
    if not (sys.stdin.isatty() and sys.stderr.isatty()) or os.environ.get("TERM") == "dumb":
        raise UsageError(
            "--interactive needs a terminal to type in and to draw on",
            hint="review in a table instead: stockctl keyword FOLDER --sheet FILE.csv, then --apply FILE.csv",
        )
    terminal = Terminal(sys.stderr, graphics_of(os.environ))
    with _single_keys():
        terminal.show(_ENTER)
        try:
            yield terminal
        finally:
            terminal.clear()
            terminal.show(_LEAVE)


if sys.platform == "win32":
    import msvcrt

    _SPECIAL = {"H": "\x1b[A", "P": "\x1b[B", "K": "\x1b[D", "M": "\x1b[C", "G": "\x1b[H", "O": "\x1b[F",
                "I": "\x1b[5~", "Q": "\x1b[6~", "S": "\x1b[3~"}  # fmt: skip

    @contextlib.contextmanager
    def _single_keys() -> Iterator[None]:
        # An empty command makes the console understand control sequences (since Windows 10).
        os.system("")  # noqa: S605, S607 - no command is run
        yield

    def _read(seconds: float) -> bytes | None:
        end = time.monotonic() + seconds
        while not msvcrt.kbhit():
            if time.monotonic() >= end:
                return b""
            time.sleep(0.01)
        key = msvcrt.getwch()
        if key == "\x03":
            raise KeyboardInterrupt
        if key in {"\x00", "\xe0"}:
            return _SPECIAL.get(msvcrt.getwch(), "").encode()
        return b"\x7f" if key == "\x08" else key.encode("utf-8", "replace")

else:
    import select
    import termios

    @contextlib.contextmanager
    def _single_keys() -> Iterator[None]:
        """Have keys come one by one and unechoed; Ctrl-C interrupts as ever, Ctrl-Z and flow control are off."""
        handle = sys.stdin.fileno()
        before = termios.tcgetattr(handle)
        raw = termios.tcgetattr(handle)
        raw[0] &= ~(termios.IXON | termios.ICRNL)
        raw[3] &= ~(termios.ECHO | termios.ICANON | termios.IEXTEN)
        raw[6][termios.VMIN], raw[6][termios.VTIME] = 1, 0
        raw[6][termios.VSUSP] = b"\x00"
        termios.tcsetattr(handle, termios.TCSADRAIN, raw)
        try:
            yield
        finally:
            # What was typed ahead is not for the shell.
            termios.tcsetattr(handle, termios.TCSAFLUSH, before)

    def _read(seconds: float) -> bytes | None:
        """Return the bytes typed within so many seconds; None where the terminal is gone."""
        handle = sys.stdin.fileno()
        if not select.select([handle], [], [], seconds)[0]:
            return b""
        try:
            return os.read(handle, 4096) or None
        except OSError:
            return None
