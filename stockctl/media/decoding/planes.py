"""Read a TIFF of 16 bits whose channels lie apart: each plane as a grey picture of its own, by the same decoder.

Pillow takes such a file for 8 bits. A plane is written up anew instead, as a
directory of one channel behind the file's own bytes, which are not copied.
"""

from __future__ import annotations

from typing import IO, TYPE_CHECKING, cast

import numpy as np
from PIL import Image

from stockctl.errors import DamagedError
from stockctl.files.source import Memory
from stockctl.media import directories
from stockctl.media.decoding import tiff_form
from stockctl.media.mapped import Reader

if TYPE_CHECKING:
    from collections.abc import Sequence

# TIFF 6.0, by number: where the strips or tiles lie, how long they are, what says how they are cut and coded.
_PLACES = ((273, 279), (324, 325))
_KEPT = (256, 257, 259, 278, 317, 322, 323)
_BITS, _PHOTOMETRIC, _SAMPLES, _GREY = 258, 262, 277, 1
_WIDE = 16
_MODES = {1: "L", 3: "RGB", 4: "CMYK"}


def in_planes(data: bytes | memoryview) -> bool:
    """Whether a TIFF is one that is read here."""
    try:
        found, _, _ = tiff_form.form(Memory(data))
    except DamagedError:
        return False
    return found.planes == 2 and found.bits[0] == _WIDE and not found.not_read()


def read_planes(data: bytes | memoryview) -> Image.Image:
    """Return the picture with 8 bits a channel, the high byte of each number, as the file lies.

    Raises:
        DamagedError: its planes lead out of the file, or there are too few of them.

    """
    view = memoryview(data)
    source = Memory(view)
    found, flavour, page = tiff_form.form(source)
    places = next((pair for pair in _PLACES if page.get(pair[0]) and page.get(pair[1])), None)
    if places is None:
        raise DamagedError("it does not say where its channels lie")
    starts, lengths = (
        tiff_form.all_numbers(source, flavour, entry) for tag in places if (entry := page.get(tag)) is not None
    )
    count = len(starts) // found.samples
    if not count or len(starts) != len(lengths) or len(starts) != count * found.samples:
        raise DamagedError("its channels have not as many parts each")
    kept = {tag: tiff_form.all_numbers(source, flavour, entry) for tag in _KEPT if (entry := page.get(tag)) is not None}
    bands = []
    for first in range(0, len(starts), count):
        part = slice(first, first + count)
        tags: dict[int, Sequence[int]] = {**kept, _BITS: (_WIDE,), _PHOTOMETRIC: (_GREY,), _SAMPLES: (1,)}
        tags |= {places[0]: starts[part], places[1]: lengths[part]}
        with Image.open(cast("IO[bytes]", _Rewritten(view, flavour, tags))) as plane:
            bands.append(Image.fromarray((np.asarray(plane) >> 8).astype(np.uint8)))
    mode = "RGBA" if found.photometric == 2 and found.samples == 4 else _MODES[found.samples]
    return Image.merge(mode, bands)


class _Rewritten(Reader):
    """A file's bytes with another directory behind them, to which its head leads."""

    def __init__(self, view: memoryview, flavour: directories.Flavour, tags: dict[int, Sequence[int]]) -> None:
        super().__init__(view)
        at = len(view) + len(view) % 2
        word = flavour.word_size
        self._front = bytes(view[: flavour.pointer]) + flavour.pack(flavour.word, at)
        self._back = bytes(at - len(view)) + _directory(flavour, at, tags)
        self._size = len(view) + len(self._back)
        assert len(self._front) == flavour.pointer + word

    def seek(self, offset: int, whence: int = 0) -> int:
        """Go to a place; return it."""
        self._position = max(0, offset + {0: 0, 1: self._position, 2: self._size}[whence])
        return self._position

    def read(self, size: int | None = -1) -> bytes:
        """Return the next bytes, from the head, the file, and the directory behind it."""
        end = self._size if size is None or size < 0 else min(self._position + size, self._size)
        start, front, whole = self._position, len(self._front), len(self._view)
        if end <= start:
            return b""
        parts = [
            self._front[start : min(end, front)],
            bytes(self._view[max(start, front) : min(end, whole)]) if max(start, front) < min(end, whole) else b"",
            self._back[max(start - whole, 0) : end - whole] if end > whole else b"",
        ]
        self._position = end
        return b"".join(parts)


def _directory(flavour: directories.Flavour, at: int, tags: dict[int, Sequence[int]]) -> bytes:
    """Return a directory that stands at a place, and after it what does not stand in its entries."""
    word = flavour.word_size
    letter, type_ = ("Q", directories.LONG8) if flavour.big else ("I", directories.LONG)
    head = flavour.pack("Q" if flavour.big else "H", len(tags))
    behind = at + len(head) + len(tags) * (4 + 2 * word) + word
    entries, values = b"", b""
    for tag, numbers in sorted(tags.items()):
        packed = flavour.pack(f"{len(numbers)}{letter}", *numbers)
        if len(packed) > word:
            packed, values = flavour.pack(flavour.word, behind + len(values)), values + packed
        entries += flavour.pack(f"HH{flavour.word}", tag, type_, len(numbers)) + packed
    return head + entries + bytes(word) + values
