"""The objects of a PDF, found by one walk over its bytes (ISO 32000-1, 7.3 and 7.5.7); no index of the file is trusted.

What is defined later takes the place of what was defined before, as in a file
that was changed by appending to it.
"""

from __future__ import annotations

import re
import zlib
from base64 import a85decode
from binascii import Error as Base16Error
from binascii import unhexlify
from dataclasses import dataclass, field
from typing import Any

# Objects and their parts that are read, how deep they may be nested, and what streams may unpack to, in all.
_MOST_OBJECTS, _MOST_PARTS, _DEEPEST, _MOST_UNPACKED = 200_000, 2_000_000, 40, 64 << 20
_LONGEST = 40
_BEGIN = re.compile(rb"(?<!\d)(\d{1,10}+)[\0\t\n\f\r ]{1,4}(\d{1,5})[\0\t\n\f\r ]{1,4}obj(?![A-Za-z])")
_PART = re.compile(
    rb"(?:[\0\t\n\f\r ]++|%[^\r\n]*+)*+(?:"
    rb"(\d{1,10})[\0\t\n\f\r ]++\d{1,5}[\0\t\n\f\r ]++R(?![A-Za-z0-9])"
    rb"|(<<|>>|\[|\])|/([^\0\t\n\f\r ()<>\[\]{}/%]*+)|([-+]?+(?:\d++\.?+\d*+|\.\d++))|(\()|<[^<>]*+>?+|([A-Za-z]++)|.)",
    re.DOTALL,
)
_STREAM = re.compile(rb"[\0\t\n\f\r ]*+stream(?:\r\n|\n|\r)?")
_END = re.compile(rb"endstream")
_BRACKET = re.compile(rb"[()\\]")


@dataclass(frozen=True)
class Ref:
    """A reference to the object of a number."""

    number: int


@dataclass
class Stream:
    """A dictionary, and the bytes that follow it as they lie in the file."""

    facts: dict[bytes, Any]
    data: memoryview


class TooMuchError(Exception):
    """A PDF has more parts than are read."""


@dataclass
class Objects:
    """All objects of a file by their numbers: dictionaries, lists, names (bytes), numbers, `Ref`, `Stream`, or None."""

    data: memoryview
    found: dict[int, Any] = field(default_factory=dict)
    left: int = _MOST_PARTS
    unpacked: int = _MOST_UNPACKED
    encrypted: bool = False
    _ends: bool = True

    def read(self) -> None:
        """Find all objects, those packed into streams of objects too."""
        at = count = 0
        try:
            while (begin := _BEGIN.search(self.data, at)) and (count := count + 1) <= _MOST_OBJECTS:
                value, at = self._value(begin.end(), 0)
                if isinstance(value, dict) and (stream := _STREAM.match(self.data, at)):
                    value, at = self._stream(value, stream.end())
                self.found[int(begin[1])] = value
                if isinstance(value, Stream) and value.facts.get(b"Type") == b"ObjStm":
                    self._packed(value)
        except TooMuchError:
            pass
        self.encrypted = b"/Encrypt" in bytes(self.data[-2048:]) or any(
            isinstance(one, Stream) and b"Encrypt" in one.facts for one in self.found.values()
        )

    def of(self, value: Any) -> Any:  # noqa: ANN401 - objects are of any kind
        """Return what a value is or refers to; None where there is no such object."""
        for _ in range(_DEEPEST):
            if not isinstance(value, Ref):
                return value
            value = self.found.get(value.number)
        return None

    def facts(self, value: Any) -> dict[bytes, Any]:  # noqa: ANN401 - objects are of any kind
        """Return a dictionary, or that of a stream; an empty one where it is neither."""
        value = self.of(value)
        value = value.facts if isinstance(value, Stream) else value
        return value if isinstance(value, dict) else {}

    def items(self, value: Any) -> list[Any]:  # noqa: ANN401 - objects are of any kind
        """Return a list, or a single value as one."""
        value = self.of(value)
        return value if isinstance(value, list) else [] if value is None else [value]

    def unpack(self, stream: Stream) -> bytes | None:
        """Return a stream's bytes unpacked, as far as they are sound and bounded; None where it is packed otherwise."""
        data: bytes = bytes(stream.data[:_MOST_UNPACKED])
        for name in self.items(stream.facts.get(b"Filter")):
            kind = self.of(name)
            try:
                if kind in {b"FlateDecode", b"Fl"}:
                    data = zlib.decompressobj().decompress(data, max(1, self.unpacked))
                    self.unpacked = max(0, self.unpacked - len(data))
                elif kind in {b"ASCII85Decode", b"A85"}:
                    data = a85decode(data.partition(b"~>")[0])
                elif kind in {b"ASCIIHexDecode", b"AHx"}:
                    digits = b"".join(data.partition(b">")[0].split())
                    data = unhexlify(digits + b"0" * (len(digits) % 2))
                else:
                    return None
            except (zlib.error, ValueError, Base16Error):
                return None
        return data

    def _stream(self, facts: dict[bytes, Any], at: int) -> tuple[Stream, int]:
        length = self.of(facts.get(b"Length"))
        if isinstance(length, float) and 0 <= length <= len(self.data) - at:
            end = at + int(length)
            if b"endstream" in bytes(self.data[end : end + 16]):
                return Stream(facts, self.data[at:end]), end
        # Its length stands in an object that comes later, or is wrong.
        found = _END.search(self.data, at) if self._ends else None
        # Where there is none any more, it is not looked for again.
        self._ends = found is not None
        end = found.start() if found else at
        return Stream(facts, self.data[at:end]), end

    def _packed(self, stream: Stream) -> None:
        first, count = (self.of(stream.facts.get(name)) for name in (b"First", b"N"))
        data = self.unpack(stream)
        if data is None or not isinstance(first, float) or not isinstance(count, float):
            return
        pairs = [int(part) for part in data[: int(first)].split()[: 2 * _MOST_OBJECTS] if part.isdigit()]
        inner = Objects(memoryview(data), left=self.left)
        for number, offset in zip(pairs[::2], pairs[1::2], strict=False):
            if int(first) + offset < len(data):
                self.found[number], _ = inner._value(int(first) + offset, 0)
        self.left = inner.left

    def _value(self, at: int, depth: int) -> tuple[Any, int]:
        """Return the value that begins at a place, and where it ends."""
        part = self._next(at)
        if part is None:
            return None, len(self.data)
        at = part.end()
        if part[1]:
            return Ref(int(part[1])), at
        if part[2] in {b"<<", b"["} and depth < _DEEPEST:
            return self._many(at, depth, b">>" if part[2] == b"<<" else b"]")
        if part[3] is not None:
            return bytes(part[3]), at
        if part[4]:
            return float(part[4]) if len(part[4]) <= _LONGEST else None, at
        return None, self._after_string(at) if part[5] else at

    def _many(self, at: int, depth: int, end: bytes) -> tuple[Any, int]:
        """Return a list, or a dictionary, and where it ends."""
        values: list[Any] = []
        while (part := self._next(at)) is not None and part[2] not in {b">>", b"]"} and part[6] != b"endobj":
            value, at = self._value(at, depth + 1)
            values.append(value)
        at = len(self.data) if part is None else at if part[6] else part.end()
        if end == b"]":
            return values, at
        pairs = zip(values[::2], values[1::2], strict=False)
        return {name: value for name, value in pairs if isinstance(name, bytes)}, at

    def _next(self, at: int) -> re.Match[bytes] | None:
        self.left -= 1
        if self.left < 0:
            raise TooMuchError
        return _PART.match(self.data, at)

    def _after_string(self, at: int) -> int:
        depth = 1
        while depth and (found := _BRACKET.search(self.data, at)):
            at = found.end()
            if found[0] == b"\\":
                at += 1
            else:
                depth += 1 if found[0] == b"(" else -1
        return at if not depth else len(self.data)
