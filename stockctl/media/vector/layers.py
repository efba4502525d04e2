"""Follow an SVG's elements onto a canvas: which pictures of pixels nobody sees in it (SVG 1.1, 7.6, 8.3, 9 and 11)."""

from __future__ import annotations

import math
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from stockctl.media.vector.canvas import SAME, Canvas, Matrix, Sides, times, told

if TYPE_CHECKING:
    from collections.abc import Mapping

_NUMBER = r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d{1,3})?"
_NUMBERS = re.compile(_NUMBER)
_TOKEN = re.compile(r"[MmZzLlHhVvCcSsQqTtAa]|" + _NUMBER)
_TRANSFORM = re.compile(r"(matrix|translate|scale|rotate)\s{0,9}\(([^()]{0,300})\)")
_STYLE = re.compile(r"([\w-]{1,40})\s{0,9}:\s{0,9}([^;]{0,200})")
_SHAPES = frozenset({"rect", "circle", "ellipse", "polygon", "path"})
_CHANGES = frozenset({"style", "transform", "display", "visibility", "opacity", "clip-path", "mask", "filter"})
_DEEPEST = 400
# Numbers that each command of a path takes.
_TAKES = {"M": 2, "L": 2, "H": 1, "V": 1, "C": 6, "S": 4, "Q": 4, "T": 2, "A": 7}
# The longest text of a path, and of all paths together, that is laid out.
_LONGEST, _MOST = 1 << 20, 1 << 24
_CIRCLE = 0.5523
_ROUND = (
    ((1, _CIRCLE), (_CIRCLE, 1), (0, 1)), ((-_CIRCLE, 1), (-1, _CIRCLE), (-1, 0)),
    ((-1, -_CIRCLE), (-_CIRCLE, -1), (0, -1)), ((_CIRCLE, -1), (1, -_CIRCLE), (1, 0)),
)  # fmt: skip


class Layers:
    """Takes an SVG's elements one by one; what is not understood hides nothing, and is not told to be hidden."""

    def __init__(self, left: float, top: float, width: float, height: float) -> None:
        board: Sides = (0.0, 0.0, width, height)
        self._canvas = Canvas(board)
        # A page counts upwards, a drawing downwards.
        self._canvas.concat((1, 0, 0, -1, -left, top + height))
        self._pictures = False
        self._left = _MOST
        # Of each element that is open whether it changes how is drawn; and whether they are too deep to be followed.
        self._open: list[bool] = []
        self._lost = False

    def start(self, local: str, attributes: Mapping[str, str], *, filled: bool, drawn: bool, plain: bool) -> None:
        """Take an element that begins; `plain` is whether no style sheet may make it transparent."""
        changes = local == "svg" or not plain or not _CHANGES.isdisjoint(attributes)
        self._open.append(changes)
        if not changes and not (drawn and (local == "image" or (self._pictures and local in _SHAPES))):
            return
        said = {**attributes, **dict(_STYLE.findall(attributes.get("style", "")[:2000]))}
        if changes:
            self._change(local, said, plain=plain)
        if not drawn or self._lost:
            return
        if local == "image":
            x, y, width, height = (_number(attributes.get(key, "")) for key in ("x", "y", "width", "height"))
            if width > 0 and height > 0:
                self._pictures = True
                self._canvas.picture(corners=(x, y, x + width, y + height))
        elif self._pictures and filled and local in _SHAPES and self._covers(said):
            self._lay_out(local, attributes)
            self._canvas.paint(fill=True, even_odd=said.get("fill-rule", "").strip() == "evenodd")

    def _change(self, local: str, said: Mapping[str, str], *, plain: bool) -> None:
        canvas = self._canvas
        if canvas.depth >= _DEEPEST:
            self._lost = True
            return
        canvas.save()
        state = canvas.state
        if said.get("display", "").strip() == "none" or said.get("visibility", "").strip() in {"hidden", "collapse"}:
            state = replace(state, off=True)
        if not plain or _share(said.get("opacity", "1")) < 1:
            state = replace(state, around=False)
        if local == "svg" or any(said.get(key, "none").strip() != "none" for key in ("clip-path", "mask", "filter")):
            state = replace(state, lost=state.lost or canvas.depth > 1)
        canvas.state = state
        canvas.concat(_matrix(said.get("transform", "")))

    def end(self) -> None:
        """Take an element's end."""
        if self._open and self._open.pop() and not self._lost:
            self._canvas.restore()

    def hidden(self) -> list[list[Any]]:
        """Return of each hidden picture why nobody sees it, then x, y, width, height in the drawing's units."""
        return [] if self._lost else told(self._canvas.hidden())

    def _covers(self, said: Mapping[str, str]) -> bool:
        fill = said.get("fill", "").strip()
        return not fill.startswith(("url", "rgba", "hsla")) and _share(said.get("fill-opacity", "1")) == 1

    def _lay_out(self, local: str, attributes: Mapping[str, str]) -> None:
        """Lay a shape's outline out; one with round corners covers nothing."""
        canvas = self._canvas
        of = {
            key: _number(attributes.get(key, "")) for key in ("x", "y", "width", "height", "cx", "cy", "r", "rx", "ry")
        }
        if local == "rect" and not (of["rx"] or of["ry"]):
            canvas.rectangle(of["x"], of["y"], of["width"], of["height"])
        elif local in {"circle", "ellipse"}:
            across, down = (of["r"], of["r"]) if local == "circle" else (of["rx"], of["ry"])
            canvas.move(of["cx"] + across, of["cy"])
            for corner in _ROUND:
                canvas.curve(*(part for x, y in corner for part in (of["cx"] + x * across, of["cy"] + y * down)))
            canvas.close()
        elif local == "polygon":
            numbers = [_float(one) for one in _NUMBERS.findall(attributes.get("points", "")[:_LONGEST])]
            for number, (x, y) in enumerate(zip(numbers[::2], numbers[1::2], strict=False)):
                (canvas.line if number else canvas.move)(x, y)
            canvas.close()
        elif local == "path":
            self._path(attributes.get("d", ""))

    def _path(self, data: str) -> None:
        self._left -= len(data)
        if self._left < 0 or len(data) > _LONGEST:
            return
        pen, command = _Pen(self._canvas), ""
        numbers: list[float] = []
        for token in _TOKEN.findall(data):
            if token.isalpha():
                command, numbers = token, []
                if token in {"Z", "z"}:
                    pen.close()
                continue
            numbers.append(_float(token))
            if command.upper() in _TAKES and len(numbers) == _TAKES[command.upper()]:
                pen.go(command, numbers)
                command, numbers = {"M": "L", "m": "l"}.get(command, command), []


class _Pen:
    """Draws a path's commands onto a canvas; arcs are drawn as lines, which cover less where they bulge."""

    def __init__(self, canvas: Canvas) -> None:
        self._canvas = canvas
        self._here = self._start = self._control = (0.0, 0.0)
        self._last = ""

    def close(self) -> None:
        self._canvas.close()
        self._here = self._start

    def go(self, command: str, numbers: list[float]) -> None:
        kind, (x, y) = command.upper(), self._here
        back = (x, y) if command.islower() else (0.0, 0.0)
        if kind in "HV":
            end = (back[0] + numbers[0], y) if kind == "H" else (x, back[1] + numbers[0])
        else:
            end = back[0] + numbers[-2], back[1] + numbers[-1]
        points = [(back[0] + a, back[1] + b) for a, b in zip(numbers[::2], numbers[1::2], strict=False)]
        reflected = (2 * x - self._control[0], 2 * y - self._control[1])
        if kind == "M":
            self._canvas.move(*end)
            self._start = end
        elif kind in "CS":
            first = points[0] if kind == "C" else reflected if self._last in {"C", "S"} else (x, y)
            self._control = points[-2]
            self._canvas.curve(*first, *self._control, *end)
        elif kind in "QT":
            self._control = points[0] if kind == "Q" else reflected if self._last in {"Q", "T"} else (x, y)
            a, b = self._control
            ends = [((at[0] + 2 * a) / 3, (at[1] + 2 * b) / 3) for at in ((x, y), end)]
            self._canvas.curve(*ends[0], *ends[1], *end)
        else:
            self._canvas.line(*end)
        self._here, self._last = end, kind


def _matrix(text: str) -> Matrix:
    """Return what a transform attribute comes to; parts that are not known are left out."""
    found = SAME
    for name, inside in _TRANSFORM.findall(text[:2000]):
        n = [_float(one) for one in _NUMBERS.findall(inside)]
        one: Matrix = SAME
        if name == "matrix" and len(n) == 6:
            one = (n[0], n[1], n[2], n[3], n[4], n[5])
        elif name == "translate" and n:
            one = (1, 0, 0, 1, n[0], n[1] if len(n) > 1 else 0)
        elif name == "scale" and n:
            one = (n[0], 0, 0, n[1] if len(n) > 1 else n[0], 0, 0)
        elif name == "rotate" and n:
            turn = math.radians(n[0] % 360)
            x, y = (n[1], n[2]) if len(n) > 2 else (0.0, 0.0)
            around: Matrix = (math.cos(turn), math.sin(turn), -math.sin(turn), math.cos(turn), 0, 0)
            one = times(times((1, 0, 0, 1, -x, -y), around), (1, 0, 0, 1, x, y))
        found = times(one, found)
    return found


def _float(text: str) -> float:
    return min(max(float(text), -1e9), 1e9)


def _number(text: str) -> float:
    found = _NUMBERS.match(text.strip()[:50])
    return _float(found[0]) if found else 0.0


def _share(text: str) -> float:
    """Return an opacity, 0 to 1; below 1 where it cannot be read."""
    found = _NUMBERS.match(text.strip()[:50])
    return 0.5 if not found else float(found[0]) / (100 if text.strip().endswith("%") else 1)
