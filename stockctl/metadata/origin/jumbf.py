"""Read JUMBF, boxes of labelled content (ISO/IEC 19566-5), out of bytes that nobody vouches for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stockctl.errors import DamagedError

if TYPE_CHECKING:
    from collections.abc import Iterator

_MOST_BOXES, _DEEPEST = 10_000, 8
_LARGEST_ASSERTION = 4 << 20


def contents(data: bytes) -> Iterator[tuple[tuple[str, ...], bytes, bytes]]:
    """Yield every content box in its order: the labels of the boxes around it, its type and its bytes."""
    stack: list[tuple[int, int, tuple[str, ...]]] = [(0, len(data), ())]
    seen = 0
    while stack:
        at, end, labels = stack.pop()
        while at < end:
            seen += 1
            type_, start, stop = box(data, at, end)
            if seen > _MOST_BOXES or len(labels) > _DEEPEST:
                raise DamagedError("its boxes are nested or repeated beyond any need")
            if type_ == b"jumb":
                # What follows it here waits until it is gone through; its own label is in its first box.
                stack += [(stop, end, labels), (start, stop, (*labels, ""))]
                break
            if type_ == b"jumd" and labels:
                labels = (*labels[:-1], label(data[start:stop]))
            elif type_ in {b"cbor", b"json"} and stop - start <= _LARGEST_ASSERTION:
                yield labels, type_, data[start:stop]
            at = stop


def box(data: bytes, at: int, end: int) -> tuple[bytes, int, int]:
    """Return type, start of the content and end of the box at a place."""
    length, type_ = int.from_bytes(data[at : at + 4], "big"), data[at + 4 : at + 8]
    head = 8
    if length == 1:
        length, head = int.from_bytes(data[at + 8 : at + 16], "big"), 16
    elif length == 0:
        length = end - at
    if len(type_) < 4 or length < head:
        raise DamagedError("a box in it has no length")
    if at + length > end:
        raise DamagedError(f"it is cut off: a box of {length:,} bytes ends {at + length - end:,} bytes too late")
    return type_, at + head, at + length


def label(description: bytes) -> str:
    """Return the label out of a description box: type, toggles, label ended by a NUL."""
    if len(description) < 18 or not description[16] & 2:
        return "?"
    return description[17:].partition(b"\0")[0].decode("utf-8", "replace")


def superboxes(data: bytes, start: int, end: int) -> Iterator[tuple[str, int, int]]:
    """Yield label, start and end of the content of each labelled box between two places."""
    at = start
    for _ in range(_MOST_BOXES):
        if at >= end:
            return
        type_, inner, stop = box(data, at, end)
        if type_ == b"jumb":
            first, named, named_end = box(data, inner, stop)
            yield (label(data[named:named_end]) if first == b"jumd" else "?"), inner, stop
        at = stop
