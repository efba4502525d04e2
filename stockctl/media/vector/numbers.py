"""Numbers in vector files, and the sides of an artboard."""

from __future__ import annotations

import math

# A number as PostScript and PDF write it. There is one way to read each digit: a long run of them takes linear time.
NUMBER = rb"[-+]?(?:\d+(?:\.\d*)?|\.\d+)"
# Four numbers with blanks between them: a box.
FOUR = rb"[ \t\r\n]+".join([rb"(" + NUMBER + rb")"] * 4)

# A side longer than this is no artboard but a broken number.
_MAX_SIDE = 1_000_000
# What a number is written in, at the most.
_LONGEST = 40


def box(sides: tuple[bytes, ...] | list[bytes]) -> list[float]:
    """Return a box of four texts: left, bottom, right, top; infinite where a text is longer than any number."""
    return [float(side) if len(side) <= _LONGEST else math.inf for side in sides]


def numbers(text: bytes) -> list[float]:
    """Return the numbers of a text with blanks between them; none where one of them is no number, such as `0.0.0`."""
    try:
        return [float(one) for one in text.split()]
    except ValueError:
        return []


def side(length: float) -> int:
    """Return a side in whole points; 0 where it is none."""
    return round(length) if math.isfinite(length) and 0 < length <= _MAX_SIDE else 0
