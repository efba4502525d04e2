"""Draw a PDF's pages onto a canvas: path, clip, state, form and picture operators (ISO 32000-1, 8 and 14.6)."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from stockctl.media.vector.canvas import Canvas, Matrix, State
from stockctl.media.vector.numbers import numbers as numbers_of
from stockctl.media.vector.objects import Objects, Ref, Stream

if TYPE_CHECKING:
    from collections.abc import Callable

# Operators of all pages and forms that are followed: those of a drawing of some fifteen megabytes.
MOST_OPERATORS = 800_000
# What stands between them: names, strings, brackets.
MOST_OTHERS = 1_600_000
# Forms one in another; numbers before an operator, in bytes.
_DEEPEST, _OPERANDS = 12, 300
# Operators that entering a form counts as: one that draws itself, and that again, has to come to an end.
_FORM = 100
_BLANK = rb"[\0\t\n\f\r ]"
_NUMBERS = rb"(?:[-+]?+(?:\d++\.?+\d*+|\.\d++)(?:[eE][-+]?+\d++)?+" + _BLANK + rb"*+)++"
_OPERATOR = rb"[A-Za-z'\"][A-Za-z0-9'\"*_]*+"
# Numbers with the operator that follows them, an operator alone; names; strings, comments. No byte is gone back over.
TOKEN = re.compile(
    _BLANK + rb"*+(?:(" + _NUMBERS + rb")(" + _OPERATOR + rb")?+|(" + _OPERATOR + rb")|/([^\0\t\n\f\r ()<>\[\]{}/%]*+)"
    rb"|(\((?:[^()\\]++|\\.)*+\)?+|<[0-9A-Fa-f\s]*+>?+|%[^\r\n]*+|.)|\Z)",
    re.DOTALL,
)
_INLINE = re.compile(rb"(?:^|\s)EI(?=\s|$)")
_LINES = {b"m": 2, b"l": 2, b"c": 6, b"v": 4, b"y": 4, b"re": 4, b"cm": 6}
# Of each painting operator: whether it fills, by the even-odd rule, and closes the path first.
_PAINTS = {
    b"f": (True, False, False), b"F": (True, False, False), b"f*": (True, True, False), b"B": (True, False, False),
    b"B*": (True, True, False), b"b": (True, False, True), b"b*": (True, True, True), b"S": (False, False, False),
    b"s": (False, False, True), b"n": (False, False, False),
}  # fmt: skip
_NEARLY = 0.99


class Budget:
    """How many operators may still be followed, over all pages."""

    def __init__(self) -> None:
        self.left = MOST_OPERATORS
        self._others = MOST_OTHERS

    def spend(self) -> bool:
        """Take one; whether there was one."""
        self.left -= 1
        return self.left >= 0

    def pass_by(self) -> bool:
        """Pass by what is no operator; whether there is still room for it."""
        self._others -= 1
        return self._others >= 0


class Page:
    """Follows the operators of one page, or of a text that speaks as one."""

    def __init__(self, canvas: Canvas, objects: Objects, off: frozenset[int], budget: Budget) -> None:
        self._canvas = canvas
        self._objects = objects
        self._off = off
        self._budget = budget
        self._resources: dict[bytes, Any] = {}
        # Of the marked parts that are open: whether what is in them is switched off.
        self._marked: list[bool] = []
        self._name = b""
        self._other: dict[bytes, Callable[[], None]] = {
            b"q": canvas.save, b"Q": canvas.restore, b"h": canvas.close, b"W": canvas.clip, b"sh": canvas.shade,
            b"W*": lambda: canvas.clip(even_odd=True), b"gs": self._graphics, b"Do": self._draw,
            b"BDC": self._mark, b"BMC": lambda: self._marked.append(False), b"EMC": self._unmark,
        }  # fmt: skip

    def follow(self, data: bytes, resources: dict[bytes, Any], depth: int = 0) -> None:
        """Follow a content stream, by the resources that it names things from."""
        before, self._resources = self._resources, resources
        self._depth = depth
        at = 0
        while at < len(data):
            skipped = len(data)
            for token in TOKEN.finditer(data, at):
                operator = token[2] or token[3]
                if operator is None:
                    self._name = token[4] or self._name
                    if not self._budget.pass_by():
                        return
                    continue
                if not self._budget.spend():
                    return
                if operator == b"BI":
                    skipped = self._inline(data, token.end())
                    break
                self._take(operator, token[1])
            at = skipped
        self._resources = before

    def _take(self, operator: bytes, operands: bytes | None) -> None:
        canvas = self._canvas
        if (count := _LINES.get(operator)) is not None:
            numbers = numbers_of((operands or b"")[-_OPERANDS:])[-count:]
            if len(numbers) == count:
                self._line(operator, numbers)
        elif (paint := _PAINTS.get(operator)) is not None:
            fill, even_odd, close = paint
            if close:
                canvas.close()
            canvas.paint(fill=fill, even_odd=even_odd)
        elif (other := self._other.get(operator)) is not None:
            other()
        elif operator in {b"scn", b"sc", b"g", b"rg", b"k"}:
            self._colour(pattern=operator == b"scn" and not operands)
        self._name = self._name if operator == b"cs" else b""

    def _line(self, operator: bytes, numbers: list[float]) -> None:
        canvas = self._canvas
        if operator == b"l":
            canvas.line(*numbers)
        elif operator == b"c":
            canvas.curve(*numbers)
        elif operator == b"m":
            canvas.move(*numbers)
        elif operator == b"re":
            canvas.rectangle(*numbers)
        elif operator == b"cm":
            canvas.concat(_matrix(numbers))
        else:
            # One of the two control points lies at an end.
            canvas.bend(numbers, first=operator == b"v")

    def _inline(self, data: bytes, at: int) -> int:
        """Draw a picture that stands in the stream itself; return where it ends."""
        begin = data.find(b"ID", at)
        found = _INLINE.search(data, begin + 2) if begin >= 0 else None
        self._canvas.picture()
        return found.end() if found else len(data)

    def _colour(self, *, pattern: bool) -> None:
        """Take a colour to fill with; a pattern may have holes."""
        state = self._canvas.state
        if state.patterned != pattern:
            self._canvas.state = replace(state, patterned=pattern)

    def _graphics(self) -> None:
        """Take what a named graphics state says of transparency (11.6.4)."""
        said = self._objects.facts(self._named(b"ExtGState"))
        if not said.keys() & {b"ca", b"BM", b"SMask"}:
            return
        state = self._canvas.state
        alpha = self._objects.of(said.get(b"ca"))
        mode = self._objects.items(said.get(b"BM"))
        alpha = state.alpha if not isinstance(alpha, float) else alpha >= _NEARLY
        plain = state.plain if not mode else mode[0] in {b"Normal", b"Compatible"}
        masked = state.masked if b"SMask" not in said else self._objects.of(said[b"SMask"]) != b"None"
        self._canvas.state = replace(state, alpha=alpha, plain=plain, masked=masked)

    def _named(self, kind: bytes) -> Any:  # noqa: ANN401 - objects are of any kind
        return self._objects.facts(self._resources.get(kind)).get(self._name)

    def _draw(self) -> None:
        value = self._named(b"XObject")
        stream = self._objects.of(value)
        if not isinstance(stream, Stream):
            return
        canvas = self._canvas
        state = canvas.state
        hidden = self._is_off(stream.facts.get(b"OC"))
        canvas.state = replace(state, off=state.off or hidden)
        if stream.facts.get(b"Subtype") == b"Image":
            canvas.picture(value.number if isinstance(value, Ref) else id(stream))
        elif stream.facts.get(b"Subtype") == b"Form" and self._depth < _DEEPEST:
            self._form(stream)
        canvas.state = state

    def _form(self, stream: Stream) -> None:
        canvas = self._canvas
        data = self._objects.unpack(stream)
        if data is None:
            return
        self._budget.left -= _FORM
        state, depth, marked = canvas.state, canvas.depth, self._marked
        if b"Group" in stream.facts:
            # A group is drawn by itself, then laid down as a whole (11.6.6).
            plain = State(matrix=state.matrix, clips=state.clips, around=state.opaque, off=state.off, lost=state.lost)
            canvas.state = plain
        numbers = self._objects.items(stream.facts.get(b"Matrix"))
        if len(numbers) == 6 and all(isinstance(one, float) for one in numbers):
            canvas.concat(_matrix(numbers))
        own = self._objects.facts(stream.facts.get(b"Resources")) or self._resources
        self._marked, level = [], self._depth
        canvas.forget()
        self.follow(data, own, level + 1)
        self._depth, self._marked = level, marked
        canvas.back_to(depth)

    def _mark(self) -> None:
        """Begin a marked part; of one that is a layer its name in the resources stands last."""
        off = self._is_off(self._objects.facts(self._resources.get(b"Properties")).get(self._name))
        self._marked.append(off)
        if off:
            self._switch()

    def _unmark(self) -> None:
        if self._marked and self._marked.pop():
            self._switch()

    def _switch(self) -> None:
        self._canvas.state = replace(self._canvas.state, off=any(self._marked))

    def _is_off(self, layer: Any) -> bool:  # noqa: ANN401 - objects are of any kind
        if isinstance(layer, Ref) and layer.number in self._off:
            return True
        groups = self._objects.items(self._objects.facts(layer).get(b"OCGs")) if layer is not None else []
        return bool(groups) and all(isinstance(one, Ref) and one.number in self._off for one in groups)


def _matrix(numbers: list[float]) -> Matrix:
    a, b, c, d, e, f = numbers
    return (a, b, c, d, e, f)
