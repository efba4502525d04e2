"""Count what a drawing is made of: paths, nodes, open ones that are filled, stray points, crumbs; SVG 1.1, 8.3."""

from __future__ import annotations

import re
from dataclasses import dataclass

# More coordinates than any drawing that is sold; what comes after them is not counted.
_MOST_NUMBERS = 5_000_000
_TOKEN = re.compile(r"[MmZzLlHhVvCcSsQqTtAa]|[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d{1,3})?")
# Numbers that each command takes, and where its end point stands among them.
_TAKES = {"M": 2, "L": 2, "H": 1, "V": 1, "C": 6, "S": 4, "Q": 4, "T": 2, "A": 7}
# What is counted, by the names of the facts.
COUNTS = ("paths", "nodes", "open_filled", "stray_points", "crumbs")
# Ends that lie as near as this to each other meet.
_MEETS = 1e-3


@dataclass
class Tally:
    """What was counted so far; `crumb` is the length in the drawing's own units below which a path is a crumb."""

    crumb: float = 0.0
    paths: int = 0
    nodes: int = 0
    open_filled: int = 0
    stray_points: int = 0
    crumbs: int = 0
    left: int = _MOST_NUMBERS

    def take(self, data: str, *, filled: bool) -> None:
        """Count the parts of one path's data."""
        pen = _Pen(self, filled=filled)
        command = ""
        numbers: list[float] = []
        for token in _TOKEN.finditer(data):
            text = token[0]
            if text.isalpha():
                command, numbers = text, []
                if text in "Zz":
                    pen.close()
                continue
            self.left -= 1
            if self.left < 0:
                break
            numbers.append(float(text))
            if command in "Zz" or len(numbers) < _TAKES[command.upper()]:
                continue
            pen.go(command, numbers)
            numbers = []
            # Pairs after the first of a "move to" are lines.
            command = {"M": "L", "m": "l"}.get(command, command)
        pen.end()

    def count(self, nodes: int, extent: float, *, filled: bool, closed: bool, meets: bool) -> None:
        """Count one part of a path: how many nodes, how large, and whether its ends are joined, or lie at one place."""
        self.paths += 1
        self.nodes += nodes
        if nodes == 1:
            self.stray_points += 1
        elif filled and not closed and not meets and nodes > 2:
            self.open_filled += 1
        elif extent < self.crumb:
            self.crumbs += 1

    def facts(self) -> dict[str, int]:
        """Return the counts by name."""
        return {name: getattr(self, name) for name in COUNTS}


class _Pen:
    """Where a path's data have led."""

    def __init__(self, tally: Tally, *, filled: bool) -> None:
        self._tally = tally
        self._filled = filled
        self._x = self._y = self._start_x = self._start_y = 0.0
        self._nodes = 0
        self._low = self._high = (0.0, 0.0)

    def go(self, command: str, numbers: list[float]) -> None:
        relative, kind = command.islower(), command.upper()
        x, y = (self._x, self._y) if relative else (0.0, 0.0)
        if kind == "H":
            self._x = x + numbers[0]
        elif kind == "V":
            self._y = y + numbers[0]
        else:
            self._x, self._y = x + numbers[-2], y + numbers[-1]
        here = (self._x, self._y)
        if kind == "M":
            self.end()
            self._start_x, self._start_y = here
            self._low = self._high = here
            self._nodes = 1
            return
        if not self._nodes:
            # After "close", a line goes on from the start.
            self._nodes, self._low = 1, (self._start_x, self._start_y)
            self._high = self._low
        self._nodes += 1
        self._low = (min(self._low[0], here[0]), min(self._low[1], here[1]))
        self._high = (max(self._high[0], here[0]), max(self._high[1], here[1]))

    def close(self) -> None:
        self._count(closed=True)
        self._x, self._y = self._start_x, self._start_y

    def end(self) -> None:
        self._count(closed=False)

    def _count(self, *, closed: bool) -> None:
        if not self._nodes:
            return
        extent = max(self._high[0] - self._low[0], self._high[1] - self._low[1])
        meets = abs(self._x - self._start_x) <= _MEETS and abs(self._y - self._start_y) <= _MEETS
        self._tally.count(self._nodes, extent, filled=self._filled, closed=closed, meets=meets)
        self._nodes = 0
