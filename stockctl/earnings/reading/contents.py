"""What a statement says, however it is written: a sum over its rows that line ends, quotes and order do not change."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from stockctl.earnings.reading.cells import encloses
from stockctl.earnings.reading.hashing import finished, odd

if TYPE_CHECKING:
    from collections.abc import Iterable

    from stockctl.earnings.reading.columns import Numbers, Row

# What stands between cells and behind rows where a statement is brought into one form.
_CELL, _ROW = 0x1F, 0x1E
_QUOTE, _LINE, _RETURN = b'"\n\r'
_PADDING = bytes(16)
_MASKS = np.array([(1 << 8 * length) - 1 for length in range(9)], np.uint64)
# So many eight bytes a row has at the most, for each of which there is a factor, fixed for ever.
_MOST_WORDS = 512
_FACTORS = [[odd(f"{half}/{place}") for place in range(_MOST_WORDS + 1)] for half in ("one", "other")]


@dataclass
class Contents:
    """Takes a statement's text in stretches of whole lines; `digest` is None where its rows cannot be told so fast.

    Two 64-bit hashes of each row's bytes, cell by cell, are summed up. Rows that
    only a reader of CSV can tell (quotes within cells) leave no digest.
    """

    delimiter: str
    quoted: bool
    header: Iterable[Row]
    rows: int = 0
    certain: bool = True
    _sums: list[int] = field(default_factory=lambda: [0, 0])

    def add(self, text: str) -> None:
        """Take in a stretch of whole lines."""
        if not self.certain:
            return
        raw = self._in_one_form(text)
        if raw is None:
            self.certain = False
            return
        data = np.frombuffer(raw, np.uint8)
        ends = np.flatnonzero(data[: len(raw) - len(_PADDING)] == _ROW)
        starts = np.concatenate([[0], ends[:-1] + 1])
        filled = ends > starts
        starts, lengths = starts[filled], (ends - starts)[filled]
        if len(starts):
            self._add(raw, starts, lengths)

    def _add(self, raw: bytes, starts: Numbers, lengths: Numbers) -> None:
        """Take in rows by their places and lengths, eight bytes of all of them at a time."""
        if int(lengths.max()) > 8 * _MOST_WORDS:
            self.certain = False
            return
        eights = np.ndarray((len(raw) - 7,), np.uint64, buffer=raw, strides=(1,))
        mixed = [lengths.astype(np.uint64) * factors[-1] for factors in _FACTORS]
        shortest, places = int(lengths.min()), np.arange(len(starts))
        for word in range((int(lengths.max()) + 7) // 8):
            done = 8 * word
            if done >= shortest:
                # The rest of the rows has ended.
                places = places[lengths[places] > done]
            value = eights[starts[places] + done]
            if done + 8 > shortest:
                value &= _MASKS[np.minimum(lengths[places] - done, 8)]
            for half, factors in enumerate(_FACTORS):
                if len(places) == len(starts):
                    mixed[half] += value * factors[word]
                else:
                    mixed[half][places] += value * factors[word]
        self.rows += len(starts)
        for half, sums in enumerate(mixed):
            self._sums[half] = (self._sums[half] + int(finished(sums).sum(dtype=np.uint64))) & 0xFFFFFFFFFFFFFFFF

    def _in_one_form(self, text: str) -> bytes | None:
        """Return the cells, signs of ours between them and behind rows; None where they are not certain."""
        raw = b"".join((b"\n", text.encode(), b"" if text.endswith("\n") else b"\n"))
        if b"\x1e" in raw or b"\x1f" in raw:
            return None
        data = np.frombuffer(raw, np.uint8)
        returns = data == _RETURN
        if (returns[:-1] & (data[1:] != _LINE)).any():
            return None
        marks = data == _QUOTE
        if not (self.quoted and marks.any()):
            signs = bytes.maketrans(self.delimiter.encode() + b"\n", bytes((_CELL, _ROW)))
            return raw.translate(signs, b"\r") + _PADDING
        if not encloses(data, np.flatnonzero(marks), ord(self.delimiter)):
            return None
        outside = np.cumsum(marks, dtype=np.uint8) & 1 == 0
        cells = data.copy()
        cells[outside & (data == ord(self.delimiter))] = _CELL
        cells[outside & (data == _LINE)] = _ROW
        return bytes(cells[~(marks | returns)]) + _PADDING

    @property
    def digest(self) -> bytes | None:
        """What the statement says, in 32 bytes: its heading in order, its rows in any; None where not certain."""
        if not self.certain:
            return None
        heading = "\x1e".join("\x1f".join(row) for row in self.header)
        whole = hashlib.blake2b(heading.encode(), digest_size=32)
        whole.update(b"".join(number.to_bytes(8) for number in (self.rows, *self._sums)))
        return whole.digest()
