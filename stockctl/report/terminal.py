"""The two consoles: results on stdout, messages and progress on stderr."""

from __future__ import annotations

import contextlib
import sys
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

from stockctl.report.visible import visible

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import TypeVar

    from rich.console import Console

    T = TypeVar("T")


def results() -> Console:
    """Return the console that results go to; nothing in them is markup or moves the cursor."""
    return _console(stderr=False)


def messages() -> Console:
    """Return the console for messages, on stderr."""
    return _console(stderr=True)


def _console(*, stderr: bool) -> Console:
    from rich.console import Console
    from rich.segment import Segment

    class Shown(Console):
        """A console that shows what strangers wrote; colours and the moves of a progress bar are its own."""

        def render(self, renderable: Any, options: Any = None) -> Any:  # noqa: ANN401 - as rich has it
            for segment in super().render(renderable, options):
                if segment.control or segment.text.isprintable():
                    yield segment
                else:
                    yield Segment(visible(segment.text, lines=True), segment.style)

    return Shown(stderr=stderr, markup=False, highlight=False, emoji=False, soft_wrap=True)


def echo(text: str, *, err: bool = False) -> None:
    """Print a line, or several of ours, without a console; at once, for whoever waits for it at a pipe."""
    stream = sys.stderr if err else sys.stdout
    stream.write(f"{visible(text, lines=True)}\n")
    stream.flush()


def ask(prompt: str) -> None:
    """Write the question that a person answers on the same line, on stderr."""
    sys.stderr.write(visible(prompt, lines=True))
    sys.stderr.flush()


def redraw(text: str, *, last: bool = False) -> None:
    """Write a line on stderr over the one that `redraw` wrote before; behind the `last` one others may follow."""
    sys.stderr.write(f"\r\x1b[K{visible(text)}" + ("\n" if last else ""))
    sys.stderr.flush()


class Writer:
    """Lines for a console, written at once: thousands of them would take seconds one by one."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._colour = console.is_terminal and not console.no_color and not console.legacy_windows
        self._lines: list[str] = []

    def line(self, *parts: str | tuple[str, str]) -> None:
        """Add a line of texts, each as it is or as (text, style) in rich's words for styles."""
        self._lines.append("".join(visible(part) if isinstance(part, str) else self._painted(*part) for part in parts))

    def _painted(self, text: str, style: str) -> str:
        text = visible(text)
        if not self._colour:
            return text
        from rich.color import ColorSystem
        from rich.style import Style

        return Style.parse(style).render(text, color_system=ColorSystem.STANDARD)

    def flush(self) -> None:
        """Write what was added."""
        self._console.file.write("".join(f"{line}\n" for line in self._lines))
        self._lines.clear()


_SILENT: ContextVar[bool] = ContextVar("_SILENT", default=False)


def is_silent() -> bool:
    """Whether a person asked for results and errors only."""
    return _SILENT.get()


def note(text: str, hint: str = "") -> None:
    """Say on stderr what is no error, and what to do about it; nothing where a person asked for quiet."""
    if not _SILENT.get():
        echo(text + (f"\nhint: {hint}" if hint else ""), err=True)


@contextlib.contextmanager
def silent(*, when: bool) -> Iterator[None]:
    """Show no progress inside of the block, `when` a person asked for quiet."""
    token = _SILENT.set(when or _SILENT.get())
    try:
        yield
    finally:
        _SILENT.reset(token)


@contextlib.contextmanager
def progress(title: str, items: Iterable[T], total: int) -> Iterator[Iterable[T]]:
    """Give `items` back with a bar, rate and time left, where stderr is a terminal."""
    if _SILENT.get() or not sys.stderr.isatty():
        yield items
        return
    console = messages()
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
    )

    columns = (
        TextColumn(title),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task(title, total=total, rate="")

        def counted() -> Iterator[T]:
            for item in items:
                yield item
                speed = bar.tasks[0].speed
                bar.update(task, advance=1, rate=f"{speed:.1f}/s" if speed else "")

        yield counted()
