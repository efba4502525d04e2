"""Packed lists as they lie: a few words are searched for in the text, for many an index is made.

A context of a dozen words asks some hundred times: making a set of 260,000 words for that takes ten times as long.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

# From so many questions on an index is the faster way.
_MANY = 4000


class Table:
    """Sorted lines `word`, or `word`, a tab and what is said of it; words are in plain letters."""

    def __init__(self, text: bytes) -> None:
        """Take the lines, without a head; each ends with a line end."""
        self._text = text
        self._index: dict[str, str] | None = None
        self._asked = 0

    def get(self, word: str, default: str = "") -> str:
        """Return what is said of a word (nothing where the line is the word alone); `default` where it is not there."""
        if self._index is None:
            self._asked += 1
            if self._asked <= _MANY:
                found = self._found(word)
                return default if found is None else found
            self._index = dict(self.items())
        return self._index.get(word, default)

    def __contains__(self, word: object) -> bool:
        """Whether a word stands in it."""
        return isinstance(word, str) and self.get(word, "\0") != "\0"

    def __iter__(self) -> Iterator[str]:
        """Yield the words in order."""
        return (word for word, _ in self.items())

    def __len__(self) -> int:
        """Return the number of lines."""
        return self._text.count(b"\n")

    def items(self) -> Iterator[tuple[str, str]]:
        """Yield each word with what is said of it."""
        for line in self._text.decode().splitlines():
            word, _, said = line.partition("\t")
            yield word, said

    def _found(self, word: str) -> str | None:
        text, sought = self._text, word.encode()
        low, high = 0, len(text)
        while low < high:
            start = text.rfind(b"\n", low, (low + high) // 2)
            start = low if start < 0 else start + 1
            end = text.find(b"\n", start)
            name, _, said = text[start:end].partition(b"\t")
            if name == sought:
                return said.decode()
            if name < sought:
                low = end + 1
            else:
                high = start
        return None
