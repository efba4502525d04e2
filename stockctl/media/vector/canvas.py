"""What a drawing of PDF or PostScript comes to: its paths counted, and the pictures of pixels that nobody sees in it.

A picture is followed by points spread over it. It is hidden where each of them
lies off the artboard, is clipped away, or under filled opaque paths drawn later.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from stockctl.media.vector.paths import Tally

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    # Points (count, 2), and which of them.
    Points = NDArray[np.float64]
    Mask = NDArray[np.bool_]

# A matrix a b c d e f, as PDF and PostScript write it.
Matrix = tuple[float, float, float, float, float, float]
Sides = tuple[float, float, float, float]
Outline = list[list[tuple[float, float]]]

SAME: Matrix = (1, 0, 0, 1, 0, 0)
# Points along each side of a picture, pictures that are followed, clips one in another that are reckoned with.
_SIDE, _MOST_PICTURES, _MOST_CLIPS = 16, 64, 16
# Edges times points, and paths times points, that are worked through; what comes after them hides nothing.
_MOST_WORK, _MOST_LOOKS = 60_000_000, 300_000_000
_DEEPEST = 500
# Pieces that a curve is laid out in.
_PIECES = (0.25, 0.5, 0.75, 1.0)
# A path smaller than this share of the artboard is a crumb; ends that lie so near each other meet (points).
_CRUMB, _MEETS = 0.002, 1e-3
# As many hidden pictures as are told.
_MOST_TOLD = 20
COVERED, CLIPPED, OUTSIDE, OFF = (
    "covered by what is drawn after it", "clipped away", "outside of the artboard", "on a layer that is switched off",
)  # fmt: skip


def times(inner: Matrix, outer: Matrix) -> Matrix:
    """Return the matrix that applies `inner` first."""
    a, b, c, d, e, f = inner
    g, h, i, j, k, m = outer
    return (a * g + b * i, a * h + b * j, c * g + d * i, c * h + d * j, e * g + f * i + k, e * h + f * j + m)


@dataclass(frozen=True)
class State:
    """The graphics state: where things are drawn, what they are clipped by, whether a fill hides what is under it."""

    matrix: Matrix = SAME
    clips: tuple[tuple[Outline, bool], ...] = ()
    # Of the next fill: no transparency, the plain way of blending, a mask, a pattern.
    alpha: bool = True
    plain: bool = True
    masked: bool = False
    patterned: bool = False
    # Whether all groups around it are opaque, whether a layer around it is switched off, or more clips than are kept.
    around: bool = True
    off: bool = False
    lost: bool = False

    @property
    def opaque(self) -> bool:
        """Whether what is filled now hides what is under it."""
        return self.alpha and self.plain and not self.masked and not self.patterned and self.around and not self.off


@dataclass
class _Subpath:
    start: tuple[float, float]
    end: tuple[float, float]
    nodes: int = 1
    closed: bool = False
    left: float = 0.0
    right: float = 0.0
    low: float = 0.0
    high: float = 0.0
    outline: list[tuple[float, float]] = field(default_factory=list)


@dataclass
class _Picture:
    name: object
    why: str
    points: Points | None
    sides: Sides


class Canvas:
    """Takes a drawing's operators one by one; coordinates are those of the current matrix."""

    def __init__(self, board: Sides, tally: Tally | None = None, *, pictures: bool = True) -> None:
        self.board = board
        self.tally = tally or Tally()
        self.tally.crumb = _CRUMB * max(board[2] - board[0], board[3] - board[1], 0)
        self.state = State()
        self._saved: list[State] = []
        # Without pictures nothing has to be laid out.
        self._laid_out = pictures
        self._path: list[_Subpath] = []
        self._open: _Subpath | None = None
        self._clip: bool | None = None
        # The last path that clips and is not painted.
        self._clipping: list[_Subpath] = []
        self._pictures: list[_Picture] = []
        self._work, self._looks = _MOST_WORK, _MOST_LOOKS

    # The graphics state.

    def save(self) -> None:
        """Keep the graphics state."""
        if len(self._saved) < _DEEPEST:
            self._saved.append(self.state)

    def restore(self) -> None:
        """Go back to the state that was kept last."""
        if self._saved:
            self.state = self._saved.pop()

    @property
    def depth(self) -> int:
        """How many states are kept."""
        return len(self._saved)

    def back_to(self, depth: int) -> None:
        """Drop the states that were kept since there were `depth`."""
        del self._saved[depth:]

    def concat(self, matrix: Matrix) -> None:
        """Draw in other coordinates from here on."""
        self.state = replace(self.state, matrix=times(matrix, self.state.matrix))

    # The path.

    def move(self, x: float, y: float) -> None:
        """Begin a part of the path."""
        here = self._at(x, y)
        if self._open is not None and self._open.nodes == 1 and not self._open.closed:
            # A "move to" after another takes its place (ISO 32000-1, 8.5.2.1).
            self._path.pop()
        self._open = _Subpath(here, here, 1, False, here[0], here[0], here[1], here[1], [here])  # noqa: FBT003
        self._path.append(self._open)

    def line(self, x: float, y: float) -> None:
        """Go on by a line."""
        if (part := self._going()) is not None:
            self._go(part, self._at(x, y))

    def curve(self, x1: float, y1: float, x2: float, y2: float, x3: float, y3: float) -> None:
        """Go on by a curve."""
        if (part := self._going()) is None:
            return
        end = self._at(x3, y3)
        if self._laid_out:
            (ax, ay), (bx, by), (cx, cy) = part.end, self._at(x1, y1), self._at(x2, y2)
            for t in _PIECES:
                s = 1 - t
                k, m, n, o = s * s * s, 3 * s * s * t, 3 * s * t * t, t * t * t
                part.outline.append((k * ax + m * bx + n * cx + o * end[0], k * ay + m * by + n * cy + o * end[1]))
        self._go(part, end, laid_out=True)

    def bend(self, numbers: list[float], *, first: bool) -> None:
        """Go on by a curve one of whose control points, the first or the second, is the end on its side."""
        a, b, x, y = numbers
        part = self._going()
        if part is None:
            return
        if first:
            # The point where the path stands is known on the page; its curve is laid out there.
            state, ends = self.state, (*self._at(a, b), *self._at(x, y))
            self.state = replace(state, matrix=SAME)
            self.curve(*part.end, *ends)
            self.state = state
        else:
            self.curve(a, b, x, y, x, y)

    def close(self) -> None:
        """Close the part of the path that is open."""
        if self._open is not None:
            self._open.closed = True

    def rectangle(self, x: float, y: float, width: float, height: float) -> None:
        """Add a closed rectangle."""
        self.move(x, y)
        self.line(x + width, y)
        self.line(x + width, y + height)
        self.line(x, y + height)
        self.close()

    @property
    def pen(self) -> tuple[float, float] | None:
        """Where the path stands, on the page; None where there is none."""
        return None if self._open is None else self._open.start if self._open.closed else self._open.end

    def clip(self, *, even_odd: bool = False) -> None:
        """Clip by the path, once it is painted."""
        self._clip = even_odd

    def paint(self, *, fill: bool, even_odd: bool = False) -> None:
        """End the path; a path that only clips is not counted."""
        if self._clip is None or fill:
            self._count(self._path, fill=fill)
        else:
            self._clipping = self._path
        outline = [part.outline for part in self._path if len(part.outline) > 2] if self._laid_out else []
        if fill and outline and self.state.opaque:
            self._cover((outline, even_odd))
        if self._clip is not None:
            self._narrow(outline, even_odd=self._clip)
        self.forget()

    def write(self) -> None:
        """Write letters where the path stands: a part that was only to tell where they begin is none."""
        if self._open is not None and self._open.nodes == 1 and not self._open.closed:
            self._path.pop()
            self._open = None

    def forget(self) -> None:
        """Drop the path."""
        self._path, self._open, self._clip = [], None, None

    def shade(self) -> None:
        """Fill all that is not clipped away, as a gradient does: the path that clips is the one that is seen."""
        self._count(self._clipping, fill=False)
        self._clipping = []
        if self.state.opaque and self.state.clips:
            self._cover(None)

    def _at(self, x: float, y: float) -> tuple[float, float]:
        a, b, c, d, e, f = self.state.matrix
        return a * x + c * y + e, b * x + d * y + f

    def _going(self) -> _Subpath | None:
        part = self._open
        if part is not None and part.closed:
            # After "close", a line goes on from the start.
            here = part.start
            part = self._open = _Subpath(here, here, 1, False, here[0], here[0], here[1], here[1], [here])  # noqa: FBT003
            self._path.append(part)
        return part

    def _go(self, part: _Subpath, here: tuple[float, float], *, laid_out: bool = False) -> None:
        part.nodes += 1
        part.end = here
        x, y = here
        if x < part.left:
            part.left = x
        elif x > part.right:
            part.right = x
        if y < part.low:
            part.low = y
        elif y > part.high:
            part.high = y
        if self._laid_out and not laid_out:
            part.outline.append(here)

    def _count(self, path: list[_Subpath], *, fill: bool) -> None:
        for part in path:
            meets = abs(part.end[0] - part.start[0]) <= _MEETS and abs(part.end[1] - part.start[1]) <= _MEETS
            extent = max(part.right - part.left, part.high - part.low)
            self.tally.count(part.nodes, extent, filled=fill, closed=part.closed, meets=meets)

    def _narrow(self, outline: Outline, *, even_odd: bool) -> None:
        if not self._laid_out:
            return
        if len(self.state.clips) >= _MOST_CLIPS:
            self.state = replace(self.state, lost=True)
        else:
            self.state = replace(self.state, clips=(*self.state.clips, (outline, even_odd)))

    # Pictures.

    def picture(self, name: object = None, corners: Sides = (0, 0, 1, 1)) -> None:
        """Draw a picture of pixels, into the unit square or another part of the plane; `name` is its own."""
        import numpy as np

        if len(self._pictures) >= _MOST_PICTURES or not self._laid_out:
            return
        left, low, right, high = corners
        steps = (np.arange(_SIDE) + 0.5) / _SIDE
        grid = np.stack(np.meshgrid(left + steps * (right - left), low + steps * (high - low)), -1).reshape(-1, 2)
        a, b, c, d, e, f = self.state.matrix
        points = grid @ np.array([[a, b], [c, d]], np.float64) + (e, f)
        ends = np.array([self._at(x, y) for x in (left, right) for y in (low, high)])
        if not np.isfinite(points).all() or not np.isfinite(ends).all():
            return
        sides = (*ends.min(axis=0).tolist(), *ends.max(axis=0).tolist())
        seen, why = points[_within(points, self.board)], ""
        if not len(seen):
            why = OUTSIDE
        elif self.state.off:
            why = OFF
        elif not self.state.lost:
            seen = seen[self._unclipped(seen)]
            why = "" if len(seen) else CLIPPED
        self._pictures.append(_Picture(name, why, None if why else seen, sides))

    def _unclipped(self, points: Points) -> Mask:
        import numpy as np

        inside = np.ones(len(points), bool)
        for outline, even_odd in self.state.clips:
            inside[inside] = self._inside(points[inside], outline, even_odd=even_odd)
        return inside

    def _inside(self, points: Points, outline: Outline, *, even_odd: bool) -> Mask:
        """Return which points lie inside of an outline; where too much was asked already, all do."""
        import numpy as np

        self._work -= len(points) * sum(map(len, outline))
        if self._work < 0:
            return np.ones(len(points), bool)
        winding = np.zeros(len(points), np.int64)
        x, y = points[:, 0], points[:, 1]
        for part in outline:
            ends = np.asarray(part)
            for begin in range(0, len(ends), 1024):
                here = ends[begin : begin + 1024]
                there = np.concatenate([here[1:], ends[(begin + len(here)) % len(ends)][None]])
                winding += _crossings(x, y, here, there)
        return (winding & 1).astype(bool) if even_odd else winding != 0

    def _cover(self, by: tuple[Outline, bool] | None) -> None:
        """Take away the points of earlier pictures that a fill hides; None is one that fills the clip."""
        if self.state.lost or self._work < 0 or self._looks < 0:
            return
        sides = _around(by[0]) if by is not None else None
        for picture in self._pictures:
            if picture.points is None:
                continue
            points = picture.points
            self._looks -= len(points)
            near = _within(points, sides) if sides is not None else self._unclipped(points)
            if not near.any():
                continue
            if by is not None:
                near[near] = self._inside(points[near], by[0], even_odd=by[1])
                near[near] = self._unclipped(points[near])
            if self._work < 0:
                return
            picture.points = points[~near]
            if not len(picture.points):
                picture.points, picture.why = None, COVERED

    def hidden(self) -> list[tuple[object, str, list[int]]]:
        """Return of each picture its name, why nobody sees it (or nothing), and x, y, width, height on the artboard."""
        left, _, _, top = self.board
        return [
            (one.name, one.why, [_whole(part) for part in (one.sides[0] - left, top - one.sides[3], *_span(one.sides))])
            for one in self._pictures
        ]


def told(found: list[tuple[object, str, list[int]]]) -> list[list[Any]]:
    """Return of hidden pictures why and where, in JSON's own types; one that is seen anywhere is not hidden."""
    seen = {name for name, why, _ in found if not why and name is not None}
    return [[why, *place] for name, why, place in found if why and name not in seen][:_MOST_TOLD]


def _span(sides: Sides) -> tuple[float, float]:
    return sides[2] - sides[0], sides[3] - sides[1]


def _whole(value: float) -> int:
    return round(min(max(value, -1e9), 1e9))


def _within(points: Points, sides: Sides) -> Mask:
    left, low, right, high = sides
    x, y = points[:, 0], points[:, 1]
    found: Mask = (x >= left) & (x <= right) & (y >= low) & (y <= high)
    return found


def _around(outline: Outline) -> Sides:
    xs = [x for part in outline for x, _ in part]
    ys = [y for part in outline for _, y in part]
    return min(xs), min(ys), max(xs), max(ys)


def _crossings(x: NDArray[np.float64], y: NDArray[np.float64], here: Points, there: Points) -> NDArray[np.int64]:
    """Return how often edges wind around points: by those that cross the ray to the right of each."""
    x1, y1, x2, y2 = here[:, :1], here[:, 1:], there[:, :1], there[:, 1:]
    side = (x2 - x1) * (y - y1) - (x - x1) * (y2 - y1)
    up = (y1 <= y) & (y2 > y) & (side > 0)
    down = (y1 > y) & (y2 <= y) & (side < 0)
    found: NDArray[np.int64] = up.sum(axis=0) - down.sum(axis=0)
    return found
