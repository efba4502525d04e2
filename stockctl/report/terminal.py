"""The two consoles: results on stdout, messages and progress on stderr."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import TypeVar

    from rich.console import Console

    T = TypeVar("T")


def results() -> Console:
    """Return the console that results go to; nothing in them is read as markup."""
    from rich.console import Console

    return Console(markup=False, highlight=False, emoji=False, soft_wrap=True)


def messages() -> Console:
    """Return the console for messages, on stderr."""
    from rich.console import Console

    return Console(stderr=True, markup=False, highlight=False, emoji=False, soft_wrap=True)


@contextlib.contextmanager
def progress(title: str, items: Iterable[T], total: int) -> Iterator[Iterable[T]]:
    """Give `items` back with a bar, rate and time left, where stderr is a terminal."""
    console = messages()
    if not console.is_terminal:
        yield items
        return
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
