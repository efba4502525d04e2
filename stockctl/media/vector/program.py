"""Follow an EPS's program along its tokens, without running it: by PostScript's operators, or Illustrator's own.

"PostScript Language Reference" 3 (Adobe, 1999), "Adobe Illustrator File Format
Specification" (Adobe, 1998). Names that a program gives to operators are known
from where it defines them; what is inside of procedures is not followed.
"""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Any

from stockctl.media.vector.canvas import Canvas, Matrix, Sides, told
from stockctl.media.vector.content import MOST_OPERATORS, MOST_OTHERS, TOKEN
from stockctl.media.vector.numbers import numbers as numbers_of

if TYPE_CHECKING:
    from collections.abc import Callable

# In which part of a program its names are looked for, and how many names one may have for another.
_PROLOGUE, _MOST_NAMES, _CHAIN = 8 << 20, 20_000, 5
_NAME = rb"[^\s(){}<>\[\]/%]{1,30}"
_ALIAS = re.compile(
    rb"/(" + _NAME + rb")\s{0,9}(?:\{\s{0,9}([A-Za-z*]{1,20}(?:\s{1,9}[A-Za-z*]{1,20}){0,4})\s{0,9}\}"
    rb"|/([A-Za-z]{1,20})\s{1,9}(?:ldf|load\s{1,9}def)\b)"
)
# A program of Illustrator's before version 9, whose small letters close a path.
_OLD_ILLUSTRATOR = re.compile(rb"%AI5_FileFormat|Adobe_Illustrator(?:A)?_AI[35]?\b|%AI3_")
# Short names that mean the same wherever a program defines them.
_DEFINED = {b"re": b"rectangle", b"cm": b"concat", b"rf": b"rectfill"}
# What lies between these is no program.
_DATA = ((b"%%BeginData", b"%%EndData"), (b"%%BeginBinary", b"%%EndBinary"), (b"%%BeginPreview", b"%%EndPreview"))
_OPERANDS = 300

# How many numbers an operator takes.
_TAKES = {
    b"moveto": 2, b"lineto": 2, b"curveto": 6, b"rmoveto": 2, b"rlineto": 2, b"rcurveto": 6, b"arc": 5, b"arcn": 5,
    b"rectangle": 4, b"rectfill": 4, b"rectstroke": 4, b"rectclip": 4, b"concat": 6, b"translate": 2, b"scale": 2,
    b"rotate": 1, b"bend1": 4, b"bend2": 4,
}  # fmt: skip
# Letters stand where the path was moved to.
_WRITING = (
    *("show", "ashow", "widthshow", "awidthshow", "kshow", "xshow", "yshow", "xyshow", "cshow", "glyphshow"),
    "charpath",
)
_ALONE = (
    *("closepath", "fill", "eofill", "stroke", "newpath", "clip", "eoclip", "gsave", "grestore", "shfill"),
    *("image", "colorimage", "imagemask", *_WRITING),
)
_OLD = {
    b"m": b"moveto", b"L": b"lineto", b"l": b"lineto", b"C": b"curveto", b"c": b"curveto", b"V": b"bend1",
    b"v": b"bend1", b"Y": b"bend2", b"y": b"bend2", b"F": b"fill", b"f": b"closefill", b"B": b"fill",
    b"b": b"closefill", b"S": b"stroke", b"s": b"closestroke", b"N": b"stroke", b"n": b"closestroke", b"H": b"keep",
    b"h": b"closepath", b"W": b"clipnow", b"q": b"gsave", b"Q": b"grestore", b"XI": b"raster",
}  # fmt: skip


def follow(body: bytes, board: Sides, *, pictures: bool) -> dict[str, Any]:
    """Return what was painted: counts of paths and hidden pictures, see `vector.probe`; nothing where none was."""
    canvas = Canvas(board, pictures=pictures)
    Program(canvas, names(body)).follow(body)
    if not canvas.tally.paths:
        return {}
    hidden = told(canvas.hidden())
    return canvas.tally.facts() | ({"hidden_pictures": hidden} if hidden else {})


def names(body: bytes) -> dict[bytes, tuple[bytes, ...]]:
    """Return which operators each name means in a program; the first of them takes the numbers."""
    known: dict[bytes, tuple[bytes, ...]] = {
        name: (name,) for name in (*_TAKES, *(one.encode() for one in _ALONE)) if name not in {b"bend1", b"bend2"}
    }
    del known[b"rectangle"]
    prologue = body[:_PROLOGUE]
    if _OLD_ILLUSTRATOR.search(prologue):
        return known | {name: (meant,) for name, meant in _OLD.items()}
    said: dict[bytes, tuple[bytes, ...]] = {}
    for number, found in enumerate(_ALIAS.finditer(prologue)):
        if number > _MOST_NAMES:
            break
        said[found[1]] = tuple((found[2] or found[3]).split())
    for name, meant in said.items():
        for _ in range(_CHAIN):
            meant = tuple(inner for one in meant for inner in said.get(one, (one,)))[:_CHAIN]  # noqa: PLW2901
        if all(one in known for one in meant) and not any(one in _TAKES for one in meant[1:]):
            known[name] = meant
    for name, operator in _DEFINED.items():
        if name not in known and re.search(rb"/" + name + rb"\s{0,9}\{", prologue):
            known[name] = (operator,)
    return known


class Program:
    """Follows a program's tokens onto a canvas."""

    def __init__(self, canvas: Canvas, known: dict[bytes, tuple[bytes, ...]]) -> None:
        self._canvas = canvas
        self._names = known
        # Where the path stands, in the coordinates that numbers are now written in.
        self._here = self._start = (0.0, 0.0)
        # Procedures around; operators, and other tokens, that are left; numbers that stand alone, and of the last list.
        self._depth, self._left, self._others = 0, MOST_OPERATORS, MOST_OTHERS
        self._numbers, self._matrix, self._listed = b"", b"", False
        self._with: dict[bytes, Callable[..., None]] = {
            b"moveto": self._move, b"lineto": self._line, b"curveto": self._curve,
            b"rmoveto": lambda x, y: self._move(*self._on(x, y)), b"rlineto": lambda x, y: self._line(*self._on(x, y)),
            b"rcurveto": lambda *n: self._curve(*self._on(*n[:2]), *self._on(*n[2:4]), *self._on(*n[4:])),
            b"arc": self._arc, b"arcn": self._arc, b"rectangle": self._rectangle,
            b"rectfill": lambda *n: self._box(*n, fill=True),
            b"rectstroke": lambda *n: self._box(*n, fill=False),
            b"rectclip": lambda *n: self._box(*n, fill=False, clip=True),
            b"concat": lambda *n: self._concat(n), b"translate": lambda x, y: self._concat((1, 0, 0, 1, x, y)),
            b"scale": lambda x, y: self._concat((x, 0, 0, y, 0, 0)), b"rotate": self._rotate,
            b"bend1": lambda a, b, x, y: self._curve(*self._here, a, b, x, y),
            b"bend2": lambda a, b, x, y: self._curve(a, b, x, y, x, y),
        }  # fmt: skip
        self._without: dict[bytes, Callable[[], None]] = {
            b"closepath": self._close, b"fill": lambda: canvas.paint(fill=True), b"newpath": canvas.forget,
            b"eofill": lambda: canvas.paint(fill=True, even_odd=True), b"stroke": lambda: canvas.paint(fill=False),
            b"clip": lambda: self._clip(even_odd=False), b"eoclip": lambda: self._clip(even_odd=True),
            b"gsave": canvas.save, b"grestore": canvas.restore, b"shfill": canvas.shade,
            b"image": canvas.picture, b"colorimage": canvas.picture, b"imagemask": canvas.picture,
            b"closefill": lambda: self._closed(fill=True),
            b"closestroke": lambda: self._closed(fill=False),
            **dict.fromkeys((one.encode() for one in _WRITING), canvas.write),
            b"clipnow": lambda: self._clip(even_odd=False), b"keep": lambda: None,
        }  # fmt: skip

    def follow(self, body: bytes) -> None:
        """Follow a program as far as is bounded."""
        at = 0
        while at < len(body) and self._left >= 0:
            skipped = len(body)
            for token in TOKEN.finditer(body, at):
                name = token[2] or token[3]
                if name is not None:
                    if not self._depth:
                        self._call(name, token[1])
                    self._listed = False
                elif (end := self._sign(token)) is not None:
                    self._data(body[token.end() : token.end() + 100])
                    found = body.find(end, token.end())
                    skipped = found if found >= 0 else len(body)
                    break
                if self._left < 0:
                    break
            at = skipped

    def _sign(self, token: re.Match[bytes]) -> bytes | None:
        """Take what is no name; of a comment that begins data return what ends them."""
        said = token[5] or b""
        first = said[:1]
        self._others -= 1
        if self._others < 0:
            self._left = -1
        if token[1]:
            self._numbers = token[1]
        elif first == b"{":
            self._depth += 1
        elif first == b"}":
            self._depth = max(0, self._depth - 1)
        elif first == b"[":
            self._numbers = b""
        elif first == b"]":
            self._listed, self._matrix = True, self._numbers
        elif first == b"%":
            return next((end for start, end in _DATA if said.startswith(start)), None)
        return None

    def _call(self, name: bytes, numbers: bytes | None) -> None:
        operators = self._names.get(name, ())
        self._left -= len(operators)
        for operator in operators:
            self._take(operator, numbers or (self._matrix if self._listed else b""), self._matrix)

    def _data(self, call: bytes) -> None:
        """Take the call that stands before data: one that paints pixels."""
        first = call.split(None, 1)[:1]
        if first and {b"image", b"colorimage", b"imagemask"}.intersection(self._names.get(first[0], ())):
            self._canvas.picture()

    def _take(self, operator: bytes, operands: bytes, matrix: bytes) -> None:
        if operator == b"raster":
            self._raster(operands, matrix)
        elif (count := _TAKES.get(operator)) is not None:
            numbers = numbers_of(operands[-_OPERANDS:])[-count:]
            if len(numbers) == count:
                self._with[operator](*numbers)
        else:
            self._without[operator]()

    def _raster(self, operands: bytes, matrix: bytes) -> None:
        """Draw a picture as Illustrator writes it: a matrix, and the corners that it is to turn."""
        numbers, corners = (numbers_of(text[-_OPERANDS:]) for text in (matrix, operands))
        if len(numbers) == 6 and len(corners) >= 4:
            self._canvas.save()
            self._canvas.concat((numbers[0], numbers[1], numbers[2], numbers[3], numbers[4], numbers[5]))
            self._canvas.picture(corners=(corners[0], corners[1], corners[2], corners[3]))
            self._canvas.restore()

    def _on(self, x: float, y: float) -> tuple[float, float]:
        return self._here[0] + x, self._here[1] + y

    def _move(self, x: float, y: float) -> None:
        self._here = self._start = (x, y)
        self._canvas.move(x, y)

    def _line(self, x: float, y: float) -> None:
        self._here = (x, y)
        self._canvas.line(x, y)

    def _curve(self, *numbers: float) -> None:
        a, b, c, d, x, y = numbers
        self._here = (x, y)
        self._canvas.curve(a, b, c, d, x, y)

    def _close(self) -> None:
        self._here = self._start
        self._canvas.close()

    def _rectangle(self, x: float, y: float, width: float, height: float) -> None:
        self._here = self._start = (x, y)
        self._canvas.rectangle(x, y, width, height)

    def _box(self, x: float, y: float, width: float, height: float, *, fill: bool, clip: bool = False) -> None:
        self._canvas.forget()
        self._rectangle(x, y, width, height)
        if clip:
            self._canvas.clip()
        self._canvas.paint(fill=fill)

    def _closed(self, *, fill: bool) -> None:
        self._canvas.close()
        self._canvas.paint(fill=fill)

    def _arc(self, x: float, y: float, radius: float, begin: float, end: float) -> None:
        """Draw an arc as lines; its ends are what is counted."""
        (self._line if self._canvas.pen else self._move)(*_round(x, y, radius, begin))
        for step in (0.25, 0.5, 0.75, 1.0):
            self._line(*_round(x, y, radius, begin + step * (end - begin)))

    def _clip(self, *, even_odd: bool) -> None:
        """Clip now: the path stays until it is painted or dropped, as programs drop it at once."""
        self._canvas.clip(even_odd=even_odd)
        self._canvas.paint(fill=False)

    def _concat(self, numbers: tuple[float, ...]) -> None:
        a, b, c, d, e, f = numbers
        matrix: Matrix = (a, b, c, d, e, f)
        self._canvas.concat(matrix)

    def _rotate(self, degrees: float) -> None:
        cosine, sine = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
        self._concat((cosine, sine, -sine, cosine, 0, 0))


def _round(x: float, y: float, radius: float, degrees: float) -> tuple[float, float]:
    turn = math.radians(degrees % 360)
    return x + radius * math.cos(turn), y + radius * math.sin(turn)
