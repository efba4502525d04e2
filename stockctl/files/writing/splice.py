"""Splices: a change to a file as byte ranges replaced, and its inverse."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence


class Splice(NamedTuple):
    """Bytes `start` to `end` of the old file become `data`; an empty range inserts, empty data delete."""

    start: int
    end: int
    data: bytes


class Span(NamedTuple):
    """A range that is copied: where it stands in the old file, where in the new one, its length."""

    old: int
    new: int
    length: int


def ordered(splices: Iterable[Splice], size: int) -> tuple[Splice, ...]:
    """Return splices in order of place, those that change nothing left out.

    Raises:
        ValueError: two overlap, or one lies outside of the file.

    """
    found = sorted((splice for splice in splices if splice.end > splice.start or splice.data), key=lambda s: s[:2])
    at = 0
    for splice in found:
        if not at <= splice.start <= splice.end <= size:
            raise ValueError(f"splice {splice.start}-{splice.end} overlaps another or leaves the file of {size} bytes")
        at = splice.end
    return tuple(found)


def pieces(splices: Sequence[Splice], size: int) -> Iterator[Span | bytes]:
    """Yield the new file as copied spans and new bytes; `splices` are `ordered`."""
    old = new = 0
    for start, end, data in splices:
        if start > old:
            yield Span(old, new, start - old)
            new += start - old
        if data:
            yield data
            new += len(data)
        old = end
    if size > old:
        yield Span(old, new, size - old)


def new_size(splices: Iterable[Splice], size: int) -> int:
    """Return the size of the file after the splices."""
    return size + sum(len(splice.data) - (splice.end - splice.start) for splice in splices)


def inverse(splices: Sequence[Splice], read: Callable[[int, int], bytes]) -> tuple[Splice, ...]:
    """Return the splices that make the old file of the new one; `read(offset, length)` reads the old file."""
    shift = 0
    found: list[Splice] = []
    for start, end, data in splices:
        at = start + shift
        found.append(Splice(at, at + len(data), read(start, end - start)))
        shift += len(data) - (end - start)
    return tuple(found)


def applied(splices: Sequence[Splice], data: bytes) -> bytes:
    """Return `data` with the splices made, for blocks that are in memory."""
    parts = pieces(splices, len(data))
    return b"".join(part if isinstance(part, bytes) else data[part.old : part.old + part.length] for part in parts)


def trimmed(splices: Sequence[Splice], read: Callable[[int, int], bytes]) -> tuple[Splice, ...]:
    """Return the splices without what they would replace by itself, at their start and at their end."""
    found: list[Splice] = []
    for start, end, data in splices:
        old = read(start, end - start)
        front = _common(old, data)
        back = _common(old[front:][::-1], data[front:][::-1])
        kept = Splice(start + front, end - back, data[front : len(data) - back])
        if kept.end > kept.start or kept.data:
            found.append(kept)
    return tuple(found)


def _common(one: bytes, two: bytes) -> int:
    """Return how many bytes two texts have in common from their start."""
    low, high = 0, min(len(one), len(two))
    while low < high:
        middle = (low + high + 1) // 2
        if one[low:middle] == two[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low
