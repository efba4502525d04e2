"""The lists of words that the rules go by: plain text files beside this module, one entry a line.

A line is `entry`, or `entry | second part | third part`; `#` begins a comment.
Each file says at its head what it holds and where it comes from.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files


@cache
def rows(name: str) -> tuple[tuple[str, ...], ...]:
    """Return the lines of a list as tuples of their parts, in the file's order."""
    text = files(__name__).joinpath(f"{name}.txt").read_text(encoding="utf-8")
    lines = (line.split("#", 1)[0].strip() for line in text.splitlines())
    return tuple(tuple(part.strip() for part in line.split("|")) for line in lines if line)


@cache
def entries(name: str) -> frozenset[str]:
    """Return every word of a list of single words; a line may hold several."""
    return frozenset(word for row in rows(name) for word in row[0].split())
