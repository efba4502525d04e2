"""Lines of text on a terminal: how wide they are there, cut and wrapped by that."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

# As wide as a line is where no terminal says how wide it is, and as narrow as a table can be.
USUAL, NARROWEST = 80, 40


def columns() -> int:
    """Return how many cells a line of the terminal has; `COLUMNS` overrides, 80 where there is none."""
    return max(NARROWEST, shutil.get_terminal_size((USUAL, 24)).columns)


def width(text: str) -> int:
    """Return how many cells a text takes: 日 two, é one, a combining accent none."""
    if text.isascii():
        return len(text)
    from rich.cells import cell_len

    return cell_len(text)


def padded(text: str, cells: int) -> str:
    """Return a text with blanks behind it up to so many cells."""
    return text + " " * max(0, cells - width(text))


def shortened(text: str, cells: int) -> str:
    """Return a text that fits into so many cells: its end is kept, an ellipsis stands for what went before."""
    if width(text) <= cells:
        return text
    kept: list[str] = []
    room = cells - 1
    for sign in reversed(text):
        room -= width(sign)
        if room < 0:
            break
        kept.append(sign)
    return "…" + "".join(reversed(kept))


def wrapped(text: str, cells: int, indent: str = "") -> list[str]:
    """Return a text in lines of at most so many cells, broken at blanks; lines after the first are indented."""
    lines: list[str] = []
    line, empty = "", True
    for word in text.split(" "):
        longer = word if empty else f"{line} {word}"
        if not empty and width(longer) > cells:
            lines.append(line)
            longer = indent + word
        line, empty = longer, False
    return [*lines, line]


def told_apart(paths: Iterable[Path]) -> dict[Path, str]:
    """Return for each path the least of its end that no other of them has: the name, or a folder or more before it."""
    left = list(dict.fromkeys(paths))
    found: dict[Path, str] = {}
    depth = 1
    while left:
        ends: dict[tuple[str, ...], list[Path]] = {}
        for path in left:
            ends.setdefault(path.parts[-depth:], []).append(path)
        left = []
        for end, several in ends.items():
            whole = all(len(path.parts) <= depth for path in several)
            if len(several) == 1 or whole:
                found |= {path: "/".join(end) if end else str(path) for path in several}
            else:
                left += several
        depth += 1
    return found
