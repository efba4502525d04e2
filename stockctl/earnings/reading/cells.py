"""A stretch of a statement as bytes and the places of its cells; whole columns become numbers, each text read once."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from stockctl.earnings.reading.columns import Numbers, Row

_Bytes = np.ndarray[Any, np.dtype[np.uint8]]
_Word = np.ndarray[Any, np.dtype[np.uint64]]
# Which column, and which eight bytes of its cell; -1 is the cell's length.
_Words = dict[tuple[int, int], _Word]

_LINE, _RETURN, _QUOTE = 10, 13, 34
# Zeros behind the last cell, so that eight bytes can be taken from anywhere.
_PADDING = bytes(16)
_MASKS = np.array([(1 << 8 * length) - 1 for length in range(9)], np.uint64)
# More distinct texts than this are not kept in mind.
_MOST = 1 << 20
# No cell of a statement is as long; what is longer lost its closing quotation mark.
LONGEST_CELL = 1 << 17


@dataclass(frozen=True)
class Cells:
    """Rows of one width: cell (row, column) is UTF-8 from `starts[row, column]` to `ends[row, column]` of `raw`."""

    raw: bytes
    starts: Numbers
    ends: Numbers

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self.starts)

    @property
    def width(self) -> int:
        """The number of columns."""
        return int(self.starts.shape[1])

    @staticmethod
    def split(text: str, delimiter: str, *, quoted: bool) -> Cells | None:
        """Find the cells of a text of whole lines; None where only a reader of CSV can tell, or widths differ."""
        raw = b"".join((b"\n", text.rstrip("\r\n").encode(), b"\n", _PADDING))
        data = np.frombuffer(raw, np.uint8)
        body = data[: -len(_PADDING)]
        between = (body == ord(delimiter)) | (body == _LINE)
        quotes = quoted and '"' in text
        if quotes:
            marks = body == _QUOTE
            if not encloses(data, np.flatnonzero(marks), ord(delimiter)):
                return None
            between &= np.cumsum(marks, dtype=np.uint8) & 1 == 0
        places = np.flatnonzero(between)
        starts, ends = places[:-1] + 1, places[1:]
        breaks = body[ends] == _LINE
        lines = int(np.count_nonzero(breaks))
        width, rest = divmod(len(ends), lines)
        if rest or not breaks[width - 1 :: width].all():
            return None
        starts, ends = starts.reshape(lines, width), ends.reshape(lines, width)
        if "\r" in text:
            returns = data[ends[:, -1] - 1] == _RETURN
            if np.count_nonzero(returns) != np.count_nonzero(body == _RETURN):
                return None
            ends[:, -1] -= returns & (ends[:, -1] > starts[:, -1])
        if quotes:
            bare = data[starts] != _QUOTE
            starts, ends = starts + ~bare, ends - ~bare
        if int((ends - starts).max()) > LONGEST_CELL:
            return None
        return Cells(raw, starts, ends)

    @staticmethod
    def of(rows: Sequence[Row]) -> Cells:
        """Put rows of one width, at least one, together."""
        texts = [cell.encode() for cell in chain.from_iterable(rows)]
        raw = b"".join((*texts, _PADDING))
        lengths = np.fromiter(map(len, texts), np.int64, len(texts)).reshape(len(rows), -1)
        ends = np.cumsum(lengths).reshape(lengths.shape)
        return Cells(raw, ends - lengths, ends)

    def texts(self, rows: Numbers, column: int, cut: int | None = None) -> list[str]:
        """Return some rows' cells of a column, or their first `cut` bytes."""
        starts, ends = self.starts[rows, column], self.ends[rows, column]
        if cut is not None:
            ends = np.minimum(ends, starts + cut)
        return [self.raw[start:end].decode(errors="replace") for start, end in zip(*_lists(starts, ends), strict=True)]

    def rows(self) -> list[Row]:
        """Return all cells as texts."""
        places = zip(*_lists(self.starts, self.ends), strict=True)
        return [[self.raw[start:end].decode() for start, end in zip(*row, strict=True)] for row in places]

    def words(self, column: int, cut: int | None = None) -> _Words:
        """Return a column's cells, or their first `cut` bytes, as their length and eight bytes at a time."""
        starts = self.starts[:, column]
        lengths = self.ends[:, column] - starts
        if cut is not None:
            lengths = np.minimum(lengths, cut)
        eights = np.ndarray((len(self.raw) - 7,), np.uint64, buffer=self.raw, strides=(1,))
        found = {(column, -1): lengths.view(np.uint64)}
        shortest = int(lengths.min())
        for word, done in enumerate(range(0, int(lengths.max()), 8)):
            if shortest >= done + 8:
                found[column, word] = eights[starts + done]
            else:
                # Where a cell has ended any place will do: nothing of it is kept.
                taken = eights[np.minimum(starts + done, len(eights) - 1)]
                found[column, word] = taken & _MASKS[np.clip(lengths - done, 0, 8)]
        return found


def _lists(*columns: Numbers) -> list[list[Any]]:
    return [column.tolist() for column in columns]


def encloses(data: _Bytes, marks: Numbers, delimiter: int) -> bool:
    """Tell whether quotation marks stand around whole cells only."""
    opening, closing = marks[::2], marks[1::2]
    if len(opening) != len(closing):
        return False
    before, after = data[opening - 1], data[closing + 1]
    return bool(
        ((before == delimiter) | (before == _LINE)).all()
        and ((after == delimiter) | (after == _LINE) | (after == _RETURN)).all()
    )


class Meanings:
    """What the cells of some columns mean together, as a number; each distinct combination is read once.

    `read` turns their texts, column by column, into the numbers and raises ValueError
    where some mean nothing; `cut` says how many bytes of a cell matter. A hash table whose
    rows are looked up all at once: equal hashes are not trusted, the cells'
    bytes are compared.
    """

    def __init__(self, columns: tuple[int, ...], read: Callable[..., Iterable[int]], cut: int | None = None) -> None:
        self.columns, self.read, self.cut = columns, read, cut
        self._forget()

    def _forget(self) -> None:
        self._count = 0
        self._values: Numbers = np.zeros(1 << 10, np.int64)
        self._hashes: _Word = np.zeros(1 << 10, np.uint64)
        self._known: _Words = {}
        self._slots: Numbers = np.full(1 << 12, -1, np.int64)

    def of(self, cells: Cells) -> Numbers:
        """Return the meaning of every row.

        Raises:
            ValueError: the cells of some row mean nothing; none of the others is lost by it.

        """
        if not self.columns:
            return np.full(len(cells), next(iter(self.read())), np.int64)
        if self._count > _MOST:
            self._forget()
        words: _Words = {}
        for column in self.columns:
            words |= cells.words(column, self.cut)
        hashes = _hashes(words, len(cells))
        found = self._find(words, hashes)
        missing = np.flatnonzero(found < 0)
        while len(missing):
            first = missing[np.unique(hashes[missing], return_index=True)[1]]
            first.sort()
            self._learn(cells, words, hashes, first)
            found[missing] = self._find({key: word[missing] for key, word in words.items()}, hashes[missing])
            missing = missing[found[missing] < 0]
        return self._values[found]

    def _find(self, words: _Words, hashes: _Word) -> Numbers:
        """Return where in the table each row stands, -1 where it does not."""
        slots = self._slot(hashes)
        found = self._slots[slots]
        other = np.flatnonzero(self._differ(words, found))
        while len(other):
            slots[other] = (slots[other] + 1) & (len(self._slots) - 1)
            found[other] = self._slots[slots[other]]
            still = self._differ({key: word[other] for key, word in words.items()}, found[other])
            other = other[still]
        return found

    def _slot(self, hashes: _Word) -> Numbers:
        return (hashes & np.uint64(len(self._slots) - 1)).view(np.int64)

    def _differ(self, words: _Words, found: Numbers) -> np.ndarray[Any, np.dtype[np.bool_]]:
        """Tell which rows found another's place; words that no known row has are told by the lengths."""
        differ = np.zeros(len(found), bool)
        for key, word in words.items():
            if key in self._known:
                differ |= self._known[key][found] != word
        differ &= found >= 0
        return differ

    def _learn(self, cells: Cells, words: _Words, hashes: _Word, rows: Numbers) -> None:
        """Read the cells of some rows, all different, and put them into the table."""
        values = list(self.read(*[cells.texts(rows, column, self.cut) for column in self.columns]))
        start, self._count = self._count, self._count + len(rows)
        if self._count > len(self._values):
            size = 1 << self._count.bit_length()
            self._values, self._hashes = _grown(self._values, size), _grown(self._hashes, size)
            self._known = {key: _grown(word, size) for key, word in self._known.items()}
        self._values[start : self._count] = values
        self._hashes[start : self._count] = hashes[rows]
        for key, word in words.items():
            if key not in self._known:
                self._known[key] = np.zeros(len(self._values), np.uint64)
            self._known[key][start : self._count] = word[rows]
        if self._count * 4 > len(self._slots):
            self._slots = np.full(len(self._values) * 8, -1, np.int64)
            start = 0
        self._settle(np.arange(start, self._count))

    def _settle(self, numbers: Numbers) -> None:
        """Give each number the next free slot from its hash on."""
        slots = self._slot(self._hashes[numbers])
        while len(numbers):
            free = self._slots[slots] < 0
            self._slots[slots[free]] = numbers[free]
            lost = self._slots[slots] != numbers
            numbers, slots = numbers[lost], (slots[lost] + 1) & (len(self._slots) - 1)


def _grown(values: Any, size: int) -> Any:  # noqa: ANN401 - an array of either type
    return np.concatenate([values, np.zeros(size - len(values), values.dtype)])


def _hashes(words: _Words, length: int) -> _Word:
    """Mix every row's words into one (a weighted sum, then the finaliser of SplitMix64)."""
    mixed = np.zeros(length, np.uint64)
    for (column, word), value in words.items():
        # Odd, and another one for every word.
        factor = (0x9E3779B97F4A7C15 * (column * 4096 + word + 2)) & 0xFFFFFFFFFFFFFFFF | 1
        mixed += value * np.uint64(factor)
    mixed ^= mixed >> np.uint64(30)
    mixed *= np.uint64(0xBF58476D1CE4E5B9)
    mixed ^= mixed >> np.uint64(27)
    mixed *= np.uint64(0x94D049BB133111EB)
    return mixed ^ (mixed >> np.uint64(31))
