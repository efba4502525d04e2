"""Read CBOR (RFC 8949): plain values out of bytes that nobody vouches for, within bounds."""

from __future__ import annotations

import struct
from typing import Any

from stockctl.errors import DamagedError

# More than any claim or assertion holds; a few bytes could otherwise ask for millions of them.
_MOST_ITEMS = 100_000
_DEEPEST = 32

_UNSIGNED, _NEGATIVE, _BYTES, _TEXT, _ARRAY, _MAP, _TAG, _SIMPLE = range(8)
_FLOATS = {25: ">e", 26: ">f", 27: ">d"}
_SIMPLE_VALUES = {20: False, 21: True, 22: None, 23: None}
_INDEFINITE, _BREAK = 31, object()


def decode(data: bytes) -> Any:  # noqa: ANN401 - whatever the bytes hold
    """Return the first item as Python's own types: int, float, bytes, str, list, dict, bool, None.

    Tags are passed over and their content returned; keys of a map that cannot
    be keys here (lists, maps) are left out with their values.

    Raises:
        DamagedError: the bytes end too early, are no CBOR, nest deeper than 32
            or hold more than 100,000 items.

    """
    return _Decoder(data).item(0)


class _Decoder:
    """Where we are in the bytes, and how many items are still allowed."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.at = 0
        self.left = _MOST_ITEMS

    def item(self, depth: int) -> Any:  # noqa: ANN401 - any of CBOR's types
        if depth > _DEEPEST or not self.left:
            raise DamagedError("CBOR of more depth or items than anybody needs")
        self.left -= 1
        first = self._take(1)[0]
        major, info = first >> 5, first & 31
        if major == _SIMPLE:
            return self._simple(info)
        if info == _INDEFINITE:
            return self._indefinite(major, depth)
        number = self._number(info)
        if major == _UNSIGNED:
            return number
        if major == _NEGATIVE:
            return -1 - number
        if major == _BYTES:
            return self._take(number)
        if major == _TEXT:
            return self._take(number).decode("utf-8", "replace")
        if major == _TAG:
            return self.item(depth + 1)
        if major == _ARRAY:
            return [self.item(depth + 1) for _ in range(self._count(number))]
        pairs = [(self.item(depth + 1), self.item(depth + 1)) for _ in range(self._count(number))]
        return {key: value for key, value in pairs if key.__hash__}

    def _take(self, length: int) -> bytes:
        end = self.at + length
        if end > len(self.data):
            raise DamagedError("CBOR that is cut off")
        part = self.data[self.at : end]
        self.at = end
        return part

    def _count(self, number: int) -> int:
        # Each item takes a byte at least: a larger promise is broken before it is believed.
        if number > len(self.data) - self.at:
            raise DamagedError("CBOR that is cut off")
        return number

    def _number(self, info: int) -> int:
        if info < 24:
            return info
        if info > 27:
            raise DamagedError("no CBOR")
        return int.from_bytes(self._take(1 << info - 24), "big")

    def _simple(self, info: int) -> Any:  # noqa: ANN401 - float, bool, None
        if info in _FLOATS:
            return struct.unpack(_FLOATS[info], self._take(1 << info - 24))[0]
        if info == _INDEFINITE:
            return _BREAK
        return _SIMPLE_VALUES.get(self._number(info))

    def _indefinite(self, major: int, depth: int) -> Any:  # noqa: ANN401 - text, bytes, list or dict
        if major not in {_BYTES, _TEXT, _ARRAY, _MAP}:
            raise DamagedError("no CBOR")
        items: list[Any] = []
        while (item := self.item(depth + 1)) is not _BREAK:
            items.append(item)
        if major == _ARRAY:
            return items
        if major == _MAP:
            return {key: value for key, value in zip(items[::2], items[1::2], strict=False) if key.__hash__}
        if major == _BYTES:
            return b"".join(part for part in items if isinstance(part, bytes))
        return "".join(part for part in items if isinstance(part, str))
