"""The lists of words that the rules go by, one entry a line.

They lie in four rooms beside this module: of the language, of people, of places, and of the trade. Plain text
files are written by hand: a line is `entry`, or `entry | second part |
third part`; `#` begins a comment. Packed ones (`.txt.gz`, `towns.npz`) are made from public sources by
`.ci/words.py`. Each says at its head what it holds and where it comes from.
"""

from __future__ import annotations

import gzip
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from stockctl.words.tables.sorted import Table

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

ROOMS = ("language", "people", "places", "trade")


def table(file: str) -> Traversable:
    """Return a list's file, in whichever room it lies."""
    rooms = [files(__name__).joinpath(room, file) for room in ROOMS]
    return next((found for found in rooms if found.is_file()), rooms[0])


@cache
def rows(name: str) -> tuple[tuple[str, ...], ...]:
    """Return the lines of a list as tuples of their parts, in the file's order."""
    text = table(f"{name}.txt").read_text(encoding="utf-8")
    lines = (line.split("#", 1)[0].strip() for line in text.splitlines())
    return tuple(tuple(part.strip() for part in line.split("|")) for line in lines if line)


@cache
def entries(name: str) -> frozenset[str]:
    """Return every word of a list of single words; a line may hold several."""
    return frozenset(word for row in rows(name) for word in row[0].split())


@cache
def packed(name: str) -> Table:
    """Return a packed list, without its head."""
    text = gzip.decompress(table(f"{name}.txt.gz").read_bytes())
    start = 0
    while text.startswith(b"#", start):
        start = text.index(b"\n", start) + 1
    return Table(text[start:])
